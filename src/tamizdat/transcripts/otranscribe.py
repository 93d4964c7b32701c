r"""oTranscribe (``.otr``), in which people write down what they hear beside a player: JSON around a page of HTML.

::

    {"text": "<p><span class=\"timestamp\" data-timestamp=\"62.5\">1:02</span> teacher: They are gone.</p>", …}

A time stands where somebody pressed a key, and is of all that follows until the next: it becomes ``[00:01:02.500]``,
and the whole plain text (:mod:`.plain`). What is set bold or slanted is words. The name of the film's file is nobody's
words and is not told.
"""

import json
import re
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.posts import markup
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
    try:
        markup.write(page, reader := _Page())
    except markup.MarkupTooLong:
        raise BadPacket(
            f"Expected words of at most {markup.MAX_MARKUP:,} letters with their tags, found more."
        ) from None
    written, told = "".join(reader.pieces), list[Told]()
    before, bracket, rest = written.partition("\n[")
    if bracket and before.strip():
        told.append(Told(0, "words before the first time were put at the beginning of the clip"))
        written = f"[00:00:00.000] {before.strip()}{bracket}{rest}"
    found = plain.read(written, length)
    return Found(found.cues, (*told, *(Told(0, each.says, each.lost) for each in found.told)))


class _Page:
    """The words of a page, with its times on lines of their own; what shows a time is not its words."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._within = 0  #: how deep in the element that shows a time

    def open(self, tag: str, attributes: str) -> None:
        """Begin a line, or a time."""
        said = markup.attributes_of(attributes)
        if "data-timestamp" in said:
            value = said["data-timestamp"]
            if not _SECONDS.fullmatch(value) or float(value) * 1000 > MAX_TIME:
                raise BadPacket(f"Expected times in seconds, within a day, found {value[:20]!a}. Correct it there.")
            self._within = 1
            self.pieces.append(f"\n[{clock.written(round(1000 * float(value)))}] ")
        elif self._within:
            self._within += tag == "span"
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def close(self, tag: str) -> None:
        """End a line, or a time."""
        if self._within:
            self._within -= tag == "span"
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def add(self, words: str) -> None:
        """Take words."""
        if not self._within:
            self.pieces.append(" ".join(words.split("\n")).replace("\u00a0", " "))
