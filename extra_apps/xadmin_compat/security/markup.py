"""Text of users and of requests that was put into pages as HTML."""

import re
from typing import Any
from urllib.parse import urlencode

from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeData, mark_safe

from xadmin_compat.patching import Bench, repair

# xadmin's message about an object that was added, with a link to it.
LINK = re.compile(r"(.*?)<a class='alert-link' href='([^']*)'>(.*)</a>(.*)", re.DOTALL)


@repair
def hidden_inputs(bench: Bench) -> None:
    """Names and values of the address went raw into the hidden inputs of each list: reflected scripts."""

    @bench.replace("xadmin.views.base:BaseAdminObject.get_form_params")
    def get_form_params(self: Any, new_params: Any = None, remove: Any = None) -> str:
        kept = {k: v for k, v in self.request.GET.items() if not k.startswith(tuple(remove or ()))}
        params = {k: v for k, v in {**kept, **(new_params or {})}.items() if v}
        return format_html_join("", '<input type="hidden" name="{}" value="{}"/>', params.items())


@repair
def messages_to_the_user(bench: Bench) -> None:
    """Messages hold the names of objects and are printed as HTML: stored scripts. Only xadmin's own link stays."""
    old = bench.original("xadmin.views.base:BaseAdminObject.message_user")

    @bench.replace("xadmin.views.base:BaseAdminObject.message_user")
    def message_user(self: Any, message: Any, level: str = "info") -> None:
        old(self, message if isinstance(message, SafeData) else _escaped(str(message)), level)


def _escaped(message: str) -> str:
    parts = LINK.fullmatch(message)
    if parts is None:
        return mark_safe(escape(message))  # noqa: S308  escaped on this very line
    return format_html("{}<a class='alert-link' href='{}'>{}</a>{}", *parts.groups())


@repair
def name_of_the_related_object(bench: Bench) -> None:
    """A list narrowed to an object prints its name as HTML, and the address's own parameter after it."""

    @bench.replace("xadmin.plugins.relate:RelateObject.get_brand_name")
    def get_brand_name(self: Any) -> str:
        one = len(self.to_objs) == 1
        return format_html(
            "<span class='rel-brand'>{} <i class='fa fa-caret-right'></i></span> {}",
            self.to_objs[0] if one else self.to_model._meta.verbose_name,
            self.opts.verbose_name_plural,
        )

    @bench.replace("xadmin.plugins.relate:BaseRelateDisplayPlugin._get_input")
    def _get_input(self: Any) -> str:
        return format_html('<input type="hidden" name="{}" value="{}" />', *self._get_relate_params())

    @bench.replace("xadmin.plugins.relate:BaseRelateDisplayPlugin._get_url")
    def _get_url(self: Any, url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}{urlencode([self._get_relate_params()])}"


@repair
def names_in_tooltips(bench: Bench) -> None:
    """`title="%s" % str(obj)` let a name close the attribute; the text is a % format afterwards, too.

    Both modules use `str` for nothing else that is shown, so it is theirs that is replaced.
    """
    for module in ("xadmin.views.list", "xadmin.plugins.details"):
        bench.put(f"{module}:str", _QuotedText)


class _QuotedText(str):
    """Stands for `str`: makes a text that neither ends an attribute nor holds a % of its own."""

    __slots__ = ()

    def __new__(cls, value: object = "") -> "_QuotedText":
        return super().__new__(cls, escape(value).replace("%", "%%"))


@repair
def read_only_cells_of_inlines(bench: Bench) -> None:
    """Read-only fields of an inline were printed as HTML."""
    old = bench.original("xadmin.plugins.inline:InlineModelAdmin.instance_form")

    @bench.replace("xadmin.plugins.inline:InlineModelAdmin.instance_form")
    def instance_form(self: Any, **kwargs: Any) -> Any:
        formset = old(self, **kwargs)
        for form in formset:
            for cell in getattr(form, "readonly_fields", ()):
                cell["contents"] = conditional_escape(cell["contents"])
        return formset
