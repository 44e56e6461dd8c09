"""Reviews of goods."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Goods


class Review(models.Model):
    """What a buyer says of a goods, with one to five stars. Imported reviews have no author."""

    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviews",
    )
    content = models.TextField(_("content"), blank=True, default="")
    rating = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    image_urls = models.JSONField(_("picture URLs"), default=list, blank=True)
    reply = models.TextField(_("shop's reply"), blank=True, default="")
    source = models.CharField(_("source"), max_length=30, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, null=True, editable=False)  # noqa: DJ001  unique when given
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="review_source_key"),
            models.CheckConstraint(condition=Q(rating__gte=1) & Q(rating__lte=5), name="review_one_to_five_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} / 5"
