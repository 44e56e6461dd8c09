"""The layout of JSON lines: one file per kind, one object per line, rows that name each other by id."""

from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO
from apps.goods.services.imports.rows import BrandRow, CategoryRow, GoodsRow, Pairs, SkuRow
from apps.regions.models import Region
from apps.regions.services.imports import RegionRow
from apps.user_operation.services.review_imports import ReviewRow
from db_tools.fields import Fields

MAX_SKUS = 1000


def read_region(fields: Fields) -> RegionRow:
    """Read a line of `regions.jsonl`."""
    key = fields.key("id")
    kind = fields.label("type", 20)
    if kind not in Region.Kind.values:
        raise fields.refusal(_("“%(field)s” is none of %(kinds)s."), "type", kinds=", ".join(Region.Kind.values))
    code = fields.integer("code", least=100_000, most=999_999)
    if code is None:
        raise fields.refusal(_("“%(field)s” is missing."), "code")
    return RegionRow(
        key=key,
        parent_key=fields.optional_key("parent_id"),
        name=fields.name("name", 50),
        kind=Region.Kind(kind),
        code=code,
    )


def read_category(fields: Fields) -> CategoryRow:
    """Read a line of `categories.jsonl`."""
    return CategoryRow(
        key=fields.key("id"),
        parent_key=fields.optional_key("parent_id"),
        name=fields.name("name", 60),
        code=fields.label("code", 60),
        desc=fields.text("desc"),
        icon_url=fields.picture("icon_url"),
        position=fields.integer("sort_order") or 0,
        is_tab=fields.flag("is_tab", default=False) if "is_tab" in fields.data else None,
    )


def read_brand(fields: Fields) -> BrandRow:
    """Read a line of `brands.jsonl`."""
    fields.optional_price("floor_price")
    return BrandRow(
        key=fields.key("id"),
        name=fields.name("name", 60),
        desc=fields.text("desc"),
        image_url=fields.picture("pic_url"),
        position=fields.integer("sort_order") or 0,
    )


def read_goods(fields: Fields) -> GoodsRow:
    """Read a line of `goods.jsonl`."""
    row = GoodsRow(
        key=fields.key("id"),
        category_key=fields.key("category_id"),
        brand_key=fields.optional_key("brand_id"),
        number=fields.label("goods_sn", 50),
        name=fields.name("name", 120),
        brief=fields.line("brief", 500),
        keywords=fields.line("keywords", 200),
        unit=fields.label("unit", 20),
        market_price=fields.optional_price("market_price") or ZERO,
        is_on_sale=fields.flag("is_on_sale", default=True),
        is_new=fields.flag("is_new", default=False),
        is_hot=fields.flag("is_hot", default=False),
        position=fields.integer("sort_order") or 0,
        detail_html=fields.text("detail_html"),
        picture_urls=fields.pictures("pic_url", "gallery"),
        attributes=_attributes(fields),
        skus=_skus(fields),
    )
    shown = fields.optional_price("shop_price")
    if shown is not None and all(sku.price != shown for sku in row.skus):
        fields.repair(
            _("“%(field)s” says %(price)s, which no SKU costs; the SKUs' prices count."), "shop_price", price=shown
        )
    return row


def listed_skus(data: object) -> int:
    """Count the SKUs of a line that cannot be used, so that they are accounted for."""
    skus = data.get("skus") if isinstance(data, dict) else None
    return len(skus) if isinstance(skus, list) else 0


def read_review(fields: Fields) -> ReviewRow:
    """Read a line of `reviews.jsonl`."""
    key = fields.key("id")
    rating = fields.integer("star", least=1, most=5)
    if rating is None:
        raise fields.refusal(_("“%(field)s” is missing."), "star")
    return ReviewRow(
        key=key,
        goods_key=fields.key("goods_id"),
        rating=rating,
        content=fields.text("content"),
        reply=fields.text("reply"),
        image_urls=fields.pictures("pic_urls"),
    )


def _attributes(fields: Fields) -> Pairs:
    pairs = [(item.line("name", 60), item.line("value", 500)) for item in fields.objects("attributes")]
    whole = tuple((name, value) for name, value in pairs if name and value)
    if len(whole) < len(pairs):
        fields.repair(_("“%(field)s” without a name or a value were left out."), "attributes")
    return whole


def _skus(fields: Fields) -> tuple[SkuRow, ...]:
    items = fields.objects("skus")
    if not 1 <= len(items) <= MAX_SKUS:
        raise fields.refusal(_("A goods has 1 to %(most)s SKUs."), "skus", most=MAX_SKUS)
    choices = _choices(fields)
    skus = tuple(_sku(item, choices) for item in items)
    if len({sku.key for sku in skus}) < len(skus):
        raise fields.refusal(_("Two SKUs of the goods have the same id."), "skus")
    if len({sku.specifications for sku in skus}) < len(skus):  # a buyer could not tell them apart
        raise fields.refusal(_("Two SKUs of the goods have the same specifications."), "skus")
    return skus


def _sku(item: Fields, choices: dict[str, dict[str, str]]) -> SkuRow:
    values = item.texts("specifications")
    specifications = _named(item, values, choices)
    return SkuRow(
        key=item.key("id"),
        price=item.price("price"),
        stock=item.integer("stock", least=0),
        specifications=specifications,
        # A SKU without a usable picture of its own has that of its colour.
        image_url=item.picture("pic_url")
        or next((url for pair in specifications if (url := choices[pair[0]][pair[1]])), ""),
    )


def _choices(fields: Fields) -> dict[str, dict[str, str]]:
    """Return what a buyer chooses between: name of the choice, its values, and the picture of each value."""
    choices: dict[str, dict[str, str]] = {}
    for item in fields.objects("specifications"):
        values = choices.setdefault(item.name("name", 60), {})
        values[item.name("value", 200)] = item.picture("pic_url")
    return choices


def _named(item: Fields, values: list[str], choices: dict[str, dict[str, str]]) -> Pairs:
    """Give the values of a SKU the names that the goods lists them under, in the goods' order."""
    if len(values) != len(choices):
        raise item.refusal(_("“%(field)s” does not choose one value of each specification."), "specifications")
    for value, (name, known) in zip(values, choices.items(), strict=True):
        if value not in known:
            raise item.refusal(
                _("“%(field)s” has no “%(value)s” for “%(name)s”."), "specifications", value=value[:60], name=name
            )
    return tuple(zip(choices, values, strict=True))
