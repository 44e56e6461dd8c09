"""Buyers who are signed in, what they buy, and their carts, which are filled anew before each round."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.goods.models import Category, Goods, Sku
from apps.trade.models import CartLine
from apps.users.models import DeviceSession, UserProfile
from apps.users.services.tokens import issue_token

STOCK = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """One who orders once in a round: two goods that nobody else orders, or one that everybody wants."""

    user_id: int
    token: str
    own: tuple[int, int]
    hot: int


def make_buyers(count: int) -> list[Buyer]:
    """Write so many buyers with a session each, and goods of two SKUs for each of them."""
    category = Category.objects.create(name="bench", level=1)
    Category.objects.filter(pk=category.pk).update(path=f"/{category.pk}/")
    price = Decimal("10.00")
    Goods.objects.bulk_create(Goods(category=category, name=f"goods {n}", price=price) for n in range(2 * count + 1))
    Sku.objects.bulk_create(
        Sku(goods_id=pk, price=price, stock=STOCK) for pk in Goods.objects.order_by("pk").values_list("pk", flat=True)
    )
    hot, *skus = Sku.objects.order_by("pk").values_list("pk", flat=True)
    UserProfile.objects.bulk_create(
        UserProfile(username=f"bench{n}", mobile=f"139{n:08d}", password="!") for n in range(count)
    )
    until = timezone.now() + timedelta(hours=1)
    DeviceSession.objects.bulk_create(DeviceSession(user=user, expires_at=until) for user in UserProfile.objects.all())
    sessions = DeviceSession.objects.select_related("user").order_by("pk")
    return [
        Buyer(user_id=session.user_id, token=issue_token(session), own=(skus[2 * n], skus[2 * n + 1]), hot=hot)
        for n, session in enumerate(sessions)
    ]


def fill_carts(buyers: list[Buyer], *, is_hot: bool) -> None:
    """Put into each cart two goods of its own, or the one that all of them want."""
    CartLine.objects.all().delete()
    CartLine.objects.bulk_create(
        CartLine(user_id=buyer.user_id, sku_id=sku_id, quantity=1)
        for buyer in buyers
        for sku_id in ((buyer.hot,) if is_hot else buyer.own)
    )
