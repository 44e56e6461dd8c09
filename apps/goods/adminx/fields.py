"""Fields of the forms: prices, specifications, places in the tree, addresses of pictures."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from xadmin.widgets import AdminSelectWidget
from xadmin_compat.pictures import PictureColumn

from apps.common.exceptions import InvalidInput
from apps.goods.models import Category
from apps.goods.services.pricing import check_price

MAX_SPECIFICATIONS = 20
MAX_NAME = 60
MAX_VALUE = 200

# The shop's own files, or another host's by http(s); nothing that a browser would run.
picture_address = RegexValidator(
    r"^(https?://|/(?!/))\S+$", _("Enter an address that starts with http://, https:// or /.")
)


class PriceField(forms.DecimalField):
    """A price that the shop can ask."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2, **kwargs})

    def clean(self, value: Any) -> Decimal | None:
        """Return the price with two places."""
        price = super().clean(value)
        try:
            return None if price is None else check_price(price)
        except InvalidInput as refusal:
            raise ValidationError(list(refusal.fields["price"])) from refusal


class SpecificationsField(forms.Field):
    """Specifications as people write them, one `颜色: 红` a line; stored as a list of names and values."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return the lines of a stored list; what was typed is shown as it was typed."""
        if isinstance(value, list):
            return "\n".join(f"{entry['name']}: {entry['value']}" for entry in value)
        return value

    def to_python(self, value: Any) -> list[dict[str, str]]:
        """Return the list; raises ValidationError for lines that say no name or no value, or too much."""
        lines = [line for line in str(value or "").splitlines() if line.strip()]
        if len(lines) > MAX_SPECIFICATIONS:
            raise ValidationError(_("At most %(most)s specifications."), params={"most": MAX_SPECIFICATIONS})
        entries = [self._entry(line) for line in lines]
        if len({entry["name"] for entry in entries}) < len(entries):
            raise ValidationError(_("A name stands here twice."))
        return entries

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the lines say, not how they say it."""
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True

    def _entry(self, line: str) -> dict[str, str]:
        name, value = (part.strip() for part in [*re.split("[:：]", line, maxsplit=1), ""][:2])
        if not name or not value:
            raise ValidationError(_("Write one name and value a line, such as “Colour: red”."))
        if len(name) > MAX_NAME or len(value) > MAX_VALUE:
            raise ValidationError(_("“%(line)s” is too long."), params={"line": line})
        return {"name": name, "value": value}


class CategoryField(forms.ModelChoiceField):
    """A choice of the tree that names each category after all that stand above it."""

    def label_from_instance(self, obj: Category) -> str:
        """Return the names from the top down."""
        above = (self._names.get(int(key), "") for key in obj.path.strip("/").split("/")[:-1])
        return " / ".join([*filter(None, above), obj.name])

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(Category.objects.values_list("pk", "name"))


class CatalogueFields(PictureColumn):
    """Options that give the columns of the catalogue their own kinds of field, and show a picture in the list."""

    def get_field_attrs(self, db_field: Any, **kwargs: Any) -> dict[str, Any]:
        """Return how a column is asked for."""
        attrs: dict[str, Any] = dict(super().get_field_attrs(db_field, **kwargs))
        if db_field.name in ("image_url", "icon_url"):
            attrs["validators"] = [picture_address]
        elif db_field.name == "market_price":
            attrs["form_class"] = PriceField
        elif db_field.related_model is Category:
            tree = Category.objects.order_by("path")
            attrs |= {"form_class": CategoryField, "queryset": tree, "widget": AdminSelectWidget}
        return attrs
