"""Addresses and their places, by a small database in MaxMind's format that is written here."""

import struct
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from apps.common import places
from apps.common.places import place_of

HANGZHOU = {
    "country": {"names": {"en": "China", "zh-CN": "中国"}},
    "subdivisions": [{"names": {"en": "Zhejiang", "zh-CN": "浙江"}}, {"names": {"en": "more"}}],
    "city": {"names": {"en": "Hangzhou", "zh-CN": "杭州"}},
}
SHANGHAI = {
    "country": {"names": {"en": "China", "zh-CN": "中国"}},
    "subdivisions": [{"names": {"en": "Shanghai", "zh-CN": "上海"}}],
    "city": {"names": {"en": "Shanghai", "zh-CN": "上海"}},
}
SOMEWHERE = {"country": {"names": {"en": "Iceland"}}}


class U16(int):
    """A number that the format wants in two bytes."""


class U64(int):
    """A number that the format wants in eight bytes."""


def encoded(value: Any) -> bytes:
    """One value as MaxMind's format writes it (https://maxmind.github.io/MaxMind-DB/, "Data Field Format")."""
    if isinstance(value, str):
        text = value.encode()
        return bytes([2 << 5 | len(text)]) + text
    if isinstance(value, U64):
        return bytes([8, 9 - 7]) + struct.pack(">Q", value)
    if isinstance(value, U16):
        return bytes([5 << 5 | 2]) + struct.pack(">H", value)
    if isinstance(value, int):
        return bytes([6 << 5 | 4]) + struct.pack(">I", value)
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(encoded, value))
    pairs = (encoded(key) + encoded(member) for key, member in value.items())
    return bytes([7 << 5 | len(value)]) + b"".join(pairs)


def database(networks: dict[str, dict[str, Any]]) -> bytes:
    """A whole file, of IPv4 addresses, with records of 24 bits."""
    nodes: list[list[Any]] = [[None, None]]
    data, offsets = b"", {}
    for network, found in networks.items():
        offsets[network] = len(data)
        data += encoded(found)
        parsed, node = IPv4Network(network), 0
        for depth in range(parsed.prefixlen):
            bit = int(parsed.network_address) >> (31 - depth) & 1
            if depth == parsed.prefixlen - 1:
                nodes[node][bit] = ("data", network)
            else:
                if nodes[node][bit] is None:
                    nodes.append([None, None])
                    nodes[node][bit] = len(nodes) - 1
                node = nodes[node][bit]
    count = len(nodes)

    def record(value: Any) -> bytes:
        number = count if value is None else value if isinstance(value, int) else count + 16 + offsets[value[1]]
        return struct.pack(">I", number)[1:]

    tree = b"".join(record(value) for pair in nodes for value in pair)
    about = {
        "binary_format_major_version": U16(2),
        "binary_format_minor_version": U16(0),
        "build_epoch": U64(1),
        "database_type": "Test-City",
        "description": {"en": "a test"},
        "ip_version": U16(4),
        "languages": ["en", "zh-CN"],
        "node_count": count,
        "record_size": U16(24),
    }
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + encoded(about)


@pytest.fixture
def file(settings, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "places.mmdb"
    path.write_bytes(database({"8.8.0.0/16": HANGZHOU, "9.9.9.0/24": SHANGHAI, "7.7.7.7/32": SOMEWHERE}))
    settings.PLACES_FILE = str(path)
    yield path
    places._reader.cache_clear()


@pytest.mark.parametrize(
    ("ip", "language", "place"),
    [
        ("8.8.4.4", "zh-hans", "中国 浙江 杭州"),
        ("8.8.4.4", "en", "China Zhejiang Hangzhou"),
        ("9.9.9.9", "zh-hans", "中国 上海"),
        ("7.7.7.7", "zh-hans", "Iceland"),
        ("7.7.7.8", "zh-hans", ""),
        ("192.168.1.9", "zh-hans", "局域网"),
        ("127.0.0.1", "en", "local network"),
        ("fd00::1", "en", "local network"),
        (None, "en", ""),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_place_is_told_in_the_readers_language(ip: str | None, language: str, place: str) -> None:
    with translation.override(language):
        assert place_of(ip) == place


@pytest.mark.usefixtures("file")
def test_an_address_that_the_file_does_not_know_the_kind_of_has_no_place() -> None:
    assert place_of("2606:4700::1") == ""


def test_without_a_file_there_are_no_places() -> None:
    assert place_of("8.8.8.8") == ""
