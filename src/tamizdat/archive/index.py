"""``index.sqlite``: a view over the ledger for questions, and nothing more.

It is made from ``entries.log`` alone. Appending does not touch it: whoever asks it something lets it catch up
first, from where it stopped (it keeps every leaf, so it notices when it belongs to another log). If it is missing,
damaged or of another version it is made anew by itself; forgotten statements leave no trace in it.

One thing it knows that the log does not: how far the log had come. A log that is shorter than its index was cut
after somebody was told that its statements are safe, and an archive in that state does not open (archive.py).

SQLite in WAL mode, so that readers do not wait for a writer; its temporary tables stay in memory. The order of
locks is: the archive's lock, then SQLite's. Nobody takes the archive's while holding SQLite's.
"""

import contextlib
import hashlib
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from tamizdat.archive.entries import Entries
from tamizdat.archive.items import CAPTURED, CATALOGUED, LOOKUPS, RESTRICTED, TABLES, Consignment, Item, rows
from tamizdat.archive.lock import locked
from tamizdat.durable import refusals
from tamizdat.errors import BadStatement, StorageFull, StorageRefused
from tamizdat.ledger.statement import peek_envelope

VERSION: Final = 1  #: of the tables; another version is made anew
STEP: Final = 20_000  #: statements taken in before others may write
PATIENCE: Final = 60  #: seconds to wait for another process that writes
_MERGED: Final = ", ".join(
    f"(SELECT {name} FROM catalogued WHERE item = captured.number AND catalogued.original = captured.original"
    f" AND {name} IS NOT NULL ORDER BY number DESC LIMIT 1) AS {name}"
    for name in CATALOGUED
)
_ITEMS: Final = f"SELECT {', '.join(CAPTURED)}, {_MERGED} FROM captured"  # noqa: S608 -- columns of our own

T = TypeVar("T")


class _Unusable(Exception):
    """The file is no index of ours, or a damaged one; it is made anew."""


class Index:
    """The open index of one archive."""

    def __init__(self, path: Path, lock: Path, entries: Entries) -> None:
        self._path = path
        self._lock = lock
        self._entries = entries
        self._mutex = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._gone: set[int] = set()

    # -- questions -------------------------------------------------------------------------------------------

    def consignments(self) -> list[Consignment]:
        """What arrived, in the order in which it was first received; each by its latest ``received`` statement."""
        found = self._ask(
            "SELECT max(number), consignment, device, state, files, bytes, manifest FROM received"
            " GROUP BY consignment ORDER BY min(number)"
        )
        return [Consignment(*row) for row in found]

    def items(self, release: str | None = None, kind: str | None = None) -> list[Item]:
        """Captured files by number; only those of this release ("public", "restricted") and kind, if given."""
        found = [_item(row) for row in self._ask(f"{_ITEMS} WHERE ?1 IS NULL OR kind = ?1 ORDER BY number", kind)]
        return [item for item in found if release in (None, item.release)]

    def item(self, number: int) -> Item | None:
        """One captured file with the latest that was said of it; None if this is not the number of one."""
        found = self._ask(f"{_ITEMS} WHERE number = ?", number)
        return _item(found[0]) if found else None

    def by_act(self, act: str) -> list[int]:
        """Indexes of all statements of one act, in order."""
        return [row[0] for row in self._ask("SELECT number FROM entries WHERE act = ? ORDER BY number", act)]

    def about(self, sha256: str) -> list[int]:
        """Indexes of all statements that have these bytes as a subject, in order."""
        return [row[0] for row in self._ask("SELECT number FROM subjects WHERE sha256 = ? ORDER BY number", sha256)]

    def position(self, leaf: bytes) -> int | None:
        """Where a commitment stands in the log."""
        found = self._ask("SELECT number FROM entries WHERE leaf = ?", leaf)
        return found[0][0] if found else None

    @property
    def size(self) -> int:
        """How many leaves of the log it has taken in."""
        return int(self._ask("SELECT coalesce(max(number) + 1, 0) FROM entries")[0][0])

    def leaf(self, number: int) -> bytes | None:
        """The leaf it has seen at *number*."""
        found = self._ask("SELECT leaf FROM entries WHERE number = ?", number)
        return bytes(found[0][0]) if found else None

    def digests(self) -> dict[str, str]:
        """A SHA-256 over each table, the same for every index made from the same log."""
        tables = {}
        for table in TABLES:
            digest = hashlib.sha256()
            for row in self._ask(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608 -- a table of our own
                digest.update(repr(row).encode())
            tables[table] = digest.hexdigest()
        return tables

    # -- keeping up ------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Takes in what was appended since the last time, by whichever process."""
        with self._mutex:
            try:
                self._catch_up()
            except _Unusable:
                self.make_anew()

    def make_anew(self) -> None:
        """Throws the index away and makes it from the log."""
        with self._mutex:
            self._entries.size  # noqa: B018 -- reads what is new, before any lock of SQLite's
            with locked(self._lock):
                self._discard()
                self._connect()
            self._catch_up()

    def forget(self) -> None:
        """Removes every trace of statements that were forgotten, and writes the file anew without them."""
        with self._mutex:
            gone = self._entries.gone - self._gone
            if not gone:
                return
            with self._sound() as connection:
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    removed = sum(_remove(connection, number) for number in gone)
                if removed:  # a deleted row may linger in free parts of pages, and in the WAL
                    connection.execute("VACUUM")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._gone |= gone

    def close(self) -> None:
        """Lets go of the file."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _catch_up(self) -> None:
        while True:
            size = self._entries.size  # takes the archive's lock, so it comes before BEGIN
            with self._sound() as connection:
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    seen, leaf = _newest(connection)
                    if seen and seen <= size and self._entries.commitments()[seen - 1] != leaf:
                        raise _Unusable
                    if seen > size:
                        if seen > self._entries
