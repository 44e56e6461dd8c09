"""Whose account an identity of WeChat, QQ or Weibo opens, and how it is bound and unbound."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from social_django.models import Nonce

from apps.common.tests.back_office import act, browser_of, clerk
from apps.notifications.models import Notice
from apps.users.api.client_cookies import escaped
from apps.users.gateways.third_parties import Identity
from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services import confirmation, third_parties
from apps.users.services.deletion import delete_user, restore_user
from apps.users.services.privacy import erase_user
from apps.users.services.sessions import Device
from apps.users.tests.conftest import in_session
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.third_parties import (
    NAMES,
    asked_there,
    begin_to_bind,
    binds,
    sent_to,
    signed_in_as,
    token_in,
    whole_way,
)
from apps.users.tests.third_party_doubles import Double, WeixinDouble

pytestmark = pytest.mark.django_db


# -- Whose account ---------------------------------------------------------------------------------


def test_b29_no_account_is_taken_over_by_what_a_provider_says(browser: Client, weixin: WeixinDouble) -> None:
    """Whatever it tells of mobiles, e-mails or names, the account of a stranger stays the stranger's."""
    owner = UserFactory(username="小满", name="小满", mobile="13800000001", verified_email="a@example.com")
    weixin.nickname = "小满"
    page = weixin._page
    weixin._page = lambda answer: page({**answer, "email": "a@example.com", "mobile": "13800000001"})  # type: ignore[method-assign]
    whole_way(browser, weixin)

    assert SocialBinding.objects.get().user != owner
    assert DeviceSession.objects.filter(user=owner).count() == 0


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_deleted": True}])
def test_who_is_switched_off_or_deleted_is_refused(browser: Client, weixin: Double, change: dict[str, bool]) -> None:
    whole_way(Client(), weixin)
    UserProfile.objects.update(**change)
    before = DeviceSession.objects.count()

    answer = whole_way(browser, weixin)
    assert (answer.status_code, "该账号无法使用" in answer.content.decode()) == (403, True)
    assert (token_in(browser), DeviceSession.objects.count(), UserProfile.objects.count()) == ("", before, 1)


def test_the_deleted_stay_bound_and_the_erased_do_not(weixin: Double) -> None:
    whole_way(Client(), weixin)
    user = UserProfile.objects.get()
    delete_user(user=user, actor_id=None)
    assert whole_way(Client(), weixin).status_code == 403
    restore_user(user=user)
    assert whole_way(Client(), weixin).status_code == 200
    erase_user(user=user)

    assert whole_way(Client(), weixin).status_code == 200
    assert SocialBinding.objects.get().user != user


def test_a_new_device_is_told_of(browser: Client, weixin: Double, alice: UserProfile, alice_token: str) -> None:
    UserProfile.objects.update(date_joined=timezone.now() - timedelta(days=3))
    assert binds(browser, alice_token, weixin).status_code == 200
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0"})
    whole_way(browser, weixin)

    assert signed_in_as(browser).json()["username"] == "alice"
    assert sorted(Notice.objects.filter(user=alice).values_list("topic", flat=True)) == [
        "account.bound",
        "account.new_device",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_first_log_ins_at_once_are_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity(provider="qq", uid="x", name="小满")
    device = Device(ip=None, user_agent="a browser")
    open_account = third_parties._open_account

    def slowly(of: Identity) -> UserProfile:
        monkeypatch.setattr(third_parties, "_open_account", open_account)
        other = UserFactory()
        SocialBinding.objects.create(user=other, provider="qq", uid="x")
        return open_account(of)

    monkeypatch.setattr(third_parties, "_open_account", slowly)
    third_parties.log_in(identity=identity, device=device)  # rolled back with the other's row, and done again
    third_parties.log_in(identity=identity, device=device)
    assert (UserProfile.objects.count(), SocialBinding.objects.count()) == (1, 1)


def test_ids_are_compared_to_the_letter(db: None) -> None:
    user = UserFactory()
    SocialBinding.objects.create(user=user, provider="weixin", uid="oABC")
    assert SocialBinding.objects.of_identity(provider="weixin", uid="oabc") is None
    found = SocialBinding.objects.of_identity(provider="weixin", uid="oABC")
    assert found is not None
    assert found.user == user


# -- Bind, list, unbind ----------------------------------------------------------------------------


def test_who_is_logged_in_binds_and_is_told(
    browser: Client, provider: Double, alice: UserProfile, alice_token: str
) -> None:
    answer = binds(browser, alice_token, provider)

    assert answer.status_code == 200
    assert token_in(browser) == ""  # nobody was logged in by it
    assert (SocialBinding.objects.get().user, UserProfile.objects.count()) == (alice, 1)
    assert Notice.objects.get(user=alice).topic == "account.bound"
    [row] = APIClient(headers={"authorization": f"JWT {alice_token}"}).get("/bindings/").json()
    assert (row["provider"], row["name"]) == (provider.name, "小满")
    assert "uid" not in row


def test_b29_binding_belongs_to_the_browser_that_asked(weixin: Double, alice_token: str) -> None:
    """An address sent to a victim would bind the victim's WeChat to the attacker's account."""
    address = begin_to_bind(Client(), alice_token, "weixin").json()["address"]

    victim = Client()
    sent_to(victim, weixin)
    assert victim.get(asked_there(address)).status_code == 400
    assert SocialBinding.objects.count() == 0


def test_who_logged_out_meanwhile_binds_nothing(browser: Client, weixin: Double, alice_token: str) -> None:
    address = asked_there(begin_to_bind(browser, alice_token, "weixin").json()["address"])
    DeviceSession.objects.update(ended_at=timezone.now())

    assert browser.get(address).status_code == 400
    assert SocialBinding.objects.count() == 0


def test_b5_who_has_another_password_meanwhile_binds_nothing(browser: Client, weixin: Double, alice_token: str) -> None:
    address = asked_there(begin_to_bind(browser, alice_token, "weixin").json()["address"])
    UserProfile.objects.update(password=make_password("staple of tomorrow"))  # past every service

    assert browser.get(address).status_code == 400
    assert SocialBinding.objects.count() == 0


def test_what_is_anothers_stays_anothers(browser: Client, weixin: Double, alice_token: str) -> None:
    whole_way(Client(), weixin)
    before = list(SocialBinding.objects.values())

    answer = binds(browser, alice_token, weixin)
    assert (answer.status_code, "已绑定其他账号" in answer.content.decode()) == (409, True)
    assert list(SocialBinding.objects.values()) == before


def test_one_of_each_and_the_same_again_is_no_matter(browser: Client, weixin: Double, alice_token: str) -> None:
    assert binds(browser, alice_token, weixin).status_code == 200
    assert binds(browser, alice_token, weixin).status_code == 200
    weixin.uid = "another"
    assert binds(browser, alice_token, weixin).status_code == 409
    assert SocialBinding.objects.get().uid == "oAbC_dEf-1"


def bound(user: UserProfile, name: str = "weixin") -> SocialBinding:
    return SocialBinding.objects.create(user=user, provider=name, uid=f"{user.pk}")


def unbind(client: APIClient, name: str = "weixin", password: str = PASSWORD) -> Any:
    return client.post(f"/bindings/{name}/unbind/", {"password": password} if password else {})


def test_unbound_it_logs_in_no_more(
    browser: Client, weixin: Double, signed_in: APIClient, alice: UserProfile, alice_token: str
) -> None:
    binds(browser, alice_token, weixin)
    assert unbind(signed_in).status_code == 204

    whole_way(browser, weixin)
    assert SocialBinding.objects.get().user != alice


def test_a_stranger_sees_and_unbinds_nothing(alice: UserProfile, charlie: UserProfile, visitor: APIClient) -> None:
    bound(alice)
    stranger = in_session(charlie)

    assert stranger.get("/bindings/").json() == []
    assert unbind(stranger).status_code == 404
    for method, path in (("get", "/bindings/"), ("post", "/bindings/weixin/"), ("post", "/bindings/weixin/unbind/")):
        assert getattr(visitor, method)(path).status_code == 401
    assert SocialBinding.objects.get().user == alice


@pytest.mark.parametrize(
    ("other_way", "status"),
    [
        ({}, 409),
        ({"password": "x$y"}, 204),
        ({"mobile": "13800000001"}, 204),
        ({"verified_email": "a@example.com"}, 204),
    ],
)
def test_the_last_way_in_is_not_unbound(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, other_way: Any, status: int
) -> None:
    monkeypatch.setattr(confirmation, "confirm_owner", lambda **_proof: None)  # which has tests of its own
    UserProfile.objects.update(**{"mobile": None, "password": "!", **other_way})
    alice.refresh_from_db()
    bound(alice)

    answer = unbind(in_session(alice))
    assert answer.status_code == status
    assert SocialBinding.objects.count() == (status == 409)
    if status == 409:
        assert answer.json()["type"] == "urn:mxshop:problem:last_way_in"


def test_another_provider_is_a_way_in_only_if_it_is_offered(alice: UserProfile, settings: Any) -> None:
    UserProfile.objects.update(mobile=None, password="!")
    alice.refresh_from_db()
    bound(alice), bound(alice, "qq")
    fresh = in_session(alice)

    assert unbind(fresh, password="").status_code == 409
    settings.SOCIAL_AUTH_QQ_KEY = settings.SOCIAL_AUTH_QQ_SECRET = "x"
    assert unbind(fresh, password="").status_code == 204
    assert unbind(fresh, "qq", password="").status_code == 409


def test_the_list_takes_one_question(signed_in: APIClient, alice: UserProfile, at_most_statements: Any) -> None:
    for name in NAMES:
        bound(alice, name)
    signed_in.get("/bindings/")
    with at_most_statements(2):  # the token, and the rows
        assert len(signed_in.get("/bindings/").json()) == 3


def test_the_page_that_binds_runs_the_shops_own_script_alone(visitor: APIClient) -> None:
    page = visitor.get("/log-ins/")

    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert visitor.post("/log-ins/").status_code == 405


# -- The back office, the clock, the cookie --------------------------------------------------------


def test_superusers_alone_unbind_in_the_back_office(alice: UserProfile, superuser: UserProfile) -> None:
    row = bound(alice)
    pages = "/xadmin/users/socialbinding/"
    rights = [f"users.{power}_socialbinding" for power in ("view", "change", "delete")]
    act(clerk(*rights), pages, "unbind", row)
    assert SocialBinding.objects.exists()
    act(browser_of(superuser), pages, "unbind", row)
    assert not SocialBinding.objects.exists()


def test_states_that_nobody_came_back_with_are_forgotten(browser: Client, weixin: Double) -> None:
    sent_to(browser, weixin)
    assert third_parties.forget_old_states() == 0
    Nonce.objects.update(timestamp=1)
    assert (third_parties.forget_old_states(), Nonce.objects.count()) == (1, 0)


def test_a_name_is_written_as_the_clients_script_writes_it() -> None:
    assert escaped("a@*_+-./ é小;") == "a@*_+-./%20%E9%u5C0F%3B"
