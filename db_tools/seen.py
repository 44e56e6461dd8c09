"""Which keys a run has met, and with what content; kept on disk, so that memory does not grow with the files."""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

# What only one row of a run may have: the kind of thing, and its key.
Key = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """An earlier row that holds a key, and whether it says the same."""

    key: Key
    line: int
    is_same: bool


class Seen:
    """The keys that rows have claimed, in a temporary database of SQLite's: the first row of a key holds it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA cache_size=-8000")
        self._database.execute(
            "CREATE TABLE claims (kind TEXT, key TEXT, line INTEGER, digest BLOB, is_refused INTEGER DEFAULT 0, "
            "PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )

    def claim(self, keys: Sequence[Key], line: int, row: object) -> Claim | None:
        """Claim all keys for the row of this line; or none, and return the first that another row holds."""
        digest = hashlib.blake2b(repr(row).encode(), digest_size=16).digest()
        for key in keys:
            found = self._database.execute("SELECT line, digest FROM claims WHERE kind = ? AND key = ?", key).fetchone()
            if found:
                return Claim(key, line=found[0], is_same=found[1] == digest)
        self._database.executemany(
            "INSERT INTO claims (kind, key, line, digest) VALUES (?, ?, ?, ?)",
            [(*key, line, digest) for key in keys],
        )
        return None

    def refuse(self, key: Key) -> None:
        """Remember that the row that holds the key was refused."""
        self._database.execute("UPDATE claims SET is_refused = 1 WHERE kind = ? AND key = ?", key)

    def accepts(self, key: Key) -> bool:
        """Tell whether a row that holds the key was met and not refused."""
        found = self._database.execute("SELECT is_refused FROM claims WHERE kind = ? AND key = ?", key).fetchone()
        return bool(found == (0,))

    def accepted(self, kind: str) -> list[str]:
        """Return the keys of a kind whose rows were not refused."""
        found = self._database.execute("SELECT key FROM claims WHERE kind = ? AND is_refused = 0", [kind])
        return [key for (key,) in found]

    def close(self) -> None:
        """Let go of the temporary file."""
        self._database.close()
