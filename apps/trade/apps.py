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
        from apps.trade.services import guest_carts
        from apps.users.events import UserSignedIn

        subscribe(UserSignedIn, guest_carts.merge_at_sign_in)
