"""What an edition of today would show: of each item the statement that says it, found or drafted.

Three kinds of things are items: files that came on a card (:mod:`.media`), posts (:mod:`.posts`) and people
(:mod:`.persons`). Bad ones are left out, each with its reason, and the rest goes on; a picture or clip that was
published before and cannot be made again stays as it is.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tamizdat.archive import Archive, Item
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.publishing.derived import people
from tamizdat.publishing.derived.item_words import Words, released
from tamizdat.publishing.derived.media import MediaStatements
from tamizdat.publishing.derived.post_pictures import Pictures
from tamizdat.publishing.derived.posts import HOW, Credit, PostStatements
from tamizdat.publishing.derived.statements import Derived, Statements


@dataclass
class EditionContents:
    """By number: statements that are *found* in the ledger, and *drafts* of what is to be signed. In a *dry* run
    nothing is encoded; drafts then only tell the words."""

    archive: Archive
    statements: Statements
    said: dict[int, Words]
    before: frozenset[int]  #: numbers of the last edition
    credit: Credit
    dry: bool = False
    progress: Callable[[int], None] = lambda size: None
    found: dict[int, Derived] = field(default_factory=dict)
    drafts: dict[int, Statement] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    partial: list[tuple[int, str]] = field(default_factory=list)
    embargoed: dict[int, str] = field(default_factory=dict)
    segments: dict[int, str] = field(default_factory=dict)  #: words that are opened with drafts
    encoded: int = 0

    def gather(self) -> None:
        """Finds or drafts everything."""
        self._gather_items()
        self._gather_posts()
        self._gather_people()

    @property
    def numbers(self) -> frozenset[int]:
        """Of everything that is shown."""
        return frozenset(self.found) | frozenset(self.drafts)

    def sign(self) -> dict[int, Derived]:
        """Every statement, by number; the drafts are signed and in the ledger then."""
        for derived in self.statements.sign(list(self.drafts.values())):
            self.found[derived.said["item"]] = derived
        return dict(sorted(self.found.items()))

    def predicates(self) -> dict[int, dict[str, Any]]:
        """What every statement says, by number."""
        found = {number: derived.said for number, derived in self.found.items()}
        return found | {number: draft.predicate for number, draft in self.drafts.items()}

    def quoted(self) -> Iterator[str]:
        """Words of authors, not of the desk, and their translations."""
        for said in self.predicates().values():
            if "post" in said:
                yield from (said["summary"], said["text"])
                yield from (each["text"] for each in said["earlier"])
                yield from (each["target"] for each in said["translations"])

    def _gather_items(self) -> None:
        workshop = MediaStatements(self.archive, self.statements)
        for item in released(self.archive):
            language = self.said.get(item.number, Words()).language
            current = workshop.current(item, language)
            if current:
                self.found[item.number] = current
                continue
            with self._skipping(item.number):
                self.drafts[item.number] = self._draft(workshop, item, language)
            self.progress(item.size)
        for number in self.skipped.keys() & self.before:
            if self.statements.of(number):  # it was published, so it does not vanish
                self.found[number] = self.statements.of(number)[-1]
        self.encoded += workshop.made

    def _draft(self, workshop: MediaStatements, item: Item, language: str) -> Statement:
        return workshop.foreseen(item, language) if self.dry else workshop.draft(item, language)

    def _gather_posts(self) -> None:
        pictures = Pictures(self.archive, self.statements, HOW, self.dry)
        posts = PostStatements(self.archive, pictures, self.statements.today, self.credit)
        self._reuse_or_draft(posts.statements(posts.sources()))
        self.skipped |= posts.skipped
        self.partial += posts.partial
        self.segments = {number: text for number, text in posts.segments.items() if number in self.drafts}
        self.embargoed |= posts.embargoed
        self.encoded += pictures.made

    def _gather_people(self) -> None:
        published: dict[int | str, int] = {number: number for number in self.numbers}
        for statement in (*(each.statement for each in self.found.values()), *self.drafts.values()):
            said: Any = statement.predicate
            if "post" in said:
                published[said["post"]] = said["item"]
        entries = people.entries(self.archive)
        published |= {entry.number: entry.number for entry in entries}
        self._reuse_or_draft(people.statements(self.archive, entries, published))

    def _reuse_or_draft(self, said: Iterator[tuple[int, Sequence[Subject], dict[str, Json]]]) -> None:
        for number, subjects, words in said:
            identical = self.statements.find_identical(number, subjects, words)
            if identical:
                self.found[number] = identical
            else:
                self.drafts[number] = self.statements.draft(number, subjects, words)

    @contextlib.contextmanager
    def _skipping(self, number: int) -> Iterator[None]:
        try:
            yield
        except BadMedia as error:
            self.skipped[number] = str(error)


def all_strings(said: object) -> str:
    """All words of a document."""
    return "\n".join(_texts(said))


def _texts(value: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
