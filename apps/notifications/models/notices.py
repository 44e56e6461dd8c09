"""Notices: what the shop tells a user in its own pages."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.notifications.querysets import NoticeQuerySet


class Notice(models.Model):
    """Something that a user is told, written in the transaction of its cause.

    The row keeps no sentence but the topic and the facts that go into it: `services.notices` forms the sentence in the
    language of whoever reads it. `reference` names what it is about, such as an order's number.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notices"
    )
    topic = models.CharField(_("topic"), max_length=50)
    params = models.JSONField(_("facts"), default=dict)
    reference = models.CharField(_("reference"), max_length=32, blank=True, default="")
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "read_at"], name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"
