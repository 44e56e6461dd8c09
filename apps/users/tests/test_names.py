"""What a user may be called: nobody is in the way of somebody else, or taken for them, by letters that look alike."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.services import deletion, places
from apps.users.services.invariants import find_unclear_names
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NUMBER = "13900009999"
ARABIC, DEVANAGARI, CIRCLED = "١٣٩٠٠٠٠٩٩٩٩", "१३९००००९९९९", "⓵❸900009999"
CYRILLIC = "аdmin"
OTHER_LETTERS = [ARABIC, DEVANAGARI, CIRCLED, CYRILLIC, "josé", "さくら", "алиса", "two words", "a:b", "a\u200bb"]


@pytest.mark.parametrize("name", OTHER_LETTERS)
def test_a_name_of_other_letters_is_refused_with_the_rule(shopper: APIClient, alice: UserProfile, name: str) -> None:
    response = shopper.patch("/users/1/", {"username": name})

    assert (response.status_code, response.json()["type"]) == (400, "urn:mxshop:problem:name_of_other_letters")
    assert response.json()["username"] == ["用户名只能由字母、汉字、数字和 . _ + - 组成。"]
    alice.refresh_from_db()
    assert alice.username == "alice"


@pytest.mark.parametrize("name", [ARABIC, CYRILLIC])
def test_no_script_and_no_command_opens_an_account_of_such_a_name(name: str) -> None:
    with pytest.raises(ValidationError):
        UserProfile.objects.create_user(name)
    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", username=name, email="root@example.com")
    assert not UserProfile.objects.exists()


def test_an_old_name_is_in_the_way_of_no_other_change(shopper: APIClient, alice: UserProfile) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(username="josé")
    alice.refresh_from_db()

    assert shopper.patch("/users/1/", {"username": "josé", "name": "José"}).status_code == 200


def test_an_old_name_does_not_come_back_with_a_deleted_account(alice: UserProfile) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(username=CYRILLIC)
    alice.refresh_from_db()
    deletion.delete_user(user=alice, actor_id=None)

    deletion.restore_user(user=alice)

    assert alice.username.startswith("user-")


@pytest.mark.parametrize("name", [ARABIC, DEVANAGARI, CIRCLED, "139\u200b00009999", "1390000999\u03019"])
def test_old_names_like_a_mobile_go_with_the_migration(name: str) -> None:
    squatter = UserFactory(username=name, mobile=None)
    bystander = UserFactory(username="josé")

    import_module("apps.users.migrations.0020_names_like_a_mobile").rename(apps, None)

    squatter.refresh_from_db()
    assert squatter.username == f"user-{squatter.public_id.hex}"
    bystander.refresh_from_db()
    assert bystander.username == "josé"
    UserFactory(username=NUMBER, mobile=NUMBER)  # the number is its owner's again


@pytest.mark.parametrize("name", ["小明13812345678", "张三13812345678号", "josé13812345678", f"小明{ARABIC}"])
def test_an_old_name_with_a_mobile_in_it_stays(name: str) -> None:
    user = UserFactory(username=name, mobile=None)

    import_module("apps.users.migrations.0020_names_like_a_mobile").rename(apps, None)

    user.refresh_from_db()
    assert user.username == name


def test_the_doctor_finds_what_is_left_of_old_names(alice: UserProfile) -> None:
    strange = UserFactory(username=CYRILLIC)
    UserFactory(username="爱丽丝", mobile=None)
    UserFactory(username=NUMBER, mobile=NUMBER)
    UserFactory(username=UserProfile.PENDING + "0", mobile=None)

    (finding,) = find_unclear_names()

    assert finding.key == strange.pk
    assert "\\u0430dmin" in finding.detail


def test_a_log_in_name_means_one_user_to_the_letter(alice: UserProfile) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(mobile=NUMBER, verified_email="alice@example.com")

    found: list[Any] = [UserProfile.objects.named(name).first() for name in ("alice", NUMBER, "Alice@example.com")]

    assert found == [alice] * 3
    for name in ("Alice", ARABIC, "álice", "álice@example.com"):
        assert not UserProfile.objects.named(name).exists()


def test_whoever_is_called_alike_takes_nothing_from_the_owner_of_a_mobile() -> None:
    """Also while an old row is there, which stands before the owner's."""
    squatter = UserFactory(username="other", mobile=None)
    owner = UserFactory(username="owner", mobile=NUMBER)
    UserProfile.objects.filter(pk=squatter.pk).update(username=ARABIC)

    logged_in = APIClient().post("/login/", {"username": NUMBER, "password": PASSWORD})

    assert (logged_in.status_code, logged_in.json()["user"]["username"]) == (200, "owner")
    assert places.owners_of(NUMBER).get() == owner
    assert places.owners_of(ARABIC).get() == squatter


def test_columns_of_addresses_are_compared_to_the_letter() -> None:
    with connection.cursor() as cursor:
        for model, name in (
            ("userprofile", "mobile"),
            ("userprofile", "verified_email"),
            ("verifycode", "address"),
            ("codeallowance", "key"),
            ("socialbinding", "uid"),
        ):
            table = apps.get_model("users", model)._meta.db_table
            columns = {column.name: column for column in connection.introspection.get_table_description(cursor, table)}
            assert columns[name].collation == ("utf8mb4_bin" if connection.vendor == "mysql" else None)
