"""New goods: the entry, its SKUs with price and opening stock, its attributes and pictures, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Brand, Category, Goods, GoodsAttribute, GoodsImage, Sku
from apps.goods.services.details import clean_html
from apps.goods.services.pricing import check_price, refresh_lowest_prices
from apps.goods.services.stock import open_stock


@dataclass(frozen=True, kw_only=True)
class NewSku:
    """A SKU to be made; `specifications` maps names to values in display order."""

    price: Decimal
    stock: int = 0
    code: str = ""
    specifications: Mapping[str, str] | None = None
    image: "ContentFile[bytes] | None" = None


@atomic_with_retry
def create_goods(
    *,
    category: Category,
    name: str,
    skus: Sequence[NewSku],
    brand: Brand | None = None,
    number: str = "",
    brief: str = "",
    keywords: str = "",
    unit: str = "",
    detail_html: str = "",
    market_price: Decimal = ZERO,
    is_new: bool = False,
    is_hot: bool = False,
    ships_free: bool = True,
    attributes: Mapping[str, str] | None = None,
    pictures: "Sequence[ContentFile[bytes]]" = (),
    actor_id: int | None = None,
) -> Goods:
    """Put a goods on sale with at least one SKU.

    The details are sanitised. Raises InvalidInput for no SKU, a bad price or a negative stock; then nothing is
    written.
    """
    if not skus:
        raise InvalidInput(fields={"skus": [_("A goods needs at least one SKU.")]})
    goods = Goods.objects.create(
        category=category,
        brand=brand,
        number=number,
        name=name,
        brief=brief,
        keywords=keywords,
        unit=unit,
        detail_html=clean_html(detail_html),
        market_price=check_price(market_price),
        is_new=is_new,
        is_hot=is_hot,
        ships_free=ships_free,
    )
    for sku in skus:
        _add_sku(goods, sku, actor_id)
    refresh_lowest_prices(goods_ids=[goods.pk])
    _add_attributes(goods, attributes or {})
    _add_pictures(goods, pictures)
    goods.refresh_from_db(fields=["price"])
    return goods


def check_has_sku(*, goods: Goods) -> None:
    """Raise InvalidInput for a goods of which nothing can be bought."""
    if not goods.skus.exists():
        raise InvalidInput(fields={"skus": [_("A goods needs at least one SKU.")]})


def _add_sku(goods: Goods, new: NewSku, actor_id: int | None) -> None:
    sku = Sku.objects.create(
        goods=goods,
        code=new.code,
        price=check_price(new.price),
        specifications=[{"name": key, "value": value} for key, value in (new.specifications or {}).items()],
        image=new.image or "",
    )
    open_stock(sku=sku, pieces=new.stock, actor_id=actor_id)


def _add_attributes(goods: Goods, attributes: Mapping[str, str]) -> None:
    GoodsAttribute.objects.bulk_create(
        GoodsAttribute(goods=goods, name=name, value=value, position=position)
        for position, (name, value) in enumerate(attributes.items())
    )


def _add_pictures(goods: Goods, pictures: "Sequence[ContentFile[bytes]]") -> None:
    for position, picture in enumerate(pictures):
        GoodsImage.objects.create(goods=goods, image=picture, position=position)
