"""The way back: a card's files, with their names and times, from the archive into a folder.

::

    FOLDER/anna 2026-11-23 0914/DCIM/100CANON/MVI_0001.MP4      each card in a folder of its own
    FOLDER/anna 2026-11-23 0914/ascmhl/0001_…mhl                an ASC MHL of what was given (footage.mhl)
    FOLDER/anna 2026-11-23 0914.txt                             what was not given, and why; names that had to change

Each file is held against its SHA-256 while it is read from the archive, and read back from the disk it went to before
it gets its name. Nothing is overwritten: a file that is there and has the right bytes counts as given, so that a rerun
goes on; any other stays as it is, and is told. No link is followed (:mod:`tamizdat.disk.target`).

Only what is whole is given under a card's name. What changed while it was read, or was cut short, is given if it is
asked for by its number, and told. A recording in which a name is read is not given any more once its speaker took the
consent back.

Hash lists that came on the card are compared with its files on the way; they are given back as they came, and where a
card brings its own ``ascmhl`` history, none of ours is added to it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Final

from tamizdat import __version__
from tamizdat.archive import Archive, Item
from tamizdat.carrying.arrived import Arrived, arrived, files_of, find
from tamizdat.carrying.card_stream import NO_PREVIEW
from tamizdat.dataclass import dataclass
from tamizdat.disk.target import AlreadyThere, NameRules, NotTheSame, Target, TooLarge
from tamizdat.encoding import parse_timestamp, safe_path, sha256_hex, timestamp
from tamizdat.errors import BadArchive, BadConsignment, BadEncoding, BadPath, StorageRefused, UsageError
from tamizdat.footage import mhl
from tamizdat.footage.card import matches
from tamizdat.footage.mhl import Compared, Digests, Recorded
from tamizdat.footage.target_names import target_names
from tamizdat.sealing.inventory import MAX_DOCUMENT, Inventory, LeftOut, Manifest

STEP: Final = 4 << 20
WHOLE: Final = ("whole", "unconfirmed")
ABSENT: Final = "it has not arrived"
DOCUMENTS: Final = "/"  #: no path of a card: its manifest, or of an incomplete one its inventory
TAKEN_BACK: Final = "who speaks in it took back their consent to be heard"
DAMAGED: Final = "the list of what was on the card is damaged in this archive: 'tamizdat check' says more"
REPORT: Final = "What tamizdat gave back of a card"
FACTS: Final = 4  #: lines before what it tells of single files
MAX_REPORT: Final = 64 << 20  #: bytes of an earlier report that are read
THERE: Final = "another file of this name is there; it was left as it is"
UNREADABLE: Final = frozenset("\ufffe\uffff")  #: what XML cannot hold of what a name may


@dataclass(frozen=True)
class CardExport:
    """What is to be given of one consignment. *absent*: path and reason of what cannot be."""

    consignment: Arrived
    files: tuple[Item, ...]
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def is_silenced(self) -> bool:
        """Whether a file of it is not given because of who speaks in it."""
        return any(why == TAKEN_BACK for _, why in self.absent)

    @property
    def folder(self) -> str:
        """The name of its folder: that of the consignment, without what disks refuse."""
        return self.consignment.name.replace(":", "")

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(each.size for each in self.files)


@dataclass
class Given:
    """What became of one card. Paths are those on the card; *renamed*: path → the name it has on the disk."""

    folder: str
    consignment: str
    complete: bool
    written: int = 0
    there: int = 0
    size: int = 0
    absent: list[tuple[str, str]] = field(default_factory=list)
    marked: list[tuple[str, str]] = field(default_factory=list)  #: given, although it is not whole
    renamed: dict[str, str] = field(default_factory=dict)
    compared: Compared = field(default_factory=Compared)
    listed: str = ""  #: the hash list that was written, or why none was
    timed: bool = True  #: whether the disk lets the times of files be set
    reported: bool = True  #: whether what is missing, marked or renamed stands in the text file beside the folder

    @property
    def whole(self) -> bool:
        """Whether all that was asked for is there, as it was on the card."""
        return not self.absent and not self.compared.differ


def choose(archive: Archive, what: Sequence[str], only: Sequence[str] = ()) -> list[CardExport]:
    """Return what *what* names: consignments by name or id, or items by number (``17``, ``20-44``).

    *only* are shell patterns for paths. Raises :class:`UsageError` for what names nothing.
    """
    known = arrived(archive)
    numbers = [each for text in what for each in _numbers(text)]
    if numbers and any(not _numbers(text) for text in what):
        raise UsageError("Expected either consignments or numbers of items, found both. Export them one after another.")
    cards = _of_items(archive, known, numbers) if numbers else [_of_card(archive, find(known, text)) for text in what]
    if only:
        cards = [replace(each, files=tuple(file for file in each.files if matches(file.path, only))) for each in cards]
    return list({each.consignment.id: each for each in cards}.values())


def _numbers(text: str) -> list[int]:
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()) or len(text) > 20 or (not dash and len(text) > 7):
        return []
    return list(range(int(first), min(int(last or first), int(first) + 100_000) + 1))


def _of_items(archive: Archive, known: Sequence[Arrived], numbers: Sequence[int]) -> list[CardExport]:
    by_card: dict[str, list[Item]] = {}
    for number in dict.fromkeys(numbers):
        item = archive.index.item(number)
        if item is not None and item.kind != "preview":
            by_card.setdefault(item.consignment, []).append(item)
    if not by_card:
        raise UsageError("Expected numbers of files of a card, found none. 'tamizdat publish list' shows them.")
    return [_heard(archive, each, by_card[each.id]) for each in known if each.id in by_card]


def _heard(
    archive: Archive, card: Arrived, files: Iterable[Item], absent: Iterable[tuple[str, str]] = ()
) -> CardExport:
    """Return what is given of these *files*: not what somebody speaks in who took the consent back."""
    files, silent = tuple(files), archive.index.readings.taken_back()
    silenced = {(each.path, TAKEN_BACK) for each in files if each.number in silent}
    given = tuple(each for each in files if each.number not in silent)
    return CardExport(card, given, tuple(sorted({*absent, *silenced})))


def _of_card(archive: Archive, card: Arrived) -> CardExport:
    files = files_of(archive, card.id)
    absent = [(each.path, each.state) for each in files if each.state not in WHOLE]
    here = {each.path for each in files}
    documents = [_documents(archive, card)] if card.inventory else []
    for promised, left_out in documents:
        absent += [(path, DAMAGED if path == DOCUMENTS else ABSENT) for path in promised if path not in here]
        absent += [
            (each.path, f"it was left out when the card was sealed: {each.why}")
            for each in left_out
            if not each.why.startswith(NO_PREVIEW)  # what the device could not preview is here all the same
        ]
    return _heard(archive, card, [each for each in files if each.state in WHOLE], absent)


def _documents(archive: Archive, card: Arrived) -> tuple[list[str], tuple[LeftOut, ...]]:
    """Return the paths that the card's documents promise, and what they say was left out."""
    assert card.inventory is not None
    try:
        with archive.objects.open(card.inventory) as file:
            inventory = Inventory.parse(file.read(MAX_DOCUMENT + 1))
        if card.consignment.state != "complete":
            return [each.path for each in inventory.files], inventory.left_out
        with archive.objects.open(card.consignment.manifest) as file:
            manifest = Manifest.parse(file.read(MAX_DOCUMENT + 1))
    except (BadArchive, BadConsignment, BadEncoding, BadPath):
        return [DOCUMENTS], ()
    return [each.path for each in manifest.files if each.stage != "previews"], manifest.left_out


def export(
    archive: Archive,
    card: CardExport,
    target: Target,
    rules: NameRules,
    now: datetime,
    progress: Callable[[int], None] = lambda size: None,
) -> Given:
    """Give back one card. Raises :class:`StorageFull` and :class:`StorageRefused`; all else is in what is returned."""
    return _Export(archive, card, target, rules, now, progress).run()


class _Export:
    """One card on its way into a folder."""

    def __init__(
        self,
        archive: Archive,
        card: CardExport,
        target: Target,
        rules: NameRules,
        now: datetime,
        progress: Callable[[int], None],
    ) -> None:
        self.archive, self.card, self.target, self.now, self.progress = archive, card, target, now, progress
        complete = card.consignment.consignment.state == "complete"
        self.given = Given(card.folder, card.consignment.id, complete, timed=rules.timed)
        self.given.absent += card.absent
        self.files = sorted(filter(self._is_safe, card.files), key=lambda each: each.path)
        self.names = target_names([each.path for each in self.files], rules)
        self.listed = [each for item in self.files for each in self._list(item)]
        self.kinds = ("sha256", *mhl.WRITTEN, *(kind for each in self.listed for kind in each.digests))
        self.digests: dict[str, tuple[int, dict[str, str]]] = {}

    def run(self) -> Given:
        """Write the files, then the lists about them."""
        folders = {self._place(item).rpartition("/")[0] for item in self.files}
        for folder in sorted({"", self.given.folder, f"{self.given.folder}/{mhl.FOLDER}", *folders}):
            self.target.clear(folder)
        for item in self.files:
            self._give(item)
        self._compare()
        try:
            self._write_list()
        except (AlreadyThere, NotTheSame, StorageRefused):
            self.given.listed = f"none was written: the folder {mhl.FOLDER} is none, or the disk fails"
        try:
            self._report()
        except (FileNotFoundError, NotTheSame, StorageRefused):  # a folder or a link has its name, or the disk fails
            self.given.reported = False
        return self.given

    def _is_safe(self, item: Item) -> bool:
        """Tell whether a path may touch a disk. Whoever took it in asked that too; a ledger may come from elsewhere."""
        try:
            safe_path(item.path)
        except BadPath as error:
            self.given.absent.append((f"item {item.number}", str(error)))
            return False
        return True

    def _place(self, item: Item) -> str:
        return f"{self.given.folder}/{self.names[item.path]}"

    def _give(self, item: Item) -> None:
        given, digests = self.given, Digests(self.kinds)
        if self.names[item.path] != item.path:
            given.renamed[item.path] = self.names[item.path]
        try:
            if self.target.has(self._place(item)):
                if not self._is_there(item, digests):
                    given.absent.append((item.path, THERE))
                    return
                given.there += 1
            else:
                time = _seconds(item) if given.timed else None
                self.target.put(self._place(item), self._chunks(item, digests), lambda: item.original, time)
                given.written += 1
        except AlreadyThere:
            given.absent.append((item.path, THERE))
        except TooLarge:
            given.absent.append((item.path, "this disk takes no file of 4 GiB or more; take one with exFAT"))
        except NotTheSame:
            given.absent.append((item.path, "it read back otherwise than it was written: take another disk or cable"))
        except BadArchive as error:
            given.absent.append((item.path, str(error)))
        else:
            given.size += item.size
            if item.state != "whole":
                given.marked.append((item.path, item.state))
            self.digests[item.path] = item.size, digests.result()

    def _chunks(self, item: Item, digests: Digests) -> Iterator[bytes]:
        """Yield the bytes of a file. Raises :class:`BadArchive` at the end if they are not those that were stated."""
        with self.archive.objects.open(item.original) as file:
            while chunk := file.read(STEP):
                digests.update(chunk)
                self.progress(len(chunk))
                yield chunk
        if digests.result()["sha256"] != item.original:
            raise BadArchive("its bytes in the archive are damaged: 'tamizdat check' names the object")

    def _is_there(self, item: Item, digests: Digests) -> bool:
        """Tell whether the file that is there has the right bytes; they are read once, for the hash lists too."""

        def take(data: memoryview) -> None:
            digests.update(data)
            self.progress(len(data))

        return self.target.feed(self._place(item), take) and digests.result()["sha256"] == item.original

    # Hash lists ---------------------------------------------------------------------------------------------------

    def _list(self, item: Item) -> list[mhl.Listed]:
        """Return what a hash list of the card says, with paths from the card's root; nothing if it is none."""
        if not mhl.is_list(item.path) or item.size > mhl.MAX_LIST or not self.archive.objects.has(item.original):
            return []
        with self.archive.objects.open(item.original) as file:
            found = mhl.read(file.read(mhl.MAX_LIST)) or []
        root = mhl.root_of(item.path)
        return [replace(each, path=f"{root}/{each.path}") for each in found] if root else found

    def _compare(self) -> None:
        self.given.compared = mhl.compare(self.listed, self.digests)

    def _write_list(self) -> None:
        """Write an ASC MHL of what is there now, unless those that are there say it already."""
        folder = f"{self.given.folder}/{mhl.FOLDER}"
        if any(each.path.split("/")[0] == mhl.FOLDER for each in self.files):
            self.given.listed = "the card brings its own ASC MHL"
            return
        before = self._history(folder)
        if before is None:
            self.given.listed = f"none was written: the folder {mhl.FOLDER} holds something else"
            return
        chain, known, orphan = before
        records = [
            Recorded(self.names[path], size, _modified(item), found, known.get(self.names[path]) == _written(found))
            for item in self.files
            if (path := item.path) in self.digests and not UNREADABLE.intersection(path)
            for size, found in [self.digests[path]]
        ]
        if not all(each.again for each in records):
            when = timestamp(self.now)
            name = mhl.list_name(len(chain) + 1, self.given.folder, when)
            data = mhl.write(records, when, __version__)
            self.target.put(f"{folder}/{name}", [data], lambda: sha256_hex(data))
            chain, orphan = [*chain, (name, _c4(data))], True
        if orphan:
            self.target.replace(f"{folder}/{mhl.CHAIN}", mhl.write_chain(chain))
        self.given.listed = chain[-1][0] if chain else ""

    def _history(self, folder: str) -> tuple[list[tuple[str, str]], dict[str, Mapping[str, str]], bool] | None:
        """Return the chain that is there, what its lists say, and whether it lacks its last list: a kill does that.

        None if the folder holds something else than a history that holds together.
        """
        names = self.target.names(folder)
        if not names and self.target.has(folder) and self.target.feed(folder, len):
            return None
        data = self.target.read(f"{folder}/{mhl.CHAIN}", mhl.MAX_LIST) if mhl.CHAIN in names else b""
        chain = mhl.chain_of(data) if data else []
        if chain is None:
            return None
        orphans = [name for name in names if name.startswith(f"{len(chain) + 1:04}_") and mhl.is_list(name)]
        if set(names) - {mhl.CHAIN} != {name for name, _ in chain} | set(orphans) or len(orphans) > 1:
            return None
        known: dict[str, Mapping[str, str]] = {}
        for name, digest in [*chain, *((name, "") for name in orphans)]:
            data = self.target.read(f"{folder}/{name}", mhl.MAX_LIST)
            found = mhl.read(data)
            if found is None or digest not in ("", _c4(data)):
                return None
            known |= {each.path: _written(each.digests) for each in found}
            chain += [] if digest else [(name, _c4(data))]
        return chain, known, bool(orphans)

    # What a person reads ------------------------------------------------------------------------------------------

    def _report(self) -> None:
        """Write what is missing and what has another name beside the card's folder; nothing if there is nothing.

        What an earlier run told of files that this one was not asked for still stands.
        """
        given, path = self.given, f"{self.given.folder}.txt"
        lines = [f"not given: {name}: {why}" for name, why in given.absent]
        lines += [f"given, but not whole: {name}: {state}" for name, state in given.marked]
        lines += [f"a hash list of the card says otherwise: {name}" for name in given.compared.differ]
        lines += [f"has another name here: {name} → {held}" for name, held in sorted(given.renamed.items())]
        there = self.target.has(path)
        before = self.target.read(path, MAX_REPORT).decode("utf-8", "replace") if there else ""
        ours = before.startswith(REPORT)
        if there and not ours:
            self.given.reported = False
        about = {each.path for each in self.files} | {name for name, _ in given.absent}
        lines += [line for line in before.split("\n")[FACTS:] if line and about.isdisjoint(_may_be_about(line))]
        if (not lines and not there) or not self.given.reported:
            return
        missing = sum(line.startswith("not given: ") for line in lines)
        facts = f"Files given: {given.written + given.there}; not given: {missing}."
        text = "\n".join([REPORT, f"{self.card.consignment.name} ({given.consignment})", facts, "", *lines, ""])
        self.target.replace(path, text.encode("utf-8"))


def _may_be_about(line: str) -> set[str]:
    """Return what of a report's line may be the path it is about, which may hold the signs that end it."""
    said = line.partition(": ")[2]
    ends = [each.start() for each in re.finditer(": | → ", said)]
    return {said, *(said[:end] for end in ends)}


def _c4(data: bytes) -> str:
    return mhl.c4(hashlib.sha512(data).digest())


def _written(digests: Mapping[str, str]) -> Mapping[str, str]:
    return {kind: digests[kind] for kind in mhl.WRITTEN if kind in digests}


def _modified(item: Item) -> str:
    return item.modified or "1970-01-01T00:00:00Z"


def _seconds(item: Item) -> int | None:
    return int(parse_timestamp(item.modified, "a file's time").astimezone(UTC).timestamp()) if item.modified else None
