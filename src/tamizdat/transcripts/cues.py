"""Cues as a transcript holds them, and what is told of a file beside them.

A cue has words, begins before it ends, and has no empty line in it: an empty line ends a cue in most formats. Cues
stand in the order in which they begin; two may overlap, as two people may speak at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.text.rules import checked_text
from tamizdat.transcripts import clock

MAX_CUES: Final = 20_000  #: ten hours, a cue every two seconds
MAX_WORDS: Final = 2_000  #: characters of one cue
MAX_SPEAKER: Final = 100  #: characters
MAX_TIME: Final = 24 * 3600 * 1000  #: milliseconds: as long a clip as is decoded


class Told(NamedTuple):
    """Something that a file says and cues do not hold, or the other way round: its line or cue (0: none), and what.

    *lost*: words of the file are in no cue.
    """

    line: int
    says: str
    lost: bool = False

    def __str__(self) -> str:
        return f"line {self.line}: {self.says}" if self.line else self.says


@dataclass(frozen=True)
class Found:
    """What was read of a file: its cues, in the order in which they begin, and what they could not hold.

    *guessed* is the language that a machine took it for, a tag or a word, "" if it says none.
    """

    cues: tuple[Cue, ...]
    told: tuple[Told, ...] = ()
    guessed: str = ""


@dataclass(frozen=True)
class Written:
    """A file that was written of cues, and what it cannot carry."""

    data: bytes
    told: tuple[Told, ...] = ()


def found(cues: Iterable[tuple[int, Cue]], told: Iterable[Told]) -> Found:
    """Return what was read: each cue with the line it begins on; told is, too, what had to be put in order.

    A cue that ends when it begins, or before, is never shown by a player: it is left out, and told before all else.
    """
    numbered, tellings = list(cues), list(told)
    before = 0
    for line, each in numbered:
        if each.end <= each.start:
            when = f"{clock.written(each.start)} to {clock.written(each.end)}"
            tellings.append(
                Told(line, f"a cue from {when} is shown by no player and was left out; correct its times", True)
            )
            continue
        if each.start < before:
            tellings.append(Told(line, "this cue begins before the one above it; it was put in its place"))
        before = max(before, each.start)
    shown = (each for _, each in numbered if each.start < each.end)
    ordered = sorted(shown, key=lambda each: (each.start, each.end))
    return Found(tuple(ordered), tuple(sorted(tellings, key=lambda each: (not each.lost, each.line))))


def tidied(words: str) -> str:
    r"""Return words without white space at the ends of lines, and without empty lines.

    >>> tidied(" a \n\n b ")
    'a\nb'
    """
    return "\n".join(line for each in words.split("\n") if (line := each.strip()))


def checked_cues(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return cues as a statement holds them: in order, their words as a person may type them.

    Raises :class:`UsageError`, which names the cue by its number and never repeats its words.
    """
    if not cues:
        raise UsageError("Expected at least one cue with words, found none.")
    if len(cues) > MAX_CUES:
        raise UsageError(f"Expected at most {MAX_CUES:,} cues, found {len(cues):,}. Join some, or take a shorter clip.")
    return tuple(_checked(at, each) for at, each in enumerate(sorted(cues, key=lambda each: (each.start, each.end)), 1))


def _checked(at: int, cue: Cue) -> Cue:
    if not 0 <= cue.start < cue.end <= MAX_TIME:
        raise UsageError(
            f"Cue {at}: expected an end after the beginning, within a day; found {cue.start:,} to {cue.end:,} "
            "milliseconds. Correct its times."
        )
    words = tidied(checked_text(f"cue {at}", cue.text, MAX_WORDS, lines=True))
    speaker = checked_text(f"speaker of cue {at}", cue.speaker, MAX_SPEAKER).strip()
    if not words:
        raise UsageError(f"Cue {at}: expected words, found none. Write what is said, or delete the cue.")
    return replace(cue, speaker=speaker, text=words)
