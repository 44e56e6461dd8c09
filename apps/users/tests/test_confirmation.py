"""A token alone is not the owner: what copies, ends or opens an account takes a proof beside it."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
import time_machine as clocks
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from limits.errors import StorageError
from limits.util import WindowStats
from rest_framework.test import APIClient

from apps.common.tests.back_office import browser_of, send
from apps.common.throttling import limiter
from apps.users.models import DeviceSession, SocialBinding, UserProfile, VerifyCode
from apps.users.services.sessions import Device, open_session
from apps.users.tests.conftest import Mailbox, Phone, in_session
from apps.users.tests.factories import PASSWORD
from apps.users.tests.third_party_doubles import Double

NEW, EMAIL = "13800000009", "alice@example.com"
WRONG, TOO_MANY = "密码错误。", "尝试次数过多"
# What asks for the owner, and what it answers to them.
ACTS = {
    "/bindings/weixin/": 200,
    "/bindings/weixin/unbind/": 204,
    "/users/export/": 200,
    "/users/erasure/": 204,
}
LINK = "/users/email/link/"  # which takes a password to open: who has none is refused before
# What a code is asked for.
NAMES = {
    "/bindings/weixin/": "bind",
    "/bindings/weixin/unbind/": "unbind",
    "/users/export/": "export",
    "/users/erasure/": "erasure",
    LINK: "email_link",
}
every_act = pytest.mark.parametrize("path", ACTS)


@pytest.fixture(autouse=True)
def _bound(alice: UserProfile, weixin: Double) -> None:
    """Alice logs in through WeChat as well, and her QQ could be bound."""
    SocialBinding.objects.create(user=alice, provider="weixin", uid="x")
    SocialBinding.objects.create(user=alice, provider="weibo", uid="x")


@pytest.fixture
def owner(alice: UserProfile) -> APIClient:
    return in_session(alice)


@pytest.fixture
def third_party_only(alice: UserProfile, settings: Any) -> UserProfile:
    """Somebody who has neither a password nor a proven address, and two ways in."""
    settings.SOCIAL_AUTH_WEIBO_KEY = settings.SOCIAL_AUTH_WEIBO_SECRET = "x"
    return has(alice, mobile=None, password=make_password(None))


def has(user: UserProfile, **changes: Any) -> UserProfile:
    UserProfile.objects.filter(pk=user.pk).update(**changes)
    user.refresh_from_db()
    return user


def code_for(client: APIClient, phone: Phone, path: str = "/users/export/") -> str:
    assert client.post("/users/confirmation/", {"act": NAMES[path]}).status_code == 201
    return phone.code()


# -- What is a proof -------------------------------------------------------------------------------


@every_act
def test_b30_a_token_alone_is_told_what_it_lacks(owner: APIClient, path: str) -> None:
    refused = owner.post(path, {})

    assert (refused.status_code, refused.json()["type"]) == (400, "urn:mxshop:problem:proof_needed")
    assert refused.json()["password"] == refused.json()["code"] == ["请确认是您本人操作。"]
    assert SocialBinding.objects.count() == 2
    assert UserProfile.objects.get().username == "alice"


@every_act
@pytest.mark.parametrize("proof", [{"password": "wrong"}, {"code": "000000"}, {"password": "wrong", "code": "000000"}])
def test_b30_a_wrong_proof_is_none(owner: APIClient, phone: Phone, path: str, proof: dict[str, str]) -> None:
    if code_for(owner, phone, path) == "000000":
        proof = proof | {"code": "000001"}

    assert owner.post(path, proof).status_code == 400
    assert SocialBinding.objects.count() == 2
    assert UserProfile.objects.get().username == "alice"


@every_act
def test_the_password_is_a_proof(owner: APIClient, path: str) -> None:
    assert owner.post(path, {"password": PASSWORD}).status_code == ACTS[path]


@every_act
def test_so_is_a_code_of_the_proven_mobile_for_who_has_no_password_too(
    owner: APIClient, alice: UserProfile, phone: Phone, path: str
) -> None:
    has(alice, password=make_password(None))
    assert list(owner.post(path, {}).json()["code"])
    assert "password" not in owner.post(path, {}).json()

    code = code_for(owner, phone, path)
    assert (phone.messages[-1]["mobile"], phone.messages[-1]["purpose"]) == (alice.mobile, "confirm")
    assert owner.post(path, {"code": code}).status_code == ACTS[path]


def test_a_code_goes_to_the_email_where_there_is_no_mobile(
    owner: APIClient, alice: UserProfile, mailbox: Mailbox
) -> None:
    has(alice, mobile=None, verified_email=EMAIL, password=make_password(None))

    assert owner.post("/users/confirmation/", {"act": "export"}).json() == {"sent_to": EMAIL}
    assert owner.post("/users/export/", {"code": mailbox.code()}).status_code == 200


def test_b6_a_code_confirms_once(owner: APIClient, phone: Phone) -> None:
    code = code_for(owner, phone)

    assert owner.post("/users/export/", {"code": code}).status_code == 200
    assert owner.post("/users/erasure/", {"code": code}).json()["code"] == ["验证码错误"]


@pytest.mark.parametrize(("asked_for", "shown_for"), list(itertools.permutations(NAMES, 2)))
def test_b23_a_code_for_one_act_confirms_no_other(
    owner: APIClient, alice: UserProfile, phone: Phone, asked_for: str, shown_for: str
) -> None:
    has(alice, email=EMAIL)
    code = code_for(owner, phone, asked_for)

    assert owner.post(shown_for, {"code": code}).json()["code"] == ["验证码错误"]
    assert owner.post(asked_for, {"code": code}).status_code == {**ACTS, LINK: 202}[asked_for]


@pytest.mark.parametrize("act", [None, "", "first_contact", "log in", ["export"]])
def test_a_code_names_what_it_is_for(owner: APIClient, phone: Phone, act: object) -> None:
    assert "act" in owner.post("/users/confirmation/", {"act": act}).json()
    assert "act" in owner.post("/users/confirmation/").json()
    assert phone.messages == []


def test_b23_a_code_of_another_purpose_confirms_nothing(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    for purpose in ("login", "reset"):
        VerifyCode.objects.all().delete()
        APIClient().post("/code/", {"mobile": alice.mobile, "purpose": purpose})
        assert owner.post("/users/export/", {"code": phone.code()}).status_code == 400
        limiter().storage.reset()


def test_b23_a_code_to_confirm_logs_nobody_in(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    code = code_for(owner, phone)

    entered = APIClient().post("/login/code/", {"username": alice.mobile, "code": code})
    reset = {"username": alice.mobile, "code": code, "password": "left donkey capacitor"}
    assert entered.status_code == APIClient().post("/users/password/reset/", reset).status_code == 400


def test_a_strangers_code_confirms_nothing_of_alices(
    owner: APIClient, alice: UserProfile, charlie: UserProfile, phone: Phone
) -> None:
    code = code_for(in_session(charlie), phone)

    assert owner.post("/users/export/", {"code": code}).status_code == 400


def test_what_is_not_there_costs_no_code(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    code = code_for(owner, phone, "/bindings/weixin/")

    for path in ("/bindings/qq/", "/bindings/qq/unbind/"):
        assert owner.post(path, {"code": code}).status_code == 404
    assert VerifyCode.objects.get().used_at is None
    assert owner.post("/bindings/weixin/", {"code": code}).status_code == 200


def test_nobody_is_sent_no_code(visitor: APIClient, owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    assert visitor.post("/users/confirmation/").status_code == 401
    has(alice, mobile=None)
    assert owner.post("/users/confirmation/", {"act": "export"}).status_code == 409
    assert phone.messages == []


# -- Who has neither password nor address ----------------------------------------------------------


@every_act
def test_a_log_in_of_the_last_minutes_is_the_proof_of_who_has_no_other(
    third_party_only: UserProfile, path: str
) -> None:
    client = in_session(third_party_only)
    with clocks.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        stale = client.post(path, {})
        assert (stale.status_code, stale.json()["type"]) == (403, "urn:mxshop:problem:stale_log_in")
    with clocks.travel(timezone.now() + timedelta(minutes=9)):
        assert client.post(path, {}).status_code == ACTS[path]


@every_act
def test_b30_a_log_in_that_another_device_let_in_is_none(third_party_only: UserProfile, path: str) -> None:
    """Who holds a token scans with it, and would have a fresh session."""
    assert in_session(third_party_only, proven=False).post(path, {}).status_code == 403


def test_who_scans_has_proven_nothing(alice: UserProfile) -> None:
    phone, browser = in_session(alice), APIClient()
    public_id = browser.post("/scans/").json()["public_id"]
    for step in ("scan", "confirm"):
        assert phone.post(f"/scans/{public_id}/{step}/").status_code == 200
    assert browser.post(f"/scans/{public_id}/claim/", {}).status_code == 200

    of_phone, of_browser = DeviceSession.objects.order_by("pk")
    assert of_phone.proven_at is not None
    assert of_browser.proven_at is None


def test_renewed_tokens_make_no_log_in_fresh(third_party_only: UserProfile) -> None:
    pair = open_session(user=third_party_only, device=Device(ip=None, user_agent="a browser", refreshes=True))
    with clocks.travel(timezone.now() + timedelta(minutes=11)):
        token = APIClient().post("/token/refresh/", {"refresh_token": pair.refresh_token}).json()["token"]
        client = APIClient(headers={"authorization": f"JWT {token}"})
        assert client.post("/users/export/", {}).status_code == 403


def test_a_fresh_log_in_is_not_enough_for_who_has_more(owner: APIClient, alice: UserProfile) -> None:
    has(alice, mobile=None)
    refused = owner.post("/users/export/", {}).json()
    assert ("password" in refused, "code" in refused) == (True, False)


# -- The first address -----------------------------------------------------------------------------


def test_b30_the_first_mobile_takes_the_password(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    has(alice, mobile=None)
    assert owner.post("/users/mobile/codes/", {"mobile": NEW}).json() == {"old": None}
    form = {"mobile": NEW, "code": phone.code()}

    for proof in ({}, {"password": "wrong"}, {"old_code": phone.code()}):
        assert "password" in owner.post("/users/mobile/", form | proof).json()
    alice.refresh_from_db()
    assert alice.mobile is None

    assert owner.post("/users/mobile/", form | {"password": PASSWORD}).json()["mobile"] == NEW


def test_or_a_log_in_of_the_last_minutes(third_party_only: UserProfile, phone: Phone) -> None:
    client = in_session(third_party_only)
    client.post("/users/mobile/codes/", {"mobile": NEW})
    form = {"mobile": NEW, "code": phone.code()}
    DeviceSession.objects.update(proven_at=timezone.now() - timedelta(hours=1))
    assert in_session(third_party_only, proven=False).post("/users/mobile/", form).status_code == 403

    assert in_session(third_party_only).post("/users/mobile/", form).status_code == 200


def test_the_password_takes_nobodys_place_who_could_vouch(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    """A mobile is proven on both sides, as it was: the password does not replace the code of the old one."""
    owner.post("/users/mobile/codes/", {"mobile": NEW})

    refused = owner.post("/users/mobile/", {"mobile": NEW, "code": phone.code(), "password": PASSWORD})
    assert "old_code" in refused.json()


def test_b30_a_link_to_a_first_email_takes_a_proof(
    owner: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox
) -> None:
    has(alice, email=EMAIL)
    refused = owner.post(LINK)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:mxshop:problem:proof_needed")
    assert owner.post(LINK, {"password": "wrong"}).status_code == 400
    assert mailbox.letters == []

    assert owner.post(LINK, {"code": code_for(owner, phone, LINK)}).status_code == 202
    assert [letter["to"] for letter in mailbox.letters] == [EMAIL]


def test_what_needs_no_link_costs_no_code(owner: APIClient, alice: UserProfile, phone: Phone) -> None:
    code = code_for(owner, phone, LINK)
    for lacks in ({"email": ""}, {"email": EMAIL, "verified_email": EMAIL}):
        has(alice, **lacks)
        assert owner.post(LINK, {"code": code}).status_code in (400, 409)
    assert VerifyCode.objects.get().used_at is None


def test_a_link_is_not_sent_to_who_could_not_open_it(third_party_only: UserProfile, mailbox: Mailbox) -> None:
    has(third_party_only, email=EMAIL)

    assert in_session(third_party_only).post("/users/email/link/").status_code == 409
    assert mailbox.letters == []


# -- One limit -------------------------------------------------------------------------------------


def guesses(owner: APIClient, office: Client, link: str) -> list[Any]:
    """One wrong password at each route that asks for it, and where staff set their own."""
    wrong = {"password": "wrong"}
    change = {"old_password": "wrong", "new_password": "left donkey capacitor"}
    return [
        in_office(office, "wrong"),
        owner.post("/users/password/", change),
        APIClient().post("/users/activate/", {"token": link, **wrong}),
        owner.post("/users/mobile/", {"mobile": NEW, "code": "000000", **wrong}),
        *(owner.post(path, wrong) for path in ACTS),
    ]


def in_office(office: Client, password: str) -> Any:
    """Try a password where staff set their own."""
    new = {"new_password1": "left donkey capacitor", "new_password2": "left donkey capacitor"}
    return send(office, "/xadmin/account/password/", {"old_password": password, **new})


def said(answer: Any) -> str:
    """What a wrong password is answered, by routes as by a page."""
    [words] = [words for words in (WRONG, TOO_MANY) if words in answer.content.decode()]
    return words


@pytest.fixture
def office(alice: UserProfile) -> Client:
    """Alice is at the back office as well."""
    return browser_of(has(alice, is_staff=True))


@pytest.fixture
def link(alice: UserProfile, owner: APIClient, mailbox: Mailbox) -> str:
    """A link for alice's e-mail; she has no mobile, so that every route asks for her password."""
    has(alice, mobile=None, email=EMAIL)
    assert owner.post("/users/email/link/", {"password": PASSWORD}).status_code == 202
    return mailbox.link_token()


def test_b15_all_routes_that_ask_for_the_password_share_its_limit(
    owner: APIClient, office: Client, link: str, settings: Any
) -> None:
    settings.THROTTLE_SCALE = 1
    page, *answers = guesses(owner, office, link)
    page_again, *more = guesses(owner, office, link)

    assert [said(page), said(page_again)] == [WRONG, WRONG]
    assert [answer.status_code for answer in answers + more] == [400] * 8 + [429] * 6
    assert all(answer["Retry-After"] and answer.json()["password"] for answer in more[1:])
    assert said(in_office(office, PASSWORD)) == TOO_MANY
    assert owner.post("/users/export/", {"password": PASSWORD}).status_code == 429, "nor is it told that it is right"


def test_b15_they_share_one_for_those_who_take_their_time(
    owner: APIClient, office: Client, link: str, settings: Any
) -> None:
    settings.THROTTLE_SCALE = 1
    answers = []
    with clocks.travel(timezone.now(), tick=False) as clock:
        for _minute in range(5):
            answers += [said(answer) for answer in guesses(owner, office, link)]
            clock.shift(61)
    assert answers == [WRONG] * 30 + [TOO_MANY] * 10


def test_an_account_has_a_limit_of_its_own(
    owner: APIClient, office: Client, charlie: UserProfile, link: str, settings: Any
) -> None:
    settings.THROTTLE_SCALE = 1
    guesses(owner, office, link), guesses(owner, office, link)

    assert in_session(charlie).post("/users/export/", {"password": PASSWORD}).status_code == 200


def test_who_is_out_of_tries_confirms_by_a_code(owner: APIClient, phone: Phone, settings: Any) -> None:
    settings.THROTTLE_SCALE = 1
    for _try in range(11):
        owner.post("/bindings/weixin/unbind/", {"password": "wrong"})

    assert owner.post("/users/export/", {"code": code_for(owner, phone)}).status_code == 200


def test_b28_without_a_counter_no_password_is_looked_at(
    owner: APIClient, office: Client, alice: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_and_look(item: object, scope: str, key: str) -> tuple[bool, WindowStats]:
        if scope.startswith("password"):
            raise StorageError(OSError())
        return True, WindowStats(reset_time=0, remaining=1)

    monkeypatch.setattr(limiter(), "count_and_look", count_and_look)
    for path in ACTS:
        assert owner.post(path, {"password": PASSWORD}).status_code == 503
    assert "暂时无法核对访问次数，请稍后再试。" in in_office(office, PASSWORD).content.decode()
    assert UserProfile.objects.get().check_password(PASSWORD)
    assert SocialBinding.objects.count() == 2
