"""Build units: the files of a site, in the handfuls in which they are made and kept.

::

    item 17        pages in all languages          made of: the statement, its neighbours, the site's name, the house
    media 17       picture-1.jpg, small-1.jpg      copied from the archive
    day 2013-05-12 pages of one day                made of: the posts on it
    proof 17       proof.js                        made of: the statement, and the first checkpoint that covers it
    house          no file                         made of: the program, what the house itself writes, the site's name
    rooms          no file                         made of: what the navigation of every page leads to

A unit's *fingerprint* is a digest over what it is made of, so it need not be made to know that it would be the same.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Final

from tamizdat import encoding
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex
from tamizdat.posts import parts
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import Site, SiteContent, told_by
from tamizdat.publishing.site import pages
from tamizdat.statements import composed, derived_post, derived_story
from tamizdat.statements import derived as derived_items
from tamizdat.statements.derived import Item
from tamizdat.text import catalogue, dates, excerpt, languages, tokens
from tamizdat.verifying import joined_sound


@dataclass(frozen=True)
class BuildUnit:
    """Files that are made together.

    *make* gives their bytes by path, *copies* names objects of the archive, *streamed* gives large ones piece by piece.
    *searched*: the bytes are pages, and are searched for leaks; *words* are those that were searched already.
    """

    name: str
    fingerprint: str
    make: Callable[[], Mapping[str, bytes]] = dict
    copies: tuple[tuple[str, str], ...] = ()
    streamed: tuple[tuple[str, Callable[[], Iterable[bytes]]], ...] = ()
    searched: bool = True
    words: Callable[[], str] = str


HOUSE: Final = "house"
#: what pages are made with and lies outside this package
OUTSIDE: Final = (
    encoding, parts, composed, derived_items, derived_post, derived_story, catalogue, dates, excerpt, languages, tokens,
)  # fmt: skip


def _file_of(module: ModuleType) -> Path:
    assert module.__file__ is not None
    return Path(module.__file__)


@cache
def renderer_fingerprint() -> str:
    """Return a fingerprint that changes whenever what the house itself writes changes.

    Templates, style, scripts, words, outlines of countries, the code.
    """
    house = Path(__file__).parents[1]
    sources = [*house.rglob("*.py"), *map(_file_of, OUTSIDE), *house.glob("site/outlines/*.json")]
    code = [path.read_bytes() for path in sorted(sources)]
    return sha256_hex(pages.static_sources() + b"\n".join([*code, *catalogue.sources()]))


def rooms_of(shown: SiteContent) -> BuildUnit:
    """Return what the navigation of every page is made of."""
    return BuildUnit("rooms", _fingerprint(pages.rooms(shown)))


def build_units(
    site: Site,
    shown: SiteContent,
    statements: Mapping[int, Derived],
    some: Collection[int] | None = None,
    house: str | None = None,
) -> Iterator[BuildUnit]:
    """Everything that the list of files names, but what depends on the edition itself; of posts *some*, or all.

    *house* is the fingerprint of the unit of that name, if it is known.
    """
    house = house or _fingerprint([renderer_fingerprint(), site.name, site.fingerprint, *site.addresses])
    about: list[Json] = [house]
    yield BuildUnit(HOUSE, house)
    yield rooms_of(shown)
    posts = shown.posts if some is None else [each for each in shown.posts if each.number in some]
    every: list[Item] = [*shown.items, *posts, *shown.people, *shown.stories]
    for one in every:
        number, derived = one.number, statements[one.number]
        facts: list[Json] = [*about, derived.index, pages.dependencies(shown, one)]
        known = partial(told_by, derived.item)
        yield BuildUnit(f"item {number}", _fingerprint(facts), partial(pages.page_of, site, shown, one), words=known)
        copies = tuple((f"items/{number}/{medium.name}", medium.sha256) for medium in one.media)
        if copies:
            yield BuildUnit(f"media {number}", _fingerprint(list(map(list, copies))), copies=copies)
    for gone in shown.withdrawn:
        facts = [*about, gone.day, gone.reason, pages.dependencies(shown, gone)]
        yield BuildUnit(f"item {gone.number}", _fingerprint(facts), partial(pages.page_of, site, shown, gone))
    for group in pages.groups(site, shown):
        yield BuildUnit(f"group {group.key}", _fingerprint([*about, group.shown_with]), group.make)
    if sound := pages.joined_sound(shown):
        path, made_of, make = sound
        recipe = sha256_hex(_file_of(joined_sound).read_bytes())
        yield BuildUnit("reading", _fingerprint([recipe, made_of]), streamed=((path, make),))


def _fingerprint(facts: list[Json]) -> str:
    """Return a digest for the build cache alone, of what Python writes of the facts: the fastest there is."""
    return sha256_hex(repr(facts).encode("utf-8", "surrogatepass"))
