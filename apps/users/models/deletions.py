"""Accounts that were deleted, and what they were called."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column


class DeletedUser(models.Model):
    """The end of an account: who ended it and when, and the names it gave back, for whoever may restore it.

    Once the user's data was erased the names are gone from here as well, and nothing brings the account back.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="deletion"
    )
    username = models.CharField(_("user name"), max_length=150, blank=True, default="")
    mobile = models.CharField(_("mobile"), max_length=11, blank=True, default="")
    verified_email = models.EmailField(_("verified e-mail"), max_length=100, blank=True, default="")
    name = models.CharField(_("nickname"), max_length=30, blank=True, default="")
    actor = actor_column()
    deleted_at = models.DateTimeField(_("deleted at"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deleted user")
        verbose_name_plural = _("deleted users")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.username or str(self.pk)
