"""Timelines in OpenTimelineIO (``marked-25.otio``): every shot of one rate, whole, with its words as markers.

::

    Timeline > Stack > Track "Video" > Clip "item-0041.mov", from frame 0 on, its file beside the timeline
                                          Marker "老师: 他们都不在了。", comment "en: They are all gone."
                       Track "Audio" > the same files, where they have sound

Where a track has nothing, a gap of that length stands. The format is
https://opentimelineio.readthedocs.io/en/stable/tutorials/otio-serialized-schema.html.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from tamizdat.cutting_room.edl import begins, by_rate
from tamizdat.cutting_room.markers import markers_of
from tamizdat.cutting_room.shots import Shot
from tamizdat.footage.probe import CLIP
from tamizdat.footage.timecode import Rate

Object: TypeAlias = dict[str, object]
_EMPTY: Final[Mapping[str, object]] = {"metadata": {}, "effects": [], "markers": [], "enabled": True}


def timelines(shots: Sequence[Shot]) -> Iterator[tuple[str, bytes]]:
    """Yield a timeline of each rate with its name."""
    for rate, some in by_rate(shots):
        tracks = [_track(kind, [_item(shot, kind) for shot in some]) for kind in ("Video", "Audio")]
        stack = {"OTIO_SCHEMA": "Stack.1", **_EMPTY, "name": "tracks", "source_range": None, "children": tracks}
        made = {
            "OTIO_SCHEMA": "Timeline.1", "metadata": {}, "name": f"TAMIZDAT {rate.name.upper()}",
            "global_start_time": _time(rate, begins(rate)), "tracks": stack,
        }  # fmt: skip
        yield f"marked-{rate.name}.otio", json.dumps(made, ensure_ascii=False, indent=1).encode()


def _track(kind: str, items: list[Object]) -> Object:
    return {"OTIO_SCHEMA": "Track.1", **_EMPTY, "name": kind, "kind": kind, "source_range": None, "children": items}


def _item(shot: Shot, kind: str) -> Object:
    span = _span(shot.rate, 0, shot.length)
    if not (shot.kind == CLIP if kind == "Video" else shot.sound or shot.kind != CLIP):
        return {"OTIO_SCHEMA": "Gap.1", **_EMPTY, "name": "", "source_range": span}
    has_words = kind == "Video" or shot.kind != CLIP  # once is enough
    media = {
        "OTIO_SCHEMA": "ExternalReference.1", "metadata": {}, "name": shot.label, "available_range": span,
        "available_image_bounds": None, "target_url": shot.file,
    }  # fmt: skip
    return {
        "OTIO_SCHEMA": "Clip.2", **_EMPTY, "metadata": {"cmx_3600": {"reel": shot.reel}}, "name": shot.file,
        "source_range": span, "markers": _markers(shot) if has_words else [],
        "media_references": {"DEFAULT_MEDIA": media}, "active_media_reference_key": "DEFAULT_MEDIA",
    }  # fmt: skip


def _markers(shot: Shot) -> list[Object]:
    return [
        {
            "OTIO_SCHEMA": "Marker.2", "metadata": {}, "name": each.words, "color": "GREEN", "comment": each.others,
            "marked_range": _span(shot.rate, each.first, each.behind - each.first),
        }
        for each in markers_of(shot)
    ]  # fmt: skip


def _span(rate: Rate, first: int, frames: int) -> Object:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(rate, first), "duration": _time(rate, frames)}


def _time(rate: Rate, frame: int) -> Object:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate.above / rate.below, "value": float(frame)}
