"""Pictures in forms and lists. What is uploaded here is treated like what visitors upload: decoded and written anew."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from xadmin.views import BaseAdminPlugin

from apps.common.exceptions import InvalidInput
from apps.common.images import clean_image


class PictureInput(forms.ClearableFileInput):
    """Shows the picture that is there, and offers to take away one that may be missing."""

    template_name = "xadmin_compat/picture_input.html"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/gif,image/webp", **(attrs or {})})


class PictureField(forms.FileField):
    """Takes a JPEG, PNG, GIF or WebP by its content, whatever its name says.

    Not Django's ImageField, which hands the file to every decoder that Pillow has.
    """

    widget = PictureInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        cleaned = super().clean(data, initial)
        if not isinstance(cleaned, UploadedFile):
            return cleaned
        try:
            return clean_image(cleaned, field="picture")
        except InvalidInput as refusal:
            raise ValidationError(list(refusal.fields["picture"])) from refusal


class PicturePlugin(BaseAdminPlugin):
    """Gives every picture of every model that field, in forms, inlines and lists alike."""

    def get_field_attrs(self, attrs: dict[str, Any], db_field: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(db_field, models.ImageField):
            return {**attrs, "form_class": PictureField, "widget": PictureInput}
        return attrs

    get_field_attrs.priority = 0  # xadmin's own picture plugin has 10; the lowest has the last word


class PictureColumn:
    """Options of a model whose list shows a picture of each row, as the column `picture`."""

    def picture_address(self, row: Any) -> str:
        return str(row.picture_url)

    @display(description=_("picture"))
    def picture(self, row: Any) -> str:
        return picture_cell(self.picture_address(row))

    picture.allow_export = False


def picture_cell(address: str) -> str:
    """Return a small picture for a list; an outside host that keeps it is not told who looks."""
    if not address:
        return ""
    return format_html(
        '<img class="picture-cell" src="{}" alt="" loading="lazy" referrerpolicy="no-referrer">', address
    )
