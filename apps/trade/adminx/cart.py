"""Carts, as their owners left them."""

from xadmin.sites import site
from xadmin_compat.options import ReadOnly

from apps.trade.models import CartLine


class CartLineAdmin(ReadOnly):
    """What shoppers mean to buy; theirs to change, not ours."""

    model_icon = "fa fa-shopping-cart"
    list_display = ("user", "sku", "quantity", "created_at", "updated_at")
    list_filter = ("updated_at", "quantity")
    search_fields = ("user__username", "user__mobile", "sku__code", "sku__goods__name")


site.register(CartLine, CartLineAdmin)
