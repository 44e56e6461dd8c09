"""Whatever the files are like: nothing in them stops a loader, and no row is lost silently."""

import errno
import json
import os
import random
import struct
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest

from apps.goods.models import Brand
from db_tools import sources
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import Counts, write_catalogue

pytestmark = pytest.mark.django_db

LINE = '{"id": 1, "name": "白窑"}'
OTHER = '{"id": 2, "name": "黑窑"}'
NAMES = "regions.jsonl, categories.jsonl, brands.jsonl, goods.jsonl, reviews.jsonl"


def brands(folder: Path, content: bytes) -> Path:
    return write_catalogue(folder / "c", {"brands.jsonl": content})


def zipped(folder: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return folder / "c.zip"


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (f"{LINE}\n{OTHER}\n".encode(), []),
        (f"{LINE}\n{OTHER}".encode(), []),
        (f"\n\n{LINE}\n  \n{OTHER}\n\n".encode(), []),
        (f"{LINE}\r\n{OTHER}\r\n".encode(), ["The lines end as on Windows; read as plain ones."]),
        (f"\ufeff{LINE}\n{OTHER}\n".encode(), ["The file begins with a byte order mark; passed over."]),
        (
            f"\ufeff{LINE}\r\n{OTHER}".encode(),
            [
                "The file begins with a byte order mark; passed over.",
                "The lines end as on Windows; read as plain ones.",
            ],
        ),
    ],
    ids=["plain", "no end", "blank lines", "crlf", "bom", "both"],
)
def test_what_editors_leave_in_files_does_no_harm(
    load: Loads, tmp_path: Path, content: bytes, notes: list[str]
) -> None:
    result = load(brands(tmp_path, content))

    assert (result.status, result.table["Brands"]) == (0, Counts(2, created=2))
    assert [line for line in result.out.splitlines() if line.startswith("brands.jsonl")] == [
        f"brands.jsonl: {note}" for note in notes
    ]
    assert set(Brand.objects.values_list("name", flat=True)) == {"白窑", "黑窑"}


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (f"{LINE}\n{OTHER[:9]}".encode(), [(2, "The file ends in the middle of this row.")]),
        (f"{LINE}\n{OTHER}".encode()[:-7], [(2, "This is not UTF-8 text. Save the file as UTF-8.")]),
        (f"{LINE}\n".encode() + OTHER.encode("gbk") + b"\n", [(2, "This is not UTF-8 text. Save the file as UTF-8.")]),
        (LINE.encode("utf-16"), [(1, "brands.jsonl is UTF-16. Save it as UTF-8.")]),
        (f"{LINE}\r{OTHER}\r".encode(), [(1, "This is not valid JSON: Extra data: line 1 column 25 (char 24).")]),
        (b"PK\x03\x04" + bytes(range(256)), [(n, None) for n in (1, 2)]),
        (b"", []),
    ],
    ids=["cut", "cut in a character", "gbk", "utf-16", "old mac", "binary", "empty"],
)
def test_broken_lines_are_refused_on_their_own(
    load: Loads, tmp_path: Path, content: bytes, refused: list[tuple[int, str | None]]
) -> None:
    result = load(brands(tmp_path, content))

    assert [
        (row["line"], row["reason"] if reason else None)
        for row, (_, reason) in zip(result.refused, refused, strict=True)
    ] == refused
    assert result.status == (1 if refused else 0)
    assert result.accounts_for_every_row()


def test_an_endless_line_takes_no_memory_and_ends_nothing(load: Loads, tmp_path: Path) -> None:
    result = load(brands(tmp_path, b"{" + b" " * 9_000_000 + b"\n" + LINE.encode()))

    assert [(row["line"], row["reason"]) for row in result.refused] == [(1, "It is longer than 2 MiB.")]
    assert Brand.objects.get().name == "白窑"


def test_what_is_no_catalogue_is_said_so(load: Loads, tmp_path: Path) -> None:
    nowhere, empty, text, other = (tmp_path / name for name in ("nowhere", "empty", "text.txt", "other"))
    empty.mkdir()
    text.write_text("hello")
    write_catalogue(other, {"notes.txt": b"hello"})
    (tmp_path / "odd" / "goods.jsonl").mkdir(parents=True)

    for path, words in {
        nowhere: f"There is no {nowhere}.",
        text: f"{text} is neither a folder nor a zip that can be read.",
        empty: f"{empty} is no catalogue: it has none of {NAMES}.",
        other: f"{other} is no catalogue: it has none of {NAMES}.",
        tmp_path / "odd": f"{tmp_path / 'odd' / 'goods.jsonl'} is not a file.",
        Path("/dev/null"): "/dev/null is neither a folder nor a zip that can be read.",
    }.items():
        result = load(path)
        assert (result.status, result.err, result.out) == (2, words + "\n", "")


def test_a_report_that_cannot_be_written_is_said_so_before_a_row_is_loaded(load: Loads, tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_text("a file")

    result = load(brands(tmp_path, LINE.encode()))

    assert (result.status, result.out) == (2, "")
    assert result.err == f"The report cannot be written into {report}: File exists.\n"
    assert not Brand.objects.exists()


def test_a_disk_that_fills_up_is_said_so(load: Loads, tmp_path: Path) -> None:
    with patch("db_tools.report.json.dumps", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        result = load(brands(tmp_path, b"broken"))

    assert result.status == 2
    assert result.err == f"The report cannot be written into {tmp_path / 'report'}: No space left on device.\n"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"notes.txt": b"x"}, "is no catalogue: it has none of"),
        ({"a/b/brands.jsonl": b"{}"}, "is no catalogue: it has none of"),
        (
            {"brands.jsonl": b"{}", "../brands.jsonl": b"{}"},
            "The zip has a member with a dangerous name: '../brands.jsonl'.",
        ),
        ({"/etc/brands.jsonl": b"{}"}, "The zip has a member with a dangerous name: '/etc/brands.jsonl'."),
        ({"c:\\brands.jsonl": b"{}"}, "The zip has a member with a dangerous name:"),
        ({"..\\brands.jsonl": b"{}"}, "The zip has a member with a dangerous name:"),
        ({"a/brands.jsonl": b"{}", "b/brands.jsonl": b"{}"}, "The zip has more than one brands.jsonl."),
    ],
)
def test_zips_that_are_not_read(load: Loads, tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    result = load(zipped(tmp_path, members))

    assert (result.status, result.out) == (2, "")
    assert words in result.err
    assert not (tmp_path / "etc").exists()


def test_a_link_in_a_zip_is_not_followed(load: Loads, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("brands.jsonl")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    assert load(tmp_path / "c.zip").err == "The zip has a link in it: 'brands.jsonl'.\n"


def test_a_bomb_is_known_by_its_header(load: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MODEST_BYTES", 1 << 20)
    path = zipped(tmp_path, {"brands.jsonl": b" " * (8 << 20)})

    result = load(path)

    assert (result.status, result.err) == (2, "brands.jsonl in the zip would unpack to 8 MiB; it is not read.\n")


def test_a_header_that_lies_about_the_size_is_found_out(load: Loads, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"brands.jsonl": b"\n".join([LINE.encode()] * 50_000)})
    content = bytearray(path.read_bytes())
    size_in_directory = content.rindex(b"PK\x01\x02") + 24
    content[size_in_directory : size_in_directory + 4] = struct.pack("<I", 10)
    path.write_bytes(content)

    result = load(path)

    assert (result.status, result.err) == (2, "brands.jsonl in the zip is damaged or locked.\n")
    assert not Brand.objects.exists()


def test_a_locked_zip_is_not_read(load: Loads, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"brands.jsonl": LINE.encode()})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert load(path).err == "brands.jsonl in the zip is damaged or locked.\n"


def test_of_a_damaged_zip_nothing_is_taken(load: Loads, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "name": f"{random.Random(n).random()}"}) + "\n" for n in range(3000))
    content = zipped(tmp_path, {"brands.jsonl": lines.encode()}).read_bytes()
    for seed in range(60):
        chance = random.Random(seed)
        damaged = bytearray(content[: chance.randrange(len(content))] if seed % 3 == 0 else content)
        for _ in range(chance.randrange(1, 20)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "c.zip").write_bytes(damaged)

        result = load(tmp_path / "c.zip", "--dry-run")

        assert result.status in (0, 1, 2)
        if result.status == 2:
            assert result.out == ""
        else:
            assert result.table == {"Brands": Counts(3000, created=3000)}


def test_a_file_that_may_not_be_read_is_said_so(load: Loads, tmp_path: Path) -> None:
    folder = brands(tmp_path, LINE.encode())
    (folder / "brands.jsonl").unlink()
    os.symlink("/proc/self/mem", folder / "brands.jsonl")  # a file that opens, and fails when it is read

    result = load(folder)

    assert result.reasons == ["brands.jsonl cannot be read: [Errno 5] Input/output error."]
