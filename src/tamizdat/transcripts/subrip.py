r"""SubRip (``.srt``): a number, the times, the words, an empty line. No standard, but everybody's format.

::

    12
    00:01:02,000 --> 00:01:04,500
    <i>They are gone.</i>

Read strictly: a block that has no times, a cue inside of a cue is an error with its line, for a program that skips it
loses words. ``<i>``, ``<b>``, ``<u>``, ``<s>``, ``<font …>`` and ``{\an8}`` are formatting
and are told; every other ``<`` and brace is somebody's word and stays. There are no speakers: they are written before
the words, and told. A drone writes where it is into such a file: that is nobody's words, and is refused.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, Written, found, tidied

ARROW: Final = "-->"
_TIMES: Final = re.compile(r"\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s+(.*))?", re.ASCII)
#: how drones write their place into a file of subtitles beside the clip
_FLOWN: Final = re.compile(r"\[(?:latitude|longitude)\s*:|\b(?:GPS|HOME)\s?\(\s*-?\d", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[ibus]>|<font(?:\s[^<>\n]*)?>|</font>|\{\\[a-z][^{}\n]*\}", re.IGNORECASE)


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    cues = list(_cues(text, told))
    flown = sum(_FLOWN.search(each.text) is not None for _, each in cues)
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
    for number, block in blocks(text):
        at = 1 if len(block) > 1 and block[0].strip().isdecimal() and ARROW in block[1] else 0
        line = number + at
        start, end, more = times(block[at], line)
        if more:
            told.append(Told(line, f"a place on the screen is not kept: {more[:60]!a}"))
        words = "\n".join(block[at + 1 :])
        if inside := next((place for place, each in enumerate(block[at + 1 :], line + 1) if ARROW in each), 0):
            raise BadPacket(
                f"Line {inside}: expected an empty line before the next cue, found times among words. Insert one."
            )
        for tag in dict.fromkeys(_TAG.findall(words)):
            told.append(Told(line, f"formatting is not kept: {tag[:60]!a}"))
        if words := tidied(_TAG.sub("", words)):
            yield line, Cue(start, end, "", words)
        else:
            told.append(Told(line, "a cue without words was left out"))


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
