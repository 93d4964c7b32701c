"""A post as it stands in lists: on its day, in its thread, under its voice and its subjects."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from markupsafe import Markup

from tamizdat.publishing.model import Medium, Post
from tamizdat.publishing.site.post_text import for_reader, text_markup
from tamizdat.publishing.site.renderer import environment, prefix
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.text.catalogue import messages
from tamizdat.text.dates import duration, written_clock, written_time
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction

_END: Final = "</li>\n"
_HOME: Final = "\0"  #: stands for the way to the front page; occurs in no text that HTML can hold


class Entry(NamedTuple):
    """What a list shows of a post: its text for the reader, and the original beside it if that is another."""

    number: int
    time: str
    when: str
    voice: str
    text: str
    language: str
    direction: str
    other: str
    other_language: str
    other_direction: str
    removal_note: str
    edited: bool
    picture: Medium | None


def entry(post: Post, language: str, *, whole: bool = False, clock: bool = False) -> Entry:
    """*post* for a reader of *language*: *whole*, or its beginning; with its *clock* only, where the day is plain."""
    text, tongue = for_reader(post, language)
    other, other_tongue = ("", "") if text is post.text else (post.text, post.language)
    shorten = text_markup if whole else excerpt
    time = post.published or ""
    when = (clock and written_clock(time)) or (written_time(time, language) if time else "")
    return Entry(
        post.number, time, when, post.voice.name or post.voice.handle, shorten(text), tongue, direction(tongue),
        shorten(other) if other else "", other_tongue, direction(other_tongue), removal_note(post, language),
        bool(post.earlier), post.pictures[0].small if post.pictures else None,
    )  # fmt: skip


def entries(
    view: SiteIndex, posts: Iterable[Post], language: str, home: str, *, whole: bool = False, clock: bool = False
) -> Markup:
    """Return the items of a list of *posts* on a page whose way to the front page is *home*.

    What a post that stands in several lists looks like in them is made once and kept with the view.
    """
    kept, row = view.fragments.setdefault(language, {}) if not whole else {}, list(posts)
    new = [post for post in row if post.number not in kept]
    if new:
        up = "../" * prefix(language).count("/")
        shown = [entry(post, language, whole=whole, clock=clock) for post in new]
        page = environment(language).get_template("entries.html").render(entries=shown, home=_HOME, base=_HOME + up)
        made = dict(zip((post.number for post in new), page.split(_END), strict=False))
        kept.update((post.number, made[post.number]) for post in new if post.tags or post.gone)
    else:
        made = {}
    text = "".join([f"{made.get(post.number) or kept[post.number]}{_END}" for post in row])
    return Markup(text.replace(_HOME, home))  # noqa: S704 -- from a template, which escapes


def removal_note(post: Post, language: str) -> str:
    """Return what became of a post that is gone: "Deleted after 3 h 12 min"; empty if it stands."""
    if post.gone is None:
        return ""
    t = messages(language)
    if post.gone.stood is None:
        return t["deleted"]
    return t["deleted_after"].format(time=duration(post.gone.stood, language))
