"""What cart, orders, payments and refunds refuse."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict, InvalidInput, ShopError


class EmptyCart(InvalidInput):
    """There is nothing to order."""

    type = "empty_cart"
    title = _("The cart is empty")

    def __init__(self) -> None:
        super().__init__(fields={"non_field_errors": [self.title]})


class CartChanged(Conflict):
    """Another request ordered or changed the cart at the same moment; this one wrote nothing."""

    type = "cart_changed"
    title = _("The cart has changed, please look at it again")


class CartFull(Conflict):
    """The cart has as many different lines as it takes."""

    type = "cart_full"
    title = _("The cart is full")


class NotInCart(ShopError):
    """The goods is not in the user's cart."""

    type = "not_found"
    status = 404
    title = _("This is not in the cart")


class NoGuestCart(ShopError):
    """No guest's cart has this UUID; it was never given out, or the cart was forgotten."""

    type = "not_found"
    status = 404
    title = _("There is no such cart")


class OrderTooLarge(Conflict):
    """The sum of the order is more than the shop can account for."""

    type = "order_too_large"
    title = _("The sum of this order is too large")


class IllegalMove(Conflict):
    """The order is in a state from which it cannot go where it was sent; `state` names that state."""

    type = "illegal_move"
    title = _("The order's state does not allow this")

    def __init__(self, detail: Any = None, *, state: str) -> None:
        super().__init__(detail, state=state)


class NotPayable(Conflict):
    """The order is paid, over, or its time to pay is; `state` names its state."""

    type = "order_not_payable"
    title = _("This order cannot be paid (any more)")


class TooManyAttempts(Conflict):
    """The order was tried to be paid in more ways than anybody needs."""

    type = "too_many_payment_attempts"
    title = _("Too many ways to pay this order were opened")


class IllegalRefundMove(IllegalMove):
    """The refund is in a state from which it cannot go where it was sent; `state` names that state."""

    type = "illegal_refund_move"
    title = _("The refund's state does not allow this")


class NotRefundable(Conflict):
    """What is asked back was never paid, is promised to another refund already, or its time is over."""

    type = "not_refundable"
    title = _("This cannot be refunded (any more)")


class InvoiceIssued(Conflict):
    """The order's invoice is written, or void; `state` says which."""

    type = "invoice_issued"
    title = _("This invoice cannot be changed any more")


class NothingToShip(Conflict):
    """No pieces, or not the shop's to send: they have left already, go back as money, or belong to another order."""

    type = "nothing_to_ship"
    title = _("These pieces have been shipped or refunded already")


class ParcelKnown(Conflict):
    """The order has a parcel of this carrier under this number already."""

    type = "parcel_known"
    title = _("This order has a parcel under this number already")


class KeyReused(ShopError):
    """An idempotency key came again with another request than the first."""

    type = "idempotency_key_reused"
    status = 422
    title = _("This idempotency key belongs to another request")


class InFlight(Conflict):
    """A request with this idempotency key is under way; its answer is there in a moment."""

    type = "in_flight"
    title = _("This very request is being worked on, please wait a moment")

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class NotificationRefused(Exception):
    """A payment notification is not believed or does not fit; nothing is written, and it may be sent again."""


class OtherAmount(NotificationRefused):
    """Another amount was paid than was asked for; where money came, staff have it on their list."""


class CouponNotApplicable(Conflict):
    """The order does not hold enough of what the coupon is for; `minimum` and `amount` say how much, in yuan."""

    type = "coupon_not_applicable"
    title = _("The coupon does not fit this order")

    def __init__(self, *, minimum: Decimal, amount: Decimal) -> None:
        words = _("This coupon takes goods for at least ¥%(minimum)s; there are ¥%(amount)s.")
        super().__init__(words % {"minimum": minimum, "amount": amount}, minimum=str(minimum), amount=str(amount))


class CouponNotUsable(Conflict):
    """The coupon is used, taken back, or its time is over or still to come."""

    type = "coupon_not_usable"
    title = _("This coupon cannot be used")


class NoSuchCoupon(ShopError):
    """There is no coupon of this id that everybody may claim."""

    type = "not_found"
    status = 404
    title = _("There is no such coupon")


class CouponGone(Conflict):
    """Nothing is left of the coupon, its time is over, or the buyer has had as many as each may have."""

    type = "coupon_gone"
    title = _("This coupon cannot be claimed any more")


class NotEnoughPoints(Conflict):
    """The buyer has fewer points than the order should take; `available` says how many."""

    type = "not_enough_points"
    title = _("Not enough points")

    def __init__(self, *, available: int) -> None:
        words = _("There are only %(available)s points.")
        super().__init__(words % {"available": available}, available=available)


class PurchaseLimitReached(Conflict):
    """The buyer would have more pieces of a goods than each may buy; `available` says how many are still possible."""

    type = "purchase_limit_reached"
    title = _("The purchase limit is reached")

    def __init__(self, *, goods_id: int, name: str, available: int) -> None:
        words = _("Only %(available)s more of “%(name)s” can be bought.")
        super().__init__(words % {"available": available, "name": name}, goods=goods_id, available=available)


class QuoteChanged(Conflict):
    """Price or stock are not as the quote says; `difference` lists old and new, and nothing was written."""

    type = "quote_changed"
    title = _("Price or stock have changed, please look again")


class ToDoSettled(Conflict):
    """Staff have settled this, or it has come right by itself; `state` says which."""

    type = "to_do_settled"
    title = _("This is settled already")

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class OddPaymentRemains(Conflict):
    """The gateway was asked, and says nothing by which the payment could be recorded."""

    type = "odd_payment_remains"
    title = _("The payment service knows no such payment now: look into it")


class DiscrepancyRemains(Conflict):
    """The gateway was asked, and its answer leaves the difference as it is."""

    type = "discrepancy_remains"
    title = _("The payment service's answer changes nothing: look into it")
