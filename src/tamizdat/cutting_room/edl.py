"""Edit decision lists, CMX 3600: an event for each cue, one after the other, so that what was marked plays through.

::

    TITLE: TAMIZDAT 25
    FCM: NON-DROP FRAME

    001  I0000041 AA/V  C        00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20
    * FROM CLIP NAME: item-0041.mov
    * COMMENT: ITEM 41 CUE 1

A list has one frame rate, and at most 999 events; more shots make more lists. Time codes of a source count from the
beginning of its proxy, whose time code track says the same; those of the programme from 01:00:00:00. A shot in which
nothing is marked is one event. Letters beyond ASCII stand in no list, for most programs take them for others: the words
are in the table and the subtitles.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from tamizdat.cutting_room.shots import Shot
from tamizdat.footage.probe import CLIP
from tamizdat.footage.timecode import RATES, Rate

MOST: Final = 999  #: events of a list
HOUR: Final = 3600  #: seconds: where the programme begins


def lists(shots: Sequence[Shot]) -> Iterator[tuple[str, bytes]]:
    """Yield each list with its name: of each rate one, or several."""
    for rate, some in by_rate(shots):
        events = [each for shot in some for each in _events(shot)]
        parts = range(0, len(events), MOST)
        for number, start in enumerate(parts, 1):
            part = "" if len(parts) == 1 else f"-{number}"
            yield f"marked-{rate.name}{part}.edl", _list(rate, events[start : start + MOST])


def by_rate(shots: Sequence[Shot]) -> Iterator[tuple[Rate, list[Shot]]]:
    """Yield each rate with its shots, in their order."""
    ordered = sorted(shots, key=lambda each: RATES.index(each.rate))
    return ((rate, [*some]) for rate, some in groupby(ordered, key=lambda each: each.rate))


def begins(rate: Rate) -> int:
    """Return the frame of 01:00:00:00, where a programme begins."""
    return 107_892 if rate.drop else HOUR * rate.base


def _events(shot: Shot) -> Iterator[tuple[Shot, int, int, str]]:
    spans = [(number, span) for number, cue in enumerate(shot.cues, 1) if (span := shot.span(cue))]
    if not spans:
        yield shot, 0, shot.length, f"{shot.label} WHOLE"
    for number, (first, behind) in spans:
        yield shot, first, behind, f"{shot.label} CUE {number}"


def _list(rate: Rate, events: Sequence[tuple[Shot, int, int, str]]) -> bytes:
    mode = "DROP FRAME" if rate.drop else "NON-DROP FRAME"
    lines = [f"TITLE: TAMIZDAT {rate.name.upper()}", f"FCM: {mode}", ""]
    at = begins(rate)
    for number, (shot, first, behind, told) in enumerate(events, 1):
        tracks = ("AA/V" if shot.sound else "V") if shot.kind == CLIP else "AA"
        times = (first, behind, at, at + behind - first)
        codes = " ".join(rate.timecode(each) for each in times)
        lines += [f"{number:03}  {shot.reel:8} {tracks:5} C        {codes}"]
        lines += [f"* FROM CLIP NAME: {shot.file}", f"* COMMENT: {told}"]
        at = times[3]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
