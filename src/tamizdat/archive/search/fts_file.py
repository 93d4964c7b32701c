"""``search.sqlite``: what is found where. Made from the index, and thrown away without a loss.

::

    found     an FTS5 table without content: for each document its tokens (text/tokens.py), and before them tokens that
              nobody can type, because they begin with U+E000: kind, language, state, release, author
    held      the documents as they are shown, and their words, from which the tokens can be made again to take
              a document out: FTS5 needs to be told what it is to delete
    progress  one row: which file this is, how far it has come
    forgotten statements that were forgotten before it was made

Rows of ``found`` and ``held`` are numbered by time, so that the newest are found first without sorting, and so that
a range of days is a range of numbers: ``(seconds since the year 0) << 10``, the low bits telling documents of one
second apart. What has no time comes last, people first.

A document that is taken out leaves its tokens in FTS5's tree until branches are merged, and SQLite 3.40 cannot be told
otherwise. So when a statement is forgotten the whole file is deleted, and made anew by whoever asks next.

A page of documents is read from the index before the file is locked, and is put in only if the file is still the one,
at the place, for which it was read. So nobody puts into a new file what was read before a forgetting.
"""

import contextlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.archive.search.document import PERSON, Document
from tamizdat.archive.views.rows import Answer
from tamizdat.disk.sqlite import Database, Unusable
from tamizdat.encoding import sha256_hex
from tamizdat.text.languages import ANY_TAG
from tamizdat.text.tokens import tokens
from tamizdat.text.tokens import version as cutting

VERSION: Final = 5
TABLES: Final = {
    "held": "id INTEGER PRIMARY KEY, kind TEXT, key TEXT, number INTEGER, post TEXT, handle TEXT, name TEXT,"
    " published TEXT, language TEXT, state TEXT, release TEXT, marks TEXT, words TEXT, earlier TEXT",
    "progress": "file TEXT, cutting TEXT, seen INTEGER, leaf BLOB, after TEXT",
    "forgotten": "number INTEGER PRIMARY KEY",
}
LOOKUPS: Final = {"by_key": "held (kind, key)"}
FOUND: Final = "CREATE VIRTUAL TABLE found USING fts5(tokens, content='', columnsize=0, prefix='1', tokenize='ascii')"
LISTED: Final = "id, kind, number, post, language, state, release"
COLUMNS: Final = "kind, number, post, handle, name, published, language, state, release, words, earlier"
HASH: Final = 32 << 20  #: bytes of new tokens that FTS5 holds before it writes them

UNSEEN: Final = "\ue000"  #: begins a token that is no word; text/tokens.py lets none of a text begin so
BREAK: Final = "\ue001"  #: a token between two texts, across which no phrase is found
SLOTS: Final = 1 << 10  #: documents of one second
DAY: Final = 86_400
PEOPLE: Final = 4_000_000 * DAY * SLOTS  #: numbers from here are people's; the year 10,952


class Progress(NamedTuple):
    """How far the file has come: the first *seen* statements are in it, the last of which had this leaf.

    *after* is None when it is whole, else the last post of which it is being made.
    """

    file: str
    cutting: str
    seen: int
    leaf: bytes
    after: str | None


class SearchFile(Database):
    """The open ``search.sqlite`` of one archive."""

    def __init__(self, path: Path, lock: Path) -> None:
        super().__init__(path, lock, VERSION, TABLES, LOOKUPS)

    def progress(self) -> Progress:
        """Return how far the file has come.

        Raises :class:`Unusable` if its words were cut otherwise than we cut them.
        """
        with self.connected() as connection:
            return _progress(connection)

    def forgotten(self) -> set[int]:
        """Return the indexes of the statements that were forgotten before the file was made."""
        with self.connected() as connection:
            return {row[0] for row in connection.execute("SELECT number FROM forgotten")}

    def put(self, before: Progress, documents: Iterable[Document], after: Progress, gone: Iterable[int] = ()) -> bool:
        """Store documents, over older ones of the same key, if the file is at *before*; return whether it was."""
        once = {(each.kind, each.key): each for each in documents}.values()
        rows = [(each, _marks(each), _tokens(each.words, each.earlier)) for each in once]
        with self.writing() as connection:
            if _progress(connection) != before:
                return False
            _take_out(connection, (document for document, _, _ in rows))
            added = [(_hold(connection, document, marks), f"{marks} {words}") for document, marks, words in rows]
            connection.executemany("INSERT INTO found (rowid, tokens) VALUES (?, ?)", sorted(added))
            connection.execute("UPDATE progress SET seen = ?, leaf = ?, after = ?", after[2:])
            connection.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", ((number,) for number in gone))
        return True

    def ask(
        self, expression: str, numbers: tuple[int, int] | None, limit: int, offset: int, columns: str = COLUMNS
    ) -> tuple[int, list[Answer]] | None:
        """Return how many documents fit the expression, and these *columns* of those that were asked for.

        An empty expression fits all. The answer is None if the file is not yet whole. Raises :class:`Unusable` if it is
        damaged.
        """
        name, table = ("rowid", "found WHERE found MATCH ?1") if expression else ("id", "held WHERE ?1 = ''")
        values: list[str | int] = [expression]
        if numbers:
            table += f" AND {name} BETWEEN ?2 AND ?3"
            values += numbers
        chosen = f"SELECT {name} FROM {table} ORDER BY {name} DESC LIMIT ? OFFSET ?"  # noqa: S608 -- words of ours
        with self.connected() as connection, _one_moment(connection):
            if _progress(connection).after is not None:
                return None
            total = connection.execute(f"SELECT count(*) FROM {table}", values).fetchone()[0]  # noqa: S608
            ids = [row[0] for row in connection.execute(chosen, [*values, limit, offset])]
            shown = f"SELECT {columns} FROM held WHERE id = ?"  # noqa: S608 -- columns of ours
            rows = [connection.execute(shown, (each,)).fetchone() for each in ids]
        if None in rows:
            raise Unusable("search.sqlite: expected everything that is found to be held as well.")
        return total, rows

    def held(self, ids: Iterable[int]) -> list[Answer]:
        """Return the documents with these ids as :data:`COLUMNS`; what was taken out meanwhile is left out."""
        shown = f"SELECT {COLUMNS} FROM held WHERE id = ?"  # noqa: S608 -- columns of ours
        with self.connected() as connection:
            rows = [connection.execute(shown, (each,)).fetchone() for each in ids]
        return [each for each in rows if each is not None]

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        super()._make_tables(connection)
        connection.execute("BEGIN")
        with connection:
            connection.execute(FOUND)
            connection.execute("INSERT INTO found (found, rank) VALUES ('hashsize', ?)", (HASH,))
            row = Progress(os.urandom(16).hex(), cutting(), 0, b"", "")
            connection.execute("INSERT INTO progress VALUES (?, ?, ?, ?, ?)", row)


@contextlib.contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold one state of the file for all questions in the block, whoever writes meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:  # else an error has ended it
            connection.execute("ROLLBACK")


def _progress(connection: sqlite3.Connection) -> Progress:
    row = connection.execute("SELECT file, cutting, seen, leaf, after FROM progress").fetchone()
    if row is None or row[1] != cutting():
        found = row[1] if row else None
        raise Unusable(f"search.sqlite: expected words cut by version {cutting()!r}, found {found!r}.")
    return Progress(*row)


def _take_out(connection: sqlite3.Connection, documents: Iterable[Document]) -> None:
    out = []
    for each in documents:
        question = "SELECT id, marks, words, earlier FROM held WHERE kind = ? AND key = ?"
        for number, marks, words, earlier in connection.execute(question, (each.kind, each.key)):
            out.append((number, f"{marks} {_tokens(words, json.loads(earlier))}"))
    connection.executemany("INSERT INTO found (found, rowid, tokens) VALUES ('delete', ?, ?)", sorted(out))
    connection.executemany("DELETE FROM held WHERE id = ?", ((number,) for number, _ in out))


def _hold(connection: sqlite3.Connection, document: Document, marks: str) -> int:
    """Insert the row of a document into ``held``; return its number."""
    number = _free(connection, _base(document), document.kind == PERSON)
    told = (document.handle, document.name, document.published, document.language, document.state, document.release)
    texts = (marks, document.words, json.dumps(document.earlier, ensure_ascii=False))
    values = (number, document.kind, document.key, document.number, document.post, *told, *texts)
    connection.execute(f"INSERT INTO held VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    return number


def _base(document: Document) -> int:
    if document.kind == PERSON:
        return PEOPLE + document.number * SLOTS
    when = document.when
    return second(when) * SLOTS if when else 0


def second(when: datetime) -> int:
    """Return the seconds since the year 0, by the author's clock."""
    return when.toordinal() * DAY + when.hour * 3600 + when.minute * 60 + when.second


def days(since: date | None, until: date | None) -> tuple[int, int]:
    """Return the first and the last row number of what was published on these days."""
    first = second(datetime.combine(since, time())) if since else DAY
    last = second(datetime.combine(until, time())) + DAY if until else PEOPLE // SLOTS
    return first * SLOTS, last * SLOTS - 1


def _free(connection: sqlite3.Connection, base: int, person: bool) -> int:
    """Return a free number at *base*; when its second is full, of the next one, towards noon, so that the day stays."""
    step = -SLOTS if not person and base // SLOTS % DAY >= DAY // 2 else SLOTS
    while True:
        question = "SELECT max(id) + 1 FROM held WHERE id >= ? AND id < ?"
        number = connection.execute(question, (base, base + SLOTS)).fetchone()[0] or base
        if number < base + SLOTS:
            return int(number)
        base += step


# -- tokens ----------------------------------------------------------------------------------------------------------


def _tokens(words: str, earlier: Sequence[str]) -> str:
    return f" {BREAK} ".join(" ".join(tokens(text)) for text in (words, *earlier))


def mark(what: str, value: str) -> str:
    """Return a token that is no word: what a document is, under one letter."""
    return f"{UNSEEN}{what}{value.lower().replace('-', '')}"


def _marks(document: Document) -> str:
    states = (document.state, document.post_state, document.release, *document.told)
    found = [mark("k", document.kind), *(mark("s", state) for state in states if state)]
    if ANY_TAG.fullmatch(document.language):
        subtags = document.language.split("-")
        found += [mark("l", "".join(subtags[: end + 1])) for end in range(len(subtags))]
    if document.person:
        found.append(author(document.person))
    found += [mark("u", each) for each in dict.fromkeys(map(address, document.addresses))]
    for part in dict.fromkeys((document.handle, document.handle.split("@")[0])):
        found += [whole_handle(part)] if part else []
    for name in (document.handle, document.name, *document.names):
        found += [BREAK, *(f"{UNSEEN}n{token}" for token in tokens(name))]
    return " ".join([*found, BREAK])


def author(person: str) -> str:
    """Return the token of a person's id."""
    return mark("i", sha256_hex(person.encode())[:32])


def address(url: str) -> str:
    """Return one form for all writings of a post's address.

    It is without scheme, ``www.`` and query; X is one under each of its names.
    """
    plain = re.sub(r"^\w+://(?:www\.|mobile\.|m\.)?|[?#].*$|/+$", "", url.strip())
    plain = re.sub(
        r"^(?:twitter|x)\.com/[^/]+(?:/web)?/status/(\d+).*$", r"x.com/i/status/\1", plain, flags=re.IGNORECASE
    )
    return sha256_hex(plain.encode())[:32]


def whole_handle(handle: str) -> str:
    """Return the token of a handle, all of it."""
    return f"{UNSEEN}h{''.join(tokens(handle))}"
