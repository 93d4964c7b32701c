"""Memories from outside, each under the name of its origin: ``origins.sqlite`` in the archive's folder.

What others translated is worth suggesting and nothing more: it is in no statement, in no file that goes out, and counts
as nobody's words. An origin that turns out bad is thrown out as one. The file is backed up with the desk's others.

::

    origins = Origins(archive)
    origins.add("UN 2019", pairs, "2026-11-28")     origins.all()     origins.drop("UN 2019")
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.disk.sqlite import connect, explained
from tamizdat.errors import BadArchive, UsageError
from tamizdat.text.rules import checked_text

FILE: Final = "origins.sqlite"
PATIENCE: Final = 30  #: seconds to wait for another process that writes
MAX_PAIRS: Final = 100_000  #: of all origins together: they are held in memory to be compared
MAX_NAME: Final = 60  #: characters
_TABLES: Final = {
    "origins": "id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, day TEXT",
    "pairs": "origin INTEGER, spoken TEXT, language TEXT, source TEXT, target TEXT",
}


class ForeignPair(NamedTuple):
    """A sentence and what somebody elsewhere made of it, with the languages of both, without script and region."""

    spoken: str
    language: str
    source: str
    target: str


@dataclass(frozen=True)
class Origin:
    """A memory from outside: its name, the day on which it was taken in, how many pairs it has."""

    name: str
    day: str
    pairs: int


class Origins:
    """The memories from outside of one archive. Making one costs nothing; a desk without any has no file."""

    def __init__(self, archive: Archive) -> None:
        self._path = archive.folder / FILE
        self._mutex = threading.Lock()

    def all(self) -> list[Origin]:
        """Return every origin, by name."""
        question = (
            "SELECT name, day, (SELECT count(*) FROM pairs WHERE origin = id) FROM origins ORDER BY name COLLATE NOCASE"
        )
        with self._open() as connection:
            return [Origin(*row) for row in connection.execute(question)] if connection else []

    def add(self, name: str, pairs: Iterable[ForeignPair], day: str) -> int:
        """Take in the pairs of a new origin; return how many there are, each once.

        Raises :class:`UsageError` for a name that will not do or is taken, for no pairs, and for too many.
        """
        name = checked_text("name of an origin", name.strip(), MAX_NAME)
        every = dict.fromkeys(pairs)
        if not name or not every:
            raise UsageError("Expected a name and a memory with pairs of sentences in two languages, found none.")
        with self._open(make=True) as connection:
            assert connection is not None, "it was made"
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                self._require_room(connection, name, len(every))
                made = connection.execute("INSERT INTO origins (name, day) VALUES (?, ?)", (name, day)).lastrowid
                connection.executemany("INSERT INTO pairs VALUES (?, ?, ?, ?, ?)", ((made, *each) for each in every))
        return len(every)

    def drop(self, name: str) -> int:
        """Throw an origin out, and all its pairs; return how many there were.

        Raises :class:`UsageError` for the name of none.
        """
        with self._open() as connection:
            found = (
                connection.execute("SELECT id FROM origins WHERE name = ?", (name,)).fetchone() if connection else None
            )
            if connection is None or found is None:
                raise UsageError(
                    f"Expected the name of an origin, found {name[:MAX_NAME]!r}, which none has. "
                    "'tamizdat translate origin list' lists all."
                )
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                gone = connection.execute("DELETE FROM pairs WHERE origin = ?", found).rowcount
                connection.execute("DELETE FROM origins WHERE id = ?", found)
            connection.execute("VACUUM")
        return gone

    def stamp(self) -> tuple[int, int, int]:
        """Return numbers that change whenever an origin is taken in or thrown out; the file is not opened."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0, 0, 0
        return found.st_ino, found.st_mtime_ns, found.st_size

    def pairs(self) -> Iterator[tuple[str, ForeignPair]]:
        """Yield every pair with the name of its origin."""
        question = "SELECT name, spoken, language, source, target FROM pairs JOIN origins ON origins.id = pairs.origin"
        with self._open() as connection:
            found = connection.execute(question).fetchall() if connection else []
        for name, *pair in found:
            yield name, ForeignPair(*pair)

    def _require_room(self, connection: Connection, name: str, more: int) -> None:
        if connection.execute("SELECT 1 FROM origins WHERE name = ?", (name,)).fetchone():
            raise UsageError(
                f"Expected a name that no origin has, found {name!r}, which one has. Throw that out first, or choose "
                "another name."
            )
        held = connection.execute("SELECT count(*) FROM pairs").fetchone()[0]
        if held + more > MAX_PAIRS:
            raise UsageError(
                f"Expected at most {MAX_PAIRS:,} pairs in all origins, found {held:,} and {more:,} more. Take in only "
                "the languages that you need, or throw an origin out."
            )

    @contextmanager
    def _open(self, make: bool = False) -> Iterator[Connection | None]:
        """Lend a connection; None if there is no file, and none is to be made."""
        if not make and not self._path.exists():
            yield None
            return
        with self._mutex, _explained(self._path):
            with refusals("the memories from outside (origins.sqlite)"):
                self._path.touch(0o600)
            connection = connect(self._path, PATIENCE, "FULL")
            try:
                for table, columns in _TABLES.items():
                    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
                yield connection
            finally:
                connection.close()


def _explained(path: Path) -> AbstractContextManager[None]:
    return explained(
        path,
        f"the memories from outside ({FILE})",
        BadArchive(
            f"{FILE}: expected memories from outside, found a damaged file. Delete it, then take them in again."
        ),
    )
