"""Coupons, for the API documents."""

from typing import Any

from apps.common.openapi import answered, sent

COUPON: dict[str, Any] = {
    "public_id": "783f87c0-dde9-420d-8cc0-234aad9f542c",
    "name": "新人券",
    "kind": "fixed",
    "value": "5.00",
    "cap": None,
    "minimum": "30.00",
    "category": None,
    "goods": None,
    "starts_at": "2026-11-01T00:00:00+08:00",
    "ends_at": "2026-12-31T23:59:59+08:00",
}
FRUIT_COUPON = COUPON | {
    "public_id": "0c5d8a5e-6b0f-4c38-9f34-3a0f6f5e7d21",
    "name": "水果九折",
    "kind": "percentage",
    "value": "10.00",
    "cap": "20.00",
    "category": 86,
}
GRANT = {
    "public_id": "32ab8a01-a3cd-4c56-9c10-1657066473e1",
    "coupon": COUPON,
    "state": "unused",
    "order": None,
    "created_at": "2026-11-27T08:00:00+08:00",
}

COUPONS = [answered("Yuan off", COUPON), answered("Per cent off", FRUIT_COUPON)]
COUPON_GRANT = [answered("To be used", GRANT)]
REDEEM = [sent("A printed code", {"code_word": "SPRING-26"})]
