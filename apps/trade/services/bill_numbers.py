"""The numbers that a bill has listed so far, kept on the disk: its length costs no memory here either."""

import sqlite3
from contextlib import closing


class Listed:
    """Trade numbers of one pass over a bill, in a nameless file that SQLite deletes when it is closed."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE listed (number TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def is_again(self, number: str) -> bool:
        """Note a number, and tell whether it was there before."""
        with closing(self._file.execute("INSERT OR IGNORE INTO listed VALUES (?)", (number,))) as note:
            return note.rowcount == 0

    def close(self) -> None:
        """Throw the file away."""
        self._file.close()
