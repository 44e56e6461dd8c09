"""The OpenAPI document: valid and complete. Whether the server keeps it: `test_documented_answers.py`."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

METHODS = {"get", "post", "put", "patch", "delete"}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_document_is_valid_and_nothing_in_it_was_guessed() -> None:
    output = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output, stderr=output)
    assert "openapi: 3" in output.getvalue()


def test_every_route_of_the_api_is_documented(document: dict[str, Any]) -> None:
    views = {}
    for route, callback in routes(get_resolver()):
        view = getattr(callback, "cls", getattr(callback, "view_class", None))
        if isinstance(view, type) and issubclass(view, APIView) and getattr(view, "schema", None) is not None:
            views[view] = route
    documented = "\n".join(document["paths"])
    names = {name for name in (route.split("/")[0].strip("^") for route in views.values()) if name.isidentifier()}
    missing = [name for name in sorted(names - {"api", "docs"}) if f"/{name}/" not in documented]
    assert missing == []


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    silent = [
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS and not (operation.get("summary") and operation.get("tags"))
    ]
    assert silent == []


def test_no_input_is_named_like_a_member_of_a_problem(document: dict[str, Any]) -> None:
    reserved = {"type", "title", "status", "detail", "instance"}
    named = {
        parameter["name"]
        for operations in document["paths"].values()
        for method, operation in operations.items()
        if method in METHODS
        for parameter in operation.get("parameters", [])
    }
    assert named & reserved == set()


# A POST that may have its effect twice when it comes twice takes a key. The others, and why they need none:
KEYLESS = {
    "a word of a gateway, counted once by its number": ["/alipay/return/", "/wechatpay/notify/"],
    "moves a state on, once": [
        "/orders/{id}/receive/",
        "/refunds/{public_id}/withdraw/",
        "/refunds/{public_id}/shipment/",
        "/scans/{public_id}/scan/",
        "/scans/{public_id}/confirm/",
        "/scans/{public_id}/refuse/",
        "/scans/{public_id}/claim/",
        "/notices/read/",
        "/notices/{public_id}/read/",
    ],
    "one of a kind, by the schema": ["/userfavs/", "/orders/{id}/invoice/"],
    "neither money nor stock": [
        "/address/",
        "/guest-carts/",
        "/guest-carts/{guest_cart_id}/lines/",
        "/messages/",
        "/quotes/",
        "/refunds/{public_id}/pictures/",
        "/shopcarts/",
        "/shoppingCart/clear",
    ],
}
ACCOUNTS = ("users", "devices", "login", "logout", "code", "token", "tickets", "scans", "bindings", "staff/log")
KEYED = {
    "/orders/",
    "/orders/{order_id}/payments/",
    "/refunds/",
    "/coupons/redeem/",
    "/coupons/{public_id}/claim/",
    "/staff/stock-movements/",
}


def test_c8_every_post_that_moves_money_or_stock_takes_a_key(document: dict[str, Any]) -> None:
    """A new POST fails until somebody has said whether it does."""
    posts = {path: operations["post"] for path, operations in document["paths"].items() if "post" in operations}
    keyed = {
        path
        for path, post in posts.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in post.get("parameters", []))
    }
    assert keyed == KEYED
    for path in keyed:
        assert "422" in posts[path]["responses"]
        assert "Idempotent-Replay" in posts[path]["responses"]["201"]["headers"]
    of_accounts = {path for path in posts if path.lstrip("/").startswith(ACCOUNTS)}
    assert set(posts) - keyed - of_accounts - {path for paths in KEYLESS.values() for path in paths} == set()


def test_the_clients_times_are_documented_as_they_are_written(document: dict[str, Any]) -> None:
    times = [
        schema
        for component in document["components"]["schemas"].values()
        for name, schema in component.get("properties", {}).items()
        if name in ("add_time", "pay_time")
    ]
    assert len(times) > 10
    for schema in times:
        assert schema["type"] == "string"
        assert "format" not in schema, "a date-time of RFC 3339 has a T and an offset"
        assert re.fullmatch(schema["pattern"], schema["example"])


def test_docs_page_needs_no_outside_host(client: Client) -> None:
    page = client.get("/docs/").content.decode()
    assert "swagger" in page.lower()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
