"""Log-ins by scanning."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.agents import agent_name
from apps.users.models.sessions import DeviceSession
from apps.users.querysets import ScanLoginQuerySet


class ScanLogin(models.Model):
    """A browser that waits to be logged in by a phone: good once, for two minutes.

    The public id stands in the QR code, and whoever sees it may ask for the state and nothing else. The browser proves
    that it is the one that asked by a secret in a cookie, of which the row has the hash. `phone` is the session of the
    phone that scanned first; no other one may confirm, and `phone_trace` is what its token said when it did.
    """

    class State(models.TextChoices):
        """How far it is; past its time all of them but refused mean expired."""

        WAITING = "waiting", _("waiting")
        SCANNED = "scanned", _("scanned")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        USED = "used", _("used")

    # What an outsider is told of one that was used, or whose time is over.
    EXPIRED = "expired"
    SHOWN = ("waiting", "scanned", "confirmed", "refused", EXPIRED)

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    secret_hash = models.CharField(_("hash of the secret"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    user_agent = models.CharField(_("browser"), max_length=200, blank=True, default="")
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    phone = models.ForeignKey(
        DeviceSession, verbose_name=_("phone"), on_delete=models.CASCADE, null=True, blank=True, related_name="scans"
    )
    phone_trace = models.CharField(
        _("trace of the phone's token"), max_length=120, blank=True, default="", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    objects = ScanLoginQuerySet.as_manager()

    class Meta:
        verbose_name = _("log-in by scanning")
        verbose_name_plural = _("log-ins by scanning")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def agent(self) -> str:
        """The browser that waits, and its system, in words."""
        return agent_name(self.user_agent)

    @property
    def shown_state(self) -> str:
        """The state as anybody may see it."""
        if self.state == self.State.REFUSED:
            return self.state
        over = self.state == self.State.USED or self.expires_at <= timezone.now()
        return self.EXPIRED if over else self.state
