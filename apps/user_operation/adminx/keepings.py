"""What shoppers keep for themselves: looked at, never touched; goods count their favourites."""

from xadmin.layout import Fieldset
from xadmin.sites import site
from xadmin_compat.options import ReadOnly

from apps.user_operation.models import Address, Favourite


class FavouriteAdmin(ReadOnly):
    """Who keeps which goods in view."""

    model_icon = "fa fa-heart"
    list_display = ("user", "goods", "created_at")
    list_filter = ("created_at",)
    search_fields = ("user__username", "user__mobile", "goods__name")


class AddressAdmin(ReadOnly):
    """Where shoppers have parcels sent; orders hold copies."""

    model_icon = "fa fa-map-marker"
    list_display = ("recipient_name", "recipient_mobile", "province", "city", "district", "address", "user")
    list_filter = ("province", "city", "created_at")
    search_fields = ("recipient_name", "recipient_mobile", "address", "user__username", "user__mobile")
    detail_layout = (
        Fieldset("", "user", "recipient_name", "recipient_mobile", css_class="unsort no_title"),
        Fieldset("", "province", "city", "district", "address", "region", "created_at", css_class="unsort no_title"),
    )
    detail_show_all = False


site.register(Favourite, FavouriteAdmin)
site.register(Address, AddressAdmin)
