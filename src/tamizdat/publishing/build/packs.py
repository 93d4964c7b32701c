"""Rows of a table that are read all together, many in one row: a quarter of the time that SQLite takes to give each.

A *pack* holds what some columns say in the rows of one *block*, 256 numbers of rows. It is no second answer: whatever
changes a row of the block takes its pack away, by a trigger of the database itself, and a block without a pack is read
row by row. Packs are made when an edition stands, from the rows::

    texts    what the columns of text say, column after column, a zero between two (none holds one, but what is told)
    numbers  what those of numbers say, likewise, 8 bytes each
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from struct import pack, unpack
from typing import Any, Final, TypeAlias

#: for each table that is read so, its columns of text and of numbers, in the order in which a row gives them
PACKED: Final = {
    "files": (("path",), ("size", "changed", "touched")),
    "folders": (("path",), ("touched",)),
    "posts": (("facts",), ("statement", "alike")),
    "statements": (("leaf", "roster", "day", "signer", "sha256"), ("number", "item")),
    "told": (("told",), ("number",)),
}
TABLE: Final = "name TEXT, block INTEGER, texts TEXT, numbers BLOB, PRIMARY KEY (name, block)"
SHIFT: Final = 8  #: bits of a row's number that tell it from the others of its block
WIDTH: Final = 1 << SHIFT  #: rows of a block
TOGETHER: Final = 8  #: packs that are read at once
_TAKE_AWAY: Final = "DELETE FROM packs WHERE name = '{table}' AND block = {row}.rowid >> {shift}"
#: what takes a pack away, also when a row replaces another (``recursive_triggers`` in disk/sqlite.py)
TRIGGERS: Final = {
    f"{table}_{verb}": f"AFTER {verb} ON {table} BEGIN {_TAKE_AWAY.format(table=table, row=row, shift=SHIFT)}; END"
    for table in PACKED
    for verb, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))
}
Row: TypeAlias = Any  #: a tuple, of whatever the columns hold
Rows = list[Row]
Ask = Callable[..., Rows]


def rows(ask: Ask, table: str) -> Iterator[Iterable[Row]]:
    """Yield what the columns of a table say in all its rows, some at a time, in the order of their numbers."""
    question = "SELECT block, texts, numbers FROM packs WHERE name = ? AND block BETWEEN ? AND ?"
    for blocks in _blocks(ask, table):
        found = {block: _opened(table, *data) for block, *data in ask(question, table, blocks[0], blocks[-1])}
        for block in blocks:
            packed = found.get(block)
            yield ask(_rows_of(table), block) if packed is None else packed


def joined(ask: Ask, table: str) -> Iterator[tuple[Sequence[int], bytes]]:
    """Yield, of a table of a number and a text, numbers of some rows, and the texts in UTF-8, a zero between two.

    Texts may hold zeros themselves.
    """
    question = "SELECT block, CAST(texts AS BLOB), numbers FROM packs WHERE name = ? AND block BETWEEN ? AND ?"
    for blocks in _blocks(ask, table):
        found = {block: data for block, *data in ask(question, table, blocks[0], blocks[-1])}
        for block in blocks:
            known = found.get(block, ())
            text, numbers = known if _is_whole(*known) else _packed(table, ask(_rows_of(table), block))
            yield _counted(numbers), text.encode() if isinstance(text, str) else text


def make(connection: sqlite3.Connection) -> None:
    """Make the packs that are missing, in a transaction."""

    def ask(question: str, *values: int | str) -> Rows:
        return connection.execute(question, values).fetchall()

    for table in PACKED:
        there = {block for (block,) in ask("SELECT block FROM packs WHERE name = ?", table)}
        for block in chain.from_iterable(_blocks(ask, table)):
            if block not in there:
                made = _packed(table, ask(_rows_of(table), block))
                connection.execute("INSERT INTO packs VALUES (?, ?, ?, ?)", (table, block, *made))


def _blocks(ask: Ask, table: str) -> Iterator[range]:
    """Yield the blocks of a table, some at a time."""
    [(last,)] = ask(f"SELECT max(rowid) >> {SHIFT} FROM {table}")  # noqa: S608 -- a table of ours
    end = 0 if last is None else last + 1
    return (range(first, min(first + TOGETHER, end)) for first in range(0, end, TOGETHER))


def _rows_of(table: str) -> str:
    texts, numbers = PACKED[table]
    columns, first = ", ".join((*texts, *numbers)), f"?1 << {SHIFT}"
    question = f"SELECT {columns} FROM {table} WHERE rowid BETWEEN {first} AND ({first}) + {WIDTH - 1}"  # noqa: S608
    return f"{question} ORDER BY rowid"


def _packed(table: str, found: Rows) -> tuple[str, bytes]:
    """Return the pack of some rows."""
    columns, wide = [*zip(*found, strict=True)], len(PACKED[table][0])
    numbers = [each for column in columns[wide:] for each in column]
    return "\0".join(each for column in columns[:wide] for each in column), pack(f"<{len(numbers)}q", *numbers)


def _opened(table: str, texts: str, numbers: bytes) -> Iterable[Row] | None:
    """Return the rows of a pack of which no text holds a zero; None if a disk turned a bit so that it is none."""
    if not _is_whole(texts, numbers):
        return None
    said, counted = texts.split("\0") if numbers else [], _counted(numbers)
    count = len(counted) // len(PACKED[table][1])
    if len(said) != count * len(PACKED[table][0]):
        return None
    columns = [each[at : at + count] for each in (said, counted) for at in range(0, len(each), count or 1)]
    return zip(*columns, strict=True)


def _is_whole(texts: object = None, numbers: object = None) -> bool:
    """Return whether this may be a pack: one bit of what SQLite writes before values makes them longer, or none."""
    return isinstance(texts, str | bytes) and isinstance(numbers, bytes) and len(numbers) % 8 == 0


def _counted(numbers: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(numbers) // 8}q", numbers)
