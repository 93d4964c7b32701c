"""What is new, edition by edition: new, translated, corrected, removed by a platform, withdrawn, shown again.

It is the desk's arrangement of :class:`tamizdat.publishing.model.Changes`, which follow from the ledger. An edition
that changed nothing but pages is not told.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final, NamedTuple

from tamizdat.publishing.model import Change
from tamizdat.publishing.site.post_text import for_reader
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Footage, Person, Post
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
    """Return the newest editions that changed an item, the newest first; page and feed tell the same."""
    if language not in view.news:
        view.news[language] = list(_editions(view, language))
    return view.news[language]


def _editions(view: SiteIndex, language: str) -> Iterator[EditionNews]:
    by_edition = groupby(reversed(view.shown.changes.made), key=lambda each: each.edition)
    for edition, made in islice(by_edition, EDITIONS):
        kinds: dict[str, list[Change]] = {}
        for each in made:
            kinds.setdefault(each.what, []).append(each)
        told = [_kind(view, what, kinds[what], language) for what in KINDS if what in kinds]
        yield EditionNews(edition, view.shown.changes.day(edition), told)


def _kind(view: SiteIndex, what: str, changes: list[Change], language: str) -> Kind:
    ordered = sorted(changes, key=lambda each: isinstance(view.things.get(each.number), Person))  # words before names
    rows = [_row(view, each, language) for each in ordered[:ROWS]]
    rest = len(changes) - len(rows)
    return Kind(
        what, counted(f"change_{what}", len(changes), language), rows, counted("more", rest, language) if rest else ""
    )


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
            return excerpt(item.title, size), item.language
    return "", ""


def correction_kind(what: str, language: str) -> str:
    """Return in words what was corrected: "text", "translation <language>" or "words"."""
    kind, _, tongue = what.partition(" ")
    return messages(language)[f"corrected_{kind}"].format(language=language_name(tongue, language))
