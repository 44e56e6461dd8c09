"""Coupons, and who has them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import NeverDeleted, ReadOnly

from apps.trade.models import Coupon, CouponGrant
from apps.trade.services import coupons

PERIOD = ("starts_at", "ends_at")


class Receiver(forms.Form):
    """Who gets it."""

    name = forms.CharField(label=_("user name, mobile or e-mail"), max_length=150)


class GrantCoupon(ServiceAction):
    """Gives a coupon to a buyer, within its limits."""

    action_name = "grant_coupon"
    description = _("Give to a buyer")
    icon = "fa fa-gift"
    right = "trade.add_coupongrant"
    form = Receiver

    def act(self, row: Coupon, **answers: Any) -> None:
        coupons.grant_coupon(coupon=row, **answers)


class VoidGrant(ServiceAction):
    """Takes an unused coupon back."""

    action_name = "void_grant"
    description = _("Take back")
    icon = "fa fa-ban"
    right = "trade.change_coupongrant"

    @classmethod
    def fits(cls, row: CouponGrant) -> bool:
        return row.state == CouponGrant.State.UNUSED

    def act(self, row: CouponGrant, **answers: Any) -> None:
        coupons.void_grant(grant=row)


class CouponForm(forms.ModelForm):
    """A coupon. What is empty does not limit it."""

    class Meta:
        model = Coupon
        fields = (
            "name", "kind", "value", "cap", "minimum", "category", "goods", "total_limit", "user_limit",
            *PERIOD, "code",
        )  # fmt: skip


class CouponAdmin(NeverDeleted):
    """What can be claimed; a coupon ends by its period."""

    model_icon = "fa fa-ticket"
    form = CouponForm
    form_layout = CouponForm.Meta.fields
    list_display = ("name", "kind", "value", "minimum", "category", "claimed_count", "total_limit", *PERIOD, "code")
    list_filter = ("kind", *PERIOD)
    search_fields = ("name", "code")
    actions = (GrantCoupon,)
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("category", "goods")


class CouponGrantAdmin(ReadOnly):
    """Coupons in the hands of buyers."""

    model_icon = "fa fa-ticket"
    list_display = ("public_id", "coupon", "user", "state", "order", "used_at", "created_at")
    list_filter = ("state", "coupon", "created_at")
    search_fields = ("user__username", "user__mobile", "coupon__name", "order__number")
    actions = (VoidGrant,)

    def queryset(self) -> Any:
        return super().queryset().select_related("coupon", "user", "order")
