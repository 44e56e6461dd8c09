"""Goods, with their SKUs, pictures and attributes on one page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin import display
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from xadmin.filters import RelatedFieldListFilter
from xadmin.layout import Col, Fieldset, Main, Side
from xadmin.plugins.inline import Inline
from xadmin_compat.options import NeverDeleted

from apps.goods.adminx.fields import CatalogueFields
from apps.goods.adminx.sale import GoodsOffSale, GoodsOnSale
from apps.goods.adminx.skus import SkusOfGoods
from apps.goods.models import Category, Goods, GoodsAttribute, GoodsImage, Sku
from apps.goods.services.catalogue import check_has_sku
from apps.goods.services.details import clean_html

COUNTED = ("price", "sold_count", "favourite_count", "view_count")


class GoodsForm(forms.ModelForm):
    """A goods; its details are sanitised."""

    def clean_detail_html(self) -> str:
        return clean_html(self.cleaned_data["detail_html"])


class PictureForm(forms.ModelForm):
    """A picture: a file, or an outside address."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("image") or cleaned.get("image_url")):
            raise ValidationError(_("Choose a picture, or enter its address."))
        return cleaned


class PicturesOfGoods(CatalogueFields):
    """The pictures; the first by position is the big one."""

    model = GoodsImage
    form = PictureForm
    style = "table"
    extra = 0


class AttributesOfGoods:
    """What the details page lists."""

    model = GoodsAttribute
    style = "table"
    extra = 0


class SubtreeFilter(RelatedFieldListFilter):
    """Narrows to goods of a category or of anything below it, as visitors see them."""

    @staticmethod
    def _names() -> Sequence[tuple[int, str]]:
        rows = Category.objects.order_by("path").values_list("pk", "level", "name")
        return [(key, f"{'　' * (level - 1)}{name}") for key, level, name in rows]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookup_choices = self._names()

    def do_filte(self, queryset: Any) -> Any:
        """Return the narrowed rows; the misspelt name is xadmin's."""
        if self.lookup_exact_val:
            return queryset.filter(category__path__contains=f"/{int(self.lookup_exact_val)}/")
        return super().do_filte(queryset)


class GoodsAdmin(CatalogueFields, NeverDeleted):
    """The catalogue. What was ever offered stays, and is taken off sale."""

    model_icon = "fa fa-gift"
    form = GoodsForm
    list_display = (
        "picture", "name", "category", "brand", "price", "stock_sum", "sold_count", "is_on_sale", "is_new", "is_hot",
        "created_at",
    )  # fmt: skip
    list_display_links = ("name",)
    list_editable = ("is_new", "is_hot")
    list_exclude = ("detail_html",)
    list_filter = ("is_on_sale", "is_new", "is_hot", ("category", SubtreeFilter), "brand", "price", "created_at")
    search_fields = ("name", "number", "brief", "keywords", "skus__code")
    actions = (GoodsOnSale, GoodsOffSale)
    inlines = (SkusOfGoods, PicturesOfGoods, AttributesOfGoods)
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        stock = Sku.objects.filter(goods=OuterRef("pk")).order_by().values("goods").annotate(sum=Sum("stock"))
        goods = super().queryset().annotate(stock_in_all=Coalesce(Subquery(stock.values("sum")), 0))
        return goods.select_related("category", "brand").prefetch_related("images")

    def get_list_queryset(self) -> Any:
        return super().get_list_queryset().defer("detail_html")

    def picture_address(self, row: Goods) -> str:
        return row.cover_url

    @display(description=_("stock"), ordering="stock_in_all")
    def stock_sum(self, goods: Any) -> int:
        return int(goods.stock_in_all)

    def get_readonly_fields(self) -> tuple[str, ...]:
        return COUNTED if getattr(self, "org_obj", None) else ()

    def get_form_layout(self) -> Any:
        """Set the shop's switches apart, and what is counted from what is typed."""
        self.form_layout = (
            Main(
                Fieldset(
                    _("Goods"), "name", "category", "brand", "number", "brief", "keywords", "unit", "market_price"
                ),
                Fieldset(_("details"), "detail_html"),
            ),
            Side(
                Fieldset(_("Display"), "is_on_sale", "is_new", "is_hot", "position"),
                Fieldset(_("Buying"), "ships_free", "freight_template", "purchase_limit"),
                *([Fieldset(_("Figures"), *COUNTED)] if self.get_readonly_fields() else []),
            ),
            Col("parts", *(Inline(part.model) for part in self.inlines), span=12),
        )
        return super().get_form_layout()

    def has_add_permission(self) -> bool:
        """Let a goods be added with its first SKU, or not at all."""
        return bool(super().has_add_permission() and self.has_model_perm(Sku, "add"))

    def save_related(self) -> None:
        super().save_related()
        check_has_sku(goods=self.new_obj)


class GoodsImageAdmin(CatalogueFields):
    """All pictures of all goods."""

    model_icon = "fa fa-picture-o"
    form = PictureForm
    list_display = ("picture", "goods", "position", "created_at")
    list_display_links = ("picture",)
    list_filter = ("goods", "created_at")
    search_fields = ("goods__name",)


class GoodsAttributeAdmin:
    """All facts about all goods."""

    model_icon = "fa fa-tags"
    list_display = ("goods", "name", "value", "position")
    list_display_links = ("name",)
    list_filter = ("goods", "name")
    search_fields = ("goods__name", "name", "value")
