"""Withheld names in captured web pages, which are given out whole: looked for as in what the desk says.

Others wrote these pages, so nothing is refused: whoever gives one out is told of each name and decides. A short name is
looked for in the words of a page alone; in its scripts and styles any two letters stand.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.publishing.leaks.names import is_looked_for_everywhere, withheld_now
from tamizdat.statements.catalogued import Release

PIECE: Final = 4_000  #: characters that are searched together
OVERLAP: Final = 200  #: of two pieces: longer than any name
OTHER: Final = "gb18030"  #: what a page is in that is not in UTF-8 and does not say what in
_WORDS: Final = re.compile(r"(?:application/|text/)(?:[a-z0-9.-]+\+)?(?:html|plain|json|xml)")
_SCRIPTS: Final = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
_TAG: Final = re.compile(r"<[^<>]*>")
_MEDIA: Final = re.compile("(?:image/(?!svg)|audio/|video/|font/|application/(?:octet|font|wasm|pdf|zip))")
RUNS: Final = re.compile(rb"(?:[ -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){5,}")  #: of letters, in what is no text
_ESCAPED: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


class NamesInCaptures:
    """The names of all who are not shown, and those by which others are not, for a search of captured bytes."""

    def __init__(self, archive: Archive) -> None:
        self._shown = {each.number for each in archive.index.people.all(Release.PUBLIC)}
        self._search = withheld_now(archive)
        self._known = set[int]()  #: where one stands first is told, and not where else

    def __call__(self, data: bytes, media_type: str = "", charset: str = "") -> Iterator[str]:
        """Yield what is told of each name that was not met before and stands in *data*; without a type it is a head."""
        if not self._search.names:
            return
        if _MEDIA.match(media_type):
            data = b"\n".join(RUNS.findall(data))
        text = text_of(data, charset)
        words = not media_type or _WORDS.fullmatch(media_type) is not None
        if media_type.endswith("html"):
            yield from self._found(_TAG.sub(" ", _SCRIPTS.sub(" ", text)), True)
            words = False
        yield from self._found(text, words)

    def _found(self, text: str, words: bool) -> Iterator[str]:
        """Yield what is told of each name in a text; of short ones if these are the *words* of somebody."""
        for start in range(0, len(text), PIECE - OVERLAP):
            piece = text[start : start + PIECE]
            for number in sorted(self._search.met(piece) - self._known):
                name = self._search.names[number]
                if (words or is_looked_for_everywhere(name.text)) and name.is_in(piece):
                    self._known.add(number)
                    is_shown = name.person in self._shown
                    whose = "a name by which they are not shown of" if is_shown else "the name of"
                    yield f"{whose} person {name.person}{'' if is_shown else ', who is not released'} ({name.text})"


def text_of(data: bytes, charset: str) -> str:
    """Return captured words with escapes of JSON resolved; where nobody says in which encoding, in each that may be."""
    try:
        codec = codecs.lookup(charset or "utf-8").name
        text = data.decode(codec)
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
        if "\ufffd" in text:
            text = f"{text}\n{data.decode(OTHER, 'replace')}"
    return _ESCAPED.sub(_unescaped, text) if "\\u" in text else text


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "replace")
