"""The reading of names: every recording in which a name is read, as one sound, and the pages that lead to each second.

::

    reading/reading.mp4            all recordings, one after the other, in the order of the wall
    reading/ reading/2/ …          the names that are read, each with the second at which it is
    reading/missing/ …             the names that nobody has read yet; a few of them stand below the others

What the pages tell is marked by ``data-said`` and is held against the statements by
:mod:`tamizdat.verifying.reading_links`, which also makes the sound again.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from tamizdat.encoding import Json
from tamizdat.publishing.model import Site
from tamizdat.publishing.site.clips import written_length
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.pager import pager
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.renderer import relative_roots, render_page
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Footage, Person
from tamizdat.text.catalogue import grouped, messages
from tamizdat.text.languages import direction
from tamizdat.verifying.joined_sound import cues, frames_of, joined
from tamizdat.verifying.reading_links import FOLDER, JOINT, MISSING

MOST: Final = 600  #: names on a page
FEW: Final = 120  #: missing ones that stand below those that are read
SECOND: Final = 1000  #: milliseconds


class Heard(NamedTuple):
    """A name at its place in the reading: from and to in milliseconds, and as people write it."""

    person: Person
    recording: Footage
    start: int
    end: int
    written: str
    part: str  #: as the link to it has it: ``12.3,13.9``


def reading_groups(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    """Yield the pages of the reading, a group each; none if nobody has read a name."""
    if not view.recordings:
        return
    missing = [each for each in view.shown.people if each.number not in view.readings_of]
    inline = missing if len(missing) <= FEW and len(view.recordings) <= MOST else []
    rooms: list[Json] = [name for name, present in view.sections.items() if present]
    facts: Json = [
        rooms, len(view.shown.people),
        [[each.number, view.statement(each)] for each in view.shown.people],
        [[each.number, each.media[0].sha256] for each in view.recordings],
    ]  # fmt: skip
    heard = cache(partial(_heard, view))  # every sound is opened for it: only if a page is made
    counts = len(view.readings_of), len(view.shown.people), len(missing)
    last = -(-len(view.recordings) // MOST)
    for page in range(1, last + 1):
        make = partial(_pages, site, view, FOLDER, page, last, counts, heard, inline)
        yield PageGroup(f"{FOLDER}{page}/", facts, make)
    rest = [] if inline else missing
    last = -(-len(rest) // MOST)
    for page in range(1, last + 1):
        some = rest[(page - 1) * MOST : page * MOST]
        make = partial(_pages, site, view, MISSING, page, last, counts, list, some)
        yield PageGroup(f"{MISSING}{page}/", facts, make)


def joint(view: SiteIndex) -> tuple[str, Json, Callable[[], Iterator[bytes]]] | None:
    """Return the path of the joined sound, what it is made of, and what makes it; None if nobody has read a name."""
    digests: list[Json] = [each.media[0].sha256 for each in view.recordings]
    return (JOINT, digests, partial(_joined, view)) if digests else None


def _joined(view: SiteIndex) -> Iterator[bytes]:
    sounds = [partial(view.shown.sounds, each.media[0].sha256) for each in view.recordings]
    return joined(sounds, [frames_of(each())[0] for each in sounds])


def _heard(view: SiteIndex) -> list[Heard]:
    counts = [len(frames_of(view.shown.sounds(each.media[0].sha256))[0]) for each in view.recordings]
    people = {each.number: each for each in view.shown.people}
    found = []
    for one, (start, end) in zip(view.recordings, cues(counts), strict=True):
        assert one.reads is not None, "it is among the recordings"
        part = f"{start / SECOND:.3f},{end / SECOND:.3f}"
        found.append(Heard(people[one.reads.person], one, start, end, written_length(start / SECOND), part))
    return found


def _pages(
    site: Site, view: SiteIndex, folder: str, page: int, last: int, counts: tuple[int, int, int],
    heard: Callable[[], Sequence[Heard]], missing: Sequence[Person],
) -> dict[str, bytes]:  # fmt: skip
    made, up = {}, "" if page == 1 else "../"
    links = pager(last, page, lambda number: f"{up}index.html" if number == 1 else f"{up}{number}/index.html")
    names = heard()[(page - 1) * MOST : page * MOST]
    below = folder if page == 1 else f"{folder}{page}/"
    for language in LANGUAGES:
        read, every, lacking = (grouped(each, language) for each in counts)
        path, data = render_page(
            language, below, "reading.html", view=view, name=site.name, address=site.address,
            mirrors=site.addresses[1:], has=view.sections, page=page, pager=links, read=read, every=every,
            heard=_voices(names, below, language), missing=_unread(missing, below, language), lacking=lacking,
            lists_missing=folder == MISSING,
            elsewhere_missing=bool(counts[2]) and not missing and folder != MISSING,
        )  # fmt: skip
        made[path] = data
    return made


# Of thousands of rows a template would take ten times as long.


def _voices(heard: Sequence[Heard], folder: str, language: str) -> Markup:
    """Return the names that are read, each with the ways to its second, to the person and to its proof."""
    base, home = relative_roots(language, folder.count("/"))
    said = messages(language)
    rows = [
        f'<div class="voice"><span data-said="reads {each.recording.number} {each.start} {each.end}"'
        f"{_name(each.person)}"
        f' <a class="at" href="{base}{JOINT}#t={each.part}" dir="ltr">{each.written}</a>'
        f' <a href="{home}items/{each.person.number}/index.html">{escape(said["reading_person"])}</a>'
        f' <a href="{home}items/{each.recording.number}/index.html#proof">{escape(said["its_proof"])}</a></div>\n'
        for each in heard
    ]
    return Markup(f'<div class="readings">\n{"".join(rows)}</div>' if rows else "")  # noqa: S704 -- names are escaped


def _unread(people: Sequence[Person], folder: str, language: str) -> Markup:
    """Return the names that nobody has read, in columns; the style sheet lays the way to the person over each.

    Verifiers read words in plain elements alone, and a link is none.
    """
    _, home = relative_roots(language, folder.count("/"))
    rows = [
        f'<div><span data-said="unread {each.number}"{_name(each)}'
        f'<a href="{home}items/{each.number}/index.html" aria-label="{escape(each.told.name)}"'
        f' lang="{escape(each.told.language)}"></a></div>\n'
        for each in people
    ]
    return Markup(f'<div class="roll unread">\n{"".join(rows)}</div>' if rows else "")  # noqa: S704 -- names are escaped


def _name(person: Person) -> str:
    """Return the rest of a name's element: its language, its direction, the name."""
    tongue = person.told.language
    return f' lang="{escape(tongue)}" dir="{direction(tongue)}">{escape(person.told.name)}</span>'
