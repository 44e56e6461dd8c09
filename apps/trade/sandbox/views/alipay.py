"""Alipay's one address: a browser is sent to the cashier, a call of the shop's is answered."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.common.exceptions import Text
from apps.common.problems import answer
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox.alipay import BUYER, METHODS, beijing_text, read_call, read_page_order, signed_answer
from apps.trade.gateways.sandbox.trades import PageOrder, SandboxRefusal, for_calls
from apps.trade.models import SandboxRefund, SandboxTrade
from apps.trade.sandbox.forms import ChaosForm
from apps.trade.sandbox.views.base import CallView, SandboxView, disturbed, show_cashier
from apps.trade.services import sandbox, sandbox_bills

STATUSES = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}
BILL = "alipay.data.dataservice.bill.downloadurl.query"
Content = dict[str, str]


class NotToBePaid(Exception):
    """The address asks for nothing that the cashier may collect; `detail` says why to the person who came by it."""

    def __init__(self, detail: Text) -> None:
        self.detail = detail
        super().__init__(detail)


@csrf_exempt
def gateway(request: HttpRequest) -> HttpResponseBase:
    """Tell a browser at the cashier's signed address from a call, which brings all it says in its body."""
    view = CallsView if request.method == "POST" and "method" not in request.GET else CashierView
    return view.as_view()(request)


@method_decorator(csrf_protect, name="dispatch")
class CashierView(SandboxView):
    """Show what a signed request asks to be paid, and collect it. The signature is checked on every request."""

    http_method_names = ["get", "head", "post"]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().serve(request, *args, **kwargs)
        except NotToBePaid as refusal:
            return answer(request, 400, title=_("This cannot be paid"), detail=refusal.detail)

    def get(self, request: HttpRequest) -> HttpResponse:
        order = _wanted(request)
        # Opening the cashier makes the trade, as at Alipay.
        return show_cashier(request, _trade_of(order))

    def post(self, request: HttpRequest) -> HttpResponse:
        order = _wanted(request)
        form = ChaosForm(request.POST)
        try:
            trade = sandbox.pay(trade=_trade_of(order), chaos=form.chosen())
        except SandboxRefusal:
            return show_cashier(request, _trade_of(order), status=409)
        if not order.return_url:
            return show_cashier(request, trade)
        return HttpResponseRedirect(sandbox.return_address(return_url=order.return_url, trade=trade))


class CallsView(CallView):
    """Answer calls that the shop signed, in Alipay's words, signed by Alipay's key."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = QueryDict(request.body, encoding="utf-8").dict()
        method = str(form.get("method"))
        try:
            content = read_call(form={name: str(value) for name, value in form.items()})
        except NotBelieved:
            return _answer(method, _failure("isv.invalid-signature", code="40002"))
        trade = _trade_named(content)
        return disturbed(request, trade, lambda: _answer(method, _act(method, trade, content)))


class BillView(CallView):
    """Hand out a day's bill; its address is known from a signed answer only."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, day: str) -> FileResponse:
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the response
        sandbox_bills.write_alipay_bill(file=file, day=date.fromisoformat(day))
        file.seek(0)
        return FileResponse(file, content_type="application/zip")


def _trade_named(content: Mapping[str, Any]) -> SandboxTrade | None:
    number, trade_no = (str(content.get(name, "")) for name in ("out_trade_no", "trade_no"))
    try:
        return sandbox.find_trade(channel="alipay", number=number, trade_no=trade_no)
    except SandboxRefusal:
        return None


def _act(method: str, trade: SandboxTrade | None, content: Mapping[str, Any]) -> Content:
    try:
        if method == BILL:
            address = for_calls(f"/sandbox/alipay/bills/{date.fromisoformat(str(content['bill_date']))}.zip")
            return _success({"bill_download_url": address})
        if method not in ANSWERS:
            return _failure("isv.invalid-method", code="40002")
        if trade is None:
            raise SandboxRefusal("TRADE_NOT_EXIST")
        return ANSWERS[method](trade, content)
    except SandboxRefusal as refusal:
        return _failure(f"ACQ.{refusal}")
    except (KeyError, ValueError, ArithmeticError):
        return _failure("ACQ.INVALID_PARAMETER")


def _query(trade: SandboxTrade, content: Mapping[str, Any]) -> Content:
    is_all_back = trade.state == "paid" and sandbox.refunded(trade=trade) == trade.total_amount
    answer = {
        **_names(trade),
        "trade_status": "TRADE_CLOSED" if is_all_back else STATUSES[trade.state],
        "total_amount": _told(trade, trade.total_amount),
        "buyer_logon_id": BUYER,
    }
    if trade.paid_at:
        answer["send_pay_date"] = beijing_text(trade.paid_at)
    return _success(answer)


def _close(trade: SandboxTrade, content: Mapping[str, Any]) -> Content:
    sandbox.close_trade(trade=trade)
    return _success(_names(trade))


def _refund(trade: SandboxTrade, content: Mapping[str, Any]) -> Content:
    refund, is_first = sandbox.refund(
        trade=trade,
        number=str(content["out_request_no"]),
        amount=Decimal(str(content["refund_amount"])),
        reason=str(content.get("refund_reason", "")),
    )
    total = sandbox.refunded(trade=trade)
    answer = {"fund_change": "Y" if is_first else "N", "refund_fee": _told(trade, total), "buyer_logon_id": BUYER}
    return _success({**_names(refund.trade), **answer})


def _refund_query(trade: SandboxTrade, content: Mapping[str, Any]) -> Content:
    done = trade.refunds.filter(out_refund_no=str(content["out_request_no"]), state=SandboxRefund.State.DONE).first()
    if done is None:
        return _success({})
    amounts = {"refund_amount": _told(trade, done.amount), "total_amount": _told(trade, trade.total_amount)}
    return _success(
        {**_names(trade), **amounts, "out_request_no": done.out_refund_no, "refund_status": "REFUND_SUCCESS"}
    )


ANSWERS: Mapping[str, Callable[[SandboxTrade, Mapping[str, Any]], Content]] = {
    "alipay.trade.query": _query,
    "alipay.trade.close": _close,
    "alipay.trade.refund": _refund,
    "alipay.trade.fastpay.refund.query": _refund_query,
}


def _told(trade: SandboxTrade, amount: Decimal) -> str:
    return f"{sandbox.told(trade=trade, amount=amount):.2f}"


def _names(trade: SandboxTrade) -> Content:
    return {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}


def _success(content: Content) -> Content:
    return {"code": "10000", "msg": "Success", **content}


def _failure(reason: str, *, code: str = "40004") -> Content:
    return {"code": code, "msg": "Business Failed", "sub_code": reason, "sub_msg": reason}


def _answer(method: str, content: Content) -> HttpResponse:
    return HttpResponse(signed_answer(method=method, content=content), content_type="text/html;charset=utf-8")


def _wanted(request: HttpRequest) -> PageOrder:
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        raise NotToBePaid(_("A part of this address stands in it twice."))
    if request.GET.get("method") not in METHODS:
        raise NotToBePaid(_("This address names no way to pay. Please come here from an order in the shop."))
    try:
        return read_page_order(query=request.GET.dict())
    except NotBelieved as error:
        raise NotToBePaid(_("This address is not as the shop signed it. Please come here from an order.")) from error


def _trade_of(order: PageOrder) -> SandboxTrade:
    try:
        return sandbox.open_trade(order=order)
    except SandboxRefusal as refusal:
        raise NotToBePaid(_("This order was opened here with another amount.")) from refusal
