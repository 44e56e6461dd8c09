"""Goods, what is bought of them (SKUs), their attributes and pictures."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.addresses import PLACEHOLDER
from apps.goods.models.brands import Brand
from apps.goods.models.categories import Category
from apps.goods.models.freight import FreightTemplate
from apps.goods.models.pictures import Pictured
from apps.goods.querysets import GoodsQuerySet, SkuQuerySet


class Goods(models.Model):
    """An entry of the catalogue; what is bought is one of its SKUs, of which it has at least one.

    `price` is the lowest price of the SKUs on sale, stored for filters and ordering and written by the pricing
    service alone. Stock is the SKUs' and is never stored here: the sum would be a hot row. The three counters
    move by `F()` updates of one column. `detail_html` is sanitised when it is written. Delivery costs what the
    template says; without one, and when it `ships_free`, nothing. `purchase_limit` counts all orders of a buyer.
    """

    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="goods")
    brand = models.ForeignKey(
        Brand, verbose_name=_("brand"), on_delete=models.PROTECT, null=True, blank=True, related_name="goods"
    )
    number = models.CharField(_("article number"), max_length=50, blank=True, default="")
    name = models.CharField(_("name"), max_length=120)
    brief = models.CharField(_("brief"), max_length=500, blank=True, default="")
    keywords = models.CharField(_("keywords"), max_length=200, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    detail_html = models.TextField(_("details"), blank=True, default="")
    price = models.DecimalField(
        _("lowest price"), max_digits=12, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    market_price = models.DecimalField(_("market price"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    is_new = models.BooleanField(_("new"), default=False)
    is_hot = models.BooleanField(_("hot"), default=False)
    ships_free = models.BooleanField(_("free shipping"), default=True)
    freight_template = models.ForeignKey(
        FreightTemplate,
        verbose_name=_("freight template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="goods",
    )
    purchase_limit = models.PositiveIntegerField(_("most pieces for one buyer"), null=True, blank=True)
    sold_count = models.PositiveIntegerField(_("sold"), default=0, editable=False)
    sold_before = models.PositiveIntegerField(_("sold before this shop"), default=0, editable=False)
    favourite_count = models.PositiveIntegerField(_("favourites"), default=0, editable=False)
    view_count = models.PositiveIntegerField(_("views"), default=0, editable=False)
    position = models.IntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=30, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, null=True, editable=False)  # noqa: DJ001  unique when given
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = GoodsQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods")
        verbose_name_plural = _("goods")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="goods_source_key"),
            models.CheckConstraint(condition=Q(price__gte=0), name="goods_price_not_negative"),
            models.CheckConstraint(condition=Q(market_price__gte=0), name="goods_market_price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["category", "id"], name="goods_by_category"),
            # All that the home page asks of every goods on sale, and the counts of whole categories.
            models.Index(fields=["is_on_sale", "category", "position", "brand"], name="goods_home_page"),
            models.Index(fields=["is_on_sale", "created_at"], name="goods_newest"),
            models.Index(fields=["is_on_sale", "sold_count"], name="goods_best_sold"),
            models.Index(fields=["is_on_sale", "price"], name="goods_by_price"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def picture_urls(self) -> list[str]:
        """The addresses of its pictures in display order, never none: prefetch `images` before asking a list."""
        return [url for picture in self.images.all() if (url := picture.picture_url)] or [PLACEHOLDER]

    @property
    def cover_url(self) -> str:
        """The address of the big picture, or of the placeholder."""
        return self.picture_urls[0]


class Sku(Pictured, models.Model):
    """What a buyer puts into the cart: one combination of specifications, with a price and a stock of its own.

    `stock` moves only in `services.stock`, by conditional UPDATE beside a ledger row; nobody types over it.
    `specifications` is a list of `{"name": ..., "value": ...}` in display order.
    """

    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.PROTECT, related_name="skus")
    code = models.CharField(_("SKU code"), max_length=60, blank=True, default="")
    specifications = models.JSONField(_("specifications"), default=list, blank=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    stock = models.IntegerField(_("stock"), default=0, editable=False)
    weight = models.PositiveIntegerField(_("weight in grams"), default=0)
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    image = models.ImageField(_("picture"), upload_to="goods/", blank=True, default="")
    image_url = models.CharField(_("picture URL"), max_length=500, blank=True, default="")
    source = models.CharField(_("source"), max_length=30, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, null=True, editable=False)  # noqa: DJ001  unique when given
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = SkuQuerySet.as_manager()

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        ordering = ["goods_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="sku_source_key"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="sku_stock_not_negative"),
            models.CheckConstraint(condition=Q(price__gte=0), name="sku_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code or f"SKU {self.pk}"

    @property
    def specification_text(self) -> str:
        """The specifications on one line, as a cart or an order shows them: `红色 / L`."""
        return " / ".join(str(entry["value"]) for entry in self.specifications)

    @property
    def shown_picture_url(self) -> str:
        """The address of its own picture, else of its goods' big one, else of the placeholder.

        Fetch the goods' one `with_covers`, or prefetch `goods__images`, before asking a list.
        """
        if self.picture_url:
            return self.picture_url
        cover_image = getattr(self, "cover_image", None)
        if cover_image is None:
            return self.goods.cover_url
        cover = GoodsImage(image=cover_image, image_url=getattr(self, "cover_image_url", ""))
        return cover.picture_url or PLACEHOLDER


class GoodsAttribute(models.Model):
    """A fact about the goods, as the details page lists it: `材质: 纯棉`."""

    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="attributes")
    name = models.CharField(_("name"), max_length=60)
    value = models.CharField(_("value"), max_length=500)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class GoodsImage(Pictured, models.Model):
    """A picture of the goods; the first one by position is the big one. A file, or an outside address."""

    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(_("picture"), upload_to="goods/", blank=True, default="")
    image_url = models.CharField(_("picture URL"), max_length=500, blank=True, default="")
    position = models.IntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("goods picture")
        verbose_name_plural = _("goods pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.image.name or self.image_url
