"""Shapes: reading a signed document strictly into values, and writing values as that document.

A *shape* is a function that takes a value from outside and gives it back in our types, or raises
:class:`~tamizdat.errors.BadEncoding`. Shapes are put together like the documents themselves, so a module of shapes is
the format: every member is there, none beside them, each of its type. What is said is not proved by being well formed.

>>> from dataclasses import dataclass
>>> from typing import Annotated
>>> @dataclass(frozen=True)
... class Slice:
...     capture: int
...     start: Annotated[int, Member("from")]              # a member whose name is a word of Python
...     note: Annotated[str | None, ABSENT] = None         # a member that may be missing
>>> shape = record(Slice, capture=whole, start=whole, note=text)
>>> shape({"capture": 12, "from": 26})
Slice(capture=12, start=26, note=None)
>>> members_of(Slice(12, 26))
{'capture': 12, 'from': 26}

:func:`members_of` is the inverse of :func:`record`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeVar, get_type_hints

from tamizdat.encoding import Json, parse_hex
from tamizdat.errors import BadEncoding

T = TypeVar("T")
Shape = Callable[[object], T]
SHOWN: Final = 60  #: characters of a value from outside that a message repeats
#: all but ASCII, Chinese, Japanese, Korean, Tibetan, Arabic: what may look like another letter, or like nothing
_ESCAPED: Final = (
    "[^ -~\u060c\u0610-\u061b\u061f-\u06dc\u06de-\u06ff\u0f00-\u0f0b\u0f0d-\u0f47\u0f49-\u0f6c\u0f71-\u0f97\u0f99-"
    "\u0fbc\u3001-\u301f\u3041-\u3096\u3099-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]"
)


def shown(value: object) -> str:
    """Return *value* as a message repeats it, at most :data:`SHOWN` characters: words to be read, all else escaped."""
    written = re.sub(_ESCAPED, lambda found: ascii(found[0])[1:-1], repr(value))
    return written if len(written) <= SHOWN else f"{written[: SHOWN - 1]}…"


def text(value: object) -> str:
    """Accept any text. Raises :class:`BadEncoding` for all else."""
    if not isinstance(value, str):
        raise BadEncoding(f"Expected text, found {shown(value)}.")
    return value


def whole(value: object) -> int:
    """Accept a whole number that is not negative. Raises :class:`BadEncoding` for all else."""
    if type(value) is not int or value < 0:  # True is an int too
        raise BadEncoding(f"Expected a whole number from 0 on, found {shown(value)}.")
    return value


def flag(value: object) -> bool:
    """Accept true or false. Raises :class:`BadEncoding` for all else."""
    if not isinstance(value, bool):
        raise BadEncoding(f"Expected true or false, found {shown(value)}.")
    return value


def digest(value: object) -> bytes:
    """Accept 32 bytes, written in hexadecimal."""
    return parse_hex(value, 32, "a SHA-256")


def hexadecimal(size: int) -> Shape[str]:
    """Make the shape of *size* bytes in hexadecimal that are kept as they are written."""
    return lambda value: parse_hex(value, size, f"{size} bytes in hexadecimal").hex()


def like(pattern: str) -> Shape[str]:
    """Make the shape of a text that matches *pattern* as a whole."""
    compiled = re.compile(pattern, re.ASCII)

    def shape(value: object) -> str:
        if not compiled.fullmatch(text(value)):
            raise BadEncoding(f"Expected text of the form {pattern}, found {shown(value)}.")
        return str(value)

    return shape


def maybe(shape: Shape[T]) -> Shape[T | None]:
    """Make the shape of the same, or null."""
    return lambda value: None if value is None else shape(value)


def several(shape: Shape[T], least: int = 0) -> Shape[tuple[T, ...]]:
    """Make the shape of a list of at least *least* values."""

    def all_of(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise BadEncoding(f"Expected a list of at least {least}, found {shown(value)}.")
        return tuple([shape(each) for each in value])

    return all_of


def by_key(key: Shape[str], shape: Shape[T]) -> Shape[Mapping[str, T]]:
    """Make the shape of an object whose members are named by data, such as languages."""
    return lambda value: {key(name): shape(each) for name, each in anything(value).items()}


def anything(value: object) -> Mapping[str, Json]:
    """Accept any object: what a format's own reader must know, which no other part of a statement depends on.

    Raises :class:`BadEncoding` for all else.
    """
    if not isinstance(value, dict):
        raise BadEncoding(f"Expected an object, found {shown(value)}.")
    return value


# ---- records: objects with exactly the members of a frozen dataclass -----------------------------------------------


class Member(NamedTuple):
    """Says under which name a field stands in the document, where that is not the field's own."""

    name: str


ABSENT: Final = "absent"  #: says that a field's member may be missing; the field is None then
OPTIONAL: Final = "optional"  #: says that a field's member may be missing, and that its default counts then
SUBJECT: Final = "subject"  #: says that a field is no member: what a statement is about is not said twice in it


class _Field(NamedTuple):
    name: str
    member: str
    absent: bool  #: is not written if it is None
    optional: bool


_KNOWN: Final[dict[object, tuple[_Field, ...]]] = {}


def _fields(made: object) -> tuple[_Field, ...]:
    """Return the fields of a record that are members of the document."""
    if made not in _KNOWN:
        found = []
        for name, hint in get_type_hints(made, include_extras=True).items():
            about = getattr(hint, "__metadata__", ())
            if SUBJECT not in about:
                member = next((each.name for each in about if isinstance(each, Member)), name)
                found.append(_Field(name, member, ABSENT in about, OPTIONAL in about or ABSENT in about))
        _KNOWN[made] = tuple(found)
    return _KNOWN[made]


def record(make: type[T], **shapes: Shape[object]) -> Callable[..., T]:
    """Make the shape of an object with exactly the members of *make*, a frozen dataclass; *shapes* are by field.

    The shape takes what the statement is about (fields marked :data:`SUBJECT`) as keyword arguments.
    """
    known = _fields(make)
    assert {each.name for each in known} == shapes.keys(), f"a shape for each member of {make.__name__}"
    read = [(each.member, each.name, shapes[each.name]) for each in known]
    every = {each.member for each in known}
    needed = {each.member for each in known if not each.optional}
    listed = ", ".join(sorted(every))

    def shape(value: object, **about: object) -> T:
        if not isinstance(value, dict) or (value.keys() != every and not needed <= value.keys() <= every):
            found = ", ".join(sorted(map(str, value))) if isinstance(value, dict) else value
            raise BadEncoding(f"Expected the members {listed} and no others, found {shown(found)}.")
        try:
            return make(**{each: of(value[name]) for name, each, of in read if name in value}, **about)
        except BadEncoding as error:
            raise BadEncoding(_where(value, read, error)) from None

    return shape


def _where(value: dict[str, object], read: list[tuple[str, str, Shape[object]]], error: BadEncoding) -> str:
    """Return the message with the name of the member before it, so that a reader knows which one."""
    for name, _, shape in read:
        try:
            if name in value:
                shape(value[name])
        except BadEncoding:
            return f"{name}: {error}"
    return str(error)


_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})


def members_of(record: object) -> dict[str, Json]:
    """Return the document of a record, as :func:`record` reads it."""
    found: dict[str, Json] = {}
    for name, member, absent, _ in _fields(type(record)):
        value = getattr(record, name)
        if value is not None or not absent:
            found[member] = value if type(value) in _AS_IT_IS else _written(value)
    return found


def _written(value: object) -> Json:
    if value is None or isinstance(value, str | int):  # bool is an int
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [_written(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _written(each) for name, each in value.items()}
    return members_of(value)
