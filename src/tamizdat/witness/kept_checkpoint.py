"""What others said of a checkpoint, kept with the archive and copied into the site: ``checkpoints/<size>/checkpoint``.

The note with all its signature lines: the log's Ed25519 line first, so that without the others it is the note that
proofs carry; then the log's own ML-DSA-44 line, if its roster lists that key; then those of witnesses.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals, write_file
from tamizdat.errors import BadNote
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import Verifier, open_note, split_note
from tamizdat.ledger.signing import cosign
from tamizdat.witness.add_checkpoint import lines_of, with_lines

FOLDER: Final = "checkpoints"  #: in the archive's folder
NAME: Final = "checkpoint"
WHAT: Final = "a kept checkpoint"


def kept_path(archive: Path, size: int) -> Path:
    """Return where the checkpoint of *size* entries is kept."""
    return archive / FOLDER / str(size) / NAME


def keep(archive: Path, note: bytes, policy: Policy, log: SigningKey | None = None) -> bytes:
    """Return the kept checkpoint of *note*, with all its lines; it is made if it is not there, or is another.

    *log* adds the ML-DSA-44 line of the ledger itself, if *policy* lists its key and the line is not there. Raises BadNote.
    """
    path = kept_path(archive, Checkpoint.parse(split_note(note)[0]).size)
    try:
        before = path.read_bytes()
        kept = before if before.startswith(note) and split_note(before) else note
    except (FileNotFoundError, BadNote):
        before, kept = b"", note
    second = policy.second
    if log is not None and second is not None and not lines_of(kept, [second]):
        key = PostQuantumKey(log)
        if key.public == second.public:
            kept = with_lines(kept, [cosign(split_note(note)[0], second, 0, key.sign)])
    if kept != before:
        _write(path, kept)
    return kept


def add_lines(archive: Path, note: bytes, lines: Iterable[bytes]) -> bytes:
    """Add signature lines to the kept checkpoint, and return it."""
    kept = with_lines(note, list(lines))
    _write(kept_path(archive, Checkpoint.parse(split_note(note)[0]).size), kept)
    return kept


def last_signed(archive: Path, keys: Iterable[Verifier], below: int) -> int:
    """Return the largest size, at most *below*, under which a line by *keys* is kept; 0 for none."""
    listed = list(keys)
    return next((size for size in _sizes(archive) if size <= below and _signed(archive, size, listed)), 0)


def _signed(archive: Path, size: int, keys: list[Verifier]) -> bool:
    try:
        return bool(open_note(kept_path(archive, size).read_bytes(), keys).signed)
    except (FileNotFoundError, BadNote):
        return False


def _sizes(archive: Path) -> Iterator[int]:
    """Yield the sizes of which a checkpoint is kept, the largest first."""
    folder = archive / FOLDER
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    yield from sorted((int(each) for each in names if each.isdecimal() and each.isascii()), reverse=True)


def _write(path: Path, data: bytes) -> None:
    with refusals(WHAT):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, data, WHAT)
