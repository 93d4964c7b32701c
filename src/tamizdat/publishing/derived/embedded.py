"""Posts of others inside the captured bytes of a post: what it quotes, answers or repeats, as the platform gave it out.

The slices of a tweet hold the whole tweets it refers to. Publishing the bytes of one so publishes the others, which
nobody may have released. They are found in two ways: :func:`embedded` knows no format and sees what looks like a post;
:func:`told_within` asks the format, whose members may have any name, or none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tamizdat.errors import BadStatement
from tamizdat.posts.post import Post
from tamizdat.verifying.openings import any_json

_TEXTS: Final = ("full_text", "text", "content", "content_text", "content_html")  #: members that make an object a post
_IDS: Final = ("id_str", "id", "rest_id", "uri", "url")
_OWN: Final = ("tweet", "data", "object")  #: where the post itself stands in the first slice
_RECORDS: Final = ("record", "value")  #: of a view of Bluesky's
_NOTES: Final = ("noteTweet", "note_tweet")  #: the whole text of a long one
STATUS: Final = "https://x.com/i/status/"  #: before a tweet's number, in its id


def embedded(slices: Sequence[bytes], own: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of every post in *slices* but that with the id *own*."""
    for place, piece in enumerate(slices):
        try:
            value = any_json(piece)
        except BadStatement:
            continue
        skipped = [value, *(value.get(name) for name in _OWN)] if place == 0 and isinstance(value, dict) else []
        for found in _objects(value):
            ids = [str(found[name]) for name in _IDS if isinstance(found.get(name), str)] or _number_of(found)
            names = {*ids, *(f"{STATUS}{each}" for each in ids if each.isdecimal())}
            text = next((said[name] for said in _saying(found) for name in _TEXTS if type(said.get(name)) is str), None)
            if isinstance(text, str) and ids and own not in names and not any(found is each for each in skipped):
                yield _id(found, ids, names), text


def told_within(post: Post, own: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of every post that the format reads inside of *post*, which has the id *own*.

    Words that are repeated under the post's own number (a forwarded message) are no other post's bytes.
    """
    for each in (*((post.shared,) if post.shared else ()), *post.quotes):
        if each.text and each.id != own and not each.id.startswith(f"{own}#"):
            yield each.id, each.text
        yield from told_within(each, own)


def _id(found: Mapping[str, object], ids: Sequence[str], names: Iterable[str]) -> str:
    """Return the id of a post: a status of Mastodon's API has it in ``uri``, beside a number; a tweet has a number."""
    uri = found.get("uri")
    if isinstance(uri, str) and uri.startswith(("http://", "https://")):
        return uri
    return next((each for each in names if each.startswith(STATUS)), ids[0])


def _number_of(found: Mapping[str, object]) -> list[str]:
    """Return what stands for the id of an object that has a number: which, nobody looks at."""
    return ["by its number"] if "id" in found and found["id"] is None else []


def _saying(found: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield where an object has its words: in itself, or in the record that a view of it holds beside its address."""
    yield found
    yield from (inner for name in _RECORDS if isinstance(inner := found.get(name), dict))


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting += [inner for name, inner in each.items() if name not in _NOTES]
        elif isinstance(each, list):
            waiting += each
