"""Packets in XLIFF 1.2, which most programs of translators read.

::

    <file original="https://x.com/i/status/57" source-language="zh" target-language="en" datatype="plaintext"
          build-num="SHA-256 of the text" product-version="the latest translation's number, or none">
      <header><note from="tamizdat">@lin, 2013-05-12</note><note from="publication">[1] …</note></header>
      <body>
        <trans-unit id="1" xml:space="preserve">          one for each segment, in order
          <source>没有了。</source>
          <target state="translated">Gone.</target>       if it is translated already; else the source again, with the
                                                          state needs-translation: OmegaT shows no unit without a target
          <note from="tamizdat">Spoken by @wang</note>    who speaks, and what the glossary says
          <alt-trans match-quality="86%">…</alt-trans>    what the memory recalls

Notes of ``tamizdat`` are for the translator. A note is published only if it says so: it is ``from="publication"``, or
begins with ``PUBLISH:``. Any other note in a packet stays out of the archive; a remark to a friend must not be
published by accident.

What goes out is XLIFF 1.2, for every program reads it, and not every one reads 2. What comes back may be XLIFF 2
(:mod:`.xliff2`).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadPacket
from tamizdat.translation.packet_xml import DECLARATION, Element, Tree, read, written
from tamizdat.translation.packets import UNTOUCHED, Packet, PacketPost, PostOut, Unit, UnitOut, packed
from tamizdat.translation.xliff2 import XLIFF2, import_xliff2
from tamizdat.translation.xliff_files import NONE, PUBLISHED, in_order, published, target_language

XLIFF: Final = "urn:oasis:names:tc:xliff:document:1.2"
OURS: Final = "tamizdat"


def export_xliff(archive: Archive, posts: Sequence[str], language: str, embargoed: bool = False) -> bytes:
    """Write a packet of these posts, the versions that count now, as XLIFF. Raises as :func:`packed`."""
    return written_xliff(packed(archive, posts, language, embargoed), language)


def written_xliff(posts: Sequence[PostOut], language: str) -> bytes:
    """Return posts that go out as XLIFF."""
    files = [_file(each, language) for each in posts]
    tree: Tree = ("xliff", {"xmlns": XLIFF, "version": "1.2"}, files)
    return (DECLARATION + "".join(written(tree))).encode()


def _file(post: PostOut, language: str) -> Tree:
    attributes = {
        "original": post.post,
        "source-language": post.spoken or "und",
        "target-language": language,
        "datatype": "plaintext",
        "build-num": post.text,
        "product-version": NONE if post.after is None else str(post.after),
    }
    header = [*(_note(each) for each in post.told), *(_note(each, PUBLISHED) for each in post.notes)]
    return "file", attributes, [("header", {}, header), ("body", {}, [_unit(each) for each in post.units])]


def _unit(unit: UnitOut) -> Tree:
    state, target = (unit.state, unit.target) if unit.target else (UNTOUCHED, unit.source)
    inside: list[Tree] = [("source", {}, unit.source), ("target", {"state": state}, target)]
    inside += [_note(each) for each in unit.told]
    for each in unit.recalled:
        recalled: list[Tree] = [("source", {}, each.source), ("target", {}, each.target)]
        inside.append(("alt-trans", {"match-quality": f"{each.score}%"}, recalled))
    return "trans-unit", {"id": str(unit.number), "xml:space": "preserve"}, inside


def _note(text: str, origin: str = OURS) -> Tree:
    return "note", {"from": origin}, text


def import_xliff(data: bytes) -> Packet:
    """Read the posts of a packet.

    Raises :class:`BadPacket` for what is damaged, hostile or no packet of posts.
    """
    root = read(data)
    if root.local == "xliff" and root.name.startswith(XLIFF2):
        return import_xliff2(root)
    if root.local != "xliff" or not root.name.startswith("urn:oasis:names:tc:xliff:document:1."):
        raise BadPacket(
            f"Expected a packet in XLIFF 1.2 or 2, found the element {root.name[:100]!a}. Save it as XLIFF 1.2."
        )
    files = list(root.all("file"))
    language = target_language([each.attributes.get("target-language", "") for each in files], "target-language")
    return Packet(language, tuple(_post(each) for each in files))


def _post(file: Element) -> PacketPost:
    body = file.first("body")
    found = in_order(_units(body)) if body else []
    notes = [note for each in (*file.all("header"), *found) for note in published(each.all("note"), "from")]
    after = file.attributes.get("product-version")
    return PacketPost(
        file.attributes.get("original", ""),
        file.attributes.get("build-num", ""),
        tuple(_read_unit(each) for each in found),
        tuple(dict.fromkeys(notes)),
        "" if after == NONE else after,
    )


def _read_unit(element: Element) -> Unit:
    target = element.first("target")
    untouched = target is None or target.attributes.get("state") in (UNTOUCHED, "new")
    return Unit(element.attributes.get("id", ""), _text(element, "source"), _text(element, "target").strip(), untouched)


def _units(body: Element) -> Iterator[Element]:
    """Yield the units, also those that a program has put into groups."""
    for each in body.children:
        if isinstance(each, Element) and each.local == "trans-unit":
            yield each
        elif isinstance(each, Element) and each.local == "group":
            yield from _units(each)


def _text(unit: Element, name: str) -> str:
    found = unit.first(name)
    return found.text() if found else ""
