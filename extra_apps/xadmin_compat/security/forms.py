"""Which fields and rows a form may write."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms.formsets import all_valid

from xadmin_compat.patching import Bench, repair

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


@repair
def fields_of_the_patch_view(bench: Bench) -> None:
    """`<pk>/patch/` wrote any field of the model, whatever list_editable, readonly_fields and exclude said."""
    get = bench.original("xadmin.plugins.editable:EditPatchView.get")
    post = bench.original("xadmin.plugins.editable:EditPatchView.post")

    @bench.replace("xadmin.plugins.editable:EditPatchView.get")
    def patched_get(self: Any, request: Any, object_id: str) -> Any:
        names = [name for name in request.GET.get("fields", "").split(",") if name in _editable(self)]
        if not names:
            raise PermissionDenied
        request.GET = request.GET.copy()
        request.GET["fields"] = ",".join(names)
        return get(self, request, object_id)

    @bench.replace("xadmin.plugins.editable:EditPatchView.post")
    def patched_post(self: Any, request: Any, object_id: str) -> Any:
        # A date with time is sent in two parts, `when_0` and `when_1`.
        names = {key for key in request.POST if key.removesuffix("_0").removesuffix("_1") in _editable(self)}
        if not names:
            raise PermissionDenied
        request.POST = request.POST.copy()
        for key in set(request.POST) - names - {TOKEN}:
            del request.POST[key]
        response = post(self, request, object_id)
        if response.status_code == 200 and '"success"' in response.content.decode():
            self.log("change", ", ".join(sorted(names)), self.org_obj)
        return response


def _editable(view: Any) -> set[str]:
    return set(getattr(view, "list_editable", ())) - set(view.get_readonly_fields()) - set(view.exclude or ())


@repair
def fields_of_the_quick_form(bench: Bench) -> None:
    """`?_ajax=1&_field=is_superuser` made a form of any fields of the model, and its POST wrote them.

    The pages ask for a few fields only to fetch a box anew; what is posted is the whole form, whose rules may need
    each of its fields.
    """

    @bench.replace("xadmin.plugins.quickform:QuickFormPlugin.get_model_form")
    def get_model_form(self: Any, __: Any, **kwargs: Any) -> Any:
        form = __()
        wanted = _quick_fields(self)
        for name in set(form.base_fields) - set(wanted) if wanted else ():
            del form.base_fields[name]
        return form

    @bench.replace("xadmin.plugins.quickform:QuickFormPlugin.get_form_layout")
    def get_form_layout(self: Any, __: Any) -> Any:
        from xadmin.layout import Layout

        wanted = _quick_fields(self)
        return Layout(*[name for name in wanted if name in self.admin_view.form_obj.fields]) if wanted else __()


def _quick_fields(plugin: Any) -> list[str]:
    fetches = plugin.request.method == "GET" and "_field" in plugin.request.GET
    return plugin.request.GET["_field"].split(",") if fetches else []


@repair
def rights_on_inlines(bench: Bench) -> None:
    """Inlines asked for no right when they saved: rows could be added and changed by who may only see them.

    Who might add rows but not change any could not even add them to a new object.

    What one may only see is shown without inputs; posted data is now ignored for it. It used to be bound, found
    without its management form, and kept such a user from saving anything. An inline's remove_permissions count.
    """
    for power in ("add", "change", "delete"):
        _respect_removed(bench, power)
    detail = bench.original("xadmin.plugins.inline:InlineFormsetPlugin._get_detail_formset_instance")

    @bench.replace("xadmin.plugins.inline:InlineFormsetPlugin.instance_forms")
    def instance_forms(self: Any, ret: Any) -> None:
        self.formsets = [
            inline.instance_form() if _may_write(self, inline) else self._get_detail_formset_instance(inline)
            for inline in self.inline_instances
        ]
        self.admin_view.formsets = self.formsets

    @bench.replace("xadmin.plugins.inline:InlineFormsetPlugin._get_detail_formset_instance")
    def _get_detail_formset_instance(self: Any, inline: Any) -> Any:
        inline.request_method = "get"
        return detail(self, inline)

    @bench.replace("xadmin.plugins.inline:InlineFormsetPlugin.valid_forms")
    def valid_forms(self: Any, result: bool) -> bool:  # noqa: FBT001  called by xadmin
        return all_valid(_written(self)) and result

    @bench.replace("xadmin.plugins.inline:InlineFormsetPlugin.save_related")
    def save_related(self: Any) -> None:
        for formset in _written(self):
            formset.instance = self.admin_view.new_obj
            if not formset.view.has_add_permission():
                _add_nothing(formset)
            formset.save()


def _may_write(plugin: Any, inline: Any) -> bool:
    """Rows of a new object are all added; on the page of one that exists, there may be some to change."""
    is_new = plugin.admin_view.org_obj is None
    return bool(inline.has_change_permission() or (is_new and inline.has_add_permission()))


def _respect_removed(bench: Bench, power: str) -> None:
    target = f"xadmin.plugins.inline:InlineModelAdmin.has_{power}_permission"
    old = bench.original(target)
    bench.put(target, lambda self, *args: power not in self.remove_permissions and old(self))


def _written(plugin: Any) -> list[Any]:
    return [formset for formset in plugin.formsets if not getattr(formset, "detail_page", False)]


def _add_nothing(formset: Any) -> None:
    formset.new_objects = []
    formset.save_new_objects = lambda commit=True: []
