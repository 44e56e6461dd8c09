"""Who can log in to the sample shop: a shopper with an address, a member of staff with two roles, a superuser."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password

from apps.common.permissions import EVERY_POWER, Power
from apps.user_operation.services.addresses import add_address
from apps.users.models import Role, RoleGrant, UserProfile


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

EDIT = Power.READ | Power.WRITE | Power.MODIFY
# The jobs of the shop: level, and powers by resource. The staff account has both.
ROLES: Mapping[str, tuple[int, Mapping[str, Power]]] = {
    "仓管": (
        10,
        {
            "goods.category": EDIT,
            "goods.brand": EDIT,
            "goods.goods": EDIT,
            "goods.sku": EDIT,
            "goods.goodsattribute": EVERY_POWER,
            "goods.goodsimage": EVERY_POWER,
            "goods.banner": EVERY_POWER,
            "goods.hotword": EVERY_POWER,
            "goods.indexad": EVERY_POWER,
            "goods.stockmovement": Power.READ | Power.WRITE,  # which is the right to adjust stock
            "goods.pricechange": Power.READ,
            "goods.freighttemplate": EDIT,
            "goods.freightzone": EDIT,
        },
    ),
    "客服": (
        20,
        {
            "trade.order": Power.READ | Power.MODIFY,
            "trade.orderdiscount": Power.READ,
            "trade.orderpricechange": Power.READ | Power.WRITE,  # which is the right to change prices
            "trade.coupon": EDIT,
            "trade.coupongrant": EDIT,  # which are the rights to give and take back
            "trade.fullreduction": EDIT,
            "trade.reductiontier": EVERY_POWER,
            "trade.memberlevel": EDIT,
            "trade.membership": EVERY_POWER,
            "trade.memberprice": EVERY_POWER,
            "trade.pointsaccount": Power.READ | Power.WRITE,
            "trade.pointsentry": Power.READ | Power.WRITE,  # which is the right to adjust points
            "trade.orderline": Power.READ,
            "trade.orderevent": Power.READ,
            "trade.ordernotechange": Power.READ,
            "trade.payment": Power.READ,
            "trade.refund": EDIT,  # to open them from an order, and to answer them
            "trade.refundline": Power.READ,
            "trade.refundevent": Power.READ,
            "trade.refundpicture": Power.READ,
            "trade.reconciliationrun": Power.READ,
            "trade.discrepancy": Power.READ | Power.MODIFY,  # to settle them
            "trade.oddpayment": Power.READ | Power.MODIFY,  # to have them paid back
            "trade.oddrefund": Power.READ | Power.MODIFY,  # to write them down
            "trade.invoicerequest": Power.READ | Power.MODIFY,
            "trade.carrier": EDIT,
            "trade.shipment": Power.READ,
            "trade.shipmentline": Power.READ,
            "trade.trackingevent": Power.READ,
            "notifications.notice": Power.READ,
            "user_operation.message": Power.READ,
            "user_operation.review": Power.READ | Power.MODIFY,
        },
    ),
}

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
        if any(UserProfile.objects.in_the_way_of(name).exists() for name in names):
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
        opened["staff"].roles.set(_roles())
    if "shopper" in opened:
        add_address(user_id=opened["shopper"].pk, **ADDRESS)
    return opened


def _roles() -> list[Role]:
    """Make the roles. One whose name is taken is left out: it is somebody's own, and so are its powers."""
    roles = []
    for name, (level, powers) in ROLES.items():
        role, is_new = Role.objects.get_or_create(name=name, defaults={"level": level})
        if is_new:
            RoleGrant.objects.bulk_create(
                RoleGrant(role=role, resource=resource, mask=mask) for resource, mask in powers.items()
            )
            roles.append(role)
    return roles


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
