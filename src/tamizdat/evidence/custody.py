"""The chronology: every statement about an exhibit, in the order of the ledger, with whose word it is.

What is *proved* is that the desk's key signed these words and that they stood in the ledger under a checkpoint: whoever
opens the statement sees it. *Vouched for* is an entry that stands in the ledger and is not opened; *not proved* one
that no checkpoint covers yet: it is the word of who made the package. None of these says that the words are true.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tamizdat import statements
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.evidence.proofs import TIMES, Told
from tamizdat.evidence.words import LANGUAGES, Words
from tamizdat.statements import Act, gone
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import Observed
from tamizdat.statements.received import Received
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.transcribed import CLIP, Transcribed
from tamizdat.statements.translated import Translated
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text.catalogue import N_
from tamizdat.text.languages import language_name

PROVED, NAMED, LATER = "proved", "named", "later"
ROLES: Final = {
    "device": N_("the field device"),
    "desk": N_("the desk"),
    "platform": N_("the platform, as the desk kept it"),
    "account": N_("an account at the desk"),
    "account2": N_("another account at the desk"),
}


@dataclass(frozen=True)
class Edition:
    """An edition that was published: its place in the ledger, number and day."""

    index: int
    number: int
    day: str


@dataclass(frozen=True)
class Entry:
    """A line of the chronology.

    *verdict* is :data:`PROVED`, :data:`NAMED` (vouched for; an entry stands for it) or :data:`LATER` (not proved; no
    checkpoint covers it yet). *made* names the recipe, format or state it tells.
    """

    index: int
    role: str
    sentence: str
    when: str
    verdict: str
    digests: tuple[tuple[str, str], ...]
    made: str = ""
    size: int = 0  #: of the ledger under the checkpoint of its proof


def chronology(told: Iterable[Told], editions: Sequence[Edition], asked: Iterable[str], words: Words) -> list[Entry]:
    """Return the lines about these statements; times finer than a day only if they were *asked* for."""
    return list(_entries(told, editions, TIMES in asked, words))


def _entries(told: Iterable[Told], editions: Sequence[Edition], exact: bool, words: Words) -> Iterator[Entry]:
    ends = [each.index for each in editions]
    for each in told:
        try:
            said = statements.read(each.statement)
        except BadStatement:
            continue
        when = _when(said)
        if when:
            when = when.replace("T", " ").replace("Z", " UTC") if exact else when[:10]
        elif (place := bisect_left(ends, each.index)) < len(editions):
            shown = editions[place]
            when = words.gettext("before edition %(number)s, of %(day)s", number=shown.number, day=shown.day)
        verdict = PROVED if each.envelope is not None else NAMED if each.head else LATER
        role, sentence = _sentence(said, words)
        digests = tuple((subject.name, subject.sha256) for subject in each.statement.subjects)
        made = _made(said)
        size = each.head.size if each.head else 0
        yield Entry(each.index, words.gettext(ROLES[role]), sentence, when, verdict, digests, made, size)


def _sentence(said: Act, words: Words) -> tuple[str, str]:
    """Return who acted, and what was done."""
    _ = words.gettext
    match said:
        case Received():
            if said.copies:
                return "desk", _("Other stores gave all of it back: it lies in more than one place.")
            files = words.ngettext("%(count)s file", "%(count)s files", said.files)
            if said.state == "complete":
                return "device", _("A consignment arrived whole: %(files)s. Every byte was checked.", files=files)
            return "device", _("A consignment arrived, not whole: %(files)s.", files=files)
        case CapturedSource(kind="page"):
            return "desk", _("In it stands the page %(url)s", url=said.url or "")
        case CapturedFile() | CapturedSource():
            return "desk", _("A file came in: %(path)s", path=said.path)
        case Observed():
            return "platform", _("The platform gave out a version of this post.")
        case Edited(pictures=True):
            return "desk", _("A picture was replaced; the words are the same.")
        case Edited():
            return "desk", _("Two versions say different things.")
        case Gone(word=gone.EXPORT):
            return "platform", _("The platform says that the post is gone: the account's export lists it as deleted.")
        case Gone():
            return "platform", _("The platform says that the post is gone: its address answers so.")
        case CataloguedItem() | CataloguedPost():
            return "desk", _("The desk said what it is, and whether it may be shown.")
        case Translated():
            name = language_name(said.language, LANGUAGES[words.tag])
            return "account", _("An account proposed a translation into %(language)s.", language=name)
        case Transcribed():
            name = language_name(said.language, LANGUAGES[words.tag])
            return "account", _("An account wrote down what is said in it, in %(language)s.", language=name)
        case Redacted():
            return "account", _("An account drew what is to be covered in it.")
        case Cleared():
            return "account2", _("Another account looked at what is covered in it.")
        case Reviewed() if said.post.startswith(CLIP):
            name = language_name(said.language, LANGUAGES[words.tag])
            return "account2", _("Another account reviewed what is said in it, in %(language)s.", language=name)
        case Reviewed():
            name = language_name(said.language, LANGUAGES[words.tag])
            return "account2", _("Another account reviewed a translation into %(language)s.", language=name)
        case Footage() | Post() | Person() | PublishedStory():
            return "desk", _("What an edition shows of it.")
        case Withdrawn():
            return "desk", _("It was withdrawn from the site.")
    return "desk", _("A statement.")


def _when(said: Act) -> str:
    """Return the time that a statement tells, "" if it tells none."""
    match said:
        case Received():
            return said.at or ""
        case Translated() | Transcribed() | Reviewed() | Redacted() | Cleared():
            return said.day
        case Footage() | Post() | Person() | PublishedStory() | Withdrawn():
            return said.day
        case CapturedSource() | Observed() | Edited() | Gone():
            return said.seen
    return ""


def _made(said: Act) -> str:
    """Return with which version of what it was made, as far as the statement tells."""
    match said:
        case CapturedSource():
            return said.format
        case CapturedFile():
            return said.state
        case Footage() | Post() | Person() | PublishedStory():
            return said.how
    return ""
