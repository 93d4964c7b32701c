"""The archive: objects, the private ledger and its index, in one folder (drawn in the package's own text).

::

    archive = Archive.open(folder)
    digest = archive.objects.add(chunks)                              the bytes first,
    [number] = archive.append([sign_statement(captured, signers)])    then what is said of them
    archive.index.item(number)                                        ask
    archive.disclosure(number)                                        salt and envelope, to publish

Store objects before the statements that name them: killed in between, the archive holds an object nobody speaks
of, which does no harm, and never a statement about an object that is not there.

What :meth:`Archive.append` returned is on the disk. Any number of processes and threads may have the archive open.
"""

import contextlib
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Final

from tamizdat.archive import check
from tamizdat.archive.check import CheckReport
from tamizdat.archive.log.disclosure import Commitments, Disclosure, StandingLedger
from tamizdat.archive.log.entries import PREAMBLE, EntryLog
from tamizdat.archive.search.search import Search
from tamizdat.archive.store import copies
from tamizdat.archive.store.copies import CopyReport
from tamizdat.archive.store.opened_objects import open_objects
from tamizdat.archive.store.staging import Staging
from tamizdat.archive.views.index import Index, last_seen
from tamizdat.archive.views.observed import ObservedPost, PostReader
from tamizdat.disk.files import make_private, refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding, BadStatement, Forgotten, NotSetUp, UsageError
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.ledger.tiled_tree import TiledTree
from tamizdat.statements import captured, forgotten, observed
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.forgotten import Forgotten as Forgetting
from tamizdat.statements.reference import Reference

if TYPE_CHECKING:
    from tamizdat.archive.store.object_place import Keeping
    from tamizdat.places.place import Place  # a protocol; its package opens connections, which most commands do not

FORMAT: Final = "tamizdat/archive/v1"
SETTINGS: Final = "archive.json"
#: why something was forgotten, in words
WHY: Final = {
    forgotten.ASKED: "because somebody asked for it",
    forgotten.ORDERED: "because a court or a law wants it",
    forgotten.DANGER: "because it may harm somebody",
    forgotten.MISTAKE: "because it should never have been taken in",
}
#: a view that publishing keeps; it tells words that were published
PUBLISHING: Final = ("publishing.sqlite", "publishing.sqlite-wal", "publishing.sqlite-shm")


class Archive:
    """An open archive; made by :meth:`create` or :meth:`open`. Also a context manager."""

    def __init__(self, folder: Path, keeping: "Keeping | Callable[[], Keeping | None] | None" = None) -> None:
        self.folder = folder
        self.origin = _read_origin(folder)
        self._lock = folder / "lock"
        self._mutex = threading.RLock()
        self._entries = EntryLog(folder / "entries.log", self._lock, self.origin)
        self._staging = Staging(folder / "staging")
        self._tree = TiledTree()
        self.objects = open_objects(folder, lambda: self.staging, keeping)
        self._index = Index(folder / "index.sqlite", self._lock, self._entries, self.objects)
        #: is told of statements as the index takes them in, :attr:`size` in all: minutes, where it is made anew
        self.catching_up: Callable[[int], object] = lambda count: None
        self.search = Search(folder / "search.sqlite", self._lock, self._entries, lambda: self.index)  #: finding words
        self.cut = self._settle()  #: bytes of an unfinished append that were cut off when it was opened

    @classmethod
    def create(cls, folder: Path, origin: str) -> "Archive":
        """Create an archive for the ledger of this *origin*, or complete the one that a killed ``create`` left.

        Raises :class:`UsageError` for an origin that no ledger may have, or a folder with an archive or parts of one.
        """
        if not origin or len(origin) > 255 or any(letter.isspace() or letter == "+" for letter in origin):
            raise UsageError(
                f"Expected the ledger's origin, a name of at most 255 characters without spaces and '+', like "
                f"example.org/ledger; found {origin[:40]!r}."
            )
        with refusals("a new archive"):
            make_private(folder)
        with locked(folder / "lock"):
            _require_empty(folder)
            with refusals("a new archive"):
                (folder / "objects").mkdir(mode=0o700, exist_ok=True)
            EntryLog.create(folder / "entries.log", origin)
            write_file(folder / SETTINGS, canonical({"format": FORMAT, "origin": origin}), "a new archive")
        return cls(folder)

    @classmethod
    def open(cls, folder: Path, keeping: "Keeping | Callable[[], Keeping | None] | None" = None) -> "Archive":
        """Open an archive: cut off an unfinished append, finish a forgetting, remove dead processes' files.

        *keeping*: the place on which its objects lie, if they do. Without it those that are not cached cannot be read;
        a function is called for it when the first such object is.
        """
        return cls(folder, keeping)

    # -- statements ------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Leaves in the ledger: statements, forgotten ones and padding."""
        return self._entries.size

    def append(self, envelopes: Collection[bytes]) -> list[int]:
        """Append signed statements, all or none, with one flush; return their indexes when the disk has them."""
        return self._entries.append(envelopes)

    def pad(self, multiple: int = 256) -> list[int]:
        """Append random leaves until the ledger's size is a multiple of *multiple*; return their indexes."""
        return self._entries.pad(multiple)

    def disclosure(self, index: int) -> Disclosure:
        """Return salt and envelope of one statement; :class:`~tamizdat.errors.Forgotten` if they were destroyed."""
        try:
            return self._entries.disclosure(index)
        except Forgotten as error:
            if (said := self.forgetting_of(index)) is None:
                raise
            raise Forgotten(f"{error} This desk did so on {said.day}, {WHY[said.why]}.") from None

    @property
    def gone(self) -> set[int]:
        """Indexes known to be destroyed, or lost."""
        return self._entries.gone

    def is_gone(self, index: int) -> bool:
        """Return whether an entry is destroyed or lost, also by another process since this archive was opened."""
        return self._entries.is_gone(index)

    def forgettings(self) -> Iterator[tuple[int, Forgetting]]:
        """Yield every statement that something was forgotten, with its index."""
        for index in self.index.by_act(forgotten.ACT):
            with contextlib.suppress(BadStatement, Forgotten):
                yield index, forgotten.read(peek_envelope(self._entries.disclosure(index).envelope))

    def forgetting_of(self, index: int) -> Forgetting | None:
        """Return the statement that this entry was forgotten; None if there is none."""
        every = (said for _, said in self.forgettings())
        return next((said for said in every if any(each.index == index for each in said.entries)), None)

    def statement(self, index: int) -> Statement:
        """Return one statement, signature unverified; :class:`~tamizdat.errors.Forgotten` if it was destroyed."""
        return peek_envelope(self.disclosure(index).envelope)

    def capture(self, index: int) -> CapturedFile | CapturedSource:
        """Return what an entry says of the file it tells of; of a file in which words were forgotten, what counts now.

        Raises as :meth:`statement`, and :class:`BadStatement`.
        """
        return captured.read(self.statement(self.instead_of(index)))

    def instead_of(self, index: int) -> int:
        """Return the entry that counts where this one is spoken of: mostly itself."""
        return self._entries.instead_of(index)

    def reference(self, index: int) -> Reference:
        """Return a reference that names a statement without disclosing it: its index and its salted commitment."""
        known = self._entries.commitments_known()  # takes no lock; what has a number is known, or was appended just now
        return Reference(index, (known if index < len(known) else self.commitments())[index])

    def statements(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield index and envelope of every statement from *start*, without padding and what was forgotten."""
        return self._entries.statements(start)

    def commitments(self) -> Commitments:
        """Return the leaves of the public log, 32 bytes each."""
        return self._entries.commitments()

    def take_over(self, leaves: Sequence[bytes], known: Mapping[int, tuple[bytes, bytes]]) -> int:
        """Append entries of the published ledger that this archive lacks; see :meth:`EntryLog.take_over`."""
        return self._entries.take_over(leaves, known)

    def standing_ledger(self) -> AbstractContextManager[StandingLedger]:
        """Give the bytes of ``entries.log`` while nobody can append or forget."""
        return self._entries.standing()

    def require_sound(self, ledger: StandingLedger, first: int, count: int) -> None:
        """Raise :class:`BadArchive` for a damaged entry, any part of which lies in so many bytes of the *ledger*."""
        offsets = ledger.offsets
        for index in range(max(0, bisect_right(offsets, first) - 1), bisect_left(offsets, first + count)):
            self._entries.record(index)

    def forget(self, *indexes: int) -> None:
        """Destroy salt and envelope of statements, in the ledger and in what is made from it; their leaves stay.

        On flash memory and on file systems that copy when they write, destroying is not erasing; backups, mirrors
        and the objects the statements speak of are not touched.
        """
        self._entries.forget(*indexes)
        self._index.forget()
        self.search.forget()
        with refusals("what is remembered of the last edition"):
            for name in PUBLISHING:
                (self.folder / name).unlink(missing_ok=True)

    def tree(self) -> TiledTree:
        """Return the Merkle tree over all commitments, kept and extended by what is new."""
        with self._mutex:
            self._tree.grow(self.commitments())
            return self._tree

    # -- views and files -------------------------------------------------------------------------------------

    @property
    def index(self) -> Index:
        """The index, caught up with the ledger."""
        self._index.catch_up(progress=self.catching_up)
        return self._index

    def observed(self, number: int) -> ObservedPost:
        """Read the post of an ``observed`` statement anew from the bytes that were kept.

        Raises :class:`BadArchive` if they do not bear it out, :class:`BadStatement` for a statement of another act.
        """
        return PostReader(self._entries, self.objects).read(observed.read(self.statement(number)))

    def catch_up(self, fresh: Mapping[int, ObservedPost | Statement] = MappingProxyType({})) -> None:
        """Add to the index what was appended; *fresh* are posts read, and ``derived`` made, a moment ago, by index."""
        self._index.catch_up(fresh, self.catching_up)

    @property
    def staging(self) -> Path:
        """The folder of this process for files on their way into ``objects``; it is gone when the process is."""
        with self._mutex:
            if self._staging.made is None:
                with locked(self._lock):
                    self._staging.make()
            assert self._staging.made is not None
            return self._staging.made

    def copy_to(self, place: "Place", digests: Iterable[str]) -> CopyReport:
        """Copy these objects to *place* if it does not hold them yet, then read them back and verify them."""
        return copies.copy_to(self.objects, place, digests)

    def restore_from(self, place: "Place", digest: str) -> None:
        """Fetch one object from *place* and put it into the archive, verified."""
        copies.restore_from(self.objects, place, digest)

    def check(self, rebuild: bool = False, progress: Callable[[int], None] = lambda _: None) -> CheckReport:
        """Verify every record, re-hash every object, and compare the index with the ledger or make it anew."""
        if rebuild:
            self.search.discard()
        report = check.check(self._entries, self.objects, self._index, self.staging, rebuild, progress)
        report.faults += check.checkpoint_faults(self.folder)
        return report

    def close(self) -> None:
        """Close all files and remove those still in ``staging``."""
        self._index.close()
        self.search.close()
        self._staging.close()
        self._entries.close()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _settle(self) -> int:
        with locked(self._lock):
            self._entries.read_on()
            self._refuse_a_cut_ledger()
            cut = self._entries.recover()
            self._staging.clear_dead()
            if self.objects.on_place:
                self._staging.make()  # what is fetched lies there, also while somebody holds the lock
        self._index.forget()
        self.search.forget()
        return cut

    def _refuse_a_cut_ledger(self) -> None:
        """Refuse a ledger that ends before what the index has seen: that was acknowledged, and statements are lost."""
        leaves = self._entries.commitments_known()
        seen, leaf = last_seen(self._index.path, len(leaves))
        if seen > len(leaves) and (not leaves or leaf == leaves[-1]):
            raise BadArchive(
                f"entries.log: expected at least {seen:,} statements, as many as the index has seen; found "
                f"{len(leaves):,}. The ledger was cut or replaced by an older one. Restore entries.log from a newer "
                "copy. If there is none and you accept the loss, delete index.sqlite; checkpoints that were "
                "published since will contradict this ledger."
            )


def _read_origin(folder: Path) -> str:
    path = folder / SETTINGS
    with refusals("the archive's settings (archive.json)"):
        if not path.is_file():
            if (folder / "entries.log").exists() or (folder / "objects").exists():
                raise BadArchive(
                    "Expected archive.json beside the ledger, found that it is lost: the rest of the archive is here. "
                    "Restore that one file from a copy, or make the desk again from its backup."
                )
            raise NotSetUp("Expected an archive in this folder, found no archive.json. Set up a desk first.")
        data = path.read_bytes()
    try:
        settings = parse_canonical(data, "archive.json", 4096)
    except BadEncoding as error:
        raise BadArchive(f"{error} Restore archive.json from a copy.") from error
    match settings:
        case {"format": "tamizdat/archive/v1", "origin": str(origin)} if len(settings) == 2:
            return origin
    raise BadArchive(
        f"archive.json: expected format {FORMAT} and an origin, found {settings!a:.100}. Restore it from a copy."
    )


def _require_empty(folder: Path) -> None:
    """Refuse a folder with anything that a person may want to keep: an archive, or what is left of one."""
    if (folder / SETTINGS).exists():
        raise UsageError("Expected a folder without an archive, found one in it. Open it, or choose another folder.")
    log = folder / "entries.log"
    if (log.exists() and log.stat().st_size != PREAMBLE) or (folder / "index.sqlite").exists():
        raise UsageError(
            "Expected a new folder, found parts of an archive without its archive.json. Restore that file from a copy, "
            "or choose another folder."
        )
