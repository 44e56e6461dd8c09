"""Orders, for the API documents: two bags of apples, with a coupon."""

from typing import Any

from apps.common.openapi import answered, sent
from apps.goods.api.examples import RED_IN_BRIEF
from apps.trade.api.examples.quotes import HOME
from apps.trade.api.examples.shipments import PARCEL

ORDER: dict[str, Any] = {
    "id": 9,
    "order_sn": "202611271234567890123456",
    "nonce_str": None,
    "trade_no": None,
    "status": "pending_payment",
    "pay_status": "paying",
    "pay_type": "alipay",
    "post_script": "请快一点",
    "order_mount": "68.80",
    "pay_time": None,
    "address": HOME,
    "signer_name": "李雷",
    "singer_mobile": "13800000001",
    "signer_mobile": "13800000001",
    "add_time": "2026-11-27 08:00:00",
}
ORDER_PAGE = ORDER | {
    "goods": [
        {
            "id": 14,
            "goods_num": 2,
            "goods": RED_IN_BRIEF,
            "sku": 157,
            "specification": "2.5 公斤",
            "list_price": "36.90",
            "price": "36.90",
            "discount": "5.00",
            "amount": "68.80",
        }
    ],
    "goods_total": "73.80",
    "discount": "5.00",
    "freight": "0.00",
    "discounts": [{"kind": "coupon", "label": "新人券", "amount": "5.00"}],
    "shipments": [],
    "alipay_url": "/sandbox/alipay/gateway.do?app_id=2021000000000001&sign=...",
}
PAID = {
    "trade_no": "2026112712251563349843867185",
    "pay_status": "TRADE_SUCCESS",
    "pay_time": "2026-11-27 08:03:12",
    "alipay_url": "",
}
BODY = {"post_script": "请快一点", "address": HOME, "signer_name": "李雷", "order_mount": 68.8}

PLACE_ORDER = [
    sent("As one generation of the client sends it", BODY | {"singer_mobile": "13800000001"}),
    sent("As the other does", BODY | {"signer_mobile": "13800000001"}),
]
ORDER_SUMMARY = [answered("To be paid", ORDER)]
TO_BE_PAID = answered("To be paid", ORDER_PAGE)
ON_ITS_WAY = answered("On its way", ORDER_PAGE | PAID | {"status": "shipped", "shipments": [PARCEL]})
RECEIVED = answered("It has arrived", ORDER_PAGE | PAID | {"status": "received", "shipments": [PARCEL]})
