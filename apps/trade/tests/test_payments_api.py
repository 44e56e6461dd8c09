"""`/alipay/return/`: which notifications pay an order, and what becomes of all others (statements D)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from apps.trade.gateways.alipay import AlipayGateway
from apps.trade.gateways.payment import Trade
from apps.trade.gateways.sandbox.alipay import beijing_text
from apps.trade.models import Order, OrderEvent, OrderStatus, Payment, SandboxTrade
from apps.trade.services import attempts, payments, questions, sandbox
from apps.trade.services.closing import cancel_order, close_expired_orders
from apps.trade.tests.alipay import RETURN, fields_for, notify, signature_of, signed
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile

SUCCESS = (200, b"success")
FAIL = (400, b"fail")


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return an_order(alice, quantity=2, price=Decimal("94.00"))


def assert_unpaid(order: Order) -> None:
    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PENDING_PAYMENT, None)
    assert not Payment.objects.exists()
    assert order.lines.get().goods.sold_count == 0


def test_d3_a_good_notification_pays_the_order(visitor: APIClient, shopper: APIClient, order: Order) -> None:
    fields = signed(fields_for(order))
    answer = visitor.post(RETURN, urlencode(fields), content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"success", "text/plain")
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert order.paid_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    payment = Payment.objects.get()
    assert (payment.order_id, payment.channel, payment.amount) == (order.pk, "alipay", Decimal("188.00"))
    assert (payment.status, payment.buyer) == ("accepted", "买家***@example.com")
    assert payment.notification == fields
    assert order.lines.get().goods.sold_count == 2
    assert OrderEvent.objects.get(order=order, to_status="paid").from_status == "pending_payment"
    shown = shopper.get(f"/orders/{order.pk}/").json()
    assert (shown["pay_status"], shown["alipay_url"]) == ("TRADE_SUCCESS", "")
    assert (shown["trade_no"], shown["pay_time"]) == (payment.trade_no, "2026-11-23 08:00:00")


def test_a_notification_takes_few_queries(visitor: APIClient, order: Order, at_most_statements) -> None:
    with at_most_statements(11):
        assert notify(visitor, signed(fields_for(order))) == SUCCESS


def test_trade_finished_pays_too(visitor: APIClient, order: Order) -> None:
    assert notify(visitor, signed(fields_for(order, trade_status="TRADE_FINISHED"))) == SUCCESS
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


@pytest.mark.parametrize("accept", ["text/html", "application/json", "image/png", "*/*"])
def test_the_gateways_accept_header_does_not_matter(visitor: APIClient, order: Order, accept: str) -> None:
    assert notify(visitor, signed(fields_for(order)), Accept=accept) == SUCCESS


def test_the_gateway_is_not_throttled(visitor: APIClient, order: Order, settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "write": "1/minute"}
    settings.THROTTLE_SCALE = 1
    assert [notify(visitor, signed(fields_for(order))) for _ in range(3)] == [SUCCESS] * 3


def test_d1_unsigned(visitor: APIClient, order: Order) -> None:
    for fields in (fields_for(order), {**fields_for(order), "sign_type": "RSA2"}, {**fields_for(order), "sign": ""}):
        assert notify(visitor, fields) == FAIL
    assert_unpaid(order)


@pytest.mark.parametrize(
    "signature", ["\x00", "x" * 10_000, "A" * 344, "äöü", "====", "null", "MTIz", "\n".join("ab")], ids=repr
)
def test_d2_a_bad_signature(visitor: APIClient, order: Order, signature: str) -> None:
    assert notify(visitor, {**fields_for(order), "sign": signature, "sign_type": "RSA2"}) == FAIL
    assert_unpaid(order)


@pytest.mark.parametrize("body", ["", "x", "=", "&&&", "%", "%ff=%fe", "a=b&" * 200, "x=" + "y" * 100_000, '{"a": 1}'])
def test_d2_a_body_that_is_no_notification(visitor: APIClient, order: Order, body: str) -> None:
    assert notify(visitor, body) == FAIL
    assert_unpaid(order)


@pytest.mark.parametrize(
    "change",
    [
        {"total_amount": "0.01"},
        {"total_amount": "188.01"},
        {"total_amount": "1.88E+2"},
        {"total_amount": "-188.00"},
        {"total_amount": "１８８.00"},
        {"total_amount": "NaN"},
        {"total_amount": ""},
        {"app_id": "2021000000000002"},
        {"app_id": ""},
        {"seller_id": "2088000000000002"},
        {"out_trade_no": "2026112300000000000000"},
        {"out_trade_no": "' OR 1=1 --"},
        {"trade_status": "trade_success"},
        {"trade_status": "PAID"},
        {"trade_status": ""},
        {"trade_no": ""},
        {"trade_no": "x" * 65},
        {"charset": "gbk"},
    ],
    ids=str,
)
def test_d4_signed_but_wrong(visitor: APIClient, order: Order, change: dict[str, str]) -> None:
    assert notify(visitor, signed(fields_for(order, **change))) == FAIL
    assert_unpaid(order)


@pytest.mark.parametrize("missing", ["app_id", "seller_id", "out_trade_no", "trade_no", "total_amount", "trade_status"])
def test_d4_signed_but_incomplete(visitor: APIClient, order: Order, missing: str) -> None:
    fields = fields_for(order)
    del fields[missing]
    assert notify(visitor, signed(fields)) == FAIL
    assert_unpaid(order)


def test_the_same_amount_may_be_written_otherwise(visitor: APIClient, order: Order) -> None:
    assert notify(visitor, signed(fields_for(order, total_amount="188"))) == SUCCESS
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


@pytest.mark.parametrize("state", ["WAIT_BUYER_PAY", "TRADE_CLOSED"])
def test_other_states_are_acknowledged_without_effect(visitor: APIClient, order: Order, state: str) -> None:
    assert notify(visitor, signed(fields_for(order, trade_status=state))) == SUCCESS
    assert_unpaid(order)


@pytest.mark.parametrize("name", ["total_amount", "out_trade_no", "trade_status", "buyer_logon_id", "extra"])
def test_d5_tampered_after_signing(visitor: APIClient, alice: UserProfile, order: Order, name: str) -> None:
    other = an_order(alice)
    fields = {**signed(fields_for(order)), name: {"out_trade_no": other.number}.get(name, "1")}
    assert notify(visitor, fields) == FAIL
    assert_unpaid(order)


def test_d6_replays_are_one_payment(visitor: APIClient, order: Order) -> None:
    fields = signed(fields_for(order))
    assert [notify(visitor, fields) for _ in range(5)] == [SUCCESS] * 5
    assert Payment.objects.count() == 1
    assert order.lines.get().goods.sold_count == 2
    assert OrderEvent.objects.filter(to_status="paid").count() == 1


def test_d7_a_second_trade_for_a_paid_order_is_to_be_refunded(visitor: APIClient, order: Order) -> None:
    assert notify(visitor, signed(fields_for(order))) == SUCCESS
    assert notify(visitor, signed(fields_for(order, trade_no="2026999"))) == SUCCESS

    first, second = Payment.objects.order_by("pk")
    assert (first.status, second.status) == ("accepted", "refund_due")
    assert second.reason == payments.PAID_TWICE
    assert order.lines.get().goods.sold_count == 2


def test_d8_closed_after_paid_changes_nothing(visitor: APIClient, order: Order) -> None:
    notify(visitor, signed(fields_for(order)))
    assert notify(visitor, signed(fields_for(order, trade_status="TRADE_CLOSED"))) == SUCCESS
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert Payment.objects.get().status == "accepted"


def test_d9_a_trade_cannot_pay_a_second_order(visitor: APIClient, alice: UserProfile, order: Order) -> None:
    notify(visitor, signed(fields_for(order)))
    other = an_order(alice)

    assert notify(visitor, signed(fields_for(other, trade_no=fields_for(order)["trade_no"]))) == FAIL

    other.refresh_from_db()
    assert other.status == OrderStatus.PENDING_PAYMENT
    assert Payment.objects.get().order_id == order.pk


def test_d10_the_browsers_return_changes_nothing(visitor: APIClient, order: Order) -> None:
    answer = visitor.get(RETURN, signed(fields_for(order)))

    assert (answer.status_code, answer["Location"]) == (302, "/#/app/home/member/order")
    assert_unpaid(order)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the attempts about which the browser's return has the gateway asked."""
    ids: list[int] = []
    monkeypatch.setattr(questions, "enqueue", lambda name, *, row_id: ids.append(row_id))
    return ids


def test_the_browsers_return_has_the_gateway_asked_once(visitor: APIClient, order: Order, asked: list[int]) -> None:
    attempt = order.attempts.get()
    visitor.get(RETURN, {"out_trade_no": order.number})
    assert asked == [attempt.pk]

    questions.ask_first(attempt_id=attempt.pk)
    visitor.get(RETURN, {"out_trade_no": order.number})
    assert asked == [attempt.pk], "again and again asks nothing more"
    assert_unpaid(order)


@pytest.mark.parametrize("number", ["", "0", "\x00", "9" * 5000])
def test_who_returns_from_nowhere_has_nobody_asked(
    visitor: APIClient, order: Order, asked: list[int], number: str
) -> None:
    assert visitor.get(RETURN, {"out_trade_no": number}).status_code == 302
    assert asked == []


@pytest.mark.parametrize(("end", "state"), [("cancel", "cancelled"), ("expire", "expired")])
def test_d11_money_for_an_order_that_is_over_is_kept_and_to_be_refunded(
    visitor: APIClient, alice: UserProfile, order: Order, end: str, state: str
) -> None:
    if end == "cancel":
        cancel_order(order=order, actor_id=alice.pk)
    else:
        close_expired_orders(now=order.expires_at)

    assert [notify(visitor, signed(fields_for(order))) for _ in range(2)] == [SUCCESS] * 2

    order.refresh_from_db()
    assert (order.status, order.paid_at) == (state, None)
    payment = Payment.objects.get()
    assert (payment.status, payment.amount) == ("refund_due", Decimal("188.00"))
    assert payment.reason == payments.REFUND_REASONS[OrderStatus(state)]
    assert order.lines.get().goods.sold_count == 0
    assert order.lines.get().sku.stock == 10


def test_d12_a_notification_before_the_order_is_sent_again(visitor: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    fields = signed(fields_for(order))
    order.attempts.update(number="not-visible-yet")
    assert notify(visitor, fields) == FAIL

    order.attempts.update(number=order.number)
    assert notify(visitor, fields) == SUCCESS
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_d13_without_a_database_it_is_no_success(
    visitor: APIClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = signed(fields_for(order))

    def fail(self, *args, **kwargs):
        raise OperationalError(2002, "Can't connect to server")

    visitor.raise_request_exception = False  # as a server does
    with monkeypatch.context() as broken:
        broken.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        status, content = notify(visitor, fields)

    assert status == 503, "the gateway sends it again"
    assert b"success" not in content.lower()
    assert_unpaid(order)


@pytest.mark.parametrize("twice", ["total_amount=0.01", "out_trade_no=1", "trade_status=WAIT_BUYER_PAY", "sign=x"])
@pytest.mark.parametrize("first", [True, False])
def test_d15_a_parameter_that_comes_twice_is_refused(visitor: APIClient, order: Order, twice: str, first: bool) -> None:
    good = urlencode(signed(fields_for(order)))
    assert notify(visitor, f"{twice}&{good}" if first else f"{good}&{twice}") == FAIL
    assert_unpaid(order)


def test_d15_a_charset_in_the_header_changes_nothing(visitor: APIClient, order: Order) -> None:
    gbk = signed(fields_for(order, subject="订单"))
    body = urlencode(gbk, encoding="gbk")
    assert notify(visitor, body, content_type="application/x-www-form-urlencoded; charset=gbk") == FAIL
    assert_unpaid(order)
    body = urlencode(gbk)
    assert notify(visitor, body, content_type="application/x-www-form-urlencoded; charset=gbk") == SUCCESS


@pytest.mark.parametrize("sign_type", ["RSA", "MD5", "rsa2", "", "NONE"])
def test_d16_a_weaker_signature_is_refused(visitor: APIClient, order: Order, sign_type: str) -> None:
    fields = fields_for(order)
    for signature in (signature_of(fields), signature_of(fields, algorithm=hashes.SHA1())):
        assert notify(visitor, {**fields, "sign": signature, "sign_type": sign_type}) == FAIL
    sha1 = signature_of(fields, algorithm=hashes.SHA1())
    assert notify(visitor, {**fields, "sign": sha1, "sign_type": "RSA2"}) == FAIL
    assert_unpaid(order)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_e8_other_methods(visitor: APIClient, method: str) -> None:
    assert getattr(visitor, method)(RETURN).status_code == 405


# -- How old it is -----------------------------------------------------------------------------------
OLD = timedelta(minutes=5, seconds=1)


@pytest.fixture
def questions_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers about which Alipay is asked from now on."""
    asked, query = [], AlipayGateway.query

    def note(gateway: AlipayGateway, *, number: str) -> Trade | None:
        asked.append(number)
        return query(gateway, number=number)

    monkeypatch.setattr(AlipayGateway, "query", note)
    return asked


def at(moment: datetime) -> dict[str, str]:
    return {"notify_time": beijing_text(moment)}


@pytest.mark.parametrize("age", [timedelta(), timedelta(minutes=4, seconds=58), -timedelta(minutes=4)], ids=str)
def test_a_fresh_notification_counts_by_its_signature(
    visitor: APIClient, order: Order, questions_asked: list[str], age: timedelta
) -> None:
    assert notify(visitor, signed(fields_for(order, **at(timezone.now() - age)))) == SUCCESS
    order.refresh_from_db()
    assert (order.status, questions_asked) == (OrderStatus.PAID, [])


@pytest.mark.parametrize("when", ["old", "of the future", "malformed", "missing"])
def test_d6_what_an_old_notification_says_is_asked_for_and_not_believed(
    visitor: APIClient, order: Order, questions_asked: list[str], when: str
) -> None:
    now = timezone.now()
    times = {"old": at(now - OLD), "of the future": at(now + 2 * OLD), "malformed": {"notify_time": "2026"}}
    fields = fields_for(order, **times.get(when, {}))
    if when == "missing":
        del fields["notify_time"]
    assert notify(visitor, signed(fields)) == FAIL
    assert questions_asked == [order.number]
    assert_unpaid(order)


def test_d6_an_old_notification_of_what_is_paid_pays_by_what_alipay_answers_now(
    visitor: APIClient, order: Order, questions_asked: list[str]
) -> None:
    trade = paid_at_the_sandbox(order)
    late = signed(fields_for(order, trade_no=trade.trade_no, **at(timezone.now() - OLD)))

    assert [notify(visitor, late) for _copy in range(3)] == [SUCCESS] * 3

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert Payment.objects.get().notification == {"source": "query"}
    assert questions_asked == [order.number], "copies of what is known cost nothing"


def test_d6_an_old_notification_of_another_trade_is_not_taken_for_the_one_that_was_paid(
    visitor: APIClient, order: Order
) -> None:
    paid_at_the_sandbox(order)
    assert notify(visitor, signed(fields_for(order, trade_no="forged", **at(timezone.now() - OLD)))) == FAIL
    assert Payment.objects.get().trade_no != "forged"


def test_d12_an_old_notification_is_sent_again_while_nobody_can_confirm_it(visitor: APIClient, order: Order) -> None:
    trade = paid_at_the_sandbox(order)
    late = signed(fields_for(order, trade_no=trade.trade_no, **at(timezone.now() - OLD)))
    sandbox.set_chaos(trade=trade, chaos="failing")
    assert notify(visitor, late) == FAIL
    assert_unpaid(order)
    sandbox.set_chaos(trade=trade, chaos="")
    assert notify(visitor, late) == SUCCESS
    assert Payment.objects.get().status == "accepted"


def test_an_old_notification_of_no_payment_asks_nobody(
    visitor: APIClient, order: Order, questions_asked: list[str]
) -> None:
    fields = fields_for(order, trade_status="TRADE_CLOSED", **at(timezone.now() - OLD))
    assert notify(visitor, signed(fields)) == SUCCESS
    unknown = fields_for(order, out_trade_no="0815", **at(timezone.now() - OLD))
    assert notify(visitor, signed(unknown)) == FAIL
    assert questions_asked == []


def paid_at_the_sandbox(order: Order) -> SandboxTrade:
    """The buyer has paid, and Alipay's notification is on its way for longer than anybody likes."""
    trade = sandbox.open_trade(order=sandbox.order_at(url=attempts.payment_url(order=order)))
    return sandbox.pay(trade=trade, chaos="lost")
