"""Nothing that must stay private stands in any built file: looked for, byte by byte, before anything is replaced.

Looked for are, of *everything* in the archive:

* digests of originals and manifests, paths and names of files on cards and in exports, ids of consignments, keys of
  field devices, names of accounts: of five bytes and more;
* titles, captions and descriptions of items that are not shown, names of people who are not: of five bytes and more;
* texts of posts, of versions and of translations that are not shown, what the desk says of them: line by line, lines
  of :data:`LINE` characters and more. A shorter line ("Yes.") says too little to be told from chance; its post is still
  found by its id and by longer lines.

Each in the forms in which a page could hold it: as it is, composed and decomposed (NFC, NFD), escaped for JSON; pages
are read with their HTML entities resolved, envelopes with their payload decoded.

Left out is what is no secret: short hexadecimal texts, what the house itself writes into every site (a card may hold a
file named ``style.css``), and, for *words* only, what stands in something that is released. A file name that an editor
wrote into a caption is a leak.

How it is fast: everything that is shown is searched once, as words; a page is then taken apart at its tags, and of the
pieces only those are searched that are no part of the words it shows and that no page before had. Whether words stand
in something that is released is asked only when they are met. ASCII texts are found by their first :data:`ANCHOR`
characters with Aho and Corasick's automaton, others by their first :data:`PIECE` in a table (with thousands of
different letters the automaton is fifty times slower). Published media were made from pixels; they are searched for
what belongs to their own source. Tiles of the ledger hold commitments and nothing else, and are not searched.
"""

import html
import json
import mmap
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tamizdat.encoding import Json, parse_b64
from tamizdat.errors import BadEncoding, Leak
from tamizdat.parallel import map_forked
from tamizdat.publishing.leaks.patterns import PatternTable
from tamizdat.publishing.leaks.secrets import Secret

SHORTEST: Final = 5  #: bytes of a text that is looked for
REMEMBERED: Final = 20_000  #: pieces of pages of one kind that were read and are clean
REPEATED: Final = 300  #: characters of a piece that may stand on many pages
_TAGS: Final = re.compile(r"[<>\n]")
MARKED_UP: Final = (".html", ".xml")
_DIGITS: Final = re.compile(r"[0-9a-f]{0,10}")  #: would be met by chance in some digest


Told = Sequence[tuple[str, str]]  #: words that are shown, each with what they are


class LeakScanner:
    """Texts that must not occur. Words among them are no secret where they are told in something that is *released*;
    where they make a whole line of it, that is found out at once, otherwise when they are met. :class:`Leak` if what is
    released tells a secret that is no words."""

    def __init__(
        self, secrets: Iterable[tuple[str, str] | Secret], harmless: bytes = b"", released: bytes | Told = b""
    ) -> None:
        self._secrets = [Secret(*each) for each in secrets]
        told = [("", released.decode("utf-8", "replace"))] if isinstance(released, bytes) else released
        self._released = "\n".join(text for _, text in told)
        self._lines = {line.strip() for line in self._released.split("\n")}
        self._words, self._hard, self._marked = (
            PatternTable(),
            PatternTable(),
            PatternTable(),
        )  #: marked: those that tags would cut
        for number, each in enumerate(self._secrets):
            if not each.words or each.text not in self._lines:
                self._add(number, each)
        for table in (self._words, self._hard, self._marked):
            table.close()
        self._clean: set[str] = set()
        self._learned: Counter[str] = Counter()
        self._open: set[int] = set()
        self._open.update([*self._occurring(harmless.decode("utf-8", "replace"))])
        if not isinstance(released, bytes):
            map_forked(self._search_hard, released)

    def _add(self, number: int, secret: Secret) -> None:
        for form in _forms(secret.text):
            if len(form.encode()) >= SHORTEST and not _DIGITS.fullmatch(form):
                (self._words if secret.words else self._hard).add(form, number)
                if _TAGS.search(form):
                    self._marked.add(form, number)

    def _search_hard(self, texts: Told) -> None:
        for where, text in texts:
            for number in self._hard.occurring(text):
                if number not in self._open:
                    _refuse(where, self._secrets[number].what)

    def _is_secret(self, number: int) -> bool:
        """Whether it still is one."""
        each = self._secrets[number]
        if number not in self._open and each.words and self._is_told(each.text):
            self._open.add(number)
        return number not in self._open

    def _is_told(self, text: str) -> bool:
        return any(form in self._released for form in _forms(text))

    def found_in(self, data: bytes) -> str | None:
        """What kind of secret *data* holds, or None."""
        return self.found_in_text(data.decode("utf-8", "replace"))

    def found_in_text(self, text: str) -> str | None:
        """The same for a text."""
        return next((self._secrets[number].what for number in self._occurring(text)), None)

    def found_in_pages(self, pages: Iterable[str], known: str = "", kind: str = "") -> str | None:
        """The same for HTML or XML; *known* are words in which nothing was found, pages of one *kind* are alike."""
        lines: set[str] = set()
        for page in pages:
            lines.update(page.split("\n"))
            for number in filter(self._is_secret, self._marked.occurring(page)):
                return self._secrets[number].what
        lines -= self._clean
        pieces = {*_TAGS.split("\n".join(lines))} - self._clean
        texts = {html.unescape(piece) for piece in pieces if "&" in piece}
        found = self.found_in_text(
            "\n".join(piece for piece in pieces | texts if piece.isascii() or piece not in known)
        )
        if found is None and self._learned[kind] < REMEMBERED:
            self._clean.update(piece for piece in lines | pieces if len(piece) < REPEATED)
            self._learned[kind] += len(lines | pieces)
        return found

    def found_in_file(self, path: Path) -> str | None:
        """The same for few secrets and a large file, which is not read into memory."""
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for form, number in (*self._hard.forms(), *self._words.forms()):
                if data.find(form.encode()) >= 0:
                    return self._secrets[number].what
        return None

    def _occurring(self, text: str) -> Iterator[int]:
        """The number of every secret in *text* that is one."""
        for table in (self._hard, self._words):
            yield from filter(self._is_secret, table.occurring(text))


def check_page(secrets: LeakScanner, path: str, data: bytes) -> None:
    """Raises :class:`Leak` if a built file holds a secret."""
    check_pages(secrets, {path: data})


def check_pages(secrets: LeakScanner, files: Mapping[str, bytes], known: str = "") -> None:
    """The same for files that are made together; *known* are the words they show, in which nothing was found."""
    texts = {path: data.decode("utf-8", "replace") for path, data in files.items()}
    pages = [text for path, text in texts.items() if path.endswith(MARKED_UP)]
    if pages:
        first = next(iter(files))
        kind = first.removeprefix("zh/").partition("/")[0]
        _refuse(first, secrets.found_in_pages(pages, known, kind))
    for path, text in texts.items():
        if not path.endswith(MARKED_UP):
            for reading in (text, *_payloads(path, text)):
                _refuse(path, secrets.found_in_text(reading))


def check_medium(secrets: Iterable[tuple[str, str]], name: str, path: Path) -> None:
    """The same for a published picture or clip and the secrets of its own source."""
    _refuse(name, LeakScanner(secrets).found_in_file(path))


def _refuse(path: str, found: str | None) -> None:
    if found:
        raise Leak(
            f"Expected nothing private in the site, found {found} in {path}. Nothing was published or replaced. "
            "Change what the desk says of that item, then publish again."
        )


def _payloads(path: str, text: str) -> Iterator[str]:
    """What lies in base64 inside the JSON of an envelope, or of a script that calls a function with JSON."""
    start, end = text.find("{"), text.rfind("}")
    if not path.endswith((".json", ".js")) or start < 0:
        return
    try:
        waiting: list[Json] = [json.loads(text[start : end + 1])]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) > 2 * SHORTEST:
            try:
                inner = parse_b64(value, "base64").decode("utf-8", "replace")
            except BadEncoding:
                continue
            yield inner
            yield from _payloads(".json", inner)


def _forms(text: str) -> set[str]:
    """The forms in which a page could hold it."""
    if text.isascii():
        return {text, json.dumps(text)[1:-1]} if '"' in text or "\\" in text or "\n" in text else {text}
    plain = {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}
    return plain | {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
