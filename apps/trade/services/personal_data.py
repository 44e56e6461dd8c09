"""What the trade keeps of a user, and what of it stays when the user is erased.

Orders, payments, refunds and issued invoices are the shop's books, which the law wants kept for years: their lines,
sums, numbers and times stay, and who received what where is cut down to what names nobody.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat, Left, Right
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict
from apps.common.personal_data import Holding, Record, hold, masked, record_of
from apps.common.tasks import after_commit
from apps.trade import gateways
from apps.trade.models import (
    CartLine,
    CouponGrant,
    GoodsPurchase,
    IdempotencyKey,
    InvoiceRequest,
    Membership,
    OddPayment,
    Order,
    OrderNoteChange,
    Payment,
    PaymentAttempt,
    PointsAccount,
    PointsEntry,
    Refund,
    RefundEvent,
    RefundPicture,
)
from apps.trade.querysets import OrderQuerySet
from apps.trade.states import NOT_OVER, UNDER_WAY

GONE = "***"
ORDER = (
    "number", "status", "goods_total", "discount", "freight", "total", "note", "recipient_name", "recipient_mobile",
    "address", "created_at", "paid_at", "shipped_at", "received_at",
)  # fmt: skip
LINE = ("goods_name", "specification", "unit_price", "quantity", "discount")
ATTEMPT = ("channel", "method", "amount", "payer", "created_at")
PAYMENT = ("channel", "trade_no", "amount", "buyer", "paid_at")
INVOICE = ("kind", "heading", "tax_number", "email", "state", "invoice_number", "created_at")
REFUND = ("number", "kind", "state", "amount", "reason", "description", "carrier", "tracking_number", "created_at")


class OrdersUnderWay(Conflict):
    """A user who waits for goods, or whom the shop owes money, cannot be erased: they would find nobody."""

    type = "orders_under_way"
    title = _("Some orders or refunds are not finished yet")


def _read_orders(user_id: int) -> Iterator[Record]:
    orders = Order.objects.filter(user_id=user_id).select_related("invoice_request")
    for order in orders.prefetch_related("lines", "attempts", "payments", "shipments__carrier", "refunds__pictures"):
        yield {
            **record_of(order, *ORDER),
            "lines": [record_of(line, *LINE) for line in order.lines.all()],
            "ways_to_pay": [record_of(attempt, *ATTEMPT) for attempt in order.attempts.all()],
            "payments": [record_of(payment, *PAYMENT) for payment in order.payments.all()],
            "parcels": [
                {"carrier": parcel.carrier.name, **record_of(parcel, "tracking_number", "shipped_at")}
                for parcel in order.shipments.all()
            ],
            "refunds": [
                {**record_of(refund, *REFUND), "pictures": [picture.image for picture in refund.pictures.all()]}
                for refund in order.refunds.all()
            ],
            "invoice": record_of(order.invoice_request, *INVOICE) if hasattr(order, "invoice_request") else None,
        }


def _erase_orders(user_id: int) -> None:
    """Raise OrdersUnderWay, or cut the orders down."""
    orders = Order.objects.filter(user_id=user_id)
    if any(rows.exists() for rows in _under_way(user_id)):
        raise OrdersUnderWay
    cut_down(orders)
    forget_payers(Payment.objects.filter(order__user=user_id))
    PaymentAttempt.objects.filter(order__user=user_id).update(payer="")
    _erase_refunds(user_id)
    _erase_invoices(user_id)


def _under_way(user_id: int) -> Iterator[QuerySet[Any]]:
    """Return what the buyer waits for, or money of theirs that the shop has: erased, they could not ask for it."""
    yield Order.objects.filter(user_id=user_id, status__in=UNDER_WAY)
    yield Refund.objects.filter(order__user=user_id, state__in=NOT_OVER)
    yield Payment.objects.filter(order__user=user_id, status=Payment.Status.REFUND_DUE)
    yield OddPayment.objects.filter(attempt__order__user=user_id, state=OddPayment.State.OPEN)


def forget_payers(payments: QuerySet[Payment]) -> None:
    """Leave of payments, and of the gateways' own words about them, only what does not name who paid."""
    for payment in payments.only("channel", "notification"):
        words = gateways.without_payer(channel=payment.channel, fields=payment.notification)
        Payment.objects.filter(pk=payment.pk).update(buyer="", notification=words)


def cut_down(orders: OrderQuerySet) -> None:
    """Leave of who received what where only what names nobody."""
    orders.update(
        recipient_name=_joined(Left("recipient_name", 1), "**"),
        recipient_mobile=_joined(Left("recipient_mobile", 3), "****", Right("recipient_mobile", 2)),
        address=GONE,
        note="",
        staff_note="",
    )
    # What staff noted may name anybody; without it nothing is left to be kept of the change.
    OrderNoteChange.objects.filter(order__in=orders).delete()


def _joined(*parts: Any) -> Concat:
    return Concat(
        *(part if hasattr(part, "resolve_expression") else Value(part) for part in parts), output_field=CharField()
    )


def _erase_refunds(user_id: int) -> None:
    Refund.objects.filter(order__user=user_id).update(description="")
    RefundEvent.objects.filter(refund__order__user=user_id, actor=user_id).update(note="")
    for picture in RefundPicture.objects.filter(refund__order__user=user_id):
        after_commit(partial(picture.image.storage.delete, str(picture.image.name)))
        picture.delete()


def _erase_invoices(user_id: int) -> None:
    """Leave an issued invoice to whom it was issued: that is a book, too. One not written yet will not be."""
    requests = InvoiceRequest.objects.filter(order__user=user_id)
    requests.update(email="")
    for request in requests.exclude(state=InvoiceRequest.State.ISSUED):
        requests.filter(pk=request.pk).update(heading=masked(request.heading), state=InvoiceRequest.State.VOID)


def _read_cart(user_id: int) -> Iterator[Record]:
    for line in CartLine.objects.filter(user_id=user_id).select_related("sku__goods"):
        yield {"goods": line.sku.goods.name, "quantity": line.quantity}


def _erase_cart(user_id: int) -> None:
    """Answers that were kept for clients that ask again hold addresses, too; a day later they are gone anyway."""
    CartLine.objects.filter(user_id=user_id).delete()
    IdempotencyKey.objects.filter(user_id=user_id).delete()


def _read_benefits(user_id: int) -> Iterator[Record]:
    for membership in Membership.objects.filter(user_id=user_id).select_related("level"):
        yield {"member_level": membership.level.name, "since": membership.created_at}
    for grant in CouponGrant.objects.filter(user_id=user_id).select_related("coupon"):
        yield {"coupon": grant.coupon.name, "state": grant.state, "created_at": grant.created_at}
    for entry in PointsEntry.objects.filter(account__user_id=user_id).order_by("pk"):
        yield {"points": entry.delta, "reason": entry.reason, "note": entry.note, "created_at": entry.created_at}
    for purchase in GoodsPurchase.objects.filter(user_id=user_id).annotate(goods_name=F("goods__name")):
        yield {"goods": purchase.goods_name, "bought_within_its_limit": purchase.quantity}


def _erase_benefits(user_id: int) -> None:
    """End the membership. Points, coupons and counts hold nothing but numbers, and the doctor sums them."""
    Membership.objects.filter(user_id=user_id).delete()
    PointsEntry.objects.filter(account__user_id=user_id).update(note="")


hold(Holding(name="orders", models=(Order,), read=_read_orders, erase=_erase_orders))
hold(Holding(name="cart", models=(CartLine, IdempotencyKey), read=_read_cart, erase=_erase_cart))
hold(
    Holding(
        name="benefits",
        models=(Membership, CouponGrant, PointsAccount, GoodsPurchase),
        read=_read_benefits,
        erase=_erase_benefits,
    )
)
