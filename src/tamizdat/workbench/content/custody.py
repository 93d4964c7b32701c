"""Custody: every statement about a post or a file, in the order of the ledger, each in a sentence.

Nothing here is stored: the archive is asked each time. A statement that was forgotten is not there any more.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat import statements
from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement, Forgotten
from tamizdat.ledger.shapes import members_of
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.statements import Act, gone
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.catalogued import (
    CataloguedItem,
    CataloguedPerson,
    CataloguedPost,
    CataloguedTerm,
    CataloguedWall,
)
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.composed import Composed
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import Observed
from tamizdat.statements.parted import Parted
from tamizdat.statements.published import Edition
from tamizdat.statements.recited import Recited
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.sighted import Sighted
from tamizdat.statements.translated import Translated
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.workbench.content.post_view import PostView
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import word
from tamizdat.workbench.templating import language_name

MOST: Final = 400  #: statements that are shown; the latest ones, if there are more
_CUT: Final = 20_000  #: characters of a statement's text


@dataclass(frozen=True)
class Entry:
    """A statement: its index in the ledger, what kind of act, a sentence, the day if it tells one, all it says."""

    number: int
    act: str
    sentence: str
    day: str
    commitment: str
    predicate: str


def of_post(archive: Archive, reading: PostView) -> list[Entry]:
    """Return what is stated about a post, its versions and its translations, in the order of the ledger."""
    index = archive.index
    numbers: set[int] = set()
    for version in reading.every:
        numbers |= {version.number, version.capture, *index.sights.told_of(version.number)}
        raw = archive.statement(version.number).subjects[0].sha256
        about = {*index.about(raw), *index.about(sha256_hex(version.text.encode()))}
        numbers |= {number for number in about - numbers if _speaks_of(archive, number, reading.post)}
    for digest, *_rest in reading.media:
        numbers.update(index.redactions.about(digest))
    for latest in index.translations.of(reading.post):
        for each in index.translations.history(reading.post, latest.language):
            numbers |= {each.number, *(review.number for review in index.translations.reviews(each.number))}
    return list(_entries(archive, numbers))


def _speaks_of(archive: Archive, number: int, post: str) -> bool:
    """Return whether a statement says that it is of this post: another may say the same words, or none."""
    try:
        return archive.statement(number).predicate.get("post") == post
    except Forgotten:
        return False


def of_file(archive: Archive, original: str) -> list[Entry]:
    """Return what is stated about the file with this SHA-256, in the order of the ledger."""
    return list(_entries(archive, archive.index.about(original)))


def of_numbers(archive: Archive, numbers: Iterable[int]) -> list[Entry]:
    """Return these statements, in the order of the ledger."""
    return list(_entries(archive, numbers))


def _entries(archive: Archive, numbers: Iterable[int]) -> Iterator[Entry]:
    for number in sorted(numbers)[-MOST:]:
        try:
            disclosure = archive.disclosure(number)
        except Forgotten:
            continue
        statement = peek_envelope(disclosure.envelope)
        shown = json.dumps(statement.predicate, ensure_ascii=False, indent=2, sort_keys=True)
        leaf = archive.commitments()[number].hex()
        yield Entry(number, statement.act, *_told(statement), leaf, shown[:_CUT])


def _told(statement: Statement) -> tuple[str, str]:
    """Return a sentence, and the day that the statement tells ("" if it tells none)."""
    try:
        said = statements.read(statement)
    except BadStatement:
        return _("A statement."), ""
    return _sentence(said), _day(said)


def _sentence(said: Act) -> str:
    match said:
        case CapturedSource(kind="page"):
            return _("In it stands the page %(url)s", url=said.url or "")
        case CapturedFile() | CapturedSource():
            return _("A file came in: %(path)s", path=said.path)
        case Observed():
            return _("The platform gave out a version of this post.")
        case Edited(pictures=True):
            return _("A picture was replaced; the words are the same.")
        case Sighted(whole=None):
            return _("A later file still holds these words.")
        case Sighted():
            return _("An export was read to its end: it is all that the account was given.")
        case Parted():
            return _("It was taken for a version of another post, and is none.")
        case Edited():
            return _("Two versions say different things.")
        case Gone(word=gone.EXPORT):
            return _("The platform says that the post is gone: the account's export lists it as deleted.")
        case Gone():
            return _("The platform says that the post is gone: its address answers so.")
        case CataloguedItem() | CataloguedPost():
            members = sorted(set(members_of(said)) - {"post", "item", "release"})
            told = "; ".join(word(each) for each in members)
            released = word(said.release) if said.release else ""
            parts = "; ".join(each for each in (released, told) if each)
            return _("The desk said what it is: %(parts)s.", parts=parts)
        case CataloguedPerson() | CataloguedTerm() | CataloguedWall():
            return _("The desk said what it is: %(parts)s.", parts=_("an entry"))
        case Translated():
            return _("An account proposed a translation into %(language)s.", language=language_name(said.language))
        case Recited():
            return _("An editor said whose name is read in it.")
        case Redacted():
            return _("An account drew what is to be covered in it.")
        case Cleared():
            return _("Another account looked at what is covered in it: %(verdict)s.", verdict=word(said.verdict))
        case Reviewed():
            return _(
                "Another account reviewed the translation into %(language)s: %(verdict)s.",
                language=language_name(said.language),
                verdict=word(said.verdict),
            )
        case Composed():
            return _("An editor composed a version of a story: %(release)s.", release=word(said.release))
        case Footage() | Post() | Person() | PublishedStory():
            return _("What an edition shows of it.")
    return _("A statement.")


def _day(said: Act) -> str:
    match said:
        case (
            Translated()
            | Reviewed()
            | Composed()
            | Recited()
            | Footage()
            | Post()
            | Person()
            | PublishedStory()
            | Withdrawn()
        ):
            return said.day
        case Edition():
            return said.date
        case CapturedSource() | Observed() | Edited() | Gone() | Sighted() | Parted():
            return said.seen[:10]
    return ""
