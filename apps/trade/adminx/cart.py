"""Carts of users and guests, as they left them."""

from xadmin_compat.options import ReadOnly


class CartLineAdmin(ReadOnly):
    """What shoppers mean to buy; theirs to change, not ours."""

    model_icon = "fa fa-shopping-cart"
    list_display = ("user", "sku", "quantity", "added_price", "created_at", "updated_at")
    list_filter = ("updated_at", "quantity")
    search_fields = ("user__username", "user__mobile", "sku__code", "sku__goods__name")


class GuestCartAdmin(ReadOnly):
    """Carts of guests. Whoever knows the UUID has the cart, so it is shown to nobody."""

    model_icon = "fa fa-inbox"
    list_display = ("id", "created_at", "touched_at")
    list_filter = ("created_at", "touched_at")
    list_exclude = ("public_id",)
    exclude = ("public_id",)


class GuestCartLineAdmin(ReadOnly):
    """What guests mean to buy."""

    model_icon = "fa fa-inbox"
    list_display = ("cart", "sku", "quantity", "added_price", "created_at", "updated_at")
    list_filter = ("updated_at", "quantity")
    search_fields = ("sku__code", "sku__goods__name")
