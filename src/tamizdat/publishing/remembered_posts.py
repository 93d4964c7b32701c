"""Posts of an edition that are not in memory: drafted ones, and those that the build cache remembers.

Both are :class:`~tamizdat.publishing.model.StoredPost`, so that nobody needs to know which are which.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.overflow import Overflow
from tamizdat.ledger.statement import Subject, peek_envelope
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.derived.contributors import credits_of
from tamizdat.publishing.derived.statement_record import PostRow
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.leaks.scanner import evened
from tamizdat.publishing.model import Alike, PostPlace, PostWords, StoredPost, notes_of, told_by, words_of
from tamizdat.publishing.site.feeds import tags_in_feeds
from tamizdat.publishing.site.search_index import Found, found_of, traits_of
from tamizdat.publishing.site.site_index import is_gone, tags_of
from tamizdat.statements import derived
from tamizdat.statements.derived import Post, Voice
from tamizdat.statements.derived_drafts import all_texts
from tamizdat.text.languages import primary_subtag

READ: Final = 512  #: posts that are kept in memory whole
_json: Final = partial(json.dumps, ensure_ascii=False)
#: what is a post's own: number, post, when it was published, what it answers, its thread, whether its bytes are shown,
#: and of its media name and SHA-256
Own: TypeAlias = tuple[int, str, str | None, int | None, int, bool, list[list[str]]]


@dataclass
class DraftedPosts:
    """Posts that are made in this run, set aside in *folder*, each with the words that are opened with it."""

    folder: Path

    def __post_init__(self) -> None:
        self._aside, self._alike = Overflow(self.folder), _Alike()
        self._read = lru_cache(READ)(self._whole)
        self._beside = lru_cache(1)(self._read_beside)  # one thing after the other is asked of it

    def add(self, post: Post, opened: str, told: str | None = None) -> StoredPost:
        """Set a post aside; *told* is every text that it says, if that is known."""
        place = self._aside.put(post)
        self._aside.put((words_of(post), all_texts(post) if told is None else told, opened, found_of(post)))
        return _outline(self, place, self._alike.of(_json(_alike(post))), _own(post))

    def whole(self, post: StoredPost) -> Post:
        """Return the whole of a post."""
        return self._read(post.place)

    def words(self, post: StoredPost) -> PostWords:
        """Return its words."""
        return self._beside(post.place)[0]

    def told(self, post: StoredPost) -> str:
        """Return every text that its statement says."""
        return self._beside(post.place)[1]

    def searched(self, post: StoredPost) -> str:
        """Return the same as it is searched."""
        words, told, *_ = self._beside(post.place)
        return evened(told, words.notes)

    def found(self, post: StoredPost) -> object:
        """Return what the search has of it."""
        return self._beside(post.place)[3]

    def opened(self, post: StoredPost) -> str:
        """Return the words that are opened with it."""
        return self._beside(post.place)[2]

    def _read_beside(self, place: int) -> tuple[PostWords, str, str, Found]:
        """Return what was put behind a post: its words, what it tells, what is opened, what the search has of it."""
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

    def searched(self, post: StoredPost) -> str:
        """Return the same as it is searched, with what is opened beside it; with that of the posts beside it."""
        return self.cache.told(post.number)

    def opened(self, post: StoredPost) -> str:
        """Return nothing: what is opened with it is among what is searched."""
        return ""

    def found(self, post: StoredPost) -> object:
        """Return what the search has of it."""
        with self._readable():
            (number, kind, time, who, said), words = json.loads(self.cache.found(post.number))
        return (number, kind, time, who, [tuple(each) for each in said]), words

    def posts(self) -> dict[int, StoredPost]:
        """Return all of them by number."""
        alike, found = _Alike(), dict[int, StoredPost]()
        with self._readable():
            shared = {number: alike.of(said) for number, said in self.cache.alike().items()}
            for rows in self.cache.posts():
                own = json.loads(f"[{','.join([facts for facts, *_ in rows])}]")  # one by one it takes twice as long
                for (_, place, others), facts in zip(rows, own, strict=True):
                    if others in shared:  # else the row is damaged, and there are fewer posts than there were
                        found[facts[0]] = _outline(self, place, shared[others], facts)
        return found

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Raise :class:`CacheLost` if a row is not what was written: SQLite does not notice another letter."""
        try:
            yield
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self.cache.lost() from None

    def _whole(self, index: int) -> Post:
        item = derived.read(peek_envelope(self.archive.disclosure(index).envelope))
        assert isinstance(item, Post), "the build cache remembers posts alone"
        return item


def rows_of(statements: Iterable[Derived], before: Mapping[int, int]) -> Iterator[PostRow]:
    """Yield what is to be remembered of posts whose statement is not the one of *before*."""
    for each in statements:
        if before.get(each.number) != each.index and isinstance(each.item, Post):
            post = each.item
            yield PostRow(
                each.number, each.index, _json(_own(post)), _json(_alike(post)), _searched(post),
                (*words_of(post), _json(found_of(post))),
            )  # fmt: skip


def _searched(post: Post) -> str:
    """Return what a post tells as it is searched, and of what is opened with it all that it does not tell itself."""
    told = told_by(post)
    opened = post.kept.opened(post) if isinstance(post, StoredPost) else ""
    beside = [each for each in opened.split("\n") if each not in told]
    return "\0".join([evened(told, notes_of(post)), *map(evened, beside)])


def _own(post: Post) -> Own:
    """Return what lists ask of a post and few others have the same; the rest many have in common."""
    media = [[each.name, each.sha256] for each in post.media]
    return post.number, post.post, post.published, post.reply_to, post.thread, post.bytes_shown, media


def _alike(post: Post) -> dict[str, object]:
    """Return what lists ask of a post and many others have in common with it, as it is remembered."""
    tongues = sorted(tags_of(post))
    return {
        "language": post.language,
        "day": post.day,
        "voice": [post.voice.id, post.voice.handle, post.voice.name],
        "tags": post.tags,
        "tongues": tongues,
        "traits": traits_of(post),
        "credited": credits_of(post),
        "in_feeds": dict(tags_in_feeds(post, dict.fromkeys(map(primary_subtag, tongues)))),
        "is_gone": is_gone(post),
        "quotes": post.quotes if isinstance(post, StoredPost) else bool(post.context and post.context.inner),
    }


def _outline(kept: PostPlace, place: int, alike: Alike, own: Own) -> StoredPost:
    """Return a post that lies at *place*, of what is its own."""
    number, post, published, reply_to, thread, bytes_shown, named = own
    media = tuple([Subject(*each) for each in named])
    return StoredPost(kept, place, alike, number, post, published, reply_to, thread, bytes_shown, media)


class _Alike:
    """What many posts have in common, each once, by the JSON in which it is remembered."""

    def __init__(self) -> None:
        self._found: dict[str, Alike] = {}
        self._shared: dict[object, object] = {}

    def of(self, written: str) -> Alike:
        """Return it; what values have in common they share, too."""
        if written not in self._found:
            facts: dict[str, Any] = json.loads(written)
            facts["voice"] = Voice(*facts["voice"])
            facts["tongues"] = frozenset(facts["tongues"])
            facts["credited"] = tuple(tuple(each) for each in facts["credited"])
            facts |= {name: tuple(facts[name]) for name in ("tags", "traits")}
            in_feeds = facts["in_feeds"]
            facts["in_feeds"] = self._shared.setdefault(("in_feeds", *in_feeds.items()), in_feeds)
            for name in ("voice", "tags", "tongues", "traits", "credited", "language", "day"):
                facts[name] = self._shared.setdefault(facts[name], facts[name])
            self._found[written] = Alike(**facts)
        return self._found[written]
