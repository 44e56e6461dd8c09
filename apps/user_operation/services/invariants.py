"""What must always be true of favourites."""

from collections.abc import Iterator

from django.db.models import F, OuterRef

from apps.common.invariants import Finding, count_of, invariant, rewrite
from apps.goods.models import Goods
from apps.user_operation.models import Favourite

FAVOURITES = count_of(Favourite.objects.filter(goods=OuterRef("pk")), by="goods")


def _recount(keys: list[int]) -> None:
    rewrite(Goods.objects.filter(pk__in=keys), favourite_count=FAVOURITES)


@invariant("favourite_count_is_its_rows", fix=_recount)
def find_miscounted_favourites() -> Iterator[Finding]:
    """The favourites that a goods counts are those that users have."""
    goods = Goods._base_manager.annotate(kept=FAVOURITES).exclude(favourite_count=F("kept"))
    for one in goods.order_by("pk").iterator():
        yield Finding(one.pk, f"goods {one.pk}", f"counts {one.favourite_count} favourites, users have {one.kept}")
