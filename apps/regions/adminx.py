"""The provinces, cities and districts that the loader brought."""

from xadmin.sites import site
from xadmin_compat.options import ReadOnly

from apps.regions.models import Region


class RegionAdmin(ReadOnly):
    """The standard's list; it comes from a file and is looked things up in."""

    model_icon = "fa fa-globe"
    list_display = ("code", "name", "kind", "parent")
    list_filter = ("kind",)
    search_fields = ("name", "^code")


site.register(Region, RegionAdmin)
