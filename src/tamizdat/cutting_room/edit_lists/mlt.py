"""Projects of Shotcut, Kdenlive and melt (``.mlt``, ``.kdenlive``): https://www.mltframework.org/docs/mltxml/.

::

    <profile frame_rate_num="25" frame_rate_den="1"/>
    <producer id="a"><property name="resource">item-0041.mov</property></producer>      or a chain
    <playlist><entry producer="a" in="30" out="74"/></playlist>                         its last frame; or as a clock

A playlist that is a bin holds what is not cut in yet.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from tamizdat.cutting_room.edit_lists.uses import Use, decimal, use
from tamizdat.translation.packet_xml import Element

_BINS: Final = ("main_bin", "main bin")
_NAMES: Final = ("resource", "kdenlive:originalurl", "warp_resource", "shotcut:resource")
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d\d):(\d\d)(?:([.,])(\d{1,6})|([:;])(\d\d))?", re.ASCII)
_NO_FILE: Final = re.compile(r"(?i)(?:#?[0-9a-f]{3,8}|black|white|0|<tractor>|<producer>|)")  #: a colour, for one


def uses(root: Element) -> Iterator[Use]:
    """Yield what the playlists of a project use."""
    profile = root.first("profile")
    said = profile.attributes if profile else {}
    above, below = decimal(said.get("frame_rate_num", "")), decimal(said.get("frame_rate_den", ""))
    rate = above / below if above and below and above > 0 and below > 0 else None
    known = {each.attributes.get("id", ""): each for kind in ("producer", "chain") for each in root.every(kind)}
    for track in root.every("track"):  # a file may be a track by itself
        producer = known.get(track.attributes.get("producer", ""))
        if producer and (names := _names(producer)):
            yield use(names)
    for playlist in root.every("playlist"):
        if playlist.attributes.get("id") in _BINS:
            continue
        for entry in playlist.all("entry"):
            producer = known.get(entry.attributes.get("producer", ""))
            names = _names(producer) if producer else []
            first, last = (_seconds(entry.attributes.get(name, ""), rate) for name in ("in", "out"))
            if _is_retimed(producer):
                first = None
            if producer and names and first is not None and last is not None and rate:
                begins = _seconds(producer.attributes.get("in", ""), rate) or 0  # an entry counts from there
                yield use(names, begins + first, last + 1 / rate - first)
            elif names:
                yield use(names)


def _names(producer: Element) -> list[str]:
    said = {each.attributes.get("name", ""): each.text().strip() for each in producer.all("property")}
    return [said[each] for each in _NAMES if not _NO_FILE.fullmatch(said.get(each, ""))]


def _is_retimed(producer: Element | None) -> bool:
    """Tell whether a file is shown faster or slower, or backwards: then frames of the film are none of the file."""
    made_by = [each for one in (producer, *producer.all("link")) for each in one.all("property")] if producer else []
    services = {each.text().strip() for each in made_by if each.attributes.get("name") == "mlt_service"}
    return not services.isdisjoint(("timewarp", "timeremap"))


def _seconds(text: str, rate: Fraction | None) -> Fraction | None:
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None:
        frames = decimal(text)
        return frames / rate if frames is not None and rate else None
    whole = Fraction((int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3]))
    if clock[5]:
        return whole + Fraction(f"0.{clock[5]}")
    return whole + int(clock[7]) / rate if clock[7] and rate else whole
