"""The memory as a file for other programs: TMX 1.4b.

Only sentences of posts that are released go out unless all are asked for, and only what was reviewed or approved. The
file tells nothing of who translated, when, or which post a sentence is from.
"""

from collections.abc import Iterator

from tamizdat import __version__
from tamizdat.archive import Archive
from tamizdat.archive.views.translations import Pair
from tamizdat.statements.catalogued import Release
from tamizdat.translation.packet_xml import DECLARATION, Tree, written
from tamizdat.translation.standings import seen_by_translators


def export_tmx(archive: Archive, language: str | None = None, everything: bool = False) -> tuple[bytes, int]:
    """Return the memory as TMX, or what of it is into *language*, and the number of pairs.

    Only pairs of released posts are in it, unless *everything* is asked for.
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
    released, seen = set(archive.index.releases.all(Release.PUBLIC)), seen_by_translators(archive)
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
