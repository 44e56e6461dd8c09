"""Which service takes the rows of each kind, and what a row claims for itself alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from apps.common.imports import Outcome
from apps.goods.services.imports.brands import brand_keys, import_brands
from apps.goods.services.imports.categories import category_keys, import_categories
from apps.goods.services.imports.goods import import_goods
from apps.goods.services.imports.rows import BrandRow, CategoryRow, GoodsRow
from apps.regions.services.imports import RegionRow, import_regions
from apps.user_operation.services.review_imports import ReviewRow, import_reviews
from db_tools.fields import Fields
from db_tools.loading import Task
from db_tools.report import BRANDS, CATEGORIES, GOODS, REGIONS, REVIEWS, SKUS, Kind
from db_tools.seen import Seen


@dataclass(frozen=True)
class Wishes:
    """What the operator asked for; `source` keeps the rows of this catalogue apart from all others."""

    source: str
    default_stock: int
    set_stock: bool
    dry_run: bool


def region_task(wishes: Wishes, read: Callable[[Fields], RegionRow]) -> Task[RegionRow]:
    """Regions belong to no source: the standard's code and kind is their key."""
    return Task(
        kind=REGIONS,
        read=read,
        claims=lambda row: [(REGIONS.code, row.key), ("place", f"{row.kind.value} {row.code}")],
        write=lambda rows: import_regions(rows=rows, dry_run=wishes.dry_run),
        whole=True,
    )


def category_task(wishes: Wishes, read: Callable[[Fields], CategoryRow]) -> Task[CategoryRow]:
    """Categories may name parents that come later, so all go to the service at once."""
    return Task(
        kind=CATEGORIES,
        read=read,
        claims=lambda row: [(CATEGORIES.code, row.key)],
        write=lambda rows: import_categories(rows=rows, source=wishes.source, dry_run=wishes.dry_run),
        pictures=lambda row: bool(row.icon_url),
        whole=True,
    )


def brand_task(wishes: Wishes, read: Callable[[Fields], BrandRow]) -> Task[BrandRow]:
    """Brands need nobody."""
    return Task(
        kind=BRANDS,
        read=read,
        claims=lambda row: [(BRANDS.code, row.key)],
        write=lambda rows: import_brands(rows=rows, source=wishes.source, dry_run=wishes.dry_run),
        pictures=lambda row: bool(row.image_url),
    )


def goods_task(
    wishes: Wishes, read: Callable[[Fields], GoodsRow], listed_skus: Callable[[object], int], seen: Seen
) -> Task[GoodsRow]:
    """Goods name categories and brands; categories and brands must have been loaded before the task is made."""
    categories = _known(category_keys(source=wishes.source), CATEGORIES, seen)
    brands = _known(brand_keys(source=wishes.source), BRANDS, seen)

    def write(rows: Sequence[GoodsRow]) -> list[Outcome]:
        return import_goods(
            rows=rows,
            source=wishes.source,
            categories=categories,
            brands=brands,
            default_stock=wishes.default_stock,
            set_stock=wishes.set_stock,
            dry_run=wishes.dry_run,
        )

    return Task(
        kind=GOODS,
        read=read,
        claims=lambda row: [(GOODS.code, row.key), *((SKUS.code, sku.key) for sku in row.skus)],
        write=write,
        pictures=lambda row: len(row.picture_urls) + sum(bool(sku.image_url) for sku in row.skus),
        part_kind=SKUS,
        parts=lambda row: len(row.skus),
        listed=listed_skus,
    )


def review_task(wishes: Wishes, read: Callable[[Fields], ReviewRow], seen: Seen) -> Task[ReviewRow]:
    """Reviews name goods, which a dry run has met but not made."""

    def write(rows: Sequence[ReviewRow]) -> list[Outcome]:
        named = {row.goods_key for row in rows} if wishes.dry_run else set()
        expected = {key for key in named if seen.accepts((GOODS.code, key))}
        return import_reviews(rows=rows, source=wishes.source, expected=expected, dry_run=wishes.dry_run)

    return Task(
        kind=REVIEWS,
        read=read,
        claims=lambda row: [(REVIEWS.code, row.key)],
        write=write,
        pictures=lambda row: len(row.image_urls),
    )


def _known(ids: Mapping[str, int], kind: Kind, seen: Seen) -> dict[str, int]:
    """Return the ids by key, and 0 for what a dry run has met but not made."""
    return dict.fromkeys(seen.accepted(kind.code), 0) | dict(ids)
