"""Sister applications, whose users log in with the shop's accounts, and their log-ins."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication, ApplicationManager

from apps.users.models.sessions import DeviceSession
from apps.users.querysets import AppLoginQuerySet


class SisterApp(AbstractApplication):  # type: ignore[misc]  # the toolkit has no types
    """Another application of the house, which asks the shop who somebody is; only superusers register one.

    `client_id` names it, to the shop and as the audience of tickets. Of its secret the row has the hash. One that is
    switched off logs nobody in, and its tokens tell nothing any more.
    """

    user = None  # it is the house's, and nobody's own
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta:
        verbose_name = _("sister application")
        verbose_name_plural = _("sister applications")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return str(self.name or self.client_id)

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Answer at registered addresses alone, to the letter.

        The toolkit takes any port of this machine, for applications on somebody's device (RFC 8252). The house's have
        servers, and in development another port is another application.
        """
        return uri in self.redirect_uris.split() and bool(super().redirect_uri_allowed(uri))

    def is_usable(self, request: Any) -> bool:
        """Tell django-oauth-toolkit whether the application may ask at all."""
        return self.is_active


# The toolkit's own labels come without Chinese ones.
LABELS = {
    "client_id": _("client id"),
    "client_secret": _("hash of the secret"),
    "client_type": _("kind of client"),
    "authorization_grant_type": _("flow"),
    "algorithm": _("signature"),
    "name": _("name"),
    "redirect_uris": _("addresses to return to"),
    "post_logout_redirect_uris": _("addresses after log-out"),
    "allowed_origins": _("allowed origins"),
    "hash_client_secret": _("secret is hashed"),
    "skip_authorization": _("without consent"),
    "registration_source": _("registered by"),
    "cimd_expires_at": _("description expires at"),
    "created": _("created at"),
    "updated": _("updated at"),
}
for name, label in LABELS.items():
    SisterApp._meta.get_field(name).verbose_name = label


class AppLogin(models.Model):
    """One log-in to a sister application, consented to in one session of the shop.

    The code, and then the token, that the application was given are good only while that session runs, and while the
    password is the one that `password_fingerprint` was made of. The code is gone once it is used; by `code_hash` it is
    known again when it is brought a second time.
    """

    session = models.ForeignKey(
        DeviceSession, verbose_name=_("device session"), on_delete=models.CASCADE, related_name="app_logins"
    )
    app = models.ForeignKey(
        SisterApp, verbose_name=_("sister application"), on_delete=models.CASCADE, related_name="logins"
    )
    scope = models.CharField(_("what it may know"), max_length=200)
    grant = models.OneToOneField(
        "oauth2_provider.Grant",
        verbose_name=_("authorization code"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="app_login",
    )
    access_token = models.OneToOneField(
        "oauth2_provider.AccessToken",
        verbose_name=_("token"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="app_login",
    )
    password_fingerprint = models.CharField(_("fingerprint of the password"), max_length=64)
    code_hash = models.CharField(_("hash of the code"), max_length=64, default="", editable=False, db_index=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = AppLoginQuerySet.as_manager()

    class Meta:
        verbose_name = _("log-in to a sister application")
        verbose_name_plural = _("log-ins to sister applications")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
