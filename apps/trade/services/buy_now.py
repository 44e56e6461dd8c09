"""What is bought at once, beside the cart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.trade.services.cart import sku_to_buy


@dataclass(frozen=True, kw_only=True)
class Item:
    """So many pieces of a SKU, or of a goods, which is enough where there is one SKU."""

    quantity: int
    sku_id: int | None = None
    goods_id: int | None = None


def pieces_by_sku(items: Iterable[Item]) -> dict[int, int]:
    """Return how many pieces of which SKU are meant; a goods is its cheapest that is in stock, as in the cart.

    Raises InvalidInput for a SKU that is meant twice, and for a goods that is not on sale.
    """
    wanted = [(_sku_id(item), item.quantity) for item in items]
    pieces = dict(wanted)
    if len(pieces) < len(wanted):
        raise InvalidInput(fields={"items": [_("A SKU stands here twice.")]})
    return pieces


def _sku_id(item: Item) -> int:
    if item.sku_id is not None and item.goods_id is None:
        return item.sku_id
    return sku_to_buy(item.goods_id, item.sku_id).pk
