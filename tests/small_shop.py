"""A shop with something of everything, for tests that must find rows wherever they look."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from apps.goods.models import Banner, Goods, GoodsAttribute, HotWord, IndexAd, Sku
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory, GoodsImageFactory, SkuFactory
from apps.trade.models import GuestCart, GuestCartLine, PointsAccount, Refund
from apps.trade.services import closing
from apps.trade.services.points import adjust_points
from apps.trade.services.refund_decisions import approve_refund
from apps.trade.services.refunds import apply_for_refund
from apps.trade.tests.factories import (
    CartLineFactory,
    CouponFactory,
    CouponGrantFactory,
    GuestCartFactory,
    a_paid_order,
    a_shipment,
    an_order,
)
from apps.trade.tests.refunding import a_refundable_order
from apps.user_operation.tests.factories import AddressFactory, FavouriteFactory, MessageFactory
from apps.users.models import DeviceSession, ScanLogin, SocialBinding, UserProfile
from apps.users.services.sessions import Device, open_session

EACH = 20
# Their ids stand in `tests/documented/schemathesis.toml`.
COUPON_IDS = [f"00000000-0000-4000-8000-{number:012}" for number in range(1, 4)]


def fill_catalogue() -> list[Goods]:
    """Make three levels of categories and goods in the lowest, every fourth with two SKUs; returns the goods."""
    top = CategoryFactory(name="生鲜", is_tab=True)
    fruit = CategoryFactory(name="水果", parent=CategoryFactory(name="果蔬", parent=top))
    brand = BrandFactory()
    goods = [_one_goods(number, category=fruit, brand=brand) for number in range(EACH)]
    Banner.objects.create(goods=goods[0], image=_picture())
    HotWord.objects.create(word="苹果")
    IndexAd.objects.create(category=top, goods=goods[1])
    for public_id in COUPON_IDS:
        CouponFactory(public_id=public_id, user_limit=1000)
    CouponFactory(code="SPRING-26", user_limit=1000)
    return goods


def _picture() -> ContentFile:
    content = BytesIO()
    Image.new("RGB", (60, 20), "red").save(content, "PNG")
    return ContentFile(content.getvalue(), name="wide.png")


def _one_goods(number: int, **places: object) -> Goods:
    goods = GoodsFactory(name=f"苹果{number}", is_new=number % 2 == 0, is_hot=number % 3 == 0, **places)
    GoodsAttribute.objects.create(goods=goods, name="产地", value="烟台")
    GoodsImageFactory(goods=goods)
    for kind in range(2 if number % 4 == 0 else 1):
        specifications = [{"name": "规格", "value": f"{kind + 1} kg"}]
        SkuFactory(goods=goods, price=Decimal(10 + kind), stock=5000, specifications=specifications)
    return goods


def fill_things_of(user: UserProfile, goods: list[Goods]) -> None:
    """Give the user a cart of all goods, a favourite of every second, as many of everything else, and points.

    One more order, the first of all, is on its way.
    """
    a_shipment(a_paid_order(user))
    for one in goods:
        if one.pk % 2:
            FavouriteFactory(user=user, goods=one)
        AddressFactory(user=user)
        MessageFactory(user=user)
        order = an_order(user)
        if one.pk % 2:
            closing.cancel_order(order=order, actor_id=user.pk)
    _fill_refunds(user)
    for one in goods:
        CartLineFactory(user=user, sku=one.skus.first())
        CouponGrantFactory(user=user)
    _fill_devices(user)
    SocialBinding.objects.create(user=user, provider="weixin", uid="o1", name="小满")
    adjust_points(account=PointsAccount.objects.create(user=user), delta=5000, note="生日", actor_id=None)


def _fill_devices(user: UserProfile) -> None:
    """Log the user in on devices whose keys a test can know."""
    for number in range(1, EACH + 1):
        open_session(user=user, device=Device(ip="192.0.2.1", user_agent="a phone"))
        DeviceSession.objects.filter(pk=DeviceSession.objects.latest("pk").pk).update(public_id=UUID(int=number))


def fill_scans(phone: DeviceSession | None = None) -> None:
    """Let browsers wait to be let in, under keys that a test can know; but for the first few the phone scanned them."""
    for number in range(1, EACH + 1):
        ScanLogin.objects.create(
            public_id=UUID(int=number),
            state="scanned" if phone and number > 4 else "waiting",
            phone=phone if number > 4 else None,
            expires_at=timezone.now() + timedelta(days=1),
        )


def _fill_refunds(user: UserProfile) -> None:
    """Give the user orders that can be refunded, and refunds: the first half asked for, the other half agreed to."""
    for _ in range(EACH):
        a_refundable_order(user, until="shipped")
    for number in range(1, EACH + 1):
        order = a_refundable_order(user, until="shipped")
        refund = apply_for_refund(order=order, user=user, kind="return_goods", reason="other")
        # Keys that a test can know.
        Refund.objects.filter(pk=refund.pk).update(public_id=UUID(int=number))
        if number > EACH // 2:
            approve_refund(refund=refund, actor_id=None)


def fill_guest_carts() -> list[GuestCart]:
    """Make carts with well-known UUIDs (`documented/schemathesis.toml` lists them), of all SKUs each."""
    carts = [GuestCartFactory(public_id=UUID(int=number)) for number in range(1, EACH + 1)]
    skus = list(Sku.objects.all())
    GuestCartLine.objects.bulk_create(
        GuestCartLine(cart=cart, sku=sku, quantity=2, added_price=sku.price) for cart in carts for sku in skus
    )
    return carts
