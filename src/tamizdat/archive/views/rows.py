"""Rows of the index: what a statement adds, and what a question in SQL gives."""

from functools import cache
from typing import Any, Protocol, TypeAlias

Column: TypeAlias = str | int | bytes | None  #: what the tables of the index hold
Row: TypeAlias = tuple[str, tuple[Column, ...]]  #: an INSERT (or an UPDATE) and its values
Answer: TypeAlias = tuple[Any, ...]  #: a row that answers a question, which says of what types the columns are


class Ask(Protocol):
    """Asks the index a question in SQL; every view has one."""

    def __call__(self, question: str, *values: Column) -> list[Answer]:
        """Return the rows that answer the question."""


def insertion(table: str, values: tuple[Column, ...]) -> Row:
    """Return the INSERT of a whole row into one of our tables."""
    return _insert(table, len(values)), values


@cache
def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 -- a table of ours
