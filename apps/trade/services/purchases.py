"""Purchase limits: how many pieces of a goods one buyer may have, over all orders."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.goods.models import Goods
from apps.trade.exceptions import PurchaseLimitReached
from apps.trade.models import GoodsPurchase, Order, OrderLine
from apps.users.models import UserProfile


def count_purchases(*, user: UserProfile, pieces: Mapping[Goods, int]) -> None:
    """Count pieces of limited goods against their limits; goods without one cost no query.

    Joins the caller's transaction, which must roll back when this raises PurchaseLimitReached. Goods are taken in
    the order of their keys.
    """
    for goods in sorted(pieces, key=lambda goods: goods.pk):
        if goods.purchase_limit is not None:
            _count(user, goods, pieces[goods], goods.purchase_limit)


def _count(user: UserProfile, goods: Goods, pieces: int, limit: int) -> None:
    mine = GoodsPurchase.objects.filter(user=user, goods=goods)
    # The limit stands in the UPDATE itself: of two orders at once, the second counts what the first one took.
    if mine.filter(quantity__lte=limit - pieces).update(quantity=F("quantity") + pieces):
        return
    if pieces <= limit and not mine.exists():
        try:
            with transaction.atomic():
                GoodsPurchase.objects.create(user=user, goods=goods, quantity=pieces)
                return
        except IntegrityError:
            # Another order of the same buyer counted first.
            if mine.filter(quantity__lte=limit - pieces).update(quantity=F("quantity") + pieces):
                return
    raise PurchaseLimitReached(goods_id=goods.pk, name=goods.name, available=_left(user, goods, limit))


def check_purchases(*, user: UserProfile, pieces: Mapping[Goods, int]) -> None:
    """Raise PurchaseLimitReached if the buyer could not have these pieces now; counts nothing."""
    for goods, wanted in pieces.items():
        if goods.purchase_limit is not None:
            left = _left(user, goods, goods.purchase_limit)
            if wanted > left:
                raise PurchaseLimitReached(goods_id=goods.pk, name=goods.name, available=left)


def _left(user: UserProfile, goods: Goods, limit: int) -> int:
    bought = GoodsPurchase.objects.filter(user=user, goods=goods).values_list("quantity", flat=True).first()
    return max(limit - (bought or 0), 0)


def uncount_purchases(*, order: Order, lines: Iterable[OrderLine]) -> None:
    """Take what lines had counted off the buyer's purchases; the caller proves it happens once."""
    pieces: dict[int, int] = {}
    for line in lines:
        if line.counts_for_limit:
            pieces[line.goods_id] = pieces.get(line.goods_id, 0) + line.quantity
    for goods_id in sorted(pieces):
        mine = GoodsPurchase.objects.filter(user=order.user_id, goods=goods_id, quantity__gte=pieces[goods_id])
        mine.update(quantity=F("quantity") - pieces[goods_id])
