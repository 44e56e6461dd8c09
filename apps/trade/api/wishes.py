"""What a buyer asks for beside the goods, out of a body that was found valid."""

from typing import Any

from apps.trade.services.offers import Wishes


def wishes_of(wanted: dict[str, Any]) -> Wishes:
    """Take the wishes out of the fields; the address stays, an order keeps it too."""
    return Wishes(
        address=wanted.get("address", ""),
        region_code=wanted.pop("region_code", None),
        coupon=wanted.pop("coupon", None),
        points=wanted.pop("points", 0),
    )
