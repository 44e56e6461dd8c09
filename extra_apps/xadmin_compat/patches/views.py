"""Views, menus and what they call."""

from types import SimpleNamespace
from typing import Any

from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.views.i18n import JavaScriptCatalog

from xadmin_compat.patching import Bench, repair


@repair
def columns_of_related_rows(bench: Bench) -> None:
    """A column such as `category__name` asked Options for get_all_field_names(), gone in Django 1.10."""

    @bench.replace("xadmin.util:is_rel_field")
    def is_rel_field(name: Any, model: Any) -> bool:
        if not isinstance(name, str) or "__" not in name:
            return False
        return name.split("__")[0] in {field.name for field in model._meta.get_fields()}


@repair
def order_by_any_column(bench: Bench) -> None:
    """Ordering died at a column that is no attribute of the model, such as `category__name` or a wrong name."""

    @bench.replace("xadmin.views.list:ListAdminView.get_ordering_field")
    def get_ordering_field(self: Any, field_name: Any) -> str | None:
        try:
            return self.opts.get_field(field_name).name
        except FieldDoesNotExist:
            column = getattr(self, field_name, None) or getattr(self.model, field_name, None)
            return getattr(column, "admin_order_field", None)


@repair
def catalogue_of_translations(bench: Bench) -> None:
    """The log-in page loads the JavaScript translations, and got the HTML of the log-in page in their place.

    The catalogue left out xadmin's own texts, too: the buttons of the pop-ups were English.
    """
    catalogue = JavaScriptCatalog.as_view(packages=["django.contrib.admin", "xadmin"])

    @bench.replace("xadmin.sites:AdminSite.i18n_javascript")
    def i18n_javascript(self: Any, request: Any) -> Any:
        return catalogue(request)

    i18n_javascript.need_site_permission = False


@repair
def menu_made_anew(bench: Bench) -> None:
    """With DEBUG off the menu was kept in the session: a right given or taken showed only after the next log-in.

    The module asks its settings for nothing else than DEBUG once it is loaded.
    """
    bench.put("xadmin.views.base:settings", SimpleNamespace(DEBUG=True))


@repair
def list_after_saving(bench: Bench) -> None:
    """Saving led to the whole list, not to the search one came from: sessions are JSON, which knows no tuples."""
    old = bench.original("xadmin.views.edit:UpdateAdminView.post_response")

    @bench.replace("xadmin.views.edit:UpdateAdminView.post_response")
    def post_response(self: Any) -> Any:
        if kept := self.request.session.get("LIST_QUERY"):
            self.request.session["LIST_QUERY"] = (tuple(kept[0]), kept[1])
        return old(self)


@repair
def rights_that_an_admin_removes(bench: Bench) -> None:
    """Menus and "+" buttons led to pages that an admin's remove_permissions forbids to everybody."""
    old = bench.original("xadmin.views.base:BaseAdminObject.has_model_perm")

    @bench.replace("xadmin.views.base:BaseAdminObject.has_model_perm")
    def has_model_perm(self: Any, model: Any, name: str, user: Any = None) -> bool:
        admin = self.admin_site._registry.get(model)
        return name not in getattr(admin, "remove_permissions", ()) and old(self, model, name, user)


@repair
def steps_out_of_turn(bench: Bench) -> None:
    """A form in several steps that got something else than one of its steps was a 500."""
    old = bench.original("xadmin.plugins.wizard:WizardFormPlugin.prepare_form")

    @bench.replace("xadmin.plugins.wizard:WizardFormPlugin.prepare_form")
    def prepare_form(self: Any, __: Any) -> Any:
        try:
            return old(self, __)
        except (ValidationError, ValueError) as error:
            raise SuspiciousOperation("not a step of this form") from error
