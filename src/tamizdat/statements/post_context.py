r"""What a platform tells around the words of a post: the member ``context`` of its ``derived`` statement.

::

    {"links": [{"stands": "https://t.co/Ab1", "target": "https://maps.example/gate"}], "cut": true,
     "inner": [{"depth": 1, "how": "quotes", "text": "五年了", "handle": "wang", …}], "poll": {…}, …}

A member that has nothing to say is absent, and a post of which there is nothing to tell has no ``context`` at all.
What a poll offers, and what is repeated or quoted whole, was said too: :func:`whole_text` is what a translation is of.

>>> whole_text("Which?", Context(poll=Poll((Choice("North", 3), Choice("South", 1)), "2026-01-10")))
'Which?\n\nNorth\nSouth'
"""

import re
from collections.abc import Sequence
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import ABSENT, flag, like, maybe, record, several, text, whole
from tamizdat.statements.forms import DAY, one_of

WEB: Final = like(r"https?://[^ ]+")
ADDRESS: Final = like(r"|https?://[^ ]+")  #: where something stands, or ""
REPEATS, QUOTES = "repeats", "quotes"
MARKER: Final = re.compile(r"[RrQqMm][Tt]\s*@")  #: how a text begins that is nothing but another's (posts.md, parts)
GONE_FOR: Final = re.compile("[a-z][a-z_-]{0,39}")
NOT_OF_A_HANDLE: Final = re.compile(r"[^\w·-]+")


@dataclass(frozen=True)
class Link:
    """An address as it stands in the text, and where it led, by the platform's word."""

    stands: str
    target: str


@dataclass(frozen=True)
class Answered:
    """The post that it answers, which is not shown here; all empty if that must not be named."""

    url: str
    handle: str
    name: str


@dataclass(frozen=True)
class Choice:
    """An answer that a poll offers, and how often it was given."""

    text: str
    votes: int | None


@dataclass(frozen=True)
class Poll:
    """The choices, counted as of a day."""

    choices: tuple[Choice, ...]
    as_of: str


@dataclass(frozen=True)
class Inner:
    """A post that this one (depth 1), or the inner one before it (deeper), repeats or quotes.

    *text* is None where only a reference is known, and where it is not shown; then *hidden* tells which. *item* is the
    number under which it is shown here by itself.
    """

    depth: int
    how: str
    url: str
    handle: str
    name: str
    published: str | None
    language: str
    text: str | None
    cut: bool
    hidden: bool
    item: int | None


@dataclass(frozen=True)
class Missing:
    """A picture, clip or sound that was named and not given out."""

    media_type: str
    url: str
    alt: str


@dataclass(frozen=True)
class Context:
    """Everything of the kind."""

    links: Annotated[tuple[Link, ...] | None, ABSENT] = None
    answers: Annotated[Answered | None, ABSENT] = None
    inner: Annotated[tuple[Inner, ...] | None, ABSENT] = None
    poll: Annotated[Poll | None, ABSENT] = None
    missing: Annotated[tuple[Missing, ...] | None, ABSENT] = None
    withheld: Annotated[tuple[str, ...] | None, ABSENT] = None  #: countries
    updated: Annotated[str | None, ABSENT] = None
    ended: Annotated[tuple[str | None, ...] | None, ABSENT] = None  #: when each earlier text was replaced, if it says
    replaced: Annotated[tuple[str, ...] | None, ABSENT] = None  #: days until which other pictures stood
    cut: Annotated[bool | None, ABSENT] = None  #: the platform gave out only its beginning
    gone_for: Annotated[str | None, ABSENT] = None  #: why it is gone, where it is more than a deletion
    sensitive: Annotated[bool | None, ABSENT] = None  #: pictures are covered; words too, if there is a summary

    def words(self) -> dict[str, str]:
        """Return what pages show as said beside the text, by the name that ``data-said`` gives it."""
        found = {f"choice {at}": each.text for at, each in enumerate(self.poll.choices if self.poll else (), 1)}
        inner = {f"inner {at}": each.text for at, each in enumerate(self.inner or (), 1)}
        return found | {name: words for name, words in inner.items() if words is not None}


def whole_text(said: str, context: Context | None) -> str:
    """Return the text with a poll's choices, and what it repeats or quotes, each with its speaker's marker."""
    if context is None:
        return said
    if context.poll:
        said = "\n\n".join(filter(None, (said, "\n".join(each.text for each in context.poll.choices))))
    inner = context.inner or ()
    return with_inner(said, [(each.depth, each.how, each.handle or each.name, each.text) for each in inner])


def with_inner(said: str, inner: Sequence[tuple[int, str, str, str | None]]) -> str:
    """Return *said*, followed by the first inner post, and what that one repeats or quotes: depth, how, who, text."""
    for at, (depth, how, who, words) in enumerate(inner, 1):
        speaker = NOT_OF_A_HANDLE.sub("·", who.partition("@")[0]).strip("·")[:64]
        if depth != at or not words or not speaker:
            break
        if at == 1 and how == REPEATS and MARKER.match(said):
            said = ""  # the platform's own shortened form of the same words
        said = "\n\n".join(filter(None, (said, f"RT @{speaker}: {words}")))
    return said


# ---- the format ----------------------------------------------------------------------------------------------------

CONTEXT: Final = record(
    Context, links=several(record(Link, stands=text, target=WEB), 1),
    answers=record(Answered, url=ADDRESS, handle=text, name=text),
    inner=several(record(
        Inner, depth=whole, how=one_of(REPEATS, QUOTES), url=ADDRESS, handle=text, name=text, published=maybe(text),
        language=text, text=maybe(text), cut=flag, hidden=flag, item=maybe(whole),
    ), 1),
    poll=record(Poll, choices=several(record(Choice, text=text, votes=maybe(whole)), 1), as_of=DAY),
    missing=several(record(Missing, media_type=text, url=ADDRESS, alt=text), 1),
    withheld=several(like("[A-Z]{2}"), 1), updated=text, ended=several(maybe(text), 1),
    replaced=several(DAY, 1), cut=flag, sensitive=flag,
    gone_for=like(GONE_FOR.pattern),
)  # fmt: skip
