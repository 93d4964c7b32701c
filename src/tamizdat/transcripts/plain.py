"""Plain text: a line for each cue, its times in brackets before it, as people type transcripts.

::

    [00:01:02.000 - 00:01:04.500] teacher: They are gone.
    [00:01:05] Who asks?

Lines below without a time of their own go on with the words. A cue without an end ends where the next begins. A file
without any times is taken too: its lines are spread over the clip by their length, and that is told, since they have to
be put in place by hand. A name before a colon is a speaker only where the line has times and the name is short.

Programs that write down what they hear put times and names on lines of their own, and these are no words either::

    Ann Lee  0:01            Ann Lee (00:01):        0:01                    [00:00:01.23] - Ann Lee
    They are gone.           They are gone.          They are gone.          They are gone.

A time of any other form (a time code with frames, times in a table, a second time behind the words) is an error: it
would be taken for something that somebody said.
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
_CLOCK: Final = r"(?P<time>(?:\d{1,2}:)?\d{1,2}:\d\d)"
_NAME: Final = r"(?P<name>[^\s:：()](?:[^:：()\n]{0,58}[^\s:：()])?)"
#: lines that stand above words: a name with two spaces, a name with a bracket, a time alone
_HEADS: Final = tuple(
    re.compile(each, re.ASCII)
    for each in (rf"{_NAME}(?:  +|\t+){_CLOCK}\s*", rf"{_NAME}\s*\({_CLOCK}\):?\s*", rf"{_CLOCK}\s*")
)
#: a time, wherever it stands; or two of Audacity's labels, in seconds, before the words
_OTHER: Final = re.compile(r"(?<!\d)\d{1,2}:\d\d:\d\d(?!\d)|^\s*\d+[.,]\d+\t\d+[.,]\d+(?:\t|$)", re.ASCII)
_BEHIND: Final = re.compile(r"\[\s*\d[\d:.,]*:[\d:.,]+\s*\]\s*\Z", re.ASCII)
_LONGEST_TIME: Final = 40  #: characters of a time in brackets, at most
_OF_OTTER: Final = re.compile(r"Transcribed by https?://(?:www\.)?otter\.ai/?", re.IGNORECASE)
_DASHED: Final = re.compile(r"\s*-[ \t]+(\S[^\n]{0,58})\n(?!\s*-)")
_BRACKETS: Final = (
    "Write them as [00:01:02.000 - 00:01:04.500] before the words, or have the program write SubRip (.srt)."
)


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
        if headed := _headed([(number, line) for number, _, _, line in pieces], told):
            return found(headed, told)
        _require_no_times([(number, line) for number, _, _, line in pieces])
        told.append(
            Told(0, "the file has no times: its lines were spread over the clip by their length; put them in place")
        )
        return found(_spread([(number, tidied(words)) for number, _, _, words in pieces], length), told)
    return found(_timed(pieces, told), told)


def _headed(lines: Sequence[tuple[int, str]], told: list[Told]) -> list[tuple[int, Cue]]:
    """Return the cues of lines above which a time, and perhaps a name, has a line of its own; none if none does."""
    form = next((each for each in _HEADS if lines and each.fullmatch(lines[0][1].strip())), None)
    if form is None:
        return []
    pieces: list[tuple[int, int, str, list[str]]] = []
    for number, line in lines:
        if head := form.fullmatch(line.strip()):
            pieces.append((number, _time(head["time"], number), head.groupdict().get("name") or "", []))
        elif _OF_OTTER.fullmatch(line.strip()):
            told.append(Told(number, "what the program says of itself is no words, and was left out"))
        else:
            pieces[-1][3].append(line)
    starts = sorted({start for _, start, _, _ in pieces})
    cues = []
    for number, start, name, words in pieces:
        later = bisect_right(starts, start)
        if said := tidied("\n".join(words)):
            cues.append(
                (number, Cue(start, starts[later] if later < len(starts) else start + LAST, name.strip(), said))
            )
        else:
            told.append(Told(number, "a time without words was left out"))
    return cues


def _require_no_times(lines: Sequence[tuple[int, str]]) -> None:
    """Raise :class:`BadPacket` for lines of which many have times, in whatever form."""
    timed = [(number, line) for number, line in lines if _OTHER.search(line)]
    if len(timed) > 1 and 4 * len(timed) >= len(lines):
        number, line = timed[0]
        raise BadPacket(
            f"Line {number}: expected times in brackets, or none; found {len(timed):,} lines with times of another "
            f"form, the first {line.strip()[:60]!a}. {_BRACKETS}"
        )


def write(cues: Sequence[Cue], _language: str = "") -> Written:
    """Write a file; told are words that would be read as a speaker or a time."""
    lines, told = [], []
    for at, each in enumerate(cues, 1):
        line = f"{each.speaker}: {each.text}" if each.speaker else each.text
        lines.append(f"[{clock.written(each.start)} - {clock.written(each.end)}] {line}\n")
        timed = any(map(_TIMED.fullmatch, each.text.split("\n"))) or _BEHIND.search(each.text[-_LONGEST_TIME:])
        if _spoken(line) != (each.speaker, each.text) or timed or _DASHED.match(line):
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
    dashed = all(_DASHED.match(words) for _, _, _, words in pieces)
    for number, start, end, words in pieces:
        if start is None:
            raise BadPacket(f"Line {number}: expected a time in brackets before these words, found none. Add one.")
        if end is None:
            later = bisect_right(starts, start)
            end = starts[later] if later < len(starts) else start + LAST
        if end <= start:
            raise BadPacket(f"Line {number}: expected an end after the beginning, found {end} after {start} ms.")
        if _BEHIND.search(words[-_LONGEST_TIME:]):
            raise BadPacket(
                f"Line {number}: expected words behind the time, found another time behind them. {_BRACKETS}"
            )
        named = _DASHED.match(words) if dashed else None
        speaker, words = (named[1].strip(), tidied(words[named.end() :])) if named else _spoken(tidied(words))
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
