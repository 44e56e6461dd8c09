"""What the catalogue and the stock refuse."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict, InvalidInput


class InsufficientStock(Conflict):
    """There are fewer pieces than wanted; no stock was taken of any SKU of the request."""

    type = "insufficient_stock"
    title = _("Not enough in stock")

    def __init__(self, *, sku_id: int, available: int, **members: Any) -> None:
        super().__init__(
            _("Only %(available)s left in stock.") % {"available": available},
            sku=sku_id,
            available=available,
            **members,
        )


class AdjustmentRefused(Conflict):
    """Some of the SKUs have less than should be taken from each; no stock was moved of any.

    `available` maps the ids of these SKUs to the pieces that they have.
    """

    type = "adjustment_refused"
    title = _("Not enough in stock")

    def __init__(self, *, available: Mapping[int, int]) -> None:
        super().__init__(available=dict(available))


class NotOnSale(Conflict):
    """The goods or the SKU is not sold (any more)."""

    type = "not_on_sale"
    title = _("This is no longer on sale")


class CategoryLoop(InvalidInput):
    """A category cannot stand below itself; the tree is unchanged."""

    type = "category_loop"
    title = _("A category cannot be moved below itself")


class RegionNeeded(InvalidInput):
    """What delivery costs depends on the region, and the address names none that the shop knows."""

    type = "region_needed"
    title = _("The region of the address is needed")

    def __init__(self) -> None:
        words = _("Delivery depends on the region: begin with a province that the shop knows, then city and district.")
        super().__init__(fields={"address": [words]})


class Unreachable(Conflict):
    """Some of the goods are not delivered to the address; `goods` lists their ids."""

    type = "unreachable"
    title = _("This is not delivered to the address")

    def __init__(self, *, goods_ids: Sequence[int]) -> None:
        super().__init__(goods=list(goods_ids))
