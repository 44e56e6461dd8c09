"""Staff find orders and payments, move what may be moved, and type nowhere."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from xadmin.models import Log

from apps.common.tests.back_office import act, browser_of, clerk, listed, opened, page, send
from apps.goods.models import StockMovement
from apps.trade.adminx.orders import EventsOfOrder
from apps.trade.models import (
    CartLine,
    IdempotencyKey,
    Order,
    OrderEvent,
    OrderNoteChange,
    OrderStatus,
    Payment,
    PaymentAttempt,
    PointsEntry,
    RefundEvent,
    SandboxTrade,
    Shipment,
    TrackingEvent,
)
from apps.trade.services import closing
from apps.trade.services.order_notes import write_staff_note
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.refunds import apply_for_refund
from apps.trade.tests.factories import (
    CarrierFactory,
    CartLineFactory,
    PaymentFactory,
    a_paid_order,
    a_shipment,
    an_order,
)
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

ORDERS = "/xadmin/trade/order/"
PAYMENTS = "/xadmin/trade/payment/"
KEYS = "/xadmin/trade/idempotencykey/"


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def paid(order: Order) -> Order:
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.PAID)
    return order


# -- Finding ---------------------------------------------------------------------------------------


def test_the_list_of_orders(office: Client, alice: UserProfile) -> None:
    order = an_order(alice, quantity=3, price="12.50")
    shown = page(office, ORDERS)
    assert f'<a href="{ORDERS}{order.pk}/detail/">{order.number}</a>' in shown
    assert '<span class="label label-warning">待支付</span>' in shown
    assert "37.50" in shown
    assert "李雷" in shown
    assert "待退款" not in shown


@pytest.mark.parametrize(
    ("words", "found"),
    [("{number}", 1), ("{half}", 1), ("13800000001", 1), ("李雷", 1), ("alice", 1), ("韩梅梅", 0), ("13899999999", 0)],
)
def test_orders_are_found(office: Client, alice: UserProfile, words: str, found: int) -> None:
    order = an_order(alice)
    words = words.format(number=order.number, half=order.number[4:12])
    assert listed(office, ORDERS, f"_q_={words}") == [str(order.pk)] * found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("_p_status__exact=pending_payment", True),
        ("_p_status__exact=paid", False),
        ("_p_created_at__gte=2000-01-01", True),
        ("_p_created_at__lt=2000-01-01", False),
        ("_p_total__gt=9", True),
        ("_p_total__gt=11", False),
    ],
)
def test_orders_are_filtered(office: Client, alice: UserProfile, query: str, found: bool) -> None:
    order = an_order(alice)
    assert listed(office, ORDERS, query) == [str(order.pk)] * found
    page(office, f"{ORDERS}?{query}")


def test_the_page_of_an_order(office: Client, alice: UserProfile) -> None:
    order = an_order(alice, quantity=2, price="19.99")
    closing.cancel_order(order=order, actor_id=alice.pk, reason="拍错了")
    why = "The order was cancelled before the payment arrived."
    PaymentFactory(order=order, trade_no="2026112300001", status=Payment.Status.REFUND_DUE, reason=why)
    shown = page(office, f"{ORDERS}{order.pk}/detail/")
    for text in (order.number, "文三路1号", order.lines.get().goods_name, "39.98", "拍错了", "2026112300001"):
        assert text in shown, text
    assert '<span class="refund-due">待退款</span>' in shown
    assert "付款到账前订单已取消。" in shown


def test_whoever_sees_an_order_sees_its_lines_but_not_its_payments(alice: UserProfile) -> None:
    order = an_order(alice)
    PaymentFactory(order=order, trade_no="2026112300001")
    shown = page(clerk("trade.view_order"), f"{ORDERS}{order.pk}/detail/")
    assert order.lines.get().goods_name in shown
    assert "2026112300001" not in shown
    assert "2026112300001" in page(clerk("trade.view_order", "trade.view_payment"), f"{ORDERS}{order.pk}/detail/")


def test_an_export_holds_words_not_markup(office: Client, alice: UserProfile) -> None:
    PaymentFactory(order=an_order(alice), status=Payment.Status.REFUND_DUE)
    rows = office.get(f"{ORDERS}?_do_=export&export_type=json").json()["objects"]
    assert [(row["状态"], row["款项"]) for row in rows] == [("待支付", "待退款")]


# -- Moving ----------------------------------------------------------------------------------------


def test_staff_cancel_an_unpaid_order(alice: UserProfile) -> None:
    order = an_order(alice, quantity=3)
    client = clerk("trade.change_order", username="clerk")
    assert 'name="reason"' in send(client, ORDERS, {"action": "cancel_order", "_selected_action": order.pk}).text
    assert state_of(order) == OrderStatus.PENDING_PAYMENT

    assert act(client, ORDERS, "cancel_order", order, reason="地址不可达").status_code == 302
    assert state_of(order) == OrderStatus.CANCELLED
    event = OrderEvent.objects.last()
    assert (event.actor.username, event.reason) == ("clerk", "地址不可达")
    sku = order.lines.get().sku
    assert (sku.stock, sku.movements.get(reason=StockMovement.Reason.CANCELLED).delta) == (10, 3)
    assert Log.objects.get().message == "取消订单; 原因: 地址不可达"
    assert "取消订单：已完成 1 项。" in page(client, ORDERS)


def test_a_second_click_cancels_nothing_more(alice: UserProfile) -> None:
    order = an_order(alice, quantity=3)
    client = clerk("trade.change_order")
    act(client, ORDERS, "cancel_order", order, reason="一")
    act(client, ORDERS, "cancel_order", order, reason="二")
    assert OrderEvent.objects.filter(order=order).count() == 2
    assert order.lines.get().sku.stock == 10
    assert f"{order}: 订单已取消，不能再进行此操作。" in page(client, ORDERS)


def test_a_paid_order_is_not_cancelled(alice: UserProfile) -> None:
    order, unpaid = paid(an_order(alice, quantity=3)), an_order(alice)
    client = clerk("trade.change_order")
    act(client, ORDERS, "cancel_order", order, unpaid, reason="一")
    assert (state_of(order), state_of(unpaid)) == (OrderStatus.PAID, OrderStatus.CANCELLED)
    assert order.lines.get().sku.stock == 7
    assert f"{order}: 订单已支付，不能再进行此操作。" in page(client, ORDERS)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("receive_order", OrderStatus.SHIPPED, OrderStatus.RECEIVED),
        ("finish_order", OrderStatus.RECEIVED, OrderStatus.FINISHED),
    ],
)
def test_staff_move_an_order_along(alice: UserProfile, action: str, before: OrderStatus, after: OrderStatus) -> None:
    order = a_refundable_order(alice, until=before)
    client = clerk("trade.change_order", username="clerk")
    for _click in range(2):
        act(client, ORDERS, action, order, note="本人签收")
    event = OrderEvent.objects.get(from_status=before)
    assert (state_of(order), event.to_status, event.actor.username, event.reason) == (after, after, "clerk", "本人签收")
    assert Log.objects.count() == 1


PARCEL = {"tracking_number": "SF123456"}


def pieces_of(order: Order) -> dict[str, Any]:
    """All pieces of the order, as its form sends them when nobody changes it."""
    return {f"line_{line.pk}": line.quantity for line in order.lines.all()}


def test_staff_send_an_order_as_one_parcel(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2, 3)
    client = clerk("trade.change_order", username="clerk")
    asked = send(client, ORDERS, {"action": "ship_order", "_selected_action": order.pk}).text
    for line in order.lines.all():
        assert f'name="line_{line.pk}" value="{line.quantity}"' in asked

    for _click in range(2):
        act(client, ORDERS, "ship_order", order, carrier=CarrierFactory().pk, **PARCEL, **pieces_of(order))

    shipment = Shipment.objects.get()
    assert sorted(shipment.lines.values_list("quantity", flat=True)) == [2, 3]
    event = OrderEvent.objects.get(to_status="shipped")
    assert (state_of(order), event.actor.username, event.reason) == ("shipped", "clerk", "顺丰速运 SF123456")
    assert Log.objects.get().message.startswith("发货; 快递公司: 顺丰速运; 运单号: SF123456; ")
    assert "这些商品已发货或已退款" in page(client, ORDERS)


def test_staff_send_chosen_pieces(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2, 3)
    first, second = order.lines.order_by("pk")
    pieces = {f"line_{first.pk}": "0", f"line_{second.pk}": "2"}

    act(clerk("trade.change_order"), ORDERS, "ship_order", order, carrier=CarrierFactory().pk, **PARCEL, **pieces)

    assert list(Shipment.objects.get().lines.values_list("order_line", "quantity")) == [(second.pk, 2)]
    assert state_of(order) == OrderStatus.PAID
    assert 'value="ship_order"' in page(clerk("trade.change_order"), f"{ORDERS}{order.pk}/detail/")


def test_staff_send_several_orders_whole(alice: UserProfile) -> None:
    orders = [a_paid_order(alice, 2), a_paid_order(alice, 1, 3)]
    act(clerk("trade.change_order"), ORDERS, "ship_order", *orders, carrier=CarrierFactory().pk, **PARCEL)
    assert [state_of(order) for order in orders] == ["shipped", "shipped"]


@pytest.mark.parametrize("none", ["", "0"])
def test_who_chooses_no_pieces_sends_none_and_is_told(alice: UserProfile, none: str) -> None:
    order, client = a_paid_order(alice, 2, 3), clerk("trade.change_order")
    cleared = dict.fromkeys(pieces_of(order), none)
    act(client, ORDERS, "ship_order", order, carrier=CarrierFactory().pk, **PARCEL, **cleared)
    assert "没有选择要发货的商品" in page(client, ORDERS)
    assert (state_of(order), Shipment.objects.count()) == (OrderStatus.PAID, 0)


def test_pieces_that_are_asked_back_under_an_open_form_stay_and_so_does_what_was_not_chosen(alice: UserProfile) -> None:
    order, client = a_refundable_order(alice, ("10.00", 1), ("10.00", 2)), clerk("trade.change_order")
    first, second = order.lines.order_by("pk")
    form = opened(client, ORDERS, "ship_order", order)
    wanted = [Wanted(line_id=first.pk, pieces=1)]
    apply_for_refund(order=order, user=alice, kind="refund_only", reason="other", wanted=wanted)

    pieces = {f"line_{first.pk}": "1", f"line_{second.pk}": ""}
    send(client, ORDERS, {**form, "carrier": CarrierFactory().pk, **PARCEL, **pieces})

    assert "这些商品已发货或已退款" in page(client, ORDERS)
    assert not Shipment.objects.exists()


def test_of_two_clerks_with_the_same_form_the_second_sends_nothing_else(alice: UserProfile) -> None:
    order, carrier = a_paid_order(alice, 2, 3), CarrierFactory()
    first, second = order.lines.order_by("pk")
    clerks = [clerk("trade.change_order", username=name) for name in ("early", "late")]
    forms = [opened(client, ORDERS, "ship_order", order) for client in clerks]
    pieces = {f"line_{first.pk}": "2", f"line_{second.pk}": ""}
    for number, client, form in zip(("SF11111", "SF22222"), clerks, forms, strict=True):
        send(client, ORDERS, {**form, "carrier": carrier.pk, "tracking_number": number, **pieces})

    shipment = Shipment.objects.get()
    assert (shipment.tracking_number, list(shipment.lines.values_list("order_line"))) == ("SF11111", [(first.pk,)])
    assert "这些商品已发货或已退款" in page(clerks[1], ORDERS)


@pytest.mark.parametrize("number", ["", "SF 1", "x" * 41, "SF<b>12"])
def test_a_parcel_needs_a_carrier_and_a_number(alice: UserProfile, number: str) -> None:
    order, retired = a_paid_order(alice), CarrierFactory(is_active=False)
    client = clerk("trade.change_order")
    assert act(client, ORDERS, "ship_order", order, carrier=retired.pk, tracking_number="SF123456").status_code == 200
    retired.is_active = True
    retired.save()
    assert act(client, ORDERS, "ship_order", order, carrier=retired.pk, tracking_number=number).status_code == 200
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("action", ["ship_order", "receive_order", "finish_order"])
def test_an_unpaid_order_goes_nowhere(alice: UserProfile, action: str) -> None:
    order = an_order(alice)
    parcel = {"carrier": CarrierFactory().pk, **PARCEL, **pieces_of(order)}
    act(clerk("trade.change_order"), ORDERS, action, order, **parcel)
    assert state_of(order) == OrderStatus.PENDING_PAYMENT
    assert OrderEvent.objects.count() == 1


@pytest.mark.parametrize("action", ["cancel_order", "ship_order", "receive_order", "finish_order", "write_note"])
def test_moves_need_the_right(alice: UserProfile, action: str) -> None:
    order = an_order(alice)
    client = clerk("trade.view_order", "trade.add_order", "trade.delete_order", "trade.change_payment")
    assert act(client, ORDERS, action, order, reason="x").status_code == 403
    assert action not in page(client, f"{ORDERS}{order.pk}/detail/")
    assert state_of(order) == OrderStatus.PENDING_PAYMENT
    assert (OrderEvent.objects.count(), Log.objects.count()) == (1, 0)


def test_moves_need_the_token(alice: UserProfile) -> None:
    order = an_order(alice)
    client = clerk("trade.change_order")
    data = {"action": "cancel_order", "_selected_action": order.pk, "post": "yes", "reason": "x"}
    assert client.post(ORDERS, data).status_code == 403
    assert state_of(order) == OrderStatus.PENDING_PAYMENT


def test_an_order_offers_the_moves_of_its_state(alice: UserProfile) -> None:
    order = an_order(alice)
    client = clerk("trade.change_order")

    def offered() -> list[str]:
        shown = page(client, f"{ORDERS}{order.pk}/detail/")
        return [
            name
            for name in ("cancel_order", "ship_order", "receive_order", "finish_order")
            if f'value="{name}"' in shown
        ]

    assert offered() == ["cancel_order"]
    paid(order)
    assert offered() == ["ship_order"]
    Order.objects.update(status=OrderStatus.EXPIRED)
    assert offered() == []


def test_staff_write_notes_that_the_buyer_never_sees(alice: UserProfile, shopper: APIClient) -> None:
    order = an_order(alice)
    client = clerk("trade.change_order", username="clerk")
    for note in ("老客户，多送一个袋子", ""):
        act(client, ORDERS, "write_note", order, note=note)
        order.refresh_from_db()
        assert order.staff_note == note
        shown = page(client, f"{ORDERS}{order.pk}/detail/")
        assert "多送一个袋子" in shown  # also once it is taken away, for the page tells what stood there
        for address in ("/orders/", f"/orders/{order.pk}/"):
            assert "多送一个袋子" not in shopper.get(address).content.decode()
    assert list(OrderNoteChange.objects.values_list("old_note", "new_note", "actor__username")) == [
        ("", "老客户，多送一个袋子", "clerk"),
        ("老客户，多送一个袋子", "", "clerk"),
    ]
    assert list(Log.objects.order_by("pk").values_list("message", "user__username")) == [
        ("写备注", "clerk"),
        ("写备注", "clerk"),
    ]


def test_a_note_undoes_no_move(alice: UserProfile) -> None:
    order = an_order(alice)
    closing.cancel_order(order=Order.objects.get(), actor_id=alice.pk)
    write_staff_note(order=order, note="电话已核实", actor_id=None)
    assert (state_of(order), Order.objects.get().staff_note) == (OrderStatus.CANCELLED, "电话已核实")


# -- Nothing is typed --------------------------------------------------------------------------------


def rows() -> list[Any]:
    models = (Order, Payment, PaymentAttempt, CartLine, IdempotencyKey, SandboxTrade)
    return [list(model.objects.values()) for model in models]


def test_not_even_a_superuser_types_over_trade(office: Client, alice: UserProfile) -> None:
    order = an_order(alice)
    PaymentFactory(order=order)
    CartLineFactory(user=alice)
    IdempotencyKey.objects.create(user=alice, route="orders", key="k", request_hash="h")
    SandboxTrade.objects.create(
        trade_no="1",
        out_trade_no="2",
        total_amount=Decimal("1.00"),
        subject="x",
        notify_url="x",
        paid_at=timezone.now(),
    )
    before = rows()
    data = {"status": "paid", "total": "0.01", "amount": "0.01", "quantity": 1, "name": "x", "post": "yes"}
    names = (
        "order",
        "orderline",
        "orderevent",
        "payment",
        "paymentattempt",
        "cartline",
        "idempotencykey",
        "sandboxtrade",
    )
    for model in names:
        for path in ("add/", "1/update/", "1/delete/", "1/patch/", "recover/", "1/revision/"):
            address = f"/xadmin/trade/{model}/{path}"
            assert send(office, address, data).status_code in (403, 404), address
            assert office.get(address).status_code in (403, 404), address
        for action in ("delete_selected", "change_selected"):
            chosen = {**data, "action": action, "_selected_action": 1}
            assert send(office, f"/xadmin/trade/{model}/", chosen).status_code == 403
    assert rows() == before


# -- Money that has to go back -----------------------------------------------------------------------


def test_money_for_a_closed_order_stands_out(office: Client, alice: UserProfile) -> None:
    order = an_order(alice)
    PaymentFactory(order=an_order(alice))
    PaymentFactory(
        order=order, status=Payment.Status.REFUND_DUE, reason="The order had expired before the payment arrived."
    )
    shown = page(office, PAYMENTS)
    assert shown.count('<tr class="grid-item danger"') == 1
    assert '<span class="refund-due">待退款</span>' in shown
    assert "付款到账前订单已过期。" in shown
    assert page(office, ORDERS).count('<span class="refund-due">待退款</span>') == 1


def test_the_first_page_says_what_has_to_go_back(office: Client, alice: UserProfile) -> None:
    assert "待退款" not in page(office, "/xadmin/")
    for amount in ("10.00", "2.50"):
        PaymentFactory(order=an_order(alice), status=Payment.Status.REFUND_DUE, amount=Decimal(amount))
    PaymentFactory(order=an_order(alice), amount=Decimal("5.00"))
    link = "/xadmin/trade/payment/?_p_status__exact=refund_due"
    notice = f'<a class="alert-link" href="{link}">待退款：2 笔支付，共 ¥12.50。</a>'
    assert page(office, "/xadmin/").count(notice) == 1
    assert notice not in page(office, ORDERS)
    assert len(listed(office, PAYMENTS, "_p_status__exact=refund_due")) == 2
    assert notice not in page(clerk("trade.view_order"), "/xadmin/")


def test_the_page_of_a_parcel(office: Client, alice: UserProfile) -> None:
    shipment = a_shipment(a_paid_order(alice, 3))
    TrackingEvent.objects.create(shipment=shipment, happened_at=timezone.now(), place="杭州", text="已揽收")
    shown = page(office, f"/xadmin/trade/shipment/{shipment.pk}/detail/")
    for text in ("SF100200300", "顺丰速运", shipment.lines.get().order_line.goods_name, "已揽收"):
        assert text in shown, text
    assert "SF100200300" in page(clerk("trade.view_order"), f"{ORDERS}{shipment.order_id}/detail/")


def test_the_shortcut_to_refunds(office: Client) -> None:
    assert f'href="{PAYMENTS}?_p_status__exact=refund_due" title="待退款"' in page(office, PAYMENTS)


def test_payments_are_found(office: Client, alice: UserProfile) -> None:
    order = an_order(alice)
    payment = PaymentFactory(order=order, trade_no="2026112300001", buyer="han@example.com")
    PaymentFactory(order=an_order(alice))
    for words in ("2026112300001", order.number, "han@"):
        assert listed(office, PAYMENTS, f"_q_={words}") == [str(payment.pk)]


# -- Secrets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?_cols=notification.trade_no", "?_cols=notification&_do_=export"])
def test_notifications_stay_inside(office: Client, alice: UserProfile, query: str) -> None:
    payment = PaymentFactory(order=an_order(alice), notification={"sign": "S3CRET"})
    assert "S3CRET" not in office.get(f"{PAYMENTS}{query}").text
    assert "S3CRET" not in page(office, f"{PAYMENTS}{payment.pk}/detail/")
    assert listed(office, PAYMENTS, "_p_notification__contains=S3") == []


def test_kept_answers_and_hashes_stay_inside(office: Client, alice: UserProfile) -> None:
    key = IdempotencyKey.objects.create(
        user=alice, route="orders", key="k", request_hash="R3QHASH", answer={"address": "S3CRET"}, status=201
    )
    for address in (KEYS, f"{KEYS}?_cols=key.answer.request_hash", f"{KEYS}{key.pk}/detail/"):
        shown = page(office, address)
        assert [word for word in ("R3QHASH", "S3CRET") if word in shown] == []
    assert "Alice" in page(office, KEYS)


# -- Budgets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["order", "orderline", "orderevent", "payment", "cartline"])
def test_a_list_costs_the_same_however_long(
    office: Client, model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(50):
        user = UserFactory()
        PaymentFactory(order=an_order(user))
        CartLineFactory(user=user)
    with django_assert_max_num_queries(12):
        assert page(office, f"/xadmin/trade/{model}/").count('class="grid-item') == 50


def test_the_page_of_an_order_costs_the_same_however_long(
    office: Client, alice: UserProfile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _line in range(20):
        CartLineFactory(user=alice)
    order = an_order(alice)
    with django_assert_max_num_queries(12):
        assert page(office, f"{ORDERS}{order.pk}/detail/").count('class="formset-row"') == 22


def test_what_happened_to_an_order_is_told_in_the_readers_language(alice: UserProfile) -> None:
    order = an_order(alice)
    closing.expire_order(order=order)
    event = order.events.get(to_status=OrderStatus.EXPIRED)

    assert str(event) == f"{OrderStatus.PENDING_PAYMENT.label} > {OrderStatus.EXPIRED.label}"
    assert EventsOfOrder.why(None, event) == "超时未付款"


def test_moves_of_refunds_and_points_are_named_in_the_readers_language() -> None:
    assert str(RefundEvent(from_state="requested", to_state="withdrawn")) == "待商家处理 > 买家已撤销"
    assert str(PointsEntry(delta=68, reason="earned")) == "+68 (订单获得)"


def test_staff_find_what_can_be_shipped_and_nothing_else(alice: UserProfile, office: Client) -> None:
    waiting, wanted_back, partly, away = (a_refundable_order(alice, ("10.00", 2)) for _ in range(4))
    for order, pieces in ((wanted_back, 2), (partly, 1)):
        wanted = [Wanted(line_id=order.lines.get().pk, pieces=pieces)]
        apply_for_refund(order=order, user=alice, kind="refund_only", reason="other", wanted=wanted)
    a_shipment(away)
    orders = (waiting, wanted_back, partly, away)

    to_ship, every = page(office, f"{ORDERS}?_p_to_ship=1"), page(office, ORDERS)

    assert [order for order in orders if order.number in to_ship] == [waiting, partly]
    assert [order for order in orders if order.number in every] == list(orders)
    assert every.count("?_p_to_ship=1") == 2  # the bookmark, and the filter
    assert f'href="{ORDERS}?_p_to_ship=1"><span class="badge">2</span>' in page(office, "/xadmin/")
