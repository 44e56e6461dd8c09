"""Deleting, one by one and by the list's action."""

from typing import Any

from django.contrib.admin.utils import NestedObjects, quote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import router
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import force_str
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xadmin.plugins import actions
from xadmin.util import unquote
from xadmin.views.base import ModelAdminView

from xadmin_compat.patching import Bench, repair


@repair
def rights_of_the_first_deleter(bench: Bench) -> None:
    """The first delete page of the process hung its *bound* has_delete_permission on every admin class: after a
    superuser's visit, everybody might delete everything. Django 5's get_deleted_objects() asks for more besides.

    What would go along is collected here, and the rights are those of the one who asks.
    """

    @bench.replace("xadmin.views.delete:DeleteAdminView.__init__")
    def init(self: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        ModelAdminView.__init__(self, request, *args, **kwargs)

    bench.drop("xadmin.plugins.actions:BaseActionView.__init__")

    @bench.replace("xadmin.views.delete:DeleteAdminView.init_request")
    def init_request(self: Any, object_id: str, *args: Any, **kwargs: Any) -> None:
        self.obj = self.get_object(unquote(object_id))
        if not self.has_delete_permission(self.obj):
            raise PermissionDenied
        if self.obj is None:
            raise Http404
        self.deleted_objects, self.perms_needed, self.protected = collect(self, [self.obj])

    @bench.replace("xadmin.plugins.actions:DeleteSelectedAction.do_action")
    def do_action(self: Any, queryset: Any) -> Any:
        if not self.has_delete_permission():
            raise PermissionDenied
        going, lacking, protected = collect(self, queryset)
        if not self.request.POST.get("post") or protected:
            return _confirmation(self, queryset, going, lacking, protected)
        if lacking:
            raise PermissionDenied
        self.delete_models(queryset)
        return None


def collect(view: Any, objects: Any) -> tuple[list[Any], set[str], list[Any]]:
    """Return what would be deleted along (nested, to be shown), the rights that lack, and what stands in the way."""
    collector = NestedObjects(using=router.db_for_write(view.model), origin=objects)
    collector.collect(objects)
    lacking = {str(model._meta.verbose_name) for model in _models(collector) if not _may_delete(view, model)}
    nested = collector.nested(lambda row: _line(view, row))
    return nested, lacking, [_line(view, row) for row in collector.protected]


def _models(collector: NestedObjects) -> set[type]:
    return set(collector.model_objs) | {queryset.model for queryset in collector.fast_deletes}


def _may_delete(view: Any, model: Any) -> bool:
    """Rows of a model that is not registered go with their owner, as in Django's own admin."""
    if model not in view.admin_site._registry:
        return True
    return view.user.has_perm(f"{model._meta.app_label}.{get_permission_codename('delete', model._meta)}")


def _line(view: Any, row: Any) -> str:
    options = row._meta
    label = capfirst(options.verbose_name)
    try:
        name = f"{view.admin_site.app_name}:{options.app_label}_{options.model_name}_change"
        return format_html('{}: <a href="{}">{}</a>', label, reverse(name, args=(quote(row.pk),)), row)
    except NoReverseMatch:
        return f"{label}: {row}"


def _confirmation(view: Any, queryset: Any, going: Any, lacking: Any, protected: Any) -> TemplateResponse:
    name = force_str(view.opts.verbose_name if len(queryset) == 1 else view.opts.verbose_name_plural)
    context = view.get_context() | {
        "title": _("Cannot delete %(name)s") % {"name": name} if lacking or protected else _("Are you sure?"),
        "objects_name": name,
        "deletable_objects": [going],
        "queryset": queryset,
        "perms_lacking": lacking,
        "protected": protected,
        "opts": view.opts,
        "app_label": view.app_label,
        "action_checkbox_name": actions.ACTION_CHECKBOX_NAME,
    }
    template = view.delete_selected_confirmation_template or view.get_template_list(
        "views/model_delete_selected_confirm.html"
    )
    return TemplateResponse(view.request, template, context)
