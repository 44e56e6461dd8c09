"""The recorded shapes notice what they are for."""

import json
from pathlib import Path

import pytest
from drf_spectacular.utils import OpenApiExample

from apps.goods.api import examples as catalogue
from apps.trade.api.examples import cart, orders
from apps.user_operation.api import examples as kept
from apps.users.api import examples as account
from tests.contract import shapes
from tests.contract.shapes import DATE, MONEY, NotEmpty, Nullable, OneOf, Optional, fits

SHAPE = {"id": int, "price": MONEY, "day": Nullable(DATE), "kind": OneOf((1, 2)), "kinds": Optional(NotEmpty([str]))}
GOOD = {"id": 1, "price": "94.00", "day": None, "kind": 2}


def test_what_fits_fits() -> None:
    assert fits([GOOD, GOOD | {"day": "1990-01-31", "kinds": ["red"]}], [SHAPE]) == []
    assert fits([], [SHAPE]) == []


def test_what_differs_is_named_with_its_place() -> None:
    bad = [
        GOOD | {"id": True},
        GOOD | {"price": 94.0, "day": ""},
        GOOD | {"kind": True, "kinds": []},
        {},
        GOOD | {"x": 1},
    ]
    assert fits(bad, NotEmpty([SHAPE])) == [
        "$[0].id: True is no int",
        "$[1].day: ''",
        "$[1].price: 94.0",
        "$[2].kind: True",
        "$[2].kinds: []",
        "$[3].day is missing",
        "$[3].id is missing",
        "$[3].kind is missing",
        "$[3].price is missing",
        "$[4].x is new",
    ]
    assert fits([], NotEmpty([SHAPE])) == ["$: []"]


RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_shapes_are_those_of_answers_that_were_recorded(file: Path) -> None:
    """Answers of the sample shop to the old client's calls; those of live servers are held against the same shapes."""
    assert fits(json.loads(file.read_text(encoding="utf-8")), getattr(shapes, file.stem.upper())) == []


def test_each_resource_of_the_old_client_was_recorded() -> None:
    assert len(RECORDED) == 14


@pytest.mark.parametrize(
    ("answers", "shape"),
    [
        (catalogue.CATEGORY_TREE, shapes.TREE),
        (catalogue.GOODS, shapes.ITEM),
        (catalogue.GOODS_DETAIL, shapes.ITEM_PAGE),
        (catalogue.BANNER, shapes.BANNER),
        (catalogue.HOT_WORD, shapes.HOT_WORD),
        (catalogue.SECTION, shapes.SECTION),
        (account.REGISTERED, shapes.REGISTERED),
        (account.LOGGED_IN, shapes.LOGGED_IN),
        (account.OWN_RECORD, shapes.PROFILE),
        (cart.LINE, shapes.CART_LINE),
        (cart.CHANGED_LINE, shapes.CHANGED_LINE),
        (kept.FAVOURITE, shapes.FAVOURITE),
        (kept.ADDRESS, shapes.ADDRESS),
        (kept.MESSAGE, shapes.MESSAGE),
        (orders.ORDER_SUMMARY, shapes.ORDER),
        ([orders.TO_BE_PAID, orders.ON_ITS_WAY, orders.RECEIVED], shapes.ORDER_PAGE),
    ],
)
def test_the_documents_examples_are_what_is_answered(answers: list[OpenApiExample], shape: object) -> None:
    shown = [example.value for example in answers if not example.request_only]
    assert shown != []
    assert fits(shown, [shape]) == []
