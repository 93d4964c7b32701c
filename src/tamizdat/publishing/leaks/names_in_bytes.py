"""Names of people who are withheld, in the words of pages and files that others made.

In what people wrote, every name counts. In bytes that hold words among other things, short ones stand by chance, and
others in encodings that no text has (UTF-16 in what cameras and telephones note, what Windows wrote before UTF-8). So
they are looked for as bytes, and read where they stand.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import Final

import ahocorasick

from tamizdat.publishing.leaks.file_words import Stretch, Text, Words
from tamizdat.publishing.leaks.names import NameSearch, SoughtName

PIECE: Final = 4_000  #: characters that are searched together
OVERLAP: Final = 200  #: of two pieces: longer than any name
NOTED, BY_CHANCE = 3, 4  #: bytes of the shortest name that counts in notes of programs, and among other bytes
MOST: Final = 1_000  #: places of one stretch, lines of one text that are counted, or a few more
TRIED: Final = 20_000  #: places of one stretch that are looked at: a file may be filled with nearly a name
AROUND: Final = 64  #: bytes around a name, which may be a part of another's
UNICODE: Final = ("utf-8", "utf-16-le", "utf-16-be")
#: what a name is looked for in; one that cannot write it is passed over
ENCODINGS: Final = (
    *UNICODE, "cp1252", "mac-roman", "gb18030", "big5hkscs", "shift_jis", "euc_kr", "cp1251", "cp1256",
)  # fmt: skip
RUNS: Final = re.compile(rb"(?:[ -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){3,}+")  #: of letters, in what is no text


class NamesInBytes:
    """A search for names in words of others. *is_cut* tells after it that not every place was looked at."""

    def __init__(self, search: NameSearch) -> None:
        self._search, self.is_cut = search, False

    def found(self, words: Words) -> dict[int, int]:
        """Return in how many lines each name stands, by its place among those that are looked for."""
        return dict(self._in_text(words.text)) if isinstance(words, Text) else self._in_bytes(words)

    def _in_text(self, text: str, fewest: int = 0) -> Iterator[tuple[int, int]]:
        found = defaultdict[int, int](int)
        for piece in pieces(text):
            for number in self._search.met(piece):
                name = self._search.names[number]
                if found.get(number, 0) < MOST and _length(name) >= fewest and name.is_in(piece):
                    found[number] += sum(map(name.is_in, piece.split("\n"))) or 1  # it may go over the end of one
        yield from found.items()

    def _in_bytes(self, stretch: Stretch) -> dict[int, int]:
        fewest, found = NOTED if stretch.is_noted else BY_CHANCE, defaultdict[int, int](int)
        if stretch.is_noted:  # they are few, and read as what people write
            text = b"\n".join(RUNS.findall(stretch.data)).decode("utf-8", "replace")
            found.update(self._in_text(text, fewest))
        data, places, tried = stretch.data, set[tuple[int, int]](), 0
        for end, every in self._automaton.iter(data.lower().decode("latin-1")) if self._automaton else ():
            for number, encoding, length in every:
                name, start = self._search.names[number], end + 1 - length
                if (number, start) in places or _length(name) < fewest or len(places) >= MOST:
                    continue
                if (tried := tried + 1) > TRIED:
                    self.is_cut = True
                    break
                before = data[max(0, start - AROUND) : start].decode(encoding, "replace")
                if name.is_in(before + data[start : end + 1 + AROUND].decode(encoding, "replace")):
                    places.add((number, start))
        for number, those in Counter(number for number, _ in places).items():
            found[number] = max(found[number], those)
        return found

    @cached_property
    def _automaton(self) -> "ahocorasick.Automaton | None":
        """Return the search for each writing of each name in each encoding, A to Z as a to z, byte by byte."""
        every = defaultdict[str, list[tuple[int, str, int]]](list)
        for number, name in enumerate(self._search.names):
            text = unicodedata.normalize("NFC", name.text)
            forms = {text, name.text, text.lower(), text.upper(), *map(str.strip, (*name.forms, *name.joined))}
            for form, encoding in product(forms, ENCODINGS):
                try:
                    data = form.encode(encoding)
                except UnicodeEncodeError:
                    continue
                if len(data) >= NOTED and (encoding in UNICODE or not form.isascii()):
                    every[data.lower().decode("latin-1")].append((number, encoding, len(data)))
        made = ahocorasick.Automaton()
        for letters, those in every.items():
            made.add_word(letters, those)
        made.make_automaton()
        return made if every else None


def pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces that lie a little over each other, and end with lines where lines are short."""
    start = 0
    while start < len(text):
        end = start + PIECE
        if end < len(text) and (line := text.rfind("\n", start + PIECE // 2, end)) > 0:
            end = line + 1
        yield text[start:end]
        if end >= len(text):
            return
        start = end - OVERLAP


def _length(name: SoughtName) -> int:
    return len(name.text.encode("utf-8", "replace"))
