"""A parcel leaves at the moment at which money for pieces is asked for, goes back, or does not."""

import pytest

from apps.common.tests.racing import run_together
from apps.trade.exceptions import NothingToShip
from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import Order, Refund, Shipment
from apps.trade.services import fulfilment
from apps.trade.services.pieces import unshipped
from apps.trade.services.refund_decisions import approve_refund
from apps.trade.services.refund_execution import take_refund_result
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.refunds import apply_for_refund, withdraw_refund
from apps.trade.tests.factories import CarrierFactory
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("ends_well", [True, False])
def test_the_last_parcel_and_the_end_of_a_refund_at_once_leave_nothing_behind(
    alice: UserProfile, ends_well: bool
) -> None:
    """Whichever comes first, the order is shipped if the money went back, and waits for the piece if it did not."""
    order, carrier = a_refundable_order(alice, ("10.00", 1), ("10.00", 1)), CarrierFactory()
    wanted_back, sent = order.lines.order_by("pk")
    refund = apply_for_refund(
        order=order,
        user=alice,
        kind="refund_only",
        reason="other",
        wanted=[Wanted(line_id=wanted_back.pk, pieces=1)],
    )
    if ends_well:
        approve_refund(refund=refund, actor_id=None)
    done = GatewayRefund(state="done", amount=refund.amount, gateway_number="G1")

    def act(number: int) -> None:
        mine = Order.objects.get(pk=order.pk)
        if number:
            fulfilment.ship_parcel(order=mine, carrier=carrier, tracking_number="SF1", pieces={sent.pk: 1})
        elif ends_well:
            take_refund_result(channel="alipay", refund_number=refund.number, result=done)
        else:
            withdraw_refund(refund=Refund.objects.get(pk=refund.pk), user=alice)

    run_together(2, act)

    assert Order.objects.get().status == ("shipped" if ends_well else "paid")
    assert unshipped(order) == ({} if ends_well else {wanted_back.pk: 1})


def test_pieces_are_asked_back_or_sent_but_not_both(alice: UserProfile) -> None:
    order, carrier = a_refundable_order(alice, ("10.00", 1), ("10.00", 1)), CarrierFactory()
    first, second = order.lines.order_by("pk")

    def act(number: int) -> None:
        mine = Order.objects.get(pk=order.pk)
        try:
            if number:
                pieces = {first.pk: 1, second.pk: 1}
                fulfilment.ship_parcel(order=mine, carrier=carrier, tracking_number="SF1", pieces=pieces)
            else:
                wanted = [Wanted(line_id=first.pk, pieces=1)]
                apply_for_refund(order=mine, user=alice, kind="refund_only", reason="other", wanted=wanted)
        except NothingToShip:
            return

    run_together(2, act)

    # A refund of what has left is one of goods that its buyer has; the parcel of what is asked back is refused whole.
    sent = Shipment.objects.exists()
    assert Order.objects.get().status == ("shipped" if sent else "paid")
    assert unshipped(order) == ({} if sent else {second.pk: 1})
