"""Roles, and what they may do: a row for each resource, with a box for each power."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin import display
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.sites import site
from xadmin_compat.options import ReadOnly, SuperusersOnly

from apps.common.permissions import EVERY_POWER, Power
from apps.users.models import Role, RoleGrant

WORDS = {
    Power.READ: _("read"),
    Power.WRITE: _("write"),
    Power.MODIFY: _("modify"),
    Power.DELETE: _("delete"),
}


class PowersField(forms.TypedMultipleChoiceField):
    """A mask, as one box for each power."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        choices = [(power.value, word) for power, word in WORDS.items()]
        super().__init__(choices=choices, coerce=int, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the powers of a stored mask; what was ticked stays ticked."""
        return [power.value for power in Power if power & value] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """Return the sum of what was ticked."""
        return sum(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {str(each) for each in self.prepare_value(initial or 0)} != set(data or ())


def resources() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return what powers can be given over, by app: what has pages here, but for what superusers keep to themselves."""
    models = [model for model, admin in site._registry.items() if not issubclass(admin, SuperusersOnly)]
    models.sort(key=lambda model: (model._meta.app_label, model._meta.model_name))
    return [
        (
            str(apps.get_app_config(app).verbose_name),
            [(model._meta.label_lower, model._meta.verbose_name) for model in of_app],
        )
        for app, of_app in groupby(models, key=lambda model: model._meta.app_label)
    ]


class GrantForm(forms.ModelForm):
    """One resource, and what may be done to it."""

    resource = forms.ChoiceField(label=_("resource"), choices=resources)
    mask = PowersField(label=_("powers"))

    class Meta:
        model = RoleGrant
        fields = ("resource", "mask")


class GrantsOfRole:
    """What a role may do, on the role's own page."""

    model = RoleGrant
    form = GrantForm
    style = "table"
    extra = 0

    def get_formset(self, **kwargs: Any) -> Any:
        return super().get_formset(**{"fields": GrantForm.Meta.fields, **kwargs})  # type: ignore[misc]  # xadmin mixes it in


class RoleAdmin(SuperusersOnly):
    """The jobs of the shop. Whoever gives rights could give them to themselves, so superusers do it alone."""

    model_icon = "fa fa-users"
    list_display = ("name", "level", "note", "holders")
    list_filter = ("level",)
    search_fields = ("name", "note")
    inlines = (GrantsOfRole,)
    log: Any
    new_obj: Role

    def queryset(self) -> Any:
        return super().queryset().prefetch_related("users")

    @display(description=_("held by"))
    def holders(self, role: Role) -> str:
        return ", ".join(sorted(user.username for user in role.users.all()))

    def save_related(self) -> None:
        """Keep in the log what the role could do and what it can do now: xadmin's own line is silent on inlines."""
        before = described(self.new_obj)
        super().save_related()
        after = described(self.new_obj)
        if before != after:
            self.log("change", f"{before} → {after}", self.new_obj)


def described(role: Role) -> str:
    """Return what a role may do in one line, such as `trade.order: read, modify`."""
    grants = role.grants.order_by("resource").values_list("resource", "mask")
    return "; ".join(f"{resource}: {', '.join(words_of(mask))}" for resource, mask in grants) or gettext("nothing")


def words_of(mask: int) -> Iterable[str]:
    """Return the powers of a mask, in words."""
    return [str(word) for power, word in WORDS.items() if power & mask & EVERY_POWER]


class RoleGrantAdmin(SuperusersOnly, ReadOnly):
    """All roles' powers in one list, to see who may touch a resource; they are given on the page of their role."""

    model_icon = "fa fa-key"
    list_display = ("role", "resource", "powers")
    list_filter = ("role",)
    search_fields = ("resource", "role__name")

    def queryset(self) -> Any:
        return super().queryset().select_related("role")

    @display(description=_("powers"))
    def powers(self, grant: RoleGrant) -> str:
        return ", ".join(words_of(grant.mask))
