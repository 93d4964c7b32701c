"""Tiers: the lines one below the other in which linguists keep what is heard, and which of them are words said.

A tier may be a speaker, or the glosses, the translation, a count of the sentences of one above it. Read are those that
a person names, else those that stand for themselves; their names are the speakers if there are several. Every other
tier with words is told with its name and how many there are, first of all, for in a tier that was left out may lie
every word of somebody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.cues import Found, Told, found, tidied

MAX_TIERS: Final = 400
SHOWN: Final = 40  #: characters of a tier's name in what is told


@dataclass(eq=False)
class Tier:
    """A tier: what it is called, who speaks in it if the file says so, and its *parts*, each with its line.

    *below*: the tier to which its parts belong, "" if it stands for itself. *language* is a tag, or "". *told* is
    what the parts do not hold, if they are read.
    """

    name: str
    speaker: str = ""
    below: str = ""
    language: str = ""
    parts: list[tuple[int, int, int, str]] = field(default_factory=list)  #: line, begin, end, words
    told: list[Told] = field(default_factory=list)

    def add(self, line: int, start: int, end: int, words: str) -> None:
        """Add a part, if it has words."""
        if said := tidied(words):
            self.parts.append((line, start, end, said))

    @property
    def shown_name(self) -> str:
        """What it is called, as it is told."""
        return f"{self.name[:SHOWN]!a}"

    @property
    def about(self) -> str:
        """How many parts it has, in which language, below which tier."""
        tag = f" in {self.language[:SHOWN]!a}" if self.language else ""
        below = f", below {self.below[:SHOWN]!a}" if self.below else ""
        return f"{counted(len(self.parts), 'part')}{tag}{below}"


def chosen(tiers: Sequence[Tier], named: Sequence[str], told: Iterable[Told] = ()) -> Found:
    """Return the cues of the tiers that are *named*, else of those that stand for themselves, and what is told.

    Raises :class:`BadPacket` for too many tiers; :class:`UsageError` for a name that no tier has, and where one tier
    parts what another says as a whole, so that everything would be said twice.
    """
    if len(tiers) > MAX_TIERS:
        raise BadPacket(f"Expected a file with at most {MAX_TIERS:,} tiers, found {len(tiers):,}.")
    worded = [each for each in tiers if each.parts]
    listed = "; ".join(f"{each.shown_name} ({each.about})" for each in worded) or "(none has words)"
    if unknown := [each for each in named if each not in {tier.name for tier in tiers}]:
        raise UsageError(f"Expected one of the tiers {listed}; found {unknown[0][:SHOWN]!r}.")
    read = [each for each in worded if (each.name in named if named else not each.below)]
    if not named and (parted := _parted(read)):
        raise UsageError(
            f"Expected to be told which tiers are what is said; found {parted[0].shown_name}, and in pieces "
            f"{parted[1].shown_name}: all would be said twice. Name one, or one for each speaker, of {listed}."
        )
    left = (f"the tier {each.shown_name} was not read: {each.about}" for each in worded if each not in read)
    tellings = [*told, *(Told(0, each, True) for each in left), *_told(tiers, read)]
    cues = [
        (line, Cue(start, end, each.speaker or (each.name if len(read) > 1 else ""), words))
        for each in read
        for line, start, end, words in each.parts
    ]
    return found(sorted(cues, key=lambda cue: (cue[1].start, cue[1].end)), tellings)


def _told(tiers: Sequence[Tier], read: Sequence[Tier]) -> Iterator[Told]:
    """Yield what is told of tiers that are read, and of those of which nothing can be."""
    return (told for each in tiers if each in read or not each.parts for told in each.told)


def counted(many: int, what: str) -> str:
    """Return how many there are, in words."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def _parted(tiers: Sequence[Tier]) -> tuple[Tier, Tier] | None:
    """Return a tier and another whose parts all lie in those of it, and are more, as words lie in a sentence."""
    spans = {each: sorted((start, end) for _, start, end, _ in each.parts) for each in tiers}
    for whole in tiers:
        for each in tiers:
            if each is not whole and len(spans[each]) > len(spans[whole]) and _lie_in(spans[each], spans[whole]):
                return whole, each
    return None


def _lie_in(pieces: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> bool:
    at = 0
    for start, end in pieces:
        while at < len(spans) and spans[at][1] < end:
            at += 1
        if at == len(spans) or start < spans[at][0]:
            return False
    return True
