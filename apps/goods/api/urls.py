"""Routes of goods. The client's variants spell the category path in two ways."""

from rest_framework.routers import SimpleRouter

from apps.goods.api.views.banners import BannerViewSet
from apps.goods.api.views.categories import CategoryViewSet
from apps.goods.api.views.goods import GoodsViewSet
from apps.goods.api.views.home import SectionViewSet
from apps.goods.api.views.hot_words import HotWordViewSet
from apps.goods.api.views.stock_movements import StockMovementViewSet

router = SimpleRouter()
router.register("categorys", CategoryViewSet, basename="category")
router.register("categories", CategoryViewSet, basename="category-alias")
router.register("goods", GoodsViewSet, basename="goods")
router.register("banners", BannerViewSet, basename="banner")
router.register("hotsearchs", HotWordViewSet, basename="hot-word")
router.register("indexgoods", SectionViewSet, basename="section")
router.register("staff/stock-movements", StockMovementViewSet, basename="stock-movement")

urlpatterns = router.urls
