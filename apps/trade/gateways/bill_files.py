"""What files of bills have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO


def starts_with(file: IO[bytes], mark: bytes) -> bool:
    """Tell whether a file begins with these bytes, and go back to its beginning."""
    start = file.read(len(mark))
    file.seek(0)
    return start == mark


@contextmanager
def unclosed(text: TextIOWrapper) -> Iterator[TextIOWrapper]:
    """Read a file as text, and leave it open in the end: it belongs to the caller."""
    try:
        yield text
    finally:
        text.detach()
