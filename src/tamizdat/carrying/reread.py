"""Reading places and second stores again in turns, so that each copy is known to be sound by a day that can be told.

A place has :data:`PARTS` parts, by the first digit of its objects' names. Each run reads the part of each place that
was read longest ago, so that after as many runs everything was. What a run sees of a part counts only if it came to its
end; when each was read last stands in the sealed settings::

    "read_again": {"blue-stick": {"0": "2026-11-23T09:00:00Z", "7": …}, …}

Of a *place* every object that is named like a parcel is read and held against its name; that something is missing
cannot be told there, for shares of one group lie in different places. What is damaged there and belongs to a
consignment that the archive holds is no fault: nobody needs it any more. A *second store* must give every object of the
consignments of which a ``received`` statement says that it holds them; the place of the *objects* every object of its
list, and those of which it shows nothing are asked for in each run. All are read at the same time, each at its own
pace; one that hangs delays only itself, and is left at its first failure.
"""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.store.copies import CopyReport, held
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.carrying.handled import consignments_of
from tamizdat.carrying.receipts import COMPLETE, look_at_stores, objects_of, receipts
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadArchive, NotThere, PlaceError, PlaceRefused, StorageRefused, TamizdatError
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.places import Place
from tamizdat.places.repair import PARCEL, sound_from
from tamizdat.sealing.parcel import parcel_name

PARTS: Final = "0123456789abcdef"  #: the first digit of an object's name
REPAIRING: Final = "repairing"  #: the lock of whoever puts something anew
PATIENCE: Final = 600.0  #: seconds: what took hours to read does not end because somebody forgets something
_MEMORY: Final = "read_again"


@dataclass
class ReadAgain:
    """What one place gave of one part. *use*: "places", "copies", "objects"; *since*: all was read since, "" if not.

    *damaged* are names of objects that came with other bytes, or that a second store does not have any more; those that
    were put anew are in *mended* too, those that nobody needs any more in *needless*.
    """

    place: str
    use: str
    part: str
    read: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    mended: set[str] = field(default_factory=set)
    needless: set[str] = field(default_factory=set)
    failure: str | None = None
    left_over: int = 0  #: objects on the objects' place that belong to nothing; if they were *swept*, those that went
    swept: bool = False
    since: str = ""
    parts_read: int = 0

    @property
    def faults(self) -> list[str]:
        """Names of what is damaged there still."""
        return [name for name in self.damaged if name not in self.mended | self.needless]


def read_again(
    home: Home, archive: Archive, now: datetime, mend: bool = False, progress: Callable[[int], None] = lambda size: None
) -> list[ReadAgain]:
    """Read the next part of each place and second store; with *mend* put what is damaged there anew from the others.

    *progress* is told the bytes that were read. What fails of a place stands in its report.
    """
    placed = archive.objects if isinstance(archive.objects, PlacedObjects) else None
    uses = ("places", "copies", "objects") if placed else ("places", "copies")
    jobs = [(use, settings) for use in uses for settings in home.places(use)]
    if not jobs:
        return []
    known = home.settings.get(_MEMORY, {})
    expected = {settings.name: _expected(archive, home, settings.name) for settings in home.places("copies")}
    reports = [ReadAgain(settings.name, use, _next_part(known.get(settings.name, {}))) for use, settings in jobs]
    counting = threading.Lock()

    def count(size: int) -> None:
        with counting:
            progress(size)

    def read(report: ReadAgain, settings: PlaceSettings) -> None:
        try:
            if report.use == "places":
                _read_parcels(report, settings.open(), count)
            elif report.use == "objects" and placed is not None:
                _read_objects(report, placed, count)
            else:
                _read_copies(report, settings.open(), archive, expected[settings.name], count)
        except TamizdatError as error:
            report.failure = str(error)

    with ThreadPoolExecutor(len(jobs), thread_name_prefix="reading-again") as pool:
        for done in [pool.submit(read, report, settings) for report, (_, settings) in zip(reports, jobs, strict=True)]:
            done.result()
    _leave_needless(home, archive, reports)
    for report, (_, settings) in zip(reports, jobs, strict=True):
        if mend:
            _mend(report, settings, home, archive)
        if placed and report.use == "objects" and report.failure is None:
            _sweep(report, placed, mend and not home.settings.get("withheld"))
    _remember(home, reports, now)
    look_at_stores(home, archive, now)
    return reports


def mend_objects(home: Home, archive: Archive, digests: Collection[str]) -> set[str]:
    """Fetch objects that are damaged or missing in the archive from the second stores; return those that came whole.

    Those that no statement names any more stay away. Raises :class:`InUse` while something is forgotten.
    """
    if not digests:
        return set()
    with home.alone(REPAIRING, PATIENCE):
        return _fetched(home, archive, digests)


def _fetched(home: Home, archive: Archive, digests: Collection[str]) -> set[str]:
    mended: set[str] = set()
    named = [each for each in digests if archive.index.about(each)]
    for settings in home.places("copies"):
        for digest in [each for each in named if each not in mended]:
            with suppress(PlaceError):
                archive.restore_from(settings.open(), digest)
                mended.add(digest)
    return mended


def make_whole(home: Home, archive: Archive, name: str) -> CopyReport:
    """Put into the second store *name* all that the ledger says it holds, each object read back.

    Raises :class:`InUse` while something is forgotten.
    """
    [settings] = [each for each in home.places("copies") if each.name == name]
    with home.alone(REPAIRING):
        return archive.copy_to(settings.open(), sorted(_expected(archive, home, name)))


def _next_part(read: dict[str, str]) -> str:
    """Return the part that was never read, or longest ago."""
    return min(PARTS, key=lambda part: read.get(part, ""))


def _read_parcels(report: ReadAgain, place: Place, count: Callable[[int], None]) -> None:
    names = {name for name in place.list() if PARCEL.fullmatch(name) and name.startswith(report.part)}
    for name in sorted(names):
        try:
            data = place.get(name)
        except NotThere:
            continue  # deleted meanwhile, or a listing that is not true: nobody promised it
        report.read += 1
        report.size += len(data)
        count(len(data))
        if parcel_name(data) != name:
            report.damaged.append(name)


def _leave_needless(home: Home, archive: Archive, reports: list[ReadAgain]) -> None:
    """Mark the damaged parcels of which the desk remembers that their consignment is in the archive."""
    damaged = {name for report in reports if report.use == "places" for name in report.damaged}
    if not damaged:
        return
    whole = {each.consignment for each in archive.index.consignments() if each.state == COMPLETE}
    remembered = consignments_of(home.folder / "incoming", damaged)
    needless = {name for name, consignment in remembered if consignment in whole}
    for report in reports:
        report.needless = needless & set(report.damaged)


def _read_copies(
    report: ReadAgain, place: Place, archive: Archive, expected: Collection[str], count: Callable[[int], None]
) -> None:
    """Read the objects of one part, and look for those that it does not list: a disk that was emptied is noticed."""
    listed = set(expected)
    with suppress(PlaceRefused):  # a login that may not list
        listed = set(place.list())
    for digest in sorted(each for each in expected if each.startswith(report.part) or each not in listed):
        try:
            size = archive.objects.size(digest)
        except (BadArchive, StorageRefused):
            continue  # the check of the archive itself tells that it is missing here
        report.read += 1
        report.size += size
        if not held(place, digest, size):
            report.damaged.append(digest)
        count(size)


def _read_objects(report: ReadAgain, objects: PlacedObjects, count: Callable[[int], None]) -> None:
    """Read the objects of one part whole, and ask for all others by name: one that is gone is noticed at once."""
    report.damaged += objects.lost()
    for digest, size in sorted(objects.listed.sizes.items()):
        if not digest.startswith(report.part) or digest in report.damaged:
            continue
        try:
            objects.check(digest)
        except BadArchive:
            report.damaged.append(digest)
        report.read += 1
        report.size += size
        count(size)


def _expected(archive: Archive, home: Home, name: str) -> set[str]:
    """Return the SHA-256 of every object that the ledger says this second store holds."""
    known = [receipt.consignment for receipt in receipts(archive, home.folder) if name in receipt.copies]
    return {digest for consignment in known for digest in objects_of(archive, consignment)}


def _mend(report: ReadAgain, settings: PlaceSettings, home: Home, archive: Archive) -> None:
    """Put anew what one place holds damaged: parcels from the other places, copies from the archive."""
    if not report.faults:
        return
    try:
        with home.alone(REPAIRING, PATIENCE):
            _put_anew(report, settings, home, archive)
    except TamizdatError as error:
        report.failure = str(error)


def _put_anew(report: ReadAgain, settings: PlaceSettings, home: Home, archive: Archive) -> None:
    if report.use == "objects":
        report.mended |= {each for each in report.faults if _mend_object(home, archive, each)}
        return
    target = settings.open()
    for name in report.faults:
        if report.use == "copies":
            if archive.copy_to(target, [name]).whole:
                report.mended.add(name)
            continue
        others = (each for each in home.places() if each.name != settings.name)
        data = next(filter(None, (_given(each, name) for each in others)), None)
        if data is not None:
            target.put(name, data)
            report.mended.add(name)


def _sweep(report: ReadAgain, objects: PlacedObjects, delete: bool) -> None:
    """Count what was left by runs that were killed, or delete it: not at a desk that was restored and is not whole.

    What it has not caught up with may be all that there is of what it stored after its last backup.
    """
    try:
        with suppress(PlaceRefused):  # a login that may not list
            report.left_over, report.swept = objects.left_over(delete), delete
    except TamizdatError as error:
        report.failure = str(error)


def _mend_object(home: Home, archive: Archive, digest: str) -> bool:
    """Put an object on its place anew, from the cache of this disk or from a second store."""
    if isinstance(archive.objects, PlacedObjects) and archive.objects.mend(digest):
        return True
    return bool(_fetched(home, archive, [digest]))


def _given(settings: PlaceSettings, name: str) -> bytes | None:
    try:
        return sound_from(settings.open(), name, parcel_name)
    except PlaceError:
        return None


def _remember(home: Home, reports: list[ReadAgain], now: datetime) -> None:
    with home.changing():
        before = home.settings.get(_MEMORY, {})
        after = {}
        for report in reports:  # what is forgotten of a place that was removed
            read = dict(before.get(report.place, {}))
            if report.failure is None:
                read[report.part] = timestamp(now)
            after[report.place] = read
            report.parts_read = len(read)
            report.since = min(read.values()) if len(read) == len(PARTS) else ""
        home.settings[_MEMORY] = after
