"""What users write to the shop."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """A message of one of five kinds, with an attachment if the user likes."""

    class Kind(models.IntegerChoices):
        """As the client numbers them."""

        COMMENT = 1, _("comment")
        COMPLAINT = 2, _("complaint")
        QUESTION = 3, _("question")
        AFTER_SALE = 4, _("after-sale")
        WANTED = 5, _("wanted")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="shop_messages"
    )
    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind.choices, default=Kind.COMMENT)
    subject = models.CharField(_("subject"), max_length=100, blank=True, default="")
    body = models.TextField(_("message"), blank=True, default="")
    file = models.FileField(_("attachment"), upload_to="messages/", blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
