"""Packets that come back in XLIFF 2.0, 2.1 or 2.2, which nobody was given: programs of translators convert to it.

::

    <xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh" trgLang="en">
      <file id="1" original="https://x.com/i/status/57">      the post; without *original* it is the id
        <mda:metadata>…<mda:meta type="build-number">SHA-256 of the text</mda:meta>
                       <mda:meta type="project-id">the latest translation's number, or none</mda:meta>
        <unit id="1">                                          a segment of ours
          <notes><note category="publication">[1] …</note></notes>
          <originalData><data id="d1">http://t.co/x</data></originalData>
          <segment state="translated"><source>没有了，</source><target order="3">gone</target></segment>
          <ignorable><source> </source></ignorable>
          <segment state="final"><source>都。</source><target order="1">All</target></segment>

A program may split a unit. Its sources, joined, are ours; its targets are joined in the order that they give, with a
space where the language wants one, and only if every part with words in it has a target: half a sentence is none. Of
inline codes counts what stands in them, or in the data they refer to.

Converters write where 1.2 has ``build-num`` and ``product-version`` as above (OpenXLIFF does), or leave them out; and
all leave out the notes of a file's header. So what was published with the translation that a packet knows stays.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.translation.packet_xml import MAX_BYTES, Element, fit
from tamizdat.translation.packets import Packet, PacketPost, Unit
from tamizdat.translation.placeables import has_words
from tamizdat.translation.segments import glued
from tamizdat.translation.xliff_files import NONE, PUBLISHED, in_order, published, target_language

XLIFF2: Final = "urn:oasis:names:tc:xliff:document:2."  #: how the namespaces of 2.0, 2.1 and 2.2 begin
_TEXT: Final = ("build-number", "build-num")
_AFTER: Final = ("project-id", "product-version")


def import_xliff2(root: Element) -> Packet:
    """Return the posts of a packet. Raises :class:`BadPacket` for what is no packet of posts."""
    files = list(root.all("file"))
    if any(each.first("body") for each in files):
        raise BadPacket(
            "Expected a packet in XLIFF 2 with units, found the parts of XLIFF 1.2 (body) under the name of 2. "
            "Save it as XLIFF 1.2."
        )
    language = target_language([root.attributes.get("trgLang", "")] if files else [], "trgLang")
    data = _Data()
    return Packet(language, tuple(_post(each, language, data) for each in files))


def _post(file: Element, language: str, data: "_Data") -> PacketPost:
    found = in_order(_units(file))
    told = dict(_told(file))
    heads = [note for notes in file.all("notes") for note in notes.all("note")]
    notes = [*published(heads, "category"), *(text for unit in found for text in published(_notes(unit), "category"))]
    after = next((told[each] for each in _AFTER if each in told), None)
    return PacketPost(
        file.attributes.get("original") or file.attributes.get("id", ""),
        next((told[each] for each in _TEXT if each in told), ""),
        tuple(_unit(each, language, data) for each in found),
        tuple(dict.fromkeys(notes)),
        "" if after == NONE else after,
        keeps_notes=not any(note.attributes.get("category") == PUBLISHED for note in heads),
    )


def _units(parent: Element) -> Iterator[Element]:
    """Yield the units, also those in groups."""
    for each in parent.children:
        if isinstance(each, Element) and each.local == "unit":
            yield each
        elif isinstance(each, Element) and each.local == "group":
            yield from _units(each)


def _told(file: Element) -> Iterator[tuple[str, str]]:
    """Yield what the metadata of a file tell, by type."""
    for metadata in file.all("metadata"):
        for group in metadata.all("metaGroup"):
            yield from ((meta.attributes.get("type", ""), meta.text().strip()) for meta in group.all("meta"))


def _notes(unit: Element) -> Iterator[Element]:
    """Yield the notes of a unit, also those that translate-toolkit writes into its segments."""
    for holder in (unit, *unit.all("segment")):
        for notes in holder.all("notes"):
            yield from notes.all("note")


def _unit(unit: Element, language: str, data: "_Data") -> Unit:
    number = unit.attributes.get("id", "")
    known = {
        each.attributes.get("id", ""): data.text(each, {})
        for held in unit.all("originalData")
        for each in held.all("data")
    }
    parts = [each for each in unit.children if isinstance(each, Element) and each.local in ("segment", "ignorable")]
    pairs = [_pair(each, known, data) for each in parts]
    segments = [pair for part, pair in zip(parts, pairs, strict=True) if part.local == "segment"]
    source = "".join(pair.source for pair in pairs)
    if all(pair.translated or not has_words(pair.source) for pair in segments):
        ordered = [pairs[place] for place in _order(parts, number)]
        target = _joined([pair.target or pair.source for pair in ordered], language)
    else:
        target = source if all(pair.target and not pair.translated for pair in segments) else ""
    return Unit(number, source, target.strip(), all(pair.untouched for pair in segments))


def _pair(part: Element, known: Mapping[str, str], data: "_Data") -> Unit:
    """Return a part of a unit as a unit of its own."""
    source, target = part.first("source"), part.first("target")
    untouched = target is None or part.attributes.get("state", "initial") == "initial"
    words = [data.text(each, known) if each else "" for each in (source, target)]
    return Unit("", words[0], words[1], untouched)


def _order(parts: list[Element], number: str) -> list[int]:
    """Return the places of parts in the order of their targets. Raises :class:`BadPacket` if two claim one place."""
    wanted = []
    for place, part in enumerate(parts, 1):
        target = part.first("target")
        said = target.attributes.get("order", "") if target else ""
        wanted.append(int(said) if said.isdecimal() and len(said) < 10 else place)
    if len(set(wanted)) != len(wanted):
        raise BadPacket(
            f"Expected the targets of a unit in an order, found two of unit {number[:40]!a} at one place (order). "
            "Save it once more in the program it was translated in, or as XLIFF 1.2."
        )
    return sorted(range(len(parts)), key=wanted.__getitem__)


def _joined(texts: list[str], language: str) -> str:
    """Return targets as one text; each is held against the one before it, so that many cost no more than few."""
    pieces = [""]
    for text in filter(None, texts):
        pieces.append(glued(pieces[-1], text, language)[len(pieces[-1]) :])
    return "".join(pieces)


class _Data:
    """Text of elements, with what their codes refer to: the same data a thousand times must not fill the memory."""

    def __init__(self) -> None:
        self._left = MAX_BYTES

    def text(self, element: Element, known: Mapping[str, str]) -> str:
        """Return what stands in an element, also in the codes in it."""
        return "".join(self._pieces(element, known))

    def _pieces(self, element: Element, known: Mapping[str, str]) -> Iterator[str]:
        for each in element.children:
            if isinstance(each, str):
                yield each
            elif each.local == "cp":
                yield _character(each.attributes.get("hex", ""))
            else:
                yield self._referred(each.attributes, known, "dataRef", "dataRefStart")
                yield from self._pieces(each, known)
                yield self._referred(each.attributes, known, "dataRefEnd")

    def _referred(self, attributes: Mapping[str, str], known: Mapping[str, str], *names: str) -> str:
        text = "".join(known.get(attributes.get(name, ""), "") for name in names if name in attributes)
        self._left -= len(text)
        if self._left < 0:
            raise BadPacket(
                f"Expected codes (dataRef) that stand for at most {MAX_BYTES >> 20} MiB in all, found more. "
                "It was not read."
            )
        return text


def _character(code: str) -> str:
    """Return the character of a ``cp``, which is one that XML cannot hold, as texts have it here."""
    try:
        return fit(chr(int(code, 16)))
    except (ValueError, OverflowError):
        return "\ufffd"
