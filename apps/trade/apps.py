from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradeConfig(AppConfig):
    """The trade itself: cart, orders, payments."""

    name = "apps.trade"
    label = "trade"
    verbose_name = _("Trade")

    def ready(self) -> None:
        from apps.common.events import subscribe
        from apps.trade import tasks  # noqa: F401  registers tasks and sweeps
        from apps.trade.events import LinesRefunded, OrderMoved
        from apps.trade.services import fulfilment, invoices, order_notices

        subscribe(OrderMoved, order_notices.tell_of_move)
        subscribe(OrderMoved, invoices.void_with_order)
        subscribe(LinesRefunded, fulfilment.close_what_was_refunded)
