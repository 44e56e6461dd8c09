"""Routes of the sandbox."""

from django.urls import path

from apps.trade.sandbox.views import alipay

urlpatterns = [
    path("alipay/gateway.do", alipay.gateway, name="sandbox_cashier"),
    path("alipay/bills/<str:day>.zip", alipay.BillView.as_view()),
]
