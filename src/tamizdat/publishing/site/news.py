"""What is new, edition by edition: new, translated, corrected, removed by a platform, withdrawn, shown again.

It is the desk's arrangement of :class:`tamizdat.publishing.model.Changes`, which follow from the ledger. An edition
that changed nothing but pages is not told.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tamizdat.publishing.model import Change
from tamizdat.publishing.site.post_text import for_reader
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.publishing.site.story_text import telling_for
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory
from tamizdat.text.catalogue import counted, messages
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import language_name

EDITIONS: Final = 30  #: the newest that are told
ROWS: Final = 20  #: items of an edition that are named, of each kind and sort
OPEN: Final = 6  #: of these that are seen at once
LABEL: Final = 80  #: characters of an item's words
KINDS: Final = ("new", "restored", "translated", "corrected", "removed", "withdrawn")
#: sorts of things, in the order in which they are told; for each, where all of them are listed and what that is called
SORTS: Final = {
    "stories_told": ("stories/index.html", "all_stories"),
    "posts": ("days/index.html", "all_days"),
    "items": ("items/index.html", "all_items"),
    "people": ("names/index.html", "names"),
    "recordings": ("reading/index.html", "reading_listen"),
    "": ("", ""),  # what is not shown any more
}


class Row(NamedTuple):
    """An item: its number, the beginning of its words and their language, and what else is told of the change."""

    number: int
    label: str
    language: str
    about: str


class Part(NamedTuple):
    """The changes of a kind to things of one sort. *heading*: how many, in words, "" if it is the only sort.

    *rows* are seen at once, *folded* when a reader asks; *more*: how many stand behind the rows, in words. *onward* is
    where all things of this sort are listed, *every* what that is called, "" if all changes are told here.
    """

    heading: str
    rows: list[Row]
    folded: list[Row]
    more: str
    onward: str
    every: str


class Kind(NamedTuple):
    """All changes of a kind: how many, in words; their parts; and how many are not named, in words."""

    what: str
    heading: str
    parts: list[Part]
    more: str

    @property
    def rows(self) -> list[Row]:
        """Return every row."""
        return [row for part in self.parts for row in (*part.rows, *part.folded)]


class EditionNews(NamedTuple):
    """An edition, its day, and what it did."""

    number: int
    day: str
    kinds: list[Kind]


def editions_told(view: SiteIndex, language: str) -> list[EditionNews]:
    """Return the newest editions that changed an item, the newest first, as the feed tells them."""
    if language not in view.news:
        newest = view.editions[: -EDITIONS - 1 : -1]
        view.news[language] = [told(view, made[0].edition, made, language) for made in newest]
    return view.news[language]


def named(view: SiteIndex, changes: Sequence[Change]) -> Iterator[tuple[int, list[Change]]]:
    """Yield, kind by kind and sort by sort, how many changes of an edition there are, and those that are named."""
    for sorts in _sorted(view, changes).values():
        for those in sorts.values():
            yield len(those), those[:ROWS]


def told(view: SiteIndex, edition: int, made: Sequence[Change], language: str) -> EditionNews:
    """Return what an edition did, for readers of *language*."""
    found = [_kind(view, what, sorts, language) for what, sorts in _sorted(view, made).items()]
    return EditionNews(edition, view.shown.changes.day(edition), found)


def _sorted(view: SiteIndex, made: Sequence[Change]) -> dict[str, dict[str, list[Change]]]:
    """Return the changes of an edition by their kind, and each kind by the sort of thing: once for all languages."""
    edition = made[0].edition
    if edition not in view.sorted_news:
        kinds: dict[str, list[Change]] = {}
        for each in made:
            kinds.setdefault(each.what, []).append(each)
        view.sorted_news[edition] = {what: _by_sort(view, kinds[what]) for what in KINDS if what in kinds}
    return view.sorted_news[edition]


def _kind(view: SiteIndex, what: str, sorts: dict[str, list[Change]], language: str) -> Kind:
    count = sum(map(len, sorts.values()))
    parts = [_part(view, sort, those, len(sorts) > 1, language) for sort, those in sorts.items()]
    rest = count - sum(len(each.rows) + len(each.folded) for each in parts)
    return Kind(
        what, counted(f"change_{what}", count, language), parts, counted("more", rest, language) if rest else ""
    )


def _part(view: SiteIndex, sort: str, changes: list[Change], several: bool, language: str) -> Part:
    rows = [_row(view, each, language) for each in changes[:ROWS]]
    shown = rows if len(rows) == len(changes) <= OPEN + 1 else rows[:OPEN]  # one alone is not folded
    behind, (onward, every) = len(changes) - len(shown), SORTS[sort]
    listed = bool(onward) and len(rows) < len(changes)
    return Part(
        counted(sort, len(changes), language) if several and sort else "",
        shown,
        rows[len(shown) :],
        counted("more", behind, language) if behind else "",
        onward if listed else "",
        messages(language)[every] if listed else "",
    )


def _by_sort(view: SiteIndex, changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return the changes of a kind by the sort of thing, in the order of :data:`SORTS`."""
    found: dict[str, list[Change]] = {sort: [] for sort in SORTS}
    for each in changes:
        found[_sort_of(view.things.get(each.number))].append(each)
    return {sort: those for sort, those in found.items() if those}


def _sort_of(thing: object) -> str:
    match thing:
        case PublishedStory():
            return "stories_told"
        case Post():
            return "posts"
        case Footage() as item:
            return "recordings" if item.reads else "items"
        case Person():
            return "people"
    return ""


def _row(view: SiteIndex, change: Change, language: str) -> Row:
    t = messages(language)
    number = t["number"].format(number=change.number)
    label, tongue = label_of(view, change.number, language)
    named = language_name(change.language, language) if change.language else ""
    about = t["comma"].join(filter(None, (number if label else "", named)))
    return Row(change.number, label or number, tongue or language, about)


def label_of(view: SiteIndex, number: int, language: str, size: int = LABEL) -> tuple[str, str]:
    """Return the beginning of an item's words for a reader of *language*, and their language.

    They have at most *size* characters; of what is not shown any more both are empty.
    """
    match view.things.get(number):
        case Post() as post:
            text, tongue = for_reader(post, language)
            return excerpt(text, size), tongue
        case Person() as person:
            return person.told.name, person.told.language
        case Footage() as item:
            whose = view.reads(item)
            if whose and not item.title:
                return whose.told.name, whose.told.language
            return excerpt(item.title, size), item.language
        case PublishedStory() as story:
            telling = telling_for(story, language)
            return excerpt(telling.title, size), telling.language
    return "", ""


def correction_kind(what: str, language: str) -> str:
    """Return in words what was corrected: "text", "translation <language>" or "words"."""
    kind, _, tongue = what.partition(" ")
    return messages(language)[f"corrected_{kind}"].format(language=language_name(tongue, language))
