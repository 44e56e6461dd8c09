"""Who brings parcels in China, under the codes by which Kuaidi100 (快递100) knows them."""

from apps.common.transactions import atomic_with_retry
from apps.trade.models import Carrier

# Name, code, and the carrier's own page of a parcel, where it has one that takes the number in its address.
CARRIERS = (
    ("顺丰速运", "shunfeng", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{number}"),
    ("中通快递", "zhongtong", ""),
    ("圆通速递", "yuantong", ""),
    ("韵达快递", "yunda", ""),
    ("申通快递", "shentong", ""),
    ("极兔速递", "jtexpress", ""),
    ("京东物流", "jd", ""),
    ("EMS", "ems", ""),
    ("邮政快递包裹", "youzhengguonei", ""),
    ("德邦快递", "debangkuaidi", ""),
    ("菜鸟速递", "danniao", ""),
    ("优速快递", "youshuwuliu", ""),
    ("宅急送", "zhaijisong", ""),
    ("安能快运", "annengwuliu", ""),
)


@atomic_with_retry
def load_carriers() -> list[Carrier]:
    """Make the carriers that the shop does not have, and return them.

    One whose name or code is there stays as staff have it, also where they renamed it or switched it off.
    """
    names = set(Carrier.objects.values_list("name", flat=True))
    codes = set(Carrier.objects.values_list("code", flat=True))
    missing = [
        Carrier(name=name, code=code, tracking_url=url)
        for name, code, url in CARRIERS
        if name not in names and code not in codes
    ]
    # Of two that load at once neither fails.
    return Carrier.objects.bulk_create(missing, ignore_conflicts=True)
