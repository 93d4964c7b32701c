"""Which consignments have a receipt, and whether it may be told to the field, which then deletes what it has.

It is told when three things hold: the archive has everything; a second store has, which gave everything back once and
showed all of it when the desk last looked (:mod:`tamizdat.carrying.stores`); and a backup has what makes it readable.
"""

from collections.abc import Callable, Collection
from dataclasses import field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.carrying.stores import Seen, SeenStores, look_at
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadArchive, TamizdatError
from tamizdat.home.backups import Backups
from tamizdat.home.home import Home
from tamizdat.statements import received

COMPLETE: Final = "complete"
PATIENCE: Final = 600.0  #: seconds that a look waits for another one


@dataclass(frozen=True)
class Receipt:
    """A consignment in the archive. *receipt* is R; it may be told to the field only if *released*."""

    consignment: str
    receipt: bytes
    copies: tuple[str, ...]  #: second stores that the ledger says hold it
    index: int  #: of the statement that says so
    backed_up: bool
    there: tuple[str, ...] = ()  #: those of *copies* that showed all of it at the last look
    looked: str = ""  #: when that was, in UTC: the oldest look that counts; "" if there was none
    own: bool = True  #: whether the place of the desk's own objects did; also if they lie on its disk
    # counts the files of it that the archive has lost since: 15 µs a file, so not before the receipt is told
    look: Callable[[], int] = field(default=lambda: 0, compare=False, repr=False)

    @property
    def lacking(self) -> int:
        """How many files of it the archive has lost since."""
        return self.look()

    @property
    def held(self) -> bool:
        """Whether the archive's place and a second store showed all of it at the last look."""
        return bool(self.there) and self.own

    @property
    def released(self) -> bool:
        """Whether two stores hold everything, and a backup what makes it readable."""
        return self.held and self.backed_up and not self.lacking


def receipts(archive: Archive, folder: Path) -> list[Receipt]:
    """Return the receipts of all complete consignments, oldest first; *folder* is the desk's."""
    found, leaves, seen = [], Backups.read(folder).leaves, SeenStores.read(folder)
    for item in archive.index.consignments():
        if item.state == COMPLETE:
            said = received.read(archive.statement(item.index))
            if said.receipt is not None:
                copies, id_ = said.copies or (), item.consignment
                own = not archive.objects.on_place or (seen.objects is not None and seen.objects.has(id_))
                there, look = seen.having(id_, copies), partial(_lacking, archive, id_)
                looked = min((seen.stores[name].at for name in there), default="")
                receipt, backed_up = bytes.fromhex(said.receipt), item.index < leaves
                found.append(Receipt(id_, receipt, copies, item.index, backed_up, there, looked, own, look))
    return found


def objects_of(archive: Archive, consignment: str) -> list[str]:
    """Return the SHA-256 of every object of a consignment: its files, and its documents."""
    digests = [item.original for item in archive.index.items(consignment=consignment)]
    for item in archive.index.consignments():
        if item.consignment == consignment:
            statement = archive.statement(item.index)
            digests += [subject.sha256 for subject in statement.subjects]
    return list(dict.fromkeys(digests))


def look_at_stores(home: Home, archive: Archive, now: datetime) -> dict[str, str]:
    """Look whether each second store shows what the ledger says it holds, and keep what was seen.

    Return what is wrong, by name of the store. A look reads names and no bytes. One look at a time: what an older one
    saw must not take the place of what a newer one did. Raises InUse if another takes longer than :data:`PATIENCE`.
    """
    with home.alone("looking at the second stores", PATIENCE):
        return _look(home, archive, now)


def _look(home: Home, archive: Archive, now: datetime) -> dict[str, str]:
    known, wrong = receipts(archive, home.folder), dict[str, str]()
    sizes, stores = _sizes(archive, {each.consignment for each in known if each.copies}), {}
    for settings in home.places("copies"):
        claims = {each.consignment: sizes[each.consignment] for each in known if settings.name in each.copies}
        try:
            seen = look_at(settings.open(), claims, now)
        except TamizdatError as error:
            seen, wrong[settings.name] = Seen(timestamp(now), away=True), str(error)
        if seen.lacking:
            wrong[settings.name] = _not_whole(settings.name, seen, f"tamizdat check --repair {settings.name}")
        stores[settings.name] = seen
    own = None
    if isinstance(archive.objects, PlacedObjects):
        [name] = [settings.name for settings in home.places("objects")] or ["objects"]
        try:
            own = _look_at_own(archive.objects, sizes, now)
        except TamizdatError as error:
            own, wrong[name] = Seen(timestamp(now), away=True), str(error)
        if own.lacking:
            wrong[name] = _not_whole(name, own, "tamizdat check --repair")
    SeenStores(stores, own).keep(home.folder)
    return wrong


def _look_at_own(objects: PlacedObjects, sizes: dict[str, dict[str, int]], now: datetime) -> Seen:
    """Look at the place of the desk's own objects. Raises TamizdatError if it does not answer."""
    lost = set(objects.lost())
    return Seen(timestamp(now), lacking=tuple(sorted(each for each, held in sizes.items() if lost & held.keys())))


def _not_whole(name: str, seen: Seen, repair: str) -> str:
    return (
        f"Expected all that this desk put on “{name}”, found that some of it is not there any more, of "
        f"{len(seen.lacking):,} of the consignments. Was it emptied, or is it another disk? If it is the right one, "
        f"'{repair}' puts there what it lacks."
    )


def _sizes(archive: Archive, consignments: Collection[str]) -> dict[str, dict[str, int]]:
    """Return SHA-256 → size in bytes of every object of each of these consignments, by its id."""
    found = dict[str, dict[str, int]]()
    for each in archive.index.consignments():
        if each.consignment not in consignments:
            continue
        sizes = {item.original: item.size for item in archive.index.items(consignment=each.consignment)}
        for subject in archive.statement(each.index).subjects:
            if subject.sha256 not in sizes:
                try:
                    sizes[subject.sha256] = archive.objects.size(subject.sha256)
                except BadArchive:  # a document that the archive has lost; it is small
                    sizes[subject.sha256] = 0
        found[each.consignment] = sizes
    return found


def _lacking(archive: Archive, consignment: str) -> int:
    """Count the files that were here when the ledger said so, and are not, or not in their size: a disk lost them."""
    return sum(
        not archive.objects.holds(item.original, item.size) for item in archive.index.items(consignment=consignment)
    )
