"""Which accounts at third parties a user logs in through."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.columns import ExactCharField
from apps.users.querysets import SocialBindingQuerySet


class SocialBinding(models.Model):
    """An account at a third party that logs its user in: of one user only, and one of each provider.

    Neither the provider's tokens nor what else it tells are kept: the shop asks it once, who this is.
    """

    class Provider(models.TextChoices):
        """As the client's links spell them."""

        WEIXIN = "weixin", _("WeChat")
        QQ = "qq", _("QQ")
        WEIBO = "weibo", _("Weibo")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="bindings"
    )
    provider = models.CharField(_("third party"), max_length=32, choices=Provider.choices)
    uid = ExactCharField(_("id there"), max_length=255)
    name = models.CharField(_("nickname there"), max_length=30, blank=True, default="")
    created_at = models.DateTimeField(_("bound at"), auto_now_add=True)

    objects = SocialBindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("third-party log-in")
        verbose_name_plural = _("third-party log-ins")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "uid"], name="binding_of_one_user"),
            models.UniqueConstraint(fields=["user", "provider"], name="binding_once_per_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()}: {self.name or self.uid}"
