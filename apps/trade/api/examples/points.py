"""Points, for the API documents."""

from apps.common.openapi import answered

POINTS_ENTRY = [
    answered(
        "Earned by an order",
        {"delta": 68, "reason": "earned", "order": 9, "note": "", "created_at": "2026-12-06T08:00:00+08:00"},
    )
]
