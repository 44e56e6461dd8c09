"""The category tree: the only place where `parent`, `path` and `level` are written."""

from collections.abc import Collection, Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import CategoryLoop
from apps.goods.models import Category

MAX_PATH = 700


@atomic_with_retry
def create_category(
    *,
    name: str,
    parent: Category | None = None,
    code: str = "",
    desc: str = "",
    is_tab: bool = False,
    position: int = 0,
) -> Category:
    """Add a category below the parent, or at the top.

    Raises InvalidInput when the tree would become deeper than a path can say.
    """
    # The parent is locked first: whoever moves it waits, and then finds this child.
    path, level = _place_below(Category.objects.select_for_update().get(pk=parent.pk) if parent else None)
    category = Category.objects.create(
        name=name, parent=parent, code=code, desc=desc, is_tab=is_tab, position=position, level=level
    )
    category.path = _step(path, category.pk)
    category.save(update_fields=["path"])
    return category


@atomic_with_retry
def move_category(*, category: Category, parent: Category | None) -> None:
    """Put a category, with everything below it, under another parent (None: to the top).

    A row that was just saved by a form gets its place here too. Every row of the tree is locked, in the order of
    the keys: of two moves that together would make a loop, the second one waits and then sees what the first one
    left. Trees are small and seldom change, so nobody minds the wait.

    Raises CategoryLoop if the parent stands below the category; then nothing is written.
    """
    tree = {row.pk: row for row in Category.objects.select_for_update().order_by("pk")}
    above = tree[parent.pk] if parent else None
    if any(row.pk == category.pk for row in _upwards(above, tree)):
        raise CategoryLoop(fields={"parent": [CategoryLoop.title]})
    tree[category.pk].parent = above
    _write_places(_below([tree[category.pk]], tree.values()))
    category.parent = parent
    category.path, category.level = tree[category.pk].path, tree[category.pk].level


@transaction.atomic
def rebuild_paths() -> int:
    """Write `path` and `level` of every category from its parent, after a bulk load; return how many changed.

    Raises CategoryLoop if rows stand below themselves; then nothing is written.
    """
    tree = {row.pk: row for row in Category.objects.select_for_update().order_by("pk")}
    tops = [row for row in tree.values() if row.parent_id is None]
    rows = list(_below(tops, tree.values()))
    if len(rows) < len(tree):
        raise CategoryLoop
    return _write_places(rows)


def _upwards(row: Category | None, tree: dict[int, Category]) -> Iterator[Category]:
    seen: set[int] = set()
    while row and row.pk not in seen:
        seen.add(row.pk)
        yield row
        row = tree[row.parent_id] if row.parent_id else None


def _below(heads: Collection[Category], rows: Collection[Category]) -> Iterator[Category]:
    """Yield the heads and all rows under them, each after its parent and with that very parent object."""
    children: dict[int | None, list[Category]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    waiting = list(heads)
    while waiting:
        row = waiting.pop()
        yield row
        for child in children.get(row.pk, []):
            child.parent = row
            waiting.append(child)


def _write_places(rows: Iterator[Category] | Collection[Category]) -> int:
    changed = []
    for row in rows:
        above, level = _place_below(row.parent)
        place = (_step(above, row.pk), level)
        if (row.path, row.level) != place:
            changed.append(row)
        row.path, row.level = place
    Category.objects.bulk_update(changed, ["parent", "path", "level"], batch_size=500)
    return len(changed)


def _place_below(parent: Category | None) -> tuple[str, int]:
    return (parent.path, parent.level + 1) if parent else ("/", 1)


def _step(path: str, pk: int) -> str:
    longer = f"{path}{pk}/"
    if len(longer) > MAX_PATH:
        raise InvalidInput(fields={"parent": [_("The category tree is too deep here.")]})
    return longer
