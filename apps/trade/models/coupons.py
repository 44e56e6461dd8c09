"""Coupons that can be claimed, and those that buyers hold."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO
from apps.trade.models.orders import Order
from apps.trade.models.scopes import ONE_SCOPE, Scoped, check_period
from apps.trade.querysets import CouponGrantQuerySet, CouponQuerySet


class Coupon(Scoped):
    """An offer: so much off an order, for whoever claims it between `starts_at` and `ends_at` and uses it by then.

    `value` is yuan, or the per cent that are taken off, at most `cap` yuan. It needs goods of its scope for at
    least `minimum` yuan. Of `total_limit` (None: any number) `claimed_count` are gone, each buyer may have
    `user_limit`. One with a `code` is listed nowhere: whoever knows the code gets it.
    """

    class Kind(models.TextChoices):
        """How `value` is meant."""

        FIXED = "fixed", _("yuan off")
        PERCENTAGE = "percentage", _("per cent off")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind of coupon"), max_length=12, choices=Kind.choices, default=Kind.FIXED)
    value = models.DecimalField(_("worth"), max_digits=10, decimal_places=2)
    cap = models.DecimalField(_("at most (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True)
    minimum = models.DecimalField(_("from (yuan)"), max_digits=10, decimal_places=2, default=ZERO)
    total_limit = models.PositiveIntegerField(_("number of coupons"), null=True, blank=True)
    claimed_count = models.PositiveIntegerField(_("claimed"), default=0, editable=False)
    user_limit = models.PositiveIntegerField(_("most for one buyer"), default=1)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    code = models.CharField(_("code word"), max_length=32, null=True, blank=True, unique=True, default=None)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_limit=None) | Q(claimed_count__lte=F("total_limit")), name="coupon_within_total"
            ),
            models.CheckConstraint(condition=Q(value__gt=0), name="coupon_value_positive"),
            models.CheckConstraint(condition=Q(kind="fixed") | Q(value__lte=100), name="coupon_percentage"),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="coupon_minimum_not_negative"),
            models.CheckConstraint(condition=Q(cap=None) | Q(cap__gt=0), name="coupon_cap_positive"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="coupon_period"),
            models.CheckConstraint(condition=ONE_SCOPE, name="coupon_one_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_running(self, now: datetime) -> bool:
        """Tell whether its time is now."""
        return self.starts_at <= now < self.ends_at

    def clean(self) -> None:
        """Keep a code in capitals, so that it is found however it is typed, and refuse what no coupon can be."""
        super().clean()
        check_period(self.starts_at, self.ends_at)
        if self.kind == self.Kind.PERCENTAGE and self.value is not None and self.value > 100:
            raise ValidationError({"value": _("At most 100 per cent can be taken off.")})
        self.code = (self.code or "").strip().upper() or None
        if self.total_limit is not None and self.total_limit < self.claimed_count:
            raise ValidationError({"total_limit": _("More have been claimed already.")})


class CouponGrant(models.Model):
    """A coupon in a buyer's hands, to be used once. `ordinal` counts the buyer's grants of the same coupon.

    `order` is the one it was used for, while it is used; it comes back free when that order is closed unpaid.
    """

    class State(models.TextChoices):
        """What became of it."""

        UNUSED = "unused", _("to be used")
        USED = "used", _("used for an order")
        VOID = "void", _("taken back")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    coupon = models.ForeignKey(Coupon, verbose_name=_("coupon"), on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="coupon_grants"
    )
    ordinal = models.PositiveIntegerField(_("number for the buyer"), default=1)
    state = models.CharField(_("state of coupon"), max_length=8, choices=State.choices, default=State.UNUSED)
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, null=True, blank=True, related_name="coupon_grants"
    )
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CouponGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon of a buyer")
        verbose_name_plural = _("coupons of buyers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["coupon", "user", "ordinal"], name="coupon_grant_ordinal"),
            models.CheckConstraint(
                condition=Q(state="used", order__isnull=False) | (~Q(state="used") & Q(order=None)),
                name="coupon_grant_used_for_an_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
