"""What a witness remembers, and the key it signs with: a folder of its own, on a computer that need not be a desk's.

::

    witness.key                 its signing key, for its owner only; without a passphrase, for it answers by itself
    name                        the name it signs with
    folder                      which folder this is (device and inode): a copy of it, or a restored one, is another
    logs/<SHA-256 of origin>/   of each ledger it watches:
        keys                    the verifier keys that may sign its checkpoints, a line each
        checkpoint              the newest one it signed, with the log's signature and its own
        behind                  it signs nothing here until it is brought up to date; the size that it must reach, or 0
        fork-….json             evidence that this ledger was forked
        refused                 the last checkpoint that does not continue it, where the proof shows no more than that

A witness must never sign two ledgers, also after its disk was restored from a backup: then it would not know what it
has signed since. So the new checkpoint is on the disk before its signature leaves. A folder that was copied is noticed
by its inode, and a state that went back by a cosignature of its own on a later checkpoint; either makes the witness
refuse until a copy of the ledger (``tamizdat mirror``) shows how it goes on.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import make_private, refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadEncoding, BadNote, BadProof, KeyMissing, UsageError
from tamizdat.keys import PostQuantumKey, SigningKey, decode_signing_key, encode_signing_key
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import PostQuantumWitness, Witness
from tamizdat.ledger.note import Verifier, open_note, split_note
from tamizdat.ledger.proof import verify_consistency
from tamizdat.ledger.signing import cosign
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.fork_evidence import contradiction, keep_fork, root_proved

KEY: Final = "witness.key"
WHAT: Final = "the witness's own files"
MOST_BEHIND: Final = 19  #: digits of a size
Beginning = tuple[bytes, Sequence[bytes]]


class Behind(UsageError):
    """The witness does not know what it has signed since; it signs nothing for this ledger until it was shown."""


class Conflict(Exception):
    """The size that was asked from is not the one signed last, which is *size*."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Forked(BadProof):
    """The checkpoint does not continue the one that was signed; *evidence* is the file that shows it, if it can be."""

    def __init__(self, message: str, evidence: Path | None = None) -> None:
        super().__init__(message)
        self.evidence = evidence


@dataclass(frozen=True)
class WatchedLog:
    """One ledger: what may sign its checkpoints, and the newest that this witness signed."""

    folder: Path
    keys: tuple[Verifier, ...]
    note: bytes = b""  #: the newest checkpoint, with the log's signature and ours; empty for none yet

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint that was signed."""
        return Checkpoint.parse(split_note(self.note)[0]) if self.note else None

    @property
    def behind(self) -> int | None:
        """The size it must be brought up to before it signs (0: not known); None for a sound record."""
        try:
            text = (self.folder / "behind").read_text("ascii").strip()
        except FileNotFoundError:
            return None
        return int(text) if text.isdecimal() and len(text) <= MOST_BEHIND else 0


@dataclass(frozen=True)
class Record:
    """A witness: its folder, its name and its two keys."""

    folder: Path
    name: str
    key: SigningKey

    @classmethod
    def create(cls, folder: Path, name: str) -> "Record":
        """Make a witness of that name, or open the one that is there; raises UsageError if that has another name."""
        with refusals(WHAT):
            make_private(folder)
        with locked(folder / ".lock"):  # two that make one at the same moment make one
            if (folder / KEY).exists():
                found = cls.open(folder)
                if name not in ("", found.name):
                    raise UsageError(
                        f"Expected the witness {found.name}, which this folder holds, found the name {name}. Choose "
                        "another folder with --home for another witness."
                    )
                return found
            key = SigningKey.generate()
            name = name or f"witness-{sha256_hex(key.public)[:8]}"
            record = cls(folder, name, key)
            _ = record.witnesses  # a name that no note can hold is refused before anything is written
            write_file(folder / "name", f"{name}\n".encode(), WHAT)
            write_file(folder / KEY, f"{encode_signing_key(key)}\n".encode(), WHAT)
            record.mark_folder()
            return record

    @classmethod
    def open(cls, folder: Path) -> "Record":
        """Open a witness's folder; raises KeyMissing if it is none, BadArchive if it is damaged."""
        try:
            key = decode_signing_key((folder / KEY).read_text("ascii").strip())
            name = (folder / "name").read_text("utf-8").strip()
        except FileNotFoundError:
            raise KeyMissing(
                "Expected the folder of a witness, found none. 'tamizdat mirror --witness' makes one."
            ) from None
        except (BadEncoding, UnicodeDecodeError) as error:
            raise BadArchive(f"Expected the key and the name of a witness, found a damaged file. {error}") from None
        record = cls(folder, name, key)
        record.notice_copy()
        return record

    @property
    def witnesses(self) -> tuple[Witness, Witness]:
        """Both of its verifier keys: Ed25519, ML-DSA-44."""
        second = PostQuantumKey(self.key)
        return Witness(self.name, self.key.public), PostQuantumWitness(self.name, second.public)

    def watch(self, log: Verifier, origin: str = "") -> None:
        """Watch the ledger that *log* signs, of this *origin* if that is not the key's name; earlier keys count on."""
        folder = self._log_folder(origin or log.name)
        with refusals(WHAT):
            make_private(folder)
        with locked(self.folder / ".lock"):
            keys = [*(each for each in self._keys(folder) if each != log), log]
            write_file(folder / "keys", "".join(f"{each.encode()}\n" for each in keys).encode(), WHAT)

    def log(self, origin: str) -> WatchedLog | None:
        """Return the ledger of that *origin*, if it is watched. Raises BadArchive for a damaged record."""
        return self.log_at(sha256_hex(origin.encode()))

    def log_at(self, name: str) -> WatchedLog | None:
        """Return the ledger whose origin has this SHA-256 in hexadecimal, if it is watched; raises BadArchive."""
        folder = self.folder / "logs" / name
        keys = self._keys(folder)
        if not keys:
            return None
        try:
            note = (folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return WatchedLog(folder, keys)
        try:
            open_note(note, self.witnesses)
            log_checkpoint(note, keys)
        except BadNote as error:
            raise BadArchive(
                f"Expected the newest checkpoint that this witness signed, found a damaged one. {error} Bring it up to "
                "date: delete the file 'checkpoint', and copy the ledger's site with 'tamizdat mirror'."
            ) from error
        return WatchedLog(folder, keys, note)

    def all_logs(self) -> Iterator[WatchedLog]:
        """Yield every ledger that is watched; raises BadArchive."""
        for folder in sorted((self.folder / "logs").glob("*")):
            if (found := self.log_at(folder.name)) is not None:
                yield found

    def sign(self, note: bytes, old: int, hashes: Sequence[bytes], now: int) -> bytes:
        """Return our signature lines under the checkpoint in *note*, once the record of it is on the disk.

        Raises :class:`Conflict` unless *old* is the size that was signed last, :class:`Forked` or BadProof if *hashes*
        do not lead from there, :class:`Behind` for a record that went back, KeyMissing for a ledger that is not
        watched, BadNote for one that its key did not sign, UsageError for an *old* larger than it.
        """
        with locked(self.folder / ".lock"):
            watched = self._watched(note)
            log, checkpoint = log_checkpoint(note, watched.keys)
            self._notice_own(note, watched)
            if old > checkpoint.size:
                raise UsageError(f"Expected an old size of at most {checkpoint.size}, found {old}.")
            last = watched.checkpoint
            if old != (last.size if last else 0):
                raise Conflict(last.size if last else 0)
            if last is None or not last.size:
                if hashes:
                    raise BadProof("Expected no hashes for the first checkpoint of a ledger, found some.")
            else:
                self._check_continues(watched, log, note, hashes, last, checkpoint)
            if last == checkpoint:
                return b"".join(lines_of(watched.note, self.witnesses))
            return self._record(watched, with_only(note, log), checkpoint, now)

    def sign_copy(self, note: bytes, prove: Callable[[int], Beginning], now: int) -> bytes:
        """Return our signature lines under the checkpoint of a copy that verified; this also brings up to date.

        *prove* gives the copy's own root over its first entries, and the consistency proof from there. Raises
        :class:`Forked`, :class:`Behind` if the copy is older than what was signed, KeyMissing, BadNote.
        """
        with locked(self.folder / ".lock"):
            watched = self._watched(note)
            log, checkpoint = log_checkpoint(note, watched.keys)
            self._notice_own(note, watched, raises=False)
            last = watched.checkpoint
            least = max(watched.behind or 0, last.size if last else 0)
            if checkpoint.size < least:
                raise Behind(
                    f"Expected a ledger of {least:,} entries or more, for this witness signed these; found "
                    f"{checkpoint.size:,}: the copy is older. Copy the newest one, from another mirror."
                )
            if last is not None and last.size:
                begins, hashes = prove(last.size)
                self._check_continues(watched, log, note, hashes, last, checkpoint, begins)
            with refusals(WHAT):
                (watched.folder / "behind").unlink(missing_ok=True)
            if last == checkpoint:
                return b"".join(lines_of(watched.note, self.witnesses))
            return self._record(watched, with_only(note, log), checkpoint, now)

    def notice_copy(self) -> None:
        """Mark every ledger as behind if this folder was copied or restored since it was last used."""
        try:
            same = (self.folder / "folder").read_text("ascii") == _which(self.folder)
        except FileNotFoundError:
            same = False
        if same:
            return
        for watched in self.folder.glob("logs/*"):
            if not (watched / "behind").exists():
                write_file(watched / "behind", b"0\n", WHAT)
        self.mark_folder()

    def mark_folder(self) -> None:
        """Write down which folder this is."""
        write_file(self.folder / "folder", _which(self.folder).encode(), WHAT)

    def _watched(self, note: bytes) -> WatchedLog:
        origin = split_note(note)[0].partition(b"\n")[0].decode()
        watched = self.log(origin)
        if watched is None:
            raise KeyMissing(f"Expected a ledger that this witness watches, found {origin}.")
        return watched

    def _check_continues(
        self,
        watched: WatchedLog,
        log: Verifier,
        note: bytes,
        hashes: Sequence[bytes],
        last: Checkpoint,
        checkpoint: Checkpoint,
        begins: bytes | None = None,
    ) -> None:
        try:
            if last.size == checkpoint.size and (last.root != checkpoint.root or hashes):
                raise BadProof(
                    f"Expected the root {last.root.hex()} at {last.size} entries, found {checkpoint.root.hex()} with "
                    f"{len(hashes)} hashes."
                )
            verify_consistency(last.size, checkpoint.size, hashes, last.root, checkpoint.root)
        except BadProof as error:
            if last.size == checkpoint.size:
                begins, hashes = None, ()
            begins = begins or root_proved(last.size, checkpoint.size, hashes, checkpoint.root)
            signed, _ = log_checkpoint(watched.note, watched.keys)
            before, after = with_only(watched.note, signed), with_only(note, log)
            evidence = contradiction(log, before, after, begins, hashes) if signed == log else None
            if evidence is None:
                write_file(watched.folder / "refused", note, WHAT)  # what came last, for whoever has its ledger
                raise
            raise Forked(str(error), keep_fork(watched.folder, evidence)) from error

    def _notice_own(self, note: bytes, watched: WatchedLog, raises: bool = True) -> None:
        """Notice a signature of ours on a checkpoint that we do not know; raises :class:`Behind`."""
        with contextlib.suppress(BadNote):
            open_note(note, self.witnesses)
            size, last = Checkpoint.parse(split_note(note)[0]).size, watched.checkpoint
            if size > max(last.size if last else 0, watched.behind or 0):
                write_file(watched.folder / "behind", b"%d\n" % size, WHAT)
        if raises and watched.behind is not None:
            raise Behind(
                "Expected a witness that knows what it signed last, found one whose folder was copied or restored. It "
                "signs again when the ledger's newest site was copied: 'tamizdat mirror URL'."
            )

    def _record(self, watched: WatchedLog, note: bytes, checkpoint: Checkpoint, now: int) -> bytes:
        """Sign, write the checkpoint in *note* with our lines and flush it; only then return them."""
        text = checkpoint.encode()
        first, second = self.witnesses
        lines = [
            cosign(text, first, now, self.key.sign),
            cosign(text, second, now, PostQuantumKey(self.key).sign),
        ]
        write_file(watched.folder / "checkpoint", with_lines(note, lines), WHAT)
        return b"".join(lines)

    def _log_folder(self, origin: str) -> Path:
        return self.folder / "logs" / sha256_hex(origin.encode())

    @staticmethod
    def _keys(folder: Path) -> tuple[Verifier, ...]:
        try:
            return tuple(Verifier.parse(line) for line in (folder / "keys").read_text("utf-8").split("\n") if line)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (BadNote, UnicodeDecodeError) as error:
            raise BadArchive(f"Expected the keys of a ledger that is watched, found a damaged file. {error}") from error


def log_checkpoint(note: bytes, keys: Sequence[Verifier]) -> tuple[Verifier, Checkpoint]:
    """Return one of *keys* that signed the checkpoint in *note*, and what it says; raises BadNote, BadProof."""
    opened = open_note(note, keys)
    try:
        return next(iter(opened.signed)), Checkpoint.parse(opened.text)
    except BadNote as error:
        if opened.text.split(b"\n")[1:2] == [b"0"]:  # signed, and of an empty ledger: it is the root that is wrong
            raise BadProof(str(error)) from error
        raise


def _which(folder: Path) -> str:
    found = (folder / KEY).stat()
    return f"{found.st_dev} {found.st_ino}\n"
