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
    places = Goods.objects.on_sale().places_in_sections(section_of, GOODS_PER_SECTION)
    # Django lets a missing one-to-one look like a missing attribute.
    ads = {top_id: ad.goods_id for top_id in sections if (ad := getattr(sections[top_id].category, "index_ad", None))}
    wanted = {goods_id for _, _, goods_id in places} | set(ads.values())
    found = Goods.objects.on_sale().defer("detail_html").prefetch_related("images").in_bulk(wanted)
    for section_id, _, goods_id in places:
        if goods_id in found:  # it may have gone off sale since
            sections[section_id].goods.append(found[goods_id])
    for section_id, goods_id in ads.items():
        sections[section_id].ad = found.get(goods_id)


def _add_brands(sections: Mapping[int, Section], section_of: Mapping[int, int]) -> None:
    """Give each section the brands of its goods on sale, in the brands' own order."""
    sections_of: dict[int, list[int]] = {}
    for section_id, brand_id in Goods.objects.on_sale().brands_in_sections(section_of):
        sections_of.setdefault(brand_id, []).append(section_id)
    for brand in Brand.objects.filter(pk__in=sections_of):
        for section_id in sections_of[brand.pk]:
            sections[section_id].brands.append(brand)
