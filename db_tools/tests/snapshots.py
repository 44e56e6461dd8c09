"""All that a load may write, to be compared before and after."""

from typing import Any

from apps.goods.models import Brand, Category, Goods, GoodsAttribute, GoodsImage, PriceChange, Sku, StockMovement
from apps.regions.models import Region
from apps.user_operation.models import Review

MODELS = (
    Region, Category, Brand, Goods, Sku, GoodsAttribute, GoodsImage, StockMovement, PriceChange, Review,
)  # fmt: skip


def snapshot() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in MODELS}
