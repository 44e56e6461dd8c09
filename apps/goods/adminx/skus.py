"""SKUs: what is bought. Their price and their stock are written by services, which keep a record of it."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _
from xadmin.views import BaseAdminPlugin
from xadmin_compat.options import AtLeastOneRow, NeverDeleted

from apps.goods.adminx.adjustments import MAX_PIECES, AdjustStock
from apps.goods.adminx.fields import CatalogueFields, PriceField, SpecificationsField
from apps.goods.adminx.sale import SkusOffSale, SkusOnSale
from apps.goods.models import Sku
from apps.goods.services import pricing, stock

MAX_GRAMS = 10_000_000
# Of a SKU on sale that has fewer, more should be bought.
FEW_PIECES = 10


class SkuForm(forms.ModelForm):
    """`price` and `stock` are declared here, and so are no columns that the form itself would write."""

    specifications = SpecificationsField(
        label=_("specifications"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One name and value a line, such as “Colour: red”."),
    )
    price = PriceField(label=_("price"))
    stock = forms.IntegerField(
        label=_("stock"),
        min_value=0,
        max_value=MAX_PIECES,
        required=False,
        initial=0,
        help_text=_("Typed once, for a new SKU; afterwards “adjust stock” in the list of SKUs changes it."),
    )
    weight = forms.IntegerField(label=_("weight in grams"), min_value=0, max_value=MAX_GRAMS, required=False, initial=0)

    field_order = ("goods", "code", "specifications", "price", "stock", "weight", "is_on_sale", "image", "image_url")

    class Meta:
        model = Sku
        fields = ("goods", "code", "specifications", "weight", "is_on_sale", "image", "image_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial.update(price=self.instance.price, stock=self.instance.stock)
            if "stock" in self.fields:
                self.fields["stock"].disabled = True

    def clean_weight(self) -> int:
        return self.cleaned_data["weight"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance._state.adding:
            self.instance.price = cleaned.get("price")
        return cleaned


def book(form: forms.ModelForm, *, is_new: bool, actor_id: int) -> None:
    """Let the services write what the form of a saved SKU says of its stock and its price."""
    sku, answers = form.instance, form.cleaned_data
    if is_new:
        stock.open_stock(sku=sku, pieces=answers.get("stock") or 0, actor_id=actor_id)
    elif "price" in answers:
        pricing.set_price(sku=sku, price=answers["price"], actor_id=actor_id)


class SkuFormSet(BaseInlineFormSet):
    """The SKUs of one goods."""

    view: Any

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Sku:  # noqa: FBT001, FBT002  Django's signature
        sku: Sku = super().save_new(form, commit)
        book(form, is_new=True, actor_id=self.view.user.pk)
        return sku

    def save_existing(self, form: forms.ModelForm, obj: Sku, commit: bool = True) -> Sku:  # noqa: FBT001, FBT002  likewise
        sku: Sku = super().save_existing(form, obj, commit)
        book(form, is_new=False, actor_id=self.view.user.pk)
        return sku

    def save(self, commit: bool = True) -> list[Sku]:  # noqa: FBT001, FBT002  likewise
        saved: list[Sku] = super().save(commit)
        pricing.refresh_lowest_prices(goods_ids=[self.instance.pk])
        return saved


class SkusOfGoods(AtLeastOneRow, CatalogueFields, NeverDeleted):
    """The SKUs on the page of their goods."""

    model = Sku
    form = SkuForm
    formset = SkuFormSet


class SpecificationText(BaseAdminPlugin):
    """Shows specifications on detail pages as the shop shows them, not as they are stored."""

    def get_field_result(self, result: Any, field_name: str) -> Any:
        if field_name == "specifications" and isinstance(result.obj, Sku):
            result.text = result.obj.specification_text
        return result


class SkuAdmin(CatalogueFields, NeverDeleted):
    """All SKUs, to be found by what is printed on them."""

    model_icon = "fa fa-barcode"
    form = SkuForm
    form_layout = SkuForm.field_order
    list_display = ("picture", "code", "goods", "specification", "price", "stock", "is_on_sale", "updated_at")
    list_display_links = ("code",)
    list_filter = ("is_on_sale", "stock", "price", "goods", "updated_at")
    search_fields = ("code", "goods__name", "goods__number")
    list_bookmarks = [{"title": _("Low stock"), "query": {"stock__lt": FEW_PIECES, "is_on_sale__exact": 1}}]
    actions = (AdjustStock, SkusOnSale, SkusOffSale)
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("goods").prefetch_related("goods__images")

    def picture_address(self, row: Sku) -> str:
        return row.shown_picture_url

    @display(description=_("specifications"))
    def specification(self, sku: Sku) -> str:
        return sku.specification_text

    def get_readonly_fields(self) -> tuple[str, ...]:
        """Leave a SKU with the goods it was made for: its orders and its ledger name it."""
        return ("goods",) if getattr(self, "org_obj", None) else ()

    def save_models(self) -> None:
        super().save_models()
        book(self.form_obj, is_new=self.org_obj is None, actor_id=self.user.pk)
        pricing.refresh_lowest_prices(goods_ids=[self.new_obj.goods_id])
