"""WeChat, QQ and Weibo on this machine: each reads what it is sent as its documents say, and nothing else.

They are written from the documents and not from our gateway: what both understand alike is what is meant. None of the
three documents PKCE, so that a challenge would be a parameter they do not know.
"""

import json
import secrets
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

CALLBACK = "https://shop.example/login/{}/callback/"


@dataclass
class Page:
    """What a server answers."""

    body: str = ""
    status: int = 200
    content_type: str = "application/json"
    location: str = ""


class Double(ABC):
    """Asks its one person, who agrees unless told otherwise, and answers calls; each code is good once."""

    name: ClassVar[str]
    id_name = "client_id"
    secret_name = "client_secret"

    def __init__(self) -> None:
        self.key, self.secret = f"{self.name}-app", secrets.token_urlsafe(24)
        self.uid, self.nickname = "oAbC_dEf-1", "小满"
        self.agrees = True
        self.status = 200  # of calls
        self.broken = ""
        self.delay = 0.0
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.calls: list[str] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(dict(parse_qsl(urlsplit(self.path).query, strict_parsing=True)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                self._answer(dict(parse_qsl(body, strict_parsing=True)))

            def _answer(self, asked: dict[str, str]) -> None:
                page = double.serve(urlsplit(self.path).path, asked)
                with suppress(ConnectionError):  # whoever asked did not wait
                    self.send_response(page.status)
                    self.send_header("Content-Type", page.content_type)
                    if page.location:
                        self.send_header("Location", page.location)
                    self.end_headers()
                    self.wfile.write(page.body.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    @abstractmethod
    def authorize_path(self) -> str:
        """Where browsers are sent."""

    @abstractmethod
    def call(self, path: str, asked: dict[str, str]) -> Page:
        """Answer a call of the shop's."""

    @abstractmethod
    def denied(self) -> dict[str, str]:
        """What comes back when the person refuses."""

    def configure(self, settings: Any) -> None:
        """Have the shop know this server."""
        settings.MXSHOP_PUBLIC_URL = "https://shop.example"
        for name, value in (("KEY", self.key), ("SECRET", self.secret), ("URL", self.url)):
            setattr(settings, f"SOCIAL_AUTH_{self.name.upper()}_{name}", value)

    def serve(self, path: str, asked: dict[str, str]) -> Page:
        if path == self.authorize_path:
            return self.authorize(asked)
        self.calls.append(path)
        time.sleep(self.delay)
        return Page(self.broken, self.status) if self.broken or self.status != 200 else self.call(path, asked)

    def authorize(self, asked: dict[str, str]) -> Page:
        state, redirect_uri = asked.pop("state"), asked.pop("redirect_uri")
        expected = {self.id_name: self.key, "response_type": "code", **self.scope()}
        if asked != expected or redirect_uri != CALLBACK.format(self.name) or len(state) < 32:
            return Page(f"not as documented: {sorted(asked)}", 400)
        if not self.agrees:
            return Page(status=302, location=f"{redirect_uri}?{urlencode({**self.denied(), 'state': state})}")
        code = secrets.token_urlsafe(24)
        self.codes[code] = {"redirect_uri": redirect_uri}
        return Page(status=302, location=f"{redirect_uri}?{urlencode({'code': code, 'state': state})}")

    def scope(self) -> dict[str, str]:
        return {}

    def token_for(self, asked: dict[str, str]) -> str | None:
        """Return a token for a good code, once, and None for anything else."""
        code = self.codes.pop(asked.pop("code"), None)
        expected = {"grant_type": "authorization_code", self.id_name: self.key, self.secret_name: self.secret}
        if code is None or asked != {**expected, **code}:
            return None
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return token

    def knows(self, asked: dict[str, str]) -> bool:
        return asked.get("access_token") in self.tokens


class WeixinDouble(Double):
    name = "weixin"
    id_name, secret_name = "appid", "secret"
    authorize_path = "/connect/qrconnect"
    # WeChat says so, though it is JSON in UTF-8.
    content_type = "text/plain"

    def scope(self) -> dict[str, str]:
        return {"scope": "snsapi_login"}

    def denied(self) -> dict[str, str]:
        return {}

    def call(self, path: str, asked: dict[str, str]) -> Page:
        if path == "/sns/oauth2/access_token":
            token = self.token_for(asked)
            error = {"errcode": 40163, "errmsg": "code been used"}
            return self._page({"access_token": token, "expires_in": 7200, "openid": self.uid} if token else error)
        assert path == "/sns/userinfo"
        known = self.knows(asked) and asked["openid"] == self.uid
        person = {"openid": self.uid, "nickname": self.nickname, "sex": 0, "unionid": "u"}
        return self._page(person if known else {"errcode": 40001, "errmsg": "invalid credential"})

    def _page(self, answer: dict[str, Any]) -> Page:
        return Page(json.dumps(answer, ensure_ascii=False), content_type=self.content_type)


class QQDouble(Double):
    name = "qq"
    authorize_path = "/oauth2.0/authorize"

    def denied(self) -> dict[str, str]:
        return {"usercancel": "1"}

    def call(self, path: str, asked: dict[str, str]) -> Page:
        if path == "/oauth2.0/token":
            token = self.token_for(asked)
            if token is None:
                return self._callback({"error": 100020, "error_description": "code is reused error"})
            return Page(urlencode({"access_token": token, "expires_in": 7776000}), content_type="text/html")
        if not self.knows(asked):
            return self._callback({"error": 100016, "error_description": "access token check failed"})
        if path == "/oauth2.0/me":
            return self._callback({"client_id": self.key, "openid": self.uid})
        assert (path, asked["oauth_consumer_key"], asked["openid"]) == ("/user/get_user_info", self.key, self.uid)
        return Page(json.dumps({"ret": 0, "msg": "", "nickname": self.nickname, "gender": "女"}))

    def _callback(self, answer: dict[str, Any]) -> Page:
        return Page(f"callback( {json.dumps(answer)} );\n", content_type="text/html")


class WeiboDouble(Double):
    name = "weibo"
    authorize_path = "/oauth2/authorize"

    def __init__(self) -> None:
        super().__init__()
        self.uid = "1404376560"

    def denied(self) -> dict[str, str]:
        return {"error": "access_denied", "error_code": "21330"}

    def call(self, path: str, asked: dict[str, str]) -> Page:
        if path == "/oauth2/access_token":
            token = self.token_for(asked)
            if token is None:
                return Page('{"error": "invalid_grant", "error_code": 21325}', 400)
            return Page(json.dumps({"access_token": token, "expires_in": 157679999, "uid": self.uid}))
        assert path == "/2/users/show.json"
        if not self.knows(asked) or asked["uid"] != self.uid:
            return Page('{"error": "invalid_access_token", "error_code": 21332}', 400)
        return Page(json.dumps({"id": int(self.uid), "screen_name": self.nickname, "name": self.nickname}))


DOUBLES: dict[str, type[Double]] = {double.name: double for double in (WeixinDouble, QQDouble, WeiboDouble)}


@contextmanager
def serving(name: str, settings: Any) -> Iterator[Double]:
    """Serve a provider for as long as the block lasts, and have the shop know it."""
    double = DOUBLES[name]()
    double.configure(settings)
    thread = threading.Thread(target=double.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        double.server.shutdown()
        double.server.server_close()
        thread.join()
