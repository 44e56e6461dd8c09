"""Which categories, goods and SKUs, in words that chain."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

if TYPE_CHECKING:
    from apps.goods.models.catalogue import Goods, Sku
    from apps.goods.models.categories import Category
    from apps.goods.models.display import Banner


# Querysets stand below models and do not import them; a related model is asked of the model's own meta.


class CategoryQuerySet(models.QuerySet["Category"]):
    """Rows of the category tree."""

    def tops(self) -> "CategoryQuerySet":
        """Return the first level."""
        return self.filter(parent=None)

    def within(self, category_id: int) -> "CategoryQuerySet":
        """Return the category of this key and everything below it, by one condition on the path."""
        return self.filter(path__contains=f"/{category_id}/")

    def with_two_levels_below(self) -> "CategoryQuerySet":
        """Fetch children and grandchildren in display order, one further query per level."""
        return self.prefetch_related("children__children")


class SkuQuerySet(models.QuerySet["Sku"]):
    """Rows of SKUs."""

    def on_sale(self) -> "SkuQuerySet":
        """Return those that may be bought: on sale themselves, and their goods too."""
        return self.filter(is_on_sale=True, goods__is_on_sale=True)

    def with_covers(self) -> "SkuQuerySet":
        """Fetch with the big picture of the goods, in the same query, for `shown_picture_url`."""
        goods_model: Any = self.model._meta.get_field("goods").related_model
        shown: models.QuerySet[Any] = models.QuerySet(goods_model._meta.get_field("images").related_model).exclude(
            image="", image_url=""
        )
        first = shown.filter(goods=OuterRef("goods")).order_by("position", "pk")
        image, image_url = (
            Coalesce(Subquery(first.values(name)[:1]), Value(""), output_field=models.CharField())
            for name in ("image", "image_url")
        )
        return self.annotate(cover_image=image, cover_image_url=image_url)


class GoodsQuerySet(models.QuerySet["Goods"]):
    """Rows of the catalogue."""

    def on_sale(self) -> "GoodsQuerySet":
        """Return what visitors may see."""
        # Not `=True`: Django writes that for SQLite as the bare column, which no index answers.
        return self.filter(is_on_sale__in=[True])

    def within(self, category_id: int) -> "GoodsQuerySet":
        """Return goods of the category of this key and of everything below it; none if there is no such category.

        The subtree is fetched at once, and its keys stand in the condition as a list: with a subquery MariaDB
        starts from the categories and sorts all their goods for one page, 20 times slower at 100,000 goods.
        """
        field = self.model._meta.get_field("category")
        subtree = CategoryQuerySet(field.related_model).within(category_id).in_bulk()
        goods = self.filter(category__in=list(subtree))
        # As Django's own `category.goods.all()` does: the goods get these objects, and none is fetched again.
        goods._known_related_objects = {field: subtree}  # type: ignore[attr-defined]  # the stubs leave it out
        return goods

    def matching(self, words: str) -> "GoodsQuerySet":
        """Return goods that carry every word in name, brief or keywords; Chinese matches by substring."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(brief__icontains=word) | Q(keywords__icontains=word))
        return found

    def for_display(self) -> "GoodsQuerySet":
        """Fetch with what a list entry shows: category, images and SKUs on sale, each in one further query."""
        sku_model = self.model._meta.get_field("skus").related_model
        skus = SkuQuerySet(sku_model).filter(is_on_sale=True).order_by("price", "id")
        return self.prefetch_related("category", "images", Prefetch("skus", queryset=skus, to_attr="skus_on_sale"))

    def for_detail(self) -> "GoodsQuerySet":
        """Fetch one goods with all that its page shows."""
        return self.for_display().select_related("category", "brand").prefetch_related("attributes")

    def first_of_categories(self, category_ids: Collection[int], most: int) -> list[tuple[int, int, int]]:
        """Return (category, position, key) of up to so many goods of each category, the first in display order."""
        places = Window(RowNumber(), partition_by=F("category"), order_by=[F("position").asc(), F("pk").desc()])
        goods = self.filter(category__in=category_ids).annotate(place=places).filter(place__lte=most)
        return list(goods.order_by().values_list("category", "position", "pk"))

    def brands_of_categories(self, category_ids: Collection[int]) -> list[tuple[int, int]]:
        """Return (category, key of the brand) of all brands that these goods have there, each pair once."""
        goods = self.filter(category__in=category_ids, brand__isnull=False)
        return list(goods.order_by().values_list("category", "brand").distinct())


class BannerQuerySet(models.QuerySet["Banner"]):
    """Rows of banners."""

    def shown(self) -> "BannerQuerySet":
        """Return those that are switched on and lead to goods that visitors may see."""
        return self.filter(is_shown=True, goods__is_on_sale=True)
