"""What was published and is no longer released leaves a page that says since when, and why.

The ``withdrawn`` statement fixes the day: ``{"item": 17, "day": "2026-12-01", "reason": "…"}``, about the public
statement the item last had. It stays in the archive; readers see what it says on the page, which the edition lists.
An item that was forgotten altogether is withdrawn too, without a reason.
"""

from collections.abc import Mapping, Set
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.publishing.model import Withdrawn

ACT: Final = "withdrawn"


def withdrawals(
    archive: Archive,
    desk: SigningKey,
    today: str,
    before: Mapping[int, str],
    shown: Set[int],
    reasons: Mapping[int, str],
) -> list[Withdrawn]:
    """Every item that has such a page, by number.

    *before* are the items of the last edition, with the SHA-256 of their statements; *shown* those of this one;
    *reasons* what the desk says of why.
    """
    found = _stated(archive)
    envelopes = []
    for number in sorted((before.keys() | found.keys()) - shown):
        reason, known = reasons.get(number, ""), found.get(number)
        if known and number not in before and known[0].reason == reason:
            continue
        gone = Withdrawn(number, known[0].day if known and number not in before else today, reason)
        digest = before[number] if number in before else known[1] if known else ""
        envelopes.append(_sign(desk, gone, digest))
        found[number] = gone, digest
    if envelopes:
        archive.append(envelopes)
    return [found[number][0] for number in sorted(found.keys() - shown)]


def _stated(archive: Archive) -> dict[int, tuple[Withdrawn, str]]:
    """The latest that was stated of each, and what it was about."""
    found = {}
    for index in archive.index.by_act(ACT):
        statement = archive.statement(index)
        said: Any = statement.predicate
        found[said["item"]] = Withdrawn(said["item"], said["day"], said["reason"]), statement.subjects[0].sha256
    return found


def _sign(desk: SigningKey, gone: Withdrawn, digest: str) -> bytes:
    subject = Subject(f"items/{gone.number}/statement.json", digest)
    predicate: Any = {"item": gone.number, "day": gone.day, "reason": gone.reason}
    return sign_statement(Statement(ACT, (subject,), predicate), [(desk.public, desk.sign)])
