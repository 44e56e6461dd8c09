"""Quotes: a price explained before the order, which the order then confirms to the cent.

A quote is a signed text that holds what was shown to whom. It reserves nothing: the order compares, and refuses
with the difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.goods.exceptions import InsufficientStock
from apps.goods.models import Goods, Sku
from apps.trade.exceptions import QuoteChanged
from apps.trade.services import purchases
from apps.trade.services.offers import Offer, Wishes, make_offer
from apps.trade.services.pricing import Price
from apps.users.models import UserProfile

SALT = "trade.quote"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a quote said: of each SKU the pieces, the price of one and what all cost; the freight and the total."""

    lines: Mapping[int, Mapping[str, Any]]
    freight: str
    total: str


@dataclass(frozen=True, kw_only=True)
class Quote:
    """An offer, and the text that an order confirms it by."""

    offer: Offer
    token: str


def quote_price(*, user: UserProfile, quantities: Mapping[int, int], wishes: Wishes) -> Quote:
    """Explain what so many pieces of these SKUs cost this buyer now, and sign it; nothing is written.

    Raises all that placing the order would: InsufficientStock, PurchaseLimitReached, and what `make_offer` raises.
    """
    offer = make_offer(user=user, quantities=quantities, wishes=wishes)
    for sku_id, wanted in sorted(quantities.items()):
        available = offer.skus[sku_id].stock if sku_id in offer.skus else 0
        if available < wanted:
            raise InsufficientStock(sku_id=sku_id, available=available)
    purchases.check_purchases(user=user, pieces=pieces_by_goods(offer))
    said = {"user": user.pk, "lines": list(_said(offer.price).values()), **_sums(offer.price)}
    return Quote(offer=offer, token=signing.dumps(said, salt=SALT, compress=True))


def pieces_by_goods(offer: Offer) -> dict[Goods, int]:
    """Return how many pieces of each goods an offer holds, over its SKUs."""
    pieces: dict[Goods, int] = {}
    for line in offer.price.lines:
        goods = offer.skus[line.item.sku_id].goods
        pieces[goods] = pieces.get(goods, 0) + line.item.quantity
    return pieces


def read_quote(*, token: str, user: UserProfile) -> Promise:
    """Return what a quote of this buyer said; raises InvalidInput for one that is forged, too old, or another's."""
    try:
        said = signing.loads(token, salt=SALT, max_age=settings.QUOTE_LIFETIME)
    except signing.BadSignature:
        said = {}
    if said.get("user") != user.pk:
        raise InvalidInput(fields={"quote": [_("This quote is no longer valid; ask for a new one.")]})
    lines = {line["sku"]: line for line in said["lines"]}
    return Promise(lines=lines, freight=said["freight"], total=said["total"])


def confirm_price(*, promise: Promise, price: Price) -> None:
    """Raise QuoteChanged, with old and new of each line that differs, unless the price is as it was promised."""
    now = _said(price)
    lines = [
        {"sku": sku_id, "old": promise.lines.get(sku_id), "new": now.get(sku_id)}
        for sku_id in sorted({*promise.lines, *now})
        if promise.lines.get(sku_id) != now.get(sku_id)
    ]
    sums = _sums(price)
    if lines or sums != {"freight": promise.freight, "total": promise.total}:
        raise QuoteChanged(
            difference={
                "lines": lines,
                "freight": {"old": promise.freight, "new": sums["freight"]},
                "total": {"old": promise.total, "new": sums["total"]},
            }
        )


def refuse_for_stock(*, promise: Promise, quantities: Mapping[int, int]) -> QuoteChanged:
    """Return the refusal of an order whose stock went meanwhile: `new` says how many pieces there are."""
    stock = dict(Sku.objects.filter(pk__in=quantities).values_list("pk", "stock"))
    short: Sequence[int] = [sku_id for sku_id in sorted(quantities) if stock.get(sku_id, 0) < quantities[sku_id]]
    lines = [
        {"sku": sku_id, "old": promise.lines.get(sku_id), "new": {"sku": sku_id, "nums": stock.get(sku_id, 0)}}
        for sku_id in short
    ]
    freight, total = ({"old": old, "new": None} for old in (promise.freight, promise.total))
    return QuoteChanged(difference={"lines": lines, "freight": freight, "total": total})


def _said(price: Price) -> dict[int, dict[str, Any]]:
    return {
        line.item.sku_id: {
            "sku": line.item.sku_id,
            "nums": line.item.quantity,
            "price": _text(line.item.unit_price),
            "amount": _text(line.amount),
        }
        for line in price.lines
    }


def _sums(price: Price) -> dict[str, str]:
    return {"freight": _text(price.freight), "total": _text(price.total)}


def _text(money: Decimal) -> str:
    return f"{money:.2f}"
