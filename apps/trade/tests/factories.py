"""Cart lines and payments for tests; orders are placed by the service, never faked."""

from decimal import Decimal

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Carrier, CartLine, GuestCart, GuestCartLine, Order, OrderStatus, Payment, Shipment
from apps.trade.services.fulfilment import ship_order
from apps.trade.services.order_moves import move
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


class CarrierFactory(DjangoModelFactory[Carrier]):
    class Meta:
        model = Carrier
        django_get_or_create = ("code",)

    name = "顺丰速运"
    code = "shunfeng"
    tracking_url = "https://carrier.example/parcels/{number}"


def a_paid_order(user: UserProfile, *quantities: int) -> Order:
    """An order of a new SKU for each quantity, as if its payment had arrived; of one piece when none is given."""
    for quantity in quantities or (1,):
        CartLineFactory(user=user, sku=SkuFactory(), quantity=quantity)
    order = place_order(user=user, **RECIPIENT)
    with transaction.atomic():
        move(order=order, to=OrderStatus.PAID, paid_at=timezone.now())
    return order


def a_shipment(order: Order, *, tracking_number: str = "SF100200300") -> Shipment:
    """A parcel with all that is left of a paid order."""
    return ship_order(order=order, carrier=CarrierFactory(), tracking_number=tracking_number)
