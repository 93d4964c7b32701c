"""Pages: from what is published to the bytes of HTML. Knows neither the archive nor the disk.

Every page exists once for each language of the interface, the first at the root, the others in a folder each; media
and proofs are shared. All links are relative and name files (``../17/index.html``), so that a copy on a disk works
like the site on a server. There are three kinds, by what they depend on::

    page_of    a post, picture, clip or person     itself, its neighbours, the site's name and root
    groups     a day, thread, voice, subject,      the posts in it, and the site's name
               a shard of the search
    lists      all others                          everything, and the edition

so that one changed post makes few pages anew. ``shown_with`` and ``Group.shown_with`` say what exactly.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tamizdat.encoding import Json
from tamizdat.publishing.model import Site, SiteContent
from tamizdat.publishing.site import item_lists, item_pages, overview_pages
from tamizdat.publishing.site import post_lists as grouping
from tamizdat.publishing.site.citation import citation_groups
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.reading_pages import joint, reading_groups
from tamizdat.publishing.site.search_index import search_groups
from tamizdat.publishing.site.site_index import index_of
from tamizdat.statements.derived import Item
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text.catalogue import all_forms
from tamizdat.text.style import shared_sheet

__all__ = [
    "PageGroup", "dependencies", "groups", "joined_sound", "lists", "lists_of_edition", "page_of", "render", "rooms",
    "static_sources",
]  # fmt: skip


def render(site: Site, shown: SiteContent) -> Iterator[tuple[str, bytes]]:
    """Every page by its path, with what they need to look right."""
    for part in (shown.items, shown.posts, shown.people, shown.stories, shown.withdrawn):
        for one in part:
            yield from page_of(site, shown, one).items()
    for group in groups(site, shown):
        yield from group.make().items()
    if sound := joined_sound(shown):
        yield sound[0], b"".join(sound[2]())
    yield from lists(site, shown)


def page_of(site: Site, shown: SiteContent, one: Item | Withdrawn) -> dict[str, bytes]:
    """Return the pages of *one* in every language.

    Of the site they show its name and the root's fingerprint, of other things the beginning of the posts before and
    after it in its thread (of a picture or clip: the titles of its neighbours) and which rooms the site has (the
    navigation).
    """
    return item_pages.pages_of(site, index_of(shown), one)


def dependencies(shown: SiteContent, one: Item | Withdrawn) -> Json:
    """Return what the pages of *one* depend on, in few words.

    The same value, the same site's name and root, the same :func:`static_sources` make the same pages.
    """
    return item_pages.dependencies(index_of(shown), one)


def rooms(shown: SiteContent) -> list[Json]:
    """Return which rooms the site has, as every page shows."""
    return [name for name, present in index_of(shown).sections.items() if present]


def groups(site: Site, shown: SiteContent) -> Iterator[PageGroup]:
    """Pages of several posts each, lists of everything that seldom change, and the style, scripts and signs of all."""
    yield from grouping.groups(site, index_of(shown))
    yield from item_lists.groups(site, index_of(shown))
    yield from reading_groups(site, index_of(shown))
    yield from search_groups(index_of(shown))
    yield from citation_groups(site, index_of(shown))
    yield from overview_pages.room_groups(site, index_of(shown))


def joined_sound(shown: SiteContent) -> tuple[str, Json, Callable[[], Iterator[bytes]]] | None:
    """Return of the reading of names the path of its sound, what it is made of, and what makes it; None without one."""
    return joint(index_of(shown))


def lists(site: Site, shown: SiteContent) -> Iterator[tuple[str, bytes]]:
    """All other pages."""
    return overview_pages.rooms(site, index_of(shown))


def lists_of_edition(site: Site, shown: SiteContent) -> Iterator[tuple[str, bytes]]:
    """Those of :func:`lists` that name the edition's number or day, and differ in the next if nothing else does."""
    return overview_pages.rooms_of_edition(site, index_of(shown))


@cache
def static_sources() -> bytes:
    """Everything the house itself writes into a site, whatever is published: templates, style, scripts, words."""
    folder = Path(__file__).parent
    texts = [path.read_bytes() for part in ("templates", "static") for path in sorted((folder / part).iterdir())]
    words = (text.encode() for language in LANGUAGES for text in all_forms(language))
    return b"\n".join([*texts, shared_sheet(), *words])
