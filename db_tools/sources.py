"""Where the files of a catalogue are: a folder, or a zip whose members are read as streams and never unpacked."""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Text
from apps.common.imports import Remark

CHUNK = 1 << 20
# A larger member that packs better than this is no catalogue but a bomb; goods pack at 5 to 30.
MODEST_BYTES = 100 * CHUNK
MAX_RATIO = 250
# More than this much is no catalogue either: a hundred thousand goods with long details take less than 1 GiB.
MAX_BYTES = 16 * 1024 * CHUNK
# What zipfile and its decompressors raise for archives that are damaged, locked or packed by unknown means.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError)


class Unreadable(Exception):
    """A file, or the whole catalogue, cannot be read."""

    def __init__(self, text: Text, **values: object) -> None:
        self.remark = Remark(text, values)
        super().__init__(self.remark)


@dataclass(frozen=True)
class CatalogueFile:
    """One file of the catalogue; `size` in bytes, as they come out of `open`."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@contextmanager
def open_catalogue(path: Path, names: Sequence[str]) -> Iterator[dict[str, CatalogueFile]]:
    """Give the files of these names that are in the folder or zip.

    Raises Unreadable when there is none, when the path is neither, or when the zip is damaged, dangerous or
    ambiguous; it is read through once before, so that nothing is taken from a damaged one.
    """
    if path.is_dir():
        files = _in_folder(path, names)
        _refuse_empty(files, path, names)
        yield files
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Unreadable(_("There is no %(path)s."), path=path) from error
    except DAMAGED as error:
        raise Unreadable(_("%(path)s is neither a folder nor a zip that can be read."), path=path) from error
    with archive:
        files = _in_archive(archive, names)
        _refuse_empty(files, path, names)
        yield files


def _refuse_empty(files: dict[str, CatalogueFile], path: Path, names: Sequence[str]) -> None:
    if not files:
        raise Unreadable(_("%(path)s is no catalogue: it has none of %(names)s."), path=path, names=", ".join(names))


def _in_folder(folder: Path, names: Sequence[str]) -> dict[str, CatalogueFile]:
    files = {}
    for name in names:
        path = folder / name
        if not path.exists():
            continue
        if not path.is_file():
            raise Unreadable(_("%(path)s is not a file."), path=path)
        files[name] = CatalogueFile(name, path.stat().st_size, partial(_opened, path))
    return files


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unreadable(_("%(path)s cannot be read: %(why)s."), path=path, why=error.strerror) from error


def _in_archive(archive: zipfile.ZipFile, names: Sequence[str]) -> dict[str, CatalogueFile]:
    """Find the files at the top of the zip, or in its one folder."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        _refuse_tricks(member)
        place = PurePosixPath(member.filename)
        if place.name not in names or member.is_dir() or len(place.parts) > 2:
            continue
        if place.name in found:
            raise Unreadable(_("The zip has more than one %(name)s."), name=place.name)
        found[place.name] = member
    for member in found.values():
        _check(archive, member)
    return {
        name: CatalogueFile(name, member.file_size, partial(_stream, archive, member)) for name, member in found.items()
    }


def _refuse_tricks(member: zipfile.ZipInfo) -> None:
    """Nothing is unpacked, so no name can do harm; but who writes such names means no good with the rest either."""
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        raise Unreadable(_("The zip has a member with a dangerous name: %(name)s."), name=ascii(member.filename))
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable(_("The zip has a link in it: %(name)s."), name=ascii(member.filename))


def _check(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a member through, which proves its checksum; a bomb is known by its header, and never larger than that."""
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > MAX_BYTES or (member.file_size > MODEST_BYTES and ratio > MAX_RATIO):
        raise Unreadable(_("%(name)s in the zip would unpack to %(size)s MiB; it is not read."),
                         name=member.filename, size=member.file_size // CHUNK)  # fmt: skip
    try:
        with archive.open(member) as stream:
            while stream.read(CHUNK):
                pass
    except DAMAGED as error:
        raise Unreadable(_("%(name)s in the zip is damaged or locked."), name=member.filename) from error


def _stream(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    return io.BufferedReader(archive.open(member), CHUNK)  # type: ignore[type-var]  # it is a raw stream in all but name
