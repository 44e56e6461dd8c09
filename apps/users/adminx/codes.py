"""Verify codes, as hashes that nobody sees, and how many were asked for."""

from xadmin_compat.options import ReadOnly


class VerifyCodeAdmin(ReadOnly):
    """Whether a code was sent, tried and used; never the code."""

    model_icon = "fa fa-mobile"
    list_display = ("address", "purpose", "tries", "tries_elsewhere", "ip", "created_at", "expires_at", "used_at")
    list_filter = ("purpose", "tries", "created_at", "used_at")
    list_exclude = ("code_hash",)
    exclude = ("code_hash",)
    search_fields = ("=address", "ip")


class CodeAllowanceAdmin(ReadOnly):
    """How many codes a number or an address has had."""

    model_icon = "fa fa-clock-o"
    list_display = ("key", "used", "expires_at")
    list_filter = ("used", "expires_at")
    search_fields = ("key",)
