"""One request, as a screen sees it, and what a screen may raise instead of answering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tamizdat.errors import UsageError
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.workbench import Workbench

Fields = Mapping[str, Sequence[str]]


class NotFound(Exception):
    """There is nothing of this kind and number, or nothing this account may know of."""


class Forbidden(Exception):
    """The account may not do this, or not with this form."""


class TooOften(Exception):
    """Tried too often; *seconds* until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("tried too often")
        self.seconds = seconds


@dataclass(frozen=True)
class WorkbenchRequest:
    """A request that passed the gate. *token* is the cookie's, *path* begins with ``/``."""

    bench: Workbench
    method: str
    path: str
    parameters: Mapping[str, Any]
    query: Fields
    form: Fields
    token: str
    fresh: bool  #: whether the cookie is new and must be set
    signed_in: Account | None
    as_data: bool = False  #: the page's script asks, and wants JSON
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        """Who is signed in; routes that ask for a right are shut to everybody else."""
        assert self.signed_in is not None, "the gate let nobody else in"
        return self.signed_in

    def text(self, name: str, default: str = "") -> str:
        """A field of the form, with line feeds as line ends."""
        return next(iter(self.form.get(name, ())), default).replace("\r\n", "\n").replace("\r", "\n")

    def texts(self, name: str) -> list[str]:
        """Every field of that name, or what was ticked."""
        return list(self.form.get(name, ()))

    def asked(self, name: str, default: str = "") -> str:
        """A value behind the ``?`` of the address."""
        return next(iter(self.query.get(name, ())), default)

    def whole(self, name: str, default: int) -> int:
        """A whole number of the form, or behind the ``?``; :class:`UsageError` for anything else."""
        given = self.text(name) or self.asked(name)
        if not given:
            return default
        if not (given.isascii() and given.isdecimal() and len(given) < 16):
            raise UsageError("Expected a whole number, found something else.")
        return int(given)
