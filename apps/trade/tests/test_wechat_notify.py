"""`/wechatpay/notify/`: which notifications of WeChat Pay pay an order, and what becomes of others (statements D)."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from apps.trade.gateways.sandbox.wechat import notification, signed_headers
from apps.trade.models import Order, OrderEvent, OrderStatus, Payment, PaymentAttempt
from apps.trade.services import attempts, closing
from apps.trade.tests.factories import an_order
from apps.trade.tests.wechat import NOTIFY, content_for, notify, send, signed
from apps.users.models import UserProfile


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return an_order(alice, quantity=2, price=Decimal("94.00"))


@pytest.fixture
def attempt(order: Order) -> PaymentAttempt:
    return attempts.open_attempt(order=order, channel="wechat", method="native")


def assert_unpaid(order: Order) -> None:
    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PENDING_PAYMENT, None)
    assert not Payment.objects.exists()
    assert order.lines.get().goods.sold_count == 0


def test_d3_a_good_notification_pays_the_order(
    visitor: APIClient, shopper: APIClient, order: Order, attempt: PaymentAttempt
) -> None:
    headers, body = signed(content_for(attempt))
    answer = visitor.post(NOTIFY, body, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PAID, datetime(2026, 11, 23, tzinfo=UTC))
    payment = Payment.objects.get()
    assert (payment.channel, payment.attempt_id, payment.amount) == ("wechat", attempt.pk, Decimal("188.00"))
    assert (payment.status, payment.buyer) == ("accepted", "o-buyer")
    assert order.lines.get().goods.sold_count == 2
    shown = shopper.get(f"/orders/{order.pk}/").json()
    assert (shown["trade_no"], shown["pay_type"]) == (payment.trade_no, "wechat")


def test_d1_unsigned(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    headers, body = signed(content_for(attempt))
    assert send(visitor, {}, body) == 400
    for name in headers:
        assert send(visitor, {k: v for k, v in headers.items() if k != name}, body) == 400
    assert_unpaid(order)


@pytest.mark.parametrize("signature", ["", "x" * 10_000, "A" * 344, "====", "MTIz"])
def test_d2_a_bad_signature(visitor: APIClient, order: Order, attempt: PaymentAttempt, signature: str) -> None:
    headers, body = signed(content_for(attempt))
    assert send(visitor, {**headers, "Wechatpay-Signature": signature}, body) == 400
    assert_unpaid(order)


def test_d2_signed_by_somebody_else(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    forged = notification(content_for(attempt), event="TRANSACTION.SUCCESS", original="transaction", is_forged=True)
    assert send(visitor, *forged) == 400
    assert_unpaid(order)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"null", b'{"resource": {}}', b"[" * 3000, b"x" * 70_000])
def test_d2_a_body_that_is_no_notification(visitor: APIClient, order: Order, body: bytes) -> None:
    assert send(visitor, signed_headers(body.decode("utf-8", "replace")), body) == 400
    assert_unpaid(order)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"total": 1, "currency": "CNY"}},
        {"amount": {"total": 18801, "currency": "CNY"}},
        {"amount": {"total": 18800, "currency": "USD"}},
        {"amount": {"total": 18800}},
        {"amount": {"total": "18800", "currency": "CNY"}},
        {"amount": {"total": 18800.0, "currency": "CNY"}},
        {"amount": 18800},
        {"appid": "wx0000000000000002"},
        {"mchid": "1900000002"},
        {"out_trade_no": "2026112300000000000000"},
        {"trade_state": "PAID"},
    ],
    ids=str,
)
def test_d4_signed_but_wrong(visitor: APIClient, order: Order, attempt: PaymentAttempt, change: dict) -> None:
    assert notify(visitor, content_for(attempt, **change)) == 400
    assert_unpaid(order)


def test_d4_a_number_of_the_other_channel(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    assert notify(visitor, content_for(attempt, out_trade_no=order.number)) == 400
    assert_unpaid(order)


@pytest.mark.parametrize("state", ["USERPAYING", "CLOSED", "NOTPAY"])
def test_other_states_are_acknowledged_without_effect(
    visitor: APIClient, order: Order, attempt: PaymentAttempt, state: str
) -> None:
    assert notify(visitor, content_for(attempt, trade_state=state)) == 204
    assert_unpaid(order)


def test_d5_tampered_after_signing(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    headers, body = signed(content_for(attempt))
    assert send(visitor, headers, body + b" ") == 400, "the signature covers the raw body, to the last byte"
    assert send(visitor, headers, json.dumps(json.loads(body), indent=1).encode()) == 400
    assert_unpaid(order)


def test_d5_a_content_encrypted_with_another_key(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    _headers, body = signed(content_for(attempt))
    said = json.loads(body)
    cipher = bytearray(base64.b64decode(said["resource"]["ciphertext"]))
    cipher[0] ^= 1
    said["resource"]["ciphertext"] = base64.b64encode(bytes(cipher)).decode()
    text = json.dumps(said)
    assert send(visitor, signed_headers(text), text.encode()) == 400
    assert_unpaid(order)


@pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-299, 204), (299, 204), (302, 400)])
def test_d6_a_copy_from_another_time_is_not_believed(
    visitor: APIClient, order: Order, attempt: PaymentAttempt, seconds: int, status: int
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        headers, body = signed(content_for(attempt))
    with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
        assert send(visitor, headers, body) == status
    assert Payment.objects.count() == (status == 204)


def test_d6_an_old_copy_with_a_fresh_time_beside_it_is_not_believed(
    visitor: APIClient, order: Order, attempt: PaymentAttempt
) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        old, body = signed(content_for(attempt))
    fresh = signed_headers("")
    assert send(visitor, {**old, "Wechatpay-Timestamp": fresh["Wechatpay-Timestamp"]}, body) == 400
    assert send(visitor, {**fresh, **{f"Http-{name}": value for name, value in old.items()}}, body) == 400
    assert_unpaid(order)


def test_d6_replays_are_one_payment(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    headers, body = signed(content_for(attempt))
    assert [send(visitor, headers, body) for _ in range(5)] == [204] * 5
    assert Payment.objects.count() == OrderEvent.objects.filter(to_status="paid").count() == 1
    assert order.lines.get().goods.sold_count == 2


def test_d7_a_second_trade_is_to_be_refunded(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    assert notify(visitor, content_for(attempt)) == 204
    assert notify(visitor, content_for(attempt, transaction_id="4200000000")) == 204
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["accepted", "refund_due"]


def test_d8_closed_after_paid_changes_nothing(visitor: APIClient, order: Order, attempt: PaymentAttempt) -> None:
    notify(visitor, content_for(attempt))
    assert notify(visitor, content_for(attempt, trade_state="CLOSED")) == 204
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_d9_a_trade_cannot_pay_a_second_order(
    visitor: APIClient, alice: UserProfile, order: Order, attempt: PaymentAttempt
) -> None:
    notify(visitor, content_for(attempt))
    other = attempts.open_attempt(order=an_order(alice), channel="wechat", method="native")
    same = content_for(attempt)["transaction_id"]
    assert notify(visitor, content_for(other, transaction_id=same)) == 400
    assert Payment.objects.get().order_id == order.pk


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_d11_money_for_an_order_that_is_over_is_to_be_refunded(
    visitor: APIClient, alice: UserProfile, order: Order, attempt: PaymentAttempt, end: str
) -> None:
    if end == "cancelled":
        closing.cancel_order(order=order, actor_id=alice.pk)
    else:
        closing.expire_order(order=order)
    assert [notify(visitor, content_for(attempt)) for _ in range(2)] == [204, 204]
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().status) == (end, "refund_due")


def test_d12_a_notification_before_the_attempt_is_sent_again(
    visitor: APIClient, order: Order, attempt: PaymentAttempt
) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(number="not-visible-yet")
    assert notify(visitor, content_for(attempt)) == 400
    PaymentAttempt.objects.filter(pk=attempt.pk).update(number=attempt.number)
    assert notify(visitor, content_for(attempt)) == 204


def test_d13_without_a_database_it_is_no_success(
    visitor: APIClient, order: Order, attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = content_for(attempt)

    def fail(self, *args, **kwargs):
        raise OperationalError(2002, "Can't connect to server")

    visitor.raise_request_exception = False  # as a server does
    with monkeypatch.context() as broken:
        broken.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        assert notify(visitor, content) == 503, "WeChat sends it again"
    assert_unpaid(order)


@pytest.mark.parametrize("kind", ["WECHATPAY2-SM2-WITH-SM3", "WECHATPAY2-SHA1-RSA2048", "MD5", "NONE"])
def test_d16_a_weaker_signature_is_refused(
    visitor: APIClient, order: Order, attempt: PaymentAttempt, kind: str
) -> None:
    headers, body = signed(content_for(attempt))
    assert send(visitor, {**headers, "Wechatpay-Signature-Type": kind}, body) == 400
    assert_unpaid(order)


def test_a_serial_number_that_nobody_knows_makes_no_call(
    visitor: APIClient, order: Order, attempt: PaymentAttempt
) -> None:
    headers, body = signed(content_for(attempt))
    assert send(visitor, {**headers, "Wechatpay-Serial": "5A01"}, body) == 400
    assert_unpaid(order)


def test_wechat_is_not_throttled(visitor: APIClient, order: Order, attempt: PaymentAttempt, settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "write": "1/minute"}
    settings.THROTTLE_SCALE = 1
    assert [notify(visitor, content_for(attempt)) for _ in range(3)] == [204] * 3
