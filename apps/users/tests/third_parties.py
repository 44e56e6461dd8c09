"""The way of a browser to a third party and back."""

from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client
from rest_framework.test import APIClient

from apps.users.tests.factories import PASSWORD
from apps.users.tests.third_party_doubles import DOUBLES, Double

NAMES = sorted(DOUBLES)


def sent_to(browser: Client, provider: Double, query: str = "") -> str:
    """Follow the client's link, and return the provider's address."""
    answer = browser.get(f"/login/{provider.name}/{query}")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    return answer["Location"]


def asked_there(address: str) -> str:
    """Have the provider ask its person, and return the way back, as the browser follows it."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (back.scheme, back.netloc) == ("https", "shop.example")
    return f"{back.path}?{back.query}"


def whole_way(browser: Client, provider: Double, query: str = "") -> Any:
    return browser.get(asked_there(sent_to(browser, provider, query)))


def token_in(browser: Client) -> str:
    return browser.cookies["token"].value if "token" in browser.cookies else ""


def signed_in_as(browser: Client) -> Any:
    """What the shop answers to the token in the browser's cookie."""
    return APIClient(headers={"authorization": f"JWT {token_in(browser)}"}).get("/users/1/")


def begin_to_bind(browser: Client, token: str, name: str, **proof: str) -> Any:
    """Ask with the password, unless another proof is given."""
    headers = {"authorization": f"JWT {token}"}
    return browser.post(f"/bindings/{name}/", proof or {"password": PASSWORD}, "application/json", headers=headers)


def binds(browser: Client, token: str, provider: Double) -> Any:
    return browser.get(asked_there(begin_to_bind(browser, token, provider.name).json()["address"]))
