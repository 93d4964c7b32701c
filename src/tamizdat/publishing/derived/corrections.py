"""What was corrected: that an item says something else since an edition, and why, if the desk said why.

Two ``derived`` statements of an item that were shown one after the other are compared. A statement was shown by the
first edition after it; that edition's day is the day of the correction (today, for one that is about to be made).
The reason is the latest that was stated since the edition before, so one that comes late is still told.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from tamizdat.dataclass import dataclass
from tamizdat.publishing.derived.contributors import works_of
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import Correction
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory, Retelling, Track, Translation


class Compared(NamedTuple):
    """What is different in the later of two statements of an item, as corrections and as changes tell it."""

    corrected: tuple[str, ...]
    done: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class History:
    """Editions: the ledger's indexes of their statements, and their days, in order.

    *reasons*: by item, indexes at which a reason was stated, and the reason. *known* is what was found in two
    statements, by where both stand: neither changes any more, and to read both takes longer than all else here.
    """

    indexes: Sequence[int]
    days: Sequence[str]
    reasons: Mapping[int, Sequence[tuple[int, str]]]
    today: str
    known: dict[tuple[int, int], Compared] = field(default_factory=dict, compare=False)

    def compared(self, before: Derived, after: Derived) -> Compared:
        """Compare a statement with the one that was shown before it; both are read once, whoever asks."""
        both = before.index, after.index
        if both not in self.known:
            one, other = before.item, after.item
            self.known[both] = Compared(tuple(differences(one, other)), tuple(_done(one, other)))
        return self.known[both]

    def edition_of(self, index: int) -> int:
        """Which edition first could show a statement; one more than there are, if none did yet."""
        return bisect_right(self.indexes, index)

    def day_of(self, edition: int) -> str:
        """Return the day of an edition, today for the next."""
        return self.days[edition] if edition < len(self.days) else self.today


def corrections(
    shown: Mapping[int, Derived], earlier: Mapping[int, Sequence[Derived]], history: History
) -> Iterator[Correction]:
    """Every correction of what is shown, by number of the item, the oldest first."""
    for number, current in sorted(shown.items()):
        before = earlier.get(number, ())
        if before and (len(before) > 1 or before[0].index != current.index):
            yield from _of(number, in_editions([*before, current], current, history), history)


def in_editions(every: Sequence[Derived], current: Derived, history: History) -> list[tuple[int, Derived]]:
    """Edition and statement: of several that one edition could show, the last."""
    latest = {history.edition_of(each.index): each for each in every if each.index <= current.index}
    return sorted(latest.items(), key=lambda each: each[0])


def _of(number: int, shown: Sequence[tuple[int, Derived]], history: History) -> Iterator[Correction]:
    editions = [edition for edition, _ in shown]
    for place, ((_, before), (edition, after)) in enumerate(pairwise(shown), start=1):
        since = history.indexes[edition - 1] if edition else -1
        until = history.indexes[editions[place + 1] - 1] if place + 1 < len(editions) else None
        reason = _reason(history.reasons.get(number, ()), since, until)
        for what in history.compared(before, after).corrected:
            yield Correction(number, history.day_of(edition), what, reason, edition + 1)


def _reason(stated: Sequence[tuple[int, str]], since: int, until: int | None) -> str:
    return next((why for at, why in reversed(stated) if since < at and (until is None or at < until)), "")


def differences(before: Item, after: Item) -> Iterator[str]:
    """Yield what readers see differently: "text", "translation <language>", or "words" of the desk."""
    if before.kind != after.kind:
        return
    match before, after:
        case Footage(), Footage():
            if (before.title, before.caption, before.alt) != (after.title, after.caption, after.alt):
                yield "words"
            yield from _differences_of_works(before.tracks or (), after.tracks or ())
        case Person(), Person():
            if before.told != after.told:
                yield "words"
        case PublishedStory(), PublishedStory():
            if before.told != after.told:
                yield "words"
            yield from _differences_of_works(before.translations, after.translations)
        case Post(), Post():
            yield from _differences_of_posts(before, after)


Work: TypeAlias = Translation | Track | Retelling


def _differences_of_works(before: Sequence[Work], after: Sequence[Work]) -> Iterator[str]:
    old, new = ({each.language: _said_in(each) for each in works} for works in (before, after))
    yield from (f"translation {language}" for language in old if old[language] != new.get(language))


def _said_in(work: Work) -> tuple[object, ...]:
    if isinstance(work, Retelling):
        return (work.words,)
    return work.cues if isinstance(work, Track) else (work.target, work.notes)


def _differences_of_posts(before: Post, after: Post) -> Iterator[str]:
    if (before.text, before.summary) != (after.text, after.summary):
        yield "text"
    yield from _differences_of_works(before.translations, after.translations)
    now = {each.names[0]: each for each in after.pictures}  # one before it may have been left out, or come back
    for old in before.pictures:
        if old.names[0] in now:
            yield from _differences_of_works(old.tracks or (), now[old.names[0]].tracks or ())
    if [each.alt for each in before.pictures] != [each.alt for each in after.pictures]:
        yield "words"


def _done(before: Item, after: Item) -> Iterator[tuple[str, str]]:
    """Yield what readers see differently, each with the language of the words it is about."""
    for each in differences(before, after):
        what, _, language = each.partition(" ")
        yield "corrected", language if what == "translation" else _language(after)
    if isinstance(before, Footage) and isinstance(after, Footage):
        heard = {each.language for each in before.tracks or ()}
        yield from (("translated", each.language) for each in after.tracks or () if each.language not in heard)
    if isinstance(before, PublishedStory) and isinstance(after, PublishedStory):
        told = {each.language for each in before.translations}
        yield from (("translated", each.language) for each in after.translations if each.language not in told)
    if isinstance(before, Post) and isinstance(after, Post):
        old, new = ({each.language for each in works_of(one)} for one in (before, after))
        yield from (("translated", language) for language in sorted(new - old))
        if after.gone and not before.gone:
            yield "removed", ""


def _language(item: Item) -> str:
    return item.told.language if isinstance(item, Person) else item.language
