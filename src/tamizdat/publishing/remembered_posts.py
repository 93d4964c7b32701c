"""Posts of an edition that are not in memory: drafted ones, and those that the build cache remembers.

Both are :class:`~tamizdat.publishing.model.StoredPost`, so that nobody needs to know which are which.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.disk.overflow import Overflow
from tamizdat.ledger.statement import Subject, peek_envelope
from tamizdat.publishing.build.cache import BuildCache, PostRow
from tamizdat.publishing.derived.contributors import credits_of
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import PostWords, StoredPost, words_of
from tamizdat.publishing.site.feeds import tags_in_feeds
from tamizdat.publishing.site.search_index import Entry, entry_of, traits_of
from tamizdat.publishing.site.site_index import is_gone, tags_of
from tamizdat.statements import derived
from tamizdat.statements.derived import Post, Voice
from tamizdat.statements.derived_drafts import all_texts
from tamizdat.text.languages import primary_subtag

AT_HAND: Final = ("number", "post", "published", "language", "reply_to", "thread", "bytes_shown", "day")
READ: Final = 512  #: posts that are kept in memory whole
_json: Final = partial(json.dumps, ensure_ascii=False)


@dataclass
class DraftedPosts:
    """Posts that are made in this run, set aside in *folder*, each with the words that are opened with it."""

    folder: Path
    _shared: dict[object, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._aside = Overflow(self.folder)
        self._read = lru_cache(READ)(self._whole)

    def add(self, post: Post, opened: str, told: str | None = None) -> StoredPost:
        """Set a post aside; *told* is every text that it says, if that is known."""
        place = self._aside.put(post)
        self._aside.put((words_of(post, told), opened, entry_of(post)))
        return StoredPost(self, place, _outline(_facts_of(post), self._shared))

    def whole(self, post: StoredPost) -> Post:
        """Return the whole of a post."""
        return self._read(post.place)

    def words(self, post: StoredPost) -> PostWords:
        """Return its words."""
        return self._beside(post.place)[0]

    def told(self, post: StoredPost) -> str:
        """Return every text that its statement says."""
        return self._beside(post.place)[0].told

    def found(self, post: StoredPost) -> object:
        """Return what the search has of it."""
        return self._beside(post.place)[2]

    def opened(self, post: StoredPost) -> str:
        """Return the words that are opened with it."""
        return self._beside(post.place)[1]

    def _beside(self, place: int) -> tuple[PostWords, str, Entry]:
        """Return what was put behind a post: its words, those that are opened with it, what the search has of it."""
        found = self._aside.get(self._aside.after(place))
        assert isinstance(found, tuple), "it was put there as one"
        return found

    def _whole(self, place: int) -> Post:
        found = self._aside.get(place)
        assert isinstance(found, Post), "it was put there as one"
        return found


@dataclass
class RememberedPosts:
    """Posts of the last edition; the place of one is that of its statement in the ledger."""

    archive: Archive
    cache: BuildCache

    def __post_init__(self) -> None:
        self._read = lru_cache(READ)(self._whole)

    def whole(self, post: StoredPost) -> Post:
        """Return the whole of a post."""
        return self._read(post.place)

    def words(self, post: StoredPost) -> PostWords:
        """Return its words."""
        return PostWords(*self.cache.words(post.number))

    def told(self, post: StoredPost) -> str:
        """Return every text that its statement says: one page asks, and its words lie among those of a thousand."""
        return all_texts(self.whole(post))

    def found(self, post: StoredPost) -> object:
        """Return what the search has of it."""
        number, kind, time, who, said = json.loads(self.cache.found(post.number))
        return number, kind, time, who, [tuple(each) for each in said]

    def posts(self) -> dict[int, StoredPost]:
        """Return all of them by number."""
        shared: dict[object, object] = {}
        return {
            facts["number"]: StoredPost(self, place, _outline(facts, shared))
            for rows in self.cache.posts()
            for place, facts in zip(
                (place for place, _ in rows),
                json.loads(f"[{','.join(facts for _, facts in rows)}]"),  # one by one it takes twice as long
                strict=True,
            )
        }

    def _whole(self, index: int) -> Post:
        item = derived.read(peek_envelope(self.archive.disclosure(index).envelope))
        assert isinstance(item, Post), "the build cache remembers posts alone"
        return item


def rows_of(statements: Iterable[Derived], before: Mapping[int, int]) -> Iterator[PostRow]:
    """Yield what is to be remembered of posts whose statement is not the one of *before*."""
    for each in statements:
        if before.get(each.number) != each.index and isinstance(each.item, Post):
            post = each.item
            yield PostRow(each.number, each.index, _json(_facts_of(post)), *words_of(post), _json(entry_of(post)))


def _facts_of(post: Post) -> dict[str, object]:
    """Return what lists ask of a post, as it is remembered."""
    tongues = sorted(tags_of(post))
    return {name: getattr(post, name) for name in AT_HAND} | {
        "voice": [post.voice.id, post.voice.handle, post.voice.name],
        "tags": post.tags,
        "tongues": tongues,
        "traits": traits_of(post),
        "credited": credits_of(post),
        "in_feeds": dict(tags_in_feeds(post, dict.fromkeys(map(primary_subtag, tongues)))),
        "media": [[each.name, each.sha256] for each in post.media],
        "is_gone": is_gone(post),
        "quotes": post.quotes if isinstance(post, StoredPost) else bool(post.context and post.context.inner),
    }


def _outline(facts: Mapping[str, Any], shared: dict[object, object]) -> dict[str, object]:
    """Return the members of a :class:`StoredPost`; what many posts have in common they share."""
    told = {
        **facts,
        "voice": Voice(*facts["voice"]),
        "tags": tuple(facts["tags"]),
        "tongues": frozenset(facts["tongues"]),
        "traits": tuple(facts["traits"]),
        "credited": tuple(tuple(each) for each in facts["credited"]),
        "media": tuple(Subject(*each) for each in facts["media"]),
    }
    for name in ("voice", "tags", "tongues", "traits", "credited", "language", "day"):
        told[name] = shared.setdefault(told[name], told[name])
    in_feeds = tuple(facts["in_feeds"].items())
    told["in_feeds"] = shared.setdefault(("in_feeds", in_feeds), facts["in_feeds"])
    if facts["thread"] == facts["number"]:
        told["thread"] = facts["number"]  # one number, not two that are alike
    return told
