"""The checkpoints of a desk's editions, and what others said of each: stamps, cosignatures, certificates.

::

    checkpoints/256/checkpoint                      the signed note: the log's line first, then whoever else signed it
    checkpoints/256/stamps/<name>.tsr, .ots         stamps of authorities and calendars
    checkpoints/certificates/<SHA-256>.der, …       certificates, and what was said of them since, once for all
    checkpoints/written                             a line of each note and stamp: <SHA-256> <path> <check>

It lies in the archive as the site has it below ``ledger/`` (``docs/spec/publication.md``), and is copied there as it
stands. What others said cannot be made again: it is backed up with the archive. All of it is public, or will be.

What the disk has damaged since is not given out: it has none of the digests that its lines name. Readers would take a
site with such a note for a forged one. Where a site has it still, it is put back from there (:meth:`Checkpoints.mend`).
The check of a line is the first 8 digits of the SHA-256 of what stands before it. Earlier versions wrote no lines: what
has none counts as it is, and gets one with the next edition, which is verified with it.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from tamizdat.disk.files import append_lines, file_sha256, make_private, read_lines, refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.verifying.checkpoint_files import names_of

FOLDER: Final = "checkpoints"
WHAT: Final = "a checkpoint"
NOTE: Final = "checkpoint"
STAMPS: Final = "stamps"
NAMES: Final = "stamps.json"
CERTIFICATES: Final = "certificates"
WRITTEN: Final = "written"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


class Checkpoints:
    """The folder ``checkpoints`` of an archive, which need not be there yet."""

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER
        self._lines: dict[str, set[str]] = {}
        self._read = 0  #: bytes of their file, which is appended to only

    def sizes(self) -> list[int]:
        """Return the ledger's size in each checkpoint that is kept and sound, smallest first."""
        with refusals(WHAT):
            names = [each.name for each in self.folder.iterdir()] if self.folder.is_dir() else []
        found = sorted(int(name) for name in names if _SIZE.fullmatch(name))
        written = self._written()
        return [size for size in found if _sound(self._of(size) / NOTE, written.get(f"{size}/{NOTE}")) is not None]

    def note(self, size: int) -> bytes:
        """Return the signed note of the ledger at *size*, with all its signature lines. Raises BadArchive."""
        found = _sound(self._of(size) / NOTE, self._written().get(f"{size}/{NOTE}"))
        if found is None:
            raise BadArchive(
                f"Expected the checkpoint of the ledger's first {size:,} entries, found {FOLDER}/{size}/{NOTE} "
                "damaged, or not there. Restore it from a copy of the archive, or delete it and publish again."
            )
        return found

    def keep(self, size: int, note: bytes) -> None:
        """Keep the log's *note* of the ledger at *size*; if it is kept already, with more signatures, that stands."""
        found = _sound(self._of(size) / NOTE, self._written().get(f"{size}/{NOTE}"))
        if found is None or not found.startswith(note):
            self.write(size, NOTE, note)

    def stamps(self, size: int) -> dict[str, bytes]:
        """Return the sound stamps of a checkpoint, by the name of the file."""
        folder, written = self._of(size) / STAMPS, self._written()
        with refusals("a stamp"):
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        names = [path.name for path in paths if not path.name.startswith(".")]
        found = {name: _sound(folder / name, written.get(f"{size}/{STAMPS}/{name}")) for name in names}
        return {name: data for name, data in found.items() if data is not None}

    def certificates(self) -> dict[str, bytes]:
        """Return certificates and what was said of them, by the name of the file."""
        folder = self.folder / CERTIFICATES
        with refusals("a certificate"):
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
            found = {path.name: path.read_bytes() for path in paths if not path.name.startswith(".")}
        return {name: data for name, data in found.items() if name.startswith(f"{sha256_hex(data)}.")}

    def damaged(self) -> list[str]:
        """Return the paths, below this folder, of notes and stamps that the disk has damaged or lost."""
        written = self._written()
        return sorted(path for path, digests in written.items() if _sound(self.folder / path, digests) is None)

    def unwritten(self) -> list[int]:
        """Return those of :meth:`sizes` whose note has no line: nobody knows whether it is as it was written."""
        written = self._written()
        return [size for size in self.sizes() if f"{size}/{NOTE}" not in written]

    def unwritten_stamps(self) -> list[tuple[int, str, bytes]]:
        """Return the same of stamps: the size, the name, the bytes."""
        written = self._written()
        found = ((size, name, data) for size in self.sizes() for name, data in self.stamps(size).items())
        return [each for each in found if f"{each[0]}/{STAMPS}/{each[1]}" not in written]

    def set_aside(self, size: int, name: str) -> None:
        """Rename a stamp so that it is none: as ``.<name>`` it lies beside, for whoever has no other."""
        folder = self._of(size) / STAMPS
        with refusals("a stamp"):
            (folder / name).replace(folder / f".{name}")

    def adopt(self) -> None:
        """Write a line of each note and stamp that has none: an edition with them has just been verified."""
        written, lines = self._written(), list[str]()
        for size in self.sizes():
            for path in (NOTE, *(f"{STAMPS}/{name}" for name in self.stamps(size))):
                if f"{size}/{path}" not in written:
                    with refusals(WHAT):
                        digest = file_sha256(self._of(size) / path)
                    lines.append(_line(digest, f"{size}/{path}"))
        if lines:
            with locked(self.folder / f"{WRITTEN}.lock"):
                append_lines(self.folder / WRITTEN, lines, WHAT)

    def mend(self, site: Path) -> None:
        """Put back what is damaged or lost and a *site* has still, as it was written here."""
        written = self._written()
        for path in self.damaged():
            found = _sound(site / "ledger" / FOLDER / path, written[path])
            if found is not None:
                self._write(self.folder / path, found)

    def write(self, size: int, name: str, data: bytes) -> None:
        """Write a file beside a checkpoint: its note, or ``stamps/<name>``; whole, or not at all."""
        self._write(self._of(size) / name, data)

    def add_certificate(self, data: bytes, kind: str) -> None:
        """Keep a certificate (*kind* ``der``), a list of revoked ones (``crl``), or an answer about one (``ocsp``)."""
        path = self.folder / CERTIFICATES / f"{sha256_hex(data)}.{kind}"
        with refusals("a certificate"):
            there = path.is_file()
        if not there:
            with refusals("a certificate"):
                make_private(path.parent)
            write_file(path, data, WHAT)  # named by its digest: it needs no line

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
        name, lines = path.relative_to(self.folder).as_posix(), list[str]()
        with locked(self.folder / f"{WRITTEN}.lock"):
            with refusals(WHAT):
                if path.is_file() and name not in self._written():  # an earlier version's, which a kill leaves there
                    lines.append(_line(file_sha256(path), name))
            lines.append(_line(sha256_hex(data), name))
            append_lines(self.folder / WRITTEN, lines, WHAT)  # first: a kill leaves the older file
            write_file(path, data, WHAT)

    def _written(self) -> dict[str, set[str]]:
        """Return the digests that each file has, or had, by its path below this folder."""
        path = self.folder / WRITTEN
        with refusals(WHAT):
            size = path.stat().st_size if path.exists() else 0
        if size != self._read:  # another process may have written
            self._lines, self._read = {}, size
            for line in read_lines(path, WHAT):
                said, _, check = line.rpartition(" ")
                digest, _, name = said.partition(" ")
                if check == _check(said):
                    self._lines.setdefault(name, set()).add(digest)
        return self._lines


def _sound(path: Path, digests: Collection[str] | None) -> bytes | None:
    """Return the bytes of a file if they have one of these digests; whatever they are if nobody knows any."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if not digests or sha256_hex(data) in digests else None


def _line(digest: str, path: str) -> str:
    return f"{digest} {path} {_check(f'{digest} {path}')}"


def _check(line: str) -> str:
    return sha256_hex(line.encode())[:8]
