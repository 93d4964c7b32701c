"""What is said in a shot, as markers of a timeline: where, in which words, and in which other languages."""

from collections.abc import Iterator
from typing import NamedTuple

from tamizdat.cutting_room.shots import Shot
from tamizdat.transcripts.subrip import spoken


class Marker(NamedTuple):
    """A cue, as a marker: its first frame, the one behind its last, its words, and the same in other languages."""

    first: int
    behind: int
    words: str
    others: str


def markers_of(shot: Shot) -> Iterator[Marker]:
    """Yield the cues of a shot in the language spoken; in each other language a line, with its name before it."""
    others = [(each.language, {(cue.start, cue.end): cue for cue in each.cues}) for each in shot.tracks[1:]]
    for cue in shot.cues:
        if span := shot.span(cue):
            when = cue.start, cue.end
            lines = (f"{language}: {_line(spoken(cues[when]))}" for language, cues in others if when in cues)
            yield Marker(*span, _line(spoken(cue)), "\n".join(lines))


def _line(words: str) -> str:
    return " ".join(words.split("\n"))
