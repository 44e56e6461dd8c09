"""What the shop asks WeChat Pay, and what it makes of the answers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import responses
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.trade.events import RefundReported
from apps.trade.gateways import payment_gateway, takes
from apps.trade.gateways.payment import BillRow, GatewayRefund, GatewayRefused, GatewayUnavailable, NoBill, Start
from apps.trade.gateways.wechat import WechatGateway
from apps.trade.models import Order, OrderStatus, Payment, SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.services import attempts, callbacks, closing, questions, sandbox, sandbox_notices
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db

YUAN = Decimal("188.00")
NUMBER = "202611230000000000000001"


@pytest.fixture
def wechat() -> WechatGateway:
    return payment_gateway("wechat")


def begin(wechat: WechatGateway, method: str = "native", amount: Decimal = YUAN, number: str = NUMBER) -> Start:
    expires = timezone.now() + timedelta(minutes=30)
    return wechat.start(
        method=method, number=number, subject="mxshop", amount=amount, expires_at=expires, payer="o-alice"
    )


def paid_trade(wechat: WechatGateway, *, chaos: str = "", number: str = NUMBER) -> SandboxTrade:
    begin(wechat, number=number)
    trade = SandboxTrade.objects.get(out_trade_no=number)
    sandbox.set_chaos(trade=trade, chaos=chaos)
    return sandbox.pay(trade=trade)


def pay_back(
    wechat: WechatGateway, number: str = "R1", amount: str = "88.00", trade_no: str | None = None
) -> GatewayRefund:
    trade_no = trade_no or SandboxTrade.objects.get(out_trade_no=NUMBER).trade_no
    return wechat.refund(
        number=NUMBER,
        trade_no=trade_no,
        refund_number=number,
        amount=Decimal(amount),
        total=YUAN,
        reason="不想要了",
    )


# -- Ways to pay -----------------------------------------------------------------------------------
def test_native_is_a_code_to_scan(wechat: WechatGateway) -> None:
    start = begin(wechat)
    trade = SandboxTrade.objects.get()
    assert start == Start(
        valid_for=timedelta(minutes=110), code_url=f"http://127.0.0.1:8000/sandbox/wechatpay/pay/{trade.trade_no}/"
    )
    assert (trade.channel, trade.out_trade_no, trade.total_amount, trade.state) == ("wechat", NUMBER, YUAN, "open")
    assert trade.notify_url == "http://127.0.0.1:8000/wechatpay/notify/"
    assert begin(wechat) == start


def test_h5_is_an_address(wechat: WechatGateway) -> None:
    start = begin(wechat, "h5")
    assert start == Start(
        valid_for=timedelta(minutes=4), redirect_url=f"/sandbox/wechatpay/pay/{SandboxTrade.objects.get().trade_no}/"
    )


def test_jsapi_is_what_wechats_bridge_takes(wechat: WechatGateway) -> None:
    start = begin(wechat, "jsapi")
    assert set(start.parameters) == {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert start.parameters["package"] == f"prepay_id=wx{SandboxTrade.objects.get().trade_no}"
    assert SandboxTrade.objects.get().payer == "o-alice"


def test_a_number_means_one_amount(wechat: WechatGateway) -> None:
    begin(wechat)
    with pytest.raises(GatewayRefused, match="INVALID_REQUEST"):
        begin(wechat, amount=Decimal("0.01"))
    with pytest.raises(GatewayRefused):
        begin(wechat, "page")


# -- Questions -------------------------------------------------------------------------------------
def test_trades_as_they_are(wechat: WechatGateway) -> None:
    assert wechat.query(number=NUMBER) is None
    begin(wechat)
    assert (wechat.query(number=NUMBER).state, wechat.query(number=NUMBER).amount) == ("open", YUAN)
    trade = sandbox.pay(trade=SandboxTrade.objects.get())
    answer = wechat.query(number=NUMBER)
    assert (answer.state, answer.trade_no, answer.amount, answer.buyer) == (
        "paid",
        trade.trade_no,
        YUAN,
        "o-sandbox-buyer",
    )
    assert answer.paid_at == trade.paid_at.replace(microsecond=0)
    pay_back(wechat)
    assert wechat.query(number=NUMBER).state == "paid"


def test_only_what_is_open_is_closed(wechat: WechatGateway) -> None:
    wechat.close(number=NUMBER)
    begin(wechat)
    wechat.close(number=NUMBER)
    wechat.close(number=NUMBER)
    assert wechat.query(number=NUMBER).state == "closed"
    paid_trade(wechat, number="other")
    wechat.close(number="other")
    assert wechat.query(number="other").state == "paid"


# -- Refunds ---------------------------------------------------------------------------------------
def test_a_refund_is_on_its_way_and_then_done(wechat: WechatGateway) -> None:
    paid_trade(wechat)
    first = pay_back(wechat)
    refund = SandboxRefund.objects.get()
    assert first == GatewayRefund(state="pending", amount=Decimal("88.00"), gateway_number=refund.refund_no)
    assert pay_back(wechat) == first, "the same number moves nothing twice"
    assert wechat.query_refund(number=NUMBER, refund_number="R1").state == "done"
    assert SandboxRefund.objects.count() == 1


def test_refunds_cannot_pass_what_was_paid(wechat: WechatGateway) -> None:
    paid_trade(wechat)
    pay_back(wechat)
    assert pay_back(wechat, "R2", "100.01").state == "refused"
    assert pay_back(wechat, "R3", "100.00").state == "pending"


def test_a_payment_that_wechat_does_not_know_is_not_paid_back_out_of_another(wechat: WechatGateway) -> None:
    trade = paid_trade(wechat)

    told = pay_back(wechat, trade_no="4200000000202611270000000001")

    assert (told.state, told.reason) == ("refused", "ORDER_NOT_EXIST TRADE_NOT_EXIST")
    assert sandbox.refunded(trade=trade) == 0


def test_a_refund_that_was_taken_and_then_refused(wechat: WechatGateway) -> None:
    paid_trade(wechat, chaos="refund_refused")
    assert pay_back(wechat).state == "pending"
    assert wechat.query_refund(number=NUMBER, refund_number="R1") == GatewayRefund(
        state="refused",
        amount=Decimal("88.00"),
        gateway_number=SandboxRefund.objects.get().refund_no,
        reason="CLOSED",
    )


def test_a_refund_that_was_never_asked_for(wechat: WechatGateway) -> None:
    assert wechat.query_refund(number=NUMBER, refund_number="R1") is None


@pytest.mark.parametrize(("chaos", "state"), [("", "done"), ("refund_refused", "refused")])
def test_wechat_tells_by_itself_how_a_refund_ended(
    wechat: WechatGateway, monkeypatch: pytest.MonkeyPatch, chaos: str, state: str
) -> None:
    told: list[object] = []
    monkeypatch.setattr(callbacks, "publish", told.append)
    paid_trade(wechat, chaos=chaos)
    pay_back(wechat)

    SandboxNotice.objects.filter(refund=None).delete()
    assert sandbox_notices.deliver_due() == 1

    refund = SandboxRefund.objects.get()
    assert told == [
        RefundReported(
            channel="wechat",
            refund_number="R1",
            state=state,
            amount=Decimal("88.00"),
            gateway_number=refund.refund_no,
            reason="" if state == "done" else "CLOSED",
        )
    ]


# -- Unknown outcomes ------------------------------------------------------------------------------
def test_a_failing_or_slow_gateway_is_unavailable(wechat: WechatGateway) -> None:
    trade = paid_trade(wechat, chaos="failing")
    with pytest.raises(GatewayUnavailable, match="500"):
        pay_back(wechat)
    assert not SandboxRefund.objects.exists()
    sandbox.set_chaos(trade=trade, chaos="slow")
    with pytest.raises(GatewayUnavailable, match="ReadTimeout"):
        pay_back(wechat)
    assert SandboxRefund.objects.count() == 1


@pytest.mark.parametrize("body", ["", "{}", "[]", "<html>", '{"trade_state":"SUCCESS"}'])
def test_an_answer_that_wechat_did_not_sign_is_none(settings, body: str) -> None:
    settings.SANDBOX_URL = "http://sandbox.example"
    with responses.RequestsMock() as net:
        net.get(f"http://sandbox.example/sandbox/wechatpay/v3/pay/transactions/out-trade-no/{NUMBER}", body=body)
        with pytest.raises(GatewayUnavailable):
            payment_gateway("wechat").query(number=NUMBER)


# -- Bills -----------------------------------------------------------------------------------------
def test_the_bill_of_a_day_lists_what_came_and_went(wechat: WechatGateway) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), tick=False):  # the 23rd begins in China
        trade = paid_trade(wechat)
        begin(wechat, number="never paid")
    with time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), tick=False):
        pay_back(wechat)
        pay_back(wechat, "on its way", "1.00")
        wechat.query_refund(number=NUMBER, refund_number="R1")

    midnight, eleven = datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
    names = {"number": NUMBER, "trade_no": trade.trade_no}
    assert list(wechat.bill(day=date(2026, 11, 23))) == [
        BillRow(kind="payment", refund_number="", amount=YUAN, happened_at=midnight, **names),
        BillRow(kind="refund", refund_number="R1", amount=Decimal("88.00"), happened_at=eleven, **names),
    ]
    assert list(wechat.bill(day=date(2026, 11, 22))) == []


def test_a_bill_that_is_not_there_is_not_an_empty_one(wechat: WechatGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = 400, {"code": "NO_STATEMENT_EXIST", "message": "账单不存在"}
    monkeypatch.setattr(wechat._sdk, "trade_bill", lambda **_call: answer)
    with pytest.raises(NoBill):
        list(wechat.bill(day=date(2026, 11, 23)))


# -- The whole way ---------------------------------------------------------------------------------
def test_from_the_api_to_a_paid_order(shopper: APIClient, client: Client, alice: UserProfile) -> None:
    order = an_order(alice, quantity=2)
    answer = shopper.post(f"/orders/{order.pk}/payments/", {"channel": "wechat", "method": "native"})
    assert answer.status_code == 201, answer.content
    way = answer.json()
    assert (way["number"], way["redirect_url"]) == (f"{order.number}-2", "")
    page = way["code_url"].removeprefix("http://127.0.0.1:8000")

    shown = client.get(page)
    assert "<svg" in shown.content.decode()
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert "已付款" not in shown.content.decode()
    assert client.post(page, {"chaos": "duplicate"}).status_code == 200
    assert sandbox_notices.deliver_due() == 3

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert Payment.objects.get().channel == "wechat"


def test_a_wechat_payment_that_nobody_told_of_is_found(alice: UserProfile) -> None:
    order = an_order(alice)
    attempt = attempts.open_attempt(order=order, channel="wechat", method="native")
    attempts.start(public_id=attempt.public_id)
    sandbox.pay(trade=SandboxTrade.objects.get(), chaos="lost")
    assert questions.ask_about(attempt=attempt) == "paid"
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_an_expired_orders_code_cannot_be_paid_any_more(client: Client, alice: UserProfile) -> None:
    order = an_order(alice)
    attempt = attempts.open_attempt(order=order, channel="wechat", method="native")
    attempts.start(public_id=attempt.public_id)
    assert closing.close_expired_orders(now=order.expires_at) == 1
    trade = SandboxTrade.objects.get()
    assert trade.state == "closed"
    assert client.post(f"/sandbox/wechatpay/pay/{trade.trade_no}/").status_code == 409
    assert not SandboxNotice.objects.exists()


def test_when_wechat_does_not_answer_the_same_key_tries_again(
    shopper: APIClient, alice: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(alice)

    def ask():
        body = {"channel": "wechat", "method": "native"}
        return shopper.post(f"/orders/{order.pk}/payments/", body, headers={"Idempotency-Key": "k"})

    def fail(self, **order):
        raise GatewayUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(WechatGateway, "start", fail)
        assert ask().status_code == 502
    answer = ask()
    assert (answer.status_code, answer["Idempotent-Replay"]) == (201, "true")
    assert answer.json()["code_url"]
    assert order.attempts.count() == 2


# -- The real one ----------------------------------------------------------------------------------
@pytest.fixture
def real(settings) -> None:
    settings.PAYMENT_MODE = "alipay"


def test_a_shop_that_is_not_with_wechat_does_not_offer_it(shopper: APIClient, alice: UserProfile, settings) -> None:
    order = an_order(alice)
    settings.PAYMENT_MODE = "alipay"
    assert (takes("alipay"), takes("wechat")) == (True, False)
    answer = shopper.post(f"/orders/{order.pk}/payments/", {"channel": "wechat", "method": "native"})
    assert answer.status_code == 400
    assert answer.json()["channel"]
    assert Order.objects.get().attempts.count() == 1


def test_a_half_configured_wechat_names_what_is_missing(real: None, settings) -> None:
    settings.WECHAT_APP_ID = "wx1"
    with pytest.raises(ImproperlyConfigured, match="MXSHOP_WECHAT_MCH_ID, MXSHOP_WECHAT_CERT_SERIAL"):
        takes("wechat")


@pytest.mark.parametrize("half", ["WECHAT_PUBLIC_KEY_FILE", "WECHAT_PUBLIC_KEY_ID"])
def test_half_a_public_key_is_named_also_beside_certificates(real: None, settings, half: str) -> None:
    settings.WECHAT_CERTIFICATES_FILE = "certificates.pem"
    with pytest.raises(ImproperlyConfigured) as refusal:
        takes("wechat")
    assert "PUBLIC_KEY" not in str(refusal.value)
    setattr(settings, half, "given")
    with pytest.raises(ImproperlyConfigured, match="MXSHOP_WECHAT_PUBLIC_KEY_"):
        takes("wechat")


def test_without_the_sandbox_it_answers_nothing(real: None, client: Client) -> None:
    for path in ("v3/pay/transactions/native", "v3/bill/tradebill", "pay/1/", "v3/refund/domestic/refunds"):
        assert client.get(f"/sandbox/wechatpay/{path}").status_code == 404


def test_the_real_gateway_reads_its_keys_from_files(real: None, settings, tmp_path: Path) -> None:
    from apps.trade.gateways.sandbox.wechat import sandbox_wechat

    keys = sandbox_wechat()
    for name, text in (("key", keys.private_key), ("pub", keys.public_key), ("api", keys.apiv3_key + "\n")):
        (tmp_path / name).write_text(text)
    settings.WECHAT_APP_ID, settings.WECHAT_MCH_ID = "wx1", "19"
    settings.WECHAT_CERT_SERIAL, settings.WECHAT_PUBLIC_KEY_ID = "5A", "PUB_KEY_ID_1"
    settings.WECHAT_PRIVATE_KEY_FILE, settings.WECHAT_PUBLIC_KEY_FILE = str(tmp_path / "key"), str(tmp_path / "pub")
    settings.WECHAT_APIV3_KEY_FILE = str(tmp_path / "api")
    with responses.RequestsMock() as net:
        net.post("https://api.mch.weixin.qq.com/v3/pay/transactions/native", status=401, json={"code": "SIGN_ERROR"})
        with pytest.raises(GatewayRefused, match="SIGN_ERROR"):
            begin(payment_gateway("wechat"))
        assert net.calls[0].request.headers["Wechatpay-Serial"] == "PUB_KEY_ID_1"
