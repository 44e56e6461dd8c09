"""Routes of the sandbox."""

from django.urls import path

from apps.trade.sandbox.views import CashierView

urlpatterns = [path("alipay/gateway.do", CashierView.as_view(), name="sandbox_cashier")]
