"""What others proposed of clips and pictures, and waits for this account: covers of people, transcripts."""

from dataclasses import dataclass

from tamizdat.archive import Archive
from tamizdat.archive.acts.redactions import LANGUAGE, name_of
from tamizdat.archive.views.redactions import PROPOSED
from tamizdat.statements.catalogued import Release
from tamizdat.statements.reviewed import REVIEWED
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content.post_view import may_read, read
from tamizdat.workbench.content.transcript_view import is_own


@dataclass(frozen=True)
class ForAnother:
    """How many covers, and how many transcripts, wait for the word of this account or another of its role."""

    covers: int
    transcripts: int


def for_another(archive: Archive, account: Account) -> ForAnother:
    """Return how much of what others proposed an account may look at."""
    covers = archive.index.redactions.waiting() if account.may("catalogue") else []
    others = [each for each in covers if each.by != account.tag(name_of(each.item), LANGUAGE)]
    return ForAnother(len(others), sum(_waits(archive, account, clip) for clip in archive.index.transcripts.clips()))


def _waits(archive: Archive, account: Account, clip: int) -> bool:
    latest = archive.index.transcripts.latest(clip)
    if latest is None or is_own(account, latest):
        return False
    if account.may("confidential"):
        return latest.state in (PROPOSED, REVIEWED)
    return account.may("review") and latest.state == PROPOSED and _may_hear(archive, account, clip)


def _may_hear(archive: Archive, account: Account, clip: int) -> bool:
    held = archive.index.transcripts.of_post(clip)
    if held is not None:
        post = read(archive, held.page)
        return post is not None and may_read(account, post)
    item = archive.index.item(clip)
    return item is not None and item.release == Release.PUBLIC
