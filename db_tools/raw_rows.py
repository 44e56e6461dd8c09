"""What stands in a file, row by row, in bounded memory: the rows of a file of JSON lines, or of one JSON list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Refusal, Remark
from db_tools.decoding import MAX_ROW_BYTES, decode
from db_tools.sources import CatalogueFile, Unreadable

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BLANK = b" \t\r\n"
BLANKS = re.compile(rb"[ \t\r\n]*")
CHUNK = 1 << 20
# A whole string, or one that has not ended yet, or what gives JSON its structure. `*+` never tries anything twice.
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
OPENING, CLOSING = b"[{", b"]}"


@dataclass(frozen=True)
class RawRow:
    """One row: the line it begins on, its bytes, and its value, or why it has none."""

    line: int
    size: int
    data: object = None
    reason: Remark | None = None


Note = Callable[[Remark], None]


def read_lines(file: CatalogueFile, note: Note) -> Iterator[RawRow]:
    """Read a file of JSON lines; empty lines are passed over. What is said of the file as a whole goes to `note`.

    Raises Unreadable for another encoding than UTF-8 and when reading fails.
    """
    with file.open() as stream:
        for number, (content, whole) in enumerate(_lines(stream, file.name), start=1):
            if number == 1:
                content = _without_mark(content, file.name, note)
                if content.endswith(b"\r\n"):
                    note(Remark(_("The lines end as on Windows; read as plain ones.")))
            if content.strip(BLANK):
                yield _decoded(content, number, cut=not whole)


def read_list(file: CatalogueFile, note: Note) -> Iterator[RawRow]:
    """Read a file that is one JSON list, element by element; objects know the line they begin on.

    Raises Unreadable if it is no list, for another encoding than UTF-8, and when reading fails.
    """
    with file.open() as stream:
        for piece in _Pieces(stream, file.name, note).split():
            content = piece.content.strip(BLANK)
            row = RawRow(piece.line, len(content), reason=piece.reason)
            if content and not piece.reason:
                row = _decoded(content, piece.line, cut=piece.cut, lines=iter(_object_lines(content, piece.line)))
            if content or piece.reason:
                yield row
            if piece.cut and not row.reason:
                yield RawRow(piece.line, 0, reason=Remark(_("The list has no end: the file is cut here.")))


@dataclass(frozen=True)
class _Piece:
    """What stands between two commas of the list; `cut` when the file ends in it."""

    line: int
    content: bytes = b""
    cut: bool = False
    reason: Remark | None = None


class _Pieces:
    """The text of a list, read in chunks and split where its elements end; strings and brackets are told apart."""

    def __init__(self, stream: BinaryIO, name: str, note: Note) -> None:
        self.stream, self.name = stream, name
        self.buffer = _without_mark(self._chunk(), name, note)
        self.start = self.seen = self.depth = 0
        self.line = 1

    def split(self) -> Iterator[_Piece]:
        """Yield the pieces; a broken one does not hide the next as long as its brackets match."""
        self._enter()
        while True:
            for token in TOKEN.finditer(self.buffer, self.seen):
                if token[0] == b'"':  # the string goes on in the next chunk
                    break
                self.seen = token.end()
                if self.depth == 0 and token[0] in (b",", b"]"):
                    yield self._take(token.start())
                    if token[0] == b"]":
                        yield from self._leave()
                        return
                self.depth = max(self.depth + (token[0] in OPENING) - (token[0] in CLOSING), 0)
            if len(self.buffer) - self.start > MAX_ROW_BYTES:
                yield _Piece(
                    self._first_line(), reason=Remark(_("From here on the file cannot be read: a row has no end."))
                )
                return
            if not self._more():
                yield self._take(len(self.buffer), cut=True)
                return

    def _enter(self) -> None:
        while self._past_blanks() == len(self.buffer) and self._more():
            pass
        lead = self._past_blanks()
        if self.buffer[lead : lead + 1] != b"[":
            raise Unreadable(_("%(path)s is not a JSON list."), path=self.name)
        self._take(lead)
        self.start = self.seen = lead + 1

    def _leave(self) -> Iterator[_Piece]:
        while self._past_blanks() == len(self.buffer) and self._more():
            pass
        if self._past_blanks() < len(self.buffer):
            yield _Piece(self._first_line(), reason=Remark(_("Something follows after the end of the list.")))

    def _take(self, end: int, *, cut: bool = False) -> _Piece:
        """Return the piece that ends here, and go on behind the character that ended it."""
        piece = _Piece(self._first_line(), self.buffer[self.start : end], cut=cut)
        self.line += self.buffer.count(b"\n", self.start, end + 1)
        self.start = end + 1
        return piece

    def _first_line(self) -> int:
        return self.line + self.buffer.count(b"\n", self.start, self._past_blanks())

    def _past_blanks(self) -> int:
        found = BLANKS.match(self.buffer, self.start)
        return found.end() if found else self.start

    def _more(self) -> bool:
        chunk = self._chunk()
        self.buffer = self.buffer[self.start :] + chunk
        self.seen, self.start = max(self.seen - self.start, 0), 0
        return bool(chunk)

    def _chunk(self) -> bytes:
        return _read(self.stream, self.name, self.stream.read, CHUNK)


def _object_lines(content: bytes, line: int) -> list[int]:
    """Return the line on which each object begins, in the order in which they end, as the decoder makes them."""
    lines, open_lines, counted = [], [], 0
    for token in TOKEN.finditer(content):
        line += content.count(b"\n", counted, token.start())
        counted = token.start()
        if token[0] == b"{":
            open_lines.append(line)
        elif token[0] == b"}" and open_lines:
            lines.append(open_lines.pop())
    return lines


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, bool]]:
    """Yield each line, and whether it has an end; of one that is too long only the beginning."""
    while content := _read(stream, name, stream.readline):
        rest = content
        while len(rest) > MAX_ROW_BYTES and not rest.endswith(b"\n"):
            rest = _read(stream, name, stream.readline)
        yield content, rest.endswith(b"\n")


def _read(stream: BinaryIO, name: str, read: Callable[[int], bytes], size: int = MAX_ROW_BYTES + 1) -> bytes:
    try:
        return read(size)
    except OSError as error:
        raise Unreadable(_("%(path)s cannot be read: %(why)s."), path=name, why=error) from error


def _without_mark(content: bytes, name: str, note: Note) -> bytes:
    if content.startswith(UTF_16_MARKS):
        raise Unreadable(_("%(path)s is UTF-16. Save it as UTF-8."), path=name)
    if content.startswith(BYTE_ORDER_MARK):
        note(Remark(_("The file begins with a byte order mark; passed over.")))
        return content[len(BYTE_ORDER_MARK) :]
    return content


def _decoded(content: bytes, line: int, *, cut: bool, lines: Iterator[int] | None = None) -> RawRow:
    if len(content) > MAX_ROW_BYTES:
        return RawRow(
            line, len(content), reason=Remark(_("It is longer than %(most)s MiB."), {"most": MAX_ROW_BYTES >> 20})
        )
    try:
        return RawRow(line, len(content), decode(content, cut=cut, lines=lines))
    except Refusal as refusal:
        return RawRow(line, len(content), reason=refusal.remark)
