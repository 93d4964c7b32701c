"""Writing a BagIt 1.0 bag (RFC 8493), file by file, so that a run that was killed goes on.

While it is not whole, the folder holds :data:`UNFINISHED`, which says of which choice it is, and no ``bagit.txt``. A
rerun of the same choice keeps the originals that are there and right, and writes the rest anew. Any other folder with
files in it is left alone. Every file has the time midnight UTC of the package's day, or its own if that was asked for.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.disk.target import PART, AlreadyThere, NotTheSame, Target, TooLarge
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, StorageRefused, UsageError
from tamizdat.evidence.layout import BAGIT, DECLARATION, INFO, MANIFEST, TAGS, UNFINISHED
from tamizdat.footage.mhl import Digests

STEP: Final = 4 << 20


@dataclass(frozen=True)
class Payload:
    """A file of the bag below ``data/``: bytes of our making, or None for the object with this SHA-256."""

    path: str
    sha256: str
    size: int
    data: bytes | None = None
    seconds: int | None = None

    @classmethod
    def of(cls, path: str, data: bytes) -> "Payload":
        """Return a file of our making."""
        return cls(path, sha256_hex(data), len(data), data)


class Bag:
    """A bag that is being written."""

    def __init__(
        self, folder: Path, choice: str, day: str, archive: Archive, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        self.folder, self.choice, self.archive, self.progress = folder, choice.encode() + b"\n", archive, progress
        self.midnight = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        self.day = day
        self.written: dict[str, Payload] = {}

    def begin(self, target: Target) -> None:
        """Take the folder if it is empty, or was left by a killed run of this choice.

        Raises :class:`UsageError` for any other.
        """
        there = [name for name in target.names("") if not name.startswith(PART)]
        if there and (UNFINISHED not in there or target.read(UNFINISHED, 1 << 16) != self.choice):
            which = "what another choice left unfinished" if UNFINISHED in there else "files of others"
            which = "a package that is whole" if BAGIT in there and UNFINISHED not in there else which
            raise UsageError(
                f"Expected an empty folder, found {which} in it: {there[0]}. A package is one folder with nothing else "
                "in it; name a new one."
            )
        target.replace(UNFINISHED, self.choice)
        for place, _, _ in os.walk(self.folder):
            target.clear("" if Path(place) == self.folder else Path(place).relative_to(self.folder).as_posix())

    def write(self, target: Target, payload: Payload, kinds: Iterable[str] = ()) -> dict[str, str]:
        """Write one file, or read the one that is there; return its digests of these *kinds*.

        Raises :class:`BadArchive` for a damaged object, :class:`StorageRefused` where the disk fails.
        """
        path, digests = f"data/{payload.path}", Digests(("sha256", *kinds))
        self.written[payload.path] = payload
        seconds = self.midnight if payload.seconds is None else payload.seconds
        if payload.data is not None:
            digests.update(payload.data)
            with _refusals(payload):
                target.replace(path, payload.data, seconds)
            return digests.result()
        if target.has(path) and target.feed(path, digests.update):
            if digests.result()["sha256"] == payload.sha256:
                self.progress(payload.size)
                return digests.result()
            target.remove(path)
            digests = Digests(("sha256", *kinds))
        with _refusals(payload):
            target.put(path, self._chunks(payload, digests), lambda: payload.sha256, seconds)
        return digests.result()

    def _chunks(self, payload: Payload, digests: Digests) -> Iterator[bytes]:
        state = hashlib.sha256()
        with self.archive.objects.open(payload.sha256) as file:
            while chunk := file.read(STEP):
                state.update(chunk)
                digests.update(chunk)
                self.progress(len(chunk))
                yield chunk
        if state.hexdigest() != payload.sha256:
            raise BadArchive(
                f"Expected the object {payload.sha256} in the archive, found other bytes. 'tamizdat check' tells more."
            )

    def finish(self, target: Target, info: Mapping[str, str]) -> str:
        """Write the lists and, last, the declaration; return the SHA-256 of the list that names the lists.

        Raises :class:`UsageError` if the folder holds a file that is none of the package's.
        """
        every = sorted(self.written.values(), key=lambda each: f"data/{each.path}".encode())
        manifest = "".join(f"{each.sha256}  data/{each.path}\n" for each in every).encode()
        oxum = f"{sum(each.size for each in every)}.{len(every)}"
        told = {**info, "Bagging-Date": self.day, "Payload-Oxum": oxum}
        about = "".join(f"{name}: {value}\n" for name, value in told.items()).encode()
        self._refuse_others()
        tags = {BAGIT: DECLARATION, INFO: about, MANIFEST: manifest}
        listed = "".join(f"{sha256_hex(data)}  {name}\n" for name, data in tags.items()).encode()
        for name, data in ((MANIFEST, manifest), (INFO, about), (TAGS, listed), (BAGIT, DECLARATION)):
            target.replace(name, data, self.midnight)
        target.remove(UNFINISHED)
        with refusals("the package"):
            for place, _, _ in os.walk(self.folder, topdown=False):
                os.utime(place, (self.midnight, self.midnight))
        return sha256_hex(listed)

    def _refuse_others(self) -> None:
        known = {f"data/{path}" for path in self.written} | {UNFINISHED, BAGIT, INFO, MANIFEST, TAGS}
        for place, _, names in os.walk(self.folder):
            for name in names:
                path = (Path(place) / name).relative_to(self.folder).as_posix()
                if path not in known:
                    raise UsageError(
                        f"Expected no file but the package's in its folder, found {path}. Take it away, or name a new "
                        "folder, and run the same command again."
                    )


@contextmanager
def _refusals(payload: Payload) -> Iterator[None]:
    try:
        yield
    except TooLarge:
        raise StorageRefused(
            f"Expected a disk that takes files of 4 GiB, found one that does not (FAT): {payload.path} has "
            f"{payload.size:,} bytes. Take one with exFAT or another file system."
        ) from None
    except (AlreadyThere, NotTheSame):
        raise StorageRefused(
            f"Expected {payload.path} to read back as it was written, found other bytes. Take another disk or cable."
        ) from None
