"""What the home page shows beside the goods themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.goods.models.catalogue import Goods
from apps.goods.models.categories import Category
from apps.goods.querysets import BannerQuerySet


class Banner(models.Model):
    """A wide picture that leads to a goods; one goods has at most one, for the client uses it as a key."""

    goods = models.OneToOneField(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="banner")
    image = models.ImageField(_("picture"), upload_to="banners/")
    position = models.IntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = BannerQuerySet.as_manager()

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{_('banner')} {self.pk}"


class HotWord(models.Model):
    """A search word offered under the search box; the highest position comes first."""

    word = models.CharField(_("word"), max_length=20)
    position = models.IntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("hot word")
        verbose_name_plural = _("hot words")
        ordering = ["-position", "id"]

    def __str__(self) -> str:
        return self.word


class IndexAd(models.Model):
    """The goods that a section of the home page shows large."""

    category = models.OneToOneField(
        Category, verbose_name=_("category"), on_delete=models.CASCADE, related_name="index_ad"
    )
    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("home page ad")
        verbose_name_plural = _("home page ads")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{_('home page ad')} {self.pk}"
