r"""SubRip (``.srt``): a number, the times, the words, an empty line. No standard, but everybody's format.

::

    12
    00:01:02,000 --> 00:01:04,500
    <i>They are gone.</i>

Read as players show it, and no word is skipped: a cue that begins without an empty line before it is one; words behind
an empty line, without times, go on with the cue above, and that is told. Before the first cue, and where an arrow has
no times around it, they are an error with their line. A number is never needed; a line of digits is one only where a
number stands. ``<i>``, ``<b>``, ``<u>``, ``<s>``, ``<font …>`` and ``{\an8}`` are formatting
and are told; every other ``<`` and brace is somebody's word and stays. There are no speakers: they are written before
the words, and told. A drone writes where it is into such a file: that is nobody's words, and is refused.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.text.telemetry import COORDINATES
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, Written, found, tidied
from tamizdat.transcripts.roll_up import said_once

ARROW: Final = "-->"
_TIMES: Final = re.compile(r"\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s+(.*))?", re.ASCII)
_CLOCK: Final = r"(\d{1,3}\s?:\s?\d\d\s?:\s?\d\d\s?[.,]\s?\d{1,3})"
_SPACED: Final = re.compile(rf"\s*{_CLOCK}\s*--?>\s*{_CLOCK}(?:\s+(.*))?", re.ASCII)
#: times that are damaged, for behind the first is something of the second
_BEGINS: Final = re.compile(rf"\s*{_CLOCK}\s*(?:[-=]*>|[-=\u2010-\u2015\u2190-\u21ff]|\d+\s?:)")
_TAG: Final = re.compile(r"</?[ibus]>|<font(?:\s[^<>\n]*)?>|</font>|\{\\[a-z][^{}\n]*\}", re.IGNORECASE)


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    cues = said_once(_cues(text, told), told)
    flown = sum(COORDINATES.search(each.text) is not None for _, each in cues)
    if flown > len(cues) // 2:
        raise BadPacket(
            f"Expected what is said, found where a drone was in {flown:,} of {len(cues):,} cues. This is its "
            "telemetry: it is kept beside the clip, and stands in no transcript."
        )
    return found(cues, told)


def write(cues: Sequence[Cue], _language: str = "") -> Written:
    """Write a file; told are speakers, and words that a player takes for formatting.

    Raises :class:`UsageError` for words that hold an arrow of times, which end a cue.
    """
    told, lines = [], []
    for at, each in enumerate(cues, 1):
        words = spoken(each)
        if ARROW in words:
            raise UsageError(f"Cue {at}: SubRip cannot carry the words {ARROW!r}. Export as WebVTT, or write an arrow.")
        if each.speaker:
            told.append(Told(0, f"cue {at}: SubRip has no speakers; the name stands before the words"))
        if odd := _TAG.search(words):
            told.append(Told(0, f"cue {at}: players take {odd[0]!a} for formatting and do not show it"))
        times = f"{clock.written(each.start, ',')} {ARROW} {clock.written(each.end, ',')}"
        lines.append(f"{at}\n{times}\n{words}\n")
    return Written("\n".join(lines).encode(), tuple(told))


def spoken(cue: Cue) -> str:
    """Return the words of a cue with the speaker before them, for formats that have no speakers."""
    return f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text


def _cues(text: str, told: list[Told]) -> Iterator[tuple[int, Cue]]:
    """Yield the cues: each from its times to the number of the next, or its times."""
    lines = [_plain(line) for line in text.split("\n")]
    timed = [at for at, line in enumerate(lines) if ARROW in line]
    heads = [*_heads(lines, timed, told), len(lines)]
    for at in (at for at in range(heads[0]) if lines[at].strip()):
        times(lines[at], at + 1)  # raises: there are none
    for at, end in zip(timed, heads[1:], strict=True):
        start, stop, more = times(lines[at], at + 1)
        if more:
            told.append(Told(at + 1, f"a place on the screen is not kept: {more[:60]!a}"))
        words = "\n".join(_worded(lines, at + 1, end, told))
        for tag in dict.fromkeys(_TAG.findall(words)):
            told.append(Told(at + 1, f"formatting is not kept: {tag[:60]!a}"))
        if words := tidied(_TAG.sub("", words)):
            yield at + 1, Cue(start, stop, "", words)
        else:
            told.append(Told(at + 1, "a cue without words was left out"))


def _plain(line: str) -> str:
    """Return a line of times as they are meant: a translating program sets spaces into them, and a shorter arrow."""
    if spaced := _SPACED.fullmatch(line):
        start, end = ("".join(each.split()) for each in spaced.group(1, 2))
        return f"{start} {ARROW} {end} {spaced[3] or ''}"
    return line


def _heads(lines: Sequence[str], timed: Sequence[int], told: list[Told]) -> Iterator[int]:
    """Yield where each cue begins: at its number, or, without one, at its times."""
    last, before = -1, 0  # where the cue above has its times, and its number, -1 if it has none
    for at in timed:
        place = next((each for each in range(at - 1, last, -1) if lines[each].strip()), None)
        value = lines[place].strip() if place is not None else ""
        number = int(value) if value.isdecimal() and len(value) < 10 else 0
        head = at
        if place is not None and value.isdecimal():
            follows, apart = number == before + 1, place == 0 or not lines[place - 1].strip()
            if follows or (place == at - 1 and (apart or before > 0)):
                head = place
            is_doubtful = not follows and (
                not apart or before != 0
            )  # or it stands by the words, and far from the times
            if head == place and (is_doubtful or (place < at - 1 and not apart)):
                told.append(Told(place + 1, f"{value[:20]} was taken for the number of a cue, and is no words", True))
        last, before = at, number if head < at else -1
        yield head


def _worded(lines: Sequence[str], first: int, end: int, told: list[Told]) -> Iterator[str]:
    """Yield the lines of words of a cue; told is where they go on behind an empty line."""
    empty = False
    for at in range(first, end):
        if _BEGINS.match(lines[at]):
            times(lines[at], at + 1)  # raises: they are damaged
        if lines[at].strip() and empty:
            told.append(Told(at + 1, "words behind an empty line go on with the cue above"))
        if lines[at].strip():
            yield lines[at]
        empty = not lines[at].strip() and at > first


def blocks(text: str, spaced: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands between empty lines, each block with the number of its first line.

    *spaced*: a line of spaces is one of the block, unless times, and perhaps a cue's name, follow.
    """
    block: list[str] = []
    lines = (*text.split("\n"), "")
    for number, line in enumerate(lines, 1):
        if line.strip():
            block.append(line)
        elif spaced and line and not any(ARROW in each for each in lines[number : number + 2]):
            block += [line] if block else []
        elif block:
            yield number - len(block), block
            block = []


def times(line: str, number: int) -> tuple[int, int, str]:
    """Return the times of a line in milliseconds, and what stands behind them.

    Raises :class:`BadPacket` for a line without times.
    """
    parts = _TIMES.fullmatch(line)
    start, end = (clock.parsed(parts[1]), clock.parsed(parts[2])) if parts else (None, None)
    if parts is None or start is None or end is None:
        raise BadPacket(
            f"Line {number}: expected times such as 00:01:02,000 {ARROW} 00:01:04,500, found {line[:60]!a}. Correct "
            "it, or join it with the cue above by deleting the empty line."
        )
    return start, end, (parts[3] or "").strip()
