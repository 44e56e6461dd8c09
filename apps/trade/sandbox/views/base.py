"""What all of the sandbox's views have in common."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.common.addresses import public_url
from apps.trade.api.views.payments import ORDERS_PAGE
from apps.trade.gateways.transport import DELAY_HEADER, TIMEOUT
from apps.trade.models import SandboxTrade
from apps.trade.sandbox.forms import ChaosForm
from apps.trade.services import sandbox

# No script, nothing from elsewhere, in nobody's frame.
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# Longer than the shop waits for an answer.
SLOW = TIMEOUT[1] + 2


class SandboxView(View):
    """A view that is not there unless the shop is paid with play money."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PAYMENT_MODE != "sandbox":
            raise Http404
        return self.serve(request, *args, **kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the sandbox; a view may check here who is asking."""
        return super().dispatch(request, *args, **kwargs)


@method_decorator(csrf_exempt, name="dispatch")
class CallView(SandboxView):
    """A view that the shop itself calls: its signature is the proof that no cookie could be."""


def show_cashier(request: HttpRequest, trade: SandboxTrade, *, code: str = "", status: int = 200) -> HttpResponse:
    """Show what is to be paid, or was; `code` is the picture of a QR code."""
    sandbox.close_when_overdue(trade=trade)
    form = ChaosForm(initial={"chaos": trade.chaos})
    context = {"trade": trade, "form": form, "code": code, "back": public_url(ORDERS_PAGE)}
    response = render(request, "sandbox/cashier.html", context, status=status)
    response["Content-Security-Policy"] = PAGE_POLICY
    response["Cache-Control"] = "no-store"
    return response


def disturbed(request: HttpRequest, trade: SandboxTrade | None, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a call about a trade, and let its chaos have its way.

    A failing gateway has done nothing; a slow one has done everything, and the shop does not hear of it in time.
    """
    if trade and trade.chaos == SandboxTrade.Chaos.FAILING:
        return HttpResponse(status=500)
    response = answer()
    if trade and trade.chaos == SandboxTrade.Chaos.SLOW:
        response[DELAY_HEADER] = str(SLOW)
        if "mxshop.in_process" not in request.META:
            time.sleep(SLOW)
    return response
