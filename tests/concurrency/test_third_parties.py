"""Ways back from a third party, and bindings, at the same moment."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.users.exceptions import IdentityTaken, LastWayIn
from apps.users.gateways import third_party_sandbox
from apps.users.gateways.third_parties import Identity
from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services.bindings import bind, unbind
from apps.users.services.sessions import Device
from apps.users.services.third_parties import log_in
from apps.users.tests.factories import UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

RIVALS = 6
CALLBACK = "/login/weixin/callback/"


class Visitor:
    """A browser that was sent to the sandbox's WeChat, and is on its way back."""

    def __init__(self, shop: str) -> None:
        self.address = f"{shop}{CALLBACK}"
        sent = requests.get(f"{shop}/login/weixin/", allow_redirects=False, timeout=60)
        self.cookies = sent.cookies
        state = sent.headers["Location"].partition("state=")[2].partition("&")[0]
        code = third_party_sandbox.issue_code(nickname="小满", redirect_uri=CALLBACK)
        self.query = urlencode({"code": code, "state": state})

    def come_back(self) -> int:
        return requests.get(f"{self.address}?{self.query}", cookies=self.cookies, timeout=60).status_code


@pytest.mark.rounds
def test_b29_a_way_back_opened_often_at_once_logs_in_once(shop: str) -> None:
    visitor = Visitor(shop)

    answers = run_together(RIVALS, lambda _: visitor.come_back())

    assert Counter(answers) == {200: 1, 400: RIVALS - 1}
    assert (DeviceSession.objects.count(), UserProfile.objects.count()) == (1, 1)


@pytest.mark.rounds
def test_who_comes_first_in_many_browsers_at_once_gets_one_account() -> None:
    identity = Identity(provider="weixin", uid="oABC", name="小满")
    device = Device(ip=None, user_agent="a browser")

    users = run_together(RIVALS, lambda _: log_in(identity=identity, device=device).user.pk)

    assert len(set(users)) == 1
    assert (UserProfile.objects.count(), SocialBinding.objects.count()) == (1, 1)
    assert DeviceSession.objects.count() == RIVALS


@pytest.mark.rounds
def test_of_the_last_two_ways_in_one_stays(settings: Any) -> None:
    settings.SOCIAL_AUTH_QQ_KEY = settings.SOCIAL_AUTH_QQ_SECRET = "x"
    user = UserFactory(mobile=None, password="!")
    for name in ("weixin", "qq"):
        SocialBinding.objects.create(user=user, provider=name, uid="x")

    def take(number: int) -> str:
        try:
            unbind(user=UserProfile.objects.get(pk=user.pk), provider=("weixin", "qq")[number])
        except LastWayIn:
            return "refused"
        return "done"

    assert sorted(run_together(2, take)) == ["done", "refused"]
    assert SocialBinding.objects.count() == 1


@pytest.mark.rounds
def test_an_identity_bound_by_many_at_once_is_ones_own() -> None:
    users = UserFactory.create_batch(RIVALS)
    identity = Identity(provider="weixin", uid="oABC", name="小满")

    def take(number: int) -> str:
        try:
            bind(user=UserProfile.objects.get(pk=users[number].pk), identity=identity)
        except IdentityTaken:
            return "taken"
        return "bound"

    assert Counter(run_together(RIVALS, take)) == {"bound": 1, "taken": RIVALS - 1}
