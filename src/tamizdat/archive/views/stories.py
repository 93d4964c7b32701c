"""What the index knows of stories: every version of each, and which of them counts.

::

    205 composed  {"story": null, "release": "draft",  …}
    240 composed  {"story": {"index": 205, …}, "release": "public", …}        → story 205, shown as 240 says it
    251 composed  {"story": {"index": 205, …}, "release": "draft",  …}        worked on; 240 goes on being shown

A later version counts if it names the first one truly. Shown is the latest that was released, unless one that was
withdrawn came after it.

To whoever translates, the latest version that was proposed or released is a version of a text like a post's; its id is
``story/205``, and its words are :attr:`~tamizdat.statements.composed.Story.words`.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.rows import Answer, Ask, Row, insertion
from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.ledger.shapes import members_of
from tamizdat.statements import Act
from tamizdat.statements.composed import NAMED, PROPOSED, PUBLIC, STORY, STORY_FORM, WITHDRAWN, Composed, Story

KIND: Final = STORY  #: of a version that is one
TABLES: Final = {
    "composed": "number INTEGER PRIMARY KEY, post TEXT, story INTEGER, story_leaf BLOB, language TEXT, release TEXT,"
    " told TEXT, words TEXT, reason TEXT, day TEXT",
}
LOOKUPS: Final = {"versions_of_story": "composed (story, number)"}
_NAME: Final = re.compile(rf"{NAMED}(0|[1-9][0-9]{{0,15}})")
_TRUE: Final = (
    "SELECT number, story, release, told, reason, day FROM composed AS this WHERE story_leaf IS NULL"
    " OR story < number AND (SELECT leaf FROM entries WHERE number = this.story) = story_leaf"
    " AND EXISTS (SELECT 1 FROM composed AS first WHERE first.number = this.story AND first.story_leaf IS NULL)"
)


@dataclass(frozen=True)
class StoryVersion:
    """A version of a story: *number* is the story's, *latest* the index of the statement that says this."""

    number: int
    latest: int
    release: str
    told: Story
    reason: str
    day: str

    @property
    def name(self) -> str:
        """Its id where a post's would stand."""
        return name_of(self.number)


class Stories:
    """The stories of an archive; reached as ``archive.index.stories``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def numbers(self) -> list[int]:
        """Return the numbers of all stories."""
        return [row[0] for row in self._ask(f"SELECT DISTINCT story FROM ({_TRUE}) ORDER BY story")]  # noqa: S608 -- ours

    def history(self, number: int) -> list[StoryVersion]:
        """Return every version of a story, the oldest first; none if this is not the number of one."""
        return [
            _version(row)
            for row in self._ask(f"SELECT * FROM ({_TRUE}) WHERE story = ? ORDER BY number", number)  # noqa: S608 -- ours
        ]

    def story(self, number: int) -> StoryVersion | None:
        """Return the latest version of a story; None if this is not the number of one."""
        return next(reversed(self.history(number)), None)

    def every(self) -> list[StoryVersion]:
        """Return the latest version of each story, by number."""
        return [self.history(number)[-1] for number in self.numbers()]

    def shown(self, number: int) -> StoryVersion | None:
        """Return the version that is released; None if none is."""
        told = [each for each in self.history(number) if each.release in (PUBLIC, WITHDRAWN)]
        return told[-1] if told and told[-1].release == PUBLIC else None

    def released(self) -> list[StoryVersion]:
        """Return what is released of each story, by number."""
        return [shown for number in self.numbers() if (shown := self.shown(number))]

    def words(self) -> list[tuple[int, str]]:
        """Return the number and the words of every version there is, whatever counts."""
        return [(row[0], row[1]) for row in self._ask("SELECT story, words FROM composed ORDER BY number")]

    # -- as texts that are translated ------------------------------------------------------------------------

    def version(self, number: int) -> Version | None:
        """Return a version, by the index of its statement, as a text to translate; None if it is not one."""
        found = self._ask(f"SELECT story FROM ({_TRUE}) WHERE number = ?", number)  # noqa: S608 -- words of our own
        every = self.versions(name_of(found[0][0])) if found else []
        return next((each for each in every if each.number == number), None)

    def versions(self, name: str) -> list[Version]:
        """Return what of a story was proposed or released, as versions of a text to translate, the oldest first."""
        number = story_of(name)
        every = [] if number is None else self.history(number)
        open_to_accounts = bool(every) and every[-1].release != WITHDRAWN
        return [_as_text(each, open_to_accounts) for each in every if each.release in (PROPOSED, PUBLIC)]

    def texts(self) -> Iterator[Version]:
        """Yield the version of each story that is to be translated."""
        for number in self.numbers():
            yield from self.versions(name_of(number))[-1:]

    def stamp(self) -> tuple[int, int]:
        """Return two numbers that change whenever a story may have."""
        [(newest, many)] = self._ask("SELECT coalesce(max(number), -1), count(*) FROM composed")
        return newest, many


def name_of(number: int) -> str:
    """Return the id of a story where a post's would stand."""
    return f"{NAMED}{number}"


def story_of(name: str) -> int | None:
    """Return the number of the story that *name* is of; None for the id of anything else."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a story adds to the index."""
    if isinstance(said, Composed):
        first = (number, None) if said.story is None else (said.story.index, said.story.commitment)
        told = canonical(members_of(said.said)).decode()
        about = (number, name_of(first[0]), *first, said.said.language, said.release, told)
        yield insertion("composed", (*about, said.said.words, said.reason, said.day))


def _version(row: Answer) -> StoryVersion:
    number, story, release, told, reason, day = row
    return StoryVersion(story, number, release, STORY_FORM(json.loads(told)), reason, day)


def _as_text(version: StoryVersion, open_to_accounts: bool) -> Version:
    """Return a version of a story as what is translated: written for everybody, unless it was withdrawn."""
    return Version(
        number=version.latest,
        post=version.name,
        author="",
        handle="",
        name=version.told.credit,
        kind=KIND,
        published=None,
        moment=None,
        seen="",
        as_of=f"{version.latest:020}",
        version=0,
        said=sha256_hex(version.told.words.encode()),
        capture=version.number,
        language=version.told.language,
        reply_to="",
        thread="",
        audience="public" if open_to_accounts else "unknown",
        url="",
        summary="",
        text=version.told.words,
        source=KIND,
        owner="",
    )
