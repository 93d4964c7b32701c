"""A long JSON array, one element at a time, in memory that does not grow with the file, and through damage.

The standard library decodes an element where it stands in a window over the file; the window moves on. Each element
comes with the place of its bytes, so that they can be found again::

    window.YTD.tweets.part0 = [ {"tweet": …}, {"tweet": …} ]
                                ^ offset, length

An element that is not JSON is read leniently when nothing but commas too many stand in its way (real exports have
them), else given out as :class:`Damage`, and reading goes on at the next. Bytes that are not UTF-8 spoil only the
element they stand in. Nothing is parsed that exceeds :data:`MAX_ELEMENT`; after :data:`MAX_DAMAGES` damages the file
is given up.
"""

import codecs
import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from tamizdat.dataclass import dataclass

#: JSON as strangers wrote it, any kind where any other may be expected; a reader asks (formats/members.py)
JsonValue: TypeAlias = Mapping[str, "JsonValue"] | Sequence["JsonValue"] | str | int | float | bool | None

MAX_ELEMENT: Final = 4 << 20  #: characters of one element
MAX_DAMAGES: Final = 1_000
STEP: Final = 1 << 18  #: bytes read at a time

_DECODER: Final = json.JSONDecoder(strict=False)  # control characters in strings: seen in real exports
_SPACE: Final = re.compile(r"[ \t\r\n\ufeff]*")
#: A string. Nothing in it is given back: else the matcher keeps a note of each character, a hundred times the text.
STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
SCALAR: Final = rf"(?:{STRING}|-?[0-9][0-9.eE+-]*+|true|false|null)"  #: any value without brackets
_TOKEN: Final = re.compile(rf"{STRING}|[{{}}\[\]]", re.S)
_COMMAS: Final = re.compile(rf"({STRING})|,(?=\s*[}}\]])", re.S)
_CONTROL: Final = re.compile(r"(\\[^x])|\\x([01][0-9A-Fa-f])", re.S)  # Telegram Desktop writes control characters so
_ANY: Final = re.compile(r"\{")


class Element(NamedTuple):
    """A sound element; *lenient*: it had commas too many."""

    offset: int
    length: int
    value: JsonValue
    lenient: bool = False


@dataclass(frozen=True)
class Damage:
    """Bytes that are no element. *kind* is one of the kinds of problems (report.py)."""

    offset: int
    length: int
    kind: str
    detail: str = ""


class NotJson(ValueError):
    """Text that is no JSON, commas too many overlooked."""


def loads(text: str) -> tuple[JsonValue, bool]:
    """Return the value of JSON, and whether commas too many or control characters were overlooked.

    Raises :class:`NotJson` if it is none.
    """
    try:
        return _DECODER.decode(text), False
    except (ValueError, RecursionError):
        pass
    try:
        text = _CONTROL.sub(lambda found: found[1] or f"\\u00{found[2]}", text)
        return _DECODER.decode(_COMMAS.sub(lambda found: found[1] or "", text)), True
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from None


def decode(raw: bytes) -> JsonValue:
    """Return the value of one element's bytes, read as :func:`elements` read it; raise :class:`NotJson`."""
    return loads(raw.decode("utf-8", "surrogateescape"))[0]


class Window:
    """The text of a file from some byte on, as far as it was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text = ""
        self.at = 0  #: the character the reader has come to
        self.offset = 0  #: the byte it has come to
        self.ended = False

    def more(self) -> bool:
        """Read on; return False at the end of the file."""
        if self.ended:
            return False
        data = self._file.read(max(STEP, len(self.text) - self.at))
        self.ended = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, self.ended)
        self.at = 0
        return bool(data)

    def advance(self, end: int) -> tuple[int, int]:
        """Go on to character *end* of the window; return offset and length in bytes of what lay between."""
        piece = self.text[self.at : end]
        length = len(piece) if piece.isascii() else len(piece.encode("utf-8", "surrogateescape"))
        return self.pass_by(end, length), length

    def pass_by(self, end: int, length: int) -> int:
        """Go on to character *end*, which is *length* bytes from here; return the offset of what lay between."""
        offset, self.at, self.offset = self.offset, end, self.offset + length
        return offset

    def passed(self, length: int) -> bytes:
        """Return the last bytes that lie behind, as those of an element that was just given out."""
        return self.text[max(0, self.at - length) : self.at].encode("utf-8", "surrogateescape")[-length:]

    def space(self) -> str:
        """Skip white space; return the next character, empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            assert found is not None
            if found.end() > self.at:
                self.advance(found.end())
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def begin(window: Window, prefix: re.Pattern[str], longest: int = 4096) -> str | None:
    """Skip *prefix* (an assignment before the JSON) and return it; None if the file begins differently."""
    while len(window.text) < longest and window.more():
        pass
    found = prefix.match(window.text)
    if found is None:
        return None
    window.advance(found.end())
    return found[0]


def enter(window: Window, *keys: str) -> Generator[tuple[str, JsonValue], None, str]:
    """Enter an object up to the first array under one of *keys*, yielding the members before it, which must be small.

    What the generator returns is the key of that array.
    """
    if window.space() != "{":
        raise NotJson("no object")
    window.advance(window.at + 1)
    return (yield from go_on(window, *keys))


def go_on(window: Window, *keys: str) -> Generator[tuple[str, JsonValue], None, str]:
    """Go on inside an object, behind an array that was read, up to the next one, as :func:`enter` does."""
    while True:
        if window.space() == ",":
            window.advance(window.at + 1)
            continue
        if window.space() == "}" or not window.space():
            raise NotJson(f"no {' or '.join(keys)}")
        name = small_value(window)
        if window.space() != ":" or not isinstance(name, str):
            raise NotJson("no member")
        window.advance(window.at + 1)
        if window.space() == "[" and name in keys:
            return name
        yield name, small_value(window)


def seek(window: Window, what: re.Pattern[str], longest: int) -> Iterator[tuple[int, int, str]]:
    """Yield offset, length and text of each *what* in the rest of a file; the window then stands behind it.

    None may have more than *longest* characters, nor be something that can stand inside a JSON string.
    """
    while True:
        found = what.search(window.text, window.at)
        if found:
            window.advance(found.start())
            yield *window.advance(found.end()), found[0]
        elif window.ended:
            return
        else:
            window.advance(max(window.at, len(window.text) - longest))
            window.more()


def small_value(window: Window) -> JsonValue:
    """Return the value that begins here, which must be small, and go on behind it. Raises :class:`NotJson`."""
    while True:
        try:
            found: JsonValue
            found, end = _DECODER.raw_decode(window.text, window.at)
        except (ValueError, RecursionError):
            end = -1
        if end >= 0 and (end < len(window.text) or window.ended):
            window.advance(end)
            return found
        if len(window.text) - window.at > MAX_ELEMENT or not window.more():
            raise NotJson("a member that is no JSON")


def elements(window: Window, start: re.Pattern[str] = _ANY) -> Iterator[Element | Damage]:
    """Yield the elements of the array that begins here, and the damage between them.

    *start* is how an element of this kind begins; it is looked for after damage, and must be something that cannot
    stand inside a JSON string.
    """
    if window.space() != "[":
        yield Damage(window.offset, 0, "form", "no list begins where one should")
        return
    window.advance(window.at + 1)
    damages = 0
    comma: bool | None = None  # whether one came since the last element; None before the first
    while damages < MAX_DAMAGES:
        match window.space():
            case "":
                yield Damage(window.offset, 0, "truncated")
                return
            case "]":
                if comma:
                    yield Damage(window.offset, 0, "syntax", "a comma before the end of the list")
                window.advance(window.at + 1)
                return
            case ",":
                if comma is not False:
                    yield Damage(window.offset, 0, "syntax", "a comma too many")
                    damages += 1
                comma = True
                window.advance(window.at + 1)
                continue
        found = _element(window, start)
        damages += isinstance(found, Damage)
        comma = False
        yield found
    yield Damage(window.offset, 0, "limit")


def values(window: Window, start: re.Pattern[str] = _ANY) -> Iterator[Element | Damage]:
    """Yield JSON values that follow one another, each on a line of its own or not, and the damage between them."""
    damages = 0
    while damages < MAX_DAMAGES and window.space():
        found = _element(window, start)
        damages += isinstance(found, Damage)
        yield found
    if damages == MAX_DAMAGES:
        yield Damage(window.offset, 0, "limit")


def _element(window: Window, start: re.Pattern[str]) -> Element | Damage:
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except json.JSONDecodeError as error:
            unfinished = error.msg.startswith("Unterminated") or error.pos > len(window.text) - 32
            if unfinished and len(window.text) - window.at <= MAX_ELEMENT and window.more():
                continue
            return _broken(window, start)
        except (ValueError, RecursionError):  # a number of thousands of digits, a thousand brackets
            return _broken(window, start)
        if end == len(window.text) and window.more():  # a number may go on
            continue
        if end - window.at > MAX_ELEMENT:
            return Damage(*window.advance(end), "size")
        text = window.text[window.at : end]
        length = _bytes_of(text)
        if length is None:
            return Damage(*window.advance(end), "encoding", "not UTF-8")
        return Element(window.pass_by(end, length), length, value)


def _bytes_of(text: str) -> int | None:
    """Return the length of text in UTF-8; None if it holds bytes that are none."""
    try:
        return len(text) if text.isascii() else len(text.encode())  # strictly: sooner than looking for letters
    except UnicodeEncodeError:
        return None


def _broken(window: Window, start: re.Pattern[str]) -> Element | Damage:
    """Take what is no JSON, up to its closing bracket or the next beginning, whichever comes first."""
    while len(window.text) - window.at <= MAX_ELEMENT and not start.search(window.text, window.at + 1):
        if not window.more():
            break
    following = start.search(window.text, window.at + 1)
    limit = following.start() if following else len(window.text)
    end = _balanced(window.text, window.at, limit)
    if end is None and following is None:
        if not window.ended:
            return Damage(*_skip(window, start), "size")
        return Damage(*window.advance(len(window.text)), "truncated")
    end = limit if end is None else end
    text = window.text[window.at : end]
    try:
        value, _ = loads(text)
    except NotJson:  # its brackets may be those of a string that lost a quotation mark
        return Damage(*window.advance(limit if following else end), "damaged", "no JSON")
    offset, length = window.advance(end)
    return (
        Damage(offset, length, "encoding", "not UTF-8")
        if _bytes_of(text) is None
        else Element(offset, length, value, True)
    )


def _skip(window: Window, start: re.Pattern[str]) -> tuple[int, int]:
    """Go on to the next beginning, however far it is; return offset and length in bytes of what was passed over."""
    offset = window.offset
    while True:
        following = start.search(window.text, window.at + 1)
        window.advance(following.start() if following else max(window.at, len(window.text) - 64))
        if following or not window.more():
            return offset, window.offset - offset


def _balanced(text: str, at: int, limit: int) -> int | None:
    """Return where the bracket that opens at *at* is closed, before *limit*; always behind *at*."""
    depth = 0
    for token in _TOKEN.finditer(text, at, limit):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
            if depth < 0 and token[0] == "]" and token.start() > at:  # the end of the list we are in
                return token.start()
            depth = max(depth, 0)
    return None
