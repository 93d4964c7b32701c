"""What a version tells beside its words, in one column of the index; "" where there is nothing of the kind.

A :class:`Details` is read from the captured bytes as :mod:`tamizdat.posts.post` has it. It holds what anybody said;
what of it may be shown, :mod:`.contexts` decides. It is bounded: what a page could not hold is cut, and ends in "…".
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Annotated, Final
from urllib.parse import urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.ledger.shapes import ABSENT, flag, maybe, members_of, record, several, text, whole
from tamizdat.posts.post import Attachment, Post
from tamizdat.statements.post_context import (
    QUOTES,
    REPEATS,
    Answered,
    Choice,
    Context,
    Link,
    Missing,
    Poll,
    whole_text,
    with_inner,
)
from tamizdat.text.languages import normal_language

MOST_DEPTH: Final = 3  #: posts inside each other
MOST_INNER: Final = 8
MOST_LINKS: Final = 200
MOST_MISSING: Final = 50
MOST_CHOICES: Final = 50
MOST_ALT: Final = 4_000  #: characters of a description of what is not here
MOST_NAME: Final = 200
MOST_ADDRESS: Final = 2_000


@dataclass(frozen=True)
class InnerPost:
    """A post that is repeated or quoted: at depth 1 by the version itself, deeper by the inner post before it.

    *text* is "" where only a reference is known. *audience* is what the bytes say of it.
    """

    depth: int
    how: str
    post: str
    url: str
    author: str
    handle: str
    name: str
    published: str | None
    language: str
    audience: str
    text: str
    cut: bool


@dataclass(frozen=True)
class Details:
    """Everything of the kind that a version has."""

    links: Annotated[tuple[Link, ...] | None, ABSENT] = None
    answered: Annotated[Answered | None, ABSENT] = None
    inner: Annotated[tuple[InnerPost, ...] | None, ABSENT] = None
    choices: Annotated[tuple[Choice, ...] | None, ABSENT] = None
    missing: Annotated[tuple[Missing, ...] | None, ABSENT] = None
    withheld: Annotated[tuple[str, ...] | None, ABSENT] = None
    private: Annotated[tuple[str, ...] | None, ABSENT] = None
    updated: Annotated[str | None, ABSENT] = None
    cut: Annotated[bool | None, ABSENT] = None
    sensitive: Annotated[bool | None, ABSENT] = None
    signature: Annotated[str | None, ABSENT] = None  #: whether its author's own signature holds (posts.post)


_SHAPE: Final = record(
    Details, links=several(record(Link, stands=text, target=text)),
    answered=record(Answered, url=text, handle=text, name=text),
    inner=several(record(
        InnerPost, depth=whole, how=text, post=text, url=text, author=text, handle=text, name=text,
        published=maybe(text), language=text, audience=text, text=text, cut=flag,
    )),
    choices=several(record(Choice, text=text, votes=maybe(whole))),
    missing=several(record(Missing, media_type=text, url=text, alt=text)),
    withheld=several(text), private=several(text), updated=text, cut=flag, sensitive=flag, signature=text,
)  # fmt: skip
NONE: Final = Details()


def details_column(post: Post, missing: Iterable[Attachment]) -> str:
    """Return the column of a version; *missing* are its attachments of which no file came with it."""
    answered, missing = post.answered if post.reply_to else None, tuple(missing)
    of = (post.links, answered, post.shared, post.quotes, post.choices, missing, post.withheld, post.private_details)
    if not any(of) and (post.updated, post.cut, post.sensitive, post.signature) == (None, False, False, ""):
        return ""
    found = Details(
        links=tuple(_links(post))[:MOST_LINKS] or None,
        answered=Answered("", _short(answered.handle), _short(answered.name)) if answered else None,
        inner=tuple(_inner(post, 1))[:MOST_INNER] or None,
        choices=tuple(Choice(_plain(each.text), each.votes) for each in post.choices)[:MOST_CHOICES] or None,
        missing=tuple(
            Missing(_short(each.media_type), web(each.url), _cut(each.alt, MOST_ALT)) for each in missing
        )[:MOST_MISSING] or None,
        withheld=tuple(dict.fromkeys(each for each in post.withheld if len(each) == 2 and each.isalpha())) or None,
        private=post.private_details or None,
        updated=post.updated,
        cut=post.cut or None,
        sensitive=post.sensitive or None,
        signature=post.signature or None,
    )  # fmt: skip
    told = members_of(found)
    return canonical(told).decode() if told else ""


@lru_cache(1 << 10)
def read_details(column: str) -> Details:
    """Return what :func:`details_column` wrote."""
    return _SHAPE(json.loads(column)) if column else NONE


def digests_of(words: str, column: str) -> frozenset[str]:
    """Return the SHA-256 of every text that a translation of a version may be of: whatever may be shown of its quotes.

    *words* is the version's own text, *column* its details.
    """
    if not column:
        return frozenset([sha256_hex(words.encode())])
    details = read_details(column)
    own = whole_text(words, Context(poll=Poll(details.choices, "") if details.choices else None))
    inner = [(each.depth, each.how, each.handle or each.name, each.text) for each in details.inner or ()]
    texts = {words, own, *(with_inner(own, inner[:many]) for many in range(len(inner) + 1))}
    return frozenset(sha256_hex(each.encode()) for each in texts)


def web(url: str) -> str:
    """Return *url* if it is an address of the web that a page may lead to, else ""; never a script, never two words."""
    sound = url.isprintable() and url.split() == [url] and len(url) <= MOST_ADDRESS
    try:
        return url if sound and url.startswith(("http://", "https://")) and urlsplit(url).hostname else ""
    except ValueError:  # http://[a is none
        return ""


def _links(post: Post) -> Iterator[Link]:
    """Yield those that stand in the text and lead somewhere else than they say."""
    said = "\n".join((post.summary, post.text, *(each.text for each in post.choices)))
    for stands, target in dict.fromkeys(post.links):
        if stands and web(target) and stands != target and stands in said:
            yield Link(stands, target)


def _inner(post: Post, depth: int) -> Iterator[InnerPost]:
    """Yield what *post* repeats and quotes, each followed by what that one does; nothing inside itself."""
    within = [(REPEATS, post.shared)] if post.shared else []
    for how, each in [*within, *((QUOTES, quoted) for quoted in post.quotes)]:
        if each.id == post.id:
            continue
        yield InnerPost(
            depth, how, each.id, web(each.url) or web(each.id), each.author.id, _short(each.author.handle),
            _short(each.author.name), each.published, normal_language(each.language), each.audience,
            "" if "\0" in each.text else each.text, each.cut,
        )  # fmt: skip
        if depth < MOST_DEPTH:
            yield from _inner(each, depth + 1)


def _plain(said: str) -> str:
    return said.replace("\0", "\ufffd")


def _short(name: str) -> str:
    return _cut(name, MOST_NAME)


def _cut(said: str, most: int) -> str:
    said = _plain(said)
    return said if len(said) <= most else f"{said[: most - 1]}…"
