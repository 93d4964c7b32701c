r"""``derived``, of a story: what an edition tells of it, in the language of its author and in others.

::

    {"item": 205, "kind": "story", "how": "as the desk composed it (recipe story/1)", "source": {"index": 240, …},
     "said": {"title": "A list", …}, "translations": [{"language": "zh", "words": "名单\n\n…", …}], "day": "2026-11-29"}

It is about ``story``, the canonical JSON of ``said``, and of each translation ``text.<language>``, its words. ``said``
is what the released version says (:mod:`.composed`), but that of what it shows are left those that are published.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.shapes import Member, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.composed import STORY, STORY_FORM, Story, in_words
from tamizdat.statements.derived_post import ACT
from tamizdat.statements.forms import DAY, LANGUAGE, one_of, write_form
from tamizdat.statements.reference import REFERENCE, Reference


@dataclass(frozen=True)
class Retelling:
    """A story in another language; *words* are cut by empty lines into as many pieces as its own."""

    language: str
    words: str
    credit: str  #: the name that who translated it chose, "" for none
    reviewer: str
    day: str
    stated: Reference  #: the ``translated`` statement
    reviewed: tuple[Reference, ...]


@dataclass(frozen=True)
class PublishedStory:
    """A story as an edition tells it."""

    number: Annotated[int, Member("item")]
    source: Reference
    kind: str
    how: str
    day: str
    told: Annotated[Story, Member("said")]
    translations: tuple[Retelling, ...]

    @property
    def language(self) -> str:
        """In which it was written."""
        return self.told.language

    @property
    def media(self) -> tuple[Subject, ...]:
        """The files beside the statement: none."""
        return ()

    @property
    def tellings(self) -> list[Story]:
        """It in every language, its own first; :class:`BadStatement` for words of another story."""
        return [self.told, *(in_words(self.told, each.words, each.language) for each in self.translations)]

    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of the statement: the story, and its words in other languages."""
        words = (Subject(f"text.{each.language}", sha256_hex(each.words.encode())) for each in self.translations)
        return (Subject(STORY, self.told.digest), *words)

    def references(self) -> list[Reference]:
        """Return a reference to every statement of the ledger that this one names."""
        return [self.source, *(named for each in self.translations for named in (each.stated, *each.reviewed))]

    def to_statement(self) -> Statement:
        """Return the statement, about the story and its words."""
        return write_form(ACT, self.subjects(), self)


PUBLISHED_STORY: Final = record(
    PublishedStory, number=whole, source=REFERENCE, kind=one_of(STORY), how=text, day=DAY, told=STORY_FORM,
    translations=several(record(
        Retelling, language=LANGUAGE, words=text, credit=text, reviewer=text, day=DAY, stated=REFERENCE,
        reviewed=several(REFERENCE, 1),
    )),
)  # fmt: skip
