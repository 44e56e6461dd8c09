"""A sister application as small as one can be: it logs its visitors in with their accounts of the shop.

It knows of the shop what any application would: where it is, and the client id and secret that a superuser gave out.
It is a model to copy from, and needs no library but those the shop has anyway.
"""

import html
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import requests

TIMEOUT = 10  # seconds
COOKIE = "sister"
# Log-ins under way and visitors, of whom a real application would keep track elsewhere.
MOST = 1000

Start = Callable[[str, list[tuple[str, str]]], Any]


class LogInFailed(Exception):
    """The shop did not say who it is, or somebody else did."""


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """What a log-in is checked against when the visitor comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(kw_only=True)
class SisterApplication:
    """The application, as WSGI calls it."""

    shop: str
    client_id: str
    secret: str
    address: str
    visitors: dict[str, UnderWay | dict[str, Any]] = field(default_factory=dict)

    def __call__(self, request: dict[str, Any], start: Start) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(request.get("QUERY_STRING", "")).items()}
        cookie = SimpleCookie(request.get("HTTP_COOKIE", "")).get(COOKIE)
        visitor = cookie.value if cookie else ""
        try:
            return self.answer(request["PATH_INFO"], query, visitor, start)
        except (LogInFailed, requests.RequestException, jwt.PyJWTError) as failure:
            return page(start, f"<h1>Not logged in</h1><p>{html.escape(str(failure))}</p><p><a href='/'>Back</a></p>")

    def answer(self, path: str, query: dict[str, str], visitor: str, start: Start) -> Iterable[bytes]:
        """Show who is logged in, begin a log-in, or end one that comes back from the shop."""
        match path:
            case "/login":
                visitor, address = self.begin()
                return redirect(start, address, visitor)
            case "/callback":
                return redirect(start, "/", self.log_in(self.come_back(query, visitor)))
            case "/ticket":
                return redirect(start, "/", self.log_in(self.exchange(query.get("ticket", ""))))
            case "/logout":
                self.visitors.pop(visitor, None)
                return redirect(start, "/")
        who = self.visitors.get(visitor)
        return page(start, welcome(who) if isinstance(who, dict) else DOOR)

    def begin(self) -> tuple[str, str]:
        """Return a new visitor and the address at the shop to send them to."""
        way = UnderWay(state=secrets.token_urlsafe(), nonce=secrets.token_urlsafe(), verifier=secrets.token_urlsafe(48))
        challenge = urlsafe_b64encode(sha256(way.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": f"{self.address}/callback",
            "scope": "openid profile",
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return self.remember(way), f"{self.discovery()['authorization_endpoint']}?{urlencode(asked)}"

    def come_back(self, query: dict[str, str], visitor: str) -> dict[str, Any]:
        """Return who came back from the shop; raises LogInFailed unless this very browser was sent there."""
        way = self.visitors.pop(visitor, None)
        if not isinstance(way, UnderWay) or not secrets.compare_digest(way.state, query.get("state", "")):
            raise LogInFailed("This log-in did not begin in this browser.")
        if "code" not in query:
            raise LogInFailed(f"The shop says: {query.get('error', 'nothing')}")
        sent = {
            "grant_type": "authorization_code",
            "code": query["code"],
            "redirect_uri": f"{self.address}/callback",
            "code_verifier": way.verifier,
        }
        shop = self.discovery()
        answer = requests.post(shop["token_endpoint"], data=sent, auth=self.credentials, timeout=TIMEOUT)
        if answer.status_code != requests.codes.ok:
            raise LogInFailed(f"The shop takes no such code: {answer.status_code}")
        token = answer.json()
        told = self.verified(token["id_token"], shop)
        if told.get("nonce") != way.nonce:
            raise LogInFailed("This is the answer to another question.")
        return told

    def verified(self, id_token: str, shop: dict[str, Any]) -> dict[str, Any]:
        """Return what the shop signed for this application; raises PyJWTError if it did not."""
        key = jwt.PyJWKClient(shop["jwks_uri"], timeout=TIMEOUT).get_signing_key_from_jwt(id_token)
        told: dict[str, Any] = jwt.decode(
            id_token, key.key, algorithms=["RS256"], audience=self.client_id, issuer=shop["issuer"]
        )
        return told

    def exchange(self, ticket: str) -> dict[str, Any]:
        """Return who came with a ticket of the shop."""
        answer = requests.post(
            f"{self.shop}/tickets/exchange/", json={"ticket": ticket}, auth=self.credentials, timeout=TIMEOUT
        )
        if answer.status_code != requests.codes.ok:
            raise LogInFailed(f"The shop takes no such ticket: {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told

    @property
    def credentials(self) -> tuple[str, str]:
        """What proves to the shop that it is this application that asks."""
        return self.client_id, self.secret

    def discovery(self) -> dict[str, Any]:
        """Return where the shop has what."""
        answer = requests.get(f"{self.shop}/oauth/.well-known/openid-configuration", timeout=TIMEOUT)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def log_in(self, told: dict[str, Any]) -> str:
        """Let somebody in, under a new name of the browser."""
        return self.remember(told)

    def remember(self, what: UnderWay | dict[str, Any]) -> str:
        while len(self.visitors) >= MOST:
            self.visitors.pop(next(iter(self.visitors)))
        visitor = secrets.token_urlsafe()
        self.visitors[visitor] = what
        return visitor


DOOR = "<h1>姐妹应用 · Sister application</h1><p><a href='/login'>用 mxshop 登录 · Log in with mxshop</a></p>"


def welcome(told: dict[str, Any]) -> str:
    """Return the page of who is logged in."""
    name, subject = html.escape(told.get("name") or "?"), html.escape(told["sub"])
    return f"<h1>你好 · Hello, {name}</h1><p>{subject}</p><p><a href='/logout'>退出 · Log out</a></p>"


def page(start: Start, body: str) -> Iterable[bytes]:
    """Answer with a page."""
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")])
    return [f"<!DOCTYPE html><meta charset='utf-8'><title>Sister application</title>{body}".encode()]


def redirect(start: Start, address: str, visitor: str = "") -> Iterable[bytes]:
    """Lead on, and name the browser."""
    cookie = f"{COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Lax"
    start("302 Found", [("Location", address), ("Set-Cookie", cookie), ("Cache-Control", "no-store")])
    return []
