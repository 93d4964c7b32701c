r"""oTranscribe (``.otr``), in which people write down what they hear beside a player: JSON around a page of HTML.

::

    {"text": "<p><span class=\"timestamp\" data-timestamp=\"62.5\">1:02</span> teacher: They are gone.</p>", …}

A time stands where somebody pressed a key, and is of all that follows until the next: it becomes ``[00:01:02.500]``,
and the whole plain text (:mod:`.plain`). What is set bold or slanted is words. The name of the film's file is nobody's
words and is not told.
"""

import json
import re
from html.parser import HTMLParser
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.transcripts import clock, plain
from tamizdat.transcripts.cues import MAX_TIME, Found, Told

_SECONDS: Final = re.compile(r"\d{1,6}(?:\.\d{1,20})?", re.ASCII)
_BREAKS: Final = ("p", "div", "br", "li")


def read(text: str, length: int = 0) -> Found:
    """Read a file. Raises :class:`BadPacket` for what is none, or a time that is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPacket("Expected JSON of oTranscribe, found text that is no JSON.") from None
    page = said.get("text") if isinstance(said, dict) else None
    if not isinstance(page, str):
        raise BadPacket("Expected JSON of oTranscribe, with “text”, found another. Export it there once more (.otr).")
    reader = _Page()
    reader.feed(page)
    reader.close()
    written, told = "".join(reader.pieces), list[Told]()
    before, bracket, rest = written.partition("\n[")
    if bracket and before.strip():
        told.append(Told(0, "words before the first time were put at the beginning of the clip"))
        written = f"[00:00:00.000] {before.strip()}{bracket}{rest}"
    found = plain.read(written, length)
    return Found(found.cues, (*told, *(Told(0, each.says, each.lost) for each in found.told)))


class _Page(HTMLParser):
    """The words of a page, with its times on lines of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._stamp = 0  #: how deep in the element that shows a time, which is not its words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or a time."""
        said = dict(attrs)
        if self._stamp and tag == "span":
            self._stamp += 1
        elif "data-timestamp" in said:
            self._stamp = 1 if tag == "span" else 0
            value = said["data-timestamp"] or ""
            if not _SECONDS.fullmatch(value) or float(value) * 1000 > MAX_TIME:
                raise BadPacket(f"Expected times in seconds, within a day, found {value[:20]!a}. Correct it there.")
            self.pieces.append(f"\n[{clock.written(round(1000 * float(value)))}] ")
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or a time."""
        if self._stamp and tag == "span":
            self._stamp -= 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Add words."""
        if not self._stamp:
            self.pieces.append(" ".join(data.split("\n")).replace("\u00a0", " "))
