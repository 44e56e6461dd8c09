"""A deleted account is gone from the API and from log-in, gives its names back, and can be restored."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient
from xadmin.models import Log

from apps.common.exceptions import Conflict
from apps.common.tests.back_office import act, browser_of, clerk, listed, page
from apps.users.exceptions import NotDeleted, StaffAccount
from apps.users.models import DeletedUser, UserProfile
from apps.users.services.deletion import delete_user, restore_user
from apps.users.services.invariants import find_unclear_names
from apps.users.services.privacy import erase_user
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/xadmin/users/userprofile/"


def log_in(client: APIClient, name: str) -> int:
    return client.post("/login/", {"username": name, "password": PASSWORD}).status_code


@pytest.fixture
def eve(db: None) -> UserProfile:
    return UserFactory(username="eve", mobile="13911112222", verified_email="eve@example.com", name="")


def names(user: UserProfile) -> tuple[Any, ...]:
    user.refresh_from_db()
    return user.username, user.mobile, user.verified_email, user.name


def test_a_deleted_account_neither_logs_in_nor_uses_its_token(signed_in: APIClient, alice: UserProfile) -> None:
    assert signed_in.get("/users/1/").status_code == 200
    delete_user(user=alice, actor_id=None)

    assert signed_in.get("/users/1/").status_code == 401
    assert [log_in(APIClient(), name) for name in ("alice", "13800000001")] == [400, 400]


def test_its_names_are_free_and_it_keeps_one_to_show(eve: UserProfile, superuser: UserProfile) -> None:
    delete_user(user=eve, actor_id=superuser.pk)

    assert names(eve) == (f"deleted:{eve.public_id.hex}", None, None, "eve")
    assert (str(eve), eve.is_deleted) == ("eve", True)
    assert DeletedUser.objects.get().actor == superuser
    UserFactory(username="eve", mobile="13911112222", verified_email="eve@example.com")


@pytest.mark.parametrize(("end", "word"), [(partial(delete_user, actor_id=None), "deleted"), (erase_user, "erased")])
def test_nobody_can_be_called_as_it_will_be(
    end: Callable[..., None], word: str, eve: UserProfile, shopper: APIClient
) -> None:
    assert shopper.patch("/users/1/", {"username": f"{word}-{eve.public_id.hex}"}).status_code == 200
    assert shopper.patch("/users/1/", {"username": f"{word}:{eve.public_id.hex}"}).status_code == 400

    end(user=eve)

    assert names(eve)[0] == f"{word}:{eve.public_id.hex}"
    assert list(find_unclear_names()) == []


def test_restored_it_is_as_it_was(eve: UserProfile) -> None:
    before = names(eve)
    delete_user(user=eve, actor_id=None)

    assert restore_user(user=eve) == []
    assert names(eve) == before
    assert not DeletedUser.objects.exists()
    assert [log_in(APIClient(), name) for name in ("eve", "13911112222", "eve@example.com")] == [200] * 3
    delete_user(user=eve, actor_id=None)  # and again


@pytest.mark.parametrize(
    ("other", "taken", "kept"),
    [
        ({"mobile": "13911112222"}, ["13911112222"], ("eve", None, "eve@example.com")),
        ({"verified_email": "eve@example.com"}, ["eve@example.com"], ("eve", "13911112222", None)),
        ({"username": "eve"}, ["eve"], (None, "13911112222", "eve@example.com")),
    ],
)
def test_names_that_others_took_stay_theirs(
    eve: UserProfile, other: dict[str, str], taken: list[str], kept: tuple[str | None, ...]
) -> None:
    delete_user(user=eve, actor_id=None)
    newcomer = UserFactory(**other)

    assert restore_user(user=eve) == taken
    username, mobile, email, _name = names(eve)
    assert (mobile, email) == kept[1:]
    assert username == (kept[0] or username)
    assert (kept[0] is None) == username.startswith("user-")
    newcomer.refresh_from_db()
    assert all(getattr(newcomer, field) == value for field, value in other.items())


def test_a_user_name_that_is_a_mobile_falls_with_the_mobile(db: None) -> None:
    user = UserFactory(username="13911112222", mobile="13911112222")
    delete_user(user=user, actor_id=None)
    UserFactory(username="somebody", mobile="13911112222")

    assert restore_user(user=user) == ["13911112222"]
    assert names(user)[0].startswith("user-")
    assert names(user)[1] is None


def test_staff_and_who_is_gone_are_not_deleted(staff: UserProfile, superuser: UserProfile, eve: UserProfile) -> None:
    for account in (staff, superuser):
        with pytest.raises(StaffAccount):
            delete_user(user=account, actor_id=None)
    delete_user(user=eve, actor_id=None)
    with pytest.raises(Conflict):
        delete_user(user=eve, actor_id=None)
    assert DeletedUser.objects.count() == 1


def test_nothing_is_restored_of_who_is_in_use_or_erased(eve: UserProfile, alice: UserProfile) -> None:
    erase_user(user=eve)
    for account in (eve, alice):
        with pytest.raises(NotDeleted):
            restore_user(user=account)


# -- In the back office ----------------------------------------------------------------------------


def test_staff_delete_and_restore_with_the_right_to(eve: UserProfile) -> None:
    helper = clerk("users.view_userprofile", "users.delete_userprofile")
    assert "delete_user" in page(helper, f"{USERS}{eve.pk}/detail/")
    act(helper, USERS, "delete_user", eve)
    eve.refresh_from_db()
    assert eve.is_deleted
    assert listed(helper, USERS, "_p_is_deleted__exact=1", "name") == ["eve"]

    UserFactory(mobile="13911112222")
    answer = act(helper, USERS, "restore_user", eve)
    assert names(eve)[:2] == ("eve", None)
    assert "13911112222" in page(helper, answer.url)  # which is somebody else's now
    assert Log.objects.filter(object_id=eve.pk).count() == 2


def test_nobody_without_the_right_and_no_staff_account(eve: UserProfile, staff: UserProfile) -> None:
    viewer = clerk("users.view_userprofile", "users.change_userprofile")
    assert act(viewer, USERS, "delete_user", eve).status_code == 403
    eve.refresh_from_db()
    assert not eve.is_deleted

    boss: Client = browser_of(UserFactory(is_staff=True, is_superuser=True))
    act(boss, USERS, "delete_user", staff)
    staff.refresh_from_db()
    assert not staff.is_deleted
