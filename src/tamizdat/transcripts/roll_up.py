"""Captions that roll up, as YouTube's machine writes them: each line is in three cues, and was said once.

::

    00:00:00.160 --> 00:00:02.149    hello and welcome
    00:00:02.149 --> 00:00:02.159    hello and welcome           a hundredth of a second: the line moves up
    00:00:02.159 --> 00:00:04.309    hello and welcome / to this
    00:00:04.309 --> 00:00:04.319    to this

The short cue in the middle is the mark of it: nobody reads for that long, so nobody wrote it. It is left out, and so is
its line where the next cue begins with it. Words that somebody says twice have no such cue between them; and a file in
which there are only a few of them is taken as it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.cues import Told

LONGEST: Final = 50  #: milliseconds of a cue in which a line moves up
LEAST: Final = 3  #: such cues in a file that rolls up
SHARE: Final = 4  #: of its cues one in so many, at least; half of YouTube's are


def said_once(cues: Iterable[tuple[int, Cue]], told: list[Told]) -> list[tuple[int, Cue]]:
    """Return the cues without what only moved up; that it did is told."""
    every = list(cues)
    moved = [line for (_, before), (line, each) in pairwise(every) if _moves_up(before, each)]
    if len(moved) < LEAST or SHARE * len(moved) < len(every):
        return every
    told.append(Told(moved[0], "lines that roll up stand in several cues: each is kept once"))
    return [*_rolled(every)]


def _rolled(cues: Sequence[tuple[int, Cue]]) -> Iterator[tuple[int, Cue]]:
    before, moved = None, None
    for line, each in cues:
        if before is not None and _moves_up(before, each):
            before, moved = each, each
            continue
        before, words = each, each.text
        if moved is not None and each.start == moved.end and f"{each.text}\n".startswith(f"{moved.text}\n"):
            words = each.text[len(moved.text) + 1 :]
        moved = None
        if words:
            yield line, replace(each, text=words)


def _moves_up(before: Cue, cue: Cue) -> bool:
    """Tell whether a cue is nothing but the last lines of the one before it, for an instant.

    That one was there to be read: where every cue lasts an instant (one a frame), none of them moves up.
    """
    follows = cue.start == before.end and 0 < cue.end - cue.start <= LONGEST < before.end - before.start
    return follows and f"\n{before.text}".endswith(f"\n{cue.text}") and cue.speaker == before.speaker
