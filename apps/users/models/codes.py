"""SMS codes and the allowances that cap their sending."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.users.querysets import VerifyCodeQuerySet


class VerifyCode(models.Model):
    """A code sent to a mobile for one purpose; kept as a keyed hash, good once, for five minutes and five tries."""

    class Purpose(models.TextChoices):
        """What the code proves; a code of one purpose is no code for another."""

        REGISTER = "register", _("register")

    mobile = models.CharField(_("mobile"), max_length=11)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    code_hash = models.CharField(_("hash of the code"), max_length=64)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = VerifyCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("verify code")
        verbose_name_plural = _("verify codes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["mobile", "purpose", "-id"], name="code_latest")]

    def __str__(self) -> str:
        return f"{self.mobile} {self.purpose}"


class CodeAllowance(models.Model):
    """How many codes a number or an IP got in one window; a conditional UPDATE takes from it, so races count.

    `key` names who and which window: `mobile:13800000000:day:2026-11-23`. The pause of a number between two codes
    is a row as well, `mobile:13800000000:pause`: it may be taken again once it is past its time.
    """

    key = models.CharField(_("key"), max_length=120, unique=True)
    used = models.PositiveIntegerField(_("used"), default=0)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("code allowance")
        verbose_name_plural = _("code allowances")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.key
