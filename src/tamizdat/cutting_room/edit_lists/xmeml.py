"""XML of Final Cut Pro 7 (``xmeml``), which Premiere writes and DaVinci Resolve reads.

::

    <sequence><media><video><track><clipitem><name>item-0041.mov</name>
        <rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate>  <in>36</in><out>90</out>     frames of the file
        <file id="file-1"><name>item-0041.mov</name><pathurl>file://localhost/cut/item-0041.mov</pathurl></file>

A file is described where it stands first; later only its id is named. Of the angles of a multiclip all count. Clips in
a bin are not used.
"""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from tamizdat.cutting_room.edit_lists.uses import Use, decimal, use
from tamizdat.translation.packet_xml import Element


def uses(root: Element) -> Iterator[Use]:
    """Yield what the sequences of a file use."""
    files: dict[str, dict[str, None]] = {}
    for each in root.every("file"):
        if number := each.attributes.get("id"):
            files.setdefault(number, {}).update(dict.fromkeys(_named(each)))
    for sequence in root.every("sequence"):
        for media in sequence.all("media"):
            for clip in (found for kind in media.children if isinstance(kind, Element) for found in _clips(kind)):
                yield from _used(clip, files)


def _used(clip: Element, files: Mapping[str, Collection[str]]) -> Iterator[Use]:
    if clip.first("sequence"):
        return  # its clips are found by themselves
    file, several = clip.first("file"), clip.first("multiclip")
    if several:
        for each in several.every("file"):
            yield use([*files.get(each.attributes.get("id", ""), ()), *_named(each)])
    if file is None:
        if not several:
            yield use([_text(clip, "name")])
        return
    rate, first, behind = _rate(clip), decimal(_text(clip, "in")), decimal(_text(clip, "out"))
    names = [*files.get(file.attributes.get("id", ""), ()), *_named(file), _text(clip, "name")]
    if rate and first is not None and behind is not None and not _is_retimed(clip):
        yield use(names, first / rate, (behind - first) / rate)
    else:
        yield use(names)


def _named(file: Element) -> list[str]:
    return [each for each in (_text(file, "name"), _text(file, "pathurl")) if each]


def _is_retimed(clip: Element) -> bool:
    """Tell whether a clip is shown faster or slower, or backwards: then its times are not those of the file."""
    return any(_text(each, "effectid").lower() == "timeremap" for each in clip.every("effect"))


def _rate(clip: Element) -> Fraction | None:
    rate = clip.first("rate")
    base = decimal(_text(rate, "timebase")) if rate else None
    if not rate or not base or base <= 0:
        return None
    return base * Fraction(1000, 1001) if _text(rate, "ntsc").upper() == "TRUE" else base


def _clips(kind: Element) -> Iterator[Element]:
    return (clip for track in kind.all("track") for clip in track.all("clipitem"))


def _text(element: Element, local: str) -> str:
    found = element.first(local)
    return found.text().strip() if found else ""
