"""Consignments that arrived, by the name that people on both sides know them by: device, day and minute of sealing.

The id of a consignment is 64 digits, and the field keeps none of it once a card is sealed. What both sides have is when
it was opened: the field says "sealed 2026-11-23 09:14", the desk "anna 2026-11-23 09:14", both with seconds where a
minute has several. It stands in the inventory, which is canonical JSON, so that it is among its last bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.items import Consignment, Item
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive, BadStatement, Forgotten, UsageError
from tamizdat.sealing.inventory import INVENTORY, moment, opened_at, superseded_by, to_the_second
from tamizdat.statements import received

SHORT: Final = 8  #: digits of an id that are shown
_ID: Final = re.compile(r"[0-9a-f]{4,64}")
_TAIL: Final = 64 << 10  #: bytes at the end of an inventory that hold the time of opening


@dataclass(frozen=True)
class Arrived:
    """A consignment in the archive. *device* is what the desk calls it, *opened* when it was opened, "" if unknown."""

    consignment: Consignment
    device: str
    opened: str
    at: str  #: when the desk took it in, "" if unknown
    copies: tuple[str, ...]
    inventory: str | None  #: SHA-256 of the opening inventory
    supersedes: tuple[str, ...] = ()  #: ids of consignments of its device that will never be whole
    name: str = ""  #: what people call it: ``anna 2026-11-23 09:14``, and as much more as tells it from all others

    @property
    def id(self) -> str:
        """The id, 64 digits in hexadecimal."""
        return self.consignment.consignment

    @property
    def known_as(self) -> str:
        """Device and minute, as far as they are known."""
        return f"{self.device or self.id[:SHORT]} {moment(self.opened)}".strip()

    @property
    def known_to_the_second(self) -> str:
        """Device and second."""
        return f"{self.device or self.id[:SHORT]} {to_the_second(self.opened)}".strip()


def arrived(archive: Archive) -> list[Arrived]:
    """Return all consignments, in the order of their first receipt."""
    found = [_arrived(archive, each) for each in archive.index.consignments()]
    called = Counter(name for each in found for name in {each.known_as, each.known_to_the_second})
    return [
        replace(
            each,
            name=each.known_as
            if called[each.known_as] == 1
            else each.known_to_the_second
            if called[each.known_to_the_second] == 1
            else f"{each.known_to_the_second} {each.id[:SHORT]}",
        )
        for each in found
    ]


def find(known: Iterable[Arrived], text: str) -> Arrived:
    """Return the consignment that *text* names: its name, or the beginning of its id. Raises :class:`UsageError`."""
    every = list(known)
    found = [each for each in every if text in (each.name, each.known_as, each.known_to_the_second)]
    if not found and _ID.fullmatch(text):
        found = [each for each in every if each.id.startswith(text)]
    if len(found) != 1:
        raise UsageError(
            f"Expected the name or the beginning of the id of one consignment, found {text!r}, which fits "
            f"{len(found)} of {len(every)}. 'tamizdat status' lists them."
        )
    return found[0]


def files_of(archive: Archive, consignment: str) -> list[Item]:
    """Return the files of a card, each path once, by the latest that was stated of it; previews are left out."""
    latest = {each.path: each for each in archive.index.files(consignment)}
    return list(latest.values())


def _arrived(archive: Archive, consignment: Consignment) -> Arrived:
    try:
        said = received.read(archive.statement(consignment.index))
    except (BadStatement, Forgotten):
        return Arrived(consignment, "", "", "", (), None)
    inventory = next((each.sha256 for each in said.documents if each.name == INVENTORY), None)
    end = _end(archive, inventory) if inventory else b""
    about = said.name or "", opened_at(end), said.at or "", said.copies or (), inventory
    return Arrived(consignment, *about, superseded_by(end))


def _end(archive: Archive, inventory: str) -> bytes:
    try:
        with archive.objects.open(inventory) as file:
            file.seek(max(0, archive.objects.size(inventory) - _TAIL))
            return file.read(_TAIL)
    except BadArchive:  # 'check' speaks of an object that is not there
        return b""
