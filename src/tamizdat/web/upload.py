"""Uploads: one file in a form of several parts, handed on as it comes, never by a temporary folder of the system.

A browser sends the fields of a form in their order, so those before the file are known when it begins: there it is
decided whether it may come at all. Fields behind it are read, too. Whatever ends early was not received::

    POST … multipart/form-data        form-token=…            →  fields
                                      file; filename="x.zip"  →  Receiver.begin, .write …, .finish

What a browser calls the file is checked by one function (:func:`file_name`) before anybody uses it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import field
from typing import Final, Protocol

from starlette.requests import Request

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.web.request import BadForm

FORM: Final = "multipart/form-data"
MAX_FIELD: Final = 1 << 14  #: bytes of all fields together, beside the file
MAX_NAME: Final = 200  #: characters of a file's name
PIECE: Final = 1 << 20  #: bytes that are handed on at once


class Receiver(Protocol):
    """Takes a file as it comes. Each of these may block, and raise what a handler may raise."""

    def begin(self, name: str, size: int | None) -> None:
        """Begin with a file of this name; *size*: of the whole request, if the browser says so."""

    def write(self, data: bytes) -> None:
        """Take the next bytes."""

    def finish(self) -> None:
        """Settle: the file is whole."""

    def abandon(self) -> None:
        """Remove what came: the rest will not."""


@dataclass
class Event:
    """What was read: a field that is whole, a file that begins, some of it, or its end."""

    kind: str  #: "field", "file", "data", "end"
    name: str = ""
    value: bytes = b""


def file_name(given: str) -> str:
    """Return what a file may be called; raise :class:`UsageError` for a name that leads elsewhere, or hides."""
    name = given.strip()
    if not name:
        raise UsageError("Expected a file, found none. Choose one, then send it.")
    bad = len(name) > MAX_NAME or name.startswith(".") or not name.isprintable()
    if bad or any(each in name for each in "/\\\0:"):
        raise UsageError(f"Expected a file with a plain name, found {given[:60]!r}. Rename the file, then try again.")
    return name


def is_upload(http: Request) -> bool:
    """Tell whether a request is a form with a file."""
    return http.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


async def read_parts(http: Request) -> AsyncIterator[Event]:
    """Yield what a form of several parts holds, as it comes. Raises :class:`BadForm` for what is none."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(http.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != FORM.encode() or not boundary:
        raise BadForm
    parts = _Parts()
    parser = MultipartParser(boundary, parts.callbacks())  # type: ignore[arg-type]  # names of callbacks, as it has them
    try:
        async for chunk in http.stream():
            parser.write(chunk)
            for event in parts.taken():
                yield event
        parser.finalize()
    except FormParserError:
        raise BadForm from None
    for event in parts.taken():
        yield event
    if not parts.ended:
        raise BadForm


@dataclass
class _Parts:
    """Gathers what the parser calls back into events."""

    events: list[Event] = field(default_factory=list)
    ended: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""
    _is_file: bool = False
    _field: str = ""
    _held: bytearray = field(default_factory=bytearray)
    _fields: int = 0

    def callbacks(self) -> Mapping[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def taken(self) -> list[Event]:
        """Return what was gathered since."""
        found, self.events = self.events, []
        return found

    def _begin(self) -> None:
        self._headers, self._name, self._value, self._held = {}, b"", b"", bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        from python_multipart.multipart import parse_options_header

        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        if self._is_file:
            self.events.append(Event("file", options[b"filename"].decode("utf-8", "replace")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._fields += end - start
            if self._fields > MAX_FIELD:
                raise BadForm
        self._held += data[start:end]
        if self._is_file and len(self._held) >= PIECE:
            self.events.append(Event("data", value=bytes(self._held)))
            self._held = bytearray()

    def _end(self) -> None:
        if not self._is_file:
            self.events.append(Event("field", self._field, bytes(self._held)))
            return
        if self._held:
            self.events.append(Event("data", value=bytes(self._held)))
        self.events.append(Event("end"))

    def _finish(self) -> None:
        self.ended = True
