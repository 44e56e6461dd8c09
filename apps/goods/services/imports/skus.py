"""SKUs of imported goods: what is sold, at which price, and with how much in stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.imports import Changes, Remark, Verdict, by_source_key, compare
from apps.goods.models import Goods, Sku
from apps.goods.services import pricing, stock
from apps.goods.services.imports.rows import GoodsRow, SkuRow

SkusByKey = Mapping[str, Sku]
N = TypeVar("N", int, Decimal)


@dataclass
class SkuChanges:
    """What is to be done with SKUs, by their source keys; `goods_of` names the goods of each."""

    source: str
    default_stock: int
    goods_of: dict[str, str]
    changes: Changes[Sku]
    prices: dict[str, Decimal] = field(default_factory=dict)
    opening: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    withdrawn: list[Sku] = field(default_factory=list)
    goods_that_lose_skus: set[str] = field(default_factory=set)

    def verdict(self, key: str) -> Verdict:
        """Say what is done with the SKU of this key."""
        return self.changes.verdict(key)

    def repairs(self, row: GoodsRow) -> list[Remark]:
        """Say how many SKUs got a stock that the source had not given."""
        silent = sum(sku.stock is None and sku.key in self.opening for sku in row.skus)
        text = _("No stock is given: opened with %(pieces)s.")
        return [Remark(text, {"pieces": self.default_stock}, count=silent)] if silent else []

    def write(self, entries: Changes[Goods]) -> None:
        """Insert, change and withdraw; prices and stock move in their own services, with a record of each."""
        for key, sku in self.changes.created.items():
            sku.goods = entries[self.goods_of[key]]
        self.changes.make()
        self.changes.change(stamp="updated_at")
        if self.withdrawn:
            ids = [sku.pk for sku in self.withdrawn]
            Sku.objects.filter(pk__in=ids).update(is_on_sale=False, updated_at=timezone.now())
        pricing.set_prices(prices=self._by_id(self.prices), source=self.source)
        stock.open_stocks(quantities=self._by_id(self.opening), reference=self.source)
        stock.set_counted(quantities=self._by_id(self.counted), reference=self.source)

    def goods_with_other_offers(self, entries: Changes[Goods]) -> set[int]:
        """Return the ids of the goods whose lowest price may be another one now."""
        touched = {self.goods_of[key] for key in (*self.changes.created, *self.changes.updated)}
        return {entries[key].pk for key in touched | self.goods_that_lose_skus}

    def _by_id(self, numbers: Mapping[str, N]) -> dict[int, N]:
        return {self.changes[key].pk: number for key, number in numbers.items()}


def known_skus(rows: Sequence[GoodsRow], known: Mapping[str, Goods], source: str) -> dict[str, Sku]:
    """Return, by source key, the SKUs of the known goods, and those that the rows name and some goods has already."""
    goods_ids = [goods.pk for goods in known.values()]
    skus = {str(sku.source_key): sku for sku in Sku.objects.filter(source=source, goods__in=goods_ids)}
    named = [sku.key for row in rows for sku in row.skus if sku.key not in skus]
    return skus | by_source_key(Sku.objects.all(), source=source, keys=named)


def compare_skus(
    rows: Sequence[GoodsRow],
    entries: Changes[Goods],
    known: SkusByKey,
    *,
    source: str,
    default_stock: int,
    set_stock: bool,
) -> SkuChanges:
    """Return what is to be done so that the SKUs are as the rows say; nothing is written."""
    by_key = {sku.key: sku for row in rows for sku in row.skus}
    changes = compare(Sku, known=known, source=source, wanted={key: _values(sku) for key, sku in by_key.items()})
    result = SkuChanges(
        source=source,
        default_stock=default_stock,
        goods_of={sku.key: row.key for row in rows for sku in row.skus},
        changes=changes,
        opening={key: _opening(by_key[key], default_stock) for key in changes.created},
    )
    for key, sku in changes.created.items():
        sku.price = by_key[key].price
    for key in (*changes.updated, *changes.unchanged):
        wanted, present = by_key[key], known[key]
        if wanted.price != present.price:
            result.prices[key] = wanted.price
        if set_stock and wanted.stock not in (None, present.stock):
            result.counted[key] = int(wanted.stock)
    changes.touch({*result.prices, *result.counted})
    _withdraw(result, rows, entries, known)
    return result


def _values(sku: SkuRow) -> dict[str, object]:
    """Return what follows the file; what the file lists is on sale."""
    return {
        "specifications": [{"name": name, "value": value} for name, value in sku.specifications],
        "image_url": sku.image_url,
        "is_on_sale": True,
    }


def _opening(sku: SkuRow, default_stock: int) -> int:
    return default_stock if sku.stock is None else sku.stock


def _withdraw(result: SkuChanges, rows: Sequence[GoodsRow], entries: Changes[Goods], known: SkusByKey) -> None:
    """Take off sale what the source no longer lists of goods that it does list."""
    keys = {entries[row.key].pk: row.key for row in rows if row.key not in entries.created}
    for key, sku in known.items():
        if key not in result.goods_of and sku.is_on_sale and sku.goods_id in keys:
            result.withdrawn.append(sku)
            result.goods_that_lose_skus.add(keys[sku.goods_id])
