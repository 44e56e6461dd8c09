"""Which region of the standard an address means, as people and the client's pickers write it."""

import re
from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from apps.regions.models import Region

# What official names end in and people leave out, the likeliest first.
PROVINCE_ENDINGS = ("", "省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区")
CITY_ENDINGS = ("", "市", "地区", "盟")
DISTRICT_ENDINGS = ("", "区", "县", "市", "旗")
# "Cities" that only hold the districts of a municipality, or the counties that a province governs by itself.
# Nobody lives there by that name: people write the municipality, or the county, once more.
HOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

# Streets and villages are called after places: 北京路 is not in Beijing, nor 西藏中路 in Tibet, nor 河南村 in Henan. A
# place that only lends its name stands before one of these words without an ending of its own.
NAMESAKE: Final = re.compile(r"[东南西北中]?[一二三四五六七八九十]?(?:路|街|大街|大道|道|巷|弄|胡同|里|村)")
# One character is nobody's name for a place.
SHORTEST_NAME: Final = 2


def find_region(*, province: str, city: str = "", district: str = "") -> Region | None:
    """Return the smallest region that the names mean, or None unless every name that is given fits.

    `浙江/杭州/西湖` is 西湖区 as well as `浙江省/杭州市/西湖区`; municipalities repeat their name
    (`北京市/北京市/东城区`) or leave the city out.
    """
    top = _nearest(Region.objects.filter(kind=Region.Kind.PROVINCE), _spellings(province, PROVINCE_ENDINGS))
    if top is None or not (city or district):
        return top
    return _find_district(top, city, district) if district else _find_city(top, city)


def _find_city(top: Region, city: str) -> Region | None:
    if top.name in _spellings(city, PROVINCE_ENDINGS):
        return top
    cities = Region.objects.filter(kind=Region.Kind.CITY, parent=top)
    return _nearest(cities, _spellings(city, CITY_ENDINGS)) or _find_district(top, "", city)


def _find_district(top: Region, city: str, district: str) -> Region | None:
    governed_above = not city or city in (*HOLDERS, district) or top.name in _spellings(city, PROVINCE_ENDINGS)
    parents = [*_spellings(city, CITY_ENDINGS), *(HOLDERS if governed_above else ())]
    districts = Region.objects.filter(kind=Region.Kind.DISTRICT, parent__parent=top, parent__name__in=parents)
    return _nearest(districts, _spellings(district, DISTRICT_ENDINGS))


def _spellings(name: str, endings: Sequence[str]) -> list[str]:
    return [name + ending for ending in endings] if name else []


def _nearest(regions: QuerySet[Region], spellings: list[str]) -> Region | None:
    found = regions.filter(name__in=spellings)
    return min(found, key=lambda region: spellings.index(region.name), default=None)


def name_of_region(code: int) -> str:
    """Return a region's name with those of the areas that it lies in, the widest first; empty for an unknown one."""
    codes = _chain(code)
    names = dict(Region.objects.filter(code__in=codes).order_by("-kind").values_list("code", "name"))
    return " ".join(names[one] for one in codes if one in names)


def _chain(code: int) -> list[int]:
    """Return the GB codes of province, city and district that a code stands for, each once."""
    return list(dict.fromkeys([code // 10000 * 10000, code // 100 * 100, code]))


def lies_in(code: int, area: int) -> bool:
    """Tell whether a region is an area or lies in it, by their GB codes: 330106 lies in 330100, and both in 330000."""
    return area in (code, code // 100 * 100, code // 10000 * 10000)


def find_region_of_address(text: str) -> Region | None:
    """Return the smallest region that an address in one string begins with, in one query.

    Clients join province, city, district and street without a space: `浙江省杭州市西湖区文三路1号`. What does
    not begin with a province is None; where city or district cannot be read, what was read before counts.
    """
    return _read(text, regions_for(text))[0]


def regions_for(text: str, code: int | None = None) -> list[Region]:
    """Return what it takes to read an address, and to begin it with the region of a code, in one query.

    That is what is called as the text begins, with all that lies in it, and all of the province of the code.
    """
    wanted = Q(pk__in=[]) if code is None else Q(code__range=(code // 10000 * 10000, code // 10000 * 10000 + 9999))
    if start := text.lstrip()[:SHORTEST_NAME]:
        wanted |= Q(name__startswith=start)
        wanted |= Q(parent__name__startswith=start) | Q(parent__parent__name__startswith=start)
    return list(Region.objects.filter(wanted))


def _read(text: str, regions: Sequence[Region]) -> tuple[Region | None, str]:
    """Return the smallest of these regions that the text begins with, and what follows its name."""
    provinces = [region for region in regions if region.kind == Region.Kind.PROVINCE]
    top, rest = _longest_start(provinces, text, PROVINCE_ENDINGS, regions)
    if top is None:
        return None, text
    # 吉林市 is a city of the province 吉林, written without it.
    if rest.startswith("市"):
        rest = text
    # Municipalities are written twice, as their own city, or with the holder of their districts.
    repeated = max((s for s in _short_and_long(top.name, PROVINCE_ENDINGS) if rest.startswith(s)), key=len, default="")
    below = _directly_in(top, regions)
    cities = [city for city in below if city.name not in HOLDERS]
    city, rest_of_city = _longest_start(cities, rest, CITY_ENDINGS, regions)
    if city is None:
        districts = [one for holder in below if holder.name in HOLDERS for one in _directly_in(holder, regions)]
        rest_of_city = rest.removeprefix(repeated).removeprefix(HOLDERS[0])
    else:
        districts = _directly_in(city, regions)
    district, street = _longest_start(districts, rest_of_city, DISTRICT_ENDINGS, regions)
    return (district, street) if district else (city, rest_of_city) if city else (top, rest)


def begins_elsewhere(text: str, code: int, regions: Sequence[Region]) -> bool:
    """Tell whether an address begins with another province or city than that of a code."""
    region = _read(text, regions)[0]
    named = [region] if region else cities_at_the_start(text, regions)
    return bool(named) and not any(lies_in(one.code, code) or lies_in(code, one.code) for one in named)


def cities_at_the_start(text: str, regions: Sequence[Region]) -> list[Region]:
    """Return the cities, also those that are districts of another (义乌市), with which an address begins at once.

    Several have the same name. A name without its ending counts before a district of that city, before a space or a
    comma and at the end; otherwise a street, a park or a school may be called after the city.
    """
    text = text.lstrip()
    cities = [region for region in regions if _is_city(region)]
    return [city for city in cities if text.startswith(city.name)] or [
        city for city in cities if _is_meant(city, text, regions)
    ]


def _is_city(region: Region) -> bool:
    if region.kind == Region.Kind.DISTRICT:
        return region.name.endswith("市")
    return region.kind == Region.Kind.CITY and region.name not in HOLDERS


def _is_meant(city: Region, text: str, regions: Sequence[Region]) -> bool:
    for short in _short_and_long(city.name, CITY_ENDINGS):
        rest = text.removeprefix(short)
        if rest != text and (not rest or rest[0] in " 　,，" or _begins_in(city, rest, regions)):
            return True
    return False


def begin_with_region(text: str, code: int, regions: Sequence[Region]) -> tuple[int, str]:
    """Return an address that begins with a region, or with one in it, and the code of that one.

    What the text does not say of it is put in front: `西湖区文三路1号` in 330106 is `浙江省杭州市西湖区文三路1号`.
    A text that begins so already stays as it is. It must not begin with the name of another region.
    """
    named, rest = _read(text, regions)
    if named and lies_in(named.code, code):
        return named.code, text
    names = _names_of(code, regions)
    for count in range(1, len(names) + 1):
        longer = "".join(names[:count]) + (rest if named else text).lstrip()
        region = _read(longer, regions)[0]
        if region and lies_in(region.code, code):
            return region.code, longer
    return code, "".join(names) + text


def _names_of(code: int, regions: Sequence[Region]) -> list[str]:
    """Return what is written of a region in an address, the widest area first."""
    names = {region.code: region.name for region in regions if region.name not in HOLDERS}
    return [names[one] for one in _chain(code) if one in names]


def _longest_start(
    candidates: Sequence[Region], text: str, endings: Sequence[str], regions: Sequence[Region]
) -> tuple[Region | None, str]:
    """Return the candidate whose name the text begins with, and what follows it; of several the longest name.

    The short name of a place that only lends it to a street or a village is none of these.
    """
    text = text.lstrip()
    starts = [
        (len(name), region)
        for region in candidates
        for name in _short_and_long(region.name, endings)
        if text.startswith(name) and (name == region.name or not _is_namesake(region, text[len(name) :], regions))
    ]
    if not starts:
        return None, text
    length, region = max(starts, key=lambda start: start[0])
    return region, text[length:]


def _is_namesake(area: Region, rest: str, regions: Sequence[Region]) -> bool:
    """Tell whether what follows the short name of an area is no part of it: `路1号` is none, `路桥区` is of 台州."""
    return NAMESAKE.match(rest) is not None and not _begins_in(area, rest, regions)


def _begins_in(area: Region, text: str, regions: Sequence[Region]) -> bool:
    """Tell whether a text begins with what lies directly in an area."""
    return _longest_start(_directly_in(area, regions), text, DISTRICT_ENDINGS, regions)[0] is not None


def _directly_in(area: Region, regions: Sequence[Region]) -> list[Region]:
    return [region for region in regions if region.parent_id == area.pk]


def _short_and_long(name: str, endings: Sequence[str]) -> list[str]:
    """Return an official name and what people call it."""
    shorter = [name.removesuffix(ending) for ending in endings if name.endswith(ending)]
    return [short for short in shorter if len(short) >= SHORTEST_NAME]
