"""The category tree."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.goods.querysets import CategoryQuerySet


class Category(models.Model):
    """A node of the tree that visitors browse.

    `path` lists the keys from the top down to the row itself (`/1/15/203/`), so a subtree is one condition;
    `level` counts from 1. Both are written by the category service alone, which also forbids loops: MariaDB takes
    no CHECK on an automatic key.
    `source` and `source_key` name the row in the file it was imported from.
    """

    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("code"), max_length=60, blank=True, default="")
    desc = models.TextField(_("description"), blank=True, default="")
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    level = models.PositiveSmallIntegerField(_("level"), default=1, editable=False)
    path = models.CharField(_("path"), max_length=700, default="", editable=False, db_index=True)
    is_tab = models.BooleanField(_("in the navigation"), default=False)
    position = models.IntegerField(_("position"), default=0)
    icon_url = models.CharField(_("icon URL"), max_length=500, blank=True, default="")
    source = models.CharField(_("source"), max_length=30, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, null=True, editable=False)  # noqa: DJ001  unique when given
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="category_source_key"),
            models.CheckConstraint(condition=Q(level__gte=1), name="category_level_positive"),
        ]

    def __str__(self) -> str:
        return self.name
