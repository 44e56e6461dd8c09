"""What the home page shows beside the goods."""

from typing import Any

from xadmin_compat.pictures import PictureColumn

from apps.goods.adminx.fields import CatalogueFields
from apps.goods.models import Banner, Category, IndexAd


class BannerAdmin(PictureColumn):
    """The wide pictures on top."""

    model_icon = "fa fa-film"
    list_display = ("picture", "goods", "position", "is_shown", "created_at")
    list_display_links = ("picture",)
    list_editable = ("position", "is_shown")
    list_filter = ("is_shown", "goods")
    search_fields = ("goods__name",)

    def picture_address(self, row: Banner) -> str:
        return row.image.url if row.image else ""


class HotWordAdmin:
    """The words offered under the search box; the highest position comes first."""

    model_icon = "fa fa-search"
    list_display = ("word", "position", "is_shown", "created_at")
    list_editable = ("word", "position", "is_shown")
    list_filter = ("is_shown",)
    search_fields = ("word",)


class IndexAdAdmin(CatalogueFields):
    """The goods that stands large in a section; sections are the top categories."""

    model_icon = "fa fa-star"
    list_display = ("category", "picture", "goods", "created_at")
    list_filter = ("category", "goods")
    search_fields = ("category__name", "goods__name")

    def queryset(self) -> Any:
        return super().queryset().select_related("category", "goods").prefetch_related("goods__images")

    def picture_address(self, row: IndexAd) -> str:
        return row.goods.cover_url

    def get_field_attrs(self, db_field: Any, **kwargs: Any) -> dict[str, Any]:
        attrs: dict[str, Any] = super().get_field_attrs(db_field, **kwargs)
        if db_field.related_model is Category:
            attrs["queryset"] = Category.objects.tops()
        return attrs
