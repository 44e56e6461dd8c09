"""What must always be true of the catalogue and its stock."""

from collections.abc import Iterator

from django.db.models import F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.common.invariants import Finding, differs, invariant, sum_of
from apps.common.money import ZERO
from apps.goods.models import Category, Goods, PriceChange, Sku, StockMovement
from apps.goods.services.categories import rebuild_paths
from apps.goods.services.pricing import refresh_lowest_prices


@invariant("stock_is_its_ledger")
def find_stock_off_its_ledger() -> Iterator[Finding]:
    """The stock of a SKU is the sum of its movements."""
    booked = sum_of(StockMovement.objects.filter(sku=OuterRef("pk")), by="sku", column="delta")
    for sku in Sku._base_manager.annotate(booked=booked).exclude(stock=F("booked")).order_by("pk").iterator():
        yield Finding(sku.pk, f"SKU {sku.pk}", f"has a stock of {sku.stock}, its ledger says {sku.booked}")


@invariant("sku_costs_what_was_said_last")
def find_skus_off_their_last_price() -> Iterator[Finding]:
    """A SKU whose price was changed costs what the last change says."""
    changes = PriceChange.objects.filter(sku=OuterRef("pk")).order_by("-pk").values("new_price")
    skus = Sku._base_manager.annotate(said=Subquery(changes[:1])).filter(differs("price", F("said")))
    for sku in skus.order_by("pk").iterator():
        yield Finding(sku.pk, f"SKU {sku.pk}", f"costs {sku.price}, its last change was to {sku.said}")


def _refresh_prices(keys: list[int]) -> None:
    refresh_lowest_prices(goods_ids=keys)


@invariant("goods_price_is_its_lowest", fix=_refresh_prices)
def find_goods_off_their_lowest_price() -> Iterator[Finding]:
    """The price of a goods is the lowest of its SKUs on sale, or of all of them when none is."""
    skus = Sku.objects.filter(goods=OuterRef("pk")).order_by().values("goods").annotate(lowest=Min("price"))
    lowest = Coalesce(Subquery(skus.filter(is_on_sale=True).values("lowest")), Subquery(skus.values("lowest")), ZERO)
    for goods in Goods._base_manager.annotate(lowest=lowest).exclude(price=F("lowest")).order_by("pk").iterator():
        yield Finding(goods.pk, f"goods {goods.pk}", f"costs {goods.price}, the lowest of its SKUs is {goods.lowest}")


@invariant("goods_on_sale_has_a_sku")
def find_goods_without_skus() -> Iterator[Finding]:
    """A goods on sale has at least one SKU."""
    for goods in Goods.objects.filter(is_on_sale=True, skus=None).order_by("pk").iterator():
        yield Finding(goods.pk, f"goods {goods.pk}", "is on sale and has no SKU to buy")


def _rebuild_tree(keys: list[int]) -> None:
    rebuild_paths()


@invariant("category_path_is_its_place", fix=_rebuild_tree)
def find_categories_off_their_path() -> Iterator[Finding]:
    """The path of a category is its parent's and its own key, its level one more than its parent's."""
    places = {pk: (path, level) for pk, path, level in Category.objects.values_list("pk", "path", "level")}
    for category in Category.objects.filter(Q(parent=None) | Q(parent__in=places)).order_by("pk").iterator():
        above, level = places[category.parent_id] if category.parent_id else ("/", 0)
        if (category.path, category.level) != (f"{above}{category.pk}/", level + 1):
            yield Finding(category.pk, f"category {category.pk}", f"says {category.path!r}, level {category.level}")
