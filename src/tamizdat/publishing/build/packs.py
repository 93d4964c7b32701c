"""Rows of a table that are read all together, many in one row: a quarter of the time that SQLite takes to give each.

A *pack* holds what some columns say in the rows of one *block*, 256 numbers of rows. It is no second answer: whatever
changes a row of the block takes its pack away, by a trigger of the database itself, and a block without a pack is read
row by row. Packs are made when an edition stands, from the rows::

    texts    what the columns of text say in UTF-8, column after column, a zero between two (only what is told has one)
    numbers  what those of numbers say, likewise, 8 bytes each
    mark     a CRC-32 over both

SQLite does not notice a letter that a disk turned into another. So whatever is believed without looking at what it was
made from has such a mark: a pack that has not its own is not taken apart, and a row that has not is :class:`Damaged`.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from struct import pack, unpack
from typing import Any, Final, TypeAlias
from zlib import crc32

#: for each table that is read so, its columns of text and of numbers, in the order in which a row gives them
PACKED: Final = {
    "files": (("path",), ("size", "changed", "touched")),
    "folders": (("path",), ("touched",)),
    "posts": (("facts",), ("statement", "alike")),
    "statements": (("leaf", "roster", "day", "signer", "sha256"), ("number", "item")),
    "told": (("told",), ("number",)),
}
MARKED: Final = ("posts", "statements", "told")  #: those of them whose rows have a mark over these columns
TABLE: Final = "name TEXT, block INTEGER, texts BLOB, numbers BLOB, mark INTEGER, PRIMARY KEY (name, block)"
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
_PACKS: Final = "SELECT block, texts, numbers, mark FROM packs WHERE name = ? AND block BETWEEN ? AND ?"
Row: TypeAlias = Any  #: a tuple, of whatever the columns hold
Rows = list[Row]
Ask = Callable[..., Rows]


class Damaged(ValueError):
    """A row is not what was written."""


def mark_of(*said: Any) -> int:
    """Return the mark of a row whose columns say this, in their order."""
    return crc32("\0".join(map(str, said)).encode())


def sound(marked: Row) -> Row:
    """Return a row without its mark, which comes last. Raises :class:`Damaged` if it is that of another row."""
    *said, mark = marked
    if mark != mark_of(*said):
        raise Damaged
    return tuple(said)


def put_marked(connection: sqlite3.Connection, table: str, number: int, *said: str) -> None:
    """Put a row with its mark in the place of the one of the same number, the first of its columns."""
    marks = "?, " * len(said)
    row = (number, *said, mark_of(*said, number))
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, {marks}?)", row)  # noqa: S608 -- a table of ours


def rows(ask: Ask, table: str) -> Iterator[Iterable[Row]]:
    """Yield what the columns of a table say in all its rows, some at a time, in the order of their numbers.

    Raises :class:`Damaged`.
    """
    for blocks in _blocks(ask, table):
        found = {block: _opened(table, *data) for block, *data in ask(_PACKS, table, blocks[0], blocks[-1])}
        for block in blocks:
            packed = found.get(block)
            yield _rows_of(ask, table, block) if packed is None else packed


def joined(ask: Ask, table: str) -> Iterator[tuple[Sequence[int], bytes]]:
    """Yield, of a table of a number and a text, numbers of some rows, and the texts in UTF-8, a zero between two.

    Texts may hold zeros themselves. Raises :class:`Damaged`.
    """
    for blocks in _blocks(ask, table):
        found = {block: data for block, *data in ask(_PACKS, table, blocks[0], blocks[-1])}
        for block in blocks:
            known = found.get(block, ())
            text, numbers, _ = known if _is_whole(*known) else _packed(table, _rows_of(ask, table, block))
            yield _counted(numbers), text


def make(connection: sqlite3.Connection) -> None:
    """Make the packs that are missing, in a transaction; none of a block with a damaged row: the next run finds it."""

    def ask(question: str, *values: int | str) -> Rows:
        return connection.execute(question, values).fetchall()

    for table in PACKED:
        there = {block for (block,) in ask("SELECT block FROM packs WHERE name = ?", table)}
        for block in chain.from_iterable(_blocks(ask, table)):
            if block not in there:
                with contextlib.suppress(Damaged):
                    made = _packed(table, _rows_of(ask, table, block))
                    connection.execute("INSERT INTO packs VALUES (?, ?, ?, ?, ?)", (table, block, *made))


def _blocks(ask: Ask, table: str) -> Iterator[range]:
    """Yield the blocks of a table, some at a time."""
    [(last,)] = ask(f"SELECT max(rowid) >> {SHIFT} FROM {table}")  # noqa: S608 -- a table of ours
    end = 0 if last is None else last + 1
    return (range(first, min(first + TOGETHER, end)) for first in range(0, end, TOGETHER))


def _rows_of(ask: Ask, table: str, block: int) -> Rows:
    """Return the rows of a block."""
    texts, numbers = PACKED[table]
    columns, first = ", ".join((*texts, *numbers, *(["mark"] if table in MARKED else []))), f"?1 << {SHIFT}"
    question = f"SELECT {columns} FROM {table} WHERE rowid BETWEEN {first} AND ({first}) + {WIDTH - 1}"  # noqa: S608
    found = ask(f"{question} ORDER BY rowid", block)
    return [*map(sound, found)] if table in MARKED else found


def _packed(table: str, found: Rows) -> tuple[bytes, bytes, int]:
    """Return the pack of some rows."""
    columns, wide = [*zip(*found, strict=True)], len(PACKED[table][0])
    numbers = [each for column in columns[wide:] for each in column]
    texts = "\0".join(each for column in columns[:wide] for each in column).encode()
    counted = pack(f"<{len(numbers)}q", *numbers)
    return texts, counted, crc32(counted, crc32(texts))


def _opened(table: str, texts: bytes, numbers: bytes, mark: int) -> Iterable[Row] | None:
    """Return the rows of a pack of which no text holds a zero; None if a disk turned a bit in it."""
    if not _is_whole(texts, numbers, mark):
        return None
    said, counted = texts.decode().split("\0") if numbers else [], _counted(numbers)
    count = len(counted) // len(PACKED[table][1])
    columns = [each[at : at + count] for each in (said, counted) for at in range(0, len(each), count or 1)]
    return zip(*columns, strict=True)


def _is_whole(texts: object = None, numbers: object = None, mark: object = None) -> bool:
    """Return whether this is a pack as it was made."""
    return isinstance(texts, bytes) and isinstance(numbers, bytes) and mark == crc32(numbers, crc32(texts))


def _counted(numbers: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(numbers) // 8}q", numbers)
