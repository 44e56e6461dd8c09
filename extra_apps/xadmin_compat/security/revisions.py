"""History, reverting and recovering."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from reversion.models import Version
from reversion.revisions import is_registered

from xadmin_compat.patching import Bench, repair


@repair
def rights_on_revisions(bench: Bench) -> None:
    """The page that reverts an object asked for the right to view it; recovering took "change" for "add".

    A model whose admin keeps no history has no such pages.
    """
    for name, power in (("RevisionView", "change"), ("RecoverView", "add"), ("RevisionListView", "change")):
        _ask_first(bench, name, power)
    _ask_first(bench, "RecoverListView", "add")


def _ask_first(bench: Bench, view_name: str, power: str) -> None:
    target = f"xadmin.plugins.xversion:{view_name}.init_request"
    old = bench.original(target)

    def init_request(self: Any, *args: Any, **kwargs: Any) -> None:
        if not getattr(self, "reversion_enable", False):
            raise Http404
        if not getattr(self, f"has_{power}_permission")():
            raise PermissionDenied
        old(self, *args, **kwargs)
        _object_too(self, power)

    bench.put(target, init_request)


def _object_too(view: Any, power: str) -> None:
    """A right may be refused for the one object."""
    found = getattr(view, "org_obj", None)
    if power == "change" and found is not None and not view.has_change_permission(found):
        raise PermissionDenied


@repair
def versions_of_other_models(bench: Bench) -> None:
    """A version was looked up by its number alone, so any row's past could be read through any model's page."""
    recover = bench.original("xadmin.plugins.xversion:RecoverView.init_request")
    compare = bench.original("xadmin.plugins.xversion:RevisionListView.post")

    @bench.replace("xadmin.plugins.xversion:RecoverView.init_request")
    def init_request(self: Any, version_id: str) -> None:
        _of_this_model(self, pk=version_id)
        recover(self, version_id)

    @bench.replace("xadmin.plugins.xversion:RevisionListView.post")
    def post(self: Any, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        for name in ("version_a", "version_b"):
            if name in request.POST:
                _of_this_model(self, pk=request.POST[name], object_id=object_id)
        return compare(self, request, object_id, *args, **kwargs)


def _of_this_model(view: Any, **lookup: Any) -> None:
    if not is_registered(view.model):
        raise Http404
    try:
        get_object_or_404(Version.objects.get_for_model(view.model), **lookup)
    except ValueError as error:
        raise Http404 from error
