"""OpenTimelineIO (``.otio``): https://opentimelineio.readthedocs.io/.

::

    {"OTIO_SCHEMA": "Clip.2", "name": "item-0041",
     "source_range": {"start_time": {"rate": 25.0, "value": 30.0}, "duration": {"rate": 25.0, "value": 45.0}},
     "media_references": {"DEFAULT_MEDIA": {"target_url": "item-0041.mov", "available_range": {…}}}}

``source_range`` counts from the time code of the file's beginning, which is that of ``available_range``.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from tamizdat.cutting_room.edit_lists.uses import Use, use
from tamizdat.errors import BadPacket

MOST_LEVELS: Final = 400
_RETIMED: Final = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")
_NAMES: Final = ("target_url", "target_url_base", "name", "name_prefix")


def read(text: str) -> list[Use]:
    """Return what a timeline uses. Raises :class:`BadPacket` for what is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPacket(
            "Expected a timeline of OpenTimelineIO, found text that is no JSON. Have it written again."
        ) from None
    if not isinstance(said, dict) or "OTIO_SCHEMA" not in said:
        raise BadPacket("Expected a timeline of OpenTimelineIO, found other JSON. Have it written as an EDL or FCPXML.")
    return [*_uses(said, 0)]


def _uses(said: object, level: int) -> Iterator[Use]:
    if level > MOST_LEVELS:
        raise BadPacket(f"Expected a timeline of at most {MOST_LEVELS} levels, found more. It was not read.")
    if isinstance(said, list):
        for each in said:
            yield from _uses(each, level + 1)
    elif isinstance(said, dict) and str(said.get("OTIO_SCHEMA")).startswith("Clip."):
        yield _use(said)
    elif isinstance(said, dict):
        for name, each in said.items():
            if name != "metadata":
                yield from _uses(each, level + 1)


def _use(clip: dict[str, object]) -> Use:
    several = clip.get("media_references")
    found = [clip.get("media_reference"), *(several.values() if isinstance(several, dict) else ())]
    media = [each for each in found if isinstance(each, dict)]
    key = clip.get("active_media_reference_key")
    shown = several.get(key) if isinstance(several, dict) and isinstance(key, str) else None
    names = [each.get(name) for each in (*media, clip) for name in _NAMES]
    ranged = (shown, *media) if isinstance(shown, dict) else media
    available = next((each["available_range"] for each in ranged if each.get("available_range")), None)
    begins = _time(available, "start_time") or Fraction(0)
    taken = clip.get("source_range") or available
    start, length = _time(taken, "start_time"), _time(taken, "duration")
    written = [each for each in names if isinstance(each, str)]
    return use(written, None if start is None or _is_retimed(clip) else start - begins, length)


def _is_retimed(clip: dict[str, object]) -> bool:
    """Tell whether a clip is shown faster or slower, or backwards: then its length is not that of the file's."""
    said = clip.get("effects")
    effects = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    return any(str(each.get("OTIO_SCHEMA")).partition(".")[0] in _RETIMED for each in effects)


def _time(span: object, name: str) -> Fraction | None:
    """Return seconds of a time in a range; None if it is none."""
    found = span.get(name) if isinstance(span, dict) else None
    rate, value = (_number(found.get("rate")), _number(found.get("value"))) if isinstance(found, dict) else (None, None)
    if rate is None or value is None or rate < 0.01:
        return None
    return Fraction(value) / Fraction(rate).limit_denominator(100_000)


def _number(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float) or not abs(said) < 1e12:
        return None
    return said
