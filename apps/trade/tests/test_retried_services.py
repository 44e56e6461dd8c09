"""A service that lost its COMMIT runs again, and does then what it would have done at once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from apps.common.transactions import DEADLOCK
from apps.goods.models import Sku
from apps.trade.models import Order, OrderStatus, Refund, RefundKind, RefundState
from apps.trade.services import closing, fulfilment, price_changes, refund_deadlines, refund_decisions, refunds
from apps.trade.tests.factories import CarrierFactory, an_order
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)

OrderService = Callable[[Order, UserProfile], object]
RefundService = Callable[[Refund, UserProfile], object]


@pytest.fixture
def lose_a_commit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[OperationalError]]:
    """Have the next COMMIT fail with a deadlock; the list is empty once it did."""

    def arrange() -> list[OperationalError]:
        losses = [OperationalError(DEADLOCK, "Deadlock found when trying to get lock")]
        commit = connection.commit
        monkeypatch.setattr(connection, "commit", lambda: _raise(losses.pop()) if losses else commit())
        return losses

    return arrange


def _raise(error: Exception) -> None:
    raise error


def ship(order: Order, user: UserProfile) -> object:
    return fulfilment.ship_order(order=order, carrier=CarrierFactory(), tracking_number="SF1", actor_id=user.pk)


@pytest.mark.parametrize(
    ("service", "state"),
    [
        (lambda order, user: closing.cancel_order(order=order, actor_id=user.pk), OrderStatus.CANCELLED),
        (lambda order, user: closing.remove_order(order=order, user=user), OrderStatus.CANCELLED),
        (lambda order, _user: closing.expire_order(order=order), OrderStatus.EXPIRED),
    ],
    ids=["cancel", "remove", "expire"],
)
def test_c20_an_unpaid_order_is_closed_once_and_its_stock_returns(
    alice: UserProfile, lose_a_commit, service: OrderService, state: OrderStatus
) -> None:
    order = an_order(alice, quantity=3, stock=10)
    losses = lose_a_commit()

    assert service(order, alice) in (None, True)

    kept = Order.objects.get()
    assert (losses, kept.status, order.status, kept.hidden_at) == ([], state, state, None)
    assert Sku.objects.get().stock == 10
    assert order.events.filter(to_status=state).count() == 1


@pytest.mark.parametrize(
    ("since", "service", "state"),
    [
        (OrderStatus.PAID, ship, OrderStatus.SHIPPED),
        (OrderStatus.SHIPPED, lambda order, _user: fulfilment.receive_order(order=order), OrderStatus.RECEIVED),
        (
            OrderStatus.SHIPPED,
            lambda order, user: fulfilment.confirm_receipt(order=order, actor_id=user.pk),
            OrderStatus.RECEIVED,
        ),
        (OrderStatus.RECEIVED, lambda order, _user: fulfilment.finish_order(order=order), OrderStatus.FINISHED),
    ],
    ids=["ship", "receive", "confirm", "finish"],
)
def test_c20_a_paid_order_goes_its_way_once(
    alice: UserProfile, lose_a_commit, since: OrderStatus, service: OrderService, state: OrderStatus
) -> None:
    order = a_refundable_order(alice, until=since)
    CarrierFactory()
    losses = lose_a_commit()

    service(order, alice)

    assert (losses, Order.objects.get().status) == ([], state)
    assert order.events.filter(to_status=state).count() == 1


def test_c20_a_price_is_changed_once(alice: UserProfile, lose_a_commit) -> None:
    order = an_order(alice, price="10.00")
    losses = lose_a_commit()

    price_changes.change_price(order=order, goods=Decimal("0.00"), reason="regular", actor_id=None)

    assert (losses, order.price_changes.count()) == ([], 1)
    assert (Order.objects.get().total, Order.objects.get().status) == (Decimal("0.00"), OrderStatus.PAID)


@pytest.mark.parametrize(
    ("since", "service", "state"),
    [
        (
            RefundState.REQUESTED,
            lambda refund, user: refund_decisions.approve_refund(refund=refund, actor_id=user.pk),
            RefundState.APPROVED,
        ),
        (
            RefundState.REQUESTED,
            lambda refund, user: refund_decisions.refuse_refund(refund=refund, actor_id=user.pk, reason="worn"),
            RefundState.REFUSED,
        ),
        (
            RefundState.REQUESTED,
            lambda refund, user: refunds.withdraw_refund(refund=refund, user=user),
            RefundState.WITHDRAWN,
        ),
        (
            RefundState.APPROVED,
            lambda refund, user: refunds.ship_return(refund=refund, user=user, carrier="SF", tracking_number="1"),
            RefundState.RETURNING,
        ),
        (
            RefundState.APPROVED,
            lambda refund, user: refund_decisions.confirm_arrival(refund=refund, actor_id=user.pk, restock=True),
            RefundState.ARRIVED,
        ),
        (RefundState.APPROVED, lambda _refund, _user: refund_deadlines.end_overdue_refunds(), RefundState.LAPSED),
    ],
    ids=["approve", "refuse", "withdraw", "send back", "arrive", "lapse"],
)
def test_c20_a_refund_is_decided_once(
    alice: UserProfile, lose_a_commit, since: RefundState, service: RefundService, state: RefundState
) -> None:
    order = a_refundable_order(alice, until=OrderStatus.SHIPPED)
    refund = refunds.apply_for_refund(order=order, user=alice, kind=RefundKind.RETURN_GOODS, reason="other")
    if since == RefundState.APPROVED:
        refund_decisions.approve_refund(refund=refund, actor_id=None)
        Refund.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
        refund.refresh_from_db()
    losses = lose_a_commit()

    service(refund, alice)

    assert (losses, Refund.objects.get().state) == ([], state)
    assert refund.events.filter(to_state=state).count() == 1


def test_c20_a_request_with_a_key_is_tried_again_as_it_came(alice: UserProfile, monkeypatch) -> None:
    order = a_refundable_order(alice)
    commits: list[int] = []
    commit = connection.commit

    def lose_the_second() -> None:
        commits.append(len(commits))
        if len(commits) == 2:  # the first one keeps the claim of the key
            raise OperationalError(DEADLOCK, "Deadlock found when trying to get lock")
        commit()

    monkeypatch.setattr(connection, "commit", lose_the_second)
    body = {"order": order.pk, "kind": "refund_only", "reason": "other"}

    answer = client_of(alice).post("/refunds/", body, format="json", headers={"Idempotency-Key": "once"})

    assert answer.status_code == 201, answer.content
    assert len(commits) > 2
    assert Refund.objects.count() == 1
