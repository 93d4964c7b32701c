"""``index.sqlite``: a view over the ledger for questions, and nothing more.

It is made from ``entries.log``, and, for the words of posts, from the objects its statements name. Appending does not
touch it: whoever asks it something lets it catch up first, from where it stopped (it keeps every leaf, so it notices
when it belongs to another log). If it is missing,
damaged or of another version it is made anew by itself; forgotten statements leave no trace in it.

One thing it knows that the log does not: how far the log had come. A log that is shorter than its index was cut
after somebody was told that its statements are safe, and an archive in that state does not open (archive.py).
"""

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tamizdat.archive.log.entries import EntryLog
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views import (
    items,
    pages,
    people,
    post_rows,
    posts,
    readings,
    redactions,
    releases,
    sights,
    stories,
    transcripts,
    translations,
)
from tamizdat.archive.views.items import CAPTURED, CATALOGUED, Consignment, Item
from tamizdat.archive.views.observed import ObservedPost, PostReader
from tamizdat.archive.views.pages import PageReader, Pages
from tamizdat.archive.views.people import People
from tamizdat.archive.views.posts import Posts
from tamizdat.archive.views.readings import Readings
from tamizdat.archive.views.redactions import Redactions
from tamizdat.archive.views.releases import Releases
from tamizdat.archive.views.rows import Answer, Column, Row, insertion
from tamizdat.archive.views.sights import Sights
from tamizdat.archive.views.stories import Stories
from tamizdat.archive.views.texts import Texts
from tamizdat.archive.views.transcripts import Transcripts
from tamizdat.archive.views.translations import Translations
from tamizdat.disk.sqlite import PATIENCE, Database, Unusable
from tamizdat.errors import BadArchive, BadStatement, StorageRefused
from tamizdat.footage.card import preview_name
from tamizdat.footage.kinds import has_words
from tamizdat.footage.text_file import words_of
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.statements import derived, observed, read
from tamizdat.statements.catalogued import Release
from tamizdat.statements.observed import Observed

#: each with its tables and lookups
VIEWS: Final = (items, posts, sights, people, translations, transcripts, redactions, readings, releases, stories)
#: the rows that a statement adds to each of them
ROWS: Final = (
    items.rows, post_rows.rows, sights.rows, people.rows, translations.rows, transcripts.rows, redactions.rows,
    readings.rows, releases.rows, stories.rows,
)  # fmt: skip
TABLES: Final = {name: columns for view in (*VIEWS, pages) for name, columns in view.TABLES.items()}
LOOKUPS: Final = {name: columns for view in (*VIEWS, pages) for name, columns in view.LOOKUPS.items()}
VERSION: Final = 31  #: of the tables; another version is made anew
MOST_WORDS: Final = 1 << 20  #: bytes of a text that are read to be found
_MOST: Final = (1 << 63) - 1  #: the largest number that a database holds, and no number of anything
STEP: Final = 5_000  #: statements taken in before others may write
_NEWS: Final = " UNION ALL ".join(
    f"SELECT * FROM (SELECT number, {what}, post, {language} FROM {table} ORDER BY number DESC LIMIT ?1)"  # noqa: S608
    for table, what, language in (
        *(("posts", "'new'", "''"), ("edited", "'edited'", "''"), ("gone", "'gone'", "''")),
        *(("translated", "'proposed'", "language"), ("reviewed", "verdict", "language")),
    )
)
_MERGED: Final = ", ".join(
    f"coalesce((SELECT {name} FROM catalogued WHERE item = captured.number AND catalogued.original = captured.original"  # noqa: S608
    f" AND {name} IS NOT NULL ORDER BY number DESC LIMIT 1), '{Release.RESTRICTED if name == 'release' else ''}')"
    for name in CATALOGUED
)
# What was salvaged of an incomplete consignment is confirmed when its manifest is in and says nothing else of it.
_STATE: Final = (
    "CASE WHEN state = 'unconfirmed'"
    " AND EXISTS (SELECT 1 FROM received WHERE consignment = captured.consignment AND state = 'complete')"
    " AND NOT EXISTS (SELECT 1 FROM captured AS later WHERE later.consignment = captured.consignment"
    " AND later.path = captured.path AND later.kind = captured.kind AND later.number > captured.number)"
    " THEN 'whole' ELSE state END AS state"
)
#: whether rows of other statements were read by what one says
_READ_BY: Final = "SELECT 1 FROM sources WHERE number = ?1 UNION SELECT 1 FROM parted WHERE number = ?1"
#: of some statements, those of which anything is in the index
_KNOWN: Final = "SELECT number FROM entries WHERE act IS NOT NULL AND number IN (SELECT value FROM json_each(?))"
_COLUMNS: Final = ", ".join(_STATE if name == "state" else name for name in CAPTURED)
_ITEMS: Final = f"SELECT {_COLUMNS}, {_MERGED} FROM captured"  # noqa: S608 -- columns of our own


class Index:
    """The open index of one archive."""

    def __init__(self, path: Path, lock: Path, entries: EntryLog, objects: Objects) -> None:
        self.path = path
        self.lock = lock
        self.posts = Posts(self._ask)
        self.sights = Sights(self._ask)
        self.translations = Translations(self._ask)
        self.transcripts = Transcripts(self._ask)
        self.redactions = Redactions(self._ask)
        self.readings = Readings(self._ask)
        self.stories = Stories(self._ask)
        self.texts = Texts(self.posts, self.transcripts, self.stories)
        self.pages = Pages(self._ask)
        self.people = People(self._ask)
        self.releases = Releases(self._ask)
        self._entries = entries
        self._objects = objects
        self._database = Database(path, lock, VERSION, TABLES, LOOKUPS)
        self._mutex = threading.RLock()
        self._gone: set[int] = set()

    # -- questions -------------------------------------------------------------------------------------------

    def consignments(self) -> list[Consignment]:
        """Return what arrived, in the order of its first receipt; each by its latest ``received`` statement."""
        found = self._ask(
            "SELECT number, consignment, device, state, files, bytes, manifest FROM received JOIN"
            " (SELECT min(number) AS first, max(number) AS latest FROM received GROUP BY consignment)"
            " ON number = latest ORDER BY first"
        )
        return [Consignment(*row) for row in found]

    def items(self, release: str | None = None, kind: str | None = None, consignment: str | None = None) -> list[Item]:
        """Return captured files by number; only those of this release, kind and consignment, if given."""
        where = "(?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR consignment = ?2)"
        found = [Item(*row) for row in self._ask(f"{_ITEMS} WHERE {where} ORDER BY number", kind, consignment)]
        return [item for item in found if release in (None, item.release)]

    def files(self, consignment: str | None = None) -> list[Item]:
        """Return what came on cards, without the previews that a device made of it, by number."""
        return [each for each in self.items(consignment=consignment) if each.kind != "preview"]

    def preview_of(self, item: Item) -> Item | None:
        """Return the small picture that the field device made of a file; None if there is none."""
        wanted = preview_name(item.path)
        question = f"{_ITEMS} WHERE consignment = ? AND path = ? AND kind = 'preview' ORDER BY number DESC LIMIT 1"
        found = self._ask(question, item.consignment, wanted) if item.kind == "original" else []
        return Item(*found[0]) if found else None

    def shown_by(self, preview: Item) -> Item | None:
        """Return the file of which the field device made this preview; None if it has not come."""
        card = self.files(consignment=preview.consignment)
        return next((each for each in card if self.preview_of(each) == preview), None)

    def words(self, item: Item) -> str:
        """Return the words of a text that came on a card, the first :data:`MOST_WORDS` of it; "" of all else."""
        if item.kind != "text" or not has_words(item.path) or not self._objects.has(item.original):
            return ""
        with self._objects.open(item.original) as file:
            found = words_of(file.read(MOST_WORDS))
        return found[0] if found else ""

    def item(self, number: int) -> Item | None:
        """Return one captured file with the latest that was said of it; None if this is not the number of one."""
        found = self._ask(f"{_ITEMS} WHERE number = ?", number)
        return Item(*found[0]) if found else None

    def by_act(self, act: str) -> list[int]:
        """Return the indexes of all statements of one act, in order."""
        return [row[0] for row in self._ask("SELECT number FROM entries WHERE act = ? ORDER BY number", act)]

    def since(self, number: int) -> int:
        """Return how many statements there are from entry *number* on; random entries are none."""
        return int(self.ask("SELECT count(*) FROM entries WHERE number >= ? AND act IS NOT NULL", number)[0][0])

    def news(self, limit: int) -> list[tuple[str, str, str]]:
        """Return what happened to posts, the latest first, at most *limit* of each kind: what, post, language.

        It is ``new``, ``edited`` or ``gone``, with the language "", or ``proposed``, ``reviewed``, ``returned`` or
        ``approved``.
        """
        found = self._ask(f"{_NEWS} ORDER BY 1 DESC", limit)
        return [(what, post, language) for _, what, post, language in found]

    def about(self, sha256: str) -> list[int]:
        """Return the indexes of all statements that have these bytes as a subject, in order."""
        return [row[0] for row in self._ask("SELECT number FROM subjects WHERE sha256 = ? ORDER BY number", sha256)]

    def has_leaf(self, number: int, leaf: bytes) -> bool:
        """Return whether this ledger has this leaf at this index, as far as it was taken in."""
        return bool(self.ask("SELECT 1 FROM entries WHERE number = ? AND leaf = ?", number, leaf))

    def ask(self, question: str, *values: Column) -> list[Answer]:
        """Return the rows that answer a question in SQL, for the views that are made from this one."""
        return self._ask(question, *values)

    def stamp(self) -> tuple[int, int, int]:
        """Return three numbers that are others as soon as any answer of the index may be another."""
        return self._database.stamp()

    def digests(self, size: int) -> dict[str, str]:
        """Return by table a SHA-256 over its rows of the first *size* statements: the same for every sound index."""
        tables = {}
        for table in TABLES:
            digest = hashlib.sha256()
            with self._database.connected() as connection:
                question = f"SELECT * FROM {table} WHERE number < ? ORDER BY 1, 2"  # noqa: S608 -- a table of ours
                for row in connection.execute(question, (size,)):
                    digest.update(repr(row).encode())
            tables[table] = digest.hexdigest()
        return tables

    # -- keeping up ------------------------------------------------------------------------------------------

    def catch_up(
        self,
        fresh: Mapping[int, ObservedPost | Statement] = MappingProxyType({}),
        progress: Callable[[int], object] = lambda count: None,
    ) -> None:
        """Add the rows of what was appended since the last time, by whichever process.

        *fresh* are posts that were read a moment ago, and ``derived`` statements that were made, by their index: they
        are not read again. *progress* is told of statements, if any are new; those known before are among the first.
        """
        with self._mutex:
            try:
                self._catch_up(fresh, progress)
            except Unusable:
                self.make_anew(progress)

    def make_anew(self, progress: Callable[[int], object] = lambda count: None) -> None:
        """Delete the index and make it anew from the log."""
        with self._mutex:
            self._database.make_anew()
            self._catch_up({}, progress)

    def forget(self) -> None:
        """Delete every trace of statements that were forgotten."""
        with self._mutex:
            gone = self._entries.gone - self._gone
            if not gone:
                return
            try:
                known = [int(str(row[0])) for row in self._ask(_KNOWN, json.dumps(sorted(gone)))]
                instead = {number: self._entries.instead_of(number) for number in known}
                if any(self._ask(_READ_BY, number) for number in known if instead[number] == number):
                    raise Unusable("index.sqlite: posts were read from what was forgotten; they are read anew.")
                if known:
                    with self._database.writing() as connection:
                        for number, now in instead.items():
                            _remove(connection, number)
                            # of the same file, without what was forgotten: posts in it are read as before
                            connection.execute("UPDATE posts SET capture = ? WHERE capture = ?", (now, number))
                    self._database.sweep()
            except Unusable:
                self.make_anew()
            self._gone |= gone

    def discard(self) -> None:
        """Delete the file."""
        self._database.discard()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _catch_up(self, fresh: Mapping[int, ObservedPost | Statement], progress: Callable[[int], object]) -> None:
        told = 0
        while True:
            size = self._entries.size  # takes the archive's lock, so it comes before SQLite's
            if self._knows(size):
                return
            with self._database.writing() as connection:
                seen, leaf = _newest(connection)
                if 0 < seen <= size and self._entries.commitments_known()[seen - 1] != leaf:
                    raise Unusable(f"index.sqlite: expected leaf {seen - 1:,} of this ledger, found {leaf.hex()}.")
                self._take_in(connection, seen, min(seen + STEP, size), fresh)
            progress(max(0, min(seen + STEP, size) - told))
            told = min(seen + STEP, size)
            if seen > size and self._entries.size < seen:  # not just another process that was ahead of us
                raise Unusable(f"index.sqlite: expected at most {self._entries.size:,} statements, found {seen:,}.")
            if seen + STEP >= size:
                return

    def _knows(self, size: int) -> bool:
        """Return whether nothing is new: that is so for most questions, and then they need not wait for a writer."""
        with self._database.connected() as connection:
            seen, leaf = _newest(connection)
        return seen == size and (not seen or self._entries.commitments_known()[seen - 1] == leaf)

    def _take_in(
        self, connection: sqlite3.Connection, start: int, end: int, fresh: Mapping[int, ObservedPost | Statement]
    ) -> None:
        """Add the rows of the statements *start* … *end* - 1."""
        insertions: defaultdict[str, list[tuple[Column, ...]]] = defaultdict(list)
        entries = insertions[insertion("entries", (0, b"", None))[0]]
        reader, leaves, gone = (
            PostReader(self._entries, self._objects),
            self._entries.commitments_known(),
            self._entries.gone,
        )
        with contextlib.closing(PageReader(self._objects)) as page_reader:
            for number in range(start, end):
                act: str | None = None
                rows: Iterator[Row] = iter(())
                if number in fresh and number not in gone:
                    act, rows = _known_rows(number, fresh[number])
                else:
                    header, envelope = self._entries.record(number)
                    if envelope and not header.gone:
                        act, rows = _rows(number, envelope, reader, page_reader)
                for insert, values in rows:
                    insertions[insert].append(values)
                entries.append((number, leaves[number], act))
        for insert, many in sorted(insertions.items(), key=lambda each: not each[0].startswith("INSERT INTO")):
            connection.executemany(insert, many)  # what is made of rows, or changes one, comes after them

    def _ask(self, question: str, *values: Column) -> list[Answer]:
        values = tuple(min(each, _MOST) if isinstance(each, int) else each for each in values)
        try:
            with self._database.connected() as connection:
                return connection.execute(question, values).fetchall()
        except Unusable:
            self.make_anew()
            with self._database.connected() as connection:
                return connection.execute(question, values).fetchall()


def last_seen(path: Path, size: int) -> tuple[int, bytes | None]:
    """Return how many leaves the index had seen, and which it saw as the last of the first *size*; 0 if unknown."""
    if not path.exists():
        return 0, None
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
            leaf = connection.execute("SELECT leaf FROM entries WHERE number = ?", (size - 1,)).fetchone()
            return _newest(connection)[0], leaf[0] if leaf else None
    except sqlite3.Error:
        return 0, None


def _known_rows(number: int, known: ObservedPost | Statement) -> tuple[str, Iterator[Row]]:
    """Return the act and the rows of what is known: neither envelope nor bytes are read again."""
    if isinstance(known, Statement):
        assert known.act == derived.ACT, "of others the index has more than what they are about"
        return known.act, items.subject_rows(number, {each.sha256 for each in known.subjects})
    about = items.subject_rows(number, [known.said.raw])
    return observed.ACT, chain(about, post_rows.rows_of_a_version(number, known))


def _rows(number: int, envelope: bytes, reader: PostReader, page_reader: PageReader) -> tuple[str, Iterator[Row]]:
    """Return the act of a statement and the rows it adds; of what is no statement nothing, `check` speaks of it."""
    try:
        statement = peek_envelope(envelope)
    except BadStatement:
        return "", iter(())
    return statement.act, _statement_rows(number, statement, reader, page_reader)


def _statement_rows(number: int, statement: Statement, reader: PostReader, page_reader: PageReader) -> Iterator[Row]:
    """Yield what one statement adds.

    One of another form adds nothing beside what it is about; nor does a post whose bytes are damaged or forgotten:
    `check` speaks of it.
    """
    yield from items.subject_rows(number, {each.sha256 for each in statement.subjects})
    try:
        said = read(statement)
        if isinstance(said, Observed):
            yield from post_rows.rows_of_a_version(number, reader.read(said))
        yield from pages.rows(number, said, page_reader)
    except (BadStatement, BadArchive, StorageRefused):
        return
    for rows in ROWS:
        yield from rows(number, said)


def _remove(connection: sqlite3.Connection, number: int) -> None:
    """Delete the rows that one statement had added."""
    connection.execute("UPDATE entries SET act = NULL WHERE number = ?", (number,))
    for table in TABLES:
        if table != "entries":
            connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608


def _newest(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Return how many leaves the index has taken in, and the last of them."""
    row = connection.execute("SELECT number + 1, leaf FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    return row or (0, b"")
