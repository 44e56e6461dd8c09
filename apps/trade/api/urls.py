"""Routes of trade."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from apps.trade.api.views.cart import CartViewSet, ClearCartView
from apps.trade.api.views.coupons import CouponViewSet, UserCouponViewSet
from apps.trade.api.views.orders import OrderViewSet
from apps.trade.api.views.payments import AlipayReturnView
from apps.trade.api.views.points import PointsViewSet
from apps.trade.api.views.quotes import QuotesView

router = SimpleRouter()
router.register("shopcarts", CartViewSet, basename="shopcarts")
router.register("orders", OrderViewSet, basename="orders")
router.register("points", PointsViewSet, basename="points")
router.register("user-coupons", UserCouponViewSet, basename="user-coupons")

# Ids here are UUIDs, which Django's own converter reads.
by_uuid = SimpleRouter(use_regex_path=False)
by_uuid.register("coupons", CouponViewSet, basename="coupons")

urlpatterns = [
    path("", include(router.urls)),
    path("", include(by_uuid.urls)),
    path("quotes/", QuotesView.as_view()),
    path("shoppingCart/clear", ClearCartView.as_view()),
    path("alipay/return/", AlipayReturnView.as_view()),
    path("sandbox/", include("apps.trade.sandbox.urls")),
]
