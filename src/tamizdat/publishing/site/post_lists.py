"""Pages that show several posts and change only when one of these does: a day, a thread, a voice, a subject.

A :class:`PageGroup` says what its pages depend on, so that an edition in which one post changed makes the few groups
that post is in and takes the others as they were.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.publishing.model import Site
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.pager import pager
from tamizdat.publishing.site.post_entry import entries
from tamizdat.publishing.site.renderer import Facts, prefix, render_page
from tamizdat.publishing.site.site_index import SiteIndex, day_of, key_of
from tamizdat.statements.derived import Post
from tamizdat.text.catalogue import counted, messages
from tamizdat.text.dates import written_day

PAGE: Final = 200  #: posts on one page of a list that shows how each begins
WHOLE: Final = 125  #: and of one that shows them whole


@dataclass(frozen=True)
class PageGroup:
    """Pages made together. *shown_with* is everything they depend on beside the site's name and the house's words."""

    key: str
    shown_with: Json
    make: Callable[[], dict[str, bytes]]


def groups(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    """All groups."""
    yield from _days(site, view)
    for first, posts in view.threads.items():
        yield _group(f"threads/{first}/", view, posts, partial(_thread, site, view, first, posts))
    for key, (voice, posts) in view.voices.items():
        named = {
            "title": voice.name or voice.handle or voice.id,
            "over": f"@{voice.handle}" if voice.handle and voice.name else "",
        }
        yield from _paginated(site, view, f"voices/{key}/", posts, named, view.languages_of_voices[key])
    for subject, posts in view.subjects.items():
        those = view.languages_of_subjects[subject]
        yield from _paginated(
            site, view, f"subjects/{key_of(subject)}/", posts, {"title": subject}, those, over="subjects"
        )
    yield from _paginated(site, view, "removed/", view.gone, title="removed", lede="removed_lede")
    yield from _paginated(site, view, "undated/", view.undated, title="no_time")
    for language in LANGUAGES:
        yield from _all_in(site, view, language)


def _group(
    folder: str, view: SiteIndex, posts: Sequence[Post], make: Callable[[], dict[str, bytes]], *others: Json
) -> PageGroup:
    rooms: list[Json] = [name for name, present in view.sections.items() if present]
    # from the statements follows in which languages the posts have words
    return PageGroup(folder, [rooms, view.stated(posts), *others], make)


def _days(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    days = list(view.days)
    for place, day in enumerate(days):
        before = days[place - 1] if place else None
        after = days[place + 1] if place + 1 < len(days) else None
        beside: list[Json] = [[each, *view.languages_of_days[each]] for each in (before, after) if each]
        yield _group(f"days/{day}/", view, view.days[day], partial(_day, site, view, day, before, after), beside)


def _day(site: Site, view: SiteIndex, day: str, before: str | None, after: str | None) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for language in view.languages_of_days[day]:
        said = {
            "title": written_day(day, language),
            "facts": counted("posts", len(view.days[day]), language),
            "before": before and (before, written_day(before, language)),
            "after": after and (after, written_day(after, language)),
        }
        made |= _chronological(site, view, language, f"days/{day}/", view.days[day], said, clock=True)
    return made


def _thread(site: Site, view: SiteIndex, first: int, posts: Sequence[Post]) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for language in view.languages_of(*posts):
        day, voice = day_of(posts[0]), posts[0].voice
        said = {
            "title": voice.name or voice.handle or voice.id,
            "over": messages(language)["thread_of"].format(count=len(posts)),
            "facts": written_day(day, language) if day else "",
        }
        made |= _chronological(site, view, language, f"threads/{first}/", posts, said, clock=False)
    return made


def _chronological(
    site: Site, view: SiteIndex, language: str, folder: str, posts: Sequence[Post], said: Facts, *, clock: bool
) -> dict[str, bytes]:
    """Return *posts* whole, in the order in which they were written; the first page is in *folder*."""
    rows = [posts[at : at + WHOLE] for at in range(0, len(posts), WHOLE)]
    made = {}
    for number, row in enumerate(rows, 1):
        below = folder if number == 1 else f"{folder}{number}/"
        up = "" if number == 1 else "../"
        pages = pager(len(rows), number, partial(_way, up, 1))
        ways = {
            side: (f"{up}../{said[side][0]}/index.html", said[side][1])
            for side in ("before", "after")
            if said.get(side)
        }
        shown = entries(view, row, language, "../" * below.count("/"), whole=True, clock=clock, folder=below)
        path, data = listing(site, view, language, below, **{**said, **ways, "entries": shown, "pager": pages})
        made[path] = data
    return made


def _paginated(
    site: Site,
    view: SiteIndex,
    folder: str,
    posts: Sequence[Post],
    facts: dict[str, str] | None = None,
    languages: Sequence[str] = LANGUAGES,
    *,
    only: str = "",
    **keys: str,
) -> Iterator[PageGroup]:
    """Yield *posts* in pages, a group each.

    The first shows the newest; the others are numbered from the oldest, so that they stay as they are when a post is
    added. *facts* are shown as they are, *keys* name words of ours. They are in these *languages*, or in one *only*.
    """
    languages = (only,) if only else languages
    rows = [posts[at : at + PAGE] for at in range(0, len(posts), PAGE)]
    for number, row in enumerate(rows, 1):
        last = number == len(rows)
        make = partial(_page, site, view, folder, row, number, len(rows), len(posts) if last else 0, facts or {}, keys,
                       languages)  # fmt: skip
        pages = pager(len(rows), number, partial(_way, "" if last else "../", len(rows)), newest="newest")
        told: Json = [pages and pages.facts(), len(posts) if last else 0, *(facts or {}).values(), *languages]
        yield _group(f"{prefix(only) if only else ''}{folder}{number}/", view, row, make, told)


def _all_in(site: Site, view: SiteIndex, language: str) -> Iterator[PageGroup]:
    """Yield the list of all posts that have words in *language*, in that language alone."""
    others: list[Json] = [each for each in LANGUAGES if view.written_in(each)]
    for group in _paginated(site, view, "all/", view.written_in(language), only=language, title="all_in_language"):
        yield PageGroup(group.key, [group.shown_with, others], group.make)


def _page(
    site: Site, view: SiteIndex, folder: str, row: Sequence[Post], number: int, count: int, total: int,
    facts: dict[str, str], keys: dict[str, str], languages: Sequence[str],
) -> dict[str, bytes]:  # fmt: skip
    last, made = number == count, {}
    below, way = folder if last else f"{folder}{number}/", partial(_way, "" if last else "../", count)
    for language in languages:
        newest = messages(language)["newest_posts"]
        said: dict[str, object] = {**facts, **{name: messages(language)[key] for name, key in keys.items()}}
        if total:
            said["facts"] = counted("posts", total, language)
        shown = entries(view, reversed(row), language, "../" * below.count("/"), folder=below)
        pages = pager(count, number, way, newest=newest)
        path, data = listing(site, view, language, below, entries=shown, pager=pages, **said)
        made[path] = data
    return made


def _way(up: str, first: int, number: int) -> str:
    """Return the way to page *number* of a list; *up* leads to the folder of its first page, which is *first*."""
    return f"{up}index.html" if number == first else f"{up}{number}/index.html"


def listing(site: Site, view: SiteIndex, language: str, folder: str, **facts: object) -> tuple[str, bytes]:
    """Return a page that is a heading and a list of posts."""
    absent: dict[str, object] = dict.fromkeys(("over", "lede", "facts", "title_language"), "")
    absent |= {"pager": None, "before": None, "after": None}
    shown: Facts = {
        "name": site.name, "address": site.address, "mirrors": site.addresses[1:], "has": view.sections,
        **absent, **facts,
    }  # fmt: skip
    return render_page(language, folder, "listing.html", view=view, **shown)
