r"""Praat (``.TextGrid``), in which phoneticians write down what is said: tiers (:mod:`.tiers`) of intervals or points.

Praat itself looks at nothing in such a file but what stands free: texts in double quotes (a quote within is doubled),
numbers, flags such as ``<exists>``; behind a ``!`` nothing counts. So its long form and its short one are the same::

    File type = "ooTextFile"                  "ooTextFile"
    Object class = "TextGrid"                 "TextGrid"
    xmin = 0                                  0
    xmax = 9.5                                9.5
    tiers? <exists>                           <exists>
    size = 1                                  1
    item [1]:
        class = "IntervalTier"                "IntervalTier"
        name = "teacher"                      "teacher"
        xmin = 0  xmax = 9.5                  0 9.5
        intervals: size = 1                   1
        intervals [1]:
            xmin = 0  xmax = 2.25             0 2.25
            text = "They are ""gone""."       "They are ""gone""."

Silence is an interval without words. A point has no length, so no cue can hold it: it is told, with its words' number.
Praat's own spellings of letters (``\ng`` for ŋ) stay as they are, and are told.
"""

import math
import re
from collections.abc import Iterator
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.transcripts.cues import MAX_CUES, MAX_TIME, Found, Told, tidied
from tamizdat.transcripts.tiers import Tier, chosen, counted

BINARY: Final = b"ooBinaryFile"  #: how Praat's own other forms begin
CHRONOLOGICAL: Final = '"Praat chronological'
_SAVE: Final = "In Praat, 'Save as text file…' writes one that is read."
MAX_PARTS: Final = 20 * MAX_CUES  #: intervals and points of all tiers
_FREE: Final = re.compile(
    r'"([^"]*+(?:""[^"]*+)*+)"|!([^\n]*)|<(\w+)>(?!\S)|(?:(?<=\s)|^)([-+]?[0-9][0-9.eE+-]*)(?!\S)|[^\s"]+'
)
_SPELT: Final = re.compile(r"\\[^\s\\]{2}")


def require_text(data: bytes) -> None:
    """Raise :class:`BadPacket` for Praat's binary form."""
    if data.startswith(BINARY):
        raise BadPacket(f"Expected a TextGrid that is text, found Praat's binary form. {_SAVE}")


def read(text: str, tiers: tuple[str, ...] = ()) -> Found:
    """Read the named *tiers* of a file, else all of intervals.

    Raises :class:`BadPacket`, with its line, for what is no such file.
    """
    if text.startswith(CHRONOLOGICAL):
        raise BadPacket(f"Expected a TextGrid by tiers, found one in the order of times. {_SAVE}")
    told: list[Told] = []
    return chosen([*_tiers(_Free(text), told)], tiers, told)


class _Free:
    """What stands free in a file, one after the other."""

    def __init__(self, text: str) -> None:
        self.line = 1
        self._text, self._counted = text, 0
        self._found = self._free()

    def _free(self) -> Iterator[tuple[str, str]]:
        for each in _FREE.finditer(self._text):
            kind = each.lastindex
            if kind in (1, 3, 4):  # a text, a flag, a number
                self.line += self._text.count("\n", self._counted, each.start())
                self._counted = each.start()
                yield ("", "text", "", "flag", "number")[kind], each[kind]

    def of(self, kind: str) -> str:
        """Return the next thing. Raises :class:`BadPacket` if it is no such."""
        found, value = next(self._found, ("end of the file", ""))
        if found != kind:
            raise BadPacket(
                f"Line {self.line}: expected a {kind} there in a TextGrid of Praat, found the {found} {value[:40]!a}. "
                f"{_SAVE}"
            )
        return value.replace('""', '"') if kind == "text" else value

    def texts(self) -> int:
        """Return how many texts with words are left, and go to the last."""
        return sum(kind == "text" and bool(tidied(value)) for kind, value in self._found)

    def many(self) -> int:
        """Return how many there are. Raises :class:`BadPacket` for more than there may be."""
        value = self.of("number")
        if not value.isdecimal() or len(value) > 9 or int(value) > MAX_PARTS:
            raise BadPacket(
                f"Line {self.line}: expected how many there are, at most {MAX_PARTS:,}, found {value[:40]!a}."
            )
        return int(value)

    def time(self) -> int:
        """Return a time in milliseconds. Raises :class:`BadPacket` for what is none."""
        value = self.of("number")
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds * 1000 <= MAX_TIME:  # nor what is no number
            raise BadPacket(
                f"Line {self.line}: expected seconds from the beginning, within a day, found {value[:40]!a}. In Praat, "
                "'Shift times…' makes a TextGrid begin at 0."
            )
        return round(seconds * 1000)


def _tiers(free: _Free, told: list[Told]) -> Iterator[Tier]:
    kinds = free.of("text"), free.of("text")
    if kinds not in (("ooTextFile", "TextGrid"), ("ooTextFile short", "TextGrid")):
        raise BadPacket(f"Line 1: expected a TextGrid of Praat, found {' '.join(kinds)[:60]!a}.")
    free.time(), free.time()
    if free.of("flag") != "exists":
        return
    for _ in range(free.many()):
        kind, tier = free.of("text"), Tier(free.of("text"))
        if kind not in ("IntervalTier", "TextTier"):
            raise BadPacket(f"Line {free.line}: expected a tier of intervals or points, found {kind[:40]!a}.")
        free.time(), free.time()
        points = 0
        for _ in range(free.many()):
            start = free.time()
            end = start if kind == "TextTier" else free.time()
            words, line = free.of("text"), free.line
            if kind == "TextTier":
                points += bool(tidied(words))
                continue
            if words.strip() and (spelt := _SPELT.search(words)):
                tier.told.append(Told(line, f"Praat's own spelling of a letter stays as it is: {spelt[0]!a}"))
            tier.add(line, start, end, words)
        if points:
            without = f"was not read: it has {counted(points, 'point')} without a length"
            told.append(Told(0, f"the tier {tier.shown_name} {without}", True))
        yield tier
    if behind := free.texts():
        told.append(Told(free.line, f"{counted(behind, 'text')} behind the last tier not read", True))
