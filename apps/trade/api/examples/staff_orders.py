"""Orders as staff see them, for the API documents."""

from typing import Any

from apps.common.openapi import answered, sent

ORDER: dict[str, Any] = {
    "number": "202611271234567890123456",
    "status": "paid",
    "buyer": "13800000001",
    "total": "68.80",
    "note": "请快一点",
    "staff_note": "客户要求周末送货",
    "recipient_name": "李雷",
    "recipient_mobile": "13800000001",
    "address": "浙江省杭州市西湖区文三路1号",
    "created_at": "2026-11-27T08:00:00+08:00",
    "paid_at": "2026-11-27T08:01:00+08:00",
    "shipped_at": None,
    "lines": [
        {
            "sku": 157,
            "goods_name": "云麓红苹果 脆甜多汁",
            "specification": "2.5 公斤",
            "quantity": 2,
            "shipped_quantity": 0,
            "refunded_quantity": 0,
        }
    ],
}

STAFF_ORDER = [sent("A note", {"staff_note": "客户要求周末送货"}), answered("To be packed", ORDER)]
