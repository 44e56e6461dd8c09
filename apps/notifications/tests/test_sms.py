"""The SMS providers, each against a server on this machine that reads requests as the provider documents them."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from apps.common.exceptions import GatewayFailed
from apps.notifications.gateways import forms
from apps.notifications.services import sms

MESSAGE = {"mobile": "13800000001", "purpose": "register", "text": "您的验证码是1234", "code": "1234"}


class Provider:
    """A provider's server: keeps what it was sent, and gives the answer it was told to give."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], dict[str, list[str]]]] = []
        self.status = 200
        self.answer: bytes = b"{}"
        self.delay = 0.0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.requests.append((dict(self.headers), parse_qs(body, strict_parsing=True)))
                time.sleep(provider.delay)
                self.send_response(provider.status)
                self.send_header("Content-Type", "application/json;charset=utf-8")
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(provider.answer)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    provider = Provider()
    threading.Thread(target=provider.server.serve_forever, daemon=True).start()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


@pytest.fixture
def yunpian(provider: Provider, settings) -> Provider:
    settings.SMS_PROVIDER = "yunpian"
    settings.YUNPIAN_URL = provider.url
    settings.YUNPIAN_API_KEY = "an-api-key"
    provider.answer = json.dumps({"code": 0, "msg": "发送成功", "count": 1, "fee": 0.05, "sid": 1}).encode()
    return provider


@pytest.fixture
def netease(provider: Provider, settings) -> Provider:
    settings.SMS_PROVIDER = "netease"
    settings.NETEASE_URL = provider.url
    settings.NETEASE_APP_KEY = "an-app-key"
    settings.NETEASE_APP_SECRET = "an-app-secret"
    settings.NETEASE_TEMPLATES = {"register": "3057527"}
    provider.answer = json.dumps({"code": 200, "msg": "sendid", "obj": 1}).encode()
    return provider


def test_yunpian_is_sent_key_mobile_and_signed_text(yunpian: Provider, settings) -> None:
    settings.SMS_SIGNATURE = "慕学生鲜"

    sms.send_now(**MESSAGE)

    [(headers, form)] = yunpian.requests
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form == {
        "apikey": ["an-api-key"],
        "mobile": ["13800000001"],
        "text": ["【慕学生鲜】您的验证码是1234"],
    }


def test_netease_is_sent_a_template_with_a_fresh_check_sum(netease: Provider) -> None:
    sms.send_now(**MESSAGE)
    sms.send_now(**MESSAGE)

    for headers, form in netease.requests:
        assert headers["AppKey"] == "an-app-key"
        signed = "an-app-secret" + headers["Nonce"] + headers["CurTime"]
        assert headers["CheckSum"] == hashlib.sha1(signed.encode()).hexdigest()
        assert abs(int(headers["CurTime"]) - timezone.now().timestamp()) < 10
        assert len(headers["Nonce"]) <= 128
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert form == {"templateid": ["3057527"], "mobile": ["13800000001"], "paramMap": ['{"code": "1234"}']}
    assert netease.requests[0][0]["Nonce"] != netease.requests[1][0]["Nonce"]


@pytest.mark.parametrize(
    ("templates", "chosen"),
    [({"register": "1", "registered": "2"}, "2"), ({"register": "1"}, "1"), ({"register": "1", "registered": ""}, "1")],
)
def test_netease_has_a_template_for_a_number_with_an_account(
    netease: Provider, settings, templates: dict[str, str], chosen: str
) -> None:
    settings.NETEASE_TEMPLATES = templates

    sms.send_now(**MESSAGE | {"purpose": "registered"})

    [(_headers, form)] = netease.requests
    assert form["templateid"] == [chosen]


@pytest.mark.parametrize("name", ["yunpian", "netease"])
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, b'{"http_status_code": 400, "code": 22, "msg": "1234 was sent too often"}'),
        (200, b'{"code": 414, "desc": "check sum"}'),
        (200, b"{}"),
        (200, b"[0]"),
        (502, b"<html>bad gateway</html>"),
        (302, b""),
    ],
)
def test_a_refusal_is_a_failed_gateway_and_the_log_holds_no_secret(
    name: str, status: int, answer: bytes, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    provider: Provider = request.getfixturevalue(name)
    provider.status, provider.answer = status, answer

    with caplog.at_level("DEBUG"), pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)

    assert len(provider.requests) == 1
    for secret in ("1234", "an-api-key", "an-app-secret"):
        assert secret not in caplog.text


@pytest.mark.parametrize("name", ["yunpian", "netease"])
def test_a_provider_that_does_not_answer_in_time_failed(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider: Provider = request.getfixturevalue(name)
    provider.delay = 0.5
    monkeypatch.setattr(forms, "TIMEOUT", (1.0, 0.05))

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)


def test_a_provider_that_is_not_there_failed(settings) -> None:
    settings.SMS_PROVIDER = "yunpian"
    settings.YUNPIAN_URL = "http://127.0.0.1:1/send"

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)


def test_the_console_appends_one_json_line_per_message(settings, tmp_path) -> None:
    settings.SMS_OUTBOX_FILE = tmp_path / "new" / "sms.jsonl"

    sms.send_now(**MESSAGE)
    sms.send_now(**MESSAGE | {"code": "5678"})

    first, second = map(json.loads, settings.SMS_OUTBOX_FILE.read_text(encoding="utf-8").splitlines())
    assert first.pop("sent_at").endswith("+08:00")
    assert first == {
        "mobile": "13800000001",
        "purpose": "register",
        "text": "【mxshop】您的验证码是1234",
        "code": "1234",
    }
    assert second["code"] == "5678"


def test_an_unknown_provider_is_named(settings) -> None:
    settings.SMS_PROVIDER = "pigeon"

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        sms.send_now(**MESSAGE)
