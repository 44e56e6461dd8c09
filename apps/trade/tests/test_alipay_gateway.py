"""What the shop asks Alipay, and what it makes of the answers; the sandbox answers over the very bytes of the wire."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import responses
import time_machine
from django.db import transaction
from django.utils import timezone

from apps.trade.gateways import payment_gateway
from apps.trade.gateways.alipay import AlipayGateway
from apps.trade.gateways.payment import (
    BillRow,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    NoBill,
    PaymentGateway,
)
from apps.trade.gateways.sandbox.alipay import read_page_order, sandbox_alipay, signed_answer
from apps.trade.models import SandboxRefund, SandboxTrade
from apps.trade.services import sandbox

pytestmark = pytest.mark.django_db

YUAN = Decimal("188.00")
NUMBER = "202611230000000000000001"


@pytest.fixture
def alipay() -> PaymentGateway:
    return payment_gateway()


def open_trade(*, chaos: str = "", number: str = NUMBER, amount: Decimal = YUAN) -> SandboxTrade:
    """A buyer who has opened the cashier."""
    url = (
        payment_gateway()
        .start(
            method="page",
            number=number,
            subject="mxshop",
            amount=amount,
            expires_at=timezone.now() + timedelta(minutes=30),
        )
        .redirect_url
    )
    trade = sandbox.open_trade(order=read_page_order(query=form_of(url.partition("?")[2])))
    sandbox.set_chaos(trade=trade, chaos=chaos)
    return trade


def form_of(text: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(text))


def paid_trade(**choices: object) -> SandboxTrade:
    return sandbox.pay(trade=open_trade(**choices))


def pay_back(
    alipay: PaymentGateway, number: str = "R1", amount: str = "88.00", trade_no: str | None = None
) -> GatewayRefund:
    known = SandboxTrade.objects.filter(out_trade_no=NUMBER).first()
    return alipay.refund(
        number=NUMBER,
        trade_no=trade_no or (known.trade_no if known else "2026112722001"),
        refund_number=number,
        amount=Decimal(amount),
        total=YUAN,
        reason="不想要了",
    )


# -- Ways to pay -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("method", "name"), [("page", "page"), ("wap", "wap")])
def test_a_browser_is_sent_to_the_cashier(alipay: PaymentGateway, method: str, name: str) -> None:
    start = alipay.start(
        method=method, number=NUMBER, subject="mxshop", amount=YUAN, expires_at=datetime(2026, 11, 23, 1, tzinfo=UTC)
    )
    assert start.redirect_url.startswith("/sandbox/alipay/gateway.do?")
    order = read_page_order(query=form_of(start.redirect_url.partition("?")[2]))
    assert (order.method, order.number, order.amount) == (name, NUMBER, YUAN)
    assert order.expires_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert (start.code_url, start.parameters) == ("", {})


def test_an_app_gets_what_its_sdk_takes(alipay: PaymentGateway) -> None:
    start = alipay.start(method="app", number=NUMBER, subject="mxshop", amount=YUAN, expires_at=timezone.now())
    order = read_page_order(query=form_of(start.parameters["order_string"]))
    assert (order.method, order.number) == ("app", NUMBER)
    assert order.notify_url == "http://127.0.0.1:8000/alipay/return/"
    assert start.redirect_url == ""


def test_a_method_of_another_channel_is_refused(alipay: PaymentGateway) -> None:
    with pytest.raises(GatewayRefused):
        alipay.start(method="native", number=NUMBER, subject="x", amount=YUAN, expires_at=timezone.now())


# -- Questions -------------------------------------------------------------------------------------
def test_a_trade_that_nobody_opened_is_unknown(alipay: PaymentGateway) -> None:
    assert alipay.query(number=NUMBER) is None


def test_an_open_trade(alipay: PaymentGateway) -> None:
    trade = open_trade()
    answer = alipay.query(number=NUMBER)
    assert (answer.state, answer.trade_no, answer.amount, answer.paid_at) == ("open", trade.trade_no, YUAN, None)


def test_a_paid_trade(alipay: PaymentGateway) -> None:
    trade = paid_trade()
    answer = alipay.query(number=NUMBER)
    assert (answer.state, answer.trade_no, answer.buyer) == ("paid", trade.trade_no, "sandbox@example.com")
    assert answer.paid_at == trade.paid_at.replace(microsecond=0)


def test_a_closed_trade_cannot_be_paid(alipay: PaymentGateway) -> None:
    trade = open_trade()
    alipay.close(number=NUMBER)
    alipay.close(number=NUMBER)
    assert alipay.query(number=NUMBER).state == "closed"
    with pytest.raises(sandbox.SandboxRefusal):
        sandbox.pay(trade=trade)


def test_to_close_a_paid_or_unknown_trade_changes_nothing(alipay: PaymentGateway) -> None:
    alipay.close(number=NUMBER)
    paid_trade()
    alipay.close(number=NUMBER)
    assert alipay.query(number=NUMBER).state == "paid"


def test_a_trade_whose_money_all_went_back_was_paid_all_the_same(alipay: PaymentGateway) -> None:
    paid_trade()
    pay_back(alipay, amount="188.00")
    assert alipay.query(number=NUMBER).state == "paid"


# -- Refunds ---------------------------------------------------------------------------------------
def test_a_payment_that_alipay_does_not_know_is_not_paid_back_out_of_another(alipay: PaymentGateway) -> None:
    trade = paid_trade()

    told = pay_back(alipay, trade_no="2026112722001")

    assert (told.state, told.reason) == ("refused", "ACQ.TRADE_NOT_EXIST")
    assert sandbox.refunded(trade=trade) == 0


def test_a_refund_is_done_at_once_and_once_per_number(alipay: PaymentGateway) -> None:
    trade = paid_trade()
    done = GatewayRefund(state="done", amount=Decimal("88.00"), gateway_number=trade.trade_no)
    assert [pay_back(alipay) for _ in range(2)] == [done, done]
    assert alipay.query_refund(number=NUMBER, refund_number="R1") == done
    assert SandboxRefund.objects.get().amount == Decimal("88.00")


def test_refunds_cannot_pass_what_was_paid(alipay: PaymentGateway) -> None:
    paid_trade()
    assert pay_back(alipay).state == "done"
    refused = pay_back(alipay, "R2", "100.01")
    assert (refused.state, refused.reason) == ("refused", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    assert pay_back(alipay, "R3", "100.00").state == "done"


def test_a_refund_that_is_refused(alipay: PaymentGateway) -> None:
    paid_trade(chaos="refund_refused")
    assert pay_back(alipay).state == "refused"
    assert not SandboxRefund.objects.exists()


def test_a_refund_that_was_never_asked_for(alipay: PaymentGateway) -> None:
    assert alipay.query_refund(number=NUMBER, refund_number="R1") is None
    paid_trade()
    assert alipay.query_refund(number=NUMBER, refund_number="R1") is None


# -- Unknown outcomes ------------------------------------------------------------------------------
def test_a_failing_gateway_has_done_nothing_but_nobody_knows(alipay: PaymentGateway) -> None:
    paid_trade(chaos="failing")
    for ask in (lambda: alipay.query(number=NUMBER), lambda: pay_back(alipay), lambda: alipay.close(number=NUMBER)):
        with pytest.raises(GatewayUnavailable, match="500"):
            ask()
    assert not SandboxRefund.objects.exists()


def test_a_slow_gateway_has_done_it_and_says_so_later(alipay: PaymentGateway) -> None:
    trade = paid_trade(chaos="slow")
    with pytest.raises(GatewayUnavailable, match="ReadTimeout"):
        pay_back(alipay)
    sandbox.set_chaos(trade=trade, chaos="")
    assert alipay.query_refund(number=NUMBER, refund_number="R1").state == "done"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "{}",
        '{"error_response":{"code":"40002"}}',
        '{"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"}}',
        '{"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"},"sign":"MTIz"}',
    ],
)
def test_an_answer_that_alipay_did_not_sign_is_none(alipay: PaymentGateway, settings, body: str) -> None:
    settings.SANDBOX_URL = "http://sandbox.example"
    with responses.RequestsMock() as net:
        net.post("http://sandbox.example/sandbox/alipay/gateway.do?charset=utf-8", body=body)
        with pytest.raises(GatewayUnavailable):
            payment_gateway().query(number=NUMBER)


@pytest.mark.parametrize("content", [{"code": "20000"}, {"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"}])
def test_alipays_own_trouble_says_nothing_of_the_outcome(settings, content: dict[str, str]) -> None:
    settings.SANDBOX_URL = "http://sandbox.example"
    with responses.RequestsMock() as net:
        body = signed_answer(method="alipay.trade.refund", content=content)
        net.post("http://sandbox.example/sandbox/alipay/gateway.do?charset=utf-8", body=body)
        with pytest.raises(GatewayUnavailable):
            pay_back(payment_gateway())


def test_no_gateway_is_called_inside_a_transaction(alipay: PaymentGateway) -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        alipay.query(number=NUMBER)


# -- Bills -----------------------------------------------------------------------------------------
def test_the_bill_of_a_day_lists_what_came_and_went(alipay: PaymentGateway) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), tick=False):  # still the 22nd in China
        paid_trade(number="yesterday")
    with time_machine.travel(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), tick=False):
        trade = paid_trade()
        open_trade(number="never paid")
    with time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), tick=False):
        pay_back(alipay)

    midnight, eleven = datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
    names = {"number": NUMBER, "trade_no": trade.trade_no}
    assert list(alipay.bill(day=date(2026, 11, 23))) == [
        BillRow(kind="payment", refund_number="", amount=YUAN, happened_at=midnight, **names),
        BillRow(kind="refund", refund_number="R1", amount=Decimal("88.00"), happened_at=eleven, **names),
    ]


def test_a_day_without_trades_is_an_empty_bill(alipay: PaymentGateway) -> None:
    assert list(alipay.bill(day=date(2026, 11, 23))) == []


def test_a_bill_that_is_not_there_is_not_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = AlipayGateway(sandbox_alipay())
    answer = {"code": "40004", "sub_code": "isp.bill_not_exist"}
    monkeypatch.setattr(gateway._calls, "server_api", lambda *_call: answer)
    with pytest.raises(NoBill):
        list(gateway.bill(day=date(2026, 11, 23)))
