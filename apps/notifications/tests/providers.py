"""SMS providers' servers on this machine: each reads a request as the provider documents it, signature and all.

They are written from the documents and not from our gateways: what both understand alike is what is meant.
"""

import hashlib
import hmac
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.utils import timezone

KEY_ID, SECRET = "an-api-key", "an-app-secret"


class Provider(ABC):
    """Keeps what it took, refuses what is badly signed, and gives the answer that it was told to give."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.calls = 0
        self.status = 200
        self.answer: bytes | None = None
        self.delay = 0.0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.calls += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(provider.delay)
                answer = provider.answer
                if answer is None:
                    answer = json.dumps(provider.read(self.path, self.headers, body)).encode()
                self.send_response(provider.status)
                self.send_header("Content-Type", "application/json;charset=utf-8")
                self.send_header("Location", "/elsewhere")
                with suppress(ConnectionError):  # whoever asked did not wait
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @abstractmethod
    def read(self, path: str, headers: Message, body: bytes) -> dict[str, Any]:
        """Take the message or refuse it, and return the answer."""

    @abstractmethod
    def configure(self, settings: Any) -> None:
        """Have the shop know this server, and sign for it."""

    @abstractmethod
    def refusal(self, code: Any) -> dict[str, Any]:
        """The provider's answer when it refuses a message."""


class YunPian(Provider):
    def configure(self, settings: Any) -> None:
        settings.YUNPIAN_URL, settings.YUNPIAN_API_KEY = f"{self.url}/v2/sms/single_send.json", SECRET

    def refusal(self, code: Any) -> dict[str, Any]:
        return {"http_status_code": 400, "code": code, "msg": "1234 was sent too often", "detail": "1234"}

    def read(self, path: str, headers: Message, body: bytes) -> dict[str, Any]:
        form = parse_qs(body.decode(), strict_parsing=True)
        if form.pop("apikey") != [SECRET]:
            return self.refusal(-1)
        self.taken.append({name: value for name, [value] in form.items()})
        return {"code": 0, "msg": "发送成功", "count": 1, "fee": 0.05, "sid": 1}


class NetEase(Provider):
    def __init__(self) -> None:
        super().__init__()
        self.nonces: set[str] = set()

    def configure(self, settings: Any) -> None:
        settings.NETEASE_URL = f"{self.url}/sms/sendcode.action"
        settings.NETEASE_APP_KEY, settings.NETEASE_APP_SECRET = KEY_ID, SECRET
        settings.NETEASE_TEMPLATES = {"register": "3057527"}

    def refusal(self, code: Any) -> dict[str, Any]:
        return {"code": code, "desc": "1234"}

    def read(self, path: str, headers: Message, body: bytes) -> dict[str, Any]:
        """The check sum is SHA-1 of secret, nonce and time, in lower hexadecimals, and good for five minutes."""
        signed = SECRET + headers["Nonce"] + headers["CurTime"]
        fresh = abs(int(headers["CurTime"]) - timezone.now().timestamp()) < 300 and headers["Nonce"] not in self.nonces
        same = headers["CheckSum"] == hashlib.sha1(signed.encode()).hexdigest()
        if headers["AppKey"] != KEY_ID or not fresh or not same or len(headers["Nonce"]) > 128:
            return self.refusal(414)
        self.nonces.add(headers["Nonce"])
        form = parse_qs(body.decode(), strict_parsing=True)
        self.taken.append({name: value for name, [value] in form.items()})
        return {"code": 200, "msg": "88", "obj": "1908"}


class Aliyun(Provider):
    def __init__(self) -> None:
        super().__init__()
        self.nonces: set[str] = set()

    def configure(self, settings: Any) -> None:
        settings.ALIYUN_SMS_URL = self.url
        settings.ALIYUN_ACCESS_KEY_ID, settings.ALIYUN_ACCESS_KEY_SECRET = KEY_ID, SECRET
        settings.ALIYUN_TEMPLATES = {"register": "SMS_3057527"}

    def refusal(self, code: Any) -> dict[str, Any]:
        return {"Code": code, "Message": "1234", "RequestId": "8906582E-6722"}

    def read(self, path: str, headers: Message, body: bytes) -> dict[str, Any]:
        """The signature covers the sorted query, every header named in it, and the body's hash."""
        algorithm, _space, rest = headers["Authorization"].partition(" ")
        told = dict(part.split("=", 1) for part in rest.split(","))
        names = told["SignedHeaders"].split(";")
        parts, body_hash = urlsplit(path), hashlib.sha256(body).hexdigest()
        pairs = sorted(tuple(map(unquote, pair.split("="))) for pair in parts.query.split("&"))
        query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
        request = f"POST\n{parts.path}\n{query}\n{lines}\n{';'.join(names)}\n{body_hash}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
        age = timezone.now() - datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        must = {"host"} | {name.lower() for name in headers if name.lower().startswith("x-acs-")}
        if (
            (algorithm, told["Credential"]) != ("ACS3-HMAC-SHA256", KEY_ID)
            or told["Signature"] != hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
            or headers["x-acs-content-sha256"] != body_hash
            or names != sorted(must)
            or abs(age.total_seconds()) > 900
            or headers["x-acs-signature-nonce"] in self.nonces
        ):
            return self.refusal("SignatureDoesNotMatch")
        self.nonces.add(headers["x-acs-signature-nonce"])
        self.taken.append({"action": headers["x-acs-action"], "version": headers["x-acs-version"], **dict(pairs)})
        return {"Code": "OK", "Message": "OK", "BizId": "900619746936498440^0", "RequestId": "F655A8D5"}


class Tencent(Provider):
    def configure(self, settings: Any) -> None:
        settings.TENCENT_SMS_URL = self.url
        settings.TENCENT_SECRET_ID, settings.TENCENT_SECRET_KEY = KEY_ID, SECRET
        settings.TENCENT_SMS_APP_ID = "1400006666"
        settings.TENCENT_TEMPLATES = {"register": "3057527"}

    def refusal(self, code: Any) -> dict[str, Any]:
        if code.startswith(("AuthFailure", "RequestLimitExceeded")):
            return {"Response": {"Error": {"Code": code, "Message": "1234"}, "RequestId": "ed93f3cb"}}
        status = {"SerialNo": "", "PhoneNumber": "+8613800000001", "Fee": 0, "Code": code, "Message": "1234"}
        return {"Response": {"SendStatusSet": [status], "RequestId": "ed93f3cb"}}

    def read(self, path: str, headers: Message, body: bytes) -> dict[str, Any]:
        """The signature covers content type, host, action and body; its key is derived from the day and service."""
        told = dict(part.strip().split("=", 1) for part in headers["Authorization"].partition(" ")[2].split(","))
        key_id, day, service, end = told["Credential"].split("/")
        names = told["SignedHeaders"].split(";")
        lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
        request = f"POST\n{path}\n\n{lines}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{headers['X-TC-Timestamp']}\n{day}/{service}/{end}\n{hashed}"
        key = b"TC3" + SECRET.encode()
        for part in (day, service, end):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        sent_at = datetime.fromtimestamp(int(headers["X-TC-Timestamp"]), UTC)
        if (
            told["Signature"] != hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            or (key_id, service, end) != (KEY_ID, "sms", "tc3_request")
            or f"{sent_at:%Y-%m-%d}" != day
            or abs(sent_at.timestamp() - timezone.now().timestamp()) > 300
            or not {"content-type", "host"} <= set(names)
        ):
            return self.refusal("AuthFailure.SignatureFailure")
        self.taken.append(
            {"action": headers["X-TC-Action"], "version": headers["X-TC-Version"], "region": headers["X-TC-Region"]}
            | json.loads(body)
        )
        status = {"SerialNo": "5000:10", "PhoneNumber": "+8613800000001", "Fee": 1, "Code": "Ok", "Message": "success"}
        return {"Response": {"SendStatusSet": [status], "RequestId": "a0aabda6"}}


PROVIDERS: dict[str, Callable[[], Provider]] = {
    "yunpian": YunPian,
    "netease": NetEase,
    "aliyun": Aliyun,
    "tencent": Tencent,
}


@contextmanager
def open_for_business(name: str, settings: Any) -> Iterator[Provider]:
    """Have the shop send through one provider, for as long as the block lasts."""
    provider = PROVIDERS[name]()
    provider.configure(settings)
    settings.SMS_PROVIDERS = [name]
    thread = threading.Thread(target=provider.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
