"""What a desk lacks of a consignment, as a short code that people pass on: "send group 7 again".

Parcels can be lost after their places said that they hold them, in more places than may be lost. Only the desk can
see that, and only its device can seal them again. What goes between the two is a code of some 20 letters and digits,
checked, with nothing secret in it::

    mark ‖ files ‖ from ‖ (skip ‖ length) … ‖ check

    mark    SHA-256("tamizdat lacking v1" ‖ id of the consignment), first 2 bytes
    files   how many files of the inventory, from its first, are here whole; 0 before the inventory is here
    from    the payload from which on nothing is here
    skip, length    a run of payloads that are not here, before that: how many are here since the last run, how many not
    check   SHA-256 of all before, first 2 bytes

Numbers are LEB128, as short as they can be, below 2⁴⁸; the whole is in Crockford's base32. Of more than :data:`RUNS`
runs the nearest are joined: a little more is asked for than is lacking, and the code stays short.
"""

import re
from collections.abc import Iterable
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256, spoken
from tamizdat.errors import BadEncoding
from tamizdat.text.spoken import from_spoken

RUNS: Final = 6  #: runs in one code
MARK: Final = 2  #: bytes that tell one consignment of a device from another
CHECK: Final = 2  #: bytes: one of 65,536 codes that were heard wrongly is not noticed
MOST: Final = 1 << 48  #: no number is as large
_CONTEXT: Final = b"tamizdat lacking v1"
_LONGEST: Final = 256  #: letters and digits of a code, and more than any has


@dataclass(frozen=True)
class Lacking:
    """What is lacking. *runs* are (first, after the last) of payloads; *beyond*: from there on none is here."""

    mark: bytes
    files: int
    beyond: int
    runs: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, consignment: bytes, files: int, here: Iterable[int], beyond: int) -> "Lacking":
        """Say what is lacking of *consignment* (32 bytes) whose payloads *here* have come, all before *beyond*."""
        runs: list[tuple[int, int]] = []
        at = 0
        for number in sorted(here):
            if number > at:
                runs.append((at, number))
            at = number + 1
        if beyond > at:
            runs.append((at, beyond))
        return cls(mark_of(consignment), files, beyond, tuple(_joined(runs)))

    @property
    def has_gaps(self) -> bool:
        """Whether something is lacking of which later parts are here: it should have come before them."""
        return bool(self.runs)

    def wants(self, first: int, count: int) -> bool:
        """Whether one of *count* payloads from *first* on is lacking."""
        return first + count > self.beyond or any(first < end and first + count > start for start, end in self.runs)

    def code(self) -> str:
        """Return it in letters and digits, in groups of four."""
        numbers = [self.files, self.beyond]
        at = 0
        for start, end in self.runs:
            numbers += [start - at, end - start]
            at = end
        said = self.mark + b"".join(_leb128(number) for number in numbers)
        return spoken(said + sha256(said)[:CHECK])

    @classmethod
    def parse(cls, code: str) -> "Lacking":
        """Parse what a person typed; raises BadEncoding."""
        letters = re.sub(r"[\s-]", "", code)
        size = len(letters) * 5 // 8
        if not size >= MARK + 2 + CHECK or len(letters) > _LONGEST:
            raise BadEncoding(
                f"Expected the code that the desk reads out, of 10 letters and digits at least, found {len(letters)}; "
                "read it out once more."
            )
        data = from_spoken(letters, size)
        said, check = data[:-CHECK], data[-CHECK:]
        if sha256(said)[:CHECK] != check:
            raise BadEncoding(
                f"Expected a code that ends in its own check, found {spoken(data)}, which does not: a letter is wrong. "
                "Read it out once more."
            )
        files, beyond, *rest = _numbers(said[MARK:])
        runs = []
        at = 0
        for skip, length in zip(rest[::2], rest[1::2], strict=False):
            runs.append((at + skip, at + skip + length))
            at += skip + length
        found = cls(said[:MARK], files, beyond, tuple(runs))
        if at > beyond or found.code() != spoken(data):
            raise BadEncoding("Expected a code that a desk makes, found one that none does; read it out once more.")
        return found


def mark_of(consignment: bytes) -> bytes:
    """Return the mark (2 bytes) of a consignment, by its id."""
    return sha256(_CONTEXT + consignment)[:MARK]


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the runs that are nearest to each other until there are few."""
    if len(runs) <= RUNS:
        return runs
    gaps = sorted(range(1, len(runs)), key=lambda each: runs[each][0] - runs[each - 1][1], reverse=True)
    cuts = sorted(gaps[: RUNS - 1])
    return [(runs[first][0], runs[last - 1][1]) for first, last in zip([0, *cuts], [*cuts, len(runs)], strict=True)]


def _leb128(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _numbers(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if number >= MOST or shift > 49:
            break
        if byte < 0x80:
            numbers.append(number)
            number, shift = 0, 0
    if shift or len(numbers) < 2 or len(numbers) > 2 + 2 * RUNS:
        raise BadEncoding("Expected a code that a desk makes, found one that none does; read it out once more.")
    return numbers
