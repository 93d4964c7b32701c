"""Templates, and the small things they need: days and times as people write them."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tamizdat.text import dates
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction, language_and_script
from tamizdat.text.quantities import amount

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
        "brief": excerpt,
        "count": lambda number: f"{number:,}",
        "bytes": amount,
    }
    made.globals["static"] = static_address
    return made


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


def static_bytes(name: str) -> bytes:
    """One of our own files."""
    assert name in STATIC, "an own file"
    return (Path(__file__).parent / "static" / name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Its address, another one whenever its bytes are others."""
    return f"/static/{name}?v={hashlib.sha256(static_bytes(name)).hexdigest()[:12]}"
