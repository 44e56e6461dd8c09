"""Cart lines, payments and offers for tests; orders are placed by the service, never faked."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.goods.tests.factories import SkuFactory
from apps.trade.models import (
    Carrier,
    CartLine,
    Coupon,
    CouponGrant,
    FullReduction,
    GuestCart,
    GuestCartLine,
    MemberLevel,
    Order,
    OrderStatus,
    Payment,
    ReductionTier,
    Shipment,
)
from apps.trade.services.fulfilment import ship_order
from apps.trade.services.order_moves import move
from apps.trade.services.orders import place_order
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

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
        move(order=order, to=OrderStatus.PAID, reason="test", paid_at=timezone.now())
    return order


def a_shipment(order: Order, *, tracking_number: str = "SF100200300") -> Shipment:
    """A parcel with all that is left of a paid order."""
    return ship_order(order=order, carrier=CarrierFactory(), tracking_number=tracking_number)


def this_minute() -> datetime:
    """Now, as exactly as staff type it."""
    return timezone.now().replace(second=0, microsecond=0)


class CouponFactory(DjangoModelFactory[Coupon]):
    """5 yuan off anything, claimed once by each, from yesterday to tomorrow."""

    class Meta:
        model = Coupon

    name = factory.Sequence(lambda n: f"优惠券{n}")
    value = Decimal("5.00")
    starts_at = factory.LazyFunction(lambda: this_minute() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: this_minute() + timedelta(days=1))


class CouponGrantFactory(DjangoModelFactory[CouponGrant]):
    """A coupon in a buyer's hands, to be used."""

    class Meta:
        model = CouponGrant

    coupon = factory.SubFactory(CouponFactory, claimed_count=1)
    user = factory.SubFactory(UserFactory)


class FullReductionFactory(DjangoModelFactory[FullReduction]):
    """A reduction of everything that runs since yesterday; `tiers` maps sums to what is off."""

    class Meta:
        model = FullReduction
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"满减{n}")
    starts_at = factory.LazyFunction(lambda: this_minute() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: this_minute() + timedelta(days=1))

    @factory.post_generation
    def tiers(self: FullReduction, create: bool, extracted: Any, **kwargs: Any) -> None:
        for minimum, reduction in (extracted or {}).items():
            ReductionTier.objects.create(promotion=self, minimum=minimum, reduction=reduction)


class MemberLevelFactory(DjangoModelFactory[MemberLevel]):
    """Members who pay nine tenths."""

    class Meta:
        model = MemberLevel

    name = factory.Sequence(lambda n: f"会员{n}")
    percentage = 90
