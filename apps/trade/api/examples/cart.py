"""Lines of the cart, for the API documents."""

from typing import Any

from apps.common.openapi import answered, sent
from apps.goods.api.examples import RED_IN_BRIEF, SINCE

CART_LINE: dict[str, Any] = {
    "goods": RED_IN_BRIEF,
    "nums": 2,
    "sku": 157,
    "specification": "2.5 公斤",
    "goods_num": 180,
    "added_price": "39.90",
    "changes": ["price_lowered"],
    "add_time": SINCE,
}

LINE = [answered("Apples", CART_LINE)]
CHANGED_LINE = [answered("What is on the line now", {"goods": 98, "nums": 5, "sku": 157})]
SET_QUANTITY = [sent("Three", {"nums": 3})]
ADD_TO_CART = [
    sent("As the client sends it", {"goods": "98", "nums": 2}),
    sent("One of several sizes", {"goods": 98, "sku": 158, "nums": 1}),
]
