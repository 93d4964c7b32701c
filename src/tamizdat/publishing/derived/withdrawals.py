"""What was published and is no longer released leaves a page that says since when, and why.

The ``withdrawn`` statement fixes the day: ``{"item": 17, "day": "2026-12-01", "reason": "…"}``, about the public
statement the item last had. It stays in the archive; readers see what it says on the page, which the edition lists.
An item that was forgotten altogether is withdrawn too, without a reason.
"""

from collections.abc import Mapping, Set

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.keys import SigningKey
from tamizdat.statements import withdrawn
from tamizdat.statements.withdrawn import ACT, Withdrawn


def withdrawals(
    archive: Archive,
    desk: SigningKey,
    today: str,
    before: Mapping[int, str],
    shown: Set[int],
    reasons: Mapping[int, str],
) -> list[Withdrawn]:
    """Return every item that has such a page, by number; what is not stated yet is stated.

    *before* are the items of the last edition, with the SHA-256 of their statements; *shown* those of this one;
    *reasons* what the desk says of why.
    """
    found = _stated(archive)
    news = []
    for number in sorted((before.keys() | found.keys()) - shown):
        reason, known = reasons.get(number, ""), found.get(number)
        if known and number not in before:
            if known.reason == reason:
                continue
            day, last = known.day, known.last
        else:
            day, last = today, before[number]
        found[number] = Withdrawn(number, day, reason, last)
        news.append(found[number].to_statement())
    state(archive, desk, news)
    return [found[number] for number in sorted(found.keys() - shown)]


def withdrawals_of(archive: Archive) -> dict[int, list[int]]:
    """Return, by item, the ledger's indexes of its withdrawals; one whose reason alone was stated again is the same."""
    found: dict[int, list[int]] = {}
    days: dict[int, str] = {}
    for index in archive.index.by_act(ACT):
        said = withdrawn.read(archive.statement(index))
        if days.get(said.number) != said.day:
            found.setdefault(said.number, []).append(index)
        days[said.number] = said.day
    return found


def _stated(archive: Archive) -> dict[int, Withdrawn]:
    """Return the latest that was stated of each."""
    every = (withdrawn.read(archive.statement(index)) for index in archive.index.by_act(ACT))
    return {each.number: each for each in every}
