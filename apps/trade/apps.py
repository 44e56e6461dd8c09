from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradeConfig(AppConfig):
    """The trade itself: cart, orders, payments, refunds."""

    name = "apps.trade"
    label = "trade"
    verbose_name = _("Trade")

    def ready(self) -> None:
        from apps.common.events import subscribe
        from apps.trade import tasks  # noqa: F401  registers tasks and sweeps
        from apps.trade.events import LinesRefunded, OrderMoved, OrderRepriced, RefundDue, RefundMoved, RefundReported
        from apps.trade.services import (  # the invariants register themselves, and so does what is kept of users
            attempts,
            fulfilment,
            giving_back,
            guest_carts,
            history_invariants,  # noqa: F401
            invoices,
            offer_invariants,  # noqa: F401
            order_invariants,  # noqa: F401
            order_notices,
            parcel_invariants,  # noqa: F401
            payment_invariants,  # noqa: F401
            personal_data,  # noqa: F401
            points_invariants,  # noqa: F401
            price_invariants,  # noqa: F401
            promise_invariants,  # noqa: F401
            questions,
            refund_execution,
            refund_invariants,  # noqa: F401
            refund_notices,
            refunds,
        )
        from apps.users.events import UserSignedIn

        subscribe(UserSignedIn, guest_carts.merge_at_sign_in)
        subscribe(OrderMoved, questions.hurry_questions)
        subscribe(OrderMoved, order_notices.tell_of_move)
        subscribe(OrderMoved, invoices.void_with_order)
        subscribe(OrderMoved, fulfilment.close_what_came_back)
        subscribe(RefundDue, refunds.refund_late_payment)
        subscribe(RefundMoved, refund_notices.tell_of_refund)
        subscribe(RefundReported, refund_execution.hear_of_refund)
        subscribe(OrderMoved, giving_back.reward_finished_order)
        subscribe(LinesRefunded, giving_back.give_back_for_refund)
        subscribe(LinesRefunded, fulfilment.close_what_was_refunded)
        subscribe(OrderRepriced, attempts.reopen)
        subscribe(OrderRepriced, order_notices.tell_of_price)
