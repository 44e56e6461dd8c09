"""Favourites, and the count of them that each goods carries."""

from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Goods
from apps.goods.services import counters
from apps.user_operation.exceptions import AlreadyFavourite, NotFavourite
from apps.user_operation.models import Favourite


@atomic_with_retry
def add_favourite(*, user_id: int, goods_id: int) -> Favourite:
    """Keep a goods among a user's favourites, once, and count it.

    Raises InvalidInput for what is not on sale, and AlreadyFavourite if it is there; then nothing is counted.
    """
    if not Goods.objects.on_sale().filter(pk=goods_id).exists():
        raise InvalidInput(fields={"goods": [_("This is not on sale.")]})
    # The count comes first: it locks the goods' row, so that equal clicks queue here. The other way round each
    # would hold a share of that row, by the foreign key, and wait for the others to let go.
    counters.add_favourites(goods_id=goods_id, change=1)
    favourite, created = Favourite.objects.get_or_create(user_id=user_id, goods_id=goods_id)
    if not created:
        raise AlreadyFavourite
    return favourite


@atomic_with_retry
def remove_favourite(*, user_id: int, goods_id: int) -> None:
    """Drop a goods from a user's favourites, and its count by one.

    Raises NotFavourite if it is not there, as for the later of two equal clicks; then nothing is counted.
    """
    counters.add_favourites(goods_id=goods_id, change=-1)
    deleted, _rows = Favourite.objects.filter(user_id=user_id, goods_id=goods_id).delete()
    if not deleted:
        raise NotFavourite
