"""The only place where prices change: the SKU's, with a record of it, and the goods' stored lowest."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO, to_money
from apps.goods.models import Goods, PriceChange, Sku


@transaction.atomic
def set_price(*, sku: Sku, price: Decimal, actor_id: int | None = None, source: str = "") -> None:
    """Change a SKU's price, keep a record of who changed it, and bring the goods' lowest price in step.

    Raises InvalidInput for a price that is negative or beyond the shop's highest.
    """
    price = check_price(price)
    old_price = Sku.objects.select_for_update().values_list("price", flat=True).get(pk=sku.pk)
    if price == old_price:
        return
    Sku.objects.filter(pk=sku.pk).update(price=price)
    sku.price = price
    PriceChange.objects.create(sku=sku, old_price=old_price, new_price=price, actor_id=actor_id, source=source)
    refresh_lowest_prices(goods_ids=[sku.goods_id])


@transaction.atomic
def set_prices(*, prices: Mapping[int, Decimal], actor_id: int | None = None, source: str = "") -> None:
    """Change the prices of many SKUs, with a record of each: `prices` maps SKU ids to prices.

    Raises InvalidInput if one of them cannot be asked; then none is changed.
    """
    wanted = {sku_id: check_price(price) for sku_id, price in prices.items()}
    found = Sku.objects.select_for_update().filter(pk__in=wanted).order_by("pk").only("goods_id", "price")
    changed = [sku for sku in found if sku.price != wanted[sku.pk]]
    PriceChange.objects.bulk_create(
        PriceChange(sku=sku, old_price=sku.price, new_price=wanted[sku.pk], actor_id=actor_id, source=source)
        for sku in changed
    )
    for sku in changed:
        sku.price = wanted[sku.pk]
    Sku.objects.bulk_update(changed, ["price"], batch_size=500)
    refresh_lowest_prices(goods_ids={sku.goods_id for sku in changed})


def check_price(price: Decimal) -> Decimal:
    """Return the price with two places; raises InvalidInput if it is none the shop can ask."""
    if not price.is_finite() or not ZERO <= price <= settings.MAX_PRICE:
        raise InvalidInput(fields={"price": [_("A price lies between 0 and %(most)s.") % {"most": settings.MAX_PRICE}]})
    return to_money(price)


@transaction.atomic
def refresh_lowest_prices(*, goods_ids: Collection[int]) -> None:
    """Write each goods' lowest price of its SKUs on sale; of all its SKUs when none is on sale.

    The goods are locked before the SKUs are read: of two prices changed at the same moment, the second refresh
    sees both.
    """
    list(Goods.objects.select_for_update().filter(pk__in=goods_ids).order_by("pk").values_list("pk"))
    skus = Sku.objects.filter(goods=OuterRef("pk")).order_by().values("goods")
    on_sale = skus.filter(is_on_sale=True).annotate(lowest=Min("price")).values("lowest")
    all_skus = skus.annotate(lowest=Min("price")).values("lowest")
    Goods.objects.filter(pk__in=goods_ids).update(price=Coalesce(Subquery(on_sale), Subquery(all_skus), ZERO))
