"""What answers about notices look like, for the API documents."""

from apps.common.openapi import answered

NOTICE = [
    answered(
        "Money came back",
        {
            "public_id": "66a681f8-df80-4fdc-94a9-86148db1c384",
            "topic": "refund.succeeded",
            "text": "订单 202611271234567890123456 的退款 ¥36.90 已退回。",
            "reference": "202611271234567890123456",
            "created_at": "2026-11-28T09:15:00+08:00",
            "read_at": None,
        },
    )
]
READ_NOTICES = [answered("Three were new", {"count": 3})]
