"""What the sample shop sells: the shelves and brands as they are written down, and how they come on sale."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from apps.goods.models import Brand, Category, Goods
from apps.goods.services.catalogue import NewSku, create_goods
from apps.goods.services.categories import create_category
from apps.goods.services.counters import open_sales
from mxshop.sample.pictures import Subject, closeup, logo, portrait

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What becomes a SKU; with a tint it has a picture of its own."""

    specifications: Mapping[str, str]
    price: Decimal
    stock: int
    tint: str = ""


@dataclass(frozen=True, kw_only=True)
class Article:
    """What becomes a goods. `category` names the second and third level below the shelf."""

    number: str
    category: tuple[str, ...]
    name: str
    brand: str
    subject: Subject
    brief: str
    keywords: str
    story: str
    attributes: Mapping[str, str]
    unit: str
    market_price: Decimal
    variants: Sequence[Variant]
    is_new: bool
    is_hot: bool
    sold: int


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What becomes a top category: its backdrop's tint, its advice on keeping things, and its articles."""

    name: str
    code: str
    desc: str
    tint: str
    advice: str
    articles: Sequence[Article]


@dataclass(frozen=True)
class Pictures:
    """An article's pictures: its own, and those of its variants by tint."""

    own: "Sequence[ContentFile[bytes]]"
    of_tint: "Mapping[str, ContentFile[bytes]]"


# -- Reading ---------------------------------------------------------------------------------------
def read_shelves() -> list[Shelf]:
    """Read `shelves/*.toml` in the order of their names."""
    return [_shelf(tomllib.loads(path.read_text())) for path in sorted((FOLDER / "shelves").glob("*.toml"))]


def _shelf(written: Mapping[str, Any]) -> Shelf:
    rows = enumerate(written["goods"], start=1)
    articles = [_article(f"{written['code'].upper()}-{row:03}", goods) for row, goods in rows]
    return Shelf(articles=articles, **{key: written[key] for key in ("name", "code", "desc", "tint", "advice")})


def _article(number: str, written: Mapping[str, Any]) -> Article:
    flags = written.get("flags", [])
    taken_as_they_are = ("name", "brand", "brief", "keywords", "story", "attributes", "unit", "sold")
    return Article(
        number=number,
        category=tuple(written["category"].split("/")),
        subject=Subject.named(written["picture"]),
        market_price=Decimal(written["market_price"]),
        variants=[_variant(written["choice"], *row) for row in written["skus"]],
        is_new="new" in flags,
        is_hot="hot" in flags,
        **{key: written[key] for key in taken_as_they_are},
    )


def _variant(choice: str, value: str, price: str, stock: int, tint: str = "") -> Variant:
    """Read one row of `skus`; where there are two things to choose, their values stand side by side too."""
    names = choice.split()
    values = value.split() if len(names) > 1 else [value]
    return Variant(specifications=dict(zip(names, values, strict=True)), price=Decimal(price), stock=stock, tint=tint)


# -- Drawing ---------------------------------------------------------------------------------------
def draw_pictures(shelf: Shelf, article: Article) -> Pictures:
    """Draw an article on its shelf, once from near, and once in the tint of each variant that has one."""
    tints = {variant.tint for variant in article.variants if variant.tint}
    return Pictures(
        own=[portrait(article.subject, backdrop=shelf.tint), closeup(article.subject, backdrop=shelf.tint)],
        of_tint={tint: portrait(article.subject.in_tint(tint), backdrop=shelf.tint) for tint in sorted(tints)},
    )


# -- Selling ---------------------------------------------------------------------------------------
def create_brands() -> dict[str, Brand]:
    """Create the brands with their marks, by name."""
    written = tomllib.loads((FOLDER / "brands.toml").read_text())
    return {
        name: Brand.objects.create(
            name=name, desc=brand["desc"], image=logo(Subject.named(brand["picture"])), position=position
        )
        for position, (name, brand) in enumerate(written.items())
    }


def stock_shelf(
    shelf: Shelf, *, position: int, brands: Mapping[str, Brand], pictures: Mapping[str, Pictures]
) -> Iterator[Goods]:
    """Put a shelf's articles on sale in its category and those below, each with what it sold so far.

    The first article comes last: the newest lead in every list.
    """
    categories = _create_categories(shelf, position)
    for article in reversed(shelf.articles):
        goods = create_goods(
            category=categories[article.category],
            brand=brands[article.brand],
            number=article.number,
            name=article.name,
            brief=article.brief,
            keywords=article.keywords,
            unit=article.unit,
            detail_html=describe(article, advice=shelf.advice),
            market_price=article.market_price,
            is_new=article.is_new,
            is_hot=article.is_hot,
            attributes=article.attributes,
            skus=list(_new_skus(article, pictures[article.number])),
            pictures=pictures[article.number].own,
        )
        open_sales(goods_id=goods.pk, pieces=article.sold)
        yield goods


def _create_categories(shelf: Shelf, position: int) -> dict[tuple[str, ...], Category]:
    """Create a shelf's category and all that its articles name below it, by path."""
    top = create_category(name=shelf.name, code=shelf.code, desc=shelf.desc, is_tab=True, position=position)
    categories: dict[tuple[str, ...], Category] = {(): top}
    for article in shelf.articles:
        for depth in range(1, len(article.category) + 1):
            path = article.category[:depth]
            if path not in categories:
                above = categories[path[:-1]]
                categories[path] = create_category(name=path[-1], parent=above, position=len(categories))
    return categories


def _new_skus(article: Article, pictures: Pictures) -> Iterator[NewSku]:
    for row, variant in enumerate(article.variants, start=1):
        yield NewSku(
            code=f"{article.number}-{row}",
            price=variant.price,
            stock=variant.stock,
            specifications=variant.specifications,
            image=pictures.of_tint.get(variant.tint),
        )


def describe(article: Article, *, advice: str) -> str:
    """Return the details of an article as the page shows them."""
    facts = {"品牌": article.brand, **article.attributes}
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(fact)}</td></tr>" for name, fact in facts.items())
    return (
        f"<h3>{escape(article.brief)}</h3><p>{escape(article.story)}</p>"
        f"<h4>商品参数</h4><table><tbody>{rows}</tbody></table>"
        f"<h4>收货与保存</h4><p>{escape(advice)}</p>"
        "<h4>售后</h4><p>签收后二十四小时内，如有破损或变质，请拍照留言，我们为您补发或退款。</p>"
    )
