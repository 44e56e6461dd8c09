"""The OpenAPI document promises what the shop answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from apps.common import openapi

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


# What a browser follows, and is answered pages by.
LINKS = {"GET /login/{provider}/", "GET /login/{provider}/callback/"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def test_document_is_valid(document: dict[str, Any]) -> None:
    validate_schema(document)


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    assert [name for name, operation in operations(document) if not operation.get("summary")] == []
    assert [name for name, operation in operations(document) if not operation.get("tags")] == []


def test_every_operation_may_be_malformed_missing_or_too_fast(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert {"400", "404", "405", "406", "429", "503"} <= set(operation["responses"]), name
        content = operation["responses"]["429"]["content"]
        if name in LINKS:  # a person reads it
            assert content == {"text/html": {"schema": {"type": "string"}}}, name
        else:
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, name


def test_what_takes_a_body_may_find_it_endless_too_large_or_of_another_kind(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if "requestBody" in operation:
            assert {"411", "413", "415"} <= set(operation["responses"]), name


def test_document_is_open_to_everybody(db: None, visitor: APIClient) -> None:
    assert visitor.get("/api/schema/").status_code == 200
    page = visitor.get("/docs/").content.decode()
    assert "cdn" not in page
    assert "https://" not in page


def test_a_key_in_an_address_is_a_number(document: dict[str, Any]) -> None:
    in_addresses = {
        f"{name} {parameter['name']}": parameter["schema"]["type"]
        for name, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path" and parameter["name"] in ("id", "goods_id")
    }
    assert len(in_addresses) > 10
    assert set(in_addresses.values()) == {"integer"}


def test_the_document_is_worked_out_once_for_each_language(visitor: APIClient, monkeypatch) -> None:
    openapi._document.cache_clear()
    worked_out: list[str | None] = []
    monkeypatch.setattr(openapi.SchemaGenerator, "parse", lambda *_: worked_out.append(get_language()) or {})

    for language in ("zh-hans", "en", "zh-hans", "en", "fr"):
        assert visitor.get("/api/schema/", HTTP_ACCEPT_LANGUAGE=language).status_code == 200

    assert worked_out == ["zh-hans", "en"]
    openapi._document.cache_clear()


@pytest.mark.parametrize("path", ["/docs/", "/api/schema/"])
@pytest.mark.parametrize(
    ("method", "accept", "status"),
    [("post", "*/*", 405), ("get", "image/png", 406), ("post", "application/vnd.oai.openapi", 405)],
)
def test_problems_of_the_documents_are_json_as_well(
    visitor: APIClient, path: str, method: str, accept: str, status: int
) -> None:
    response = visitor.generic(method, path, HTTP_ACCEPT=accept)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, json.loads(response.content)["status"]) in {(status, status), (406, 406)}


def test_options_of_the_page_of_the_documents_are_refused(visitor: APIClient) -> None:
    response = visitor.options("/docs/")
    assert (response.status_code, response["Allow"], json.loads(response.content)["status"]) == (405, "GET, HEAD", 405)
