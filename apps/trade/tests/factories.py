"""Cart lines and payments for tests; orders are placed by the service, never faked."""

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, GuestCart, GuestCartLine, Order, Payment
from apps.trade.services.orders import place_order
from apps.users.models import UserProfile

RECIPIENT = {"recipient_name": "李雷", "recipient_mobile": "13800000001", "address": "浙江省杭州市西湖区文三路1号"}


class CartLineFactory(DjangoModelFactory[CartLine]):
    class Meta:
        model = CartLine

    sku = factory.SubFactory(SkuFactory)
    quantity = 1


class GuestCartFactory(DjangoModelFactory[GuestCart]):
    class Meta:
        model = GuestCart

    touched_at = factory.LazyFunction(timezone.now)


class GuestCartLineFactory(DjangoModelFactory[GuestCartLine]):
    class Meta:
        model = GuestCartLine

    cart = factory.SubFactory(GuestCartFactory)
    sku = factory.SubFactory(SkuFactory)
    quantity = 1
    added_price = factory.SelfAttribute("sku.price")


def an_order(user: UserProfile, *, quantity: int = 1, **sku: object) -> Order:
    """An order of one new SKU, to be paid."""
    CartLineFactory(user=user, sku=SkuFactory(**sku), quantity=quantity)
    return place_order(user=user, **RECIPIENT)


class PaymentFactory(DjangoModelFactory[Payment]):
    """Money as if a gateway had reported it; the order stays as it is."""

    class Meta:
        model = Payment

    channel = Payment.Channel.ALIPAY
    trade_no = factory.Sequence(lambda n: f"20261123{n:020d}")
    amount = Decimal("10.00")
    status = Payment.Status.ACCEPTED
    paid_at = factory.LazyFunction(timezone.now)
