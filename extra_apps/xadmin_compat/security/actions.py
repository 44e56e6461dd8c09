"""Which actions of a list may be asked for."""

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from xadmin.plugins.actions import ACTION_CHECKBOX_NAME, ActionPlugin

from xadmin_compat.patching import Bench, repair


@repair
def actions_not_offered(bench: Bench) -> None:
    """An action that the account has no right to was answered with the list itself, as if all were well.

    A chosen row that is no key of the model was a 500.
    """
    old = bench.original("xadmin.views.list:ListAdminView.post")

    @bench.replace("xadmin.views.list:ListAdminView.post")
    def post(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        action = request.POST.get("action")
        if action and not any(action in p.actions for p in self.plugins if isinstance(p, ActionPlugin)):
            raise PermissionDenied
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)
        except ValidationError as error:
            raise SuspiciousOperation("not a key of a row") from error
        return old(self, request, *args, **kwargs)
