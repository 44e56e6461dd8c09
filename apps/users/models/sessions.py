"""Where a user is logged in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.agents import agent_name
from apps.users.querysets import DeviceSessionQuerySet


class DeviceSession(models.Model):
    """One log-in on one device. A token is good only while its session is neither ended nor past its time.

    One of the realm `staff` may be a browser in the back office: there Django's session names it, and no token does.
    `password_fingerprint` was made of the password of its log-in: with another one it lets nobody in.

    `refresh_count` says how often the client had its tokens renewed, and by that which refresh token is the current
    one; it is null where the client keeps one long token, as the old one does. `proven_at` says when whoever logged in
    showed a password, a code or a third party's word; it is null where another device let this one in.
    """

    class Realm(models.TextChoices):
        """Which side of the shop the log-in opens; a token of one opens nothing of the other."""

        SHOP = "shop", _("shop")
        STAFF = "staff", _("staff")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="device_sessions"
    )
    realm = models.CharField(_("realm"), max_length=5, choices=Realm.choices, default=Realm.SHOP)
    user_agent = models.CharField(_("browser"), max_length=200, blank=True, default="")
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    last_ip = models.GenericIPAddressField(_("IP address of the last use"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), default=timezone.now)
    password_fingerprint = models.CharField(_("fingerprint of the password"), max_length=64, default="", editable=False)
    refresh_count = models.PositiveIntegerField(_("renewals"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    proven_at = models.DateTimeField(_("proven at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = DeviceSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("device session")
        verbose_name_plural = _("device sessions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.public_id)

    def lets_in(self) -> bool:
        """Tell whether whoever is logged in here still is; `querysets.running` asks the same of many."""
        return (
            self.ended_at is None
            and self.expires_at > timezone.now()
            and self.user.is_active
            and not self.user.is_deleted
            and self.password_fingerprint in self.user.password_fingerprints()
        )

    @property
    def agent(self) -> str:
        """The browser and its system, in words."""
        return agent_name(self.user_agent)
