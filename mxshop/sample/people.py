"""Who can log in to the sample shop: a shopper with an address, a member of staff with some rights, a superuser."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group, Permission

from apps.regions.models import Region
from apps.user_operation.services.addresses import add_address
from apps.users.models import UserProfile


@dataclass(frozen=True)
class Account:
    """An account whose password everybody may know. It lives on machines where nothing is at stake."""

    role: str
    username: str
    mobile: str | None
    password: str


ACCOUNTS = (
    Account("shopper", "demo", "13800138000", "sample-shopper"),
    Account("staff", "clerk", None, "sample-clerk"),
    Account("superuser", "admin", None, "sample-admin"),
)
NAMES = {"shopper": "小满", "staff": "店员阿禾", "superuser": "掌柜"}

STAFF_GROUP = "商品与订单"
_VIEW = ("view",)
_EDIT = ("view", "add", "change")
_ALL = (*_EDIT, "delete")
# What the staff account may do, by app and model.
RIGHTS = {
    ("goods", "category"): _EDIT,
    ("goods", "brand"): _EDIT,
    ("goods", "goods"): _EDIT,
    ("goods", "sku"): _EDIT,
    ("goods", "goodsattribute"): _ALL,
    ("goods", "goodsimage"): _ALL,
    ("goods", "banner"): _ALL,
    ("goods", "hotword"): _ALL,
    ("goods", "indexad"): _ALL,
    ("goods", "stockmovement"): ("view", "add"),  # which is the right to adjust stock
    ("goods", "pricechange"): _VIEW,
    ("goods", "freighttemplate"): _EDIT,
    ("goods", "freightzone"): _EDIT,
    ("trade", "order"): ("view", "change"),
    ("trade", "orderdiscount"): _VIEW,
    ("trade", "orderpricechange"): ("view", "add"),  # which is the right to change prices
    ("trade", "coupon"): _EDIT,
    ("trade", "coupongrant"): ("view", "add", "change"),  # which are the rights to give and take back
    ("trade", "fullreduction"): _EDIT,
    ("trade", "reductiontier"): _ALL,
    ("trade", "memberlevel"): _EDIT,
    ("trade", "membership"): _ALL,
    ("trade", "memberprice"): _ALL,
    ("trade", "pointsaccount"): ("view", "add"),
    ("trade", "pointsentry"): ("view", "add"),  # which is the right to adjust points
    ("trade", "orderline"): _VIEW,
    ("trade", "orderevent"): _VIEW,
    ("trade", "payment"): _VIEW,
    ("trade", "refund"): ("view", "add", "change"),  # to open them from an order, and to answer them
    ("trade", "refundline"): _VIEW,
    ("trade", "refundevent"): _VIEW,
    ("trade", "refundpicture"): _VIEW,
    ("trade", "reconciliationrun"): _VIEW,
    ("trade", "discrepancy"): ("view", "change"),  # to settle them
    ("trade", "invoicerequest"): ("view", "change"),
    ("trade", "carrier"): _EDIT,
    ("trade", "shipment"): _VIEW,
    ("trade", "shipmentline"): _VIEW,
    ("trade", "trackingevent"): _VIEW,
    ("notifications", "notice"): _VIEW,
    ("user_operation", "message"): _VIEW,
    ("user_operation", "review"): ("view", "change"),
}

# The regions that the shopper's address lies in.
REGIONS = ((330000, "province", "浙江省"), (330100, "city", "杭州市"), (330106, "district", "西湖区"))
ADDRESS = {
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "青柠路 88 号 3 幢 502 室",
    "recipient_name": "小满",
    "recipient_mobile": "13800138000",
}


def open_accounts() -> dict[str, UserProfile]:
    """Create the accounts, by role. One whose name or mobile is taken is left out: it may be somebody's own."""
    opened = {}
    for account in ACCOUNTS:
        names = [account.username, *([account.mobile] if account.mobile else [])]
        if any(UserProfile.objects.named(name).exists() for name in names):
            continue
        opened[account.role] = UserProfile.objects.create_user(
            account.username,
            password=account.password,
            mobile=account.mobile,
            name=NAMES[account.role],
            is_staff=account.role != "shopper",
            is_superuser=account.role == "superuser",
        )
    if "staff" in opened:
        opened["staff"].groups.add(_staff_group())
    if "shopper" in opened:
        _settle(opened["shopper"])
    return opened


def _staff_group() -> Group:
    group, _is_new = Group.objects.get_or_create(name=STAFF_GROUP)
    for (app, model), powers in RIGHTS.items():
        names = [f"{power}_{model}" for power in powers]
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=names))
    return group


def _settle(shopper: UserProfile) -> None:
    """Give the shopper an address, and the regions it needs where they are not loaded yet."""
    region = None
    for code, kind, name in REGIONS:
        region, _is_new = Region.objects.get_or_create(code=code, kind=kind, defaults={"name": name, "parent": region})
    add_address(user_id=shopper.pk, **ADDRESS)


def working_accounts() -> list[Account]:
    """Return the accounts that exist and whose password still is the published one."""
    hashes = dict(
        UserProfile.objects.active()
        .filter(username__in=[account.username for account in ACCOUNTS])
        .values_list("username", "password")
    )
    return [
        account
        for account in ACCOUNTS
        if account.username in hashes and check_password(account.password, hashes[account.username])
    ]
