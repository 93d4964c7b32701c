"""What an edition shows, put in order once: by number, by day, thread, voice and subject.

Pages ask this and compute nothing of the kind themselves. :func:`index_of` remembers the last one, so that ten thousand
pages of one edition share it.
"""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import Any, Final, NamedTuple, TypeVar

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex
from tamizdat.publishing.model import Change, SiteContent, StoredPost
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES, is_written_in
from tamizdat.statements.derived import Footage, Item, Person, Picture, Post, PublishedStory, Voice
from tamizdat.statements.withdrawn import Withdrawn

_GROUPED: Final = ("days", "threads", "voices", "subjects")  #: folders of pages that show some of the posts
_NUMBER: Final = re.compile(r"[0-9]{1,30}\Z")
MANY: Final = 64  #: things that a page depends on
Key = TypeVar("Key")
Value = TypeVar("Value")


class Medium(NamedTuple):
    """A published picture: its file beside the statement, its SHA-256, how many pixels wide and high it is."""

    name: str
    sha256: str
    width: int
    height: int


def tags_of(one: Item | Withdrawn) -> Set[str]:
    """Return the languages that *one* has words in, as they are tagged."""
    match one:
        case StoredPost():
            return one.tongues
        case Post():
            spoken = (track.language for picture in one.pictures for track in picture.tracks or ())
            return {one.language, *(each.language for each in one.translations), *spoken}
        case Person():
            return {one.told.language, *one.told.names}
        case PublishedStory():
            return {one.language, *(each.language for each in one.translations)}
        case Footage():
            own = {one.language} if one.title or one.caption or one.alt else set[str]()
            return own | {each.language for each in one.tracks or ()}
    return set()


def day_of(post: Post) -> str:
    """Return the day on which it was written, by the platform's own clock; empty if it has no time."""
    return (post.published or "")[:10]


@lru_cache(1 << 12)
def key_of(name: str) -> str:
    """Return what the page of a subject or a voice is called, from its words or its id: 16 hexadecimal digits."""
    return sha256_hex(name.encode())[:16]


def is_gone(post: Post) -> bool:
    """Return whether its platform removed it or its author deleted it."""
    return post.is_gone if isinstance(post, StoredPost) else post.gone is not None


def moves(picture: Picture) -> bool:
    """Return whether it is a clip or a moving GIF: its first file is played, the others are pictures of it."""
    return picture.names[0].startswith("clip-")


def sounds(picture: Picture) -> bool:
    """Return whether it is a sound: its first file is heard, the others are drawings of it."""
    return picture.names[0].startswith("sound-")


def _when(post: Post) -> tuple[float, int, int]:
    """Orders posts in time, those without one first. A time without an offset is taken for UTC: for the order only.

    Of posts that have no hour, the platform's own numbers tell which came first.
    """
    if not post.published:
        return 0.0, 0, post.number
    when = datetime.fromisoformat(post.published)
    ending = _NUMBER.search(post.post) if len(post.published) <= 10 else None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp(), int(ending[0]) if ending else 0, post.number


@dataclass(frozen=True)
class SiteIndex:
    """*shown* in order.

    Posts are in the order in which they were written, everywhere. *fragments* is where
    :mod:`tamizdat.publishing.site.post_entry` keeps what it made, *news* where
    :mod:`tamizdat.publishing.site.news` does.
    """

    shown: SiteContent
    fragments: dict[str, dict[int, str]] = field(default_factory=dict, repr=False, compare=False)
    news: dict[str, list[Any]] = field(default_factory=dict, repr=False, compare=False)
    sorted_news: dict[int, dict[str, dict[str, list[Change]]]] = field(default_factory=dict, repr=False, compare=False)
    choices: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)  #: these two: search_index
    segments: list[tuple[int, int]] = field(default_factory=list, repr=False, compare=False)
    _written: dict[str, list[Post]] = field(default_factory=dict, repr=False, compare=False)
    _places_of: dict[str, Mapping[str, Set[object]]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def posts(self) -> list[Post]:
        """All posts, the oldest first."""
        return sorted(self.shown.posts, key=_when)

    @cached_property
    def things(self) -> dict[int, Item]:
        """Everything that has a page of its own, by number."""
        return {each.number: each for part in self._parts for each in part}

    @cached_property
    def works(self) -> list[Footage]:
        """What came on cards, without the recordings in which a name is read: they have pages of their own."""
        return [each for each in self.shown.items if each.reads is None]

    @cached_property
    def readings_of(self) -> dict[int, list[Footage]]:
        """Number of a person → the recordings in which their name is read, by number."""
        people = {each.number for each in self.shown.people}
        return _grouped((one.reads.person, one) for one in self.shown.items if one.reads and one.reads.person in people)

    @cached_property
    def recordings(self) -> list[Footage]:
        """Every recording in which a name is read, in the order of the wall: by person, then by number."""
        return [one for person in sorted(self.readings_of) for one in self.readings_of[person]]

    def reads(self, one: Footage) -> Person | None:
        """Return the person whose name is read in a recording; None if it is no reading of somebody who is shown."""
        found = self.things.get(one.reads.person) if one.reads else None
        return found if isinstance(found, Person) else None

    @property
    def _parts(self) -> tuple[Sequence[Item], ...]:
        return self.shown.items, self.posts, self.shown.people, self.shown.stories

    @cached_property
    def days(self) -> dict[str, list[Post]]:
        """Day → its posts; posts without a time are on none."""
        return _grouped((day, post) for post in self.posts if (day := day_of(post)))

    @cached_property
    def undated(self) -> list[Post]:
        """Posts without a time."""
        return [post for post in self.posts if not day_of(post)]

    @cached_property
    def conversations(self) -> dict[int, list[Post]]:
        """Number of the first post → all of its thread; single posts are in none."""
        several = {post.thread for post in self.posts if post.thread != post.number}
        found = _grouped((post.thread, post) for post in self.posts if post.thread in several)
        return {first: posts for first, posts in found.items() if len(posts) > 1}

    @cached_property
    def threads(self) -> dict[int, list[Post]]:
        """Those that have a page of their own: of two posts each shows the other on its own page."""
        return {first: posts for first, posts in self.conversations.items() if len(posts) > 2}

    @cached_property
    def voices(self) -> dict[str, tuple[Voice, list[Post]]]:
        """Key → the voice, as its newest post names it, and its posts."""
        found = _grouped((key_of(post.voice.id), post) for post in self.posts)
        return {key: (posts[-1].voice, posts) for key, posts in found.items()}

    @cached_property
    def years(self) -> dict[str, list[str]]:
        """Key of a voice → the years in which it wrote, in order."""
        return {
            key: sorted({post.published[:4] for post in posts if post.published})
            for key, (_, posts) in self.voices.items()
        }

    @cached_property
    def subjects(self) -> dict[str, list[Post]]:
        """Tag → its posts; the most used first."""
        found = _grouped((tag, post) for post in self.posts for tag in dict.fromkeys(post.tags))
        return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))

    @cached_property
    def languages(self) -> set[str]:
        """Of posts and translations, as they are tagged."""
        return {tag for tags in self._tags for tag in tags}

    def languages_of(self, *things: Item | Withdrawn) -> tuple[str, ...]:
        """Return the languages that pages of *things* exist in: some always, others if words are in them.

        Whoever kept the address of what was withdrawn finds that it was, in whatever language that page had been.
        """
        others = [one for one in things if not isinstance(one, StoredPost)]  # of most pages none
        if any(isinstance(one, Withdrawn) for one in others):
            return LANGUAGES
        alike = {id(one.alike): one.alike for one in things if isinstance(one, StoredPost)}
        tongues = (each.tongues for each in alike.values())
        tags = {tag for some in chain(tongues, map(tags_of, others)) for tag in some}
        return tuple(each for each in LANGUAGES if each in EVERYWHERE or any(is_written_in(tag, each) for tag in tags))

    @cached_property
    def languages_of_days(self) -> dict[str, tuple[str, ...]]:
        """Day → the languages that its page exists in."""
        return {day: self.languages_of(*posts) for day, posts in self.days.items()}

    @cached_property
    def languages_of_voices(self) -> dict[str, tuple[str, ...]]:
        """Key of a voice → the languages that its pages exist in."""
        return {key: self.languages_of(*posts) for key, (_, posts) in self.voices.items()}

    @cached_property
    def languages_of_subjects(self) -> dict[str, tuple[str, ...]]:
        """Tag → the languages that its pages exist in."""
        return {tag: self.languages_of(*posts) for tag, posts in self.subjects.items()}

    def written_in(self, language: str) -> list[Post]:
        """Return the posts that have words in *language*, the oldest first."""
        if language not in self._written:
            wanted = {tags for tags in self._tags if any(is_written_in(tag, language) for tag in tags)}
            places = sorted(chain(*(self._tags[tags] for tags in wanted)))
            every = len(places) == len(self.posts)  # as of most sites in the language that their posts are in
            self._written[language] = self.posts if every else [self.posts[place] for place in places]
        return self._written[language]

    @cached_property
    def _tags(self) -> dict[frozenset[str], list[int]]:
        """Languages that some post has words in → the places of those posts in :attr:`posts`."""
        return _grouped((frozenset(tags_of(post)), place) for place, post in enumerate(self.posts))

    def has_page(self, language: str, path: str) -> bool:
        """Tell whether the page at *path*, below the folder of its language, exists in *language*."""
        room, _, rest = path.partition("/")
        if room == "all":
            return bool(self.written_in(language))
        name = rest.partition("/")[0]
        if language in EVERYWHERE or name in ("", "index.html"):
            return True
        if room in ("items", "stories"):
            return not name.isdecimal() or int(name) in self._places_in(language)["items"]
        return room not in _GROUPED or name in self._places_in(language)[room]

    def _places_in(self, language: str) -> Mapping[str, Set[object]]:
        """Return what has a page in *language*: numbers, days, threads, voices and subjects of what has words in it."""
        if language not in self._places_of:
            posts = self.written_in(language)
            others = (each for each in self.things.values() if not isinstance(each, Post))
            words = {each.number for each in others if language in self.languages_of(each)}
            words.update(each.number for each in self.shown.withdrawn)
            self._places_of[language] = {
                "items": words.union(post.number for post in posts),
                "days": {day_of(post) for post in posts},
                "threads": {str(post.thread) for post in posts},
                "voices": {key_of(post.voice.id) for post in posts},
                "subjects": {key_of(tag) for post in posts for tag in post.tags},
            }
        return self._places_of[language]

    @cached_property
    def editions(self) -> list[list[Change]]:
        """The changes of each edition that changed an item: the oldest edition first, of each the last change."""
        return [list(made)[::-1] for _, made in groupby(self.shown.changes.made, lambda each: each.edition)]

    @cached_property
    def removals(self) -> list[Change]:
        """That posts were removed from their platform."""
        return [each for each in self.shown.changes.made if each.what == "removed"]

    @cached_property
    def gone(self) -> list[Post]:
        """Posts that their platform removed or their author deleted."""
        return [post for post in self.posts if is_gone(post)]

    @cached_property
    def sections(self) -> dict[str, bool]:
        """Which rooms the site has: they are what its navigation leads to."""
        shown = self.shown
        return {
            "posts": bool(shown.posts),
            "items": bool(self.works),
            "names": bool(shown.people),
            "reading": bool(self.recordings),
            "stories": bool(shown.stories),
            "subjects": any(post.tags for post in shown.posts),
            "removed": any(map(is_gone, shown.posts)),
        }

    @cached_property
    def _places(self) -> dict[int, tuple[int | None, int | None]]:
        """Number → the ones before and after it: of a post in its thread, of a picture or clip among its kind."""
        rows = [[post.number for post in posts] for posts in self.conversations.values()]
        rows.append([item.number for item in self.works])
        found: dict[int, tuple[int | None, int | None]] = {}
        for row in filter(None, rows):
            for before, here, after in zip([None, *row[:-1]], row, [*row[1:], None], strict=True):
                found[here] = before, after
        return found

    def medium(self, item: Footage | Post, name: str) -> Medium:
        """Return the published picture of *item* that is called *name*."""
        sha256 = next(each.sha256 for each in item.media if each.name == name)
        return Medium(name, sha256, *self.shown.sizes[sha256])

    def stated(self, items: Iterable[Item]) -> list[Json]:
        """Return the numbers of *items*, and where their statements stand: what pages of several depend on.

        Of many a digest, which takes a fifth of the time to write down.
        """
        numbers, signed = [each.number for each in items], self.shown.signed
        places = [signed[number].index for number in numbers]
        if len(numbers) < MANY:
            return [list[Json](numbers), list[Json](places)]
        return [len(numbers), sha256_hex(array("Q", numbers + places).tobytes())]

    def statement(self, item: Item) -> int:
        """Return where in the ledger the statement of *item* stands."""
        return self.shown.signed[item.number].index

    def changed(self, item: Item, language: str) -> str:
        """Return the day of the edition that last changed the words of *item* in *language*."""
        edition = self.shown.changes.words.get(item.number, {}).get(language)
        return self.shown.changes.day(edition) if edition else item.day

    def neighbours(self, number: int) -> tuple[Item | None, Item | None]:
        """Return what stands before and after it (see :attr:`_places`)."""
        before, after = self._places.get(number, (None, None))
        return self.things.get(before) if before else None, self.things.get(after) if after else None


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


_last: list[SiteIndex] = []


def index_of(shown: SiteContent) -> SiteIndex:
    """Return the view of this very value."""
    if not _last or _last[0].shown is not shown:
        _last[:] = [SiteIndex(shown)]
    return _last[0]


def forget_index() -> None:
    """Let go of the last view, and with it of everything that the edition shows."""
    _last.clear()
