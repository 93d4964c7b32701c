"""Templates, and the small things they need: days and times as people write them, languages, direction of script."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tamizdat.text.catalogue import translations
from tamizdat.web.static_files import StaticFiles
from tamizdat.workbench.l10n import INTERFACE, word

STATIC: Final = StaticFiles(
    Path(__file__).parent / "static",
    {"style.css": "text/css", "desk.js": "text/javascript", "mark.svg": "image/svg+xml"},
)
RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"})
_LANGUAGES: Final = {
    "ar": "Arabic", "bo": "Tibetan", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "he": "Hebrew", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "mn": "Mongolian",
    "my": "Burmese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "th": "Thai", "tr": "Turkish",
    "ug": "Uyghur", "uk": "Ukrainian", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
    "zh-Hans": "Chinese (simplified)", "zh-Hant": "Chinese (traditional)", "kk": "Kazakh", "fi": "Finnish",
}  # fmt: skip


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
    made.install_gettext_translations(translations(INTERFACE), newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "word": word,
        "day": written_day,
        "moment": written_moment,
        "language": language_name,
        "direction": direction,
        "brief": brief,
        "count": lambda number: f"{number:,}",
        "bytes": written_size,
    }
    made.globals["interface"] = INTERFACE
    made.globals["static"] = STATIC.address
    return made


def written_day(day: str | None) -> str:
    """Return ``2026-11-23T…`` as 23 November 2026; what is no day stays as it is."""
    try:
        when = date.fromisoformat((day or "")[:10])
    except ValueError:
        return day or "no date"
    return f"{when.day} {when.strftime('%B %Y')}"


def written_moment(when: int | str | None) -> str:
    """Return a time in seconds, or a platform's with its own offset, to the minute."""
    if isinstance(when, int):
        return datetime.fromtimestamp(when, UTC).strftime("%-d %B %Y, %H:%M UTC")
    try:
        moment = datetime.fromisoformat(when or "")
    except ValueError:
        return when or "no date"
    offset = moment.strftime("%z")
    zone = {"": "", "+0000": " UTC"}.get(offset, f" {offset[:3]}:{offset[3:]}")
    return moment.strftime("%-d %B %Y, %H:%M") + zone


def language_name(tag: str) -> str:
    """Return the English name of a language, or its tag."""
    return _LANGUAGES.get(tag) or _LANGUAGES.get(tag.partition("-")[0]) or tag or "language unknown"


def direction(tag: str) -> str:
    """Return which way text of a language runs; ``auto`` where the language is not told."""
    if not tag or tag == "und":
        return "auto"
    return "rtl" if tag.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def brief(text: str, most: int = 90) -> str:
    """Return the beginning of a text, on one line, of at most *most* characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def written_size(size: int) -> str:
    """Return a size in bytes as people read it."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if size >= 10**power:
            return f"{size / 10**power:.1f} {unit}"
    return f"{size} bytes"
