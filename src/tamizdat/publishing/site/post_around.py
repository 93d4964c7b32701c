"""What stands around a post's words on its page: links, what it answers and repeats, what the platform says of it.

The words of others and a poll's choices are shown as exactly as the text, and ``verify`` holds them against the
statement (:meth:`tamizdat.statements.post_context.Context.words`). All else is the desk's word.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from tamizdat.publishing.site.post_text import covers_pictures, covers_words, is_shortened
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Post
from tamizdat.statements.post_context import Context, Inner, Poll
from tamizdat.text.catalogue import messages
from tamizdat.text.languages import direction

SHORT: Final = re.compile(r"https?://t\.(?:co|cn)/[A-Za-z0-9]+(?![A-Za-z0-9/…])")  #: nothing after it was cut off
NOTHING: Final = Context()


class Around(NamedTuple):
    """It, as a template needs it. *covered* is whether words are covered too, not pictures alone."""

    links: list[tuple[str, str]]  #: as they stand, and where they led; "" where nobody knows
    answers: tuple[str, str] | None  #: words for it, and the way there ("" for none)
    inner: tuple[Inner, ...]
    poll: Poll | None
    missing: list[tuple[str, str, str]]  #: what is missing, its description, its address
    withheld: str
    updated: str
    cut: bool
    covered: bool
    pictures_covered: bool
    shortened: bool  #: the text is the platform's own shortened form of what is repeated whole
    replaced: tuple[str, ...]  #: days until which other pictures stood
    changed: str  #: what changed since it was first seen: "edited", "replaced" or ""


def around(view: SiteIndex, post: Post, language: str) -> Around:
    """Return what stands around *post* on its page in *language*."""
    told = post.context or NOTHING
    return Around(
        links_of(post),
        _answers(view, post, language),
        told.inner or (),
        told.poll,
        [(_kind(each.media_type), each.alt, each.url) for each in told.missing or ()],
        ", ".join(told.withheld or ()),
        told.updated or "",
        bool(told.cut),
        covers_words(post),
        covers_pictures(post),
        is_shortened(post),
        told.replaced or (),
        what_changed(post),
    )


def links_of(post: Post) -> list[tuple[str, str]]:
    """Return the short links in what *post* says, each with where it led, "" where nobody knows."""
    known = {each.stands: each.target for each in (post.context or NOTHING).links or ()}
    return [*known.items(), *((each, "") for each in dict.fromkeys(SHORT.findall(post.text)) if each not in known)]


def what_changed(post: Post) -> str:
    """Return "edited" if its words changed, "replaced" if only its pictures were replaced, "" if nothing."""
    if post.earlier:
        return "edited"
    return "replaced" if post.context and post.context.replaced else ""


def _answers(view: SiteIndex, post: Post, language: str) -> tuple[str, str] | None:
    t = messages(language)
    parent = view.things.get(post.reply_to) if post.reply_to is not None else None
    if isinstance(parent, Post):
        whom = f"@{parent.voice.handle}" if parent.voice.handle else parent.voice.name
        number = t["number"].format(number=parent.number)
        return _answer(t, whom, language), f"../{parent.number}/index.html {number}"
    told = post.context.answers if post.context else None
    if told is None:
        return None
    whom = f"@{told.handle}" if told.handle else told.name
    if not (told.url or whom):
        return t["answers_hidden"], ""
    return _answer(t, whom, language), told.url and f"{told.url} {told.url}"


def _answer(t: Mapping[str, str], whom: str, language: str) -> str:
    """Return whose post it answers; a name among letters that run from right to left keeps its ``@`` before it."""
    apart = f"\u2068{whom}\u2069" if direction(language) == "rtl" else whom
    return t["answers_of"].format(whom=apart) if whom else t["answers"]


def _kind(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return {"image": "missing_picture", "video": "missing_clip", "audio": "missing_sound"}.get(kind, "missing_file")
