"""Pages that show several posts and change only when one of these does: a day, a thread, a voice, a subject.

A :class:`Group` says what its pages depend on, so that an edition in which one post changed makes the few groups that
post is in and takes the others as they were.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tamizdat.encoding import Json
from tamizdat.publishing.entries import counted, entries
from tamizdat.publishing.press import printed
from tamizdat.publishing.saying import LANGUAGES, written_day
from tamizdat.publishing.showing import Post, Site, Voice
from tamizdat.publishing.view import View, day_of, key_of
from tamizdat.publishing.words import words

PAGE: Final = 100  #: posts on one page of a voice or subject


@dataclass(frozen=True)
class Group:
    """Pages made together. *shown_with* is everything they depend on beside the site's name and the house's words."""

    key: str
    shown_with: Json
    make: Callable[[], dict[str, bytes]]


def groups(site: Site, view: View) -> Iterator[Group]:
    """All groups."""
    yield from _days(site, view)
    for first, posts in view.threads.items():
        yield _group(f"threads/{first}/", view, posts, partial(_thread, site, view, first, posts))
    for key, (voice, posts) in view.voices.items():
        folder = f"voices/{key}/"
        yield _group(folder, view, posts, partial(_voice, site, view, folder, voice, posts))
    for subject, posts in view.subjects.items():
        folder = f"subjects/{key_of(subject)}/"
        yield _group(folder, view, posts, partial(_subject, site, view, folder, subject, posts))


def _group(
    folder: str, view: View, posts: Sequence[Post], make: Callable[[], dict[str, bytes]], *others: Json
) -> Group:
    rooms: list[Json] = [name for name, present in view.has.items() if present]
    which: list[Json] = [index for post in posts for index in (post.number, post.index)]
    return Group(folder, [rooms, which, *others], make)


def _days(site: Site, view: View) -> Iterator[Group]:
    days = list(view.days)
    for place, day in enumerate(days):
        before = days[place - 1] if place else None
        after = days[place + 1] if place + 1 < len(days) else None
        yield _group(f"days/{day}/", view, view.days[day], partial(_day, site, view, day, before, after), before, after)


def _day(site: Site, view: View, day: str, before: str | None, after: str | None) -> dict[str, bytes]:
    made = {}
    for language in LANGUAGES:
        posts = view.days[day]
        path, data = listing(
            site, view, language, f"days/{day}/",
            title=written_day(day, language), facts=counted(len(posts), "post", language),
            entries=entries(view, posts, language, "../../", whole=True, clock=True),
            before=before and (f"../{before}/index.html", written_day(before, language)),
            after=after and (f"../{after}/index.html", written_day(after, language)),
        )  # fmt: skip
        made[path] = data
    return made


def _thread(site: Site, view: View, first: int, posts: Sequence[Post]) -> dict[str, bytes]:
    made = {}
    for language in LANGUAGES:
        t = words(language)
        voice = posts[0].voice
        path, data = listing(
            site, view, language, f"threads/{first}/",
            title=voice.name or voice.handle, over=t["thread_of"].format(count=len(posts)),
            facts=written_day(day_of(posts[0]), language) if day_of(posts[0]) else "",
            entries=entries(view, posts, language, "../../", whole=True),
        )  # fmt: skip
        made[path] = data
    return made


def _voice(site: Site, view: View, folder: str, voice: Voice, posts: Sequence[Post]) -> dict[str, bytes]:
    facts = {"over": f"@{voice.handle}" if voice.handle and voice.name else ""}
    return paged(site, view, folder, posts, lambda language: {"title": voice.name or voice.handle, **facts})


def _subject(site: Site, view: View, folder: str, subject: str, posts: Sequence[Post]) -> dict[str, bytes]:
    def facts(language: str) -> dict[str, str]:
        return {"title": subject, "over": words(language)["subjects"]}

    return paged(site, view, folder, posts, facts)


def paged(
    site: Site, view: View, folder: str, posts: Sequence[Post], facts: Callable[[str], dict[str, str]]
) -> dict[str, bytes]:
    """*posts* in pages. The first shows the newest; the others are numbered from the oldest, so that they stay as they
    are when a post is added."""
    rows = [posts[at : at + PAGE] for at in range(0, len(posts), PAGE)] or [[]]
    made = {}
    for language in LANGUAGES:
        said = {"facts": counted(len(posts), "post", language), **facts(language)}
        for number, row in enumerate(rows, 1):
            last = number == len(rows)
            below = folder if last else f"{folder}{number}/"
            pager = [] if len(rows) == 1 else _pager(len(rows), number, "" if last else "../")
            shown = entries(view, reversed(row), language, "../" * below.count("/"))
            path, data = listing(site, view, language, below, entries=shown, pager=pager, **said)
            made[path] = data
    return made


def _pager(count: int, here: int, up: str) -> list[tuple[int, str, bool]]:
    """Number, way and whether it is this one, of each page, the newest first; *up* leads to the first page's folder."""
    return [
        (number, f"{up}index.html" if number == count else f"{up}{number}/index.html", number == here)
        for number in range(count, 0, -1)
    ]


def listing(site: Site, view: View, language: str, folder: str, **facts: Any) -> tuple[str, bytes]:
    """A page that is a heading and a list of posts."""
    absent: dict[str, Any] = dict.fromkeys(("over", "lede", "facts", "title_language"), "")
    absent |= {"pager": [], "before": None, "after": None}
    return printed(language, folder, "listing.html", name=site.name, has=view.has, **{**absent, **facts})
