"""What answers look like, as recorded: every key, and the kind of its value. `fits` names what differs."""

import re
from dataclasses import dataclass
from typing import Any

MONEY = re.compile(r"\d+\.\d{2}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Used in `src` as it is: root-relative, or the outside address of an imported picture. Never empty.
PICTURE = re.compile(r"/(?!/).+|https?://.+")
TOKEN = re.compile(r"[A-Za-z0-9@*_+\-./]+")  # what survives JavaScript's escape() in the client's cookie
ORDER_NUMBER = re.compile(r"\d{24}")


@dataclass(frozen=True)
class Nullable:
    shape: Any


@dataclass(frozen=True)
class OneOf:
    values: tuple[object, ...]


@dataclass(frozen=True)
class Optional:
    """A key that may be left out."""

    shape: Any


class NotEmpty(list[Any]):
    """A list with something in it."""


CATEGORY = {
    "id": int,
    "name": str,
    "code": str,
    "desc": str,
    "category_type": int,
    "parent_category": Nullable(int),
    "is_tab": bool,
    "add_time": TIME,
}
BRANCH = CATEGORY | {"sub_cat": [CATEGORY]}
TREE = CATEGORY | {"sub_cat": [BRANCH]}

BRAND = {"id": int, "name": str, "desc": str, "image": PICTURE, "add_time": TIME}
SKU = {
    "id": int,
    "code": str,
    "specifications": [{"name": str, "value": str}],
    "shop_price": MONEY,
    "goods_num": int,
    "image": PICTURE,
}
ITEM = {
    "id": int,
    "category": CATEGORY,
    "goods_sn": str,
    "name": str,
    "click_num": int,
    "sold_num": int,
    "fav_num": int,
    "goods_num": int,
    "market_price": MONEY,
    "shop_price": MONEY,
    "goods_brief": str,
    "goods_desc": str,
    "ship_free": bool,
    "goods_front_image": PICTURE,
    "is_new": bool,
    "is_hot": bool,
    "add_time": TIME,
    "images": NotEmpty([{"image": PICTURE}]),
    "skus": Optional(NotEmpty([SKU])),
}
ITEM_PAGE = ITEM | {"brand": Nullable(BRAND), "attributes": [{"name": str, "value": str}]}
GOODS_LIST = {"count": int, "next": Nullable(str), "previous": Nullable(str), "results": [ITEM]}
NESTED_GOODS = {"id": int, "name": str, "shop_price": MONEY, "goods_front_image": PICTURE}

BANNER = {"id": int, "goods": int, "image": PICTURE, "index": int, "add_time": TIME}
HOT_WORD = {"id": int, "keywords": str, "index": int, "add_time": TIME}
SECTION = CATEGORY | {
    "sub_cat": [CATEGORY],
    "brands": [BRAND | {"category": int}],
    "goods": [NESTED_GOODS],
    "ad_goods": {name: Optional(shape) for name, shape in NESTED_GOODS.items()},
}

REGISTERED = {"username": str, "mobile": str, "name": str, "token": TOKEN}
PROFILE = {
    "username": str,
    "name": str,
    "birthday": Nullable(DATE),
    "gender": OneOf(("male", "female")),
    "email": str,
    "mobile": Nullable(str),
    "avatar": PICTURE,
}
LOGGED_IN = {"token": TOKEN, "user": PROFILE}

CART_LINE = {
    "goods": NESTED_GOODS,
    "nums": int,
    "sku": int,
    "specification": str,
    "goods_num": int,
    "added_price": Nullable(MONEY),
    "changes": [str],
    "add_time": TIME,
}
CHANGED_LINE = {"goods": int, "nums": int, "sku": int}
FAVOURITE = {"id": int, "goods": NESTED_GOODS}
ADDRESS = {
    "id": int,
    "province": str,
    "city": str,
    "district": str,
    "address": str,
    "signer_name": str,
    "signer_mobile": str,
    "region": Nullable(int),
    "add_time": TIME,
}
MESSAGE = {
    "id": int,
    "message_type": OneOf((1, 2, 3, 4, 5)),
    "subject": str,
    "message": str,
    "file": str,
    "add_time": TIME,
}
ORDER = {
    "id": int,
    "order_sn": ORDER_NUMBER,
    "nonce_str": Nullable(str),
    "trade_no": Nullable(str),
    "status": str,
    "pay_status": OneOf(("paying", "TRADE_SUCCESS", "TRADE_CLOSED")),
    "pay_type": str,
    "post_script": str,
    "order_mount": MONEY,
    "pay_time": Nullable(TIME),
    "address": str,
    "signer_name": str,
    "singer_mobile": str,
    "signer_mobile": str,
    "add_time": TIME,
}
PAID_FOR_IT = {"list_price": MONEY, "price": MONEY, "discount": MONEY, "amount": MONEY}
ORDER_LINE = {"id": int, "goods_num": int, "goods": NESTED_GOODS, "sku": int, "specification": str} | PAID_FOR_IT
EXPLAINED = {
    "goods_total": MONEY,
    "discount": MONEY,
    "freight": MONEY,
    "discounts": [{"kind": str, "label": str, "amount": MONEY}],
}
ORDER_PAGE = ORDER | {"goods": NotEmpty([ORDER_LINE]), "shipments": [dict], "alipay_url": str} | EXPLAINED

PROBLEM = {"type": re.compile(r"urn:mxshop:problem:\w+"), "title": str, "status": int, "detail": str}


def fits(value: Any, shape: Any, where: str = "$") -> list[str]:
    """Return what does not fit, each with its place; nothing if all does. No key may be missing, none be new."""
    match shape:
        case Nullable():
            return [] if value is None else fits(value, shape.shape, where)
        case Optional():
            return fits(value, shape.shape, where)
        case OneOf():
            return [] if value in shape.values and not isinstance(value, bool) else [f"{where}: {value!r}"]
        case re.Pattern():
            return [] if isinstance(value, str) and shape.fullmatch(value) else [f"{where}: {value!r}"]
        case list():
            return _rows_fit(value, shape, where)
        case dict():
            return _keys_fit(value, shape, where)
    return [] if type(value) is shape else [f"{where}: {value!r} is no {shape.__name__}"]


def _rows_fit(value: Any, shape: list[Any], where: str) -> list[str]:
    if not isinstance(value, list) or (isinstance(shape, NotEmpty) and not value):
        return [f"{where}: {value!r}"]
    return [wrong for number, row in enumerate(value) for wrong in fits(row, shape[0], f"{where}[{number}]")]


def _keys_fit(value: Any, shape: dict[str, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r}"]
    needed = {name for name, part in shape.items() if not isinstance(part, Optional)}
    wrong = [f"{where}.{name} is missing" for name in sorted(needed - value.keys())]
    wrong += [f"{where}.{name} is new" for name in sorted(value.keys() - shape.keys())]
    for name in sorted(value.keys() & shape.keys()):
        wrong += fits(value[name], shape[name], f"{where}.{name}")
    return wrong
