"""Templates, and the small things they need: days and times as people write them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from tamizdat.text import dates
from tamizdat.text.catalogue import N_, grouped, interface_tags, messages, translations
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction, language_and_script, written_in
from tamizdat.text.quantities import amount_in_line
from tamizdat.transcripts.clock import written
from tamizdat.translation.difference import difference
from tamizdat.web.static_files import StaticFiles
from tamizdat.workbench import command_pages, finding_words
from tamizdat.workbench.l10n import gettext, interface, told, word
from tamizdat.workbench.script_words import script_words

STATIC: Final = StaticFiles(
    Path(__file__).parent / "static",
    {
        "style.css": "text/css",
        "desk.js": "text/javascript",
        "upload.js": "text/javascript",
        "mark.svg": "image/svg+xml",
        "timeline.js": "text/javascript",
        "cover.js": "text/javascript",
        "readings.js": "text/javascript",
        "story.js": "text/javascript",
    },
)

NO_DATE: Final = N_("no date")
NO_LANGUAGE: Final = N_("language unknown")
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
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda message: translations(interface()).gettext(message),
        lambda one, many, count: translations(interface()).ngettext(one, many, count),
        newstyle=True,
    )
    made.filters |= {
        "word": _of_the_request(word),
        "day": _of_the_request(written_day),
        "moment": _of_the_request(written_moment),
        "language": _of_the_request(language_name),
        "listed": _of_the_request(lambda words: messages(interface())["comma"].join(words)),
        "direction": direction,
        "written_in": written_in,
        "brief": excerpt,
        "count": _of_the_request(lambda number: grouped(number, interface())),
        "bytes": _of_the_request(written_size),
        "duration": _of_the_request(lambda seconds: dates.duration(seconds, interface())),
        "clock": written,
        "linked": linked,
        "finding": _of_the_request(finding_words.said),
    }
    made.globals["static"] = STATIC.address
    made.globals["difference"] = difference
    made.globals["script_words"] = script_words
    return made


def _of_the_request(shown: Callable[..., str]) -> Callable[..., str]:
    """Return a filter whose answer differs from request to request, which Jinja must not work out beforehand."""

    @pass_context
    def shown_now(context: Context, *values: object) -> str:
        return shown(*values)

    return shown_now


def linked(message: object) -> Markup:
    """Return a message of the program in which each item that it names by number, or command, leads to its page.

    What is English in another interface says so.
    """
    said, english = told(str(message))
    pieces = [
        Markup('<a href="{}">{}</a>').format(address, piece) if address else _with_items(piece)
        for piece, address in command_pages.parted(said)
    ]
    body = Markup("").join(pieces)
    return Markup('<span class="english" lang="en" dir="ltr">{}</span>').format(body) if english else body


def _with_items(message: str) -> Markup:
    pieces, at = [], 0
    for found in _NAMED.finditer(message):
        pieces += [escape(message[at : found.start()]), Markup('<a href="/items/{}">{}</a>').format(found[1], found[0])]
        at = found.end()
    return Markup("").join([*pieces, escape(message[at:])])


def written_day(day: str | None) -> str:
    """Return ``2026-11-23T…`` as 23 November 2026; what is no day stays as it is."""
    try:
        return dates.written_day((day or "")[:10], interface())
    except ValueError:
        return day or gettext(NO_DATE)


def written_moment(when: int | str | None) -> str:
    """Return seconds, or a platform's time with its own offset, to the minute; what is no time stays as it is."""
    time = datetime.fromtimestamp(when, UTC).isoformat() if isinstance(when, int) else when or ""
    try:
        return dates.written_time(time, interface())
    except ValueError:
        return time or gettext(NO_DATE)


def written_size(size: float) -> str:
    """Return an amount of bytes, ``188 kB``, in one piece."""
    return amount_in_line(size, direction(interface_tags()[interface()]))


def language_name(tag: str) -> str:
    """Return the name of a language with its script, or its tag."""
    return language_and_script(tag, interface()) or gettext(NO_LANGUAGE)
