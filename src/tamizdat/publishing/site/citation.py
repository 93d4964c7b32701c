r"""How an item is cited: in APA and Chicago style, as BibTeX and as CSL-JSON.

A citation names what does not move: the item's number, the edition that first showed it as it is, and the SHA-256 of
its signed statement, by which anyone can tell whether they hold the same; the address beside it may change. The styles
are English ones, whatever the language of the page; authors and titles stand as they were written, in their own script,
and whoever chose a pseudonym is cited by it.

>>> bibtex_escaped("50 % of {names} & C:\\x_1")
'50 \\% of \\textbraceleft{}names\\textbraceright{} \\& C:\\textbackslash{}x\\_1'
"""

import json
import re
from functools import lru_cache
from typing import Final, NamedTuple

from tamizdat.publishing.model import Site
from tamizdat.publishing.site.news import label_of
from tamizdat.publishing.site.post_text import covers_words, translation_into
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.publishing.site.story_text import retelling_of, telling_for
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory
from tamizdat.text.dates import MONTHS

TITLE: Final = 140  #: characters of a text that stand for a title
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DIRECTION: Final = re.compile(
    "[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)  #: what could turn the rest of a citation around
_BIBTEX: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{each: f"\\{each}" for each in "%&$#_"},
})  # fmt: skip
_JSON: Final = json.JSONEncoder(ensure_ascii=False)
_CSL_TYPES: Final = {
    "post": "post", "clip": "motion_picture", "sound": "song", "picture": "graphic", "document": "document",
    "text": "document", "person": "entry", "story": "webpage",
}  # fmt: skip


class Citation(NamedTuple):
    """An item's citation in each form."""

    apa: str
    chicago: str
    bibtex: str
    csl_json: str


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
    return Citation(_apa(facts), _chicago(facts), _bibtex(facts), _csl_json(facts))


def _facts(site: Site, view: SiteIndex, one: Item, language: str, path: str) -> _Facts:
    signed = view.shown.signed[one.number]
    author = handle = written = translator = ""
    title, tongue = label_of(view, one.number, language, TITLE)
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


def _chicago(facts: _Facts) -> str:
    author = f"{facts.author} (@{facts.handle})" if facts.handle else facts.author
    day = _english(facts.written or facts.day)
    translator = f"Translated by {facts.translator}." if facts.translator else ""
    head = [f"{author}." if author else "", f"“{facts.title}.”" if facts.title else "", translator]
    tail = [f"{facts.kind.capitalize()}, {day}.", f"{facts.site}, {_which(facts)}."]
    return " ".join(filter(None, [*head, *tail, facts.url and f"{facts.url}.", _digest(facts)]))


def _which(facts: _Facts) -> str:
    return f"No. {facts.number}, edition {facts.edition} ({_english(facts.day)})"


def _digest(facts: _Facts) -> str:
    return f"SHA-256 of its statement: {facts.digest}"


def _bibtex(facts: _Facts) -> str:
    year, month, day = _parts(facts.written or facts.day)
    fields = {
        "author": f"{{{bibtex_escaped(facts.author)}}}" if facts.author else "",
        "title": f"{{{bibtex_escaped(facts.title)}}}" if facts.title else "",
        "year": f"{year}",
        "month": f"{month}",
        "day": f"{day}",
        "translator": f"{{{bibtex_escaped(facts.translator)}}}" if facts.translator else "",
        "howpublished": f"{bibtex_escaped(facts.site)}, No. {facts.number}",
        "edition": f"{facts.edition}",
        "langid": facts.language,
        "url": facts.url,
        "note": f"{_which(facts)}. {_digest(facts)}. Ledger: {bibtex_escaped(facts.origin)}",
    }
    lines = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return "\n".join([f"@misc{{tamizdat-{facts.number},", *lines, "}"])


def bibtex_escaped(text: str) -> str:
    """Return *text* as a BibTeX field holds it; braces are written so that they always balance."""
    return text.translate(_BIBTEX)


def _csl_json(facts: _Facts) -> str:
    told = {
        "id": f"tamizdat-{facts.number}",
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
    return _JSON.encode([{name: value for name, value in told.items() if value}])


@lru_cache(1 << 12)
def _parts(day: str) -> tuple[int, int, int]:
    year, month, date = day.split("-")
    return int(year), int(month), int(date)


@lru_cache(1 << 12)
def _english(day: str) -> str:
    year, month, date = _parts(day)
    return f"{MONTHS[month - 1]} {date}, {year}"
