"""Changing the password."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD

NEW = "left donkey capacitor"
HERE = Device(ip=None, user_agent="a browser")


def change(token: str, old: object = PASSWORD, new: object = NEW) -> Any:
    body = {"old_password": old, "new_password": new}
    return APIClient().post("/users/password/", body, headers={"Authorization": f"Bearer {token}"})


def status_of(token: str) -> int:
    return APIClient().get("/users/", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def token(alice_token: str) -> str:
    return alice_token


def test_b5_a_new_password_ends_every_token_and_answers_a_new_one(alice: UserProfile, token: str) -> None:
    elsewhere = sessions.open_session(user=alice, device=HERE).token

    response = change(token)

    assert response.status_code == 200
    assert set(response.json()) == {"token"}
    assert (status_of(token), status_of(elsewhere)) == (401, 401)
    assert status_of(response.json()["token"]) == 200
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert alice.device_sessions.filter(ended_at__isnull=True).count() == 1


def test_the_other_sessions_stay_ended_when_the_old_password_comes_back(alice: UserProfile, token: str) -> None:
    elsewhere = sessions.open_session(user=alice, device=HERE).token
    old_hash = alice.password
    change(token)
    UserProfile.objects.update(password=old_hash)

    assert status_of(elsewhere) == 401


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old_password"),
        (f" {PASSWORD}", NEW, "old_password"),
        ("", NEW, "old_password"),
        (PASSWORD, "", "new_password"),
        (PASSWORD, "12345678", "new_password"),
        (PASSWORD, "alice", "new_password"),
        (PASSWORD, "x" * 129, "new_password"),
        (PASSWORD, [NEW], "new_password"),
    ],
)
def test_b16_a_wrong_or_weak_password_changes_nothing(
    alice: UserProfile, token: str, old: object, new: object, field: str
) -> None:
    response = change(token, old, new)

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)
    assert status_of(token) == 200
    assert UserProfile.objects.get().password == alice.password


def test_nobody_changes_no_password(db, visitor: APIClient) -> None:
    assert visitor.post("/users/password/", {"old_password": "a", "new_password": "b"}).status_code == 401


def test_the_old_password_is_not_guessed_at_leisure(token: str, settings) -> None:
    settings.THROTTLE_SCALE = 1

    statuses = [change(token, old="wrong").status_code for _attempt in range(11)]

    assert statuses == [400] * 10 + [429]
