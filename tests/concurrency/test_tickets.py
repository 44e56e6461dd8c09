"""A ticket, and a code, that is exchanged twice at once says once who came."""

from base64 import urlsafe_b64encode
from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest
import requests
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant

from apps.common.tests.racing import run_together
from apps.users.models import DeviceSession, SisterApp
from apps.users.services.sisters import note_login, register_app
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


@pytest.mark.rounds
def test_of_those_who_bring_a_code_at_once_one_gets_a_token(shop: str) -> None:
    back, verifier = "https://forum.example/callback", "v" * 43
    forum = register_app(app=SisterApp(name="Forum", redirect_uris=back))
    session = DeviceSession.objects.get(user=Buyer(shop).user)
    grant = Grant.objects.create(
        user=session.user,
        application=forum.app,
        code="a-code-of-one-log-in",
        expires=timezone.now() + timedelta(minutes=1),
        redirect_uri=back,
        scope="openid",
        code_challenge=urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        code_challenge_method="S256",
    )
    note_login(session=session, app=forum.app, grant=grant)
    body = {"grant_type": "authorization_code", "code": grant.code, "redirect_uri": back, "code_verifier": verifier}
    who = (forum.app.client_id, forum.secret)

    answers = run_together(
        RIVALS, lambda number: requests.post(f"{shop}/oauth/token/", auth=who, data=body, timeout=60)
    )

    # Those who came at the same moment left the token as it is. One who came after it was made has ended it, perhaps
    # before it was answered: of two hands that hold a code, one has stolen it.
    assert Counter(answer.status_code for answer in answers) in ({200: 1, 400: RIVALS - 1}, {400: RIVALS})
    tokens = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    told = [answer.json() for answer in (userinfo(shop, token) for token in tokens) if answer.status_code == 200]
    assert told in ([{"sub": f"shop_{session.user.public_id.hex}"}], [])
    assert AccessToken.objects.count() == len(told)
    again = requests.post(f"{shop}/oauth/token/", auth=who, data=body, timeout=60)
    assert again.status_code == 400
    assert all(userinfo(shop, token).status_code == 401 for token in tokens)


def userinfo(shop: str, token: str) -> requests.Response:
    return requests.get(f"{shop}/oauth/userinfo/", headers={"Authorization": f"Bearer {token}"}, timeout=60)
