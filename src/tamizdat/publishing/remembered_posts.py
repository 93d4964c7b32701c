"""Posts as the build cache remembers them: what is written down of each, and how it is read back."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

from tamizdat.archive import Archive
from tamizdat.ledger.statement import Subject, peek_envelope
from tamizdat.publishing.build.cache import BuildCache, PostRow
from tamizdat.publishing.derived.contributors import credits_of
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import StoredPost, words_of
from tamizdat.publishing.site.feeds import tags_in_feeds
from tamizdat.publishing.site.search_index import entry_of, traits_of
from tamizdat.publishing.site.site_index import is_gone, tags_of
from tamizdat.statements import derived
from tamizdat.statements.derived import Post, Voice
from tamizdat.text.languages import primary_subtag

AT_HAND: Final = (
    "number", "kind", "how", "post", "url", "published", "language", "reply_to", "thread", "bytes_shown", "day",
)  # fmt: skip
READ: Final = 512  #: posts that are kept in memory whole
_json: Final = partial(json.dumps, ensure_ascii=False)


def rows_of(statements: Mapping[int, Derived], before: Mapping[int, int]) -> Iterator[PostRow]:
    """Yield what is to be remembered of posts whose statement is not the one of *before*."""
    for number, each in statements.items():
        if before.get(number) != each.index and isinstance(each.item, Post):
            yield _row(each.index, each.item)


def _row(index: int, post: Post) -> PostRow:
    at_hand = {name: getattr(post, name) for name in AT_HAND}
    tongues = sorted(tags_of(post))
    facts = {
        **at_hand,
        "voice": [post.voice.id, post.voice.handle, post.voice.name],
        "tags": post.tags,
        "tongues": tongues,
        "traits": traits_of(post),
        "credited": credits_of(post),
        "in_feeds": dict(tags_in_feeds(post, dict.fromkeys(map(primary_subtag, tongues)))),
        "media": [[each.name, each.sha256] for each in post.media],
        "is_gone": is_gone(post),
        "quotes": bool(post.context and post.context.inner),
    }
    return PostRow(post.number, index, _json(facts), *words_of(post), _json(entry_of(post)))


def stored_posts(rows: Sequence[tuple[int, int, str]], archive: Archive, cache: BuildCache) -> dict[int, StoredPost]:
    """Return by number the posts that *rows* remember (number, place of the statement, facts); *cache* has the rest."""
    reader, posts = reader_of(archive), {}
    every = json.loads(f"[{','.join([facts for _, _, facts in rows])}]")  # one by one it takes twice as long
    for (number, statement, _), facts in zip(rows, every, strict=True):
        voice, tags, traits = Voice(*facts.pop("voice")), tuple(facts.pop("tags")), tuple(facts.pop("traits"))
        tongues, credited = frozenset(facts.pop("tongues")), [tuple(each) for each in facts.pop("credited")]
        media = tuple(Subject(*each) for each in facts.pop("media"))
        post = posts[number] = StoredPost(
            partial(reader, statement),
            {**facts, "voice": voice, "tags": tags},
            partial(cache.words, number),
            tongues=tongues, traits=traits, credited=credited, in_feeds=facts["in_feeds"], media=media,
            is_gone=facts["is_gone"], found=partial(cache.found, number),
        )  # fmt: skip
        if not facts["is_gone"]:
            post.__dict__["gone"] = None
    return posts


def reader_of(archive: Archive) -> Callable[[int], Post]:
    """Return what reads the statement at an index; the last ones are kept."""

    @lru_cache(READ)
    def read(index: int) -> Post:
        item = derived.read(peek_envelope(archive.disclosure(index).envelope))
        assert isinstance(item, Post), "the build cache remembers posts alone"
        return item

    return read
