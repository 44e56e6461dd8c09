"""What user_operation keeps of a user: addresses, favourites, messages, reviews.

A review that was published stays, without its author.
"""

from collections.abc import Iterator

from apps.common.personal_data import Holding, Record, hold, record_of
from apps.user_operation.models import Address, Favourite, Message, Review
from apps.user_operation.services.favourites import remove_favourite
from apps.user_operation.services.messages import delete_message

ADDRESS = ("province", "city", "district", "address", "recipient_name", "recipient_mobile", "created_at")
MESSAGE = ("subject", "body", "file", "created_at")
REVIEW = ("rating", "content", "image_urls", "reply", "created_at")


def _read_addresses(user_id: int) -> Iterator[Record]:
    for address in Address.objects.filter(user_id=user_id):
        yield record_of(address, *ADDRESS)


def _erase_addresses(user_id: int) -> None:
    Address.objects.filter(user_id=user_id).delete()


def _read_favourites(user_id: int) -> Iterator[Record]:
    for favourite in Favourite.objects.filter(user_id=user_id).select_related("goods"):
        yield {"goods": favourite.goods.name, "created_at": favourite.created_at}


def _erase_favourites(user_id: int) -> None:
    # In the order of the goods, whose counts are locked: two who erase at once do not wait for each other in a circle.
    kept = Favourite.objects.filter(user_id=user_id).order_by("goods_id")
    for goods_id in kept.values_list("goods_id", flat=True):
        remove_favourite(user_id=user_id, goods_id=goods_id)


def _read_messages(user_id: int) -> Iterator[Record]:
    for message in Message.objects.filter(user_id=user_id):
        yield {"kind": message.get_kind_display(), **record_of(message, *MESSAGE)}


def _erase_messages(user_id: int) -> None:
    for message in Message.objects.filter(user_id=user_id):
        delete_message(message=message)


def _read_reviews(user_id: int) -> Iterator[Record]:
    for review in Review.objects.filter(user_id=user_id).select_related("goods"):
        yield {"goods": review.goods.name, **record_of(review, *REVIEW)}


def _erase_reviews(user_id: int) -> None:
    Review.objects.filter(user_id=user_id).update(user=None)


hold(Holding(name="addresses", models=(Address,), read=_read_addresses, erase=_erase_addresses))
hold(Holding(name="favourites", models=(Favourite,), read=_read_favourites, erase=_erase_favourites))
hold(Holding(name="messages", models=(Message,), read=_read_messages, erase=_erase_messages))
hold(Holding(name="reviews", models=(Review,), read=_read_reviews, erase=_erase_reviews))
