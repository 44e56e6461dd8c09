"""`docs/logging-in.md` is part of the API documents, and every route that it names is there."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

GUIDE = (settings.BASE_DIR / "docs" / "logging-in.md").read_text(encoding="utf-8")
CALLS = sorted(set(re.findall(r"`(GET|POST|DELETE) (/[^` ]*)`", GUIDE)))
PAGES = sorted(set(re.findall(r"`(/(?:login|scan|log-ins|xadmin)[^` ]*)`", GUIDE)))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    document: dict[str, Any] = Client().get("/api/schema/", {"format": "json"}).json()
    return document


def test_the_api_documents_say_how_to_log_in(schema: dict[str, Any]) -> None:
    assert "How to log in, each way" in schema["info"]["description"]
    assert GUIDE.splitlines()[-1] in schema["info"]["description"]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_route_of_the_guide_is_documented(schema: dict[str, Any], method: str, path: str) -> None:
    pattern = re.sub(r"<[^>]*>", "{public_id}", path)
    assert method.lower() in schema["paths"][pattern]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_guide_is_there(path: str) -> None:
    try:
        match = resolve(path)
    except Resolver404:
        pytest.fail(f"there is no page at {path}")
    assert match.view_name != "apps.common.problems.no_such_route"


def test_the_guide_names_each_way_in_both_languages() -> None:
    english, chinese = (part.count("\n| ") for part in GUIDE.split("## English")[1].split("## 中文"))
    assert english == chinese > 10
