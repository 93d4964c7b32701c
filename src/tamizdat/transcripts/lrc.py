"""LRC (``.lrc``), of songs, which programs that listen write too: a time before each line.

::

    [ar:teacher]
    [00:01.00]They are gone.
    [00:03.50][00:20.00]Who <00:04.10>asks?
    [00:06.00]

A line lasts until the next time; a time without words ends the one before. Several times before a line say it several
times; lines of one time are one cue. Times of single words are not kept, and tags about the song are told. An
``offset`` moves every time, and players do not agree which way: such a file is refused.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.cues import MAX_TIME, Found, Told, found, tidied

LAST: Final = 3_000  #: milliseconds of a last line
MOST_TIMES: Final = 100  #: before one line
_TAG: Final = re.compile(r"\[([a-zA-Z#][^\[\]:]{0,20}):([^\[\]]*)\]")
_TIME: Final = re.compile(r"\s*\[(\d{1,4}):([0-5]\d)(?:[.:](\d{1,3}))?\]", re.ASCII)
_WORD: Final = re.compile(r"<\d{1,4}:[0-5]\d(?:[.:]\d{1,3})?>", re.ASCII)


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    timed = sorted(_lines(text, told), key=lambda each: each[1])
    ends = dict(pairwise(sorted({start for _, start, _ in timed})))
    said: dict[int, tuple[int, list[str]]] = {}  # lines of one time are one cue
    for number, start, words in timed:
        if words:
            said.setdefault(start, (number, []))[1].append(words)
    for start, (number, _) in said.items():
        if start not in ends:
            told.append(Told(number, "nothing ends the last line: it was given three seconds"))
    cues = [(at, Cue(start, ends.get(start, start + LAST), "", "\n".join(some))) for start, (at, some) in said.items()]
    return found(cues, told)


def _lines(text: str, told: list[Told]) -> Iterator[tuple[int, int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        starts, behind = list[int](), 0
        while len(starts) < MOST_TIMES and (at := _TIME.match(line, behind)):
            if ":" in at[0].partition(":")[2]:
                raise BadPacket(
                    f"Line {number}: expected a time such as [01:02.50], found {at[0].strip()}: hours and minutes, or "
                    "hundredths? Write it with a point."
                )
            start = (int(at[1]) * 60 + int(at[2])) * 1000 + int(f"{at[3] or 0:0<3}")
            if start > MAX_TIME:
                raise BadPacket(f"Line {number}: expected times within a day, found {at[0].strip()[:20]}. Correct it.")
            starts.append(start)
            behind = at.end()
        if not starts and (tag := _TAG.fullmatch(line.strip())):
            if tag[1].lower() == "offset" and tag[2].strip().lstrip("+-").strip("0"):
                raise BadPacket(
                    f"Line {number}: expected times as they are, found an offset of {tag[2].strip()[:12]!a} ms, which "
                    "some players add and others take away. Have it worked into the times, and delete that line."
                )
            told.append(Told(number, f"what is said of the whole is not kept: {line.strip()[:40]!a}"))
        elif not starts and line.strip():
            raise BadPacket(
                f"Line {number}: expected a time such as [01:02.50] before these words, found none. Add one."
            )
        if (words := _WORD.sub("", rest := line[behind:])) != rest:
            told.append(Told(number, "times of single words are not kept"))
        yield from ((number, start, tidied(" ".join(words.split()))) for start in starts)
