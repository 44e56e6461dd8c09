"""Reviews that came with a catalogue. They have no author."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Outcome, Remark, Verdict, by_source_key, compare, ids_by_source_key
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Goods
from apps.user_operation.models import Review


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """What somebody said of a goods of the same source, with one to five stars."""

    key: str
    goods_key: str
    rating: int
    content: str = ""
    reply: str = ""
    image_urls: tuple[str, ...] = ()


@atomic_with_retry
def import_reviews(
    *, rows: Sequence[ReviewRow], source: str, expected: Collection[str] = (), dry_run: bool = False
) -> list[Outcome]:
    """Make or change reviews so that they are as the rows say; return what became of each row, in their order.

    A row is refused when the source's goods is unknown. A dry run names in `expected` the goods that a real one
    would have made before.
    """
    named = {row.goods_key for row in rows}
    goods = dict.fromkeys(expected, 0) | ids_by_source_key(Goods.objects.all(), source=source, keys=named)
    wanted = {row.key: _values(row, goods) for row in rows if row.goods_key in goods}
    known = by_source_key(Review.objects.all(), source=source, keys=wanted)
    changes = compare(Review, known=known, source=source, wanted=wanted)
    if not dry_run:
        changes.make()
        changes.change()
    return [Outcome(changes.verdict(row.key)) if row.key in wanted else _unknown_goods(row) for row in rows]


def _values(row: ReviewRow, goods: Mapping[str, int]) -> dict[str, object]:
    return {
        "goods_id": goods[row.goods_key],
        "rating": row.rating,
        "content": row.content,
        "reply": row.reply,
        "image_urls": list(row.image_urls),
    }


def _unknown_goods(row: ReviewRow) -> Outcome:
    return Outcome(Verdict.REFUSED, Remark(_("There is no goods “%(key)s”."), {"key": row.goods_key}))
