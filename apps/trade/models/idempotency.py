"""Requests that must have their effect once, however often they are sent."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A key that a client chose for one request: first a claim, then the answer the request got.

    While `status` is 0 the request that wrote `token` is at work, or died at it: from `claimed_until` on another
    may take the claim over, which changes the token. The answer commits together with the effect, and only under the
    token that had it. The same key with another request is refused. `key` is a hash of the client's own. Keys belong
    to a user and a route, and are kept for 24 hours.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    route = models.CharField(_("route"), max_length=50)
    key = models.CharField(_("key"), max_length=100)
    request_hash = models.CharField(_("hash of the request"), max_length=64)
    token = models.UUIDField(_("token of the claim"), default=uuid.uuid4, editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, editable=False)
    status = models.PositiveSmallIntegerField(_("answer's status"), default=0)
    answer = models.JSONField(_("answer"), null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
