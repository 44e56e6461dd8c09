"""Brands of a catalogue."""

from collections.abc import Sequence

from apps.common.imports import Outcome, by_source_key, compare, ids_by_source_key
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Brand
from apps.goods.services.imports.rows import BrandRow


@atomic_with_retry
def import_brands(*, rows: Sequence[BrandRow], source: str, dry_run: bool = False) -> list[Outcome]:
    """Make or change brands so that they are as the rows say; return what became of each row, in their order."""
    wanted = {
        row.key: {"name": row.name, "desc": row.desc, "image_url": row.image_url, "position": row.position}
        for row in rows
    }
    known = by_source_key(Brand.objects.all(), source=source, keys=wanted)
    changes = compare(Brand, known=known, source=source, wanted=wanted)
    if not dry_run:
        changes.make()
        changes.change()
    return [Outcome(changes.verdict(row.key)) for row in rows]


def brand_keys(*, source: str) -> dict[str, int]:
    """Return the brands that the shop knows of a source: the id of each by its source key."""
    return ids_by_source_key(Brand.objects.all(), source=source)
