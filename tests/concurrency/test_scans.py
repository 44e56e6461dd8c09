"""Two phones scan one code, and one browser is let in once."""

from collections import Counter

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.users.models import DeviceSession, ScanLogin
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import UserFactory
from tests.buyers import Buyer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

RIVALS = 6


class Waiting:
    """A browser that shows a code."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        asked = requests.post(f"{shop}/scans/", timeout=60)
        self.id = asked.json()["public_id"]
        self.cookies = {"mxshop_scan": asked.cookies["mxshop_scan"]}

    def claim(self) -> int:
        return requests.post(
            f"{self.shop}/scans/{self.id}/claim/", cookies=self.cookies, json={}, timeout=60
        ).status_code

    def step(self, name: str, phone: Buyer) -> int:
        return requests.post(f"{self.shop}/scans/{self.id}/{name}/", headers=phone.headers, timeout=60).status_code


def test_without_the_guard_every_phone_has_the_code(naive_shop: str) -> None:
    """If this fails, the tests below may prove nothing."""
    waiting, phones = Waiting(naive_shop), [Buyer(naive_shop) for _ in range(RIVALS)]

    answers = run_together(RIVALS, lambda number: waiting.step("scan", phones[number]))

    assert Counter(answers)[200] > 1


@pytest.mark.rounds
def test_b25_of_phones_that_scan_at_once_one_has_the_code(shop: str) -> None:
    waiting, phones = Waiting(shop), [Buyer(shop) for _ in range(RIVALS)]

    answers = run_together(RIVALS, lambda number: waiting.step("scan", phones[number]))

    assert Counter(answers) == {200: 1, 409: RIVALS - 1}
    first = phones[answers.index(200)]
    assert ScanLogin.objects.get().phone.user == first.user
    confirmed = run_together(RIVALS, lambda number: waiting.step("confirm", phones[number]))
    assert Counter(confirmed) == {200: 1, 404: RIVALS - 1}
    assert waiting.claim() == 200
    assert DeviceSession.objects.latest("pk").user == first.user


@pytest.mark.rounds
def test_b25_a_confirmed_code_lets_in_once_however_often_it_is_claimed(shop: str) -> None:
    waiting, phone = Waiting(shop), Buyer(shop)
    assert [waiting.step(name, phone) for name in ("scan", "confirm")] == [200, 200]

    answers = run_together(RIVALS, lambda _: waiting.claim())

    assert Counter(answers) == {200: 1, 409: RIVALS - 1}
    assert DeviceSession.objects.filter(user=phone.user).count() == 2


@pytest.mark.rounds
def test_b25_confirmed_and_refused_at_once_is_one_of_the_two(shop: str) -> None:
    waiting, phone = Waiting(shop), Buyer(shop)
    waiting.step("scan", phone)

    answers = run_together(2, lambda number: waiting.step(("confirm", "refuse")[number], phone))

    assert sorted(answers) == [200, 409]
    assert ScanLogin.objects.get().state == ("confirmed" if answers[0] == 200 else "refused")


@pytest.mark.rounds
def test_b26_of_two_renewals_at_once_one_counts_and_the_family_ends(shop: str) -> None:
    """A refresh token in two hands: whoever comes second ends the session, the first one's new tokens included."""
    device = Device(ip=None, user_agent="an app", refreshes=True)
    refresh = sessions.open_session(user=UserFactory(), device=device).refresh_token

    answers = run_together(
        RIVALS, lambda _: requests.post(f"{shop}/token/refresh/", json={"refresh_token": refresh}, timeout=60)
    )

    assert [answer.status_code for answer in answers].count(200) == 1
    assert DeviceSession.objects.get().ended_at is not None
    (renewed,) = [answer.json() for answer in answers if answer.status_code == 200]
    headers = {"Authorization": f"JWT {renewed['token']}"}
    assert requests.get(f"{shop}/users/", headers=headers, timeout=60).status_code == 401
