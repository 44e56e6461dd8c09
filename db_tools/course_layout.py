"""The nested layout of the course shops: a forest of categories, and goods that name theirs by a path of names."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Remark
from apps.common.money import ZERO
from apps.goods.services.imports.rows import CategoryRow, GoodsRow, SkuRow
from db_tools.decoding import Object
from db_tools.fields import Fields, one_line
from db_tools.raw_rows import RawRow

# Every path starts with the home page, which is no category.
HOME = "首页"
CHILDREN = "sub_categorys"


def flatten(trees: Iterator[RawRow]) -> Iterator[RawRow]:
    """Turn trees into rows, parents first: objects without children, with `above` (names) and `position` instead."""
    for order, tree in enumerate(trees):
        waiting: list[tuple[object, tuple[str, ...], int, int]] = [(tree.data, (), order, tree.line)]
        if tree.reason:
            waiting = []
            yield tree
        while waiting:
            node, above, position, line = waiting.pop()
            if not isinstance(node, Object):
                yield RawRow(line, 0, node)
                continue
            children = node.pop(CHILDREN, None) or []
            yield RawRow(node.line, 0, Object(node, above=above, position=position))
            if not isinstance(children, list):
                yield RawRow(node.line, 0, reason=Remark(_("“%(field)s” is not a list."), {"field": CHILDREN}))
                continue
            names = (*above, _name(node))
            waiting += [(child, names, place, node.line) for place, child in enumerate(children)][::-1]


def _name(node: Object) -> str:
    name = node.get("name")
    return one_line(name) if isinstance(name, str) else ""


def read_category(fields: Fields) -> CategoryRow:
    """Read a category of `category_data.json`. Codes and names stand there twice: only its path of names is a key."""
    above = fields.data["above"]
    name = fields.name("name", 60)
    return CategoryRow(
        key=fields.remember_key(*above, name),
        parent_key=fields.remember_key(*above) if above else None,
        name=name,
        code=fields.label("code", 60),
        position=fields.data["position"],
    )


def listed_skus(data: object) -> int:
    """Count the SKUs of a goods that cannot be used: each has one."""
    return int(isinstance(data, dict))


def read_goods(fields: Fields) -> GoodsRow:
    """Read a goods of `product_data.json`. It has no id and one price: its name is the key, and that of its one SKU."""
    name = fields.name("name", 120)
    key = fields.remember_key(name)
    path = fields.texts("categorys")
    names = path[1:] if path[:1] == [HOME] else path
    if not names:
        raise fields.refusal(_("“%(field)s” names no category."), "categorys")
    return GoodsRow(
        key=key,
        name=name,
        category_key=fields.remember_key(*names),
        brief=fields.line("desc", 500),
        detail_html=fields.text("goods_desc"),
        market_price=fields.optional_price("market_price") or ZERO,
        picture_urls=fields.pictures("images"),
        skus=(SkuRow(key=key, price=fields.price("sale_price"), stock=fields.integer("stock", least=0)),),
    )
