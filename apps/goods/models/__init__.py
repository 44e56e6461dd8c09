"""Categories, brands, goods with SKUs, freight, the stock ledger, and what the home page shows."""

from apps.goods.models.brands import Brand
from apps.goods.models.catalogue import Goods, GoodsAttribute, GoodsImage, Sku
from apps.goods.models.categories import Category
from apps.goods.models.display import Banner, HotWord, IndexAd
from apps.goods.models.freight import FreightTemplate, FreightZone
from apps.goods.models.ledgers import PriceChange, StockMovement

__all__ = [
    "Banner",
    "Brand",
    "Category",
    "FreightTemplate",
    "FreightZone",
    "Goods",
    "GoodsAttribute",
    "GoodsImage",
    "HotWord",
    "IndexAd",
    "PriceChange",
    "Sku",
    "StockMovement",
]
