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
        from apps.trade.services import giving_back

        subscribe(OrderMoved, giving_back.reward_finished_order)
        subscribe(LinesRefunded, giving_back.settle_refunded_lines)
