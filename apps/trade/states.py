"""The states of orders and refunds, and the sets of them that mean something; services say which may follow which.

They stand below the models, so that querysets can name them, too.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderStatus(models.TextChoices):
    """The states of an order; `services.order_moves` moves between them."""

    PENDING_PAYMENT = "pending_payment", _("to be paid")
    PAID = "paid", _("paid")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REFUNDING = "refunding", _("being refunded")
    REFUNDED = "refunded", _("refunded")


# Ended before it was paid.
CLOSED: Final = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED})
# No money counts for the order; in all other states it has been paid.
UNPAID: Final = CLOSED | {OrderStatus.PENDING_PAYMENT}
# It can lose what it was paid for; `refunding` is where it waits for that.
REFUNDABLE: Final = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED})
# Somebody still waits for money or goods.
UNDER_WAY: Final = frozenset(
    {OrderStatus.PENDING_PAYMENT, OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.REFUNDING}
)


class RefundState(models.TextChoices):
    """The states of a refund; `services.refund_moves` moves between them."""

    REQUESTED = "requested", _("waiting for the shop's answer")
    APPROVED = "approved", _("waiting for the goods to be sent back")
    RETURNING = "returning", _("goods on their way back")
    ARRIVED = "arrived", _("goods have arrived")
    PROCESSING = "processing", _("money on its way back")
    SUCCEEDED = "succeeded", _("money is back")
    REFUSED = "refused", _("refused by the shop")
    WITHDRAWN = "withdrawn", _("withdrawn by the buyer")
    LAPSED = "lapsed", _("closed, the goods were not sent in time")
    FAILED = "failed", _("refused by the payment service")


# Staff may say yes.
AWAITS_ANSWER: Final = frozenset({RefundState.REQUESTED, RefundState.ARRIVED})
# Until the money is on its way, pictures may still convince somebody, and the state may end by itself.
UNDECIDED: Final = AWAITS_ANSWER | {RefundState.APPROVED, RefundState.RETURNING}
# The money may yet go back by itself.
IN_PROGRESS: Final = UNDECIDED | {RefundState.PROCESSING}
# Its buyer may be owed money: what a gateway refused is not paid back.
NOT_OVER: Final = IN_PROGRESS | {RefundState.FAILED}
# What the refund asks for is promised to it and to nobody else.
LIVE: Final = IN_PROGRESS | {RefundState.SUCCEEDED}
