"""Form widgets."""

import inspect
import sys
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from xadmin.plugins import relfield

from xadmin_compat.patching import Bench, repair


@repair
def widgets_take_a_renderer(bench: Bench) -> None:
    """Since Django 2.1 render() is called with `renderer`; half of xadmin's widgets do not take it."""
    for cls in _widget_classes():
        old = vars(cls).get("render")
        if old is not None and not _takes_renderer(old):
            bench.put(f"{cls.__module__}:{cls.__qualname__}.render", _with_renderer(old))


def _widget_classes() -> Iterator[type]:
    seen = set()
    for name, module in sorted(sys.modules.items()):
        if name.startswith("xadmin."):
            for cls in vars(module).values():
                if inspect.isclass(cls) and issubclass(cls, forms.Widget) and cls.__module__.startswith("xadmin."):
                    seen.add(cls)
    yield from sorted(seen, key=lambda cls: f"{cls.__module__}.{cls.__qualname__}")


def _takes_renderer(render: Any) -> bool:
    parameters = inspect.signature(render).parameters
    return "renderer" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _with_renderer(old: Any) -> Any:
    def render(self: Any, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        return old(self, name, value, {} if attrs is None else attrs)

    return render


@repair
def dropdown_of_many(bench: Bench) -> None:
    """The m2m drop-down handed its choices on in the place of Django's renderer."""

    @bench.replace("xadmin.plugins.multiselect:SelectMultipleDropdown.render")
    def render(self: Any, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        attrs = {**(attrs or {}), "class": "selectmultiple selectdropdown"}
        return forms.SelectMultiple.render(self, name, value, attrs, renderer)


@repair
def search_box_for_foreign_keys(bench: Bench) -> None:
    """The fk-ajax and fk-select boxes read `rel.to`, gone in Django 2.0, and misread build_attrs()."""

    @bench.replace("xadmin.plugins.relfield:ForeignKeySearchWidget.build_attrs")
    def build_attrs(self: Any, base_attrs: Any = None, extra_attrs: Any = None, **kwargs: Any) -> dict[str, Any]:
        options = self.rel.model._meta
        limits = self.rel.limit_choices_to
        attrs = {
            **(base_attrs or {}),
            "data-search-url": self.admin_view.get_admin_url(f"{options.app_label}_{options.model_name}_changelist"),
            "data-placeholder": _("Search %s") % options.verbose_name,
            "data-choices": "?" + "".join(f"&_p_{k}={v}" for k, v in limits.items())
            if isinstance(limits, dict)
            else "?",
        }
        attrs["class"] = f"{attrs.get('class', '')} select-search".strip()
        return forms.Widget.build_attrs(self, attrs, extra_attrs)

    @bench.replace("xadmin.plugins.relfield:ForeignKeySelectWidget.build_attrs")
    def build_select_attrs(self: Any, base_attrs: Any = None, extra_attrs: Any = None, **kwargs: Any) -> dict[str, Any]:
        attrs = build_attrs(self, base_attrs, extra_attrs)
        attrs["class"] += " select-preload"
        attrs["data-placeholder"] = _("Select %s") % self.rel.model._meta.verbose_name
        return attrs

    @bench.replace("xadmin.plugins.relfield:ForeignKeySearchWidget.label_for_value")
    def label_for_value(self: Any, value: Any) -> str:
        try:
            found = self.rel.model._default_manager.filter(**{self.rel.get_related_field().name: value}).first()
        except (TypeError, ValueError):
            return ""
        return Truncator(found).words(14) if found else ""

    @bench.replace("xadmin.plugins.relfield:ForeignKeySearchWidget.render")
    def render(self: Any, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        # `choices` is set by ModelChoiceField and not used: the box asks the server.
        shown = self.build_attrs({**self.attrs, **(attrs or {})}, {"name": name})
        option = (
            format_html('<option selected value="{}">{}</option>', value, self.label_for_value(value)) if value else ""
        )
        return format_html("<select{}>{}</select>", flatatt(shown), option)

    @bench.replace("xadmin.plugins.relfield:RelateFieldPlugin.get_field_style")
    def get_field_style(self: Any, attrs: Any, db_field: Any, style: str, **kwargs: Any) -> Any:
        if style not in BOXES or not isinstance(db_field, models.ForeignKey):
            return attrs
        target = db_field.remote_field.model
        if target not in self.admin_view.admin_site._registry or not self.has_model_perm(target, "view"):
            return attrs
        box = BOXES[style](db_field.remote_field, self.admin_view, using=kwargs.get("using"))
        return {**(attrs or {}), "widget": box}


BOXES = {"fk-ajax": relfield.ForeignKeySearchWidget, "fk-select": relfield.ForeignKeySelectWidget}


@repair
def style_of_the_related_admin(bench: Bench) -> None:
    """An admin's relfield_style was looked up through `field.rel`, gone in Django 2.0, and so never found."""
    old = bench.original("xadmin.views.edit:ModelFormAdminView.get_field_attrs")

    @bench.replace("xadmin.views.edit:ModelFormAdminView.get_field_attrs")
    def get_field_attrs(self: Any, db_field: Any, **kwargs: Any) -> dict[str, Any]:
        if db_field.name not in self.style_fields and isinstance(db_field, models.ForeignKey):
            related = self.admin_site._registry.get(db_field.remote_field.model)
            style = getattr(related, "relfield_style", None)
            attrs = self.get_field_style(db_field, style, **kwargs) if style else None
            if attrs:
                return attrs
        return old(self, db_field, **kwargs)
