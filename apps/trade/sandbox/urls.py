"""Routes of the sandbox."""

from django.urls import path

from apps.trade.sandbox.views import alipay, wechat

urlpatterns = [
    path("alipay/gateway.do", alipay.gateway, name="sandbox_cashier"),
    path("alipay/bills/<str:day>.zip", alipay.BillView.as_view()),
    path("wechatpay/v3/pay/transactions/<str:method>", wechat.OpenView.as_view()),
    path("wechatpay/v3/pay/transactions/out-trade-no/<str:number>", wechat.QueryView.as_view()),
    path("wechatpay/v3/pay/transactions/out-trade-no/<str:number>/close", wechat.CloseView.as_view()),
    path("wechatpay/v3/refund/domestic/refunds", wechat.RefundView.as_view()),
    path("wechatpay/v3/refund/domestic/refunds/<str:number>", wechat.RefundQueryView.as_view()),
    path("wechatpay/v3/certificates", wechat.CertificatesView.as_view()),
    path("wechatpay/v3/bill/tradebill", wechat.BillView.as_view()),
    path("wechatpay/v3/billdownload/file", wechat.BillFileView.as_view()),
    path("wechatpay/pay/<str:trade_no>/", wechat.CashierView.as_view()),
]
