"""History: xadmin's plugin over django-reversion 6."""

from typing import Any

from django.db import models
from django.utils.encoding import smart_str
from django.utils.translation import gettext as _
from reversion.revisions import is_active, set_comment
from xadmin.plugins import xversion
from xadmin.views import CreateAdminView, DeleteAdminView, UpdateAdminView
from xadmin.views.detail import DetailAdminUtil

from xadmin_compat.patching import Bench, repair


@repair
def history_pages(bench: Bench) -> None:
    """The history was never ported: xrange, Field.rel, get_query_set(); a version knows a foreign key by attname."""
    bench.put("xadmin.plugins.xversion:xrange", range)

    @bench.replace("xadmin.plugins.xversion:RevisionListView.get_version_object")
    def get_version_object(self: Any, version: Any) -> tuple[Any, Any]:
        shown = version._object_version.object
        shown._state.db = self.obj._state.db
        return shown, self.get_model_view(DetailAdminUtil, self.model, shown)

    @bench.replace("xadmin.plugins.xversion:RevisionView.get_form_helper")
    def get_form_helper(self: Any) -> Any:
        helper = super(xversion.RevisionView, self).get_form_helper()
        then = self.version.field_dict
        for field in self.opts.fields:
            now = field.value_from_object(self.org_obj)
            if field.name in self.form_obj.fields and (now or None) != (then.get(field.attname) or None):
                helper[field.name].wrap(xversion.DiffField, orgdata=self.detail.get_field_result(field.name).val)
        return helper

    @bench.replace("xadmin.plugins.xversion:BaseRevisionView.get_revision")
    def get_revision(self: Any) -> dict[str, Any]:
        data = dict(self.version.field_dict)
        data |= {f.name: data[f.attname] for f in self.opts.fields if f.is_relation and f.attname in data}
        return data

    @bench.replace("xadmin.plugins.xversion:InlineRevisionPlugin.get_related_versions")
    def get_related_versions(self: Any, obj: Any, version: Any, formset: Any) -> dict[str, Any]:
        key = formset.fk.attname if hasattr(formset, "fk") else formset.ct_fk_field.name
        return {
            related.object_id: related
            for related in version.revision.version_set.select_related("content_type")
            if related.content_type.model_class() is formset.model
            and smart_str(related.field_dict[key]) == smart_str(obj.pk)
        }


@repair
def registration_for_history(bench: Bench) -> None:
    """ForeignObjectRel.is_hidden() became .hidden in Django 5.1; generic inlines were looked up by Field.rel."""

    @bench.replace("xadmin.plugins.xversion:_register_model")
    def _register_model(admin: Any, model: Any) -> None:
        if xversion.is_registered(model):
            return
        if not hasattr(admin, "reversion_format"):
            admin.reversion_format = "json"
        followed = [_follow(admin, model, inline) for inline in getattr(admin, "inlines", ())]
        xversion._autoregister(admin, model, [name for name in followed if name])


def _follow(admin: Any, model: Any, inline: Any) -> str | None:
    """Register an inline's model, and return the name under which the model reaches its rows."""
    if getattr(inline, "generic_inline", False):
        xversion._autoregister(admin, inline.model)
        relations = (f for f in model._meta.private_fields if isinstance(f, xversion.GenericRelation))
        return next((f.name for f in relations if f.related_model is inline.model), None)
    name = getattr(inline, "fk_name", None) or next(
        f.name
        for f in inline.model._meta.fields
        if isinstance(f, models.ForeignKey) and issubclass(model, f.remote_field.model)
    )
    xversion._autoregister(admin, inline.model, follow=[name])
    relation = inline.model._meta.get_field(name).remote_field
    return None if relation.hidden else relation.get_accessor_name()


@repair
def comments_of_revisions(bench: Bench) -> None:
    """Revisions carried no comment: the plugin's hook for it is called by nobody."""
    old = bench.original("xadmin.plugins.xversion:ReversionPlugin.post")

    @bench.replace("xadmin.plugins.xversion:ReversionPlugin.post")
    def post(self: Any, __: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        def commented() -> Any:
            if is_active():
                set_comment(_comment(self.admin_view))
            return __()

        return old(self, commented, request, *args, **kwargs)


def _comment(view: Any) -> str:
    texts = (
        (CreateAdminView, _("Initial version.")),
        (UpdateAdminView, _("Change version.")),
        (xversion.RevisionView, _("Revert version.")),
        (xversion.RecoverView, _("Recover version.")),
        (DeleteAdminView, _("Deleted %(verbose_name)s.") % {"verbose_name": view.model._meta.verbose_name}),
    )
    return next((text for kind, text in texts if isinstance(view, kind)), "")
