r"""Files named ``.sub``: MicroDVD, which counts frames, or SubViewer 2, which has times.

::

    {1}{1}23.976                                00:00:01.00,00:00:03.50
    {24}{84}They are|gone.                      They are[br]gone.

MicroDVD counts in frames of the film that it was made for. A file says its rate in a first line like that above, by
custom; one that does not is refused, for the same frames are other times at 23.976 and 25 frames a second. ``|`` begins
a line; ``{y:i}`` and the like, and a slash before a line, are formatting.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.footage.timecode import RATES
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import MAX_TIME, Found, Told, found, tidied

_FRAMES: Final = re.compile(r"\{(\d{1,8})\}\{(\d{0,8})\}(.*)", re.ASCII)
_RATE: Final = re.compile(r"\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*", re.ASCII)
_TIMES: Final = re.compile(r"\s*(\d\d:\d\d:\d\d[.:]\d\d),(\d\d:\d\d:\d\d[.:]\d\d)\s*", re.ASCII)
_FORMAT: Final = re.compile(r"\{[a-zA-Z]:[^{}]*\}")
_NAMED: Final = {"23.976": 0, "23.98": 0, "29.97": 3}


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none, and for frames without a rate."""
    told: list[Told] = []
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if any(_FRAMES.match(line) for _, line in lines[:5]):
        return found(_microdvd(lines, told), told)
    if any(_TIMES.fullmatch(line) for _, line in lines):
        return found(_subviewer(text, told), told)
    raise BadPacket(
        "Expected MicroDVD ({24}{84}words) or SubViewer (00:00:01.00,00:00:03.50), found neither. A .sub beside an "
        ".idx holds pictures of words: have a program of subtitles make SubRip (.srt) of it."
    )


def _microdvd(lines: list[tuple[int, str]], told: list[Told]) -> Iterator[tuple[int, Cue]]:
    rate: Fraction | None = None
    pieces: list[tuple[int, int, int | None, str]] = []
    for number, line in lines:
        frames = _FRAMES.fullmatch(line.strip())
        if frames is None and line.strip().upper().startswith("{DEFAULT}"):
            told.append(Told(number, "formatting of the whole file is not kept"))
        elif frames is None:
            raise BadPacket(f"Line {number}: expected frames such as {{24}}{{84}}, found {line[:40]!a}. Correct it.")
        elif not pieces and rate is None and frames[1] in ("0", "1") and _RATE.fullmatch(frames[3]):
            rate = _rate(frames[3].strip().replace(",", "."), number)
        else:
            pieces.append((number, int(frames[1]), int(frames[2]) if frames[2] else None, frames[3]))
    if rate is None:
        raise BadPacket(
            "Expected frames and how many a second has, found frames alone: the same file is other times at 23.976 and "
            "at 25. Write {1}{1}25 (or 23.976, 29.97 …) as its first line, by the film that it was made for."
        )
    for at, (number, first, behind, words) in enumerate(pieces):
        if behind is None:
            behind = pieces[at + 1][1] if at + 1 < len(pieces) else first + round(3 * rate)
            told.append(Told(number, "nothing ends this cue: it was given the beginning of the next, or three seconds"))
        yield from _cue(number, round(1000 * first / rate), round(1000 * behind / rate), words.split("|"), told)


def _rate(said: str, number: int) -> Fraction:
    rate = RATES[_NAMED[said]] if said in _NAMED else None
    value = Fraction(rate.above, rate.below) if rate else Fraction(said)
    if not 5 <= value <= 120:
        raise BadPacket(f"Line {number}: expected frames a second, from 5 to 120, found {said}. Correct it.")
    return value


def _subviewer(text: str, told: list[Told]) -> Iterator[tuple[int, Cue]]:
    held: tuple[int, int, int] | None = None
    words: list[str] = []
    for number, line in enumerate((*text.split("\n"), "00:00:00.00,00:00:00.00"), 1):
        times = _TIMES.fullmatch(line)
        if times is None and held is None:
            if line.strip() and not line.lstrip().startswith("["):
                raise BadPacket(f"Line {number}: expected times before these words, found none. Correct the file.")
            if line.strip():
                told.append(Told(number, f"what stands before the first cue is not kept: {line.strip()[:40]!a}"))
        elif times is None:
            words.append(line)
        else:
            if held:
                yield from _cue(*held, re.split(r"\[br\]|\n", "\n".join(words), flags=re.IGNORECASE), told)
            start, end = (clock.parsed(times[at].replace(":", ".", 3).replace(".", ":", 2)) for at in (1, 2))
            if start is None or end is None:
                raise BadPacket(f"Line {number}: expected times such as 00:00:01.00, found {line[:40]!a}. Correct it.")
            held, words = (number, start, end), []


def _cue(number: int, start: int, end: int, lines: list[str], told: list[Told]) -> Iterator[tuple[int, Cue]]:
    shown = []
    for line in lines:
        plain = _FORMAT.sub("", line)
        if plain != line or plain.startswith("/"):
            told.append(Told(number, f"formatting is not kept: {line.strip()[:40]!a}"))
        shown.append(plain.removeprefix("/"))
    if max(start, end) > MAX_TIME:
        raise BadPacket(f"Line {number}: expected times within a day, found a later one. Correct it.")
    if words := tidied("\n".join(shown)):
        yield number, Cue(start, end, "", words)
    else:
        told.append(Told(number, "a cue without words was left out"))
