"""What each edition did to each item: shown for the first time, translated, corrected, removed, withdrawn, shown again.

Nothing is kept for this: it follows from the ledger, so the same archive tells the same. A ``derived`` statement was
shown by the first edition after it, and two that were shown one after the other are compared::

    derived 300 ─ published 301 (edition 1) ─ derived 340 (with "en") ─ published 344 (edition 2)
    new in 1                                  translated into "en" in 2, and the English words are of that day

The days are those of the editions: the desk's word, and days only, for a time would tell when the desk works.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter

from tamizdat.archive import Archive
from tamizdat.publishing.derived.contributors import works_of
from tamizdat.publishing.derived.corrections import History, differences, in_editions
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.derived.withdrawals import withdrawals_of
from tamizdat.publishing.model import Change, Changes
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory


def changes(
    archive: Archive, shown: Mapping[int, Derived], earlier: Mapping[int, Sequence[Derived]], history: History
) -> Changes:
    """Return every change of what is *shown*, and every withdrawal that holds, in the order of the editions."""
    made: list[Change] = []
    words: dict[int, dict[str, int]] = {}
    taken = withdrawals_of(archive)
    for number, current in shown.items():
        every = earlier.get(number, ())
        if len(every) <= 1 and (not every or every[0].index == current.index):  # as of nearly all
            made.append(Change(number, history.edition_of(current.index) + 1, "new", ""))
            continue
        editions = in_editions([*every, current], current, history)
        made.append(Change(number, editions[0][0] + 1, "new", ""))
        for (_, before), (edition, after) in pairwise(editions):
            if any(before.index < index < after.index for index in taken.get(number, ())):
                made.append(Change(number, edition + 1, "restored", ""))
            for what, language in _done(before.item, after.item):
                made.append(Change(number, edition + 1, what, language))
                if what in ("translated", "corrected"):
                    words.setdefault(number, {})[language] = edition + 1
    made += (
        Change(number, history.edition_of(indexes[-1]) + 1, "withdrawn", "")
        for number, indexes in taken.items()
        if number not in shown
    )
    made.sort(key=attrgetter("edition", "number"))
    return Changes((*history.days, history.today), tuple(made), words)


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
