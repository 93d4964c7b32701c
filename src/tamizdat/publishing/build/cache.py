"""What was made for the last edition, so that only what differs is made again: ``publishing.sqlite``.

A *unit* is a handful of files that are made together (the pages of one item, those of one day, one statement). Of each
the cache holds a *fingerprint*, a digest over everything it was made from, and of each of its files the inode, the
size, the times of its last change, and its SHA-256. If the fingerprint is the same, and the files in the site are still
these, the new edition takes them over as they are. The time of modification tells little: every file of an edition has
the same, and anybody may set it. That of the last change of any kind (``ctime``) only the system sets: if that is
another, the file is read and compared. Of each folder it tells that nothing was put into it.

The file is a view and may be deleted at any time; the next edition is then made whole. A run that was told something of
it, and then finds it damaged or deleted, begins again (:class:`CacheLost`): what would be read of an empty one
contradicts what was told, and what an edition is to remove would stay. So would what is withdrawn of a post in whose id
a disk turned a letter into another one: what is remembered of posts and statements has a mark each (``packs``).
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, count, starmap
from pathlib import Path
from typing import Any, Final, TypeVar

from tamizdat.disk.sqlite import Database, Unusable
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.publishing.build import packs
from tamizdat.publishing.build.packs import Rows, mark_of, put_marked, sound
from tamizdat.publishing.build.unit_files import MadeUnits, WrittenFile
from tamizdat.publishing.derived.statement_record import PostRow, StatementRecord

NAME: Final = "publishing.sqlite"
VERSION: Final = 10
TABLES: Final = {
    "sheets": "name TEXT PRIMARY KEY, print TEXT NOT NULL",
    "files": "path TEXT PRIMARY KEY, sheet TEXT NOT NULL, size INTEGER, changed INTEGER, sha256 TEXT, touched INTEGER",
    "folders": "path TEXT PRIMARY KEY, touched INTEGER",
    "statements": "number INTEGER PRIMARY KEY, leaf TEXT, roster TEXT, item INTEGER, day TEXT, signer TEXT,"
    " sha256 TEXT, print TEXT, mark INTEGER",
    "pictures": "sha256 TEXT PRIMARY KEY, width INTEGER, height INTEGER",
    # apart, for of all posts only facts are read, and what they tell
    "posts": "number INTEGER PRIMARY KEY, facts TEXT, statement INTEGER, alike INTEGER, mark INTEGER",
    "alike": "place INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE, mark INTEGER",
    "told": "number INTEGER PRIMARY KEY, told TEXT, mark INTEGER",
    "words": "number INTEGER PRIMARY KEY, own TEXT, beside TEXT, notes TEXT, alts TEXT, mark INTEGER",
    "found": "number INTEGER PRIMARY KEY, found TEXT, mark INTEGER",
    "searched": "print BLOB PRIMARY KEY",
    "standing": "place INTEGER PRIMARY KEY, said TEXT",
    "ledger": "place INTEGER PRIMARY KEY, tiles BLOB",
    "packs": packs.TABLE,
}
OF_ITEMS: Final = ("item", "media", "proof")  #: what units of an item are called, in order; its number follows
POSTS: Final = ("posts", "told", "words", "found")  #: tables with a row for each post
NEIGHBOURS: Final = 1_024  #: numbers of posts that are read together: a segment of the search (site/search_index.py)
TOGETHER: Final = 64  #: units whose fingerprints are read together, for they are asked for in order; posts, for words
LOOKUPS: Final = {"of_sheet": "files (sheet)", "of_alike": "posts (alike)"}
_Known = TypeVar("_Known")


class CacheLost(BadArchive):
    """What was remembered is damaged, or somebody deleted it meanwhile; it is empty now. Begin again."""


class BuildCache:
    """The open file; other processes may have it open too. An edition has some hundred thousand files: none is held."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self._database = Database(folder / NAME, lock, VERSION, TABLES, LOOKUPS, packs.TRIGGERS)
        self._opened = 0  #: which of its openings gave what was told of it so far
        self._measured: set[str] = set()
        self._found: dict[int, str] = {}
        self._told: dict[int, str] = {}
        self._near: dict[str, int] = {}  #: where the post is that was asked for last, by what was asked
        self._words: dict[int, tuple[str, ...]] = {}
        self._prints: dict[str, str] = {}
        self._said: dict[int, str] = {}

    def fingerprint(self, unit: str) -> str | None:
        """Return the fingerprint of a unit, None if there was none of this name. Those next to it come with it."""
        if unit not in self._prints:
            question = (
                "SELECT name, print FROM sheets WHERE rowid >= (SELECT rowid FROM sheets WHERE name = ?)"
                " ORDER BY rowid LIMIT ?"
            )
            self._prints = dict(self._ask(question, unit, TOGETHER)) or self._prints
        return self._prints.get(unit)

    @cached_property
    def is_empty(self) -> bool:
        """Whether no edition is remembered."""
        return not self._ask("SELECT 1 FROM sheets LIMIT 1")

    def units(self) -> Iterator[str]:
        """Yield the name of each unit."""
        return (name for rows in self._in_rows("sheets", "rowid, name") for _, name in rows)

    def units_of(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield the names of the units that are of no item, and of those of the items with these *numbers*."""
        begins = ["", *(f"{kind}!" for kind in OF_ITEMS)]  # the sign that is next to the space behind a kind
        ends = [*(f"{kind} " for kind in OF_ITEMS), "~"]
        for between in zip(begins, ends, strict=True):
            rows = self._ask("SELECT name FROM sheets WHERE name BETWEEN ? AND ?", *between)
            yield from (name for (name,) in rows)
        names = [f"{kind} {number}" for number in numbers for kind in OF_ITEMS]
        for at in range(0, len(names), TOGETHER):
            some = names[at : at + TOGETHER]
            question = f"SELECT name FROM sheets WHERE name IN ({', '.join('?' * len(some))})"  # noqa: S608 -- marks
            yield from (name for (name,) in self._ask(question, *some))

    def statements(self) -> Iterator[StatementRecord]:
        """Yield what is remembered of statements, in the order of their places, without their fingerprints."""
        return starmap(StatementRecord, chain.from_iterable(self._sound(packs.rows(self._ask, "statements"))))

    def fingerprint_of(self, place: int) -> str:
        """Return the fingerprint of the statement at a place in the ledger. Those of the next ones come with it."""
        if place not in self._said:
            question = "SELECT number, print FROM statements WHERE number >= ? ORDER BY number LIMIT ?"
            self._said = dict(self._ask(question, place, TOGETHER))
        return self._said.get(place, "")

    @cached_property
    def pictures(self) -> dict[str, tuple[int, int]]:
        """Width and height of pictures by SHA-256."""
        found = {digest: (width, height) for digest, width, height in self._ask("SELECT * FROM pictures")}
        self._measured = set(found)
        return found

    def files_of(self, unit: str) -> list[WrittenFile]:
        """Return the files of a unit."""
        question = "SELECT path, size, changed, sha256, touched FROM files WHERE sheet = ?"
        return [WrittenFile(*row) for row in self._ask(question, unit)]

    def paths_of(self, units: Iterable[str]) -> Iterator[str]:
        """Yield the paths of the files of these *units*."""
        return (path for unit in units for (path,) in self._ask("SELECT path FROM files WHERE sheet = ?", unit))

    def digest_of(self, path: str) -> str:
        """Return the SHA-256 of a file of a unit; empty if there was none."""
        found = self._ask("SELECT sha256 FROM files WHERE path = ?", path)
        return str(found[0][0]) if found else ""

    def listed(self) -> Iterator[WrittenFile]:
        """Yield the files of units that a list of files names."""
        rows = self._in_rows("files", "rowid, sheet, path, size, changed, sha256, touched")
        return (WrittenFile(*row[2:]) for some in rows for row in some if not row[1].startswith("proof "))

    def identities(self) -> Iterator[Iterable[tuple[str, int, int, int]]]:
        """Yield of files of units path, size, what tells it from another, when it was touched, some files at a time.

        They come item by item, as folders do, and what belongs to the edition behind.
        """
        return packs.rows(self._ask, "files")

    def folders(self) -> Iterator[Iterable[tuple[str, int]]]:
        """Yield paths of folders of the site, and what tells that nothing was put in (:func:`touched_at`), likewise."""
        return packs.rows(self._ask, "folders")

    def pack(self) -> None:
        """Have at hand for the next run what it reads of all rows."""
        with self._lent(self._database.writing) as connection:
            packs.make(connection)

    def _ask(self, question: str, *values: int | str) -> Rows:
        with self._lent(self._database.connected) as connection:
            return connection.execute(question, values).fetchall()

    @contextlib.contextmanager
    def _lent(
        self, lend: Callable[[], contextlib.AbstractContextManager[sqlite3.Connection]]
    ) -> Iterator[sqlite3.Connection]:
        """Lend the connection; raises :class:`CacheLost` if it is not to the file that was asked before."""
        try:
            with lend() as connection:
                self._opened = self._opened or self._database.openings
                if self._opened == self._database.openings:
                    yield connection
                    return
        except Unusable:
            self._database.make_anew()
        raise _lost()

    def save(
        self,
        left: Collection[str],
        made: MadeUnits,
        opened: Iterable[StatementRecord] = (),
        touched: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        """Remembers an edition.

        Units that it *left*, those that were *made* for it, the statements that were *opened*, and identity and time of
        files that were *touched* of which it was seen that they are what they were.
        """
        measured = self.__dict__.get("pictures", {})  # nobody asked for any otherwise
        pictures = [(digest, *measured[digest]) for digest in measured.keys() - self._measured]
        first = self.is_empty
        with self._lent(self._database.writing) as connection:
            connection.executemany("DELETE FROM files WHERE sheet = ?", ((name,) for name in left))
            connection.executemany("DELETE FROM sheets WHERE name = ?", ((name,) for name in left))
            if not first:  # files that these units had and have no more
                stay = ((name, json.dumps([file.path for file in files])) for name, files in made.items())
                question = "DELETE FROM files WHERE sheet = ? AND path NOT IN (SELECT value FROM json_each(?))"
                connection.executemany(question, stay)
            connection.executemany(_put("sheets", "name, print"), made.fingerprints())
            rows = ((file.path, name, *file[1:]) for name, files in made.items() for file in files)
            again = ((*known, path) for path, known in (touched or {}).items())
            connection.executemany("UPDATE files SET changed = ?, touched = ? WHERE path = ?", again)
            connection.executemany(_put("files", "path, sheet, size, changed, sha256, touched"), rows)
            connection.executemany(
                "INSERT OR REPLACE INTO statements (leaf, roster, day, signer, sha256, number, item, print, mark)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((*each, mark_of(*each[:-1])) for each in opened),
            )
            connection.executemany("INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)", pictures)

    def standing(self, place: int = 0) -> Any:
        """Return what is remembered of the last edition as a whole; None if nothing is, or not what was written."""
        found = self._ask("SELECT said FROM standing WHERE place = ?", place)
        digest, _, said = (found[0][0] if found else "").partition(" ")
        return json.loads(said) if digest == sha256_hex(said.encode()) else None

    def tiles(self) -> bytes:
        """Return what full bundles of the ledger gave when they were hashed (``published_log.packed``)."""
        found = self._ask("SELECT tiles FROM ledger")
        return bytes(found[0][0]) if found else b""

    def save_tiles(self, tiles: bytes) -> None:
        """Remember what :meth:`tiles` gives then."""
        if tiles != self.tiles():
            with self._lent(self._database.writing) as connection:
                connection.execute("INSERT OR REPLACE INTO ledger VALUES (0, ?)", (tiles,))

    def searched(self) -> frozenset[bytes]:
        """Return digests of what must stay private and was looked for in all that the last edition told."""
        return frozenset(digest for (digest,) in self._ask("SELECT print FROM searched"))

    def posts(self) -> Iterator[list[tuple[str, int, int]]]:
        """Yield of each post of the last edition facts in JSON, and where its statement stands, some at a time.

        The last number is that of what it has in common with others (:meth:`alike`).
        """
        return map(list, self._sound(packs.rows(self._ask, "posts")))

    def alike(self) -> dict[int, str]:
        """Return by number what posts of the last edition have in common, in JSON."""
        rows = self._sound(map(sound, self._ask("SELECT said, place, mark FROM alike")))
        return {place: said for said, place in rows}

    def told_together(self) -> Iterator[tuple[Sequence[int], bytes]]:
        """Yield the numbers of some posts of the last edition, and what these tell, as it is searched, in UTF-8."""
        return self._sound(packs.joined(self._ask, "told"))

    def _in_rows(self, table: str, columns: str) -> Iterator[Rows]:
        """Yield the rows of a table that has numbers, some at a time, in their order; the number comes first."""
        question = f"SELECT {columns} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {NEIGHBOURS}"  # noqa: S608
        last = -1
        while rows := self._ask(question, last):
            last = rows[-1][0]
            yield rows

    def words(self, number: int) -> tuple[str, ...]:
        """Return the words of a post of the last edition, by their kinds."""
        if number not in self._words:
            every = self._beside(number, "words", "own, beside, notes, alts", TOGETHER)
            self._words = {row[-1]: row[:-1] for row in every}
        return self._known(self._words, number)

    def told(self, number: int) -> str:
        """Return every text that a post of the last edition says, as it is searched."""
        if number not in self._told:
            # as those that are told together
            self._told = {number: told for told, number in self._beside(number, "told", "told", packs.WIDTH)}
        return self._known(self._told, number)

    def found(self, number: int) -> str:
        """Return what the search has of a post of the last edition, in JSON."""
        if number not in self._found:
            self._found = {number: found for found, number in self._beside(number, "found", "found")}
        return self._known(self._found, number)

    def check_posts(self, found: int, said: int) -> None:
        """Raise :class:`CacheLost` if fewer or more posts were *found* than the last edition had."""
        if found != said:
            raise self.lost()

    def _known(self, found: Mapping[int, _Known], number: int) -> _Known:
        """Return what was found of a post; raises :class:`CacheLost` if its row is gone."""
        if number not in found:
            raise self.lost()
        return found[number]

    def lost(self) -> CacheLost:
        """Forget everything, for a row makes no sense, and return the error to raise."""
        self._database.make_anew()
        return _lost()

    def _beside(self, number: int, table: str, columns: str, wide: int = NEIGHBOURS) -> Rows:
        """Ask about a post, and if one of its neighbours was asked for before it, about all of these."""
        first, last = number - number % wide, self._near.get(columns)
        self._near[columns] = first
        question = f"SELECT {columns}, number, mark FROM {table} WHERE number BETWEEN ? AND ?"  # noqa: S608 -- ours
        found = self._ask(question, *((first, first + wide - 1) if last == first else (number, number)))
        return [*self._sound(map(sound, found))]

    def _sound(self, rows: Iterator[_Known]) -> Iterator[_Known]:
        """Yield the same; raises :class:`CacheLost` at a row in which a letter is another one."""
        try:
            yield from rows
        except packs.Damaged:
            raise self.lost() from None

    def save_standing(
        self, said: Json, compared: Json, posts: Iterable[PostRow], gone: Collection[int] | None, searched: Set[bytes]
    ) -> None:
        """Remember an edition: its *posts* that are new or changed, and that others are *gone* (None: all others).

        :meth:`searched` gives *searched* then, :meth:`standing` *said* (place 0) and *compared* (1).
        """
        before = self.searched()
        places = {} if gone is None else {said: place for place, said in self.alike().items()}
        free = count(max(places.values(), default=0) + 1)
        with self._lent(self._database.writing) as connection:
            connection.executemany("DELETE FROM searched WHERE print = ?", ((each,) for each in before - searched))
            connection.executemany("INSERT INTO searched VALUES (?)", ((each,) for each in searched - before))
            for table in (*POSTS, "alike") if gone is None else ():
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- a table of ours
            for table in POSTS:
                connection.executemany(f"DELETE FROM {table} WHERE number = ?", ((each,) for each in gone or ()))  # noqa: S608
            for each in posts:
                if (place := places.get(each.alike)) is None:
                    place = places[each.alike] = next(free)
                    put_marked(connection, "alike", place, each.alike)
                row = (each.number, each.facts, each.statement, place)
                connection.execute("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?)", (*row, mark_of(*row[1:])))
                *words, found = each.words
                put_marked(connection, "told", each.number, each.told)
                put_marked(connection, "words", each.number, *words)
                put_marked(connection, "found", each.number, found)
            connection.execute("DELETE FROM alike WHERE NOT EXISTS (SELECT 1 FROM posts WHERE alike = place)")
            both = map(json.dumps, (said, compared))  # SQLite does not notice a letter that is another one
            rows = ((place, f"{sha256_hex(each.encode())} {each}") for place, each in enumerate(both))
            connection.executemany("INSERT OR REPLACE INTO standing VALUES (?, ?)", rows)

    def save_folders(self, folders: Iterable[tuple[str, int | None]], *, whole: bool) -> None:
        """Remember these folders of the site, which are its *whole*, or the others are as before; None: one is gone.

        They are looked at in this order, so new ones come item by item.
        """
        with self._lent(self._database.writing) as connection:
            if whole:
                connection.execute("DELETE FROM folders")
            put = _put("folders", "path, touched")
            for path, touched in folders:
                if touched is None:
                    connection.execute("DELETE FROM folders WHERE path = ?", (path,))
                else:
                    connection.execute(put, (path, touched))

    def others(self) -> list[tuple[str, int, int, int]]:
        """Return of the files that belong to no unit what :meth:`identities` does of the others, without a number."""
        return [(path, *known) for path, *known in (self.standing() or {}).get("others", ())]

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()
        self._opened = 0  # who foresees an edition asks again


def _put(table: str, columns: str) -> str:
    """Return the question that puts a row where the one of the same name lies, which others are beside, or behind."""
    name, *others = columns.split(", ")
    put = ", ".join(f"{each} = excluded.{each}" for each in others)
    marks = f"(?{', ?' * len(others)})"
    return f"INSERT INTO {table} VALUES {marks} ON CONFLICT ({name}) DO UPDATE SET {put}"  # noqa: S608 -- tables of ours


def _lost() -> CacheLost:
    why = f"Expected what the last edition left in {NAME}, found it damaged or deleted."
    return CacheLost(f"{why} Publish again: everything is asked about then.")


def is_cached(folder: Path) -> bool:
    """Return whether there is a cache in *folder*."""
    return (folder / NAME).exists()
