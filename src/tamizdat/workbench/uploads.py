"""The one upload of a desk: an export that an editor sent, in the archive's own staging folder until it is taken in.

It is on the file system of the archive and never in the system's temporary folder. The folder is this process's: when
the process ends, however it ends, whoever opens the archive next removes it. A newer upload replaces an older.
"""

import os
import secrets
import shutil
import threading
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import StorageFull, UsageError
from tamizdat.text.quantities import amount
from tamizdat.workbench.l10n import gettext as _

WHAT: Final = "an upload"
ROOM: Final = 256 << 20  #: bytes that stay free
TWICE: Final = 2  #: an export is there twice while it is taken in
LOOK: Final = 64 << 20  #: bytes between two looks at how much room is left


@dataclass(frozen=True)
class Kept:
    """An upload that is whole: where it lies, what it is called, its bytes."""

    path: Path
    name: str
    size: int

    @property
    def key(self) -> str:
        """What tells it from every other, on a page that shows it."""
        return self.path.parent.name


class Uploads:
    """The place for it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._mutex = threading.Lock()
        self._kept: Kept | None = None
        self.busy = False  #: whether it is being read: then none takes its place

    @property
    def kept(self) -> Kept | None:
        """The upload that waits; None if none does."""
        return self._kept

    def receive(self) -> "Receiving":
        """Return what takes a new one."""
        return Receiving(self, self._archive)

    def keep(self, kept: Kept) -> None:
        """Put it in the place of the one before. Raises :class:`UsageError` while that is read."""
        with self._mutex:
            self._check_idle()
            before, self._kept = self._kept, kept
        _remove(before)

    def take(self, key: str = "") -> Kept:
        """Return the upload that waits, to be read; none takes its place before :meth:`end`.

        Raises :class:`UsageError` if none waits, or another than that of the *key*: nobody has looked at that one.
        """
        with self._mutex:
            self._check_idle()
            kept = self._waiting(key)
            self.busy = True
            return kept

    def end(self, kept: Kept, gone: bool) -> None:
        """Note that it was read; with *gone* throw it away, before another can take its place."""
        with self._mutex:
            self.busy = False
            if gone:
                self._kept = None
        if gone:
            _remove(kept)

    def drop(self, key: str = "") -> None:
        """Throw it away. Raises :class:`UsageError` while it is read, and if another than that of the *key* waits."""
        with self._mutex:
            self._check_idle()
            before = self._waiting(key) if key else self._kept
            self._kept = None
        _remove(before)

    def _waiting(self, key: str) -> Kept:
        if self._kept is None or key not in ("", self._kept.key):
            raise UsageError(_("The upload is not there any more. Send it again."))
        return self._kept

    def _check_idle(self) -> None:
        if self.busy:
            raise UsageError(_("The upload before is being read. Wait until that is done, then send this one."))


class Receiving:
    """Takes one upload as it comes (:class:`tamizdat.web.upload.Receiver`)."""

    def __init__(self, uploads: Uploads, archive: Archive) -> None:
        self._uploads, self._archive = uploads, archive
        self._folder: Path | None = None
        self._file: BinaryIO | None = None
        self._name, self._size, self._looked = "", 0, 0

    def begin(self, name: str, size: int | None) -> None:
        """Begin; raise :class:`StorageFull` if there is no room for it."""
        self._name = name
        with refusals(WHAT):
            folder = self._archive.staging / f"upload-{secrets.token_hex(8)}"
            self._check_room(TWICE * (size or 0))
            folder.mkdir(mode=0o700)
            self._folder = folder
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(descriptor, "wb")

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise :class:`StorageFull` when no room is left."""
        assert self._file is not None, "it has begun"
        with refusals(WHAT):
            self._file.write(data)
        self._size += len(data)
        if self._size - self._looked >= LOOK:
            self._looked = self._size
            self._check_room(self._size)  # once more as much, to take it in

    def finish(self) -> None:
        """Keep it; raise :class:`UsageError` for a file of 0 bytes."""
        assert self._file is not None, "it has begun"
        assert self._folder is not None, "it has begun"
        with refusals(WHAT):
            self._file.close()
        if not self._size:
            raise UsageError(
                _(
                    "Expected an export, found “%(name)s” with 0 bytes: a copy or download that was cut off. Nothing "
                    "was kept. Download it again.",
                    name=self._name,
                )
            )
        self._uploads.keep(Kept(self._folder / self._name, self._name, self._size))

    def abandon(self) -> None:
        """Remove what came."""
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            kept = self._uploads.kept
            if kept is None or kept.path.parent != self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _check_room(self, size: int) -> None:
        free = shutil.disk_usage(self._archive.folder).free - ROOM
        if size > free:
            raise StorageFull(
                _(
                    "Expected room for the upload and for what is taken out of it, %(size)s, found %(free)s free on "
                    "the disk of the archive. Nothing was kept. Free some space, then send it again.",
                    size=amount(size),
                    free=amount(max(free, 0)),
                )
            )


def _remove(kept: Kept | None) -> None:
    if kept is not None:
        shutil.rmtree(kept.path.parent, ignore_errors=True)
