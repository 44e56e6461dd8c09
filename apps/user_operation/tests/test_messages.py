"""Messages with an attachment, or the empty string where one would be."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import override_settings
from PIL import Image
from rest_framework.test import APIClient

from apps.common.transactions import DEADLOCK
from apps.user_operation.models import Message
from apps.user_operation.tests.factories import MessageFactory
from apps.users.models import UserProfile
from conftest import client_of

HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
TEXT = {"subject": "发货", "message": "什么时候发货？", "message_type": "3"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def picture(kind: str, *, exif: bool = False) -> bytes:
    target = BytesIO()
    image = Image.new("RGB", (8, 4), "red")
    data = image.getexif()
    data[0x9286] = "home: 31.2304 N"
    image.save(target, kind, **({"exif": data} if exif else {}))
    return target.getvalue()


def zipped(*members: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return target.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 64


def send(client: APIClient, content: bytes, name: str, media_type: str = "image/png"):
    file = SimpleUploadedFile(name, content, content_type=media_type)
    return client.post("/messages/", TEXT | {"file": file}, format="multipart")


@time_machine.travel("2026-03-01T16:30:05Z", tick=False)
def test_message_without_a_file_as_the_client_sends_it(shopper: APIClient, alice: UserProfile) -> None:
    response = shopper.post("/messages/", TEXT | {"file": ""}, format="multipart")
    message = Message.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": message.pk,
        "message_type": 3,
        "subject": "发货",
        "message": "什么时候发货？",
        "file": "",
        "add_time": "2026-03-02 00:30:05",
    }
    assert message.user == alice
    assert shopper.get("/messages/").json() == [response.json()]
    assert shopper.get(f"/messages/{message.pk}/").json() == response.json()


def test_no_type_chosen_is_a_comment(shopper: APIClient, db: None) -> None:
    response = shopper.post("/messages/", TEXT | {"file": "", "message_type": ""}, format="multipart")
    assert (response.status_code, response.json()["message_type"]) == (201, 1)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_type_is_a_number_on_the_wire(shopper: APIClient, db: None, number: int) -> None:
    response = shopper.post("/messages/", {"message": "x", "message_type": str(number)}, format="multipart")
    assert response.json()["message_type"] == number


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("message_type", "0"),
        ("message_type", "6"),
        ("message_type", "x"),
        ("subject", "长" * 101),
        ("message", "长" * 5001),
        ("message", "a\x00b"),
        ("file", "not a file"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(shopper: APIClient, db: None, field: str, wrong: str) -> None:
    response = shopper.post("/messages/", TEXT | {field: wrong}, format="multipart")
    assert response.status_code == 400
    assert field in response.json()
    assert not Message.objects.exists()


def test_message_that_says_nothing_is_refused(shopper: APIClient, db: None) -> None:
    response = shopper.post("/messages/", {"subject": "", "message": " ", "file": ""}, format="multipart")
    assert (response.status_code, response.json()["message"]) == (400, ["请写点什么。"])
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (picture("GIF"), "a.gif", ".png"),
        (picture("JPEG"), "a.jpg", ".jpg"),
        (picture("PNG"), "a.png", ".png"),
        (b"%PDF-1.7\n%%EOF", "合同.pdf", ".pdf"),
        (zipped("a.txt"), "a.zip", ".zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.docx", ".docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", ".xlsx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a.pptx", ".pptx"),
        (ole("WordDocument"), "a.doc", ".doc"),
        (ole("Workbook"), "a.xls", ".xls"),
        (ole("PowerPoint Document"), "a.ppt", ".ppt"),
        ("你好，\r\n世界".encode(), "a.txt", ".txt"),
        ("你好，世界".encode("gbk"), "a.TXT", ".txt"),
        (b"%PDF-1.7\n%%EOF", "lies.html", ".pdf"),
        (picture("PNG"), "../../../etc/cron.d/x.svg", ".png"),
        (zipped("evil.html"), "a" * 200 + ".svg", ".zip"),
    ],
)
def test_what_the_page_offers_is_taken_under_a_name_of_our_own(
    shopper: APIClient, db: None, media: Path, content: bytes, name: str, ending: str
) -> None:
    response = send(shopper, content, name)
    assert response.status_code == 201
    link = response.json()["file"]
    assert re.fullmatch(rf"/media/messages/[0-9a-f]{{32}}{re.escape(ending)}", link)
    assert [str(path.relative_to(media)) for path in files_in(media)] == [link.removeprefix("/media/")]
    answer = shopper.get(link)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline" if ending in (".jpg", ".png") else "attachment")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (HTML, "a.html"),
        (HTML, "a.png"),
        (HTML, "a.pdf"),
        (SVG, "a.svg"),
        (SVG, "a.jpg"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "a.png"),
        (b"GIF89a" + HTML, "a.gif"),
        (b"MZ\x90\x00", "a.exe"),
        (b"MZ\x90\x00", "a.txt"),
        (b"\x7fELF", "a.txt"),
        (b"PK\x03\x04 no archive", "a.zip"),
        (ole("Setup"), "a.msi"),
        (ole("Setup"), "a.doc"),
        (b"#!/bin/sh\n", "a.sh"),
        (b"", "a.txt"),
        (b"", "a.png"),
    ],
)
def test_f1_everything_else_is_refused_and_leaves_nothing(
    shopper: APIClient, db: None, media: Path, content: bytes, name: str
) -> None:
    response = send(shopper, content, name, "image/png")
    assert response.status_code == 400
    assert len(response.json()["file"]) == 1
    assert not Message.objects.exists()
    assert files_in(media) == []


def test_f1_html_called_text_is_handed_out_as_a_download(shopper: APIClient, db: None) -> None:
    link = send(shopper, HTML, "a.txt", "text/html").json()["file"]
    answer = shopper.get(link)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_f1_what_hides_behind_a_picture_is_gone(shopper: APIClient, db: None, media: Path) -> None:
    send(shopper, picture("GIF") + HTML, "a.gif")
    send(shopper, picture("JPEG") + zipped("evil.html"), "a.jpg")
    for path in files_in(media):
        assert b"evil" not in path.read_bytes()
        assert b"script" not in path.read_bytes()


def test_f3_pictures_forget_where_they_were_taken(shopper: APIClient, db: None, media: Path) -> None:
    sent = picture("JPEG", exif=True)
    assert b"31.2304" in sent
    send(shopper, sent, "a.jpg")
    [path] = files_in(media)
    assert b"31.2304" not in path.read_bytes()
    assert not Image.open(path).getexif()


def test_f2_large_files_are_refused(shopper: APIClient, db: None, media: Path, settings) -> None:
    for size in (settings.MAX_UPLOAD_BYTES + 1, 6 * 1024 * 1024, 20_000_000):
        response = send(shopper, b"%PDF-" + b"x" * size, "a.pdf")
        assert (response.status_code, response.json()["type"]) == (413, "urn:mxshop:problem:too_large")
        assert response.json()["file"] == ["文件过大。"]
    # What no view takes is refused before one is chosen.
    assert send(shopper, b"%PDF-" + b"x" * 30_000_000, "a.pdf").status_code == 413
    assert send(shopper, b"%PDF-".ljust(settings.MAX_UPLOAD_BYTES, b"x"), "a.pdf").status_code == 201
    assert len(files_in(media)) == Message.objects.count() == 1


def test_link_starts_with_the_shops_address_when_it_is_set(settings, shopper: APIClient, db: None) -> None:
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    link = send(shopper, picture("PNG"), "a.png").json()["file"]
    assert link.startswith("https://shop.example/media/messages/")


def test_delete_takes_the_file_along_once_it_is_certain(
    shopper: APIClient, db: None, media: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    pk = send(shopper, picture("PNG"), "a.png").json()["id"]
    with django_capture_on_commit_callbacks(execute=True):
        assert shopper.delete(f"/messages/{pk}/").status_code == 204
        assert len(files_in(media)) == 1
    assert files_in(media) == []
    assert not Message.objects.exists()


def test_delete_of_a_message_without_a_file(shopper: APIClient, alice: UserProfile) -> None:
    message = MessageFactory(user=alice)
    assert shopper.delete(f"/messages/{message.pk}/").status_code == 204
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_c20_a_message_whose_deletion_lost_its_commit_is_deleted(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = MessageFactory(user=alice)
    client = client_of(alice)
    losses = [OperationalError(DEADLOCK, "Deadlock found when trying to get lock")]
    commit = connection.commit
    monkeypatch.setattr(connection, "commit", lambda: _raise(losses.pop()) if losses else commit())

    assert client.delete(f"/messages/{message.pk}/").status_code == 204

    assert not Message.objects.exists()


def _raise(error: Exception) -> None:
    raise error


def test_e21_list_is_a_bare_array_and_costs_one_query(
    shopper: APIClient, alice: UserProfile, django_assert_max_num_queries
) -> None:
    messages = MessageFactory.create_batch(20, user=alice)
    MessageFactory()
    with django_assert_max_num_queries(1):
        body = shopper.get("/messages/").json()
    assert [message["id"] for message in body] == [message.pk for message in reversed(messages)]


def test_a1_visitors_are_asked_to_sign_in(visitor: APIClient, alice: UserProfile) -> None:
    message = MessageFactory(user=alice)
    for response in (
        visitor.get("/messages/"),
        visitor.post("/messages/", TEXT, format="multipart"),
        visitor.delete(f"/messages/{message.pk}/"),
    ):
        assert response.status_code == 401
    assert list(Message.objects.all()) == [message]


def test_a3_a_stranger_gets_404_and_changes_nothing(stranger: APIClient, alice: UserProfile) -> None:
    message = MessageFactory(user=alice)
    assert stranger.get("/messages/").json() == []
    for response in (stranger.get(f"/messages/{message.pk}/"), stranger.delete(f"/messages/{message.pk}/")):
        assert response.status_code == 404
    assert list(Message.objects.all()) == [message]


def test_a5_the_body_does_not_choose_the_user(shopper: APIClient, alice: UserProfile, charlie: UserProfile) -> None:
    shopper.post("/messages/", TEXT | {"user": charlie.pk, "user_id": charlie.pk}, format="multipart")
    assert Message.objects.get().user == alice


def test_e25_messages_are_forms(shopper: APIClient, db: None) -> None:
    response = shopper.post("/messages/", TEXT, format="json")
    assert (response.status_code, response.json()["type"]) == (415, "urn:mxshop:problem:unsupported_media_type")


def test_writing_has_a_limit_of_its_own(shopper: APIClient, db: None) -> None:
    with override_settings(THROTTLE_SCALE=1):
        answers = [shopper.post("/messages/", TEXT, format="multipart").status_code for _ in range(61)]
        assert answers == [201] * 60 + [429]
        assert shopper.get("/messages/").status_code == 200
    assert Message.objects.count() == 60
