"""Attributes and pictures of imported goods: they follow the file, row by row and in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.common.imports import Changes
from apps.goods.models import Goods, GoodsAttribute, GoodsImage
from apps.goods.services.imports.rows import GoodsRow, Pairs


@dataclass(frozen=True)
class PartChanges:
    """The goods, by source key, whose attributes or pictures are to be other ones."""

    attributes: Mapping[str, Pairs]
    pictures: Mapping[str, tuple[str, ...]]

    @property
    def goods_keys(self) -> set[str]:
        """The goods with any change."""
        return {*self.attributes, *self.pictures}

    def write(self, entries: Changes[Goods]) -> None:
        """Put the wanted parts in the place of the present ones; pictures that staff uploaded stay."""
        GoodsAttribute.objects.filter(goods__in=_known_ids(self.attributes, entries)).delete()
        GoodsAttribute.objects.bulk_create(
            GoodsAttribute(goods_id=entries[key].pk, name=name, value=value, position=position)
            for key, pairs in self.attributes.items()
            for position, (name, value) in enumerate(pairs)
        )
        GoodsImage.objects.filter(goods__in=_known_ids(self.pictures, entries), image="").delete()
        GoodsImage.objects.bulk_create(
            GoodsImage(goods_id=entries[key].pk, image_url=url, position=position)
            for key, urls in self.pictures.items()
            for position, url in enumerate(urls)
        )


def compare_parts(rows: Sequence[GoodsRow], entries: Changes[Goods]) -> PartChanges:
    """Return which goods need other attributes or pictures; nothing is written."""
    known = _known_ids([row.key for row in rows], entries)
    attributes, pictures = _attributes(known), _pictures(known)
    return PartChanges(
        attributes={
            row.key: row.attributes for row in rows if row.attributes != attributes.get(entries[row.key].pk, ())
        },
        pictures={
            row.key: row.picture_urls for row in rows if row.picture_urls != pictures.get(entries[row.key].pk, ())
        },
    )


def _known_ids(keys: Iterable[str], entries: Changes[Goods]) -> list[int]:
    return [entries[key].pk for key in keys if key not in entries.created]


def _attributes(goods_ids: Sequence[int]) -> dict[int, Pairs]:
    found: dict[int, Pairs] = {}
    rows = GoodsAttribute.objects.filter(goods__in=goods_ids).order_by("position", "id")
    for goods_id, name, value in rows.values_list("goods_id", "name", "value"):
        found[goods_id] = (*found.get(goods_id, ()), (name, value))
    return found


def _pictures(goods_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = GoodsImage.objects.filter(goods__in=goods_ids, image="").order_by("position", "id")
    for goods_id, url in rows.values_list("goods_id", "image_url"):
        found[goods_id] = (*found.get(goods_id, ()), url)
    return found
