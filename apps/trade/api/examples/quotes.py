"""Quotes, for the API documents."""

from apps.common.openapi import answered, sent

HOME = "浙江省杭州市西湖区文三路1号"

QUOTE_REQUEST = [
    sent("The cart", {"address": HOME, "region_code": 330106}),
    sent("A goods at once", {"items": [{"goods": 97, "nums": 1}]}),
    sent("Two pieces at once", {"items": [{"sku": 157, "nums": 2}], "points": 500, "address": HOME}),
]
QUOTE = [
    answered(
        "With a coupon",
        {
            "lines": [
                {
                    "sku": 157,
                    "goods": 98,
                    "nums": 2,
                    "list_price": "36.90",
                    "price": "36.90",
                    "discount": "5.00",
                    "amount": "68.80",
                }
            ],
            "discounts": [{"kind": "coupon", "label": "新人券", "amount": "5.00"}],
            "goods_total": "73.80",
            "discount": "5.00",
            "freight": "0.00",
            "total": "68.80",
            "points_spent": 0,
            "points_earned": 68,
            "quote": ".eJxtzkEKwjAQheG7vPUQko4xTa4iLopEDbappMmqeHcToYjF5fy8D2ZFWXyCU4QxRL:1xWi9m:xelLkTqbKMD6Ex110WU",
        },
    )
]
