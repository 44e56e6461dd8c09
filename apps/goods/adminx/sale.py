"""The actions that put goods and SKUs on sale, and take them off."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction

from apps.goods.services.sale import set_goods_on_sale, set_skus_on_sale


class GoodsOnSale(ServiceAction):
    """Shows the goods to visitors; at once, for it is as easily taken back."""

    action_name = "put_on_sale"
    description = _("Put on sale")
    icon = "fa fa-arrow-up"
    right = "goods.change_goods"
    on_sale = True
    asks = False
    max_rows = 1000

    def act_on_all(self, rows: list[Any], answers: dict[str, Any]) -> None:
        """Switch all rows by one call."""
        changed = self.switch([row.pk for row in rows])
        for row in rows:
            self.log("change", self.label, row)
        self.say_done(changed)

    def switch(self, keys: list[int]) -> int:
        """Call the service; return how many rows changed."""
        return set_goods_on_sale(goods_ids=keys, on_sale=self.on_sale)


class GoodsOffSale(GoodsOnSale):
    """Hides the goods from visitors."""

    action_name = "take_off_sale"
    description = _("Take off sale")
    icon = "fa fa-arrow-down"
    on_sale = False


class SkusOnSale(GoodsOnSale):
    """Lets the SKUs be bought."""

    right = "goods.change_sku"

    def switch(self, keys: list[int]) -> int:
        return set_skus_on_sale(sku_ids=keys, on_sale=self.on_sale)


class SkusOffSale(SkusOnSale):
    """Lets the SKUs not be bought."""

    action_name = "take_off_sale"
    description = _("Take off sale")
    icon = "fa fa-arrow-down"
    on_sale = False
