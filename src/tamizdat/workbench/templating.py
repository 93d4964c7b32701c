"""Templates, and the small things they need: days and times as people write them."""

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tamizdat.text.languages import direction, language_and_script

STATIC: Final = {"style.css": "text/css", "desk.js": "text/javascript", "mark.svg": "image/svg+xml"}


@cache
def press() -> Environment:
    """The templates, ready for use."""
    made = Environment(
        loader=PackageLoader("tamizdat.workbench"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": written_day,
        "moment": written_moment,
        "language": language_name,
        "direction": direction,
        "brief": brief,
        "count": lambda number: f"{number:,}",
        "bytes": written_size,
    }
    made.globals["static"] = static_address
    return made


def written_day(day: str | None) -> str:
    """``2026-11-23T…`` as 23 November 2026; what is no day stays as it is."""
    try:
        when = date.fromisoformat((day or "")[:10])
    except ValueError:
        return day or "no date"
    return f"{when.day} {when.strftime('%B %Y')}"


def written_moment(when: int | str | None) -> str:
    """Seconds, or a platform's time with its own offset, to the minute."""
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
    """Return the English name of a language with its script, or its tag."""
    return language_and_script(tag, "en") or "language unknown"


def brief(text: str, most: int = 90) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def written_size(size: int) -> str:
    """Bytes as people read them."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if size >= 10**power:
            return f"{size / 10**power:.1f} {unit}"
    return f"{size} bytes"


def static_bytes(name: str) -> bytes:
    """One of our own files."""
    assert name in STATIC, "an own file"
    return (Path(__file__).parent / "static" / name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Its address, another one whenever its bytes are others."""
    return f"/static/{name}?v={hashlib.sha256(static_bytes(name)).hexdigest()[:12]}"
