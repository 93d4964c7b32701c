"""The memory as a file for other programs, and theirs for us: TMX 1.4b.

Only sentences of posts that are released, and under no embargo, go out unless all are asked for, and only what was
reviewed or approved. The file tells nothing of who translated, when, or which post a sentence is from.

What comes in (:func:`import_tmx`) is kept apart by its origin (:mod:`.origins`). Of a segment only the words are taken:
what stands in elements of markup (``<ph>``, ``<bpt>`` …) is a program's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from typing import Final

from tamizdat import __version__
from tamizdat.archive import Archive
from tamizdat.archive.views.translations import Pair
from tamizdat.errors import BadPacket
from tamizdat.statements.catalogued import Release
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.origins import ForeignPair
from tamizdat.translation.packet_xml import DECLARATION, Element, Tree, read, written
from tamizdat.translation.standings import seen_by_translators

XML_LANG: Final = "http://www.w3.org/XML/1998/namespace lang"
MARKUP: Final = ("bpt", "ept", "ph", "it", "ut")
MAX_SENTENCE: Final = 4_096  #: characters; what is longer is no sentence


def export_tmx(archive: Archive, language: str | None = None, everything: bool = False) -> tuple[bytes, int]:
    """Return the memory as TMX, or what of it is into *language*, and the number of pairs.

    Only pairs of released posts are in it, without an embargo or after it, unless *everything* is asked for.
    """
    pairs = list(_pairs(archive, language, everything))
    header = {
        "creationtool": "tamizdat",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "tamizdat",
        "adminlang": "en",
        "srclang": "*all*",
        "datatype": "plaintext",
    }
    body: Tree = ("body", {}, [_unit(each) for each in pairs])
    tree: Tree = ("tmx", {"version": "1.4"}, [("header", header, ()), body])
    return (DECLARATION + "".join(written(tree))).encode(), len(pairs)


def _pairs(archive: Archive, language: str | None, everything: bool) -> Iterator[Pair]:
    """Yield each pair of sentences once, the newest first."""
    today, seen = datetime.now(UTC).date().isoformat(), seen_by_translators(archive)
    released = {post for post, said in archive.index.releases.all(Release.PUBLIC).items() if said.shown_on(today)}
    told = set()
    for pair in archive.index.translations.pairs():
        key = (pair.source_language, pair.language, pair.source, pair.target)
        shown = everything or (pair.post in released and seen(pair.post, pair.version))
        if key not in told and language in (None, pair.language) and shown:
            told.add(key)
            yield pair


def _unit(pair: Pair) -> Tree:
    def variant(language: str, text: str) -> Tree:
        return "tuv", {"xml:lang": language}, [("seg", {}, text)]

    spoken = pair.source_language or "und"
    return "tu", {"srclang": spoken}, [variant(spoken, pair.source), variant(pair.language, pair.target)]


def import_tmx(data: bytes) -> Iterator[ForeignPair]:
    """Yield every pair of sentences in two languages that a memory holds, in both directions.

    Raises :class:`BadPacket` for what is damaged, hostile or no memory.
    """
    root = read(data, doctype=True)
    if root.local != "tmx":
        raise BadPacket(f"Expected a memory in TMX, found the element {root.name[:100]!a}. Save it as TMX 1.4.")
    for body in root.all("body"):
        for unit in body.all("tu"):
            yield from _foreign(unit)


def _foreign(unit: Element) -> Iterator[ForeignPair]:
    said = []
    for variant in unit.all("tuv"):
        language = primary_subtag((variant.attributes.get(XML_LANG) or variant.attributes.get("lang", "")).lower())
        segment = variant.first("seg")
        words = " ".join(_words(segment).split()) if segment else ""
        if language and language != "und" and 0 < len(words) <= MAX_SENTENCE:
            said.append((language, words))
    for (spoken, source), (language, target) in permutations(said, 2):
        if spoken != language:
            yield ForeignPair(spoken, language, source, target)


def _words(element: Element) -> str:
    inside = (
        each if isinstance(each, str) else "" if each.local in MARKUP else _words(each) for each in element.children
    )
    return "".join(inside)
