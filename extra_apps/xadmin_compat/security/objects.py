"""Which object an address may name."""

from typing import Any

from django.core.exceptions import ValidationError

from xadmin_compat.patching import Bench, repair


@repair
def objects_outside_the_queryset(bench: Bench) -> None:
    """An object was looked up in the whole table: what queryset() hides was one address away."""

    @bench.replace("xadmin.views.base:ModelAdminView.get_object")
    def get_object(self: Any, object_id: str) -> Any:
        try:
            return self.queryset().get(pk=self.opts.pk.to_python(object_id))
        except (self.model.DoesNotExist, ValidationError, ValueError, OverflowError):
            return None
