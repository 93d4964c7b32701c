"""Withheld names in captured web pages, which are given out whole: looked for as in what the desk says.

Others wrote these pages, so nothing is refused: whoever gives one out is told of each name and decides. A short name is
looked for in the words of a page alone; in its scripts and styles any two letters stand.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.captures.http_message import Answer
from tamizdat.captures.page_text import markup_of
from tamizdat.publishing.leaks.names import is_looked_for_everywhere, withheld_now
from tamizdat.statements.catalogued import Release

PIECE: Final = 4_000  #: characters that are searched together
OVERLAP: Final = 200  #: of two pieces: longer than any name
OTHER: Final = "gb18030"  #: what a page is read in, too, that is not in what it says, nor in UTF-8
_WORDS: Final = re.compile(r"(?:application/|text/)(?:[a-z0-9.-]+\+)?(?:html|plain|json|xml)")
#: one that is not closed goes on to the end, as in browsers: to look for the end of each of many would take hours
_SCRIPTS: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TAG: Final = re.compile(r"<[^<>]*>")
#: words of a page that stand within its tags
_IN_TAG: Final = re.compile(r"""\s(?:alt|title|content|aria-label)\s*=\s*("[^"<>]*"|'[^'<>]*')""", re.I)
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
        words = not media_type or _WORDS.fullmatch(media_type) is not None
        for text in texts_of(data, media_type, charset):
            if media_type.endswith("html"):
                page = _SCRIPTS.sub(" ", text)
                yield from self._found("\n".join((_TAG.sub(" ", page), *_IN_TAG.findall(page))), True)
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


def texts_of(data: bytes, media_type: str, charset: str) -> Iterator[str]:
    """Yield what some bytes say, as browsers read them; and in UTF-8, which servers often call otherwise."""
    said = markup_of(Answer(200, {"content-type": f"{media_type}; charset={charset}" if charset else media_type}, data))
    found, plain = [said], data.decode("utf-8-sig", "replace")
    if "\ufffd" not in plain and plain != said:
        found.append(plain)
    if "\ufffd" in said:
        found.append(data.decode(OTHER, "replace"))
    for text in found:
        yield _ESCAPED.sub(_unescaped, text) if "\\u" in text else text


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "replace")
