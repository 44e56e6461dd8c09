"""The sandbox's cashier page."""

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from apps.common.addresses import public_url
from apps.trade.api.views.payments import ORDERS_PAGE
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox import PageOrder, read_page_order
from apps.trade.models import SandboxTrade
from apps.trade.services import sandbox

# No script, nothing from elsewhere, in nobody's frame.
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class CashierView(View):
    """Show what a signed request asks to be paid, and collect it. The signature is checked on every request."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PAYMENT_MODE != "sandbox":
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        order = _wanted(request)
        trade = SandboxTrade.objects.filter(out_trade_no=order.number).first()
        context = {"order": order, "trade": trade, "back": public_url(ORDERS_PAGE)}
        response = render(request, "sandbox/cashier.html", context)
        response["Content-Security-Policy"] = PAGE_POLICY
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        order = _wanted(request)
        trade = sandbox.pay(order=order)
        return HttpResponseRedirect(sandbox.return_address(order=order, trade=trade))


def _wanted(request: HttpRequest) -> PageOrder:
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        raise BadRequest("a parameter comes twice")
    try:
        return read_page_order(query=request.GET.dict())
    except NotBelieved as error:
        raise BadRequest(str(error)) from error
