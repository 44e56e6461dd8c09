"""A ticket, and a code, that is exchanged twice at once says once who came."""

from collections import Counter

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.users.models import SisterApp
from apps.users.services.sisters import register_app
from tests.buyers import Buyer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

RIVALS = 6


@pytest.mark.rounds
def test_of_exchanges_at_once_one_learns_who_came(shop: str) -> None:
    forum = register_app(app=SisterApp(name="Forum", redirect_uris="https://forum.example/callback"))
    buyer, who = Buyer(shop), (forum.app.client_id, forum.secret)
    body = {"audience": forum.app.client_id}
    ticket = requests.post(f"{shop}/tickets/", headers=buyer.headers, json=body, timeout=60).json()["ticket"]

    answers = run_together(
        RIVALS,
        lambda number: requests.post(f"{shop}/tickets/exchange/", auth=who, json={"ticket": ticket}, timeout=60),
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: RIVALS - 1}
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert winner["sub"] == f"shop_{buyer.user.public_id.hex}"
