"""Parcels, for the API documents."""

from typing import Any

from apps.common.openapi import answered

PARCEL: dict[str, Any] = {
    "public_id": "e63b730a-89a9-43ac-bf6b-1876eb5b9fa2",
    "carrier": "顺丰速运",
    "tracking_number": "SF8800231459",
    "tracking_url": "https://www.sf-express.com/chn/sc/waybill/waybill-detail/SF8800231459",
    "state": "on_its_way",
    "shipped_at": "2026-11-27T16:30:00+08:00",
    "delivered_at": None,
    "lines": [{"line": 14, "quantity": 2}],
}

TRACKED_SHIPMENT = [
    answered(
        "On its way",
        PARCEL
        | {
            "order": 9,
            "events": [
                {"happened_at": "2026-11-27T21:05:00+08:00", "place": "杭州市", "text": "快件已到达杭州转运中心"},
                {"happened_at": "2026-11-27T17:10:00+08:00", "place": "昆明市", "text": "顺丰速运已收取快件"},
            ],
        },
    )
]
