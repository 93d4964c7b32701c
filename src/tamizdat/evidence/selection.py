"""What goes into a package: files of cards, posts, people, captured pages, by the names that other exports take.

An *exhibit* is one of them, with its originals (the bytes that the desk holds) and the indexes of every statement about
it and nothing else. A statement that speaks of other things too stands in no package, opened or not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.views.index import Index
from tamizdat.archive.views.pages import CapturedPage
from tamizdat.archive.views.people import Person
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.transcripts import name_of
from tamizdat.carrying.arrived import Arrived, arrived, files_of, find
from tamizdat.dataclass import dataclass
from tamizdat.encoding import safe_path, sha256_hex
from tamizdat.errors import BadPath, BadStatement, Forgotten, UsageError
from tamizdat.evidence.device_words import DeviceWords, Found
from tamizdat.statements import derived, received
from tamizdat.statements.catalogued import CataloguedPerson, Release, entry_bytes
from tamizdat.statements.catalogued import read as read_catalogued

FILE, POST, PERSON, PAGE = "file", "post", "person", "page"
MOST: Final = 100_000  #: numbers in a range

_CLEARED: Final = (
    "SELECT cleared.number FROM cleared JOIN redacted ON cleared.redacted = redacted.number WHERE item = ?"
    " AND cleared.original = ?2"
)


@dataclass(frozen=True)
class Original:
    """Bytes of an exhibit: *path* below ``originals/``, and the statement that is about them.

    *data* is there where they are no object of their own: a post's bytes in an export, an entry about a person.
    """

    path: str
    sha256: str
    size: int
    statement: int
    modified: str = ""  #: RFC 3339, "" if unknown
    data: bytes | None = None


@dataclass(frozen=True)
class Exhibit:
    """One thing that was chosen. *title* is what people call it, *card* the consignment it came in."""

    number: int
    kind: str
    title: str
    originals: tuple[Original, ...]
    statements: tuple[int, ...]
    card: Arrived | None = None
    missing: tuple[str, ...] = ()  #: paths whose bytes are not in this archive
    unheard: bool = False  #: a recording of a name whose speaker does not consent (any more): no bytes of it
    words: tuple[Found, ...] = ()  #: what devices said of it
    withdrawn: bool = False  #: it was public once, and was taken off the site


def choose(archive: Archive, what: Sequence[str], voices: Sequence[str] = (), said: bool = False) -> list[Exhibit]:
    """Return what *what* names, numbers (``17``, ``20-44``), consignments; and all posts of *voices*.

    With *said*, the files in which devices said something of a file are originals of it too.
    Raises :class:`UsageError` for what names nothing.
    """
    return _Choice(archive, said).choose(what, voices)


class _Choice:
    def __init__(self, archive: Archive, said: bool) -> None:
        self.archive, self.index, self.said = archive, archive.index, said
        self.words = DeviceWords(archive)
        self.cards = {each.id: each for each in arrived(archive)}
        #: by card, a name that tells neither device nor minute, nor how many there are
        self.folders: dict[str, str] = {}
        self.taken: dict[str, str] = {}  #: path of an original → its SHA-256
        self.posts = {number: post for post, number in self.index.releases.numbers().items()}
        self.derived = _derived(archive)

    def choose(self, what: Sequence[str], voices: Sequence[str]) -> list[Exhibit]:
        numbers: dict[int, None] = {}
        for text in what:
            if (span := _span(text)) is not None:
                known = [number for number in span if self._is_known(number)]
                if not known:
                    raise UsageError(
                        f"Expected numbers of files, posts, people or pages, found {text!r}, which names none. "
                        "'tamizdat publish list' shows them."
                    )
                numbers |= dict.fromkeys(known)
            else:
                card = find(self.cards.values(), text)
                numbers |= dict.fromkeys(each.number for each in files_of(self.archive, card.id))
        numbers |= dict.fromkeys(self._spoken(voices))
        if not numbers:
            raise UsageError("Expected numbers, a consignment or --voice HANDLE, found nothing that was chosen.")
        return [self._exhibit(number) for number in sorted(numbers)]

    def _is_known(self, number: int) -> bool:
        item = self.index.item(number)
        return bool(
            (item and item.kind != "preview") or number in self.posts or self.index.people.person(number) is not None
        ) or bool(self.index.pages.page(number))

    def _spoken(self, voices: Iterable[str]) -> Iterator[int]:
        wanted = {each.removeprefix("@").casefold() for each in voices}
        numbers, met = {post: number for number, post in self.posts.items()}, set[str]()
        for each in self.index.posts.latest() if wanted else ():
            names = {name.casefold() for name in (each.handle, each.name, each.author) if name} & wanted
            met |= names
            if names:
                yield numbers[each.post]
        if wanted - met:
            raise UsageError(
                f"Expected a voice of this archive, found {sorted(wanted - met)[0]!r}. Give a handle as "
                "'tamizdat find' shows it."
            )

    def _exhibit(self, number: int) -> Exhibit:
        return replace(self._thing(number), withdrawn=self._is_withdrawn(number))

    def _is_withdrawn(self, number: int) -> bool:
        if number in self.posts:
            return self.index.releases.of(self.posts[number]).release == Release.WITHDRAWN
        known = self.index.people.person(number) or self.index.item(number)
        return known is not None and known.release == Release.WITHDRAWN

    def _thing(self, number: int) -> Exhibit:
        if number in self.posts:
            return self._post(number, self.index.posts.versions(self.posts[number]))
        if person := self.index.people.person(number):
            return self._person(person)
        if page := self.index.pages.page(number):
            return self._page(page)
        item = self.index.item(number)
        assert item is not None
        return self._file(item)

    def _file(self, item: Item) -> Exhibit:
        about = [item.number]
        for question, value in (
            ("SELECT number FROM catalogued WHERE item = ? AND original = ?2", item.number),
            ("SELECT number FROM redacted WHERE item = ? AND original = ?2", item.number),
            (_CLEARED, item.number),
            ("SELECT number FROM received WHERE consignment = ? AND ?2 <> ''", item.consignment),
        ):
            about += [row[0] for row in self.index.ask(question, value, item.original)]
        for written in self.index.transcripts.history(item.number):
            about += [written.number, *(each.number for each in self.index.transcripts.reviews(written.number))]
        about += self._translated(name_of(item.number))
        unheard = is_unheard(self.index, item.number)
        words = () if unheard else tuple(self.words.about(item))
        files = [item, *(file for word in words if self.said for file in word.files if file.number != item.number)]
        about += [each.number for each in files]
        originals = [] if unheard else [each for file in files if (each := self._original(file))]
        here = any(each.statement == item.number for each in originals)
        return Exhibit(
            item.number, FILE, item.title or item.path, tuple(dict.fromkeys(originals)),
            self._and_derived(item.number, about), self.cards.get(item.consignment),
            () if here or unheard else (item.path,), unheard, words,
        )  # fmt: skip

    def _original(self, item: Item) -> Original | None:
        folder = self.folders.setdefault(item.consignment, f"card-{len(self.folders) + 1}")
        path = f"{folder}/{item.path}"
        if self.taken.setdefault(path, item.original) != item.original:  # the same name came twice with other bytes
            path = f"{folder}-{item.number}/{item.path}"
        here = self.archive.objects.has(item.original) and _is_safe(path)
        return Original(path, item.original, item.size, item.number, item.modified or "") if here else None

    def _post(self, number: int, versions: Sequence[Version]) -> Exhibit:
        post = self.posts[number]
        originals: dict[str, Original] = {}
        about = {row[0] for row in self.index.ask("SELECT number FROM releases WHERE post = ?", post)}
        missing: list[str] = []
        for version in versions:
            known = self.archive.observed(version.number)
            about |= {version.number, *(self.archive.instead_of(each.capture) for each in known.said.slices)}
            ending = "json" if known.raw.lstrip()[:1] in (b"{", b"[") else "txt"
            name = f"posts/{number}/version-{version.number}.{ending}"
            originals[name] = Original(name, known.said.raw, len(known.raw), version.number, data=known.raw)
            media = self.index.ask(
                "SELECT capture, object, path FROM media WHERE number = ? ORDER BY position", version.number
            )
            for capture, digest, path in media:
                name = f"posts/{number}/media/{capture}-{path.rpartition('/')[2]}"
                about.add(capture)
                if self.archive.objects.has(digest) and _is_safe(name):
                    originals[name] = Original(name, digest, self.archive.objects.size(digest), capture)
                else:
                    missing.append(path)
        about |= {each.number for each in self.index.posts.edits(post)}
        about |= {each.number for each in self.index.posts.gone(post)}
        about |= set(self._translated(post))
        newest = versions[-1]
        who = f"@{newest.handle}" if newest.handle else newest.name or newest.author
        return Exhibit(
            number, POST, f"{who}: {newest.url or newest.post}", tuple(originals.values()),
            self._and_derived(number, about), None, tuple(dict.fromkeys(missing)),
        )  # fmt: skip

    def _translated(self, text: str) -> Iterator[int]:
        """Yield the statements of every translation of a post, or of what is said in a clip, and of their reviews."""
        for latest in self.index.translations.of(text):
            for each in self.index.translations.history(text, latest.language):
                yield each.number
                yield from (review.number for review in self.index.translations.reviews(each.number))

    def _person(self, person: Person) -> Exhibit:
        about = [each.latest for each in self.index.people.history(person.number)]
        originals: list[Original] = []
        for index in about:
            said = read_catalogued(self.archive.statement(index))
            assert isinstance(said, CataloguedPerson)
            data = entry_bytes(self.archive.statement(index))
            name = f"people/{person.number}/entry-{index}.json"
            originals.append(Original(name, sha256_hex(data), len(data), index, data=data))
        return Exhibit(person.number, PERSON, person.name, tuple(originals), self._and_derived(person.number, about))

    def _page(self, page: CapturedPage) -> Exhibit:
        """Return a captured page: its original is the whole web archive, which is told once for all its pages."""
        file = self.index.pages.file(page.object)
        assert file is not None  # both are stated in one append
        name = f"pages/{file.number}/{file.path.rpartition('/')[2]}"
        here = self.archive.objects.has(file.object) and _is_safe(name)
        originals = (Original(name, file.object, file.size, file.number),) if here else ()
        title = f"{page.title} – {page.url}" if page.title else page.url
        return Exhibit(
            page.number, PAGE, title, originals, (file.number, page.number), None, () if here else (file.path,)
        )

    def _and_derived(self, number: int, about: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({*about, *self.derived.get(number, ())}))


def _derived(archive: Archive) -> dict[int, list[int]]:
    """Return by number the indexes of the statements that say what an edition shows."""
    found: dict[int, list[int]] = {}
    for index in archive.index.by_act(derived.ACT):
        try:
            item = derived.read(archive.statement(index)).number
        except (BadStatement, Forgotten):
            continue
        found.setdefault(item, []).append(index)
    return found


def is_unheard(index: Index, number: int) -> bool:
    """Return whether a file is a recording of a name that may not be heard: its speaker took the consent back."""
    said = index.readings.latest(number)
    return said is not None and (said.is_refused or (said.person is not None and not said.is_consented))


def device_of(archive: Archive, card: Arrived) -> str:
    """Return the long-term key of the device that sealed a consignment, in hexadecimal; "" if it is not known."""
    return received.read(archive.statement(card.consignment.index)).device or ""


def _span(text: str) -> range | None:
    first, dash, last = text.partition("-")
    last = last if dash else first
    if not (first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal() and len(text) < 16):
        return None
    return range(int(first), min(int(last), int(first) + MOST) + 1)


def _is_safe(path: str) -> bool:
    try:
        safe_path(path)
    except BadPath:
        return False
    return True
