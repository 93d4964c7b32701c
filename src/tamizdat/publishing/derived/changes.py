"""What each edition did to each item: shown for the first time, translated, corrected, removed, withdrawn, shown again.

Nothing is kept for this: it follows from the ledger, so the same archive tells the same. A ``derived`` statement was
shown by the first edition after it, and two that were shown one after the other are compared::

    derived 300 ─ published 301 (edition 1) ─ derived 340 (with "en") ─ published 344 (edition 2)
    new in 1                                  translated into "en" in 2, and the English words are of that day

The days are those of the editions: the desk's word, and days only, for a time would tell when the desk works.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import attrgetter

from tamizdat.archive import Archive
from tamizdat.publishing.derived.corrections import History, in_editions
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.derived.withdrawals import withdrawals_of
from tamizdat.publishing.model import Change, Changes


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
            for what, language in history.compared(before, after).done:
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
