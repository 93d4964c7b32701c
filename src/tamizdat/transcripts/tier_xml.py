"""The XML of tiers, of whatever program, read element by element: within bounds, without a document type."""

import re
from collections.abc import Callable
from typing import Final, NoReturn
from xml.parsers import expat

from tamizdat.errors import BadPacket
from tamizdat.transcripts.cues import MAX_CUES

MAX_DEPTH: Final = 32  #: of elements; and of tiers below each other
MAX_PARTS: Final = 20 * MAX_CUES  #: of all tiers: words and their glosses are many


class TierXml:
    """A file of *program*: *start* is given each element with its attributes, *text* the words between tags.

    *root* is the name of its first element; *instead*, what to do if it is another. :attr:`open` has the names of the
    elements that are open, the innermost last.
    """

    def __init__(
        self,
        program: str,
        root: str,
        start: Callable[[str, dict[str, str]], None],
        text: Callable[[str], None],
        instead: str = "",
    ) -> None:
        self.open: list[str] = []
        self._program, self._root, self._instead = program, root, instead
        self._started = start
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._doctype

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._parser.CurrentLineNumber

    def read(self, text: str) -> None:
        """Read a whole file. Raises :class:`BadPacket`, with its line, for what is no such file."""
        try:  # what a declaration says of the encoding holds no more: it is text already
            self._parser.Parse(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise BadPacket(
                f"Line {error.lineno}: expected well-formed XML, found {expat.errors.messages[error.code]}. Save the "
                f"file anew in {self._program}."
            ) from None

    def _start(self, name: str, said: dict[str, str]) -> None:
        if not self.open and name != self._root:
            self.refuse(f"expected the element {self._root} of {self._program}, found {name[:60]!a}.{self._instead}")
        if len(self.open) >= MAX_DEPTH:
            self.refuse(f"expected elements at most {MAX_DEPTH} deep, found more.")
        self.open.append(name)
        self._started(name, said)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _doctype(self, *_about: object) -> None:
        self.refuse("expected a file without a document type, found one. It was not read.")

    def refuse(self, why: str) -> NoReturn:
        """Raise :class:`BadPacket` about the line that is being read."""
        raise BadPacket(f"Line {self.line}: {why}")
