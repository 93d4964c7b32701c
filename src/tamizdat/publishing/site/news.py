"""What is new, edition by edition: new, translated, corrected, removed by a platform, withdrawn, shown again.

It is the desk's arrangement of :class:`tamizdat.publishing.model.Changes`, which follow from the ledger. An edition
that changed nothing but pages is not told.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
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
ROWS: Final = 20  #: items of an edition that are named, of each kind
LABEL: Final = 80  #: characters of an item's words
KINDS: Final = ("new", "restored", "translated", "corrected", "removed", "withdrawn")


class Row(NamedTuple):
    """An item: its number, the beginning of its words and their language, and what else is told of the change."""

    number: int
    label: str
    language: str
    about: str


class Kind(NamedTuple):
    """All changes of a kind: how many, in words, the first rows, and how many more there are, in words."""

    what: str
    heading: str
    rows: list[Row]
    more: str


class EditionNews(NamedTuple):
    """An edition, its day, and what it did."""

    number: int
    day: str
    kinds: list[Kind]


def editions_told(view: SiteIndex, language: str) -> list[EditionNews]:
    """Return the newest editions that changed an item, the newest first, as the feed tells them."""
    if language not in view.news:
        newest = islice(groupby(reversed(view.shown.changes.made), key=_edition), EDITIONS)
        view.news[language] = [told(view, edition, list(made), language) for edition, made in newest]
    return view.news[language]


def by_edition(view: SiteIndex) -> list[list[Change]]:
    """Return the changes of each edition that changed an item: the oldest edition first, of each the last change."""
    return [list(made)[::-1] for _, made in groupby(view.shown.changes.made, key=_edition)]


def named(view: SiteIndex, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield those changes of an edition that are named, kind by kind, beside how many there are."""
    for what in KINDS:
        yield from _first(view, [each for each in changes if each.what == what])


def told(view: SiteIndex, edition: int, made: Sequence[Change], language: str) -> EditionNews:
    """Return what an edition did, for readers of *language*."""
    kinds: dict[str, list[Change]] = {}
    for each in made:
        kinds.setdefault(each.what, []).append(each)
    found = [_kind(view, what, kinds[what], language) for what in KINDS if what in kinds]
    return EditionNews(edition, view.shown.changes.day(edition), found)


def _edition(change: Change) -> int:
    return change.edition


def _kind(view: SiteIndex, what: str, changes: list[Change], language: str) -> Kind:
    rows = [_row(view, each, language) for each in _first(view, changes)]
    rest = len(changes) - len(rows)
    return Kind(
        what, counted(f"change_{what}", len(changes), language), rows, counted("more", rest, language) if rest else ""
    )


def _first(view: SiteIndex, changes: list[Change]) -> list[Change]:
    """Return the changes of a kind that are named: words before names."""
    return sorted(changes, key=lambda each: isinstance(view.things.get(each.number), Person))[:ROWS]


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
