"""Routes of trade."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from apps.trade.api.views.cart import CartViewSet, ClearCartView
from apps.trade.api.views.orders import OrderViewSet
from apps.trade.api.views.payments import AlipayReturnView
from apps.trade.api.views.shipments import ShipmentViewSet

router = SimpleRouter()
router.register("shopcarts", CartViewSet, basename="shopcarts")
router.register("orders", OrderViewSet, basename="orders")
router.register("shipments", ShipmentViewSet, basename="shipments")

urlpatterns = [
    path("", include(router.urls)),
    path("shoppingCart/clear", ClearCartView.as_view()),
    path("alipay/return/", AlipayReturnView.as_view()),
    path("sandbox/", include("apps.trade.sandbox.urls")),
]
