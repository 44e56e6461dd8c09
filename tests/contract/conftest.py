"""A fresh shop with a catalogue in it, as processes of its own: these tests speak HTTP to it and nothing else.

`MXSHOP_CATALOGUES` may name a folder with `real_catalogue` and `course_catalogue`; without it the sample shop is
sold.
"""

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.contract.shapes import GOODS_LIST
from tests.contract.vue import DIALECTS, Dialect, Vue
from tests.servers import fresh_database, granian, run_python

ORIGIN = "http://vue.example:8080"


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shop keeps its pictures and its log."""
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="package")
def database(folder: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of the database with the catalogue."""
    with fresh_database(folder, django_db_blocker) as address:
        for command in [["manage.py", "migrate"], *catalogue()]:
            run_python(folder, *command, database=address)
        yield address


@pytest.fixture(scope="package")
def shop(folder: Path, database: str) -> Iterator[str]:
    """The address of the shop."""
    with granian(folder, database=database, MXSHOP_CORS_ORIGINS=ORIGIN) as url:
        yield url


def catalogue() -> list[list[str]]:
    """The commands that fill the shop."""
    if folder := os.environ.get("MXSHOP_CATALOGUES"):
        return [
            ["db_tools/import_catalogue.py", f"{folder}/real_catalogue"],
            ["db_tools/import_course_catalogue.py", f"{folder}/course_catalogue"],
        ]
    return [["manage.py", "make_sample_shop"]]


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return request.param


@pytest.fixture
def vue(shop: str, dialect: Dialect) -> Vue:
    """A visitor, once in each dialect."""
    return Vue(shop, dialect)


@pytest.fixture(scope="package")
def visitor(shop: str) -> Vue:
    """A visitor, where the dialect does not matter."""
    return Vue(shop, DIALECTS[0])


@pytest.fixture(scope="package")
def goods(visitor: Vue) -> list[dict[str, Any]]:
    """Every goods of the catalogue, as the lists show it."""
    found: list[dict[str, Any]] = []
    for page in count(1):
        answer = visitor.get("goods/", GOODS_LIST, page=page, page_size=100, ordering="add_time")
        found += answer["results"]
        if not answer["next"]:
            break
    assert len({one["id"] for one in found}) == len(found) == answer["count"] > 0
    return found


def code_for(mobile: str) -> str:
    """The code in the latest SMS to the mobile."""
    messages = [json.loads(line) for line in settings.SMS_OUTBOX_FILE.read_text(encoding="utf-8").splitlines()]
    return str([message["code"] for message in messages if message["mobile"] == mobile][-1])
