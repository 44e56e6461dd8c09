"""How often goods were seen, kept and sold: one UPDATE of one column each, so no count is lost."""

from collections.abc import Mapping

from django.db.models import F

from apps.goods.models import Goods


def add_view(*, goods_id: int) -> None:
    """Count one look at the details."""
    Goods.objects.filter(pk=goods_id).update(view_count=F("view_count") + 1)


def add_favourites(*, goods_id: int, change: int) -> None:
    """Count a favourite that was made (+1) or dropped (-1); never below zero."""
    Goods.objects.filter(pk=goods_id, favourite_count__gte=-change).update(
        favourite_count=F("favourite_count") + change
    )


def open_sales(*, goods_id: int, pieces: int) -> None:
    """Count what a goods sold before it came to this shop, for which there are no orders here."""
    Goods.objects.filter(pk=goods_id).update(sold_before=F("sold_before") + pieces, sold_count=F("sold_count") + pieces)


def add_sales(*, pieces: Mapping[int, int]) -> None:
    """Count what was sold: `pieces` maps goods ids to numbers, taken in key order."""
    for goods_id in sorted(pieces):
        Goods.objects.filter(pk=goods_id).update(sold_count=F("sold_count") + pieces[goods_id])
