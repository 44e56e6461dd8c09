"""Regions of the standard, from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Outcome, Remark, Verdict
from apps.common.transactions import atomic_with_retry
from apps.regions.models import Region

Kind = Region.Kind
KIND_ABOVE = {Kind.PROVINCE: None, Kind.CITY: Kind.PROVINCE, Kind.DISTRICT: Kind.CITY}
Place = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class RegionRow:
    """A region; `key` and `parent_key` hold within its file only, the shop knows it by code and kind."""

    key: str
    code: int
    kind: Region.Kind
    name: str
    parent_key: str | None = None


@atomic_with_retry
def import_regions(*, rows: Sequence[RegionRow], dry_run: bool = False) -> list[Outcome]:
    """Make or change regions so that they are as the rows say; return what became of each row, in their order.

    A row is refused when its parent is not in the file, is refused, or is not of the kind above: a province has
    none, a city stands in a province, a district in a city.
    """
    by_key = {row.key: row for row in rows}
    refused: dict[str, Remark] = {}
    known: dict[Place, Region] = {(region.code, region.kind): region for region in Region.objects.all()}
    verdicts: dict[str, Verdict] = {}
    for kind in KIND_ABOVE:  # from the top: whoever has a parent finds it made
        level = [row for row in rows if row.kind == kind]
        refused |= {row.key: reason for row in level if (reason := _misfit(row, by_key, refused))}
        verdicts |= _settle([row for row in level if row.key not in refused], by_key, known, dry_run=dry_run)
    return [
        Outcome(Verdict.REFUSED, refused[row.key]) if row.key in refused else Outcome(verdicts[row.key]) for row in rows
    ]


def _misfit(row: RegionRow, by_key: Mapping[str, RegionRow], refused: Mapping[str, Remark]) -> Remark | None:
    """Say why a row has no place; None when it has one."""
    above = KIND_ABOVE[row.kind]
    if row.parent_key is None:
        return Remark(_("A city or a district needs a parent.")) if above else None
    parent = by_key.get(row.parent_key)
    if parent is None:
        return Remark(_("There is no region “%(key)s” to be its parent."), {"key": row.parent_key})
    if parent.kind != above:
        return Remark(
            _("A %(kind)s cannot stand in a %(parent)s."), {"kind": row.kind.label, "parent": parent.kind.label}
        )
    return Remark(_("Its parent was refused.")) if parent.key in refused else None


def _settle(
    rows: Sequence[RegionRow], by_key: Mapping[str, RegionRow], known: dict[Place, Region], *, dry_run: bool
) -> dict[str, Verdict]:
    """Write the regions of one kind, and add the new ones to the known."""
    verdicts, created, updated = {}, [], []
    for row in rows:
        above = by_key[row.parent_key] if row.parent_key is not None else None
        parent = known[above.code, above.kind] if above else None
        region = known.get((row.code, row.kind))
        if region is None:
            created.append(Region(code=row.code, kind=row.kind, name=row.name, parent=parent))
            verdicts[row.key] = Verdict.CREATED
        elif (region.name, region.parent_id) != (row.name, parent.pk if parent else None):
            region.name, region.parent = row.name, parent
            updated.append(region)
            verdicts[row.key] = Verdict.UPDATED
        else:
            verdicts[row.key] = Verdict.UNCHANGED
    if not dry_run:
        Region.objects.bulk_create(created, batch_size=1000)
        Region.objects.bulk_update(updated, ["name", "parent"], batch_size=500)
    known |= {(region.code, region.kind): region for region in created}
    return verdicts
