"""The names of parcels that need not be fetched again: ``incoming/handled``, a line each.

::

    <name> <consignment>      counts as long as the archive or ``incoming`` has that consignment
    <name> filler
    <name> bad                its bytes have this name, so they will never be a parcel
    <name> foreign <keys>     opens with none of these keys (a digest over all of ours)
    <name> beyond <standing> <consignment>     did not fit into the allowance; counts while the desk accepts and
                              refuses the same (a digest over both), and the consignment shows no accepted device
    <name> over <standing> <device>            its device had stored what it may in a day; counts on that day, while the
                              limits are the same (a digest over both)

It is only a memory: deleting it costs traffic, nothing else.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from tamizdat.disk.files import append_lines, read_lines, write_file

FILLER: Final = "filler"
BAD: Final = "bad"
BEYOND: Final = "beyond"
OVER: Final = "over"
LEFT: Final = re.compile(f"(?P<why>{BEYOND}|{OVER}) (?P<standing>[0-9a-f]{{64}}) (?P<whose>[0-9a-f]{{64}})")
_JOURNAL: Final = re.compile(r"([0-9a-f]{64}) journal ([0-9]{1,15})")
_MEMORY: Final = "the memory of parcels"


class Handled:
    """Names of parcels that are not fetched again in this run, and what is to be remembered of them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "handled"
        self._names: set[str] = set()
        self._marks: list[str] = []
        self._lines: dict[str, int] = {}  # consignment → lines of its journal, as they were noted last

    def __contains__(self, name: object) -> bool:
        return name in self._names

    @property
    def unwritten(self) -> int:
        """How many lines were noted since the last writing."""
        return len(self._marks)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield name and what was noted of each parcel; whether it counts is for the caller to say."""
        for line in read_lines(self._file, _MEMORY):
            name, _, what = line.partition(" ")
            yield name, what

    def journals(self) -> dict[str, int]:
        """Return the lines that the journal of each consignment (its id in hex) had at least."""
        found = (_JOURNAL.fullmatch(f"{name} {what}") for name, what in self.lines())
        return {each[1]: int(each[2]) for each in found if each}

    def add(self, name: str) -> None:
        """Fetch it no more in this run."""
        self._names.add(name)

    def discard(self, name: str) -> None:
        """Fetch it again."""
        self._names.discard(name)

    def mark(self, name: str, what: str) -> None:
        """Fetch it no more, and note why."""
        self._names.add(name)
        self._marks.append(f"{name} {what}")

    def forget(self, consignments: Collection[str]) -> None:
        """Forget, on the disk too, all that was noted of consignments (ids in hex) of which this disk has lost some."""
        kept = [(name, what) for name, what in self.lines() if not {name, what} & {*consignments}]
        lines = "".join(f"{name} {what}\n" for name, what in kept)
        write_file(self._file, lines.encode("ascii", "replace"), _MEMORY)

    def write(self, journals: Mapping[str, int]) -> None:
        """Append what was noted to the file; *journals* are the lines of each consignment's journal on the disk."""
        if self._marks:
            grown = {each: count for each, count in journals.items() if count > self._lines.get(each, 0)}
            self._marks += [f"{consignment} journal {count}" for consignment, count in grown.items()]
            self._lines |= grown
            append_lines(self._file, self._marks, _MEMORY)
            self._marks = []


def consignments_of(folder: Path, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of parcels of which a consignment is remembered, and its id in hex."""
    for name, what in Handled(folder).lines():
        if name in names and len(what) == 64:
            yield name, what
