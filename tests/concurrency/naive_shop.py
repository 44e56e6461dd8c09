"""The shop without its guards: what is there is read, compared and written, as naive shops do it. Served by tests."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mxshop.wsgi import application

# isort: split
# Only now, for no model can be imported before the application has set Django up.
from django.utils import timezone

from apps.common.exceptions import TooManyRequests
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import InsufficientStock
from apps.goods.models import Sku, StockMovement
from apps.goods.services import stock
from apps.trade.exceptions import CouponGone, EmptyCart
from apps.trade.gateways.payment import Notification
from apps.trade.models import (
    CartLine,
    Coupon,
    CouponGrant,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentAttempt,
    Refund,
    RefundLine,
)
from apps.trade.services import coupons, idempotency, order_moves, orders, payments, refund_reserves, refunds
from apps.trade.services.order_moves import try_move
from apps.users.exceptions import ScanOver, WrongCode
from apps.users.models import CodeAllowance, DeviceSession, ScanLogin, UserProfile, VerifyCode
from apps.users.services import accounts, allowances, codes, scans, sessions
from apps.users.services.allowances import Allowances
from apps.users.services.sessions import Device, SignedIn

__all__ = ["application"]

MEANWHILE = 0.1  # seconds between reading and writing, as in a shop with more to do


def take_what_was_there(*, quantities: Mapping[int, int], reference: str) -> None:
    """Take stock as `stock.take` does, but write what was read a moment ago, less the pieces."""
    for sku in Sku.objects.filter(pk__in=quantities).order_by("pk"):
        pieces = quantities[sku.pk]
        if sku.stock < pieces:
            raise InsufficientStock(sku_id=sku.pk, available=sku.stock)
        Sku.objects.filter(pk=sku.pk).update(stock=sku.stock - pieces)
        StockMovement.objects.create(sku=sku, delta=-pieces, reason=StockMovement.Reason.ORDER, reference=reference)


def empty_whatever_is_there(user: UserProfile) -> dict[int, int]:
    """Empty the cart without asking whether these lines were still there."""
    quantities = dict(CartLine.objects.of(user).values_list("sku_id", "quantity"))
    if not quantities:
        raise EmptyCart
    time.sleep(MEANWHILE)
    CartLine.objects.of(user).delete()
    return quantities


def grant_what_was_left(coupon: Coupon, user: UserProfile) -> CouponGrant:
    """Count a claim from what was read."""
    coupon.refresh_from_db()
    if coupon.total_limit is not None and coupon.claimed_count >= coupon.total_limit:
        raise CouponGone
    time.sleep(MEANWHILE)
    Coupon.objects.filter(pk=coupon.pk).update(claimed_count=coupon.claimed_count + 1)
    return CouponGrant.objects.create(coupon=coupon, user=user, ordinal=1)


def answer_each_time(*, status: int, effect: Callable[[], Any], **_key: object) -> idempotency.Answer:
    """Have the effect, whatever the key."""
    return idempotency.Answer(status=status, body=effect())


def read_without_a_lock(order_id: int) -> Order:
    """Read the order whose refunds are to change, and let anybody else change them, too."""
    return Order.objects.get(pk=order_id)


def open_for_what_was_left(*, order: Order, parts: Sequence[RefundLine], **how: Any) -> Refund:
    """Promise pieces and money by writing what was read a moment ago, and these; the CHECKs see nothing wrong.

    Lines and payment are written before the refund is: its foreign keys lock them for whoever else refers to them, so
    that afterwards the database itself stops one of two refunds, as a deadlock, and the retry finds nothing left.
    """
    payment = order.payments.get()
    time.sleep(MEANWHILE)
    for part in parts:
        OrderLine.objects.filter(pk=part.line_id).update(
            refunded_quantity=part.line.refunded_quantity + part.quantity,
            refunded_amount=part.line.refunded_amount + part.amount,
        )
    promised = payment.refunded_amount + sum(part.amount for part in parts)
    Payment.objects.filter(pk=payment.pk).update(refunded_amount=promised)
    return open_refund(order=order, parts=list(parts), **how)


@atomic_with_retry
def record_what_was_not_there(attempt: PaymentAttempt, notification: Notification) -> Payment:
    """Look whether the trade is known, and take it in a moment later, without a lock of its order.

    The schema's unique constraint still stands behind this: a test has to take that away, too.
    """
    trade = {"channel": notification.channel, "trade_no": notification.trade_no}
    known = Payment.objects.filter(**trade).first()
    if known is not None:
        return known
    time.sleep(MEANWHILE)
    is_accepted = try_move(order=attempt.order, to=OrderStatus.PAID, reason="paid", paid_at=notification.paid_at)
    payment = Payment.objects.create(
        **trade,
        order=attempt.order,
        attempt=attempt,
        amount=notification.amount,
        status=Payment.Status.ACCEPTED if is_accepted else Payment.Status.REFUND_DUE,
        paid_at=notification.paid_at,
    )
    if not is_accepted:
        payments._owe_back(payment)
    return payment


def take_whatever_code_was_waiting(*, public_id: uuid.UUID, phone: DeviceSession) -> ScanLogin:
    """Give a code to a phone because it was waiting a moment ago."""
    scan = scans.scan_named(public_id=public_id)
    if scan.state != ScanLogin.State.WAITING:
        raise ScanOver
    time.sleep(MEANWHILE)
    scan.state, scan.phone = ScanLogin.State.SCANNED, phone
    scan.save()
    return scan


def count_what_was_tried(row: VerifyCode, *_where: Any) -> bool:
    """Count a try from what was read."""
    row.refresh_from_db()
    if row.used_at is not None or row.tries >= codes.MAX_TRIES:
        return False
    time.sleep(MEANWHILE)
    VerifyCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
    return True


def spend_what_was_unused(row: VerifyCode) -> None:
    """Use a code up because nobody had a moment ago."""
    if VerifyCode.objects.filter(pk=row.pk, used_at__isnull=False).exists():
        raise WrongCode
    time.sleep(MEANWHILE)
    VerifyCode.objects.filter(pk=row.pk).update(used_at=timezone.now())


@atomic_with_retry
def open_what_was_free(
    proof: VerifyCode, newcomer: UserProfile, device: Device, guest_cart: uuid.UUID | None
) -> SignedIn | None:
    """Open an account because its code was right and its name was free a moment ago.

    The schema's unique names still stand behind this: a test has to take them away, too.
    """
    if UserProfile.objects.named(newcomer.username).exists():
        return None
    time.sleep(MEANWHILE)
    newcomer.pk = None
    newcomer.save(force_insert=True)
    return sessions.sign_in(user=newcomer, device=device, guest_cart=guest_cart)


def allow_who_was_not_pausing(needed: Allowances) -> None:
    """Let an address have a code because its pause was over a moment ago."""
    pause = CodeAllowance.objects.filter(key=needed.pause_key)
    if pause.get().expires_at > needed.asked_at:
        raise TooManyRequests
    time.sleep(MEANWHILE)
    pause.update(expires_at=needed.paused_until)


stock.take = take_what_was_there
orders._empty_cart = empty_whatever_is_there
coupons._grant = grant_what_was_left
idempotency.answer_once = answer_each_time
open_refund = refunds.open_refund
refunds.open_refund = open_for_what_was_left
refunds.lock_order = order_moves.lock_order = read_without_a_lock
refund_reserves.reserve = lambda **_promised: None
payments._record = record_what_was_not_there
scans.take_scan = take_whatever_code_was_waiting
codes._take_a_try = count_what_was_tried
codes.spend_code = spend_what_was_unused
allowances.take = allow_who_was_not_pausing
accounts._spend_and_open = open_what_was_free
