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
# A ticket and a state are shorter.
LONGEST_FORM = 2000  # bytes

Start = Callable[[str, list[tuple[str, str]]], Any]


class LogInFailed(Exception):
    """The shop did not say who it is, or somebody else did."""


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """What a log-in is checked against when the visitor comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a visitor has to bring along with a ticket: whose it is, nobody but the shop knows until it is exchanged."""

    state: str


# On the way to a log-in, or logged in.
Visit = UnderWay | Expected | dict[str, Any]


@dataclass(kw_only=True)
class SisterApplication:
    """The application, as WSGI calls it."""

    shop: str
    client_id: str
    secret: str
    address: str
    visitors: dict[str, Visit] = field(default_factory=dict)

    def __call__(self, request: dict[str, Any], start: Start) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(request.get("QUERY_STRING", "")).items()}
        cookie = SimpleCookie(request.get("HTTP_COOKIE", "")).get(COOKIE)
        visitor = cookie.value if cookie else ""
        try:
            if (request["REQUEST_METHOD"], request["PATH_INFO"]) == ("POST", "/ticket"):
                return redirect(start, "/", self.log_in(self.come_over(form_in(request), visitor)))
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
                return self.expect_ticket(visitor, start)
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
        if not isinstance(way, UnderWay) or not same(way.state, query.get("state", "")):
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

    def expect_ticket(self, visitor: str, start: Start) -> Iterable[bytes]:
        """Begin a log-in by ticket, and end it when the browser comes back to this page with one.

        Somebody else's link to this page brings no state of this browser, so it logs nobody in as somebody else.
        """
        expected = self.visitors.get(visitor)
        if not isinstance(expected, Expected):
            expected = Expected(state=secrets.token_urlsafe())
            visitor = self.remember(expected)
        return page(start, ticket_page(self.address, self.shop, self.client_id, expected.state), visitor)

    def come_over(self, sent: dict[str, str], visitor: str) -> dict[str, Any]:
        """Return who came with a ticket; raises LogInFailed, before it is exchanged, unless this browser began it."""
        expected = self.visitors.pop(visitor, None)
        if not isinstance(expected, Expected) or not same(expected.state, sent.get("state", "")):
            raise LogInFailed("This log-in did not begin in this browser.")
        return self.exchange(sent.get("ticket", ""))

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

    def remember(self, what: Visit) -> str:
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


# What stands behind the `#` reaches no server, no log and no `Referer`; here it leaves the history as well.
BRING_TICKET = """<form method="post"><input type="hidden" name="state"><input type="hidden" name="ticket"></form>
<script>
const brought = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, "", location.pathname);
if (brought.has("ticket")) {
  const form = document.forms[0];
  for (const name of ["state", "ticket"]) form.elements[name].value = brought.get(name) ?? "";
  form.submit();
}
</script>"""


def ticket_page(address: str, shop: str, client_id: str, state: str) -> str:
    """Return the page that says how to come over; a real application sends the visitor on to the shop's client."""
    asked = html.escape(f'POST {shop}/tickets/ {{"audience": "{client_id}"}}')
    return (
        f"<h1>凭票据登录 · Log in with a ticket</h1><p><code>{asked}</code></p>"
        f"<p><code>{html.escape(address)}/ticket#state={state}&amp;ticket=…</code></p>{BRING_TICKET}"
    )


def form_in(request: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a short form."""
    length = min(int(request.get("CONTENT_LENGTH") or 0), LONGEST_FORM)
    sent = parse_qs(request["wsgi.input"].read(length).decode("utf-8", "replace"))
    return {name: values[0] for name, values in sent.items()}


def same(state: str, brought: str) -> bool:
    """Compare in a time that does not tell how much was right."""
    return secrets.compare_digest(state.encode(), brought.encode())


def page(start: Start, body: str, visitor: str = "") -> Iterable[bytes]:
    """Answer with a page, and name the browser if it is new."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    start("200 OK", headers + ([("Set-Cookie", cookie_of(visitor))] if visitor else []))
    return [f"<!DOCTYPE html><meta charset='utf-8'><title>Sister application</title>{body}".encode()]


def redirect(start: Start, address: str, visitor: str = "") -> Iterable[bytes]:
    """Lead on, and name the browser."""
    headers = [("Location", address), ("Set-Cookie", cookie_of(visitor)), ("Cache-Control", "no-store")]
    start("302 Found", headers)
    return []


def cookie_of(visitor: str) -> str:
    """Return the cookie that the browser is known by; a form of another site does not bring it along."""
    return f"{COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Lax"
