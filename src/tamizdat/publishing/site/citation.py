"""How an item is cited: in APA and Chicago style on its page, and as CSL-JSON.

A citation names what does not move: the item's number, the edition that first showed it as it is, and the SHA-256 of
its signed statement, by which anyone can tell whether they hold the same; the address beside it may change. The styles
are English ones, whatever the language of the page; authors and titles stand as they were written, in their own script,
and whoever chose a pseudonym is cited by it.

On its page a script makes BibTeX and CSL-JSON from these words and from what they are marked with (``page.js``). For
whoever runs none the same of :data:`PIECE` items stands in ``cite/<number // 256>.json``, which Zotero and others take
in as it is: with the title in the language in which the item was written, an item a line.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Final, NamedTuple

from tamizdat.encoding import Json
from tamizdat.publishing.model import Site
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.news import label_of
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.post_text import covers_words, translation_into
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.publishing.site.story_text import retelling_of, telling_for
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory
from tamizdat.text.dates import MONTHS
from tamizdat.text.excerpt import brief

TITLE: Final = 120  #: letters of a text that stand for a title, or half as many Chinese ones
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DIRECTION: Final = re.compile(
    "[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)  #: what could turn the rest of a citation around
_STOPS: Final = tuple(".!?…。！？།༎؟۔")
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
PIECE: Final = 256  #: items whose citations are in one file, as on the lists of files
_CSL_TYPES: Final = {
    "post": "post", "clip": "motion_picture", "sound": "song", "picture": "graphic", "document": "document",
    "text": "document", "person": "entry", "story": "webpage",
}  # fmt: skip


class Citation(NamedTuple):
    """An item's citation, as its page has it."""

    apa: str
    chicago: tuple[str, str]  #: what stands before and after the title
    title: str
    stop: str  #: the full stop after the title in Chicago style, where it has none of its own
    marks: dict[str, object]  #: what its words do not tell a script: attributes, without their ``data-``
    piece: int  #: the number of the file that has it as CSL-JSON


class _Facts(NamedTuple):
    """What a citation tells; days are ``2026-11-23``, empty for none, names empty for nobody."""

    number: int
    kind: str
    author: str
    handle: str
    title: str
    language: str
    written: str
    translator: str
    edition: int
    day: str
    digest: str
    site: str
    origin: str
    url: str


def citation_of(site: Site, view: SiteIndex, one: Item, language: str, path: str) -> Citation:
    """Return how the page of *one* at *path* is cited by a reader of *language*."""
    facts = _facts(site, view, one, language, path)
    marks: dict[str, object] = {
        "type": _CSL_TYPES[facts.kind], "by": facts.author, "written": facts.written, "translator": facts.translator,
        "tongue": facts.language, "edition": facts.edition, "day": facts.day, "site": facts.site,
    }  # fmt: skip
    told = {name: value for name, value in marks.items() if value}
    stop = "" if facts.title.endswith(_STOPS) else "."
    return Citation(_apa(facts), _chicago(facts), facts.title, stop, told, one.number // PIECE)


def citation_groups(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    """Yield ``cite/<n>.json`` of each :data:`PIECE` numbers."""
    pieces: dict[int, list[Item]] = {}
    for number in sorted(view.things):
        pieces.setdefault(number // PIECE, []).append(view.things[number])
    for piece, held in pieces.items():
        editions: list[Json] = [view.shown.signed[each.number].edition for each in held]
        yield PageGroup(f"cite/{piece}/", [*view.stated(held), editions], partial(_piece, site, view, piece, held))


def _piece(site: Site, view: SiteIndex, piece: int, held: Sequence[Item]) -> dict[str, bytes]:
    path, earlier = f"cite/{piece}.json", view.shown.earlier
    before = {line[: line.find(",")]: line.removesuffix(",") for line in earlier.text(path).split("\n")[1:-2]}
    entries = []
    for one in held:
        known = before.get(f'{{"id":"{_id(one.number)}"') if earlier.tells(one.number) else None
        language = one.language if isinstance(one, Post) else LANGUAGES[0]
        told = known or _JSON.encode(csl_of(_facts(site, view, one, language, f"items/{one.number}/index.html")))
        entries.append(told)
    return {path: "[\n{}\n]\n".format(",\n".join(entries)).encode()}


def _id(number: int) -> str:
    return f"tamizdat-{number}"


def _facts(site: Site, view: SiteIndex, one: Item, language: str, path: str) -> _Facts:
    signed = view.shown.signed[one.number]
    author = handle = written = translator = ""
    title, tongue = label_of(view, one.number, language, TITLE)
    title = brief(title, TITLE)
    match one:
        case Post():
            author, handle = one.voice.name or one.voice.handle, one.voice.handle if one.voice.name else ""
            written = (one.published or "")[:10]
            shown = None if covers_words(one) else translation_into(one, language)
            translator = shown.credit if shown and tongue == shown.language else ""
        case Person():
            title = one.told.name
        case PublishedStory():
            author = one.told.credit or site.name
            written, retold = one.day, retelling_of(one, telling_for(one, language))
            translator = retold.credit if retold else ""
        case Footage():
            author = site.name
    return _Facts(
        one.number, one.kind, _line(author), _line(handle), _line(title), tongue, written, _line(translator),
        signed.edition, view.shown.changes.day(signed.edition) if view.shown.changes.days else one.day, signed.digest,
        _line(site.name), site.origin, f"{site.address}{path}" if site.address else "",
    )  # fmt: skip


def _line(text: str) -> str:
    """Return *text* in one line, without what could change the direction of what follows it."""
    return text if text.isprintable() else _SPACE.sub(" ", _DIRECTION.sub("", text)).strip()


def _apa(facts: _Facts) -> str:
    author = f"{facts.author} [@{facts.handle}]" if facts.handle else facts.author
    year, month, day = _parts(facts.written or facts.day)
    dated = f"({year}, {MONTHS[month - 1]} {day})"
    what = "; ".join(filter(None, (facts.kind.capitalize(), facts.translator and f"{facts.translator}, Trans.")))
    title = f"{facts.title} [{what}]".strip()
    head = f"{author} {dated}. {title}." if author else f"{title} {dated}."
    return " ".join([head, f"{facts.site}, {_which(facts)}.", *([facts.url] if facts.url else []), _digest(facts)])


def _chicago(facts: _Facts) -> tuple[str, str]:
    author = f"{facts.author} (@{facts.handle})" if facts.handle else facts.author
    day = _english(facts.written or facts.day)
    translator = f"Translated by {facts.translator}." if facts.translator else ""
    tail = [translator, f"{facts.kind.capitalize()}, {day}.", f"{facts.site}, {_which(facts)}."]
    tail += [facts.url and f"{facts.url}.", _digest(facts)]
    return f"{author}. " if author else "", " ".join(filter(None, tail))


def _which(facts: _Facts) -> str:
    return f"No. {facts.number}, edition {facts.edition} ({_english(facts.day)})"


def _digest(facts: _Facts) -> str:
    return f"SHA-256 of its statement: {facts.digest}"


def csl_of(facts: _Facts) -> dict[str, object]:
    """Return it as an entry of CSL-JSON."""
    told = {
        "id": _id(facts.number),
        "type": _CSL_TYPES[facts.kind],
        "author": [{"literal": facts.author}] if facts.author else None,
        "title": facts.title,
        "container-title": facts.site,
        "issued": {"date-parts": [list(_parts(facts.written or facts.day))]},
        "translator": [{"literal": facts.translator}] if facts.translator else None,
        "number": str(facts.number),
        "edition": str(facts.edition),
        "available-date": {"date-parts": [list(_parts(facts.day))]},
        "language": facts.language,
        "archive": facts.origin,
        "URL": facts.url,
        "note": _digest(facts),
    }
    return {name: value for name, value in told.items() if value}


@lru_cache(1 << 12)
def _parts(day: str) -> tuple[int, int, int]:
    year, month, date = day.split("-")
    return int(year), int(month), int(date)


@lru_cache(1 << 12)
def _english(day: str) -> str:
    year, month, date = _parts(day)
    return f"{MONTHS[month - 1]} {date}, {year}"
