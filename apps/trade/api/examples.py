"""What answers of the cart and of orders look like, for the API documents."""

from typing import Any

PICTURE = "/media/goods/9b1639fbd72d4cc093e05153de7386fe.jpg"
GOODS = {"id": 98, "name": "云麓红苹果 脆甜多汁", "shop_price": "36.90", "goods_front_image": PICTURE}
CART_LINE: dict[str, Any] = {
    "goods": GOODS,
    "nums": 2,
    "sku": 157,
    "specification": "2.5 公斤",
    "goods_num": 180,
    "added_price": "36.90",
    "changes": [],
    "add_time": "2026-11-27 08:00:00",
}
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
    "address": "浙江省杭州市西湖区文三路1号",
    "signer_name": "李雷",
    "singer_mobile": "13800000001",
    "signer_mobile": "13800000001",
    "add_time": "2026-11-27 08:00:00",
}
ORDER_PAGE = ORDER | {
    "goods": [{"id": 14, "goods_num": 2, "goods": GOODS, "sku": 157, "specification": "2.5 公斤"}],
    "goods_total": "73.80",
    "discount": "5.00",
    "freight": "0.00",
    "discounts": [{"kind": "coupon", "label": "新人券", "amount": "5.00"}],
    "shipments": [],
    "alipay_url": "/sandbox/alipay/gateway.do?app_id=2021000000000001&sign=...",
}
