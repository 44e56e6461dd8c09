"""Verify codes, by SMS and by mail, and the allowances that cap their sending."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.columns import ExactCharField
from apps.users.querysets import VerifyCodeQuerySet


class VerifyCode(models.Model):
    """A code sent to a mobile or an e-mail for one purpose; kept as a keyed hash, good once.

    It is good for five tries: three from where it was asked for, two from elsewhere, so strangers use up their own. A
    newer one takes its place if it was asked for from the same neighbourhood.
    """

    class Purpose(models.TextChoices):
        """What the code proves; a code of one purpose is no code for another."""

        REGISTER = "register", _("register")
        LOGIN = "login", _("log in")
        RESET = "reset", _("reset the password")
        BIND = "bind", _("prove a new address")
        UNBIND = "unbind", _("give an address up")
        CONFIRM = "confirm", _("confirm that it is the owner")

    address = ExactCharField(_("mobile or e-mail"), max_length=100)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    code_hash = models.CharField(_("hash of the code"), max_length=64)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tries_elsewhere = models.PositiveSmallIntegerField(_("tries from elsewhere"), default=0)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = VerifyCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("verify code")
        verbose_name_plural = _("verify codes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["address", "purpose", "-id"], name="code_latest")]

    def __str__(self) -> str:
        return f"{self.address} {self.purpose}"

    def is_usable(self, at: datetime) -> bool:
        """Tell whether it is neither used nor past its time."""
        return self.used_at is None and self.expires_at > at


class CodeAllowance(models.Model):
    """How many codes an address or an IP got in one window; a conditional UPDATE takes from it, so races count.

    `key` names who and which window: `to:13800000000:day:2026-11-23`. The pause of an address between two codes
    is a row as well, `to:13800000000:pause`: it may be taken again once it is past its time. SMS without a code are
    counted by number and kind: `told:13800000000:changed:day:2026-11-23`.
    """

    key = ExactCharField(_("key"), max_length=160, unique=True)
    used = models.PositiveIntegerField(_("used"), default=0)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("code allowance")
        verbose_name_plural = _("code allowances")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.key
