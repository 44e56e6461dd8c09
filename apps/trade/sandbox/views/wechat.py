"""WeChat Pay's REST interface, as far as shops use it, and the page where its buyers pay."""

import json
import tempfile
from datetime import date
from decimal import Decimal
from typing import Any

import segno
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe

from apps.common.addresses import absolute_url
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox.trades import PageOrder, SandboxRefusal, for_browsers, for_calls
from apps.trade.gateways.sandbox.wechat import PREFIX, check_call, listed_certificate, sandbox_wechat, signed_headers
from apps.trade.gateways.wechat_words import CHANNEL
from apps.trade.models import SandboxRefund, SandboxTrade
from apps.trade.sandbox.forms import ChaosForm
from apps.trade.sandbox.views.base import CallView, SandboxView, disturbed, show_cashier
from apps.trade.services import sandbox, sandbox_bills, sandbox_notices
from apps.trade.services.sandbox_wechat import refund_words, trade_words

# What the books refuse, in WeChat's words: status and code.
REFUSALS = {
    "TRADE_NOT_EXIST": (404, "ORDER_NOT_EXIST"),
    "TRADE_STATUS_ERROR": (400, "ORDERPAID"),
    "TRADE_HAS_CLOSE": (400, "ORDER_CLOSED"),
    "CONTEXT_INCONSISTENT": (400, "INVALID_REQUEST"),
    "REFUND_NOT_EXIST": (404, "RESOURCE_NOT_EXISTS"),
    "CERTIFICATE_NOT_EXIST": (404, "RESOURCE_NOT_EXISTS"),
    "SELLER_BALANCE_NOT_ENOUGH": (403, "NOT_ENOUGH"),
    "REFUND_AMT_NOT_EQUAL_TOTAL": (400, "INVALID_REQUEST"),
}


class WechatCallView(CallView):
    """A call that the shop signed; what it is answered WeChat signs."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the signature, and put refusals into WeChat's words."""
        path = request.get_full_path().removeprefix(PREFIX)
        try:
            signature = request.headers.get("Authorization", "")
            check_call(method=str(request.method), path=path, authorization=signature, body=request.body)
        except NotBelieved as error:
            return _answer({"code": "SIGN_ERROR", "message": str(error)}, status=401)
        try:
            return super().serve(request, *args, **kwargs)
        except SandboxRefusal as refusal:
            status, code = REFUSALS.get(str(refusal), (400, "INVALID_REQUEST"))
            return _answer({"code": code, "message": str(refusal)}, status=status)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            return _answer({"code": "PARAM_ERROR", "message": str(error)}, status=400)


class OpenView(WechatCallView):
    """Announce a trade: native, jsapi or h5."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, method: str) -> HttpResponse:
        wanted = json.loads(request.body)
        config = sandbox_wechat()
        if method not in ("native", "jsapi", "h5") or (wanted["appid"], wanted["mchid"]) != (
            config.app_id,
            config.mch_id,
        ):
            raise ValueError("unknown method, app or merchant")
        trade = sandbox.open_trade(order=_page_order(method, wanted))
        page = f"{PREFIX}/pay/{trade.trade_no}/"
        answers = {
            "native": {"code_url": absolute_url(page) if for_browsers(page) == page else for_browsers(page)},
            "h5": {"h5_url": for_browsers(page)},
            "jsapi": {"prepay_id": f"wx{trade.trade_no}"},
        }
        return disturbed(request, trade, lambda: _answer(answers[method]))


class QueryView(WechatCallView):
    """Tell how far a trade is."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        trade = sandbox.find_trade(channel=CHANNEL, number=number)
        went_back = trade.state == "paid" and sandbox.refunded(trade=trade) > 0
        amount = sandbox.told(trade=trade, amount=trade.total_amount)
        words = trade_words(trade, amount=amount, state="REFUND" if went_back else "")
        return disturbed(request, trade, lambda: _answer(words))


class CloseView(WechatCallView):
    """Close a trade."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        trade = sandbox.find_trade(channel=CHANNEL, number=number)

        def close() -> HttpResponse:
            sandbox.close_trade(trade=trade)
            return _answer(None, status=204)

        return disturbed(request, trade, close)


class RefundView(WechatCallView):
    """Take a refund; it is on its way until the shop asks about it or is notified."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = json.loads(request.body)
        trade = sandbox.find_trade(channel=CHANNEL, trade_no=str(wanted["transaction_id"]))

        def take() -> HttpResponse:
            refund, _is_first = sandbox.refund(
                trade=trade,
                number=str(wanted["out_refund_no"]),
                amount=_yuan(wanted["amount"]["refund"]),
                reason=str(wanted.get("reason", "")),
                notify_url=str(wanted.get("notify_url", "")),
                at_once=False,
            )
            return _answer(_told_of(refund))

        return disturbed(request, trade, take)


class RefundQueryView(WechatCallView):
    """Tell how far a refund is; to be asked brings it to its end."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        refunds = SandboxRefund.objects.filter(trade__channel=CHANNEL, out_refund_no=number).select_related("trade")
        refund = refunds.first()
        if refund is None:
            raise SandboxRefusal("REFUND_NOT_EXIST")
        sandbox_notices.pay_out(refund=refund)
        return disturbed(request, refund.trade, lambda: _answer(_told_of(refund)))


class CertificatesView(WechatCallView):
    """List the certificates by which the merchant knows WeChat; one that knows it by its public key has none."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.WECHAT_CERTIFICATES_FILE:
            raise SandboxRefusal("CERTIFICATE_NOT_EXIST")
        return _answer({"data": [listed_certificate()]})


class BillView(WechatCallView):
    """Tell where a day's bill is, and its digest."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        day = date.fromisoformat(request.GET["bill_date"])
        with tempfile.TemporaryFile() as file:
            digest = sandbox_bills.write_wechat_bill(file=file, day=day)
        address = for_calls(f"{PREFIX}/v3/billdownload/file?token={day}")
        return _answer({"hash_type": "SHA1", "hash_value": digest, "download_url": address})


class BillFileView(WechatCallView):
    """Hand out a day's bill."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> FileResponse:
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the response
        sandbox_bills.write_wechat_bill(file=file, day=date.fromisoformat(request.GET["token"]))
        file.seek(0)
        return FileResponse(file, content_type="application/x-gzip")


class CashierView(SandboxView):
    """Show a trade to whoever has its address, as a QR code or as a page, and collect it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, trade_no: str) -> HttpResponse:
        return self._show(request, self._trade(trade_no))

    def post(self, request: HttpRequest, trade_no: str) -> HttpResponse:
        trade = self._trade(trade_no)
        try:
            sandbox.pay(trade=trade, chaos=ChaosForm(request.POST).chosen())
        except SandboxRefusal:
            return self._show(request, trade, status=409)
        return self._show(request, trade)

    def _trade(self, trade_no: str) -> SandboxTrade:
        if not trade_no.isdigit():
            raise Http404
        return get_object_or_404(SandboxTrade, channel=CHANNEL, trade_no=trade_no)

    def _show(self, request: HttpRequest, trade: SandboxTrade, *, status: int = 200) -> HttpResponse:
        is_scanned = trade.method == "native" and trade.state == "open"
        return show_cashier(request, trade, code=_code(trade) if is_scanned else "", status=status)


def _code(trade: SandboxTrade) -> str:
    address = absolute_url(f"{PREFIX}/pay/{trade.trade_no}/")
    return mark_safe(segno.make(address, error="m").svg_inline(scale=5, border=2))  # noqa: S308  drawn here, of our own address


def _page_order(method: str, wanted: dict[str, Any]) -> PageOrder:
    if wanted["amount"]["currency"] != "CNY":
        raise ValueError("unknown currency")
    return PageOrder(
        channel=CHANNEL,
        method=method,
        number=str(wanted["out_trade_no"]),
        subject=str(wanted["description"]),
        amount=_yuan(wanted["amount"]["total"]),
        notify_url=str(wanted["notify_url"]),
        expires_at=parse_datetime(str(wanted.get("time_expire", ""))),
        payer=str(wanted.get("payer", {}).get("openid", "")),
    )


def _told_of(refund: SandboxRefund) -> dict[str, Any]:
    return refund_words(refund, amount=sandbox.told(trade=refund.trade, amount=refund.amount))


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _answer(content: dict[str, Any] | None, *, status: int = 200) -> HttpResponse:
    body = "" if content is None else json.dumps(content, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/json", headers=signed_headers(body))
