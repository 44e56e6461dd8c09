"""One's own record: what it shows, and what its owner may change."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

OWN_ADDRESSES = ["/users/", "/users/1/", "/users/2/", "/users/999999/", "/users/alice/", "/users/-1/"]
# As long as a mobile, and among mobiles where text is sorted.
LIKE_MOBILES = ["1984_orwell", "18thcentury", "15apples-ab", "1380000000x"]
PLACEHOLDER = "/static/mxshop/placeholder.svg"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(name: str = "me.jpg", image_format: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (900, 300), "red").save(file, image_format, **options)
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def row(user: UserProfile) -> dict[str, Any]:
    return UserProfile.objects.filter(pk=user.pk).values().get()


@pytest.mark.parametrize("address", OWN_ADDRESSES)
def test_a7_whatever_the_address_it_is_ones_own_record(shopper: APIClient, charlie: UserProfile, address: str) -> None:
    assert shopper.get(address).json() == {
        "username": "alice",
        "name": "Alice",
        "birthday": None,
        "gender": "female",
        "email": "",
        "mobile": "13800000001",
        "avatar": PLACEHOLDER,
    }

    assert shopper.patch(address, {"name": "Alicia"}).json()["name"] == "Alicia"
    assert UserProfile.objects.get(username="alice").name == "Alicia"
    assert row(charlie)["name"] == "Charlie"


@pytest.mark.parametrize("address", OWN_ADDRESSES)
def test_a1_nobody_has_no_record(db, visitor: APIClient, address: str) -> None:
    assert visitor.get(address).status_code == 401
    assert visitor.patch(address, {"name": "x"}).status_code == 401


def test_nobody_else_writes_here(shopper: APIClient, alice: UserProfile) -> None:
    for method in (shopper.put, shopper.delete):
        assert method("/users/1/").status_code == 405
        assert method("/users/").status_code == 405
    assert shopper.post("/users/1/").status_code == 405


def test_the_whole_record_comes_back_as_read(shopper: APIClient, alice: UserProfile) -> None:
    before = row(alice)
    record = shopper.get("/users/1/").json()

    response = shopper.patch("/users/1/", record)

    assert response.status_code == 200
    assert response.json() == record
    assert row(alice) == before


def test_nulls_are_empty(shopper: APIClient, alice: UserProfile) -> None:
    changes = {"name": "A", "birthday": "1990-01-31", "email": "a@example.com"}
    assert shopper.patch("/users/1/", changes).status_code == 200

    response = shopper.patch("/users/1/", {"name": None, "birthday": None, "email": None})

    assert response.status_code == 200
    body = response.json()
    assert (body["name"], body["birthday"], body["email"]) == ("", None, "")
    assert shopper.patch("/users/1/", {"birthday": "", "gender": "male"}).json()["gender"] == "male"


@time_machine.travel("2026-11-27 23:30+08:00")
def test_nobody_is_born_tomorrow(shopper: APIClient, alice: UserProfile) -> None:
    refused = shopper.patch("/users/1/", {"birthday": "2026-11-28", "name": "A"})

    assert (refused.status_code, refused.json()["birthday"]) == (400, ["生日不能晚于今天。"])
    assert shopper.patch("/users/1/", {"birthday": "2026-11-27"}).status_code == 200
    alice.refresh_from_db()
    assert alice.birthday == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birthday", "1990-02-30"),
        ("birthday", "31.01.1990"),
        ("birthday", ["1990-01-31"]),
        ("gender", "other"),
        ("gender", None),
        ("email", "no e-mail"),
        ("email", "a" * 90 + "@example.com"),
        ("name", "n" * 31),
        ("name", {"a": 1}),
        ("username", ""),
        ("username", None),
        ("username", "u" * 151),
        ("username", "two words"),
        ("username", "ﬀ" * 150),  # stored as 300 letters
        ("username", "\ufdfa"),  # stored as four words
        ("avatar", "https://example.com/me.jpg"),
        ("avatar", "http://169.254.169.254/"),
        ("avatar", ["me.jpg"]),
        ("avatar", 7),
    ],
)
def test_bad_values_are_refused_under_their_names(
    shopper: APIClient, alice: UserProfile, field: str, value: object
) -> None:
    before = row(alice)

    response = shopper.patch("/users/1/", {"name": "Alicia", field: value})

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)
    assert row(alice) == before


@pytest.mark.parametrize("mobile", ["13800000002", "", None, "1380000000", ["13800000001"], "13800000001 "])
def test_another_mobile_is_refused(shopper: APIClient, alice: UserProfile, mobile: object) -> None:
    before = row(alice)

    response = shopper.patch("/users/1/", {"mobile": mobile, "name": "Alicia"})

    assert response.status_code == 400
    assert isinstance(response.json()["mobile"][0], str)
    assert row(alice) == before


def test_who_has_no_mobile_sends_none_back(db) -> None:
    client = APIClient()
    client.force_authenticate(UserFactory(mobile=None))

    assert client.patch("/users/1/", client.get("/users/1/").json()).status_code == 200


def test_a6_what_only_staff_may_set_is_ignored(shopper: APIClient, alice: UserProfile) -> None:
    before = row(alice)
    claimed = {
        "id": 77, "pk": 77, "public_id": "x", "is_staff": True, "is_superuser": True, "is_active": False,
        "is_deleted": True, "groups": [1], "user_permissions": [1], "password": "x", "balance": "9999.00",
        "verified_email": "a@example.com", "date_joined": "2000-01-01", "last_login": None,
    }  # fmt: skip

    assert shopper.patch("/users/1/", claimed).status_code == 200

    assert row(alice) == before


def test_a10_no_answer_holds_a_hash(shopper: APIClient, alice: UserProfile) -> None:
    for response in (shopper.get("/users/1/"), shopper.patch("/users/1/", {"name": "A"})):
        assert "password" not in response.json()
        assert alice.password not in response.content.decode()
        assert "argon2" not in response.content.decode()


def test_an_email_is_stored_as_not_verified_and_the_proven_one_stays(
    shopper: APIClient, alice: UserProfile, charlie: UserProfile
) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    alice.refresh_from_db()

    response = shopper.patch("/users/1/", {"email": "charlie@example.com"})

    assert response.json()["email"] == "charlie@example.com"
    assert (row(alice)["email"], row(alice)["verified_email"]) == ("charlie@example.com", "alice@example.com")
    # It is nobody's yet: another user may type it as well.
    UserProfile.objects.filter(pk=charlie.pk).update(verified_email="charlie@example.com")
    assert shopper.patch("/users/1/", {"email": "charlie@example.com"}).status_code == 200


def test_letters_that_look_alike_are_stored_as_one(shopper: APIClient, alice: UserProfile) -> None:
    assert shopper.patch("/users/1/", {"username": "ａｌｉｃｉａ"}).json()["username"] == "alicia"
    assert row(alice)["username"] == "alicia"


@pytest.mark.parametrize("name", ["alicia", "Alice", "爱丽丝", "alice.b+c-d_e", "1380000000", *LIKE_MOBILES])
def test_a_user_name_may_change(shopper: APIClient, alice: UserProfile, name: str) -> None:
    assert shopper.patch("/users/1/", {"username": name}).json()["username"] == name
    assert row(alice)["username"] == name


@pytest.mark.parametrize(
    "name",
    [
        "charlie",
        "Charlie",
        "ＣＨＡＲＬＩＥ",
        "13800000003",  # charlie's
        "13712345678",  # nobody's yet
        "１３７１２３４５６７８",
        "charlie@example.com",
        "alice@example.com",  # typed, not proven
        "a@b",
    ],
)
def test_a_name_that_could_mean_somebody_else_is_refused(
    shopper: APIClient, alice: UserProfile, charlie: UserProfile, name: str
) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(email="alice@example.com")
    before = row(alice)

    response = shopper.patch("/users/1/", {"username": name})

    assert response.status_code == 400
    assert response.json()["username"] == ["该用户名不可用。"]
    assert row(alice) == before


@pytest.mark.parametrize("name", ["13800000001", "alice@example.com"])
def test_ones_own_proven_mobile_or_email_may_be_the_user_name(
    shopper: APIClient, alice: UserProfile, name: str
) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    alice.refresh_from_db()

    assert shopper.patch("/users/1/", {"username": name}).status_code == 200
    assert row(alice)["username"] == name


@pytest.mark.parametrize("rank", ["is_staff", "is_superuser"])
def test_a_token_of_the_shop_renames_no_staff(shopper: APIClient, alice: UserProfile, rank: str) -> None:
    setattr(alice, rank, True)
    alice.save()
    before = row(alice)

    response = shopper.patch("/users/1/", {"username": "alicia", "name": "A"})

    assert (response.status_code, response.json()["type"]) == (400, "urn:mxshop:problem:staff_name")
    assert row(alice) == before
    assert shopper.patch("/users/1/", {"username": "alice", "name": "A"}).status_code == 200


@pytest.mark.parametrize(
    "row_of_another",
    [
        {"username": "13800000001", "mobile": None},
        {"username": "13800000001", "mobile": "13800000009"},
        {"username": "alice@example.com"},
        {"username": "alice@example.com", "email": "alice@example.com"},
        {"username": "alice@example.com", "verified_email": "other@example.com"},
    ],
)
def test_the_database_itself_refuses_a_name_with_two_meanings(
    alice: UserProfile, row_of_another: dict[str, str | None]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(**row_of_another)

    assert UserProfile.objects.count() == 1


def test_an_avatar_is_uploaded_and_written_anew(shopper: APIClient, alice: UserProfile, settings) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"

    response = shopper.patch("/users/1/", {"avatar": picture("../../evil.php.jpg", exif=exif)}, format="multipart")

    assert response.status_code == 200
    address = response.json()["avatar"]
    assert address.startswith("/media/avatars/")
    assert "evil" not in address
    stored = settings.MEDIA_ROOT / row(alice)["avatar"]
    assert b"where I live" not in stored.read_bytes()
    with Image.open(stored) as image:
        assert (image.format, image.size) == ("JPEG", (512, 171))


def test_the_avatars_address_may_come_back(shopper: APIClient, alice: UserProfile) -> None:
    shopper.patch("/users/1/", {"avatar": picture()}, format="multipart")
    before = row(alice)
    record = shopper.get("/users/1/").json()

    assert shopper.patch("/users/1/", record).status_code == 200
    assert shopper.patch("/users/1/", {"name": "Alice", "avatar": ""}, format="multipart").status_code == 200

    assert row(alice) == before


def test_a_new_avatar_takes_the_place_of_the_old_file(
    shopper: APIClient, alice: UserProfile, settings, django_capture_on_commit_callbacks
) -> None:
    shopper.patch("/users/1/", {"avatar": picture()}, format="multipart")

    with django_capture_on_commit_callbacks(execute=True):
        shopper.patch("/users/1/", {"avatar": picture(image_format="PNG")}, format="multipart")
    assert [file.suffix for file in (settings.MEDIA_ROOT / "avatars").iterdir()] == [".png"]

    with django_capture_on_commit_callbacks(execute=True):
        response = shopper.patch("/users/1/", {"avatar": None})
    assert response.json()["avatar"] == PLACEHOLDER
    assert row(alice)["avatar"] == ""
    assert list((settings.MEDIA_ROOT / "avatars").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_refused_change_leaves_no_file(shopper: APIClient, charlie: UserProfile, settings) -> None:
    response = shopper.patch("/users/1/", {"avatar": picture(), "username": "charlie"}, format="multipart")

    assert response.status_code == 400
    assert list(settings.MEDIA_ROOT.rglob("*.*")) == []


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>", b"GIF89a", b"\xff" * 99]
)
def test_f1_what_is_no_picture_becomes_no_avatar(
    shopper: APIClient, alice: UserProfile, settings, content: bytes
) -> None:
    before = row(alice)
    file = SimpleUploadedFile("me.jpg", content, "image/jpeg")

    response = shopper.patch("/users/1/", {"avatar": file, "name": "Alicia"}, format="multipart")

    assert response.status_code == 400
    assert isinstance(response.json()["avatar"][0], str)
    assert row(alice) == before
    assert not (settings.MEDIA_ROOT / "avatars").exists()


def test_f2_a_file_beyond_the_cap_is_refused(shopper: APIClient, alice: UserProfile, settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000

    response = shopper.patch("/users/1/", {"avatar": picture()}, format="multipart")

    assert response.status_code == 400
    assert "avatar" in response.json()


def test_f2_a_form_longer_than_a_file_may_be_is_refused_unread(shopper: APIClient, alice: UserProfile) -> None:
    for size, fields in ((7_000_000, {"avatar"}), (30_000_000, set())):
        response = shopper.patch("/users/1/", {"avatar": SimpleUploadedFile("me.jpg", bytes(size))}, "multipart")

        assert (response.status_code, response.json()["type"]) == (413, "urn:mxshop:problem:too_large")
        assert set(response.json()) - {"type", "title", "status", "detail"} == fields
    assert row(alice)["avatar"] == ""


def test_the_address_of_the_avatar_starts_with_the_shops(shopper: APIClient, settings) -> None:
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"

    response = shopper.get("/users/1/", headers={"Host": "localhost"})

    assert response.json()["avatar"] == f"https://shop.example{PLACEHOLDER}"


def test_a_change_touches_no_other_column(shopper: APIClient, alice: UserProfile) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(password="changed meanwhile", is_active=False)

    shopper.patch("/users/1/", {"name": "Alicia"})

    assert (row(alice)["password"], row(alice)["is_active"]) == ("changed meanwhile", False)
