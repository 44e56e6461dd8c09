"""The day on which the shop opens: some shelves of the sample shop without pictures, its offers, and people."""

from dataclasses import dataclass

from apps.goods.models import Brand, FreightTemplate, Goods, Sku
from apps.goods.services.stock import adjust
from apps.regions.models import Region
from apps.trade.models import MemberLevel, Membership, PointsAccount
from apps.trade.services.carriers import load_carriers
from apps.trade.services.points import adjust_points
from apps.users.models import UserProfile
from mxshop.sample.catalogue import Pictures, Shelf, read_shelves, stock_shelf
from mxshop.sample.offers import open_offers
from mxshop.simulation.world import World

SHELVES = frozenset({"fruit", "snacks", "kitchen", "home"})
# What is heavy, in grams a piece, and so costs freight.
HEAVY, GRAMS = "KITCHEN-", 700
# Provinces: around the warehouse, elsewhere, far away, and one to which nothing is sent.
PROVINCES = ((330000, "浙江省"), (440000, "广东省"), (650000, "新疆维吾尔自治区"), (710000, "台湾省"))
HOMES = (330000,) * 6 + (440000,) * 10 + (650000,) * 3 + (710000,)
WELCOME_POINTS = 600
# A small shop has little room: so many SKUs, and so many pieces of each.
KINDS, ROOM = 24, 6


@dataclass(frozen=True)
class Buyer:
    """Somebody who buys here, and where they live."""

    user: UserProfile
    region_code: int


@dataclass(frozen=True, kw_only=True)
class Town:
    """Who lives around the shop, and what it sells."""

    staff: UserProfile
    buyers: list[Buyer]
    sku_ids: list[int]


def open_shop(world: World, *, people: int) -> Town:
    """Fill the shelves, make the offers, and let people move in; raises ValueError where a shop is open already."""
    if Goods.objects.exists() or UserProfile.objects.exists():
        raise ValueError("there is a shop in this database")
    goods = _fill_shelves()
    open_offers(goods)
    _charge_for_weight()
    load_carriers()
    for code, name in PROVINCES:
        Region.objects.get_or_create(code=code, kind=Region.Kind.PROVINCE, defaults={"name": name})
    staff = UserProfile.objects.create_user("clerk", name="店员阿禾", is_staff=True)
    return Town(
        staff=staff,
        buyers=[_settle(world, number, staff) for number in range(people)],
        sku_ids=_make_room(world, staff),
    )


def _fill_shelves() -> dict[str, Goods]:
    shelves = [shelf for shelf in read_shelves() if shelf.code in SHELVES]
    names = sorted({article.brand for shelf in shelves for article in shelf.articles})
    brands = {name: Brand.objects.create(name=name) for name in names}
    return {
        goods.number: goods
        for position, shelf in enumerate(shelves)
        for goods in stock_shelf(shelf, position=position, brands=brands, pictures=_no_pictures(shelf))
    }


def _no_pictures(shelf: Shelf) -> dict[str, Pictures]:
    return {article.number: Pictures(own=[], of_tint={}) for article in shelf.articles}


def _charge_for_weight() -> None:
    template = FreightTemplate.objects.get()
    Goods.objects.filter(number__startswith=HEAVY).update(ships_free=False, freight_template=template)
    Sku.objects.filter(goods__number__startswith=HEAVY, weight=0).update(weight=GRAMS)


def _make_room(world: World, staff: UserProfile) -> list[int]:
    """Choose what is sold here, leave some of it on the shelves, and note all that stands in the house."""
    skus = list(Sku.objects.order_by("pk"))
    chosen = sorted(sku.pk for sku in world.dice.sample(skus, KINDS))
    for sku in skus:
        world.delivered[sku.pk] = sku.stock
        if sku.pk in chosen and sku.stock != ROOM:
            adjust(sku_id=sku.pk, delta=ROOM - sku.stock, note="陈列", actor_id=staff.pk)
            world.delivered[sku.pk] = ROOM
    return chosen


def _settle(world: World, number: int, staff: UserProfile) -> Buyer:
    """Let a buyer move in; some of them have a member card, some a gift of points."""
    user = UserProfile.objects.create_user(f"buyer{number}", mobile=f"1390000{number:04}", name=f"顾客{number}")
    if world.chance(0.4):
        level = world.dice.choice(list(MemberLevel.objects.order_by("pk")))
        Membership.objects.create(user=user, level=level)
    if world.chance(0.3):
        account = PointsAccount.objects.create(user=user)
        adjust_points(account=account, delta=WELCOME_POINTS, note="开业礼", actor_id=staff.pk)
    return Buyer(user=user, region_code=world.dice.choice(HOMES))
