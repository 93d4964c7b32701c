"""Plain text: a line for each cue, its times in brackets before it, as people type transcripts.

::

    [00:01:02.000 - 00:01:04.500] teacher: They are gone.
    [00:01:05] Who asks?

Lines below without a time of their own go on with the words. A cue without an end ends where the next begins. A file
without any times is taken too: its lines are spread over the clip by their length, and that is told, since they have to
be put in place by hand. A name before a colon is a speaker only where the line has times and the name is short.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import MAX_TIME, Found, Told, Written, found, tidied

LAST: Final = 3_000  #: milliseconds that the last cue stands, if nobody says how long
A_CHARACTER: Final = 80  #: milliseconds that a character takes to say, where nothing else is known
_TIMED: Final = re.compile(r"\s*\[\s*([\d:.,]+)\s*(?:(?:-->|[-–—])\s*([\d:.,]+)\s*)?\][ \t]*(.*)", re.ASCII | re.DOTALL)
_SPEAKER: Final = re.compile(r"([^\s:：][^:：\n]{0,38}[^\s:：]|[^\s:：])(?:: |：)\s*(?=\S)")


def read(text: str, length: int = 0) -> Found:
    """Read a file; *length* is that of the clip in milliseconds, 0 if it is not known.

    Raises :class:`BadPacket`, with its line, for a time that is none or ends before it begins.
    """
    told: list[Told] = []
    pieces: list[tuple[int, int | None, int | None, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        timed = _TIMED.fullmatch(line)
        if timed:
            start, end = _time(timed[1], number), _time(timed[2], number) if timed[2] else None
            pieces.append((number, start, end, timed[3]))
        elif line.strip() and pieces and pieces[-1][1] is not None:
            pieces[-1] = (*pieces[-1][:3], f"{pieces[-1][3]}\n{line}")
        elif line.strip():
            pieces.append((number, None, None, line))
    if not any(start is not None for _, start, _, _ in pieces):
        told.append(
            Told(0, "the file has no times: its lines were spread over the clip by their length; put them in place")
        )
        return found(_spread([(number, tidied(words)) for number, _, _, words in pieces], length), told)
    return found(_timed(pieces, told), told)


def write(cues: Sequence[Cue], _language: str = "") -> Written:
    """Write a file; told are words that would be read as a speaker or a time."""
    lines, told = [], []
    for at, each in enumerate(cues, 1):
        line = f"{each.speaker}: {each.text}" if each.speaker else each.text
        lines.append(f"[{clock.written(each.start)} - {clock.written(each.end)}] {line}\n")
        if _spoken(line) != (each.speaker, each.text) or any(map(_TIMED.fullmatch, each.text.split("\n"))):
            told.append(Told(0, f"cue {at}: plain text does not tell its words from a speaker or a time"))
    return Written("".join(lines).encode(), tuple(told))


def _time(text: str, line: int) -> int:
    found_out = clock.parsed(text)
    if found_out is None:
        raise BadPacket(f"Line {line}: expected a time such as 00:01:02.500, found {text[:20]!a}. Correct it.")
    return found_out


def _timed(pieces: Sequence[tuple[int, int | None, int | None, str]], told: list[Told]) -> list[tuple[int, Cue]]:
    cues = []
    starts = sorted(start for _, start, _, _ in pieces if start is not None)
    for number, start, end, words in pieces:
        if start is None:
            raise BadPacket(f"Line {number}: expected a time in brackets before these words, found none. Add one.")
        if end is None:
            later = bisect_right(starts, start)
            end = starts[later] if later < len(starts) else start + LAST
        if end <= start:
            raise BadPacket(f"Line {number}: expected an end after the beginning, found {end} after {start} ms.")
        speaker, words = _spoken(tidied(words))
        if words:
            cues.append((number, Cue(start, end, speaker, words)))
        else:
            told.append(Told(number, "a time without words was left out"))
    return cues


def _spoken(words: str) -> tuple[str, str]:
    named = _SPEAKER.match(words)
    return (named[1], words[named.end() :]) if named else ("", words)


def _spread(lines: Sequence[tuple[int, str]], length: int) -> list[tuple[int, Cue]]:
    """Return lines one after the other, each as long as its words are of all, within the clip."""
    whole = sum(len(words) for _, words in lines)
    length = min(length or whole * A_CHARACTER, MAX_TIME)
    cues, said = [], 0
    for number, words in lines:
        start, said = said * length // whole, said + len(words)
        cue = Cue(start, max(said * length // whole, start + 1), "", words)
        cues.append((number, replace(cue, end=min(cue.end, MAX_TIME))))
    return cues
