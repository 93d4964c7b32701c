"""A request as handlers see it, and what a handler may raise instead of answering."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.web.small_file import SmallFile

MAX_BODY: Final = 1 << 18  #: bytes of a form
MAX_FIELDS: Final = 40_000  #: of a form
MAX_QUERY: Final = 100  #: fields behind the ``?``
MAX_DIGITS: Final = 15  #: of a whole number; it stays below 2⁵³, which JSON and SQLite hold exactly
PLAIN_FORM: Final = "application/x-www-form-urlencoded"

Fields = Mapping[str, Sequence[str]]


class NotFound(Exception):
    """There is nothing of this kind and number, or nothing that whoever asks may know of."""


class Forbidden(Exception):
    """Whoever asks may not do this, or not with this form. The message is shown."""


class BadForm(Exception):
    """The query or the form cannot be read, or is too large."""


class TooOften(Exception):
    """It was tried too often; *seconds* until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("tried too often")
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class WebRequest:
    """A request that passed the gate. *path* begins with ``/``; *parameters* are those of the route's path."""

    method: str
    path: str
    parameters: Mapping[str, Any]
    query: Fields
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    form: Fields = field(default_factory=dict)
    file: SmallFile | None = None  #: that came with the form, where a route takes small ones

    @classmethod
    def of(cls, http: Request) -> "WebRequest":
        """Return the request with its query read, its form not yet. Raises :class:`BadForm`."""
        query = _fields(http.scope["query_string"], "utf-8", MAX_QUERY)
        return WebRequest(
            method=http.method,
            path=http.scope["path"],
            parameters=http.path_params,
            query=query,
            headers=http.headers,
            cookies=http.cookies,
        )

    @property
    def max_body(self) -> int:
        """How many bytes its form may have."""
        return MAX_BODY

    @property
    def wants_json(self) -> bool:
        """Whether a script of the page asks, and wants JSON."""
        return "application/json" in self.headers.get("accept", "")

    def text(self, name: str, default: str = "") -> str:
        """Return a field of the form, with line feeds as line ends."""
        return next(iter(self.form.get(name, ())), default).replace("\r\n", "\n").replace("\r", "\n")

    def texts(self, name: str) -> list[str]:
        """Return every field of that name: all boxes that were ticked."""
        return list(self.form.get(name, ()))

    def asked(self, name: str, default: str = "") -> str:
        """Return a value of the query, behind the ``?`` of the address."""
        return next(iter(self.query.get(name, ())), default)

    def whole(self, name: str, default: int) -> int:
        """Return a whole number of the form or the query. Raises :class:`UsageError` for anything else."""
        given = self.text(name) or self.asked(name)
        if not given:
            return default
        if not (given.isascii() and given.isdecimal() and len(given) <= MAX_DIGITS):
            expected = f"a whole number of at most {MAX_DIGITS} digits as '{name}'"
            raise UsageError(f"Expected {expected}, found {given[:40]!r}. Correct it, then try again.")
        return int(given)


async def read_form(http: Request, max_body: int) -> Fields:
    """Return the fields of a plain form. Raises :class:`BadForm` for any other body, and above *max_body* bytes."""
    if http.headers.get("content-type", "").partition(";")[0].strip().lower() != PLAIN_FORM:
        raise BadForm
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > max_body:
            raise BadForm
    return _fields(bytes(body), "ascii", MAX_FIELDS)


def _fields(data: bytes, encoding: str, most: int) -> Fields:
    try:
        return parse_qs(data.decode(encoding), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise BadForm from None
