"""Where a saved form leads."""

from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme

from xadmin_compat.patching import Bench, repair


@repair
def redirect_after_saving(bench: Bench) -> None:
    """`_redirect` of a posted form was followed to any host."""
    old = bench.original("xadmin.views.edit:ModelFormAdminView.__init__")

    @bench.replace("xadmin.views.edit:ModelFormAdminView.__init__")
    def init(self: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        if not _stays_here(request, request.POST.get("_redirect", "/")):
            request.POST = request.POST.copy()
            del request.POST["_redirect"]
        old(self, request, *args, **kwargs)


@repair
def redirect_of_plain_forms(bench: Bench) -> None:
    """Forms without a model followed `_redirect` of the address likewise."""
    old = bench.original("xadmin.views.form:FormAdminView.post_response")

    @bench.replace("xadmin.views.form:FormAdminView.post_response")
    def post_response(self: Any) -> Any:
        target = old(self)
        return target if _stays_here(self.request, target) else self.get_redirect_url()


def _stays_here(request: Any, target: str) -> bool:
    return url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
