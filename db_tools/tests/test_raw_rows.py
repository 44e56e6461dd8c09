"""A list is split at the right places and on the right lines, however it is cut into chunks."""

from functools import partial
from io import BytesIO

import pytest
from django.utils import translation

from db_tools import raw_rows
from db_tools.decoding import Object
from db_tools.raw_rows import RawRow, read_list
from db_tools.sources import CatalogueFile, Unreadable


def rows(content: bytes) -> list[RawRow]:
    return list(read_list(CatalogueFile("x.json", len(content), partial(BytesIO, content)), lambda remark: None))


@pytest.mark.parametrize("chunk", [3, 4, 7, 1 << 20])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[]", []),
        (b" \n[ ] \n", []),
        (b"[1, 2 ]", [(1, 1), (1, 2)]),
        (b"[1,,2,]", [(1, 1), (1, 2)]),
        (b'[{"a": 1},\n{"b": "x,]}\\"\\\\"}\n]\n', [(1, {"a": 1}), (2, {"b": 'x,]}"\\'})]),
        (b'\xef\xbb\xbf\r\n[\r\n"a"\r\n,\r\n[[1], {}]\r\n]', [(3, "a"), (5, [[1], {}])]),
        (b'[{"a":\n{"b": 1}},\n\n{"e": 1}]', [(1, {"a": {"b": 1}}), (4, {"e": 1})]),
        (b"[1, 2", [(1, 1), (1, 2), (1, "The list has no end: the file is cut here.")]),
        (b"[1,\n", [(1, 1), (2, "The list has no end: the file is cut here.")]),
        (b'[1,\n{"a": "b', [(1, 1), (2, "The file ends in the middle of this row.")]),
        (b"[1]\n x", [(1, 1), (2, "Something follows after the end of the list.")]),
    ],
    ids=range(11),
)
def test_a_list_is_split(
    content: bytes, expected: list[tuple[int, object]], chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_rows, "CHUNK", chunk)

    assert [(row.line, english(row) if row.reason else row.data) for row in rows(content)] == expected


def english(row: RawRow) -> str:
    with translation.override("en"):
        return str(row.reason)


def test_broken_elements_do_not_hide_the_next() -> None:
    assert [row.data for row in rows(b'[{"a": 1]}, 2, }, {"b": }, 3]')] == [None, 2, None, None, 3]


def test_objects_know_their_lines() -> None:
    [row] = rows(b'[\n{"a":\n{"b": "{"}, "c": [\n{"d":\n2}]}]')

    assert isinstance(row.data, Object)
    assert (row.data.line, row.data["a"].line, row.data["c"][0].line) == (2, 3, 4)


@pytest.mark.parametrize("content", [b"", b"  ", b"{}", b"null", b"\xff\xfe[\x00", b"\x00[", b"x[1]"])
def test_what_is_no_list_is_not_read(content: bytes) -> None:
    with pytest.raises(Unreadable):
        rows(content)
