"""What of clips, pictures and recordings waits for this account.

Covers and transcripts that others proposed, covers to draw on, recordings in which a name is read.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive
from tamizdat.archive.acts.redactions import LANGUAGE, name_of, of_post
from tamizdat.archive.ingest.recordings import NO_CARD, may_be_read
from tamizdat.archive.views.redactions import PROPOSED
from tamizdat.archive.views.transcripts import Newest
from tamizdat.dataclass import dataclass
from tamizdat.statements.catalogued import Release
from tamizdat.statements.recited import UNASKED
from tamizdat.statements.reviewed import RETURNED, REVIEWED
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content.cover_view import post_of
from tamizdat.workbench.content.post_view import may_read, read
from tamizdat.workbench.content.transcript_view import is_own


class _ForAll(NamedTuple):
    """What does not hang on who asks: the newest transcripts, and how many recordings wait for what."""

    stamp: tuple[int, ...]
    transcripts: list[Newest]
    recordings: tuple[int, int]


_KNOWN: Final[WeakKeyDictionary[Archive, _ForAll]] = WeakKeyDictionary()


def _for_all(archive: Archive) -> _ForAll:
    """Return it, read again when anything was stated since."""
    stamp, known = archive.index.stamp(), _KNOWN.get(archive)
    if known is None or known.stamp != stamp:
        known = _KNOWN[archive] = _ForAll(stamp, archive.index.transcripts.newest(), _recordings(archive))
    return known


class CoverTask(NamedTuple):
    """A file that is to be covered: its number, its title, the post that it is a file of."""

    number: int
    title: str
    post: int | None


@dataclass(frozen=True)
class ForAnother:
    """What waits for the word of this account or another of its role, and the covers it drew that were returned."""

    covers: tuple[CoverTask, ...]
    returned: tuple[CoverTask, ...]
    transcripts: int
    unheard: int = 0  #: recordings that were sent, and nobody said whose name they read
    unasked: int = 0  #: recordings of names whose speaker is to be asked

    @property
    def total(self) -> int:
        """How many things that is."""
        return len(self.covers) + len(self.returned) + self.transcripts + self.unheard + self.unasked


def for_another(archive: Archive, account: Account) -> ForAnother:
    """Return what others proposed and an account may look at, and what it proposed and they returned."""
    newest = [said[-1] for said in archive.index.redactions.every().values()] if account.may("catalogue") else []
    own = {each.number for each in newest if each.by == account.tag(name_of(each.item), LANGUAGE)}
    others = [each.item for each in newest if each.state == PROPOSED and each.number not in own]
    returned = [
        each.item for each in newest if each.state == RETURNED and each.number in own and each.checked != each.by
    ]
    known = _for_all(archive)
    return ForAnother(
        tuple(cover_tasks(archive, others)),
        tuple(cover_tasks(archive, returned)),
        sum(_waits(archive, account, each) for each in known.transcripts),
        *(known.recordings if account.may("people") else ()),
    )


def _recordings(archive: Archive) -> tuple[int, int]:
    """Return how many recordings that were sent wait for a match, and how many for their speaker's word.

    The sounds of cards, which may be anything, are on the page of readings alone.
    """
    said = archive.index.readings.newest()
    sent = [each for each in archive.index.files(NO_CARD) if may_be_read(each)]
    unheard = sum((known := said.get(each.number)) is None or known.person is None for each in sent)
    return unheard, sum(each.person is not None and each.consent == UNASKED for each in said.values())


def cover_tasks(archive: Archive, numbers: Iterable[int]) -> list[CoverTask]:
    """Return what a list shows of files that are to be covered; what was forgotten is left out."""
    items = [archive.index.item(number) or of_post(archive, number) for number in numbers]
    return [CoverTask(each.number, each.title or each.path, post_of(archive, each)) for each in items if each]


def _waits(archive: Archive, account: Account, newest: Newest) -> bool:
    if newest.state not in (PROPOSED, REVIEWED) or is_own(account, newest):
        return False
    if account.may("confidential"):
        return True
    return account.may("review") and newest.state == PROPOSED and _may_hear(archive, account, newest.clip)


def _may_hear(archive: Archive, account: Account, clip: int) -> bool:
    held = archive.index.transcripts.of_post(clip)
    if held is not None:
        post = read(archive, held.page)
        return post is not None and may_read(account, post)
    item = archive.index.item(clip)
    return item is not None and item.release == Release.PUBLIC
