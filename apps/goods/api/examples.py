"""What answers of the catalogue look like, for the API documents: an entry of the sample shop."""

from typing import Any

PICTURE = "/media/goods/9b1639fbd72d4cc093e05153de7386fe.jpg"
SINCE = "2026-11-27 08:00:00"
GOODS: dict[str, Any] = {
    "id": 98,
    "category": {
        "id": 88,
        "name": "苹果",
        "code": "",
        "desc": "",
        "category_type": 3,
        "parent_category": 87,
        "is_tab": False,
        "add_time": SINCE,
    },
    "goods_sn": "FRUIT-001",
    "name": "云麓红苹果 脆甜多汁",
    "click_num": 311,
    "sold_num": 1264,
    "fav_num": 12,
    "goods_num": 300,
    "market_price": "69.90",
    "shop_price": "36.90",
    "goods_brief": "高原日照长、夜里凉，一口咬下去是脆响和甜水。",
    "goods_desc": "<p>白天晒足太阳，夜里早早转凉，糖分就这样留在果肉里。</p>",
    "ship_free": True,
    "goods_front_image": PICTURE,
    "is_new": False,
    "is_hot": True,
    "add_time": SINCE,
    "images": [{"image": PICTURE}],
    "skus": [
        {
            "id": 157,
            "code": "FRUIT-001-1",
            "specifications": [{"name": "净重", "value": "2.5 公斤"}],
            "shop_price": "36.90",
            "goods_num": 180,
            "image": PICTURE,
        },
        {
            "id": 158,
            "code": "FRUIT-001-2",
            "specifications": [{"name": "净重", "value": "5 公斤"}],
            "shop_price": "66.90",
            "goods_num": 120,
            "image": PICTURE,
        },
    ],
}
BRAND = {"id": 3, "name": "云麓农场", "desc": "", "image": "/media/brands/yunlu.png", "add_time": SINCE}
GOODS_DETAIL = GOODS | {"brand": BRAND, "attributes": [{"name": "产地", "value": "云麓台地"}]}
