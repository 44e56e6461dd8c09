"""What is on sale, switched for many at once."""

from collections.abc import Collection

from apps.common.transactions import atomic_with_retry
from apps.goods.models import Goods, Sku
from apps.goods.services.pricing import refresh_lowest_prices


@atomic_with_retry
def set_goods_on_sale(*, goods_ids: Collection[int], on_sale: bool) -> int:
    """Put goods on sale or take them off; return how many that changed."""
    return Goods.objects.filter(pk__in=goods_ids, is_on_sale=not on_sale).update(is_on_sale=on_sale)


@atomic_with_retry
def set_skus_on_sale(*, sku_ids: Collection[int], on_sale: bool) -> int:
    """Put SKUs on sale or take them off, with the lowest prices of their goods; return how many that changed."""
    changed = Sku.objects.filter(pk__in=sku_ids, is_on_sale=not on_sale)
    goods_ids = set(changed.values_list("goods_id", flat=True))
    count = changed.update(is_on_sale=on_sale)
    refresh_lowest_prices(goods_ids=goods_ids)
    return count
