"""Forms that several acts share: days, language tags, and the frame of every reader."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from tamizdat.encoding import LANGUAGE_TAG
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.shapes import Shape, like, members_of, shown
from tamizdat.ledger.statement import Statement, Subject

T = TypeVar("T")

DAY: Final = like(r"\d{4}-\d\d-\d\d")  #: of a calendar, ``2026-11-23``
LANGUAGE: Final = like(LANGUAGE_TAG)


def calendar_day(value: object) -> str:
    """Return *value* if it is a day that the calendar has, such as ``2026-11-25``.

    Raises :class:`BadEncoding`.
    """
    written = DAY(value)
    try:
        date.fromisoformat(written)
    except ValueError:
        raise BadEncoding(f"Expected a day of the calendar, found {shown(written)}.") from None
    return written


def read_form(statement: Statement, act: str, names: tuple[str, ...], shape: Callable[..., T], **about: object) -> T:
    """Read the predicate of *statement*, of this *act*, by *shape*.

    *names* are the names its subjects must have, in order; *about* goes to the shape. Raises :class:`BadStatement`.
    """
    found = tuple(each.name for each in statement.subjects)
    if statement.act != act:
        raise BadStatement(f"Expected a statement '{act}', found '{statement.act}'.")
    if found != names:
        raise BadStatement(f"Expected '{act}' to be about {', '.join(names)}, found {shown(', '.join(found))}.")
    try:
        return shape(statement.predicate, **about)
    except BadEncoding as error:
        raise BadStatement(f"Expected the members of '{act}', each of its type. {error}") from error


def write_form(act: str, subjects: tuple[Subject, ...], said: object) -> Statement:
    """Return the statement from which :func:`read_form` reads *said*."""
    return Statement(act, subjects, members_of(said))


def one_of(*words: str) -> Shape[str]:
    """Return a shape that accepts one of these words and nothing else."""
    return like("|".join(words))
