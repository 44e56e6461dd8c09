"""Routes of goods. The client's variants spell the category path in two ways."""

from rest_framework.routers import SimpleRouter

from apps.goods.api import views

router = SimpleRouter()
router.register("categorys", views.CategoryViewSet, basename="category")
router.register("categories", views.CategoryViewSet, basename="category-alias")
router.register("goods", views.GoodsViewSet, basename="goods")
router.register("banners", views.BannerViewSet, basename="banner")
router.register("hotsearchs", views.HotWordViewSet, basename="hot-word")
router.register("indexgoods", views.SectionViewSet, basename="section")
router.register("staff/stock-movements", views.StockMovementViewSet, basename="stock-movement")

urlpatterns = router.urls
