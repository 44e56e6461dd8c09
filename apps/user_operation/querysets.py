"""Which favourites, in words that chain."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from apps.user_operation.models.favourites import Favourite


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    """Rows of favourites."""

    def shown(self) -> "FavouriteQuerySet":
        """Return those whose goods is on sale; one that comes back is a favourite again."""
        return self.filter(goods__is_on_sale=True)

    def for_display(self) -> "FavouriteQuerySet":
        """Fetch with the goods and its pictures."""
        return self.select_related("goods").prefetch_related("goods__images")
