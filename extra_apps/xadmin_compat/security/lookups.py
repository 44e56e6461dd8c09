"""Which rows may be asked for by `_rel_`; `patches/filters.py` checks `_p_`."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.db.models.constants import LOOKUP_SEP

from xadmin_compat.patching import Bench, repair


@repair
def rows_of_a_relation(bench: Bench) -> None:
    """`?_rel_user__password__startswith=` was an oracle: any lookup was applied. Only "the row itself" is left."""
    old = bench.original("xadmin.plugins.relate:RelateObject.__init__")

    @bench.replace("xadmin.plugins.relate:RelateObject.__init__")
    def init(self: Any, admin_view: Any, lookup: str, value: str) -> None:
        name, *rest = lookup.split(LOOKUP_SEP)
        try:
            field = admin_view.opts.get_field(name)
        except FieldDoesNotExist as error:
            raise SuspiciousOperation("no such relation") from error
        target = field.related_model and (
            field.target_field if hasattr(field, "target_field") else field.related_model._meta.pk
        )
        if not target or rest not in ([target.name], [target.name, "exact"]):
            raise SuspiciousOperation("related lookup not allowed")
        try:
            target.to_python(value)
        except ValidationError as error:
            raise SuspiciousOperation("not a key of the related row") from error
        old(self, admin_view, lookup, value)
