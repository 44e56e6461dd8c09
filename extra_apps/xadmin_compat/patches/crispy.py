"""crispy-forms 2."""

import functools
import inspect
import sys
from collections.abc import Iterator
from typing import Any

from crispy_forms.layout import Field, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.template import loader

from xadmin_compat.patching import Bench, repair


@repair
def pointers_unpack(bench: Bench) -> None:
    """get_field_names() returns Pointer objects; xadmin unpacks and indexes the lists [positions, name] of crispy 1."""
    bench.put("crispy_forms.layout:Pointer.__getitem__", lambda self, index: (self.positions, self.name)[index])
    bench.put("crispy_forms.layout:Pointer.__iter__", lambda self: iter((self.positions, self.name)))


@repair
def layouts_without_form_style(bench: Bench) -> None:
    """crispy 2 calls render(form, context); every layout class of xadmin still wants a form_style in between."""

    def render_without_style(field: Any, form: Any, form_style: str, context: Any, **kwargs: Any) -> str:
        return render_field(field, form, context, **kwargs)

    bench.put("xadmin.layout:render_field", render_without_style)
    bench.put("xadmin.plugins.xversion:render_field", render_without_style)
    for cls in _layout_classes():
        old = vars(cls).get("render")
        if old is not None and "form_style" in inspect.signature(old).parameters:
            bench.put(f"{cls.__module__}:{cls.__qualname__}.render", _with_style(old))


def _layout_classes() -> Iterator[type]:
    seen = set()
    for name, module in sorted(sys.modules.items()):
        if name.startswith("xadmin."):
            for cls in vars(module).values():
                if inspect.isclass(cls) and issubclass(cls, LayoutObject) and cls.__module__.startswith("xadmin."):
                    seen.add(cls)
    yield from sorted(seen, key=lambda cls: f"{cls.__module__}.{cls.__qualname__}")


def _with_style(old: Any) -> Any:
    @functools.wraps(old)
    def render(self: Any, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return old(self, form, "default", context, template_pack=template_pack, **kwargs)

    return render


@repair
def delete_box_of_inlines(bench: Bench) -> None:
    """The inlines' delete box handed form_style on to crispy's own Field, which no longer takes it."""

    @bench.replace("xadmin.plugins.inline:DeleteField.render")
    def render(self: Any, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        if not form.instance.pk:
            return ""
        self.attrs["type"] = "hidden"
        return Field.render(self, form, context, template_pack=template_pack, **kwargs)


@repair
def differences_in_inlines(bench: Bench) -> None:
    """Likewise the field that shows an inline's difference; and it took every row for one that existed before."""
    known = bench.original("xadmin.plugins.xversion:InlineDiffField.render")

    @bench.replace("xadmin.plugins.xversion:InlineDiffField.render")
    def render(self: Any, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        if not form.instance.pk or not hasattr(form, "detail"):
            return Field.render(self, form, context, template_pack=template_pack)
        return known(self, form, context, template_pack=template_pack, **kwargs)


@repair
def fields_of_the_detail_page(bench: Bench) -> None:
    """The detail page called super().render() with one argument too many, only to drop the answer."""

    @bench.replace("xadmin.views.detail:ShowField.render")
    def render(
        self: Any,
        form: Any,
        context: Any,
        template_pack: Any = TEMPLATE_PACK,
        extra_context: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> str:
        attrs = self.attrs or {}
        shown = {
            **(extra_context or {}),
            "wrapper_class": getattr(self, "wrapper_class", None),
            "input_class": attrs.get("detail-class", attrs.get("class")),
        }
        return "".join(
            loader.render_to_string(
                self.template, {**shown, "result": result, "field": form[name] if name in form.fields else name}
            )
            for name, result in self.results
        )
