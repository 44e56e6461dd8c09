"""What staff prove themselves with beside the password."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """The secret that somebody's authenticator app shares with the shop (RFC 6238); kept encrypted.

    It begins with a code that a superuser handed out, of which `enrolment_hash` is the hash: who brings it by
    `enrolment_until` is given the secret, and the code is gone. It counts once `confirmed_at` is set: the app has shown
    a right code. `last_step` is the latest step of 30 seconds whose code was taken; no code of it, or of an earlier
    one, is taken again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="second_factor"
    )
    enrolment_hash = models.CharField(_("hash of the enrolment code"), max_length=64, blank=True, default="")
    enrolment_until = models.DateTimeField(_("enrolment code good until"), null=True, blank=True)
    secret = models.CharField(_("secret"), max_length=250, blank=True, default="")
    key_id = models.CharField(_("id of the key"), max_length=8, blank=True, default="")
    last_step = models.PositiveBigIntegerField(_("last step"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"second factor #{self.pk}"


class RecoveryCode(models.Model):
    """A code that stands in for the app once, for whoever has lost it; kept as a hash."""

    factor = models.ForeignKey(
        SecondFactor, verbose_name=_("second factor"), on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(_("hash of the code"), max_length=64)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"recovery code #{self.pk}"
