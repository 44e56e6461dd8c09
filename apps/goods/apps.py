from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodsConfig(AppConfig):
    """What is sold: categories, brands, goods, SKUs, their stock and its ledger."""

    name = "apps.goods"
    label = "goods"
    verbose_name = _("Goods")

    def ready(self) -> None:
        from apps.goods.services import invariants  # noqa: F401  registers what must be true
