"""Templates, and the small things they need: days and times as people write them."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tamizdat.text import dates
from tamizdat.text.catalogue import translations
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction, language_and_script, written_in
from tamizdat.text.quantities import amount
from tamizdat.translation.difference import difference
from tamizdat.web.static_files import StaticFiles
from tamizdat.workbench.l10n import INTERFACE, word
from tamizdat.workbench.script_words import script_words

STATIC: Final = StaticFiles(
    Path(__file__).parent / "static",
    {
        "style.css": "text/css",
        "desk.js": "text/javascript",
        "upload.js": "text/javascript",
        "mark.svg": "image/svg+xml",
    },
)

_NAMED: Final = re.compile(
    r"\b(?:[Pp]ost|[Ii]tem|items/)s? ?([1-9][0-9]{0,14})(?:/index\.html)?\b"
)  #: as messages name items


@cache
def environment() -> Environment:
    """Return the Jinja environment of the workbench's templates."""
    made = Environment(
        loader=PackageLoader("tamizdat.workbench"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_translations(translations(INTERFACE), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.filters |= {
        "word": word,
        "day": written_day,
        "moment": written_moment,
        "language": language_name,
        "direction": direction,
        "written_in": written_in,
        "brief": excerpt,
        "count": lambda number: f"{number:,}",
        "bytes": amount,
        "linked": linked,
    }
    made.globals["interface"] = INTERFACE
    made.globals["static"] = STATIC.address
    made.globals["difference"] = difference
    made.globals["script_words"] = script_words
    return made


def linked(message: str) -> Markup:
    """Return a message of the program in which each item that it names by number leads to its page."""
    pieces, at = [], 0
    for found in _NAMED.finditer(message):
        pieces += [escape(message[at : found.start()]), Markup('<a href="/items/{}">{}</a>').format(found[1], found[0])]
        at = found.end()
    return Markup("").join([*pieces, escape(message[at:])])


def written_day(day: str | None) -> str:
    """Return ``2026-11-23T…`` as 23 November 2026; what is no day stays as it is."""
    try:
        return dates.written_day((day or "")[:10], "en")
    except ValueError:
        return day or "no date"


def written_moment(when: int | str | None) -> str:
    """Return seconds, or a platform's time with its own offset, to the minute; what is no time stays as it is."""
    time = datetime.fromtimestamp(when, UTC).isoformat() if isinstance(when, int) else when or ""
    try:
        return dates.written_time(time, "en")
    except ValueError:
        return time or "no date"


def language_name(tag: str) -> str:
    """Return the English name of a language with its script, or its tag."""
    return language_and_script(tag, "en") or "language unknown"
