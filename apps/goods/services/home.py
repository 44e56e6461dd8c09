"""The sections of the home page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.goods.models import Brand, Category, Goods

GOODS_PER_SECTION = 10


@dataclass(kw_only=True)
class Section:
    """A top category of the navigation, with what the home page shows of it."""

    category: Category
    sub_categories: list[Category]
    brands: list[Brand] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    ad: Goods | None = None


def load_sections() -> list[Section]:
    """Return the sections in display order, in six queries however many sections and goods there are."""
    categories = list(Category.objects.select_related("index_ad"))
    sections = {
        top.pk: Section(category=top, sub_categories=[row for row in categories if row.parent_id == top.pk])
        for top in categories
        if top.level == 1 and top.is_tab
    }
    section_of = {row.pk: top_id for row in categories if (top_id := _top_of(row)) in sections}
    _add_goods(sections, section_of)
    _add_brands(sections, section_of)
    return list(sections.values())


def _top_of(category: Category) -> int:
    return int(category.path.split("/", 2)[1])


def _add_goods(sections: Mapping[int, Section], section_of: Mapping[int, int]) -> None:
    """Give each section its goods and its ad, with the pictures of all of them fetched together."""
    shown = _first_of_sections(section_of)
    # Django lets a missing one-to-one look like a missing attribute.
    ads = {top_id: ad.goods_id for top_id in sections if (ad := getattr(sections[top_id].category, "index_ad", None))}
    wanted = set(ads.values()).union(*shown.values())
    found = Goods.objects.on_sale().defer("detail_html").prefetch_related("images").in_bulk(wanted)
    for section_id, goods_ids in shown.items():
        # One of them may have gone off sale since.
        sections[section_id].goods = [found[goods_id] for goods_id in goods_ids if goods_id in found]
    for section_id, goods_id in ads.items():
        sections[section_id].ad = found.get(goods_id)


def _first_of_sections(section_of: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the keys of the goods that each section shows: by position, then the newest.

    The database counts by category, along an index; a section's first goods are among those of its categories.
    """
    places: dict[int, list[tuple[int, int]]] = {}
    for category_id, position, goods_id in Goods.objects.on_sale().first_of_categories(section_of, GOODS_PER_SECTION):
        places.setdefault(section_of[category_id], []).append((position, -goods_id))
    return {
        section_id: [-goods_id for _position, goods_id in sorted(goods)[:GOODS_PER_SECTION]]
        for section_id, goods in places.items()
    }


def _add_brands(sections: Mapping[int, Section], section_of: Mapping[int, int]) -> None:
    """Give each section the brands of its goods on sale, in the brands' own order."""
    sections_of: dict[int, set[int]] = {}
    for category_id, brand_id in Goods.objects.on_sale().brands_of_categories(section_of):
        sections_of.setdefault(brand_id, set()).add(section_of[category_id])
    for brand in Brand.objects.filter(pk__in=sections_of):
        for section_id in sections_of[brand.pk]:
            sections[section_id].brands.append(brand)
