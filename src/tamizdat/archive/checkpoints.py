"""The checkpoints of a desk's editions, and what others said of each: stamps, cosignatures, certificates.

::

    checkpoints/256/checkpoint                      the signed note: the log's line first, then whoever else signed it
    checkpoints/256/stamps/<name>.tsr, .ots         stamps of authorities and calendars
    checkpoints/certificates/<SHA-256>.der, …       certificates, and what was said of them since, once for all

It lies in the archive as the site has it below ``ledger/`` (``docs/spec/publication.md``), and is copied there as it
stands. What others said cannot be made again: it is backed up with the archive. All of it is public, or will be.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from tamizdat.disk.files import make_private, refusals, write_file
from tamizdat.encoding import sha256_hex
from tamizdat.verifying.checkpoint_files import names_of

FOLDER: Final = "checkpoints"
WHAT: Final = "a checkpoint"
NOTE: Final = "checkpoint"
STAMPS: Final = "stamps"
NAMES: Final = "stamps.json"
CERTIFICATES: Final = "certificates"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


class Checkpoints:
    """The folder ``checkpoints`` of an archive, which need not be there yet."""

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER

    def sizes(self) -> list[int]:
        """Return the ledger's size in each checkpoint that is kept, smallest first."""
        with refusals(WHAT):
            names = [each.name for each in self.folder.iterdir()] if self.folder.is_dir() else []
        found = sorted(int(name) for name in names if _SIZE.fullmatch(name))
        return [size for size in found if (self._of(size) / NOTE).is_file()]

    def note(self, size: int) -> bytes:
        """Return the signed note of the ledger at *size*, with all its signature lines. Raises StorageRefused."""
        with refusals(WHAT):
            return (self._of(size) / NOTE).read_bytes()

    def keep(self, size: int, note: bytes) -> None:
        """Keep the log's *note* of the ledger at *size*; if it is kept already, with more signatures, that stands."""
        path = self._of(size) / NOTE
        with refusals(WHAT):
            if path.is_file() and path.read_bytes().startswith(note):
                return
        self.write(size, NOTE, note)

    def stamps(self, size: int) -> dict[str, bytes]:
        """Return the stamps of a checkpoint, by the name of the file."""
        folder = self._of(size) / STAMPS
        with refusals("a stamp"):
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
            return {path.name: path.read_bytes() for path in paths if not path.name.startswith(".")}

    def certificates(self) -> dict[str, bytes]:
        """Return certificates and what was said of them, by the name of the file."""
        folder = self.folder / CERTIFICATES
        with refusals("a certificate"):
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
            return {path.name: path.read_bytes() for path in paths if not path.name.startswith(".")}

    def write(self, size: int, name: str, data: bytes) -> None:
        """Write a file beside a checkpoint: its note, or ``stamps/<name>``; whole, or not at all."""
        self._write(self._of(size) / name, data)

    def add_certificate(self, data: bytes, kind: str) -> None:
        """Keep a certificate (*kind* ``der``), a list of revoked ones (``crl``), or an answer about one (``ocsp``)."""
        path = self.folder / CERTIFICATES / f"{sha256_hex(data)}.{kind}"
        with refusals("a certificate"):
            there = path.is_file()
        if not there:
            self._write(path, data)

    def remove_certificate(self, name: str) -> None:
        """Remove what a newer list or answer replaces, by the name of its file."""
        with refusals("a certificate"):
            (self.folder / CERTIFICATES / name).unlink(missing_ok=True)

    def published(self, sizes: Collection[int]) -> Iterator[tuple[str, bytes]]:
        """Yield the files of a site, path and bytes, for the checkpoints of these *sizes* that are kept.

        The names of a checkpoint's stamps are there where it has none too: pages ask for that file, and a server would
        note each time that it is missing.
        """
        stamps = {size: self.stamps(size) for size in sorted(set(self.sizes()).intersection(sizes))}
        certificates = self.certificates() if any(stamps.values()) else {}
        for size, those in stamps.items():
            yield f"ledger/checkpoints/{size}/{NOTE}", self.note(size)
            yield f"ledger/checkpoints/{size}/{NAMES}", names_of(those, certificates)
            for name, data in those.items():
                yield f"ledger/checkpoints/{size}/{STAMPS}/{name}", data
        for name, data in certificates.items():
            yield f"ledger/certificates/{name}", data

    def _of(self, size: int) -> Path:
        return self.folder / str(size)

    def _write(self, path: Path, data: bytes) -> None:
        with refusals(WHAT):
            make_private(path.parent)
        write_file(path, data, WHAT)
