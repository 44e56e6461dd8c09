"""Refunds as they come about, and what their buyers do: apply, send goods back, show pictures, think better of it."""

from collections.abc import Collection
from decimal import Decimal
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.common.images import clean_image
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.events import RefundDue
from apps.trade.exceptions import IllegalMove, IllegalRefundMove, NotRefundable
from apps.trade.models import (
    Order,
    OrderStatus,
    Payment,
    Refund,
    RefundKind,
    RefundLine,
    RefundPicture,
    RefundReason,
    RefundState,
)
from apps.trade.services import refund_moves, refund_reserves, refund_sums
from apps.trade.services.numbers import new_number
from apps.trade.services.order_moves import lock_order
from apps.trade.services.pieces import unshipped
from apps.trade.services.refund_sums import Wanted
from apps.trade.states import REFUNDABLE, UNDECIDED
from apps.users.models import UserProfile

MAX_PICTURES = 9
PREFIX = "R"  # of the numbers of refunds
BY_ITSELF = gettext_noop("The payment goes back by itself.")


@atomic_with_retry
def apply_for_refund(
    *,
    order: Order,
    user: UserProfile,
    kind: str,
    reason: str,
    description: str = "",
    wanted: Collection[Wanted] | None = None,
    with_freight: bool | None = None,
) -> Refund:
    """Ask, for the buyer, for money back; without `wanted` for every piece that is left.

    Pieces that cost nothing are taken back as well. What is asked for is reserved at once. Freight goes back with the
    last pieces only, and without being asked for when nothing was shipped. Raises IllegalMove for an order that is not
    paid, NotRefundable when its time is over or pieces or money are gone, InvalidInput for lines and amounts that
    cannot be meant; then nothing is written.
    """
    order = lock_order(order.pk)
    _check_state(order)
    _check_time(order)
    parts = refund_sums.parts_of(order=order, wanted=wanted)
    if kind == RefundKind.RETURN_GOODS:
        _check_left_the_house(order, parts)
    is_rest = refund_sums.covers_the_rest(order, parts)
    if with_freight and not is_rest:
        raise NotRefundable(_("The freight goes back with the last pieces of the order."))
    if with_freight is None:
        with_freight = is_rest and not order.shipments.exists()
    return open_refund(
        order=order,
        parts=parts,
        freight=refund_sums.freight_left(order) if with_freight else ZERO,
        actor_id=user.pk,
        kind=kind,
        state=RefundState.REQUESTED,
        reason=reason,
        description=description,
    )


def _check_state(order: Order, states: Collection[OrderStatus] = REFUNDABLE) -> None:
    if order.status not in states:
        words = _("This order is %(state)s; there is nothing to refund.")
        raise IllegalMove(words % {"state": order.get_status_display()}, state=order.status)


def _check_left_the_house(order: Order, parts: Collection[RefundLine]) -> None:
    """Refuse to have sent back what is here: as long as a line has pieces in the house, a refund is of those."""
    here = unshipped(order)
    if any(part.line_id in here for part in parts):
        raise NotRefundable(_("Some of this was not shipped yet, and cannot be sent back: ask for its money only."))


def _check_time(order: Order) -> None:
    arrived = order.events.filter(to_status__in=(OrderStatus.RECEIVED, OrderStatus.FINISHED)).order_by("pk").first()
    if arrived is not None and timezone.now() > arrived.created_at + settings.AFTER_SALE_WINDOW:
        raise NotRefundable(
            _("The time to ask for a refund ended %(days)s days after the goods arrived.")
            % {"days": settings.AFTER_SALE_WINDOW.days}
        )


def open_refund(
    *,
    order: Order,
    parts: list[RefundLine],
    freight: Decimal,
    beside: Decimal = ZERO,
    actor_id: int | None,
    kind: str,
    state: RefundState,
    reason: str,
    description: str = "",
    restock: bool = False,
    number: str = "",
) -> Refund:
    """Write a refund with its lines and reserve what it is for. Joins the caller's transaction, which has the order.

    Without a `number` it gets a new one. `beside` is money that belongs neither to pieces nor to freight. Raises
    IllegalMove for an order that is not paid, or of which a remainder is to be given and that is not refunded,
    NotRefundable for what is gone, and for nothing at all.
    """
    _check_state(order, {OrderStatus.REFUNDED} if kind == RefundKind.REMAINDER else REFUNDABLE)
    amount = sum((part.amount for part in parts), ZERO) + freight + beside
    check_sense(parts, amount)
    refund = Refund.objects.create(
        number=number or new_number(PREFIX),
        order=order,
        payment=payment_for(order=order, amount=amount),
        kind=kind,
        state=state,
        amount=amount,
        freight_amount=freight,
        reason=reason,
        description=description,
        restock=restock,
        **refund_moves.clock_of(state, timezone.now()),
    )
    for part in parts:
        part.refund = refund
    RefundLine.objects.bulk_create(parts)
    refund_reserves.reserve(refund=refund, parts=parts)
    refund_moves.begin(refund=refund, actor_id=actor_id)
    return refund


def check_sense(parts: list[RefundLine], amount: Decimal) -> None:
    """Demand money, or pieces for which there is none; raises NotRefundable."""
    if amount:
        return
    if not parts:
        raise NotRefundable(_("Nothing was paid for this."))
    if any(part.share for part in parts):
        raise NotRefundable(_("Something was paid for these pieces, so something has to go back for them."))


def payment_for(*, order: Order, amount: Decimal) -> Payment | None:
    """Return the payment of which a refund of this sum takes its money; none when no money moves.

    Raises NotRefundable for money of an order for which none was paid.
    """
    if not amount:
        return None
    payment = order.payments.filter(status=Payment.Status.ACCEPTED).order_by("pk").first()
    if payment is None:
        raise NotRefundable(_("Nothing was paid for this."))
    return payment


def refund_late_payment(event: RefundDue) -> None:
    """Owe the whole of a payment that its order could not take back to its payer (subscribes to `RefundDue`).

    The payment stays due, and red in the back office, until the gateway has paid it back.
    """
    payment = Payment.objects.get(pk=event.payment_id)
    refund = Refund.objects.create(
        number=new_number(PREFIX),
        order_id=payment.order_id,
        payment=payment,
        kind=RefundKind.LATE_PAYMENT,
        state=RefundState.PROCESSING,
        amount=payment.amount,
        reason=RefundReason.NOT_TAKEN,
        **refund_moves.clock_of(RefundState.PROCESSING, timezone.now()),
    )
    refund_reserves.reserve(refund=refund, parts=[])
    refund_moves.begin(refund=refund, actor_id=None, note=BY_ITSELF)


@atomic_with_retry
def withdraw_refund(*, refund: Refund, user: UserProfile) -> None:
    """Take the buyer's request back, as long as neither money nor goods are on their way; raises IllegalRefundMove."""
    refund_moves.move(refund=refund, to=RefundState.WITHDRAWN, actor_id=user.pk)


@atomic_with_retry
def ship_return(*, refund: Refund, user: UserProfile, carrier: str, tracking_number: str) -> None:
    """Note with which parcel the buyer sent the goods back; raises IllegalRefundMove unless staff wait for them."""
    refund_moves.move(
        refund=refund,
        to=RefundState.RETURNING,
        actor_id=user.pk,
        note=f"{carrier} {tracking_number}",
        carrier=carrier,
        tracking_number=tracking_number,
    )


def add_picture(*, refund: Refund, file: IO[bytes]) -> RefundPicture:
    """Keep a picture that speaks for the buyer's request, drawn anew.

    Raises IllegalRefundMove once the refund is decided, NotRefundable beyond nine pictures, InvalidInput for what is
    no picture; nothing is kept then.
    """
    _check_room(refund)
    picture = clean_image(file)
    return _keep_picture(refund=refund, picture=picture)


@atomic_with_retry
def _keep_picture(*, refund: Refund, picture: "ContentFile[bytes]") -> RefundPicture:
    # Locked, so that of pictures sent at the same moment not more are kept than there is room for.
    lock_order(refund.order_id)
    _check_room(refund)
    return RefundPicture.objects.create(refund=refund, image=picture)


def _check_room(refund: Refund) -> None:
    refund.refresh_from_db(fields=["state"])
    if refund.state not in UNDECIDED:
        raise IllegalRefundMove(_("This refund is decided; it takes no more pictures."), state=refund.state)
    if refund.pictures.count() >= MAX_PICTURES:
        raise NotRefundable(_("A refund takes at most %(most)s pictures.") % {"most": MAX_PICTURES})
