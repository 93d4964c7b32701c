"""SQLite files: how they are opened, what its refusals mean, and such as are views.

A view (:class:`Database`) is made if there is none and thrown away if it is damaged.

WAL mode, so that readers do not wait for a writer; temporary tables stay in memory, and what is deleted is
overwritten. Making and throwing away happen under the archive's lock; whoever had the file open notices that another
one lies there, and goes over to it. The order of locks is: the archive's, then SQLite's; nobody takes the archive's
while holding SQLite's.
"""

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tamizdat.disk.files import is_full, no_room, refusals
from tamizdat.disk.lock import locked
from tamizdat.errors import BadArchive, StorageFull, StorageRefused

PATIENCE: Final = 60  #: seconds to wait for another process that writes

_REFUSED: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}


class Unusable(BadArchive):
    """The file is no index of ours, or a damaged one; it is to be made anew."""


class Database:
    """One SQLite file with these tables, lookups and triggers, of this version, shared by the threads of a process."""

    def __init__(
        self, path: Path, lock: Path, version: int, tables: Mapping[str, str], lookups: Mapping[str, str],
        triggers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.path = path
        self._lock = lock
        self._version = version
        self._tables = tables
        self._lookups = lookups
        self._triggers = triggers
        self._mutex = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened_file: tuple[int, int] | None = None
        self._openings = 0

    @contextlib.contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection to one thread at a time.

        Raises :class:`Unusable` if the file is damaged.
        """
        with self._mutex, self._explained():
            if self._connection is not None and self._was_replaced(self._connection):
                self.close()
            if self._connection is None:
                with locked(self._lock):
                    self._connect()
            assert self._connection is not None
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction, alone among all processes; it is committed if the block ends without an error."""
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    @property
    def openings(self) -> int:
        """Return how many times a file was opened here: another number, and it is another file."""
        return self._openings

    def stamp(self) -> tuple[int, int, int]:
        """Return three numbers that are others as soon as any process has changed a row of the file."""
        with self.connected() as connection:
            [(version,)] = connection.execute("PRAGMA data_version")
            return self._openings, version, connection.total_changes

    def make_anew(self) -> None:
        """Delete the file and create an empty database in its place."""
        with self._mutex, locked(self._lock):
            self.discard()
            self._connect()

    def sweep(self) -> None:
        """Write the file anew (``VACUUM``): a deleted row may linger in free parts of its pages and in the WAL."""
        with self.connected() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def discard(self) -> None:
        """Delete the file and its journals. Raises :class:`StorageRefused`."""
        self.close()
        with refusals(f"the index ({self.path.name})"):
            for suffix in ("-wal", "-shm", ""):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; it is opened again when it is next needed."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _explained(self) -> contextlib.AbstractContextManager[None]:
        name = self.path.name
        return explained(
            self.path,
            f"the index ({name})",
            Unusable(f"{name}: expected an index, found a damaged file. 'tamizdat check --rebuild' makes it anew."),
        )

    def _was_replaced(self, connection: sqlite3.Connection) -> bool:
        """Return whether another process threw away the file that is open: it may hold what is forgotten by now."""
        return not connection.in_transaction and _identity(self.path) != self._opened_file

    def _connect(self) -> None:
        """Open the file, or put an empty one in the place of one that is not ours; the caller holds the lock."""
        try:
            with self._explained():
                self._connection = self._opened()
        except Unusable:
            self.discard()
            with self._explained():
                self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        if not self.path.exists():
            self.discard()  # a journal (-wal) without its file would be played into the new one
        with refusals(f"the index ({self.path.name})"):
            self.path.touch(0o600)
        connection = connect(self.path, PATIENCE, "NORMAL")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != self._version:
                self._make_tables(connection)
        except BaseException:
            connection.close()
            raise
        self._opened_file = _identity(self.path)
        self._openings += 1
        weakref.finalize(self, connection.close)
        return connection

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            raise Unusable(f"{self.path.name}: expected an index of version {self._version}, found version {found}.")
        connection.execute("BEGIN")
        with connection:
            for table, columns in self._tables.items():
                connection.execute(f"CREATE TABLE {table} ({columns})")
            for name, columns in self._lookups.items():
                connection.execute(f"CREATE INDEX {name} ON {columns}")
            for name, what in self._triggers.items():
                connection.execute(f"CREATE TRIGGER {name} {what}")
            connection.execute(f"PRAGMA user_version = {self._version}")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of the file that lies there; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path, patience: float, synchronous: str) -> sqlite3.Connection:
    """Open a SQLite file in WAL mode for all threads of the process, without a transaction of its own.

    Temporary tables stay in memory and what is deleted is overwritten, for both could be somebody's words. What a
    trigger does for a row that is deleted it does for one that is replaced.
    *synchronous* is ``NORMAL`` where the file is a view, ``FULL`` where it is the only copy. Raises as SQLite does:
    to be called within :func:`explained`.
    """
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        for setting in ("temp_store = MEMORY", "secure_delete = ON", "journal_mode = WAL", "recursive_triggers = ON"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    except UnicodeDecodeError as error:  # Python reads SQLite's own message, which repeats bytes of a damaged file
        connection.close()
        raise sqlite3.DatabaseError("the file is damaged") from error
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def explained(path: Path, what: str, damaged: BadArchive) -> Iterator[None]:
    """Turn SQLite's errors within the block, about the file *path*, which is *what*, into ours.

    On a full disk SQLite says that only of some files; of others, that it could not make or enlarge them. Raises
    :class:`StorageFull`, :class:`StorageRefused`, and *damaged* if the file is not what it should be.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without the extension
        if code == sqlite3.SQLITE_FULL or (code in _REFUSED and is_full(path.parent)):
            raise StorageFull(no_room(what)) from None
        if code in _REFUSED:
            raise StorageRefused(
                f"The system refused to read or write {what}: {error.sqlite_errorname}. Look whether its disk is full, "
                "read-only or failing, then run the same command again."
            ) from None
        raise damaged from None
