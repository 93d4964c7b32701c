"""Captions that roll up, as YouTube's machine writes them: each line is in three cues, and was said once.

::

    00:00:00.160 --> 00:00:02.149    hello and welcome
    00:00:02.149 --> 00:00:02.159    hello and welcome           a hundredth of a second: the line moves up
    00:00:02.159 --> 00:00:04.309    hello and welcome / to this
    00:00:04.309 --> 00:00:04.319    to this

The short cue in the middle is the mark of it: nobody reads for that long, so nobody wrote it. It is left out, and so is
its line where the next cue begins with it. Words that somebody says twice have no such cue between them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.cues import Told

LONGEST: Final = 50  #: milliseconds of a cue in which a line moves up


def said_once(cues: Iterable[tuple[int, Cue]], told: list[Told]) -> Iterator[tuple[int, Cue]]:
    """Yield the cues without what only moved up; that it did is told."""
    before, moved = None, None
    for line, each in cues:
        if before is not None and _moves_up(before, each):
            if moved is None:
                told.append(Told(line, "lines that roll up stand in several cues: each is kept once"))
            before, moved = each, each
            continue
        before, words = each, each.text
        if moved is not None and each.start == moved.end and f"{each.text}\n".startswith(f"{moved.text}\n"):
            words = each.text[len(moved.text) + 1 :]
        moved = None if words == each.text else moved
        if words:
            yield line, replace(each, text=words)


def _moves_up(before: Cue, cue: Cue) -> bool:
    """Tell whether a cue is nothing but the last lines of the one before it, for an instant."""
    follows = cue.start == before.end and 0 < cue.end - cue.start <= LONGEST
    return follows and f"\n{before.text}".endswith(f"\n{cue.text}") and cue.speaker == before.speaker
