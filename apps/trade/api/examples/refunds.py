"""Refunds, for the API documents: one of two bags of apples came bruised."""

from typing import Any

from apps.common.openapi import answered, sent


def step(state: str, text: str, by: str, created_at: str, note: str = "") -> dict[str, Any]:
    """Spell a step as the answers do."""
    return {"state": state, "text": text, "note": note, "by": by, "created_at": created_at}


ASKED_FOR = step("requested", "待商家处理", "buyer", "2026-11-29T10:00:00+08:00")
SUMMARY: dict[str, Any] = {
    "public_id": "8352dad0-7301-417c-b6ab-588bf9bc842f",
    "number": "R202611295599990533062311",
    "order": 9,
    "order_sn": "202611271234567890123456",
    "kind": "return_goods",
    "state": "requested",
    "text": "待商家处理",
    "amount": "34.40",
    "freight_amount": "0.00",
    "reason": "damaged",
    "description": "有几个苹果磕坏了",
    "items": [
        {
            "line": 14,
            "goods": 98,
            "name": "云麓红苹果 脆甜多汁",
            "specification": "2.5 公斤",
            "nums": 1,
            "amount": "34.40",
        }
    ],
    "carrier": "",
    "tracking_number": "",
    "pictures": ["/media/refunds/0f3a6f0c5e554e0b8f0b2a4b3f1c9d77.jpg"],
    "deadline_at": "2026-12-04T10:00:00+08:00",
    "created_at": "2026-11-29T10:00:00+08:00",
    "updated_at": "2026-11-29T10:00:00+08:00",
}
PARCEL = {"carrier": "顺丰速运", "tracking_number": "SF1234567890"}

APPLY = [
    sent(
        "One piece, to be sent back",
        {
            "order": 9,
            "kind": "return_goods",
            "reason": "damaged",
            "description": "有几个苹果磕坏了",
            "items": [{"line": 14, "nums": 1}],
        },
    ),
    sent("The whole order, which was not shipped yet", {"order": 9, "kind": "refund_only", "reason": "changed_mind"}),
]
RETURN_PARCEL = [sent("A parcel", PARCEL)]
PICTURE = [sent("A photograph", {"image": "bruised.jpg"}, media_type="multipart/form-data")]
REFUND_SUMMARY = [answered("Waiting for the shop", SUMMARY)]
REFUND = [answered("Waiting for the shop", SUMMARY | {"events": [ASKED_FOR]})]
SENT_BACK = answered(
    "On the way back",
    SUMMARY
    | PARCEL
    | {
        "state": "returning",
        "text": "退货运输中",
        "deadline_at": "2026-12-10T09:00:00+08:00",
        "updated_at": "2026-11-30T18:00:00+08:00",
        "events": [
            ASKED_FOR,
            step("approved", "待买家寄回商品", "staff", "2026-11-30T09:00:00+08:00", "抱歉，请寄回，运费我们承担。"),
            step("returning", "退货运输中", "buyer", "2026-11-30T18:00:00+08:00"),
        ],
    },
)
WITHDRAWN = answered(
    "Withdrawn",
    SUMMARY
    | {
        "state": "withdrawn",
        "text": "买家已撤销",
        "deadline_at": None,
        "updated_at": "2026-11-29T12:00:00+08:00",
        "events": [ASKED_FOR, step("withdrawn", "买家已撤销", "buyer", "2026-11-29T12:00:00+08:00")],
    },
)
