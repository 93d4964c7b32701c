"""Lists that grow at their end, in pages: pictures and clips, and what is new by edition.

The newest stand on the first page, which has between one and two pages' worth, so that it is never nearly empty. The
others are numbered from the oldest and stay as they are when something is added: an edition makes the first anew, and
those on which something changed.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeVar

from tamizdat.encoding import Json
from tamizdat.publishing.model import Change, Site
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.news import named, told
from tamizdat.publishing.site.pager import Pager, pager
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.renderer import render_page
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Footage
from tamizdat.text.catalogue import messages

WORKS: Final = 60  #: pictures and clips on a page
EDITIONS: Final = 20  #: on a page
Row = TypeVar("Row")


def groups(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    """Yield the pages, a group each."""
    rooms: list[Json] = [name for name, present in view.sections.items() if present]
    if view.sections["items"]:
        yield from _paged(
            view.works, WORKS, "items/", "works/", partial(_works, site, view), partial(_of_works, view, rooms)
        )
    yield from _paged(
        view.editions, EDITIONS, "new/", "new/", partial(_news, site, view), partial(_of_news, view, rooms)
    )


def parts(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    """Return *rows* in pages of *size*, the oldest first; the last has what is left over beside its own."""
    full = max(len(rows) // size, 1)
    return [rows[at * size : len(rows) if at == full - 1 else (at + 1) * size] for at in range(full)]


def _paged(
    rows: Sequence[Row],
    size: int,
    first: str,
    folder: str,
    make: Callable[[str, Sequence[Row], int, Callable[[str], Pager | None]], dict[str, bytes]],
    shown_with: Callable[[Sequence[Row]], Json],
) -> Iterator[PageGroup]:
    """Yield the pages of *rows*: the newest in the folder *first*, the others numbered in *folder*, from the oldest."""
    found = parts(rows, size)
    for number, here in enumerate(found, 1):
        newest = number == len(found)
        way = partial(_way, len(found), first, folder, newest)

        def pages(language: str, number: int = number, way: Callable[[int], str] = way) -> Pager | None:
            return pager(len(found), number, way, newest=messages(language)["newest_posts"])

        where = first if newest else f"{folder}{number}/"
        links = pages(LANGUAGES[0])
        yield PageGroup(
            where,
            [links and links.facts(), shown_with(here)],
            partial(make, where, here, 0 if newest else number, pages),
        )


def _way(count: int, first: str, folder: str, newest: bool, number: int) -> str:
    """Return the way to page *number* from one in a folder of the first, or below *folder*."""
    if first == folder:
        up = "" if newest else "../"
        return f"{up}index.html" if number == count else f"{up}{number}/index.html"
    up = "../" if newest else "../../"
    return f"{up}{first}index.html" if number == count else f"{up}{folder}{number}/index.html"


def _works(
    site: Site, view: SiteIndex, where: str, items: Sequence[Footage], page: int, pages: Callable[[str], Pager | None]
) -> dict[str, bytes]:
    made = {}
    for language in LANGUAGES:
        path, data = render_page(
            language, where, "items.html", view=view, name=site.name, address=site.address, mirrors=site.addresses[1:],
            has=view.sections, items=items[::-1], medium=view.medium, pager=pages(language), page=page,
        )  # fmt: skip
        made[path] = data
    return made


def _of_works(view: SiteIndex, rooms: list[Json], items: Sequence[Footage]) -> Json:
    return [rooms, [[each.number, view.statement(each), *view.languages_of(each)] for each in items]]


def _news(
    site: Site,
    view: SiteIndex,
    where: str,
    made: Sequence[list[Change]],
    page: int,
    pages: Callable[[str], Pager | None],
) -> dict[str, bytes]:
    found = {}
    for language in LANGUAGES:
        editions = [told(view, each[0].edition, each, language) for each in reversed(made)]
        path, data = render_page(
            language, where, "new.html", view=view, name=site.name, address=site.address, mirrors=site.addresses[1:],
            has=view.sections, editions=editions, pager=pages(language), page=page,
        )  # fmt: skip
        found[path] = data
    return found


def _of_news(view: SiteIndex, rooms: list[Json], made: Sequence[list[Change]]) -> Json:
    editions: list[Json] = []
    for changes in made:
        rows: list[Json] = []
        for count, those in named(view, changes):
            rows.append(count)
            for each in those:
                thing = view.things.get(each.number)
                rows.append([*each, view.statement(thing), *view.languages_of(thing)] if thing else [*each])
                if isinstance(thing, Footage) and (whose := view.reads(thing)):
                    rows.append([view.statement(whose)])
        editions.append([view.shown.changes.day(changes[0].edition), rows])
    return [rooms, editions]
