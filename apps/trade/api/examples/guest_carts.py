"""Guests' carts, for the API documents."""

from apps.common.openapi import answered, sent
from apps.trade.api.examples.cart import CART_LINE

SINCE = "2026-11-27T08:00:00+08:00"
LINE = {name: value for name, value in CART_LINE.items() if name != "add_time"} | {"added_at": SINCE}

GUEST_CART = [
    answered(
        "Apples",
        {
            "public_id": "5b0f4f1e-8f57-4f0a-9c55-0a6a1c0e2f11",
            "created_at": SINCE,
            "touched_at": "2026-11-27T08:05:00+08:00",
            "lines": [LINE],
        },
    )
]
ADD_TO_GUEST_CART = [sent("Two pieces", {"goods": 98, "nums": 2})]
GUEST_QUANTITY = [sent("Three", {"nums": 3})]
