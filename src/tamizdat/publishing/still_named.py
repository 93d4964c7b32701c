"""Where people who are withheld by now are named all the same: in the edition that stands, and in authors' own words.

An edition of a few items is read. Of a large one those items are read in which the search finds such a name, as a word,
in any order of its words or written as one: a few milliseconds for a name, whatever there is. What is told of it is no
proof that nothing is left; an edition is searched closely before it is signed (:mod:`.leak_search`).

What authors say is theirs to say, and stops no edition. Who withholds somebody is told where they say it.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.archive.released import items_of_last_edition, version_that_counts
from tamizdat.archive.search.document import KINDS, POST
from tamizdat.archive.search.search import MOST as MOST_HITS
from tamizdat.archive.views.transcripts import clip_of
from tamizdat.publishing.book import items_of
from tamizdat.publishing.leaks.even_words import UNSPACED
from tamizdat.publishing.leaks.names import NameSearch, SoughtName, is_whole_word, withheld_now
from tamizdat.publishing.names_going_out import named_in
from tamizdat.statements.catalogued import Release
from tamizdat.statements.composed import NAMED as STORY
from tamizdat.verifying.edition import EDITION

FEW: Final = 2_000  #: items of an edition that are read, in a second
FEW_NAMES: Final = 200  #: that the search is asked for, in two seconds
FEW_LETTERS: Final = 6  #: of a name of a script without spaces that is looked for with a space in it
BEHIND: Final = 5_000  #: statements that the search may have to take in before it answers, in seconds


class StillNamed(NamedTuple):
    """Where names of people stand, by numbers: in which items *desk* says one, in which posts their *authors* do.

    *looked* tells whether all was looked at that is said to be; else something larger would have to be made first.
    """

    desk: tuple[int, ...] = ()
    authors: tuple[int, ...] = ()
    looked: bool = True


def still_named(archive: Archive, site: Path, people: Collection[int], few: int = FEW) -> StillNamed:
    """Return where those of *people* who are withheld by now are named, in the edition at *site* and in released posts.

    An edition of at most *few* items is read. Raises :class:`CheckFailed` and others if the edition cannot be read.
    """
    search = withheld_now(archive, only=people)
    if not search.names:
        return StillNamed()
    shown = items_of_last_edition(archive) if (site / EDITION).is_file() else {}
    looked = len(search.names) <= FEW_NAMES and archive.search.behind() <= BEHIND
    found, whole = _found(archive, search.names) if looked else (set[int](), False)
    read = shown.keys() if len(shown) <= few else shown.keys() & found
    items = dict(items_of(site, read)) if read else {}
    return StillNamed(
        tuple(sorted(named_in(archive, items, people))),
        tuple(sorted(_by_authors(archive, search, found))),
        whole or (looked and len(shown) <= few),
    )


def _found(archive: Archive, names: Iterable[SoughtName]) -> tuple[set[int], bool]:
    """Return the numbers of what the search finds the names in, and whether it told of all."""
    numbers, whole = set[int](), True
    for query in dict.fromkeys(query for name in names for query in _queries(name)):
        for kind in KINDS:
            hits = archive.search.listed(query, kind=kind, state=Release.PUBLIC if kind == POST else None)
            whole = whole and len(hits) < MOST_HITS
            numbers.update(number for each in hits for number in (each.number, *_items_of(archive, each.post)))
    return numbers, whole


def _queries(name: SoughtName) -> Iterator[str]:
    """Yield what the search is asked: all words of a name in any order, and each order of them written as one."""
    if is_whole_word(name.text):
        yield f'"{name.text.replace(chr(34), " ")}"'
        return
    for form in dict.fromkeys(" ".join(sorted(form.split())) for form in name.forms):
        yield form
        if UNSPACED.search(form) and len(form) <= FEW_LETTERS:  # who writes a space writes it behind the first name
            yield from (f"{form[:at]} {form[at:]}" for at in range(1, len(form)))
    yield from name.joined


def _items_of(archive: Archive, text: str) -> Iterator[int]:
    """Yield the numbers of the items that show a text: a post, a story, a clip of a card or of posts."""
    clip = clip_of(text)
    if text.startswith(STORY) or clip is not None:
        yield int(text.rpartition("/")[2])
    for post in archive.index.transcripts.posts_of(text) if text else ():
        asked = archive.index.ask("SELECT min(number) FROM posts WHERE post = ?", post)
        yield from (int(str(number)) for (number,) in asked if number is not None)


def _by_authors(archive: Archive, search: NameSearch, found: Iterable[int]) -> Iterator[int]:
    """Yield which of what was found are released posts whose author says a name."""
    for number in found:
        version = archive.index.posts.version(number)
        if version is None or archive.index.releases.of(version.post).release != Release.PUBLIC:
            continue
        counting = version_that_counts(archive, version.post)
        said = f"{counting.version.summary}\n{counting.version.text}" if counting else ""
        if any(search.names[each].is_in(said) for each in search.met(said)):
            yield number
