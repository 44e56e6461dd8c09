"""Routes of trade."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from apps.trade.api.views.cart import CartViewSet, ClearCartView
from apps.trade.api.views.coupons import CouponViewSet, UserCouponViewSet
from apps.trade.api.views.guest_carts import GuestCartLineViewSet, GuestCartViewSet
from apps.trade.api.views.invoices import InvoiceView
from apps.trade.api.views.orders import OrderViewSet
from apps.trade.api.views.payments import AlipayReturnView, OrderPaymentsView, WechatNotifyView
from apps.trade.api.views.points import PointsViewSet
from apps.trade.api.views.quotes import QuotesView
from apps.trade.api.views.refunds import RefundViewSet
from apps.trade.api.views.shipments import ShipmentViewSet
from apps.trade.api.views.staff_orders import StaffOrderViewSet

router = SimpleRouter()
router.register("shopcarts", CartViewSet, basename="shopcarts")
router.register("guest-carts", GuestCartViewSet, basename="guest-carts")
router.register(
    f"guest-carts/(?P<guest_cart_id>{GuestCartViewSet.lookup_value_regex})/lines",
    GuestCartLineViewSet,
    basename="guest-cart-lines",
)
router.register("orders", OrderViewSet, basename="orders")
router.register("refunds", RefundViewSet, basename="refunds")
router.register("shipments", ShipmentViewSet, basename="shipments")
router.register("staff/orders", StaffOrderViewSet, basename="staff-orders")
router.register("points", PointsViewSet, basename="points")
router.register("user-coupons", UserCouponViewSet, basename="user-coupons")

# Ids here are UUIDs, which Django's own converter reads.
by_uuid = SimpleRouter(use_regex_path=False)
by_uuid.register("coupons", CouponViewSet, basename="coupons")

urlpatterns = [
    path("", include(router.urls)),
    path("", include(by_uuid.urls)),
    path("quotes/", QuotesView.as_view()),
    re_path(r"^orders/(?P<pk>[0-9]{1,18})/invoice/$", InvoiceView.as_view()),
    path("shoppingCart/clear", ClearCartView.as_view()),
    re_path(r"^orders/(?P<order_id>[0-9]{1,18})/payments/$", OrderPaymentsView.as_view()),
    path("alipay/return/", AlipayReturnView.as_view()),
    path("wechatpay/notify/", WechatNotifyView.as_view()),
    path("sandbox/", include("apps.trade.sandbox.urls")),
]
