"""What makes subtitles hard to read: too many characters a second, lines too long, too many, cues too short or close.

The bounds are those that subtitlers use, by script: a sign of Chinese or Japanese stands for some three letters. All of
it is a hint and stops nothing; a scream may be shorter.

>>> [each.kind for each in hints([Cue(0, 500, "", "much too fast to be read")], "en")]
['fast', 'short']
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tamizdat.statements.transcribed import Cue
from tamizdat.text.languages import primary_subtag

SHORTEST: Final = 800  #: milliseconds
LONGEST: Final = 8_000
GAP: Final = 80  #: milliseconds between two cues, below which they flicker
LINES: Final = 2
KINDS: Final = ("empty", "order", "fast", "line", "lines", "short", "long", "gap", "overlap", "beyond")


class Bounds(NamedTuple):
    """Of one language: how many characters a second and in a line can be read."""

    a_second: int
    a_line: int


_DENSE: Final = Bounds(9, 18)
_BOUNDS: Final = {
    **dict.fromkeys(("zh", "yue", "wuu", "nan", "hak", "lzh", "ja"), _DENSE),
    "ko": Bounds(12, 18),
    **dict.fromkeys(("ar", "fa", "ug", "ur", "he"), Bounds(20, 42)),
    **dict.fromkeys(("bo", "dz"), Bounds(20, 45)),
}
_USUAL: Final = Bounds(17, 42)


class Hint(NamedTuple):
    """Something to look at: the cue, from 0; one of :data:`KINDS`; what was found, and what is usual."""

    cue: int
    kind: str
    found: int
    usual: int


def bounds(language: str) -> Bounds:
    """Return what can be read in a language."""
    return _BOUNDS.get(primary_subtag(language), _USUAL)


def hints(cues: Sequence[Cue], language: str, length: int = 0) -> list[Hint]:
    """Return what is odd about cues in a language; *length* is that of the clip in milliseconds, 0 if not known."""
    of, found = bounds(language), []
    for at, cue in enumerate(cues):
        lines, lasts = cue.text.split("\n"), cue.end - cue.start
        if lasts <= 0 or not cue.text.strip():  # of a draft
            found.append(Hint(at, "order", lasts, 0) if lasts <= 0 else Hint(at, "empty", 0, 1))
            continue
        a_second = -(-1000 * sum(map(len, lines)) // lasts)
        widest = max(map(len, lines))
        said = [
            ("fast", a_second, of.a_second, a_second > of.a_second),
            ("line", widest, of.a_line, widest > of.a_line),
            ("lines", len(lines), LINES, len(lines) > LINES),
            ("short", lasts, SHORTEST, lasts < SHORTEST),
            ("long", lasts, LONGEST, lasts > LONGEST),
            ("beyond", cue.end, length, 0 < length < cue.end),
        ]
        if at + 1 < len(cues):
            apart = cues[at + 1].start - cue.end
            said += [("overlap", -apart, 0, apart < 0), ("gap", apart, GAP, 0 < apart < GAP)]
        found += [Hint(at, kind, value, usual) for kind, value, usual, odd in said if odd]
    return found
