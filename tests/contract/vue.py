"""The client: what the built Vue shops send, byte for byte where it matters, in each of their dialects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from tests.cashier import pay
from tests.contract.shapes import fits

ACCEPT = "application/json, text/plain, */*"
JSON = "application/json;charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """Where the variants differ (contract, section 1)."""

    name: str
    prefix: str
    categories: str
    profile: str
    name_field: str
    phone: str
    slashes: str = "/"


DIALECTS = [
    Dialect(
        name="classic, derek", prefix="JWT", categories="categorys", profile="users/1/", name_field="name",
        phone="singer_mobile",
    ),
    Dialect(
        name="classic, vannes", prefix="JWT", categories="categorys", profile="users/1/", name_field="name",
        phone="signer_mobile",
    ),
    Dialect(
        name="mtianyan", prefix="Bearer", categories="categories", profile="users/", name_field="username",
        phone="singer_mobile", slashes="//",
    ),
]  # fmt: skip


class Vue:
    """A browser with the client in it. Every call states the status it must have, and the shape of its answer."""

    def __init__(self, host: str, dialect: Dialect, token: str = "") -> None:
        self.host = host
        self.dialect = dialect
        self.token = token
        self.browser = requests.Session()

    def get(self, path: str, shape: Any, **query: object) -> Any:
        return self.call("GET", path, 200, shape, query=query)

    def post(self, path: str, body: object, shape: Any, status: int = 201) -> Any:
        return self.call("POST", path, status, shape, data=json.dumps(body).encode())

    def patch(self, path: str, body: object, shape: Any) -> Any:
        return self.call("PATCH", path, 200, shape, data=json.dumps(body).encode())

    def delete(self, path: str, status: int = 204, shape: Any = None) -> Any:
        return self.call("DELETE", path, status, shape)

    def send_form(self, path: str, parts: Mapping[str, Any], shape: Any, status: int = 201) -> Any:
        """Send a FormData; a part that is no file goes as a text part, the empty ones too."""
        files = {name: part if isinstance(part, tuple) else (None, part) for name, part in parts.items()}
        return self.call("POST", path, status, shape, files=files)

    def call(
        self,
        method: str,
        path: str,
        status: int,
        shape: Any,
        *,
        query: Mapping[str, object] | None = None,
        data: bytes | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Any:
        headers = {"Accept": ACCEPT} | ({"Content-Type": JSON} if data is not None else {})
        if self.token:
            headers["Authorization"] = f"{self.dialect.prefix} {self.token}"
        url = f"{self.host}{self.dialect.slashes}{path}"
        answer = self.browser.request(
            method, url, params=query, data=data, files=files, headers=headers, allow_redirects=False, timeout=30
        )
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        if status == 204:
            assert answer.content == b""
            return None
        kind = "application/problem+json" if status >= 400 else "application/json"
        assert answer.headers["Content-Type"] == kind
        assert fits(answer.json(), shape) == [], f"{method} {path}"
        return answer.json()

    def pay(self, alipay_url: str) -> str:
        """Follow the address to the cashier, press its button; returns where the browser ends up."""
        back = pay(self.browser, f"{self.host}{alipay_url}")
        assert back.status_code == 302, back.text[:500]
        home = self.browser.get(urljoin(self.host, back.headers["Location"]), allow_redirects=False, timeout=30)
        assert home.status_code == 302
        return home.headers["Location"]
