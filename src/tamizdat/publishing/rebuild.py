"""The last edition made again by who has the archive and no key: the same pages, under the same signatures.

Whoever holds an archive that was handed over (:mod:`tamizdat.backup.handover`) must not depend on the folder of pages
that came with it. Everything an edition says stands in its signed statements; names that it credits, which only the
desk's accounts know, are taken from these. If anything would be said otherwise today, a signature is needed, and that
there is none is told.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tamizdat import statements
from tamizdat.archive import Archive
from tamizdat.errors import BadStatement, Forgotten, UsageError
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.derived.public_key import PublicKeyAlone
from tamizdat.publishing.previous import Previous
from tamizdat.publishing.publish import PublishReport, publish
from tamizdat.statements import derived, reviewed
from tamizdat.statements.derived import Footage, Post, PublishedStory, Retelling, Track, Translation
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import Transcribed
from tamizdat.statements.translated import Translated


def rebuild(
    archive: Archive, roster: bytes, out: Path, why: str, *, name: str = "Tamizdat", addresses: tuple[str, ...] = ()
) -> PublishReport:
    """Make the last edition again in *out*; *why* says why nobody here can sign another one.

    Raises :class:`UsageError` if none was ever published, :class:`KeyMissing` if it would say something else today.
    """
    previous, opened = Previous.of(archive), Roster.open(roster)
    if not previous.number:
        raise UsageError("Expected an archive that published an edition, found none in its ledger.")
    desk = next(iter(sorted(opened.keys_at("desk", archive.size))), b"")
    names = _credits(archive)
    return publish(
        archive, PublicKeyAlone(desk, why), PublicKeyAlone(opened.policy.log.public, why), roster, out,
        date.fromisoformat(previous.date), name=name, addresses=addresses,
        credit=lambda post, language, tag: names.get((post, language, tag), ""),
    )  # fmt: skip


def _credits(archive: Archive) -> dict[tuple[str, str, str], str]:
    """Return by text, language and tag the names that public statements credit, the latest of each."""
    found: dict[tuple[str, str, str], str] = {}
    for index in archive.index.by_act(derived.ACT):
        try:
            item = derived.read(archive.statement(index))
        except (BadStatement, Forgotten):
            continue
        works: Iterable[tuple[Reference, Translation | Track | Retelling]] = ()
        if isinstance(item, Post):
            tracks = [track for picture in item.pictures for track in picture.tracks or ()]
            works = [
                *((each.translated, each) for each in item.translations),
                *((each.stated, each) for each in tracks),
            ]
        elif isinstance(item, Footage):
            works = ((each.stated, each) for each in item.tracks or ())
        elif isinstance(item, PublishedStory):
            works = ((each.stated, each) for each in item.translations)
        for stated, each in works:
            try:
                work = statements.read(archive.statement(stated.index))
                checked = next(
                    review.by
                    for named in each.reviewed
                    if (review := reviewed.read(archive.statement(named.index))).verdict == reviewed.REVIEWED
                )
            except (BadStatement, Forgotten, StopIteration):
                continue
            if isinstance(work, Translated | Transcribed):
                text = work.post if isinstance(work, Translated) else work.name
                found[text, each.language, work.by] = each.credit
                found[text, each.language, checked] = each.reviewer
    return found
