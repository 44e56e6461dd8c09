"""How staff see the catalogue. Prices, stock and the tree's places are written by their services alone."""

from xadmin.sites import site
from xadmin.views import DetailAdminView

from apps.goods.adminx.brands import BrandAdmin
from apps.goods.adminx.catalogue import GoodsAdmin, GoodsAttributeAdmin, GoodsImageAdmin
from apps.goods.adminx.categories import CategoryAdmin
from apps.goods.adminx.display import BannerAdmin, HotWordAdmin, IndexAdAdmin
from apps.goods.adminx.freight import FreightTemplateAdmin, FreightZoneAdmin
from apps.goods.adminx.ledgers import PriceChangeAdmin, StockMovementAdmin
from apps.goods.adminx.skus import SkuAdmin, SpecificationText
from apps.goods.models import (
    Banner,
    Brand,
    Category,
    FreightTemplate,
    FreightZone,
    Goods,
    GoodsAttribute,
    GoodsImage,
    HotWord,
    IndexAd,
    PriceChange,
    Sku,
    StockMovement,
)

# In the order of the menu.
site.register(Goods, GoodsAdmin)
site.register(Sku, SkuAdmin)
site.register(Category, CategoryAdmin)
site.register(Brand, BrandAdmin)
site.register(Banner, BannerAdmin)
site.register(IndexAd, IndexAdAdmin)
site.register(HotWord, HotWordAdmin)
site.register(FreightTemplate, FreightTemplateAdmin)
site.register(FreightZone, FreightZoneAdmin)
site.register(StockMovement, StockMovementAdmin)
site.register(PriceChange, PriceChangeAdmin)
site.register(GoodsImage, GoodsImageAdmin)
site.register(GoodsAttribute, GoodsAttributeAdmin)
site.register_plugin(SpecificationText, DetailAdminView)
