"""No secret is ever in a log: every test of the suite is a test of that, too.

What the tests send and get is where the secrets are: passwords, codes and tokens under the names that the shop gives
them, and session cookies. All that is logged meanwhile, down to DEBUG, is kept, and searched for them when the test
ends; a leak is an error of the very test. Log files of servers that tests start are searched as well.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from django.conf import settings
from django.test.client import Client, RequestFactory

SECRET_NAMES = re.compile(r"(\w+_)?(password\d?|token|secret|ticket)|code|refresh|sessionid")
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
        """Remember a value if its name says that it is a secret, and it is one that no text has by chance."""
        if not isinstance(value, str) or not SECRET_NAMES.fullmatch(name):  # `Code` is what a provider calls an error
            return
        if CODE.fullmatch(value):
            self.codes.add(value)
        elif len(value) >= SHORTEST[name == "code"] and not value.isalpha() and not ANY_TOKEN.fullmatch(value):
            self.secrets.add(value)

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


@pytest.fixture(autouse=True)
def _no_secret_is_logged() -> Iterator[None]:
    """Fail the test during which a secret was logged."""
    yield
    leaks = WATCH.leaks()
    assert not leaks, f"a secret was logged: {leaks}"


def _watched(generic: Callable[..., Any]) -> Callable[..., Any]:
    """Learn from what the test client sends and is answered."""

    @wraps(generic)
    def watched(self: RequestFactory, method: str, path: str, data: Any = "", *args: Any, **extra: Any) -> Any:
        WATCH.learn_body(data if isinstance(data, bytes) else str(data).encode())
        WATCH.learn_header(extra.get("HTTP_AUTHORIZATION") or (extra.get("headers") or {}).get("authorization"))
        response = generic(self, method, path, data, *args, **extra)
        if "json" in getattr(response, "headers", {}).get("Content-Type", "") and not response.streaming:
            WATCH.learn_body(response.content)
        if isinstance(self, Client):
            WATCH.learn_all({name: morsel.value for name, morsel in self.cookies.items()})
        return response

    return watched


def _watched_call(request: Callable[..., Any]) -> Callable[..., Any]:
    """Learn from what tests of live servers send and are answered, and the shop and those it asks."""

    @wraps(request)
    def watched(self: requests.Session, *args: Any, **extra: Any) -> Any:
        for sent in (extra.get("json"), extra.get("data")):
            WATCH.learn_all(sent)
        WATCH.learn_header((extra.get("headers") or {}).get("Authorization"))
        response = request(self, *args, **extra)
        if not extra.get("stream") and "json" in response.headers.get("Content-Type", ""):
            WATCH.learn_body(response.content)
        return response

    return watched
