"""Verify codes, as hashes that nobody sees, and how many were asked for; those of staff are superusers' to see."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from xadmin_compat.options import ReadOnly

from apps.users.models import UserProfile

STAFF = Q(is_staff=True) | Q(is_superuser=True)


class VerifyCodeAdmin(ReadOnly):
    """Whether a code was sent, tried and used; never the code."""

    model_icon = "fa fa-mobile"
    list_display = ("address", "purpose", "tries", "tries_elsewhere", "ip", "created_at", "expires_at", "used_at")
    list_filter = ("purpose", "tries", "created_at", "used_at")
    list_exclude = ("code_hash",)
    exclude = ("code_hash",)
    search_fields = ("=address", "ip")

    def queryset(self) -> Any:
        """Keep the codes of staff to superusers."""
        address = OuterRef("address")
        of_staff = UserProfile.objects.filter(STAFF).filter(Q(mobile=address) | Q(verified_email=address))
        rows = super().queryset()
        return rows if self.user.is_superuser else rows.exclude(Exists(of_staff))


class CodeAllowanceAdmin(ReadOnly):
    """How many codes a number or an address has had."""

    model_icon = "fa fa-clock-o"
    list_display = ("key", "used", "expires_at")
    list_filter = ("used", "expires_at")
    search_fields = ("key",)

    def queryset(self) -> Any:
        """Keep those of staff to superusers; whose it is stands in the key, between colons."""
        key = ExpressionWrapper(OuterRef("key"), output_field=CharField())
        of_staff = UserProfile.objects.filter(STAFF).annotate(key=key)
        named = _stands_in_key("mobile") | _stands_in_key("verified_email")
        rows = super().queryset()
        return rows if self.user.is_superuser else rows.exclude(Exists(of_staff.filter(named)))


def _stands_in_key(column: str) -> Q:
    # Without an address `Concat` makes "::", which stands in IPv6 ones.
    return Q(**{f"{column}__isnull": False}, key__contains=Concat(Value(":"), F(column), Value(":")))
