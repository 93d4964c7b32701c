"""Nothing that must stay private stands in any built file: looked for, byte by byte, before anything is replaced.

What is looked for is listed in :mod:`.secrets`, each text of five bytes and more in the forms in which a page could
hold it: as it is, composed and decomposed (NFC, NFD), escaped for JSON. Pages are read with their HTML entities
resolved, envelopes with their payload decoded, captured bytes in every reading (:mod:`.readings`).

Left out is what is no secret: short hexadecimal texts, what the house itself writes into every site (a card may hold a
file named ``style.css``), and, for *words* only, what an author who is shown says. A name that an editor wrote into a
caption is a leak.

How it is fast: everything that is shown is searched once, as words; a page is then taken apart at its tags, and of the
pieces only those are searched that are no part of the words it shows and that no page before had. Whether an author
says the words is asked only when they are met. Published media were made from pixels; they are searched for what
belongs to their own source. Tiles of the ledger hold commitments and nothing else, and are not searched.
"""

import json
import mmap
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cached_property
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.encoding import Json, parse_b64
from tamizdat.errors import BadEncoding, Leak
from tamizdat.publishing.leaks.names import is_anothers
from tamizdat.publishing.leaks.parts import Part
from tamizdat.publishing.leaks.patterns import PatternTable, bytewise
from tamizdat.publishing.leaks.secrets import Secret
from tamizdat.text.late_pattern import late_pattern
from tamizdat.text.references import resolve_references
from tamizdat.text.rules import UNSEEN

MANY: Final = 200  #: secrets: fewer are looked for one by one
PRINT: Final = 16  #: bytes of a digest
SHORTEST: Final = 5  #: bytes of a text that is looked for
TOGETHER: Final = 64  #: texts that are searched in one go
REMEMBERED: Final = 4_000  #: pieces of pages of one kind that were read and are clean
REPEATED: Final = 300  #: characters of a piece that may stand on many pages
SPACE: Final = re.compile(r"[^\S\n]+")  #: within a line
_UNSEEN: Final = f"{UNSEEN}\u202a-\u202e\u2066-\u206f"  #: with what turns directions
WIDTHLESS: Final = late_pattern(f"[{_UNSEEN}]")  #: what nobody reads who reads a word with it
#: every space but the usual one and a line's end, and what has no width: one class of characters is searched five times
#: as fast as these patterns beside each other
_ODD: Final = re.compile(f"[\t\v\f\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{_UNSEEN}]")
_TAGS: Final = re.compile(r"[<>\n]")
MARKED_UP: Final = (".html", ".xml")
_DIGITS: Final = re.compile(r"[0-9a-f]{0,10}")  #: would be met by chance in some digest


class Told(NamedTuple):
    """Words that are about to be shown: what they are of, and what the author of these very words says."""

    where: str
    text: str  #: as :func:`evened`
    excuse: Callable[[], str] = str  #: asked for when something is met
    #: the parts of what the desk says of it, and all of that; asked for when something is found, with the question
    #: whether words name the person who is looked for
    desk: Callable[[Callable[[str], bool]], Iterable[Part]] | None = None

    def parts(self, names: Callable[[str], bool] = lambda words: False) -> list[Part]:
        """Return the parts of what the desk says, and last all of it."""
        return [*self.desk(names)] if self.desk else [Part(self.where, self.text)]


class Known(NamedTuple):
    """Which secrets were looked for in all that the last edition told, and not met in it: digests under a *key*."""

    key: bytes = b""
    prints: Set[bytes] = frozenset()

    def of(self, secret: Secret) -> bytes:
        """Return the digest of a secret; in an archive's own folder alone, which holds the secrets themselves."""
        said = "\0".join((secret.text, *secret.elsewhere))  # what is taken back of these is looked for again
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=PRINT, key=self.key).digest()


NONE_KNOWN: Final = Known()
CHANGE: Final = "Change what the desk says there, then publish again."
SHOWN: Final = 60  #: characters of a secret that a message repeats to the operator


class LeakScanner:
    """Texts that must not occur.

    Words among them are no secret where they stand in one of the *excuses*, what authors say who are shown; where they
    make a whole line of it, that is found out at once if there are many, otherwise when they are met. What stands in
    *harmless*, what the house itself writes, is none either. Raises :class:`Leak` if what is *told* in this edition
    tells a secret, or what is told *again*, in which all were found clean that are *known* (:meth:`unmet`). What is
    told again is asked for with the question whether some UTF-8 holds anything that is looked for: where many texts
    together do not, none of them is wanted.
    """

    def __init__(
        self,
        secrets: Iterable[tuple[str, str] | Secret],
        harmless: Callable[[], bytes] = bytes,
        excuses: Iterable[str] = (),
        told: Iterable[Told] = (),
        again: Callable[[Callable[[bytes], bool]], Iterable[Told]] = lambda holds: (),
        known: Known = NONE_KNOWN,
    ) -> None:
        self._secrets = [Secret(*each) for each in secrets]
        self._read_harmless, self._excuses = harmless, excuses
        words = {each.text for each in self._secrets if each.words}
        every = (line for text in excuses for line in map(str.strip, text.split("\n")))
        said = {line for line in every if line in words} if len(words) > MANY else set[str]()
        self._words, self._hard, self._marked = (
            PatternTable(),
            PatternTable(),
            PatternTable(),
        )  #: marked: those that tags would cut
        self._sought = [number for number, each in enumerate(self._secrets) if not each.words or each.text not in said]
        for number in self._sought:
            self._add(number, self._secrets[number])
        for table in (self._words, self._hard, self._marked):
            table.close()
        self._clean: set[str] = set()
        self._learned: Counter[str] = Counter()
        self._met: dict[int, bool] = {}  #: whether it is a secret, for those that were met anywhere
        self._known = known
        self._search(told)
        self._search_again(again)

    def _add(self, number: int, secret: Secret) -> None:
        for form in self._forms_of(number):
            (self._words if secret.words else self._hard).add(form, number)
            if _TAGS.search(form):
                self._marked.add(form, number)

    def _forms_of(self, number: int) -> Iterator[str]:
        """Yield the forms of a secret that are looked for."""
        for form in _forms(self._secrets[number].text):
            if len(form.encode()) >= SHORTEST and not _DIGITS.fullmatch(form):
                yield form

    def _search(self, told: Iterable[Told]) -> None:
        """Search many together: where nothing is found, as nearly always, that is half the work."""
        for some in _together(told):
            every = "\0".join(each.text for each in some)
            if all(self._met.get(number) is False for number in self._in(every)):
                continue
            for each in some:
                for number in {*self._in(each.text)} - self._met.keys():
                    if self._is_said(self._secrets[number], [each.excuse()]):
                        self._met[number] = False
                if found := self.found_in_text(each.text):
                    parts = (part for part in each.parts() if self.found_in_text(evened(part.words, part.words)))
                    part = next(parts, Part(each.where, each.text))
                    _refuse(part.what, found, part.remedy)

    def _search_again(self, told: Callable[[Callable[[bytes], bool]], Iterable[Told]]) -> None:
        """Search what was searched before for those secrets alone that were not searched in it then."""
        new = [number for number in self._sought if self._known.of(self._secrets[number]) not in self._known.prints]
        if len(new) > MANY:
            self._search(told(lambda text: True))
            return
        forms = [form.encode("utf-8", "surrogatepass") for number in new for form in self._forms_of(number)]

        def holds(text: bytes) -> bool:
            return any(form in text for form in forms)

        for some in _together(told(holds)) if forms else ():
            texts = [each.text.encode("utf-8", "surrogatepass") for each in some]
            if holds(b"\0".join(texts)):
                self._search(each for each, text in zip(some, texts, strict=True) if holds(text))

    def unmet(self) -> Iterator[bytes]:
        """Yield a digest of every secret that was looked for and met nowhere, whether or not something excused it."""
        return (self._known.of(self._secrets[number]) for number in self._sought if number not in self._met)

    def _is_secret(self, number: int) -> bool:
        """Whether one that was met still is one."""
        if number not in self._met:
            each = self._secrets[number]
            self._met[number] = number not in self._harmless and not (each.words and self._is_excused(each))
        return self._met[number]

    @cached_property
    def _harmless(self) -> set[int]:
        letters = bytewise(self._read_harmless().decode("utf-8", "replace"))
        return {number for table in (self._hard, self._words) for number in table.occurring(letters)}

    def _is_excused(self, secret: Secret) -> bool:
        return self._is_said(secret, self._excuses) or any(form in secret.alike for form in _forms(secret.text))

    def _is_said(self, secret: Secret, excuses: Iterable[str]) -> bool:
        """Return whether words stand in one of the *excuses*, also written once more, with other line breaks."""
        forms, unspaced = _forms(secret.text), _without_space(secret.text)
        return secret.words and any(
            any(form in text for form in forms) or unspaced in _without_space(text) for text in excuses
        )

    def found_in_text(self, text: str) -> Secret | None:
        """Return a secret that *text* holds, or None."""
        return next((self._secrets[number] for number in self._occurring(text)), None)

    def found_in_pages(self, pages: Iterable[str], known: str = "", kind: str = "") -> Secret | None:
        """Search HTML or XML likewise; *known* are words in which nothing was found, pages of one *kind* are alike."""
        lines: set[str] = set()
        for page in pages:
            lines.update(page.split("\n"))
            marked = self._marked.occurring(bytewise(page)) if self._marked else ()
            for number in filter(self._is_secret, marked):
                return self._secrets[number]
        lines -= self._clean
        pieces = {*"\n".join(lines).replace("<", "\n").replace(">", "\n").split("\n")} - self._clean
        texts = {resolve_references(piece) for piece in pieces if "&" in piece}
        unknown = (piece for piece in pieces | texts if piece.isascii() or piece not in known)
        found = self.found_in_text(evened("\n".join(unknown)))
        if found is None and self._learned[kind] < REMEMBERED:
            self._clean.update(piece for piece in lines | pieces if len(piece) < REPEATED)
            self._learned[kind] += len(lines | pieces)
        return found

    def found_in_file(self, path: Path) -> Secret | None:
        """Search likewise for few secrets and a large file, which is not read into memory."""
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for form, number in (*self._hard.forms(), *self._words.forms()):
                if data.find(form) >= 0:
                    return self._secrets[number]
        return None

    def _occurring(self, text: str) -> Iterator[int]:
        """Yield the number of every secret in *text* that is one."""
        return filter(self._is_secret, self._in(text))

    def _in(self, text: str) -> Iterator[int]:
        """Yield the number of every secret in *text*, also of those that are none any more."""
        letters = bytewise(text)
        for number in chain(self._hard.occurring(letters), self._words.occurring(letters)):
            if not is_anothers(self._secrets[number].text, self._secrets[number].elsewhere, text):
                yield number


def check_page(secrets: LeakScanner, path: str, data: bytes) -> None:
    """Raise :class:`Leak` if a built file holds a secret."""
    check_pages(secrets, {path: data})


def check_part(secrets: LeakScanner, part: Part) -> None:
    """Raise :class:`Leak` if words that stand by themselves hold a secret."""
    _refuse(part.what, secrets.found_in_text(evened(part.words, part.words)), part.remedy)


def check_pages(secrets: LeakScanner, files: Mapping[str, bytes], known: str = "") -> None:
    """Check files likewise that are made together; *known* are the words they show, in which nothing was found."""
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


def check_medium(secrets: Iterable[tuple[str, str] | Secret], name: str, path: Path) -> None:
    """Raise :class:`Leak` if a published picture or clip holds one of the secrets of its own source."""
    _refuse(name, LeakScanner(secrets).found_in_file(path))


def _together(told: Iterable[Told]) -> Iterator[list[Told]]:
    every = iter(told)
    while some := [*islice(every, TOGETHER)]:
        yield some


def _refuse(path: str, found: Secret | None, change: str = "") -> None:
    if found:
        text = found.text if len(found.text) <= SHOWN else f"{found.text[: SHOWN - 1]}…"
        change = f"Change it: {change}." if change else CHANGE
        raise Leak(
            f"Expected nothing private in the site, found {found.what} in {path}: '{text}'. Nothing was published or "
            f"replaced. {change} {found.remedy}".rstrip()
        )


def evened(text: str, wrapped: str = "") -> str:
    """Return *text*; if other space parts its words than single ones, once more with single ones.

    Of words that the desk writes, *wrapped*, lines may end anywhere: they are searched without these ends too, as of
    a script that parts words and as of one that does not.
    """
    if "\n" in wrapped:
        text = "\0".join((text, wrapped.replace("\n", " "), wrapped.replace("\n", "")))
    if "  " not in text and not _ODD.search(text):
        return text
    return f"{text}\0{SPACE.sub(' ', WIDTHLESS.sub('', text))}"


def _without_space(text: str) -> str:
    return "".join(WIDTHLESS.sub("", text).split())


def _payloads(path: str, text: str) -> Iterator[str]:
    """Yield what lies in base64 inside the JSON of an envelope, or of a script that calls a function with JSON."""
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
    """Return the forms in which a page could hold it."""
    plain = {*evened(text).split("\0")}
    if not text.isascii():
        plain |= {unicodedata.normalize(form, each) for each in plain for form in ("NFC", "NFD")}
    return plain | {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
