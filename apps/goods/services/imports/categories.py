"""The categories of a catalogue: a tree that arrives in any order, and may be broken."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Changes, Outcome, Remark, Verdict, compare, ids_by_source_key
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Category
from apps.goods.services.categories import MAX_PATH, rebuild_paths
from apps.goods.services.imports.rows import CategoryRow

# Even with the longest ids that the database gives, a path of so many levels is not too long.
MAX_LEVEL = MAX_PATH // len("9223372036854775807/")

# A category in the making: the id of one that is there, or the source key of one that is not yet.
Node = int | str


@atomic_with_retry
def import_categories(*, rows: Sequence[CategoryRow], source: str, dry_run: bool = False) -> list[Outcome]:
    """Make, change and move categories so that they are as the rows say; return what became of each row.

    Parents may be other rows, in any order, or categories of an earlier import. A row is refused when its parent is
    unknown or refused, when it would stand below itself, or too deep; one that the shop knows then stays as it is.
    Every row of the tree is locked meanwhile, so that nobody moves one of them in between.
    """
    tree = {row.pk: row for row in (Category.objects if dry_run else Category.objects.select_for_update()).all()}
    known = {str(row.source_key): row for row in tree.values() if row.source == source and row.source_key is not None}
    nodes: dict[str, Node] = {row.key: row.key for row in rows} | {key: row.pk for key, row in known.items()}
    levels, refused = _place(rows, tree, nodes)
    accepted = [row for row in rows if row.key not in refused]
    wanted = {row.key: _values(row) for row in accepted}
    changes = compare(Category, known=known, source=source, wanted=wanted)
    _choose_tabs(changes, rows, levels)
    moved = {row.key: row.parent_key for row in accepted if _has_moved(row, changes, known)}
    changes.touch(moved)
    if not dry_run:
        _write(changes, moved, known)
    return [
        Outcome(Verdict.REFUSED, refused[row.key]) if row.key in refused else Outcome(changes.verdict(row.key))
        for row in rows
    ]


def category_keys(*, source: str) -> dict[str, int]:
    """Return the categories that the shop knows of a source: the id of each by its source key."""
    return ids_by_source_key(Category.objects.all(), source=source)


def _place(
    rows: Sequence[CategoryRow], tree: Mapping[int, Category], nodes: Mapping[str, Node]
) -> tuple[dict[Node, int], dict[str, Remark]]:
    """Return the level of every category of the tree to be, and why rows have no place in it."""
    present: dict[Node, Node | None] = {pk: row.parent_id for pk, row in tree.items()}
    future = present | {nodes[row.key]: _parent_node(row, nodes) for row in rows}
    levels = _levels(future)
    refused = {row.key: _reason(row, nodes, future) for row in rows if nodes[row.key] not in levels}
    # What is refused stays where it is, and then it may be a parent for others.
    stranded = {nodes[key] for key in refused}
    levels = _levels(future | {node: present[node] for node in stranded if node in present})
    for row in rows:
        if row.key in refused and nodes[row.key] not in present and nodes[row.key] in levels:
            del refused[row.key]
    return levels, refused


def _parent_node(row: CategoryRow, nodes: Mapping[str, Node]) -> Node | None:
    # An unknown parent is a node that no top leads to.
    return None if row.parent_key is None else nodes.get(row.parent_key, f"?{row.parent_key}")


def _levels(parents: Mapping[Node, Node | None]) -> dict[Node, int]:
    """Return the level of every node that hangs on a top, down to the deepest level there may be."""
    children: dict[Node | None, list[Node]] = {}
    for node, parent in parents.items():
        children.setdefault(parent, []).append(node)
    levels: dict[Node, int] = {}
    heads = children.get(None, [])
    for level in range(1, MAX_LEVEL + 1):
        levels.update(dict.fromkeys(heads, level))
        heads = [child for head in heads for child in children.get(head, [])]
    return levels


def _reason(row: CategoryRow, nodes: Mapping[str, Node], future: Mapping[Node, Node | None]) -> Remark:
    """Say why a row is not part of the tree, by walking up from it."""
    if row.parent_key is not None and row.parent_key not in nodes:
        return Remark(_("There is no category “%(key)s” to be its parent."), {"key": row.parent_key})
    start, above, seen = nodes[row.key], nodes[str(row.parent_key)], set[Node]()
    while above in future and above not in seen and above != start:
        seen.add(above)
        step = future[above]
        if step is None:
            return Remark(_("The tree would be more than %(most)s levels deep here."), {"most": MAX_LEVEL})
        above = step
    if above == start:
        return Remark(_("Its parents lead back to the category itself."))
    return Remark(_("Its parent was refused."))


def _values(row: CategoryRow) -> dict[str, object]:
    values: dict[str, object] = {
        "name": row.name, "code": row.code, "desc": row.desc, "position": row.position, "icon_url": row.icon_url,
    }  # fmt: skip
    return values if row.is_tab is None else values | {"is_tab": row.is_tab}


def _choose_tabs(changes: Changes[Category], rows: Sequence[CategoryRow], levels: Mapping[Node, int]) -> None:
    """Put new tops into the navigation where the source marks none; later it is the staff's choice."""
    if all(row.is_tab is None for row in rows):
        for key, category in changes.created.items():
            category.is_tab = levels[key] == 1


def _has_moved(row: CategoryRow, changes: Changes[Category], known: Mapping[str, Category]) -> bool:
    if row.key in changes.created:
        return row.parent_key is not None
    above = known.get(row.parent_key) if row.parent_key is not None else None
    return known[row.key].parent_id != (above.pk if above else None) or (above is None and row.parent_key is not None)


def _write(changes: Changes[Category], moved: Mapping[str, str | None], known: Mapping[str, Category]) -> None:
    """Insert first, then hang everything in its place, and let the category service write the paths."""
    changes.make()
    changes.change()
    everything = {**known, **changes.created}
    for key, parent_key in moved.items():
        everything[key].parent = everything[parent_key] if parent_key is not None else None
    Category.objects.bulk_update([everything[key] for key in moved], ["parent"], batch_size=500)
    if moved or changes.created:
        rebuild_paths()
