"""Favourites."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Goods
from apps.user_operation.querysets import FavouriteQuerySet


class Favourite(models.Model):
    """A goods that a user keeps in view; once per user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="favourites"
    )
    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "goods"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.user_id} > {self.goods_id}"
