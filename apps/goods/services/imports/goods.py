"""Goods of a catalogue with their SKUs, attributes and pictures: each goods is written whole or not at all."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Changes, Outcome, Remark, Verdict, by_source_key, compare
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Goods
from apps.goods.services.details import clean_html
from apps.goods.services.imports.parts import PartChanges, compare_parts
from apps.goods.services.imports.rows import GoodsRow
from apps.goods.services.imports.skus import SkuChanges, SkusByKey, compare_skus, known_skus
from apps.goods.services.pricing import refresh_lowest_prices

EMPTY_TAG_END = re.compile(r"\s*/>")


@atomic_with_retry
def import_goods(
    *,
    rows: Sequence[GoodsRow],
    source: str,
    categories: Mapping[str, int],
    brands: Mapping[str, int],
    default_stock: int = 0,
    set_stock: bool = False,
    dry_run: bool = False,
) -> list[Outcome]:
    """Make or change goods so that they are as the rows say; return what became of each row, in their order.

    `categories` and `brands` map source keys to ids. Stock is opened for new SKUs only, with `default_stock` where
    the source is silent; that of known SKUs moves only with `set_stock`, and only where the source gives a number.
    A SKU that the source no longer lists goes off sale. A goods is refused when its category or brand is unknown, or
    when one of its SKUs belongs to another goods.
    """
    known = by_source_key(Goods.objects.all(), source=source, keys=[row.key for row in rows])
    skus = known_skus(rows, known, source)
    refused = {row.key: reason for row in rows if (reason := _misfit(row, known, skus, categories, brands))}
    accepted = [row for row in rows if row.key not in refused]
    wanted = {row.key: _values(row, categories, brands) for row in accepted}
    entries = compare(Goods, known=known, source=source, wanted=wanted)
    parts = compare_parts(accepted, entries)
    sku_changes = compare_skus(accepted, entries, skus, source=source, default_stock=default_stock, set_stock=set_stock)
    entries.touch(parts.goods_keys | sku_changes.goods_that_lose_skus)
    if not dry_run:
        _write(entries, parts, sku_changes)
    return [
        Outcome(Verdict.REFUSED, refused[row.key], parts=(Verdict.REFUSED,) * len(row.skus))
        if row.key in refused
        else Outcome(
            entries.verdict(row.key),
            repairs=(*_repairs(row, wanted[row.key]), *sku_changes.repairs(row)),
            parts=tuple(sku_changes.verdict(sku.key) for sku in row.skus),
        )
        for row in rows
    ]


def _misfit(
    row: GoodsRow,
    known: Mapping[str, Goods],
    skus: SkusByKey,
    categories: Mapping[str, int],
    brands: Mapping[str, int],
) -> Remark | None:
    """Say why a row cannot be taken; None when it can."""
    if row.category_key not in categories:
        return Remark(_("There is no category “%(key)s”."), {"key": row.category_key})
    if row.brand_key is not None and row.brand_key not in brands:
        return Remark(_("There is no brand “%(key)s”."), {"key": row.brand_key})
    goods_id = known[row.key].pk if row.key in known else None
    for sku in row.skus:
        if sku.key in skus and skus[sku.key].goods_id != goods_id:
            return Remark(_("SKU “%(key)s” belongs to another goods."), {"key": sku.key})
    return None


def _values(row: GoodsRow, categories: Mapping[str, int], brands: Mapping[str, int]) -> dict[str, object]:
    return {
        "category_id": categories[row.category_key],
        "brand_id": brands[row.brand_key] if row.brand_key is not None else None,
        "number": row.number,
        "name": row.name,
        "brief": row.brief,
        "keywords": row.keywords,
        "unit": row.unit,
        "detail_html": clean_html(row.detail_html),
        "market_price": row.market_price,
        "is_on_sale": row.is_on_sale,
        "is_new": row.is_new,
        "is_hot": row.is_hot,
        "position": row.position,
    }


def _repairs(row: GoodsRow, values: Mapping[str, object]) -> list[Remark]:
    """Say that markup was taken out of the details; `<br/>` that became `<br>` lost nothing."""
    kept = EMPTY_TAG_END.sub(">", row.detail_html) == values["detail_html"]
    return [] if kept else [Remark(_("The markup of the details was cleaned."))]


def _write(entries: Changes[Goods], parts: PartChanges, skus: SkuChanges) -> None:
    entries.make()
    entries.change(stamp="updated_at")
    parts.write(entries)
    skus.write(entries)
    refresh_lowest_prices(goods_ids=skus.goods_with_other_offers(entries))
