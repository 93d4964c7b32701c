"""Tables as programs write them: CSV whose fields may hold lines, JSON lines, a JSON list; row by row, with places.

A row of CSV ends at the first line feed outside quotation marks (RFC 4180). A quotation mark that nothing closes would
swallow the rest of the file: where a row would be longer than :data:`MAX_ROW`, its first line alone is given out, as
damage, and reading goes on at the next.
"""

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import Damage, JsonValue, NotJson, Window, decode, elements
from tamizdat.posts.formats.format import BadPost

MAX_ROW: Final = 1 << 20  #: bytes
MAX_DAMAGES: Final = 1_000
BOM: Final = b"\xef\xbb\xbf"
DELIMITERS: Final = (b",", b";", b"\t")


@dataclass(frozen=True)
class Row:
    """The bytes of a row, and where they begin."""

    offset: int
    raw: bytes
    damage: str = ""  #: why it cannot be read: a kind of problem
    length: int = 0  #: bytes it has in the file, if *raw* is only as good as they are

    @property
    def size(self) -> int:
        """Return how many bytes it has in the file."""
        return self.length or len(self.raw)


def csv_rows(file: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a CSV, the first with the names of the columns; the last line end is no part of a row."""
    lines: deque[bytes] = deque()
    offset = damages = 0
    while damages < MAX_DAMAGES:
        taken, size, quotes, ended = 0, 0, 0, False
        while True:
            if taken == len(lines):
                line = file.readline(MAX_ROW + 1)
                if not line:
                    ended = True
                    break
                lines.append(line)
            size += len(lines[taken])
            quotes += lines[taken].count(b'"')
            taken += 1
            if quotes % 2 == 0 or size > MAX_ROW:
                break
        if not taken:
            return
        broken = quotes % 2 == 1 or size > MAX_ROW
        count = 1 if broken else taken
        raw = b"".join(lines.popleft() for _ in range(count))
        damages += broken
        if raw.strip():
            yield Row(offset, raw.rstrip(b"\r\n"), ("truncated" if ended else "damaged") if broken else "")
        offset += len(raw)
    yield Row(offset, b"", "limit")


def json_lines(file: BinaryIO) -> Iterator[Row]:
    """Yield the lines of a file."""
    offset = 0
    while line := file.readline(16 * MAX_ROW):
        if line.strip():
            yield Row(offset, line.rstrip(b"\r\n"))
        offset += len(line)


def json_list(file: BinaryIO) -> Iterator[Row]:
    """Yield the elements of one JSON list."""
    for element in elements(Window(file)):
        if isinstance(element, Damage):
            yield Row(element.offset, b"", element.kind)
        else:
            raw = json.dumps(element.value).encode()
            yield Row(element.offset, raw, length=element.length)


def fields(raw: bytes, delimiter: str = ",", encoding: str = "utf-8") -> list[str]:
    """Return the fields of a row; raise :class:`BadPost` if it is none, or not in its encoding."""
    try:
        text = raw.removeprefix(BOM).decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadPost(f"not {encoding}", "encoding") from error
    try:
        [row] = list(csv.reader([text], delimiter=delimiter))
    except (csv.Error, ValueError) as error:
        raise BadPost("no row of its table", "damaged") from error
    return row


def named(raw: bytes, header: list[str], delimiter: str = ",", encoding: str = "utf-8") -> dict[str, JsonValue]:
    """Return the fields of a row by the names of their columns; what is missing at the end is empty."""
    row = fields(raw, delimiter, encoding)
    if len(row) > len(header):
        raise BadPost(f"a row of {len(row)} fields under {len(header)} names", "form")
    return dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True))


def json_object(raw: bytes) -> Mapping[str, JsonValue]:
    """Return the object of a row of JSON; raise :class:`BadPost` if it is none."""
    try:
        value = decode(raw.removeprefix(BOM))
    except NotJson as error:
        raise BadPost("no JSON", "damaged") from error
    if not isinstance(value, Mapping):
        raise BadPost("a row that is no object")
    return value


def header_of(beginning: bytes, encoding: str = "utf-8") -> tuple[list[str], str]:
    """Return the names of the columns and the delimiter, from the first bytes of a file; no names if it has none."""
    line = beginning.removeprefix(BOM).partition(b"\n")[0].rstrip(b"\r")
    delimiter = max(DELIMITERS, key=line.count).decode()
    try:
        names = [each.strip() for each in fields(line, delimiter, encoding)]
    except BadPost:
        return [], delimiter
    return (names if len(names) > 1 and all(names) else []), delimiter
