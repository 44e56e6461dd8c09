"""Ways to pay an order: opened over the API, asked about, closed when nobody waits for their money any more."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from apps.goods.models import Sku
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.alipay import AlipayGateway
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.gateways.sandbox.alipay import read_page_order
from apps.trade.models import Order, OrderEvent, OrderStatus, Payment, PaymentAttempt, SandboxTrade
from apps.trade.services import attempts, closing, payments, questions, sandbox, sandbox_notices, silence
from apps.trade.services.price_changes import change_price
from apps.trade.services.silence import MOST, Silence, in_turn
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import an_order
from apps.trade.tests.test_alipay_gateway import form_of
from apps.users.models import UserProfile

SUCCESS = (200, b"success")


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return an_order(alice, quantity=2, price=Decimal("94.00"))


def opened(order: Order, *, chaos: str = "") -> SandboxTrade:
    """The buyer has opened Alipay's cashier."""
    url = attempts.payment_url(order=order)
    trade = sandbox.open_trade(order=read_page_order(query=form_of(url.partition("?")[2])))
    sandbox.set_chaos(trade=trade, chaos=chaos)
    return trade


def paid_but_lost(order: Order) -> SandboxTrade:
    return sandbox.pay(trade=opened(order), chaos="lost")


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def pay_by(client: APIClient, order: Order, channel: str, method: str, **more: str):
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    body = {"channel": channel, "method": method, **more}
    return client.post(f"/orders/{order.pk}/payments/", body, headers=headers)


# -- Opened ----------------------------------------------------------------------------------------
def test_nobody_is_sent_to_pay_an_order_whose_time_is_over(shopper: APIClient, order: Order) -> None:
    payments_page = f"/orders/{order.pk}/payments/"
    assert shopper.post(payments_page, {"channel": "alipay", "method": "page"}).json()["redirect_url"] != ""

    with time_machine.travel(order.expires_at):
        late = shopper.get(f"/orders/{order.pk}/").json()
        assert (late["pay_status"], late["alipay_url"]) == ("paying", "")
        assert shopper.get(payments_page).json()[0]["redirect_url"] == ""
        assert shopper.post(payments_page, {"channel": "alipay", "method": "page"}).status_code == 409


def test_every_order_can_be_paid_by_alipays_page_under_its_own_number(order: Order) -> None:
    attempt = PaymentAttempt.objects.get()
    assert (attempt.order_id, attempt.channel, attempt.method) == (order.pk, "alipay", "page")
    assert (attempt.number, attempt.amount, attempt.state) == (order.number, Decimal("188.00"), "open")
    assert f"{order.number}" in attempts.payment_url(order=order)


@pytest.mark.parametrize(("method", "suffix"), [("page", ""), ("wap", "-2"), ("app", "-2")])
def test_a_further_way_has_a_number_of_its_own(shopper: APIClient, order: Order, method: str, suffix: str) -> None:
    answer = pay_by(shopper, order, "alipay", method)

    assert answer.status_code == 201, answer.content
    way = answer.json()
    assert (way["channel"], way["method"], way["number"]) == ("alipay", method, order.number + suffix)
    assert (way["amount"], way["state"], way["received"], way["code_url"]) == ("188.00", "open", [], "")
    given = way["parameters"]["order_string"] if method == "app" else way["redirect_url"].partition("?")[2]
    assert read_page_order(query=form_of(given)).number == way["number"]


def test_a_way_that_is_open_is_answered_again(shopper: APIClient, order: Order) -> None:
    first, second = (pay_by(shopper, order, "alipay", "wap").json() for _ in range(2))
    assert first == second
    assert PaymentAttempt.objects.count() == 2


def test_the_same_key_opens_one_way_and_another_body_none(shopper: APIClient, order: Order) -> None:
    first = pay_by(shopper, order, "alipay", "wap", key="k")
    again = pay_by(shopper, order, "alipay", "wap", key="k")
    assert (again.status_code, again.json(), again["Idempotent-Replay"]) == (201, first.json(), "true")
    assert pay_by(shopper, order, "alipay", "app", key="k").status_code == 422
    assert PaymentAttempt.objects.count() == 2


@pytest.mark.parametrize(
    ("channel", "method", "minutes", "asked"),
    [("wechat", "native", 110, 2), ("wechat", "jsapi", 110, 2), ("wechat", "h5", 4, 2), ("alipay", "wap", 60, 0)],
)
def test_what_the_gateway_takes_no_more_is_not_handed_out_again(
    shopper: APIClient,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    method: str,
    minutes: int,
    asked: int,
) -> None:
    """The order waits for a day: what was handed out first lies unpaid for longer than its gateway takes it."""
    calls: list[str] = []
    open_trade = sandbox.open_trade
    monkeypatch.setattr(sandbox, "open_trade", lambda *, order: calls.append(order.number) or open_trade(order=order))
    Order.objects.update(expires_at=timezone.now() + timedelta(days=1))
    more = {"openid": "o-alice"} if method == "jsapi" else {}

    def handed_out(answer: dict[str, object]) -> object:
        return answer["redirect_url"] or answer["code_url"] or answer["parameters"]

    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = pay_by(shopper, order, channel, method, **more).json()
        clock.shift(timedelta(minutes=minutes, seconds=-1))
        assert pay_by(shopper, order, channel, method, **more).json() == first
        clock.shift(timedelta(seconds=1))
        assert not handed_out(shopper.get(f"/orders/{order.pk}/payments/").json()[0])
        fresh = pay_by(shopper, order, channel, method, **more).json()
        assert fresh["number"] == first["number"], "under one number nobody pays twice"
        assert handed_out(shopper.get(f"/orders/{order.pk}/payments/").json()[0]) == handed_out(fresh) != {}
        if channel == "alipay" or method == "jsapi":
            assert handed_out(fresh) != handed_out(first), "it bears the moment"
    assert calls == [first["number"]] * asked
    assert PaymentAttempt.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "channel"),
        ({"channel": "alipay", "method": "native"}, "method"),
        ({"channel": "wechat", "method": "page"}, "method"),
        ({"channel": "paypal", "method": "page"}, "channel"),
        ({"channel": "wechat", "method": "jsapi"}, "openid"),
    ],
)
def test_a_way_that_does_not_exist_is_refused(
    shopper: APIClient, order: Order, body: dict[str, str], field: str
) -> None:
    answer = shopper.post(f"/orders/{order.pk}/payments/", body)
    assert answer.status_code == 400
    assert answer.json()[field]
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize("end", ["cancelled", "paid", "out of time"])
def test_an_order_that_waits_for_no_money_cannot_be_paid(
    shopper: APIClient, alice: UserProfile, visitor: APIClient, order: Order, end: str
) -> None:
    match end:
        case "cancelled":
            closing.cancel_order(order=order, actor_id=alice.pk)
        case "paid":
            notify(visitor, signed(fields_for(order)))
        case _:
            Order.objects.update(expires_at=timezone.now())
    answer = pay_by(shopper, order, "alipay", "wap")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:mxshop:problem:order_not_payable"
    assert answer.json()["state"] == state_of(order)
    assert PaymentAttempt.objects.count() == 1


def test_ways_are_not_opened_without_end(shopper: APIClient, order: Order) -> None:
    row = {"order": order, "channel": "alipay", "method": "wap", "amount": "1.00"}
    for n in range(9):
        PaymentAttempt.objects.create(number=str(n), **row)
    answer = pay_by(shopper, order, "alipay", "app")
    assert (answer.status_code, PaymentAttempt.objects.count()) == (409, 10)
    assert answer.json()["type"] == "urn:mxshop:problem:too_many_payment_attempts"


def test_ways_and_money_are_listed(shopper: APIClient, visitor: APIClient, order: Order, at_most_statements) -> None:
    pay_by(shopper, order, "alipay", "wap")
    notify(visitor, signed(fields_for(order)))
    with at_most_statements(3):
        listed = shopper.get(f"/orders/{order.pk}/payments/").json()

    assert [(way["number"], way["state"]) for way in listed] == [(f"{order.number}-2", "open"), (order.number, "paid")]
    assert listed[1]["received"] == [
        {
            "trade_no": fields_for(order)["trade_no"],
            "amount": "188.00",
            "outcome": "accepted",
            "paid_at": "2026-11-23T08:00:00+08:00",
        }
    ]


def test_a1_a2_nobody_else_sees_or_opens_ways(visitor: APIClient, stranger: APIClient, order: Order) -> None:
    for client, status in ((visitor, 401), (stranger, 404)):
        assert client.get(f"/orders/{order.pk}/payments/").status_code == status
        assert pay_by(client, order, "alipay", "wap").status_code == status
    assert PaymentAttempt.objects.count() == 1


# -- Paid ------------------------------------------------------------------------------------------
def test_d7_two_ways_paid_are_one_order_and_one_refund(shopper: APIClient, visitor: APIClient, order: Order) -> None:
    number = pay_by(shopper, order, "alipay", "wap").json()["number"]
    assert notify(visitor, signed(fields_for(order, out_trade_no=number, trade_no="1"))) == SUCCESS
    assert notify(visitor, signed(fields_for(order, trade_no="2"))) == SUCCESS

    assert list(Payment.objects.order_by("pk").values_list("attempt__number", "status")) == [
        (number, "accepted"),
        (order.number, "refund_due"),
    ]
    assert set(PaymentAttempt.objects.values_list("state", flat=True)) == {"paid"}


def test_money_of_an_old_price_goes_back(visitor: APIClient, order: Order) -> None:
    Order.objects.update(discount=Decimal("8.00"), total=Decimal("180.00"))
    assert attempts.payment_url(order=order) != ""
    order.refresh_from_db()
    assert attempts.payment_url(order=order) == "", "nobody is sent to pay the old price"

    assert notify(visitor, signed(fields_for(order, total_amount="188.00"))) == SUCCESS

    assert state_of(order) == "pending_payment"
    payment = Payment.objects.get()
    assert (payment.status, payment.reason) == ("refund_due", payments.OTHER_PRICE)


def test_a_changed_price_opens_the_page_anew_and_closes_the_old_one(visitor: APIClient, order: Order) -> None:
    old = opened(order)
    change_price(order=order, goods=Decimal("180.00"), reason="老顾客", actor_id=None)
    order.refresh_from_db()

    attempt = order.attempts.get(amount=Decimal("180.00"))

    assert (attempt.number, attempt.amount) == (f"{order.number}-2", Decimal("180.00"))
    assert read_page_order(query=form_of(attempts.payment_url(order=order).partition("?")[2])).number == attempt.number
    assert questions.ask_about_due_attempts() == 1
    old.refresh_from_db()
    assert old.state == "closed"
    assert notify(visitor, signed(fields_for(order, out_trade_no=attempt.number))) == SUCCESS
    assert state_of(order) == "paid"


# -- Asked about -----------------------------------------------------------------------------------
def test_d14_a_payment_that_nobody_told_of_is_found(order: Order) -> None:
    trade = paid_but_lost(order)
    assert questions.ask_about_due_attempts() == 0, "it is not due yet"

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert questions.ask_about_due_attempts() == 1

    assert state_of(order) == "paid"
    payment = Payment.objects.get()
    assert (payment.trade_no, payment.status, payment.amount) == (trade.trade_no, "accepted", Decimal("188.00"))
    assert order.paid_at == trade.paid_at.replace(microsecond=0)
    assert order.lines.get().goods.sold_count == 2
    assert PaymentAttempt.objects.get().next_query_at is None


def test_d14_a_notification_that_comes_after_the_question_changes_nothing(order: Order) -> None:
    trade = sandbox.pay(trade=opened(order))
    questions.ask_about(attempt=order.attempts.get())
    assert sandbox_notices.deliver_due() == 1
    assert (Payment.objects.get().trade_no, state_of(order)) == (trade.trade_no, "paid")
    assert OrderEvent.objects.filter(to_status="paid").count() == 1


def test_questions_come_with_growing_pauses(order: Order) -> None:
    began, asked = timezone.now(), []
    with time_machine.travel(began, tick=False) as clock:
        for minute in range(25):
            clock.move_to(began + timedelta(minutes=minute, seconds=5))
            before = PaymentAttempt.objects.get().queries
            questions.ask_about_due_attempts()
            if PaymentAttempt.objects.get().queries > before:
                asked.append(minute)
    assert asked == [1, 2, 4, 9, 19]


@pytest.mark.parametrize("chaos", ["failing", "slow"])
def test_a_gateway_that_does_not_answer_changes_nothing(order: Order, chaos: str) -> None:
    sandbox.pay(trade=opened(order, chaos=chaos))
    assert questions.ask_about(attempt=order.attempts.get()) == "open"
    assert state_of(order) == "pending_payment"
    assert not Payment.objects.exists()


def test_an_answer_about_another_amount_pays_nothing(order: Order) -> None:
    paid_but_lost(order)
    SandboxTrade.objects.update(total_amount="0.01")
    questions.ask_about(attempt=order.attempts.get())
    assert state_of(order) == "pending_payment"
    assert not Payment.objects.exists()


def test_a_way_to_pay_at_an_old_price_leads_nowhere(shopper: APIClient, order: Order) -> None:
    address = f"/orders/{order.pk}/payments/"
    assert shopper.post(address, {"channel": "wechat", "method": "native"}).json()["code_url"]
    change_price(order=order, goods=Decimal("1.00"), reason="老顾客", actor_id=None)
    assert [way["code_url"] for way in shopper.get(address).json()] == ["", "", ""]
    assert shopper.post(address, {"channel": "wechat", "method": "native"}).json()["code_url"]


@pytest.mark.parametrize("sweep", [questions.ask_about_due_attempts, closing.close_expired_orders])
def test_a_gateway_that_hangs_is_soon_left_alone(alice: UserProfile, monkeypatch, sweep: Callable[[], int]) -> None:
    calls: list[str] = []

    def hang(**which: str) -> None:
        calls.append(which["number"])
        raise GatewayUnavailable("it did not answer")

    monkeypatch.setattr(AlipayGateway, "query", lambda self, **which: hang(**which))
    monkeypatch.setattr(AlipayGateway, "close", lambda self, **which: hang(**which))
    for _ in range(5):
        an_order(alice)
    with time_machine.travel(timezone.now() + timedelta(minutes=33)):
        assert sweep() == 0
        assert len(calls) == MOST
        assert sweep() == 0
        assert len(calls) > MOST, "asked again in the next pass"


def test_a_gateway_that_hangs_takes_no_turn_from_another_one(
    alice: UserProfile, shopper: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of its attempts are due, and longer, than one pass asks about."""
    asked: list[str] = []

    def hang(_gateway: AlipayGateway, *, number: str) -> None:
        asked.append(number)
        raise GatewayUnavailable("it did not answer")

    monkeypatch.setattr(AlipayGateway, "query", hang)
    monkeypatch.setattr(silence, "BATCH", MOST + 1)
    orders = [an_order(alice) for _ in range(MOST + 3)]
    assert pay_by(shopper, orders[-1], "wechat", "native").status_code == 201
    sandbox.pay(trade=SandboxTrade.objects.get(channel="wechat"), chaos="lost")

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert questions.ask_about_due_attempts() == 1

    assert len(asked) == MOST
    assert state_of(orders[-1]) == "paid"


def test_one_pass_asks_about_a_batch(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        paid_but_lost(an_order(alice))
    monkeypatch.setattr(silence, "BATCH", 2)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert [questions.ask_about_due_attempts(), questions.ask_about_due_attempts()] == [2, 1]


# -- Closed ----------------------------------------------------------------------------------------
def test_what_another_pass_has_asked_meanwhile_is_not_asked_again(order: Order, monkeypatch) -> None:
    PaymentAttempt.objects.update(next_query_at=timezone.now())

    def overtaken(due, *, silence: Silence):
        listed = list(due)
        monkeypatch.setattr(questions, "in_turn", in_turn)
        questions.ask_about_due_attempts()
        return in_turn(listed, silence=silence)

    monkeypatch.setattr(questions, "in_turn", overtaken)
    questions.ask_about_due_attempts()
    assert PaymentAttempt.objects.get().queries == 1


def test_a_cancelled_orders_trade_is_closed_at_the_gateway(alice: UserProfile, order: Order) -> None:
    opened(order)
    closing.cancel_order(order=order, actor_id=alice.pk)
    assert SandboxTrade.objects.get().state == "open", "not in the request's own transaction"

    assert questions.ask_about_due_attempts() == 1

    assert SandboxTrade.objects.get().state == "closed"
    assert PaymentAttempt.objects.get().state == "closed"


def test_d11_money_that_came_before_the_close_is_found_and_goes_back(alice: UserProfile, order: Order) -> None:
    paid_but_lost(order)
    closing.cancel_order(order=order, actor_id=alice.pk)

    questions.ask_about_due_attempts()

    assert state_of(order) == "cancelled"
    assert Payment.objects.get().status == "refund_due"


def test_a_second_way_is_closed_when_the_first_is_paid(shopper: APIClient, visitor: APIClient, order: Order) -> None:
    url = pay_by(shopper, order, "alipay", "wap").json()["redirect_url"]
    second = sandbox.open_trade(order=read_page_order(query=form_of(url.partition("?")[2])))
    notify(visitor, signed(fields_for(order)))

    questions.ask_about_due_attempts()

    second.refresh_from_db()
    assert second.state == "closed"


def test_a_way_that_was_never_opened_is_given_up_when_its_time_is_over(alice: UserProfile, order: Order) -> None:
    closing.cancel_order(order=order, actor_id=alice.pk)
    assert questions.ask_about_due_attempts() == 0, "its address can still be opened"
    with time_machine.travel(order.expires_at + timedelta(minutes=2)):
        assert questions.ask_about_due_attempts() == 1
    assert PaymentAttempt.objects.get().state == "closed"


# -- Grace -----------------------------------------------------------------------------------------
@pytest.fixture
def grace(settings) -> timedelta:
    settings.ORDER_GRACE = timedelta(minutes=2)
    return settings.ORDER_GRACE


def test_c18_an_order_waits_a_grace_for_money_on_its_way(visitor: APIClient, order: Order, grace: timedelta) -> None:
    assert closing.close_expired_orders(now=order.expires_at + grace - timedelta(seconds=1)) == 0
    assert notify(visitor, signed(fields_for(order))) == SUCCESS
    assert closing.close_expired_orders(now=order.expires_at + grace) == 0
    assert state_of(order) == "paid"


def test_c18_the_gateway_is_asked_before_an_order_expires(order: Order, grace: timedelta) -> None:
    paid_but_lost(order)
    assert closing.close_expired_orders(now=order.expires_at + grace) == 0
    assert state_of(order) == "paid"
    assert Payment.objects.get().status == "accepted"


def test_c18_an_expired_orders_trade_is_closed_first(order: Order, grace: timedelta) -> None:
    trade = opened(order)
    assert closing.close_expired_orders(now=order.expires_at + grace) == 1
    trade.refresh_from_db()
    assert (trade.state, state_of(order)) == ("closed", "expired")
    assert Sku.objects.get().stock == 10


def test_c18_a_silent_gateway_puts_the_expiry_off_but_not_for_ever(order: Order, grace: timedelta) -> None:
    opened(order, chaos="failing")
    end = order.expires_at + grace
    assert closing.close_expired_orders(now=end) == 0
    assert closing.close_expired_orders(now=end + closing.SILENCE_BORNE) == 0
    assert state_of(order) == OrderStatus.PENDING_PAYMENT
    assert closing.close_expired_orders(now=end + closing.SILENCE_BORNE + timedelta(seconds=1)) == 1
    assert state_of(order) == OrderStatus.EXPIRED


def test_the_gateway_of_a_channel_is_the_one_that_is_asked(order: Order) -> None:
    assert payment_gateway("alipay").channel == "alipay"
    with pytest.raises(Exception, match="paypal"):
        payment_gateway("paypal")


# -- The command -----------------------------------------------------------------------------------
def run(*arguments: str) -> str:
    out = StringIO()
    call_command("ask_about_payments", *arguments, stdout=out)
    return out.getvalue()


def test_d14_staff_ask_about_one_payment(order: Order) -> None:
    paid_but_lost(order)
    assert run() == "0 payments settled\n"
    assert run(order.number) == f"{order.number}  alipay  paid\n"
    assert state_of(order) == "paid"


def test_staff_ask_about_every_open_payment(alice: UserProfile, order: Order) -> None:
    other = an_order(alice)
    paid_but_lost(other)
    assert run("--all") == f"{order.number}  alipay  open\n{other.number}  alipay  paid\n"


def test_an_unknown_number_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="0815"):
        run("0815")
