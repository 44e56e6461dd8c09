"""What answers of the catalogue look like, for the API documents: entries of the sample shop."""

from typing import Any

from apps.common.openapi import answered

SINCE = "2026-11-27 08:00:00"
FRUIT: dict[str, Any] = {
    "id": 86,
    "name": "新鲜水果",
    "code": "fruit",
    "desc": "当季采摘，产地直发，熟到刚好。",
    "category_type": 1,
    "parent_category": None,
    "is_tab": True,
    "add_time": SINCE,
}
ORCHARD = FRUIT | {
    "id": 87,
    "name": "苹果梨桃",
    "code": "",
    "desc": "",
    "category_type": 2,
    "parent_category": 86,
    "is_tab": False,
}
APPLE = ORCHARD | {"id": 88, "name": "苹果", "category_type": 3, "parent_category": 87}
PEAR = APPLE | {"id": 89, "name": "梨"}
BRAND = {
    "id": 1,
    "name": "云麓农场",
    "desc": "海拔一千一百米的台地果园，只种苹果、梨和根茎菜。",
    "image": "/media/brands/ffb2eaa4fead42668c61deee6bbfc189.jpg",
    "add_time": SINCE,
}
RED_PICTURE = "/media/goods/d842326311fa4ad4912e3ae54806cfda.jpg"
GREEN_PICTURE = "/media/goods/327a74d1de2e46af847ff849c48618af.jpg"
# With one SKU on sale: the item of the old clients exactly.
GREEN: dict[str, Any] = {
    "id": 97,
    "category": APPLE,
    "goods_sn": "FRUIT-002",
    "name": "青柠山 青苹果",
    "click_num": 54,
    "sold_num": 238,
    "fav_num": 6,
    "goods_num": 150,
    "market_price": "52.00",
    "shop_price": "32.80",
    "goods_brief": "酸得清爽，切片拌沙拉、烤苹果派都合适。",
    "goods_desc": "<p>果肉紧实，切开半小时颜色也不容易变深。</p>",
    "ship_free": True,
    "goods_front_image": GREEN_PICTURE,
    "is_new": False,
    "is_hot": False,
    "add_time": SINCE,
    "images": [{"image": GREEN_PICTURE}],
}
RED = GREEN | {
    "id": 98,
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
    "goods_front_image": RED_PICTURE,
    "is_hot": True,
    "images": [{"image": RED_PICTURE}, {"image": "/media/goods/697f967b167b431e87389767ac7d563f.jpg"}],
    "skus": [
        {
            "id": 157,
            "code": "FRUIT-001-1",
            "specifications": [{"name": "净重", "value": "2.5 公斤"}],
            "shop_price": "36.90",
            "goods_num": 180,
            "image": RED_PICTURE,
        },
        {
            "id": 158,
            "code": "FRUIT-001-2",
            "specifications": [{"name": "净重", "value": "5 公斤"}],
            "shop_price": "66.90",
            "goods_num": 120,
            "image": RED_PICTURE,
        },
    ],
}
RED_IN_BRIEF = {name: RED[name] for name in ("id", "name", "shop_price", "goods_front_image")}
GREEN_IN_BRIEF = {name: GREEN[name] for name in RED_IN_BRIEF}

GOODS = [answered("In several sizes", RED), answered("In one size", GREEN)]
GOODS_DETAIL = [
    answered("In several sizes", RED | {"brand": BRAND, "attributes": [{"name": "产地", "value": "云麓台地"}]}),
    answered("In one size", GREEN | {"brand": None, "attributes": [{"name": "口味", "value": "酸甜"}]}),
]
CATEGORY_TREE = [answered("Fruit", FRUIT | {"sub_cat": [ORCHARD | {"sub_cat": [APPLE, PEAR]}]})]
BANNER = [
    answered(
        "Apples",
        {
            "id": 1,
            "goods": 98,
            "image": "/media/banners/acb98158d1b34f469d3fd6b0780eb735.jpg",
            "index": 0,
            "add_time": SINCE,
        },
    )
]
HOT_WORD = [answered("Strawberries", {"id": 7, "keywords": "草莓", "index": 6, "add_time": SINCE})]
SECTION = [
    answered(
        "Fruit",
        FRUIT
        | {
            "sub_cat": [ORCHARD],
            "brands": [BRAND | {"category": 86}],
            "goods": [RED_IN_BRIEF, GREEN_IN_BRIEF],
            "ad_goods": RED_IN_BRIEF,
        },
    )
]
