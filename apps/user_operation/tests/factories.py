"""What shoppers keep, for tests."""

import factory
from factory.django import DjangoModelFactory

from apps.goods.tests.factories import SkuFactory
from apps.user_operation.models import Address, Favourite, Message, Review
from apps.users.tests.factories import UserFactory


class FavouriteFactory(DjangoModelFactory[Favourite]):
    """A favourite of a goods that is on sale; the count of the goods says so."""

    class Meta:
        model = Favourite
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    goods = factory.LazyFunction(lambda: SkuFactory().goods)

    @factory.post_generation
    def count(self: Favourite, create: bool, extracted: object, **kwargs: object) -> None:
        self.goods.favourite_count += 1
        self.goods.save(update_fields=["favourite_count"])


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    user = factory.SubFactory(UserFactory)
    province = "浙江省"
    city = "杭州市"
    district = "西湖区"
    address = factory.Sequence(lambda n: f"文三路{n}号")
    recipient_name = "爱丽丝"
    recipient_mobile = "13800000001"


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    user = factory.SubFactory(UserFactory)
    subject = "发货"
    body = "什么时候发货？"


class ReviewFactory(DjangoModelFactory[Review]):
    class Meta:
        model = Review

    goods = factory.LazyFunction(lambda: SkuFactory().goods)
    user = factory.SubFactory(UserFactory)
    content = "又大又甜"
    rating = 5
