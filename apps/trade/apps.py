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
        from apps.trade.events import OrderMoved, RefundDue, RefundReported
        from apps.trade.services import attempts, guest_carts, refund_execution, refunds
        from apps.users.events import UserSignedIn

        subscribe(OrderMoved, attempts.hurry_questions)
        subscribe(RefundDue, refunds.refund_late_payment)
        subscribe(RefundReported, refund_execution.hear_of_refund)
        subscribe(UserSignedIn, guest_carts.merge_at_sign_in)
