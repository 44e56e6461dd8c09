"""Which columns a list may show, and which fields never leave."""

from typing import Any

from django.utils.text import capfirst
from xadmin.views.list import COL_LIST_VAR, FakeMethodField

from xadmin_compat.patching import Bench, repair
from xadmin_compat.rules import SECRET_FIELDS


def offered(view: Any) -> set[str]:
    """Return the names of the columns that a list offers: its own, its methods', and the model's plain fields."""
    fields = {f.name for f in view.opts.fields} - set(view.list_exclude) - SECRET_FIELDS
    own = {name for name in type(view).list_display if isinstance(name, str)}
    return fields | own | {"__str__", "pk"} | {field.name for field in view.get_model_method_fields()}


@repair
def columns_named_in_the_address(bench: Bench) -> None:
    """`?_cols=delete` called delete() on every row listed, by a GET, for who may only view; `_cols=password` showed it.

    The list's columns come from the address, and xadmin looked any name up on the row and called what it found.
    """

    @bench.replace("xadmin.views.list:ListAdminView.get_list_display")
    def get_list_display(self: Any) -> list[str]:
        wanted = [name for name in self.request.GET.get(COL_LIST_VAR, "").split(".") if name]
        self.base_list_display = _allowed(self, wanted) or self.list_display
        return list(self.base_list_display)

    @bench.replace("xadmin.plugins.ajax:AjaxListPlugin.get_list_display")
    def get_ajax_list_display(self: Any, list_display: Any) -> Any:
        wanted = [name for name in self.request.GET.get("_fields", "").split(",") if name.strip()]
        return _allowed(self.admin_view, wanted) or list_display


def _allowed(view: Any, wanted: list[str]) -> list[str]:
    if not wanted:
        return []
    names = offered(view)
    return [name for name in wanted if name in names]


@repair
def columns_offered_for_choice(bench: Bench) -> None:
    """To find the methods that are columns, xadmin evaluated every property of the view, whatever it did."""

    @bench.replace("xadmin.views.list:ListAdminView.get_model_method_fields")
    def get_model_method_fields(self: Any) -> list[Any]:
        methods = ((name, getattr(type(self), name, None)) for name in dir(type(self)))
        return [
            FakeMethodField(name, getattr(method, "short_description", capfirst(name.replace("_", " "))))
            for name, method in methods
            if getattr(method, "is_column", False)
        ]


@repair
def order_by_a_secret(bench: Bench) -> None:
    """`?o=password` sorted the list by the hashes, and so told about them."""
    old = bench.original("xadmin.views.list:ListAdminView.get_ordering_field")

    @bench.replace("xadmin.views.list:ListAdminView.get_ordering_field")
    def get_ordering_field(self: Any, field_name: Any) -> str | None:
        name = old(self, field_name)
        return None if name in SECRET_FIELDS else name
