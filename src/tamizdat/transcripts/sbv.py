"""SubViewer as YouTube gives it out (``.sbv``): the times, the words, an empty line.

::

    0:00:01.000,0:00:03.500
    They are gone.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, found, tidied
from tamizdat.transcripts.subrip import blocks

_TIMES: Final = re.compile(r"\s*(\d{1,3}:\d\d:\d\d\.\d{1,3}),(\d{1,3}:\d\d:\d\d\.\d{1,3})\s*", re.ASCII)


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    return found(_cues(text, told), told)


def _cues(text: str, told: list[Told]) -> Iterator[tuple[int, Cue]]:
    for number, block in blocks(text):
        times = _TIMES.fullmatch(block[0])
        start, end = (clock.parsed(times[1]), clock.parsed(times[2])) if times else (None, None)
        if start is None or end is None:
            raise BadPacket(
                f"Line {number}: expected times such as 0:01:02.000,0:01:04.500, found {block[0][:60]!a}. Correct it, "
                "or join it with the cue above by deleting the empty line."
            )
        for place, line in enumerate(block[1:], number + 1):
            if _TIMES.fullmatch(line):
                raise BadPacket(f"Line {place}: expected an empty line before the next cue, found times among words.")
        if words := tidied("\n".join(block[1:])):
            yield number, Cue(start, end, "", words)
        else:
            told.append(Told(number, "a cue without words was left out"))
