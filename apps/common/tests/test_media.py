"""Whatever was uploaded, a browser never runs it as part of the shop."""

from pathlib import Path
from urllib.request import urlopen

import pytest
from django.test import Client

from apps.common.tests.servers import serving

HTML = b"<html><script>alert(document.domain)</script></html>"
SANDBOX = "sandbox; default-src 'none'"


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "goods").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    return settings.MEDIA_ROOT


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def test_picture_is_shown_with_its_exact_type_and_kept_by_browsers(media: Path, client: Client) -> None:
    (media / "goods/apple.png").write_bytes(b"\x89PNG")
    response = client.get("/media/goods/apple.png")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"\x89PNG"
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="apple.png"'
    assert response["Cache-Control"] == "public, max-age=2592000"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == SANDBOX
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    "name", ["evil.html", "evil.svg", "evil.xhtml", "evil.js", "evil", "evil.pdf", "evil.png.html", "evil.HTM", "e.swf"]
)
def test_f1_everything_else_is_only_handed_out(media: Path, client: Client, name: str) -> None:
    (media / name).write_bytes(HTML)
    response = client.get(f"/media/{name}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == SANDBOX


def test_f1_html_that_calls_itself_a_picture_is_served_as_one(media: Path, client: Client) -> None:
    (media / "polyglot.jpg").write_bytes(HTML)
    response = client.get("/media/polyglot.jpg")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "goods",
        "goods/",
        "none.png",
        "../secret.txt",
        "goods/../../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "..\\secret.txt",
        "%2fetc/passwd",
        "/etc/passwd",
        "link.txt",
        ".hidden",
        ".git/config",
        "a%00.png",
        "a" * 5000,
    ],
)
def test_e15_nothing_outside_the_folder_and_no_listing(media: Path, client: Client, path: str) -> None:
    (media / "link.txt").symlink_to(media.parent / "secret.txt")
    (media / ".hidden").write_text("x")
    (media / ".git").mkdir()
    (media / ".git/config").write_text("x")
    response = client.get(f"/media/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert b"secret" not in response.content


def test_known_picture_is_not_sent_again(media: Path, client: Client) -> None:
    (media / "apple.png").write_bytes(b"\x89PNG")
    stamp = client.get("/media/apple.png")["Last-Modified"]
    response = client.get("/media/apple.png", HTTP_IF_MODIFIED_SINCE=stamp)
    assert (response.status_code, response.content) == (304, b"")
    assert response["Content-Security-Policy"] == SANDBOX
    older = client.get("/media/apple.png", HTTP_IF_MODIFIED_SINCE="Thu, 01 Jan 2015 00:00:00 GMT")
    assert older.status_code == 200


def test_media_is_for_reading(media: Path, client: Client) -> None:
    (media / "apple.png").write_bytes(b"\x89PNG")
    head = client.head("/media/apple.png")
    assert (head.status_code, head["Content-Length"]) == (200, "4")
    for method in ("post", "put", "delete"):
        response = getattr(client, method)("/media/apple.png")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert response.json()["type"] == "urn:mxshop:problem:method_not_allowed"


def test_f1_over_a_real_connection(media: Path) -> None:
    (media / "证据.html").write_bytes(HTML)
    with serving() as shop, urlopen(f"{shop}/media/%E8%AF%81%E6%8D%AE.html") as response:
        assert response.read() == HTML
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.headers["Content-Security-Policy"] == SANDBOX
