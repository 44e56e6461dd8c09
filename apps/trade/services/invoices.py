"""Invoices: what buyers ask for, what staff issue, and what a refund makes void."""

import re
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import Conflict, InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.trade.events import OrderMoved
from apps.trade.exceptions import IllegalMove, InvoiceIssued
from apps.trade.models import InvoiceRequest, Order, OrderStatus
from apps.trade.services.order_moves import lock_order

TAX_NUMBER: Final = re.compile(r"[0-9A-Z]{15,20}")
# GB 32100: the characters of a unified social credit code, in the order of their values. I, O, S, V and Z are left out.
SYMBOLS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_LENGTH: Final = 18
# Of an order in these states nothing is left to be invoiced.
WITHOUT_INVOICE = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REFUNDING, OrderStatus.REFUNDED})


@atomic_with_retry
def request_invoice(*, order: Order, kind: str, heading: str, tax_number: str, email: str) -> InvoiceRequest:
    """Ask for an invoice of an order, or correct what was asked for, as long as none is issued.

    Raises IllegalMove for an order that is closed or goes back, InvoiceIssued once there is an invoice, InvalidInput
    for a company without a right tax number and for a person with one.
    """
    _check(kind, tax_number)
    # Two requests at once would both find none, and a refund would slip by.
    order = lock_order(order.pk)
    if order.status in WITHOUT_INVOICE:
        raise IllegalMove(state=order.status)
    request = InvoiceRequest.objects.filter(order=order).first() or InvoiceRequest(order=order)
    _refuse_issued(request)
    request.kind, request.heading, request.tax_number, request.email = kind, heading, tax_number, email
    request.save()
    return request


@atomic_with_retry
def withdraw_request(*, order: Order) -> None:
    """Forget what was asked for. Raises InvoiceIssued once there is an invoice; without a request nothing happens."""
    order = lock_order(order.pk)
    request = InvoiceRequest.objects.filter(order=order).first()
    if request:
        _refuse_issued(request)
        request.delete()


@atomic_with_retry
def mark_issued(*, request: InvoiceRequest, invoice_number: str) -> None:
    """Note the number of the invoice that staff wrote.

    Raises Conflict for a request that is issued or void, and for an order that is not paid (yet).
    """
    order = lock_order(request.order_id)
    if order.status == OrderStatus.PENDING_PAYMENT or order.status in WITHOUT_INVOICE:
        raise IllegalMove(state=order.status)
    asked_for = InvoiceRequest.objects.filter(pk=request.pk, state=InvoiceRequest.State.REQUESTED)
    now = timezone.now()
    changes = {"state": InvoiceRequest.State.ISSUED, "invoice_number": invoice_number, "issued_at": now}
    if not asked_for.update(**changes, updated_at=now):
        raise Conflict(_("Only a request that waits for its invoice can be marked as issued."))


def void_with_order(event: OrderMoved) -> None:
    """Make the invoice of an order void of which nothing is left to be paid (subscribed to the event)."""
    if event.after in (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REFUNDED):
        InvoiceRequest.objects.filter(order=event.order_id).update(
            state=InvoiceRequest.State.VOID, updated_at=timezone.now()
        )


def is_tax_number(text: str) -> bool:
    """Tell whether a company can have this tax number: 15 to 20 characters, the last of 18 checking the others."""
    if not TAX_NUMBER.fullmatch(text):
        return False
    return len(text) != CREDIT_CODE_LENGTH or _check_symbol(text[:-1]) == text[-1]


def _check_symbol(body: str) -> str:
    """Return the last character of a credit code (GB 32100): values weighted by powers of three, modulo 31."""
    if any(symbol not in SYMBOLS for symbol in body):
        return ""
    weighted = sum(SYMBOLS.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(body))
    return SYMBOLS[-weighted % 31]


def _check(kind: str, tax_number: str) -> None:
    if kind == InvoiceRequest.Kind.COMPANY and not is_tax_number(tax_number):
        raise InvalidInput(fields={"tax_number": [_("This is not the tax number of a company.")]})
    if kind == InvoiceRequest.Kind.PERSONAL and tax_number:
        raise InvalidInput(fields={"tax_number": [_("An invoice to a person has no tax number.")]})


def _refuse_issued(request: InvoiceRequest) -> None:
    if request.state != InvoiceRequest.State.REQUESTED:
        raise InvoiceIssued(state=request.state)
