"""How lists are narrowed and ordered: the client's words on the left, the shop's on the right."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.goods.models import Goods, StockMovement
from apps.goods.querysets import GoodsQuerySet

MAX_SEARCH = 100


class PriceFilter(filters.NumberFilter):
    """A price with as many digits as the shop's have; an empty one is ignored."""

    field_class = forms.DecimalField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="price", max_digits=12, decimal_places=2, **kwargs)

    def get_max_validator(self) -> None:
        """Leave it to the digits."""


class CategoryFilter(filters.NumberFilter):
    """The key of a category of any level; an unknown one finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="filter_category", min_value=1, max_value=2**63 - 1, **kwargs)

    def get_max_validator(self) -> None:
        """Leave it to `max_value`."""


class GoodsFilter(filters.FilterSet):
    """The query parameters of `/goods/`."""

    top_category = CategoryFilter(help_text="Goods of this category, of any level, and of all below it.")
    pricemin = PriceFilter(lookup_expr="gte", help_text="Lowest price, inclusive.")
    pricemax = PriceFilter(lookup_expr="lte", help_text="Highest price, inclusive.")
    search = filters.CharFilter(
        method="filter_search", max_length=MAX_SEARCH, help_text="Words that stand in name, brief or keywords."
    )

    class Meta:
        model = Goods
        fields = ["top_category", "pricemin", "pricemax", "is_new", "is_hot", "search"]

    def filter_category(self, goods: GoodsQuerySet, name: str, category_id: int) -> GoodsQuerySet:
        return goods.within(int(category_id))

    def filter_search(self, goods: GoodsQuerySet, name: str, words: str) -> GoodsQuerySet:
        return goods.matching(words)


class GoodsOrdering(OrderingFilter):
    """Order by the client's names, in either direction, equals by key; else the newest come first."""

    ordering_description = "One of `add_time`, `sold_num`, `shop_price`; with `-` in front the highest comes first."
    columns = {"add_time": "created_at", "sold_num": "sold_count", "shop_price": "price"}

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> list[str]:
        wanted = request.query_params.get(self.ordering_param, "").strip()
        if wanted.removeprefix("-") not in self.columns:
            wanted = "-add_time"
        sign, column = ("-" if wanted.startswith("-") else ""), self.columns[wanted.removeprefix("-")]
        # The key goes the same way as the column, so that an index can be read in one direction.
        return [f"{sign}{column}", f"{sign}pk"]


class SkuKeyFilter(filters.NumberFilter):
    """The key of a SKU; an unknown one finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="sku_id", min_value=1, max_value=2**63 - 1, **kwargs)

    def get_max_validator(self) -> None:
        """Leave it to `max_value`."""


class StockMovementFilter(filters.FilterSet):
    """By SKU, and by why the stock moved."""

    sku = SkuKeyFilter()
    reason = filters.ChoiceFilter(choices=StockMovement.Reason.choices)

    class Meta:
        model = StockMovement
        fields = ["sku", "reason"]
