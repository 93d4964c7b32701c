"""What an edition of today would show: of each item the statement that says it, found or drafted.

Four kinds of things are items: files that came on a card (:mod:`.media`), posts (:mod:`.posts`), people
(:mod:`.people`), and the stories that are made of these (:mod:`.stories`). Bad ones are left out, each with its reason,
and the rest goes on, also where there is no box in which pictures could be decoded; a picture or clip that was
published before and cannot be made again stays as it is.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import field, replace
from functools import cached_property
from itertools import chain
from typing import Protocol

from tamizdat.archive import Archive
from tamizdat.archive.released import WaitingRemoval, WaitingVersion
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia, BadStatement, SandboxMissing
from tamizdat.publishing.derived import people
from tamizdat.publishing.derived.clearance import is_open_in_post, shows_what_is_covered
from tamizdat.publishing.derived.item_words import Words, released
from tamizdat.publishing.derived.post_pictures import Pictures
from tamizdat.publishing.derived.posts import HOWS, Credit, PostStatements
from tamizdat.publishing.derived.statements import Derived, Kind, Statements
from tamizdat.publishing.derived.stories import StoryStatements
from tamizdat.publishing.derived.tracks import Tracks
from tamizdat.publishing.derived.withdrawals import withdrawals_of
from tamizdat.publishing.model import StoredPost
from tamizdat.statements import derived_drafts
from tamizdat.statements.derived import Item, Post


@dataclass(frozen=True)
class PostsAtHand:
    """Posts that are as they were: *found* by number, with their statements; and the ids of those to be *asked* about.

    *others* tells of the former by id the number, and the id of the shown post that it answers.
    """

    found: Mapping[int, Derived]
    asked: Collection[str]
    others: Mapping[str, tuple[int, str | None]]


class SetAside(Protocol):
    """Where posts are set aside that are made in this run."""

    def add(self, post: Post, opened: str, told: str | None = None) -> StoredPost:
        """Set a post aside, with the words that are opened with it; *told* is every text of its, if that is known."""


@dataclass
class EditionContents:
    """By number: statements that are *found* in the ledger, and *drafts* of what is to be signed.

    In a *dry* run nothing is encoded; drafts then only tell the words.
    """

    archive: Archive
    statements: Statements
    said: dict[int, Words]
    before: Mapping[int, str]  #: number of each item of the last edition → SHA-256 of its statement
    credit: Credit
    kept: "SetAside"
    dry: bool = False
    progress: Callable[[int], None] = lambda size: None
    found: dict[int, Derived] = field(default_factory=dict)
    drafts: dict[int, Item] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    partial: list[tuple[int, str]] = field(default_factory=list)
    embargoed: dict[int, str] = field(default_factory=dict)
    waiting: list[WaitingVersion] = field(default_factory=list)
    removals: list[WaitingRemoval] = field(default_factory=list)
    unsaid: list[int] = field(default_factory=list)  #: shown since before it was asked who is in it
    encoded: int = 0
    not_sought: tuple[tuple[int, str, str], ...] = ()  #: person, withheld name, and why nobody looks for it

    def gather(self, standing: "PostsAtHand | None" = None) -> None:
        """Find or draft everything; of posts those that may have changed, if those are given that stand as they are."""
        self._gather_footage()
        self.progress(0)
        self._gather_posts(standing)
        self.progress(0)
        self._gather_people()
        self._gather_stories()

    @property
    def numbers(self) -> frozenset[int]:
        """Of everything that is shown."""
        return frozenset(self.found) | frozenset(self.drafts)

    @property
    def items(self) -> dict[int, Item]:
        """What every statement says, by number."""
        return {number: each.item for number, each in self.found.items()} | self.drafts

    def sign(self) -> dict[int, Derived]:
        """Return every statement, by number; the drafts are signed and in the ledger then."""
        for each in self.statements.sign(list(self.drafts.values())):
            self.found[each.number] = each
            self.progress(0)
        self.drafts.clear()
        return dict(sorted(self.found.items()))

    def leave_out_bytes(self, number: int, why: str) -> None:
        """Show post *number* without its captured bytes."""
        item = self.item(number)
        assert isinstance(item, StoredPost)
        opened = {number: self.opened_with(number)}
        self.found.pop(number, None)
        self.drafts.pop(number, None)
        self.partial.append((number, why))
        self._reuse_or_draft([replace(item.whole, bytes_shown=False, pointer=None, day="")], opened)

    def _gather_footage(self) -> None:
        every = released(self.archive)
        if not every:
            return
        from tamizdat.publishing.derived.media import MediaStatements  # which loads what encodes

        tracks = Tracks(self.archive, self.credit)
        media = MediaStatements(self.archive, self.statements, tracks, self.said)
        for item in every:
            if media.take_of(item)[0].number != item.number:
                continue  # a later file of a take, shown in the item of its first
            language = self.said.get(item.number, Words()).language
            self.partial += [(item.number, why) for why in tracks.left_out(item.number)]
            current = media.current(item, language)
            if current:
                self.found[item.number] = current
            else:
                with self._skipping(item.number):
                    draft = media.foreseen if self.dry else media.draft
                    self.drafts[item.number] = draft(item, language)
                self.progress(item.size)
            if item.number in self.skipped and item.number in self.before and self.statements.of(item.number):
                last = self.statements.of(item.number)[-1]
                if not media.shows_what_is_covered(item, last.item):
                    self.found[item.number] = last  # it was published, so it does not vanish
            shown = item.number in self.found or item.number in self.drafts
            if shown and any(map(media.clearance.why_not, media.take_of(item))):
                self.unsaid.append(item.number)
        self.encoded += media.made

    def hides(self, number: int) -> bool:
        """Return whether something is covered in a file of a shown post, or of its earlier versions, or is to be."""
        post = self.item(number)
        assert isinstance(post, Post)
        version = self.archive.index.posts.version(post.source.index)
        spoken_of = version is not None and is_open_in_post(version, self.archive.index.releases.of(post.post))
        files = chain.from_iterable(self.archive.index.releases.files([post.post]).values())
        return self._pictures.hide(number, files, spoken_of)

    @cached_property
    def _pictures(self) -> Pictures:
        tracks = Tracks(self.archive, self.credit)
        return Pictures(self.archive, self.statements, HOWS, tracks, self.dry, progress=self.progress)

    def _gather_posts(self, standing: "PostsAtHand | None") -> None:
        pictures = self._pictures
        posts = PostStatements(self.archive, pictures, self.statements.today, self.credit, self.before)
        if standing is None:
            self._reuse_or_draft(posts.all(), posts.segments)
        else:
            self.found |= standing.found
            self._reuse_or_draft(posts.some(standing.asked, standing.others), posts.segments)
        self.skipped |= posts.skipped
        self.partial += posts.partial
        self.waiting += posts.waiting
        self.removals += posts.removals
        self.unsaid += [number for number in pictures.unsaid if number in self.numbers]
        self.embargoed |= posts.embargoed
        self.encoded += pictures.made

    def _gather_people(self) -> None:
        entries = people.entries(self.archive)
        if not entries:  # what else is shown need not be gone through
            return
        published: dict[int | str, int] = {number: number for number in self.numbers}
        published |= {item.post: number for number, item in self.items.items() if isinstance(item, Post)}
        published |= {entry.number: entry.number for entry in entries}
        self._reuse_or_draft(people.statements(self.archive, entries, published))

    def _gather_stories(self) -> None:
        if not self.archive.index.stories.released():
            return
        items = self.items
        withdrawn = {*self.before, *withdrawals_of(self.archive)} - items.keys()
        stories = StoryStatements(self.archive, items, withdrawn, self.credit)
        self._reuse_or_draft(stories.all())
        self.partial += stories.partial

    def item(self, number: int) -> Item:
        """Return what the statement of one item says."""
        return self.drafts[number] if number in self.drafts else self.found[number].item

    def opened_with(self, number: int) -> str:
        """Return the words that are opened with a post and are not among those that are searched."""
        item = self.item(number)
        return item.kept.opened(item) if isinstance(item, StoredPost) else ""

    def _reuse_or_draft(self, items: Iterable[Kind], opened: MutableMapping[int, str] | None = None) -> None:
        """Find a statement that says this of each, or draft one; *opened* are words that are opened with them."""
        for item in items:
            self.progress(0)
            words = (opened or {}).pop(item.number, "")
            identical = self.statements.find_identical(item)
            if identical:
                self.found[item.number] = identical.with_item(self._set_aside(identical.item, words))
                continue
            draft = self.statements.draft(item)
            try:
                told = derived_drafts.check(draft)
            except BadStatement as error:
                self._leave_as_it_is(item.number, str(error))
            else:
                self.drafts[item.number] = self._set_aside(draft, words, told)

    def _set_aside(self, item: Item, opened: str, told: str | None = None) -> Item:
        """Let go of a post, which can be read again."""
        return self.kept.add(item, opened, told) if isinstance(item, Post) else item

    def _leave_as_it_is(self, number: int, why: str) -> None:
        """Of what cannot be stated: it was published, so it does not vanish."""
        self.skipped[number] = why
        if number in self.before and self.statements.of(number):
            last = self.statements.of(number)[-1]
            if not isinstance(last.item, Post) or not shows_what_is_covered(self.archive, last.item):
                self.found[number] = last

    @contextlib.contextmanager
    def _skipping(self, number: int) -> Iterator[None]:
        try:
            yield
        except (BadMedia, SandboxMissing) as error:
            self.skipped[number] = str(error)
