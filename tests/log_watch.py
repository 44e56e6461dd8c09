"""No secret is ever in a log: every test of the suite is a test of that, too.

Secrets are learned where they are made (codes, recovery codes, one-time tokens, marks of browsers), and from what the
tests send and get: what stands in a cookie or under the name of a secret, and whatever looks as if nobody could guess
it, under whichever name. All that is logged meanwhile, down to DEBUG, is kept, and searched for them when the test
ends; a leak is an error of the very test. Log files of servers that tests start are searched as well.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.conf import settings
from django.http import HttpResponseBase
from django.http.cookie import SimpleCookie
from django.test.client import Client, RequestFactory

from apps.users.services import codes, known_browsers, second_factors

SECRET_NAMES = re.compile(r"(\w+_)?(password\d?|token|secret|ticket|code|otp|verifier)|refresh")
# Whatever is unguessable is a secret under every name, but for these: they name somebody or something to everybody.
OPEN_NAMES = re.compile(
    r"region_code|client_id|audience|app_?id|mchid|openid|unionid|uid|prepay_id|(\w+_)?(nonce|nonce_str|sign|signature)"
    r"|kid|sub|username|name|next|redirect_uri|associated_data|ciphertext|code_challenge|\w+_no"
)
# Cookies that say what a page shows anyway.
OPEN_COOKIES = ("name", "django_language")
UNGUESSABLE = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[\w-]{22,}", re.ASCII)
# Whoever sees one of ours, of whatever test, sees too much.
ANY_TOKEN = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}")
JSON_FIELD = re.compile(r'"(\w+)"\s*:\s*"([^"\\]+)"')
FORM_FIELD = re.compile(r'name="(\w+)"\r\n\r\n(.*?)\r\n--', re.DOTALL)
MOST = 64 * 1024  # characters of a body; secrets stand in small ones
# They write a line for each object that a test makes, and are none of the shop's.
TOOLS = ("factory", "faker", "PIL")
# A password may be all figures, too; within a longer number it stands by chance.
CODE = re.compile("[0-9]{4,}")
WHOLE_NUMBER = re.compile("(?<![0-9A-Za-z])[0-9]{4,}(?![0-9A-Za-z])")
# As codes are handed over, to be typed.
GROUPS = re.compile("[0-9a-z]{4}(-[0-9a-z]{4}){3}")
# What is shorter may stand in a line by chance; a code of letters is one of many things, unless it is long.
SHORTEST = (8, 20)


class LogWatch(logging.Handler):
    """Keeps what is logged and what must not be."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.lines: list[str] = []
        self.codes: set[str] = set()
        self.secrets: set[str] = set()
        # Those of earlier tests as well: the log of a server is read when it stops, which may be several tests later.
        self.of_all_tests: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def learn(self, name: str, value: object) -> None:
        """Remember a value if its name or its looks say that it is a secret, and no text has it by chance."""
        if not isinstance(value, str) or OPEN_NAMES.fullmatch(name):
            return
        if UNGUESSABLE.fullmatch(value):
            self.learn_made(value)
        elif SECRET_NAMES.fullmatch(name):  # `Code` is what a provider calls an error
            self._learn_named(value, shortest=SHORTEST[name.endswith("code")])

    def _learn_named(self, value: str, *, shortest: int) -> None:
        if CODE.fullmatch(value):
            self.codes.add(value)
        elif GROUPS.fullmatch(value):
            self.learn_made(value.replace("-", ""))
        elif len(value) >= shortest and not value.isalpha():
            self.learn_made(value)

    def learn_made(self, value: str) -> None:
        """Remember what was made to be a secret; a code to be typed may be written in groups of four as well."""
        if CODE.fullmatch(value):
            self.codes.add(value)
        elif not ANY_TOKEN.fullmatch(value):
            self.secrets.add(value)
            if len(value) == second_factors.CODE_LENGTH:
                self.secrets.add("-".join(re.findall("....", value)))

    def learn_cookies(self, cookies: "Mapping[str, str]") -> None:
        """Remember what cookies hold."""
        for name, value in cookies.items():
            if name not in OPEN_COOKIES and len(value) >= SHORTEST[False]:
                self.learn_made(value)

    def learn_query(self, address: str) -> None:
        """Look for secrets in an address, such as that which somebody is sent back to."""
        self.learn_all(dict(parse_qsl(urlsplit(address).query)))

    def learn_all(self, fields: object) -> None:
        """Look for secrets among the fields of a form, or of an object of JSON; deeper there is none."""
        if isinstance(fields, Mapping):
            for name, value in fields.items():
                self.learn(str(name), value)

    def learn_body(self, body: bytes) -> None:
        """Look for secrets in a body: JSON of any depth, a form, or a form with files."""
        text = body[:MOST].decode(errors="replace")
        for name, value in JSON_FIELD.findall(text):
            self.learn(name, value)
        for name, value in FORM_FIELD.findall(text):
            self.learn(name, value)
        if not text.startswith(("{", "[", "--")):
            self.learn_all(dict(parse_qsl(text)))

    def learn_header(self, value: object) -> None:
        """Remember the token of an `Authorization`."""
        if isinstance(value, str):
            self.learn("token", value.rpartition(" ")[2])

    def leaks(self) -> list[str]:
        """Return the kept lines that hold a secret of this test, and begin anew."""
        found = [line for line in self.lines if _holds(line, self.secrets) or self._names_a_code(line)]
        self.of_all_tests |= self.secrets
        for kept in (self.lines, self.codes, self.secrets):
            kept.clear()
        return found

    def gives_away(self, text: str) -> bool:
        """Tell whether a text holds a token, or a long secret of any test so far."""
        return _holds(text, self.of_all_tests | self.secrets)

    def _names_a_code(self, line: str) -> bool:
        return bool(self.codes) and not self.codes.isdisjoint(WHOLE_NUMBER.findall(line))


def _holds(text: str, secrets: set[str]) -> bool:
    return bool(ANY_TOKEN.search(text)) or any(secret in text for secret in secrets)


WATCH = LogWatch()

# Where the shop makes what nobody is to see: codes to a mobile or an e-mail, recovery codes and those that are handed
# over to staff, marks of browsers; and one-time tokens, tickets, scans and whatever else is drawn at random.
MAKERS: tuple[tuple[Any, str], ...] = (
    (codes, "_random_code"),
    (second_factors, "_random_code"),
    (known_browsers, "mark_for"),
    (secrets, "token_urlsafe"),
)


def pytest_configure() -> None:
    root = logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(max(handler.level, logging.WARNING))
    root.setLevel(logging.DEBUG)
    root.addHandler(WATCH)
    # What does not reach the root: it has handlers of its own.
    for name, logger in settings.LOGGING["loggers"].items():
        if not logger.get("propagate", True):
            logging.getLogger(name).addHandler(WATCH)
    for name in TOOLS:
        logging.getLogger(name).setLevel(logging.WARNING)
    RequestFactory.generic = _watched(RequestFactory.generic)  # type: ignore[method-assign]
    requests.Session.request = _watched_call(requests.Session.request)  # type: ignore[method-assign]
    for maker, name in MAKERS:
        setattr(maker, name, _watched_maker(getattr(maker, name)))


@pytest.fixture(autouse=True)
def _no_secret_is_logged() -> Iterator[None]:
    """Fail the test during which a secret was logged."""
    yield
    leaks = WATCH.leaks()
    assert not leaks, f"a secret was logged: {leaks}"


def _watched_maker(make: Callable[..., str]) -> Callable[..., str]:
    """Learn what the shop makes, before anybody has it."""

    @wraps(make)
    def watched(*args: Any, **given: Any) -> str:
        made = make(*args, **given)
        WATCH.learn_made(made)
        return made

    return watched


def _watched(generic: Callable[..., Any]) -> Callable[..., Any]:
    """Learn from what the test client sends and is answered."""

    @wraps(generic)
    def watched(self: RequestFactory, method: str, path: str, data: Any = "", *args: Any, **extra: Any) -> Any:
        WATCH.learn_body(data if isinstance(data, bytes) else str(data).encode())
        WATCH.learn_query(f"{path}?{extra['QUERY_STRING']}" if extra.get("QUERY_STRING") else str(path))
        WATCH.learn_header(extra.get("HTTP_AUTHORIZATION") or (extra.get("headers") or {}).get("authorization"))
        response = generic(self, method, path, data, *args, **extra)
        if isinstance(response, HttpResponseBase):
            _learn_answer(response)
        if isinstance(self, Client):
            WATCH.learn_cookies(_values_of(self.cookies))
        return response

    return watched


def _learn_answer(response: Any) -> None:
    WATCH.learn_cookies(_values_of(response.cookies))
    WATCH.learn_query(response.headers.get("Location", ""))
    if "json" in response.headers.get("Content-Type", "") and not response.streaming:
        WATCH.learn_body(response.content)


def _values_of(cookies: "SimpleCookie") -> dict[str, str]:
    return {name: morsel.value for name, morsel in cookies.items()}


def _watched_call(request: Callable[..., Any]) -> Callable[..., Any]:
    """Learn from what tests of live servers send and are answered, and the shop and those it asks."""

    @wraps(request)
    def watched(self: requests.Session, *args: Any, **extra: Any) -> Any:
        for sent in (extra.get("json"), extra.get("data"), extra.get("params")):
            WATCH.learn_all(sent)
        WATCH.learn_header((extra.get("headers") or {}).get("Authorization"))
        response = request(self, *args, **extra)
        WATCH.learn_cookies({cookie.name: cookie.value or "" for cookie in self.cookies})
        for answer in (*response.history, response):
            WATCH.learn_query(answer.headers.get("Location", ""))
        if not extra.get("stream") and "json" in response.headers.get("Content-Type", ""):
            WATCH.learn_body(response.content)
        return response

    return watched
