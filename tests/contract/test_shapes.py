"""The recorded shapes notice what they are for."""

import pytest

from apps.goods.api import examples as goods_examples
from apps.trade.api import examples as trade_examples
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


@pytest.mark.parametrize(
    ("example", "shape"),
    [
        (goods_examples.GOODS, shapes.ITEM),
        (goods_examples.GOODS_DETAIL, shapes.ITEM_PAGE),
        (trade_examples.CART_LINE, shapes.CART_LINE),
        (trade_examples.ORDER, shapes.ORDER),
        (trade_examples.ORDER_PAGE, shapes.ORDER_PAGE),
    ],
)
def test_the_documents_examples_are_what_is_answered(example: object, shape: object) -> None:
    assert fits(example, shape) == []
