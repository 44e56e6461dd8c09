"""Accounts in the back office: found, made, switched off; rights and staff are for superusers alone."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient
from xadmin.models import Log

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.notifications.models import Notice, OutboxMessage
from apps.notifications.services import notices
from apps.users.models import CodeAllowance, DeviceSession, Role, UserProfile, VerifyCode
from apps.users.services.deletion import delete_user
from apps.users.services.sessions import Device, open_session, session_of
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/xadmin/users/userprofile/"
SESSIONS = "/xadmin/users/devicesession/"
CODES = "/xadmin/users/verifycode/"
NEW_PASSWORD = "another good one 9"
EVERY_RIGHT = [f"users.{power}_userprofile" for power in ("view", "add", "change", "delete")]


@pytest.fixture
def boss(superuser: UserProfile) -> Client:
    return browser_of(superuser)


@pytest.fixture
def helper() -> Client:
    """A clerk with every right on users, who is no superuser."""
    return clerk(*EVERY_RIGHT, username="helper")


@pytest.fixture
def senior() -> Client:
    """As the helper, in a role of the level that copies and erases accounts."""
    client = clerk(*EVERY_RIGHT, username="senior")
    UserProfile.objects.get(username="senior").roles.add(Role.objects.create(name="senior", level=50))
    return client


def form(user: UserProfile, **typed: Any) -> dict[str, Any]:
    data = {name: getattr(user, name) or "" for name in ("username", "mobile", "name", "email", "gender")}
    data |= {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)}
    return {name: value for name, value in (data | typed).items() if value is not None}


def rights(user: UserProfile) -> tuple[bool, bool, int, int]:
    user.refresh_from_db()
    return user.is_staff, user.is_superuser, user.groups.count(), user.user_permissions.count()


# -- Finding ---------------------------------------------------------------------------------------


def test_users_are_found(boss: Client) -> None:
    UserFactory(username="eve", name="夏娃", mobile="13911112222", email="Eve@example.com", verified_email="e@b.cn")
    UserFactory(username="adam", is_active=False)
    for query in ("_q_=夏娃", "_q_=1391111", "_q_=eve@ex", "_q_=e@b.cn"):
        assert listed(boss, USERS, query, "username") == ["eve"], query
    assert listed(boss, USERS, "_p_is_active__exact=0", "username") == ["adam"]
    assert "夏娃" in page(boss, USERS)


def test_the_last_log_in_is_that_to_the_shop_or_to_the_office(boss: Client, alice: UserProfile) -> None:
    assert listed(boss, USERS, "_q_=alice", "logged_in") == [""]
    device = Device(ip=None, user_agent="x")
    for moment in ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"):
        with time_machine.travel(moment, tick=False):
            open_session(user=alice, device=device)
    assert listed(boss, USERS, "_q_=alice", "logged_in") == ["2026-11-02 08:00:00"]
    for path in ("update", "detail"):
        assert "2026-11-02 08:00:00" in page(boss, f"{USERS}{alice.pk}/{path}/")

    UserProfile.objects.filter(pk=alice.pk).update(last_login="2026-11-03T00:00:00Z")
    assert listed(boss, USERS, "_q_=alice", "logged_in") == ["2026-11-03 08:00:00"]


def test_hashes_are_shown_nowhere(boss: Client, alice: UserProfile) -> None:
    addresses = ["", "?_cols=username.password", "?_do_=export&export_type=csv&_cols=username.password"]
    for address in [*addresses, f"{alice.pk}/detail/", f"{alice.pk}/update/", "?o=password"]:
        assert "argon2" not in page(boss, f"{USERS}{address}"), address
    assert listed(boss, USERS, "_p_password__startswith=argon2") == []


@pytest.mark.parametrize("address", [USERS, SESSIONS])
def test_a_list_asks_the_same_number_of_queries_however_long_it_is(boss: Client, address: str) -> None:
    counts = []
    page(boss, address)  # content types are fetched once
    for _ in range(2):
        for _ in range(3):
            open_session(user=UserFactory(), device=Device(ip=None, user_agent="x"))
        with CaptureQueriesContext(connection) as queries:
            page(boss, address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


# -- Making ----------------------------------------------------------------------------------------


def test_an_account_is_made_with_its_password_typed_twice(boss: Client) -> None:
    typed = {"username": "eve", "mobile": "", "name": "夏娃", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert send(boss, f"{USERS}add/", typed).status_code == 302
    eve = UserProfile.objects.get(username="eve")
    assert (eve.check_password(NEW_PASSWORD), eve.mobile, eve.name) == (True, None, "夏娃")
    assert rights(eve) == (False, False, 0, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password2": "something else 9"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password2"),
        ({"password1": "", "password2": ""}, "password1"),
        ({"username": "13800000009"}, "username"),
        ({"username": "somebody@example.com"}, "username"),
        ({"username": "alice"}, "username"),
        ({"username": "ＡLICE"}, "username"),
        ({"username": "\u0430dmin"}, "username"),  # the first letter is Cyrillic
        ({"username": "١٣٩٠٠٠٠٩٩٩٩"}, "username"),
        ({"mobile": "13800000001"}, "mobile"),
        ({"mobile": "12345678901"}, "mobile"),
    ],
)
def test_a_wrong_account_is_refused_in_words(
    boss: Client, alice: UserProfile, typed: dict[str, str], field: str
) -> None:
    before = UserProfile.objects.count()
    data = {"username": "eve", "mobile": "", "name": "", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = send(boss, f"{USERS}add/", data | typed)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert UserProfile.objects.count() == before


def test_an_old_name_of_other_letters_stays_until_it_is_changed(boss: Client) -> None:
    user = UserFactory(username="josé")
    assert send(boss, f"{USERS}{user.pk}/update/", form(user, name="José")).status_code == 302
    assert send(boss, f"{USERS}{user.pk}/update/", form(user, username="josè")).status_code == 200


def test_a_name_that_the_shop_gave_is_in_the_way_of_no_other_change(boss: Client, alice: UserProfile) -> None:
    delete_user(user=alice, actor_id=None)
    typed = form(alice, name="Alice")

    assert send(boss, f"{USERS}{alice.pk}/update/", typed).status_code == 302

    alice.refresh_from_db()
    assert (alice.username, alice.name) == (f"deleted:{alice.public_id.hex}", "Alice")


def test_a_shopper_who_is_called_by_the_mobile_keeps_it_or_both_change(boss: Client) -> None:
    user = UserFactory(username="13911112222", mobile="13911112222")
    response = send(boss, f"{USERS}{user.pk}/update/", form(user, mobile="13911113333"))
    assert list(response.context["form"].errors) == ["username"]
    typed = form(user, mobile="13911113333", username="13911113333")
    assert send(boss, f"{USERS}{user.pk}/update/", typed).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.mobile) == ("13911113333", "13911113333")


def test_what_a_user_proved_is_not_typed(boss: Client, alice: UserProfile) -> None:
    send(boss, f"{USERS}{alice.pk}/update/", form(alice, verified_email="x@y.cn", is_deleted="on"))
    alice.refresh_from_db()
    assert (alice.verified_email, alice.is_deleted) == (None, False)


# -- Whose the mobile of a new account is --------------------------------------------------------------

NEW = {"username": "eve", "name": "", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "mobile": "13900000555"}


@pytest.mark.parametrize("query", ["", "?_ajax=1", "?_ajax=1&_field=mobile,username,email"])
def test_a_junior_opens_no_account_with_somebodys_mobile(helper: Client, phone: Phone, query: str) -> None:
    """Its holder could not register it any more, or would use an account whose password others know."""
    shown = page(helper, f"{USERS}add/")
    assert [f'name="{name}"' in shown for name in ("username", "mobile", "email")] == [True, False, False]
    send(helper, f"{USERS}add/{query}", {**NEW, "email": "eve@example.com", "verified_email": "eve@example.com"})

    eve = UserProfile.objects.get(username="eve")
    assert (eve.mobile, eve.email, eve.verified_email) == (None, "", None)
    assert not OutboxMessage.objects.exists()

    visitor = APIClient()
    assert visitor.post("/code/", {"mobile": NEW["mobile"]}).status_code == 201
    holder = {"username": NEW["mobile"], "password": PASSWORD, "code": phone.code()}
    assert visitor.post("/users/", holder).status_code == 201


def test_nor_is_it_called_by_one(helper: Client) -> None:
    response = send(helper, f"{USERS}add/", {**NEW, "username": NEW["mobile"]})
    assert list(response.context["form"].errors) == ["username"]
    assert not UserProfile.objects.named(NEW["mobile"]).exists()


def test_who_was_given_an_account_proves_the_own_mobile(helper: Client, phone: Phone) -> None:
    send(helper, f"{USERS}add/", NEW)
    eve = APIClient()
    token = eve.post("/login/", {"username": "eve", "password": NEW_PASSWORD}).json()["token"]
    eve.credentials(HTTP_AUTHORIZATION=f"JWT {token}")
    assert eve.post("/users/mobile/codes/", {"mobile": NEW["mobile"]}).status_code == 201
    proof = {"mobile": NEW["mobile"], "code": phone.code(), "password": NEW_PASSWORD}
    assert eve.post("/users/mobile/", proof).status_code == 200
    assert UserProfile.objects.get(username="eve").mobile == NEW["mobile"]


def test_of_an_account_that_a_senior_opens_the_holder_of_the_mobile_is_told(senior: Client, phone: Phone) -> None:
    """And gets in by a code; a password of their own leaves the senior outside."""
    assert send(senior, f"{USERS}add/", NEW).status_code == 302
    eve = UserProfile.objects.get(username="eve")
    assert eve.mobile == NEW["mobile"]
    assert told_at() == {"sms:13900000555"}
    assert list(Notice.objects.values_list("user_id", "topic", "params")) == [
        (eve.pk, "account.opened", {"address": "139****0555"})
    ]

    visitor = APIClient()
    visitor.post("/code/", {"mobile": eve.mobile, "purpose": "reset"})
    reset = {"username": eve.mobile, "code": phone.code(), "password": PASSWORD}
    assert visitor.post("/users/password/reset/", reset).status_code == 204
    assert visitor.post("/login/", {"username": "eve", "password": NEW_PASSWORD}).status_code == 400


def test_a_senior_opens_one_without_a_mobile_and_tells_nobody(senior: Client) -> None:
    assert send(senior, f"{USERS}add/", {**NEW, "mobile": ""}).status_code == 302
    assert UserProfile.objects.get(username="eve").mobile is None
    assert not OutboxMessage.objects.exists()
    assert not Notice.objects.exists()


# -- Rights ----------------------------------------------------------------------------------------


def test_superusers_give_rights(boss: Client, alice: UserProfile) -> None:
    group = Group.objects.create(name="客服")
    right = Permission.objects.get(codename="view_goods")
    typed = form(alice, is_staff="on", groups=[group.pk], user_permissions=[right.pk])
    assert send(boss, f"{USERS}{alice.pk}/update/", typed).status_code == 302
    assert rights(alice) == (True, False, 1, 1)


def test_nobody_else_sees_or_gives_rights(helper: Client, alice: UserProfile) -> None:
    group = Group.objects.create(name="客服")
    address = f"{USERS}{alice.pk}/update/"
    shown = page(helper, address) + page(helper, f"{USERS}add/") + page(helper, f"{USERS}{alice.pk}/detail/")
    assert [f'name="{name}"' in shown for name in ("is_staff", "is_superuser", "groups", "user_permissions")] == [
        False
    ] * 4
    assert "超级用户" not in shown

    typed = {"is_staff": "on", "is_superuser": "on", "groups": [group.pk], "user_permissions": [1], "name": "新名"}
    assert send(helper, address, form(alice, **typed)).status_code == 302
    assert rights(alice) == (False, False, 0, 0)
    assert alice.name == "新名"

    new = {"username": "eve", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, **typed}
    assert send(helper, f"{USERS}add/", new).status_code == 302
    assert rights(UserProfile.objects.get(username="eve")) == (False, False, 0, 0)


@pytest.mark.parametrize("query", ["?_ajax=1&_field=is_superuser", "?_ajax=1&_field=name,is_superuser"])
def test_no_other_form_gives_rights(helper: Client, alice: UserProfile, query: str) -> None:
    send(helper, f"{USERS}{alice.pk}/update/{query}", {"is_superuser": "on", "name": "x"})
    assert send(helper, f"{USERS}{alice.pk}/patch/", {"is_superuser": "on"}).status_code == 403
    assert act(helper, USERS, "change_selected", alice, is_superuser="on").status_code == 403
    assert rights(alice) == (False, False, 0, 0)


@pytest.mark.parametrize(
    "account", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}, {"is_superuser": True}]
)
def test_staff_exist_for_superusers_alone(helper: Client, account: dict[str, bool]) -> None:
    target = UserFactory(username="colleague", name="同事", **account)
    before = UserProfile.objects.filter(pk=target.pk).values().get()
    assert listed(helper, USERS, "", "username") == []
    assert "同事" not in page(helper, f"{USERS}?_do_=export&export_type=json")
    for path in ("detail/", "update/", "patch/"):
        assert helper.get(f"{USERS}{target.pk}/{path}?fields=name").status_code in (403, 404), path
        answer = send(helper, f"{USERS}{target.pk}/{path}", {"name": "x", "username": "x"})
        assert answer.status_code in (403, 404, 405), path
    password = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert send(helper, f"{USERS}{target.pk}/password/", password).status_code == 403
    assert UserProfile.objects.filter(pk=target.pk).values().get() == before


def test_nobody_locks_the_own_account_out(boss: Client, superuser: UserProfile) -> None:
    address = f"{USERS}{superuser.pk}/update/"
    for name in ("is_active", "is_staff", "is_superuser"):
        response = send(boss, address, form(superuser, **{name: None}))
        assert response.context["form"].errors == {name: ["不能取消自己的这项权限。"]}
    assert send(boss, address, form(superuser, name="老板")).status_code == 302
    assert rights(superuser)[:2] == (True, True)


# -- Switching off -----------------------------------------------------------------------------------


def test_an_account_that_is_switched_off_is_logged_out_for_good(
    helper: Client, alice: UserProfile, alice_token: str
) -> None:
    typed = form(alice, is_active=None)
    assert send(helper, f"{USERS}{alice.pk}/update/", typed).status_code == 302
    assert session_of(alice_token) is None
    assert DeviceSession.objects.get(user=alice).ended_at is not None

    send(helper, f"{USERS}{alice.pk}/update/", form(alice, is_active="on"))
    assert session_of(alice_token) is None
    assert Log.objects.filter(object_id=str(alice.pk)).count() == 2


def test_an_account_is_never_deleted(boss: Client, alice: UserProfile) -> None:
    assert send(boss, f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert act(boss, USERS, "delete_selected", alice).status_code == 403
    assert UserProfile.objects.filter(pk=alice.pk).exists()


# -- Passwords -------------------------------------------------------------------------------------


def test_a_shoppers_password_is_set_and_ends_the_tokens(senior: Client, alice: UserProfile, alice_token: str) -> None:
    address = f"{USERS}{alice.pk}/password/"
    assert address in page(senior, f"{USERS}{alice.pk}/update/")
    assert 'name="password1"' in page(senior, address)
    typed = {"password1": NEW_PASSWORD, "password2": "no", "usable_password": "true"}
    assert send(senior, address, typed).status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)

    assert send(senior, address, typed | {"password2": NEW_PASSWORD}).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert session_of(alice_token) is None
    assert APIClient().post("/login/", {"username": "alice", "password": NEW_PASSWORD}).status_code == 200
    assert Log.objects.get().message == "已修改密码。"


def test_the_right_to_look_sets_no_password(alice: UserProfile) -> None:
    client = clerk("users.view_userprofile")
    address = f"{USERS}{alice.pk}/password/"
    assert address not in page(client, f"{USERS}{alice.pk}/detail/")
    assert send(client, address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 403
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


# -- How accounts are reached ------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?_ajax=1&_field=mobile", "?_ajax=1&_field=mobile,username,email"])
def test_a_junior_does_not_change_how_an_account_is_reached(
    helper: Client, alice: UserProfile, alice_token: str, query: str
) -> None:
    address = f"{USERS}{alice.pk}/update/"
    shown = page(helper, address)
    assert [f'name="{name}"' in shown for name in ("name", "username", "mobile", "email")] == [True] + [False] * 3

    typed = form(alice, mobile="13900000555", username="thief", email="thief@example.com", name="新名")
    send(helper, address + query, typed)

    before = alice.username, alice.mobile, alice.email
    alice.refresh_from_db()
    assert (alice.username, alice.mobile, alice.email) == before
    assert send(helper, address, typed).status_code == 302
    alice.refresh_from_db()
    assert (alice.username, alice.mobile, alice.email, alice.name) == (*before, "新名")
    assert session_of(alice_token) is not None
    assert not Notice.objects.exists()


def test_a_junior_sets_no_password(helper: Client, alice: UserProfile, alice_token: str) -> None:
    address = f"{USERS}{alice.pk}/password/"
    assert address not in page(helper, f"{USERS}{alice.pk}/update/")
    assert helper.get(address).status_code == 403
    assert send(helper, address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 403
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert session_of(alice_token) is not None


@pytest.mark.parametrize(
    ("typed", "topics"),
    [
        ({"mobile": "13900000555"}, ["account.mobile"]),
        ({"mobile": None}, ["account.no_mobile"]),
        ({"username": "alicia"}, ["account.name"]),
        ({"mobile": "13900000555", "username": "13900000555"}, ["account.mobile"]),
        ({"mobile": "13900000555", "username": "alicia"}, ["account.mobile", "account.name"]),
    ],
)
def test_of_what_a_senior_changes_the_owner_is_told_at_the_old_addresses(
    senior: Client, alice: UserProfile, alice_token: str, typed: dict[str, str | None], topics: list[str]
) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    alice.refresh_from_db()

    assert send(senior, f"{USERS}{alice.pk}/update/", form(alice, **typed)).status_code == 302

    assert list(Notice.objects.order_by("pk").values_list("user_id", "topic")) == [(alice.pk, each) for each in topics]
    assert told_at() == {"mailto:alice@example.com", "sms:13800000001"}
    assert session_of(alice_token) is None


def test_what_lets_nobody_in_is_told_to_nobody(senior: Client, alice: UserProfile, alice_token: str) -> None:
    assert send(senior, f"{USERS}{alice.pk}/update/", form(alice, name="x", email="a@b.cn")).status_code == 302

    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.verified_email) == ("x", "a@b.cn", None)
    assert not Notice.objects.exists()
    assert session_of(alice_token) is not None


def test_whose_password_staff_set_is_told(senior: Client, alice: UserProfile) -> None:
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert send(senior, f"{USERS}{alice.pk}/password/", typed).status_code == 302

    [notice] = Notice.objects.all()
    assert (notice.user_id, notice.topic) == (alice.pk, "account.password")
    assert "重新设置密码" in notices.text_of(notice)
    assert told_at() == {"sms:13800000001"}


def told_at() -> set[str]:
    """Where the outbox owes a text about a change."""
    return set(OutboxMessage.objects.filter(topic__in=["users.changed", "changed"]).values_list("url", flat=True))


# -- Sessions and codes ------------------------------------------------------------------------------


def test_devices_are_logged_out(boss: Client, alice: UserProfile, charlie: UserProfile, alice_token: str) -> None:
    kept = open_session(user=charlie, device=Device(ip="127.0.0.1", user_agent="Firefox")).token
    session = DeviceSession.objects.get(user=alice)
    assert listed(boss, SESSIONS, "_q_=Firefox", "user_agent") == ["Firefox"]
    assert act(boss, SESSIONS, "end_session", session).status_code == 302
    assert session_of(alice_token) is None
    assert session_of(kept) is not None
    assert "已完成 1 项" in page(boss, SESSIONS)


def test_logging_devices_out_takes_the_right_and_spares_staff(alice: UserProfile, superuser: UserProfile) -> None:
    for user in (alice, superuser):
        open_session(user=user, device=Device(ip=None, user_agent=user.username))
    mine, theirs = DeviceSession.objects.get(user=alice), DeviceSession.objects.get(user=superuser)
    viewer = clerk("users.view_devicesession")
    assert listed(viewer, SESSIONS, "", "user_agent") == ["alice"]
    assert act(viewer, SESSIONS, "end_session", mine).status_code == 403
    helper = clerk("users.change_devicesession")
    act(helper, SESSIONS, "end_session", mine, theirs)
    assert [DeviceSession.objects.get(pk=row.pk).ended_at is None for row in (mine, theirs)] == [False, True]


def test_codes_of_staff_are_superusers_to_see(boss: Client, alice: UserProfile, staff: UserProfile) -> None:
    UserProfile.objects.filter(pk=staff.pk).update(verified_email="staff@example.com")
    helper = clerk("users.view_verifycode", "users.view_codeallowance", mobile=None)
    addresses = [alice.mobile, "13700000000", staff.mobile, "staff@example.com"]
    keys = [f"to:{address}:login:day:2026-11-27" for address in addresses] + ["ip:2001:db8::/64:hour:1"]
    for address in addresses:
        VerifyCode.objects.create(address=address, purpose="login", code_hash="x", expires_at=timezone.now())
    for key in keys:
        CodeAllowance.objects.create(key=key, expires_at=timezone.now())
    allowances = "/xadmin/users/codeallowance/"

    assert sorted(listed(helper, CODES, "", "address")) == sorted(addresses[:2])
    assert sorted(listed(helper, allowances, "", "key")) == sorted([*keys[:2], keys[-1]])
    hidden = VerifyCode.objects.get(address=staff.mobile)
    assert helper.get(f"{CODES}{hidden.pk}/detail/").status_code == 404
    assert sorted(listed(boss, CODES, "", "address")) == sorted(addresses)
    assert sorted(listed(boss, allowances, "", "key")) == sorted(keys)


def test_sessions_and_codes_are_read_only_and_the_hash_of_a_code_is_not_read(boss: Client, alice: UserProfile) -> None:
    session = open_session(user=alice, device=Device(ip=None, user_agent="x")).user.device_sessions.get()
    code = VerifyCode.objects.create(
        address="13900000000", purpose="register", code_hash="SECRETHASH", expires_at=timezone.now()
    )
    for address, row in ((SESSIONS, session), (CODES, code)):
        for path in ("add/", f"{row.pk}/update/", f"{row.pk}/delete/", f"{row.pk}/patch/"):
            assert send(boss, f"{address}{path}", {"ended_at": "", "post": "yes"}).status_code == 403, path
    for address in (
        "",
        f"{code.pk}/detail/",
        "?_cols=address.code_hash",
        "?_do_=export&export_type=csv&_cols=code_hash",
    ):
        assert "SECRETHASH" not in page(boss, f"{CODES}{address}")
    assert listed(boss, CODES, "_p_code_hash__startswith=SECRET") == []
