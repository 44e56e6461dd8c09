"""Where an address is, roughly, by a database file in MaxMind's format that the operator brings along."""

from functools import cache
from ipaddress import ip_address
from typing import Any

import maxminddb
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def place_of(ip: str | None) -> str:
    """Return the place in the reader's language, such as `中国 浙江 杭州`; nothing where it is not known.

    `settings.PLACES_FILE` names the file, of cities or of countries (GeoLite2, DB-IP and others publish such); without
    one only the addresses that belong to no place are told from the others.
    """
    if not ip:
        return ""
    if ip_address(ip).is_private:
        return _("local network")
    reader = _reader(settings.PLACES_FILE)
    try:
        return _written(reader.get(ip)) if reader else ""
    except ValueError:  # an IPv6 address, and a file of IPv4 alone
        return ""


@cache
def _reader(path: str) -> maxminddb.Reader | None:
    return maxminddb.open_database(path) if path else None


def _written(found: Any) -> str:
    """Return country, province and city; a city that is a province, such as Shanghai, is named once."""
    if not isinstance(found, dict):
        return ""
    parts = [found.get("country"), *found.get("subdivisions", [])[:1], found.get("city")]
    return " ".join(dict.fromkeys(filter(None, map(_name, parts))))


def _name(part: Any) -> str:
    names: dict[str, str] = part.get("names", {}) if isinstance(part, dict) else {}
    return names.get("zh-CN" if str(get_language()).startswith("zh") else "en") or names.get("en", "")
