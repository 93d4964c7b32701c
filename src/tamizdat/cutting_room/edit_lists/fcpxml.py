"""FCPXML, of Final Cut Pro (and DaVinci Resolve): https://developer.apple.com/documentation/professional-video-applications.

::

    <asset id="r2" name="item-0041" start="0s" src="file:///cut/item-0041.mov"/>      until 1.8
    <asset id="r2" …><media-rep src="file:///cut/item-0041.mov"/></asset>             since 1.9
    <sequence><spine><asset-clip ref="r2" offset="0s" start="3s" duration="2s"/>      what is used of it
    <clip start="3s" duration="2s"><video ref="r2" offset="0s" duration="60s"/></clip>  the same

``start`` counts from the time code of the asset's beginning. What lies in no sequence, but in a bin, is not used. Of an
angle of several cameras all counts, be it seen or not.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from tamizdat.cutting_room.edit_lists.uses import Use, seconds_of, use
from tamizdat.translation.packet_xml import Element

HOLDERS = ("sequence", "multicam")
CLIPS = ("asset-clip", "video", "audio")


def uses(root: Element) -> Iterator[Use]:
    """Yield what the sequences of a file use."""
    every = {each.attributes["id"]: each for each in root.every() if "id" in each.attributes}
    assets = {name: each for name, each in every.items() if each.local == "asset"}
    for each in root.every():
        if each.local in HOLDERS:
            yield from _used(each, assets, every, None)


def _used(
    element: Element, assets: Mapping[str, Element], every: Mapping[str, Element], around: Element | None
) -> Iterator[Use]:
    for each in element.children:
        if not isinstance(each, Element) or each.local in HOLDERS:
            continue
        ref = each.attributes.get("ref", "")
        within = None if "lane" in each.attributes and element is around else around  # beside it, and not in it
        if asset := assets.get(ref):
            yield _use(each, asset, within)
        elif each.local in CLIPS and ref not in every:  # its asset is missing
            yield use([each.attributes.get("name", "")])
        inside = each if each.local == "clip" else within if each.local in ("video", "audio") else None
        yield from _used(each, assets, every, inside)


def _use(clip: Element, asset: Element, around: Element | None) -> Use:
    said = asset.attributes
    files = [said.get("src", ""), *(each.attributes.get("src", "") for each in asset.all("media-rep"))]
    begins = _time(asset, "start")
    start, length = _time(clip, "start", begins), _time(clip, "duration")
    if around is not None:  # what the clip around it shows of it, in that clip's own times
        first, offset, seen = _time(around, "start"), _time(clip, "offset"), _time(around, "duration")
        if offset < first + seen and first < offset + length:
            shown = max(first, offset)
            start, length = start + shown - offset, min(first + seen, offset + length) - shown
        else:  # some programs write the clip's start in the times of the asset
            start, length = first, seen
    names = [*files, said.get("name", ""), clip.attributes.get("name", "")]
    is_retimed = any(each.first("timeMap") for each in (clip, around) if each)  # then its times are not the file's
    return use(names, None if is_retimed else start - begins, length)


def _time(element: Element, name: str, otherwise: Fraction = Fraction(0)) -> Fraction:
    found = seconds_of(element.attributes.get(name, ""))
    return otherwise if found is None else found
