"""What a catalogue says, whatever its files look like. Whoever makes a row has checked types, lengths and prices."""

from dataclasses import dataclass
from decimal import Decimal

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category; `is_tab` is None where the source does not say."""

    key: str
    name: str
    parent_key: str | None = None
    code: str = ""
    desc: str = ""
    icon_url: str = ""
    position: int = 0
    is_tab: bool | None = None


@dataclass(frozen=True, kw_only=True)
class BrandRow:
    """A brand."""

    key: str
    name: str
    desc: str = ""
    image_url: str = ""
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class SkuRow:
    """A SKU of a goods; `stock` is None where the source does not say."""

    key: str
    price: Decimal
    stock: int | None = None
    specifications: Pairs = ()
    image_url: str = ""


@dataclass(frozen=True, kw_only=True)
class GoodsRow:
    """A goods with all that belongs to it."""

    key: str
    name: str
    category_key: str
    skus: tuple[SkuRow, ...]
    brand_key: str | None = None
    number: str = ""
    brief: str = ""
    keywords: str = ""
    unit: str = ""
    detail_html: str = ""
    market_price: Decimal
    is_on_sale: bool = True
    is_new: bool = False
    is_hot: bool = False
    position: int = 0
    attributes: Pairs = ()
    picture_urls: tuple[str, ...] = ()
