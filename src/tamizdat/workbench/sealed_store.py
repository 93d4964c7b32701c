"""``workbench.sqlite``: drafts, sign-ins and private notes, sealed row by row.

A row lies on a *shelf* ("drafts" of one account, "notes" on one translation, …) under a *key*. On the disk both are
keyed hashes, and the row is sealed with ChaCha20-Poly1305, bound to its place, so that rows cannot be exchanged::

    shelf = HMAC(K, "shelf" ‖ 0 ‖ kind ‖ 0 ‖ name ‖ 0 ‖ …)      16 bytes
    key   = HMAC(K, "key"   ‖ 0 ‖ kind ‖ 0 ‖ name ‖ 0 ‖ …)      16 bytes
    row   = nonce ‖ sealed canonical JSON                       K: from the settings key in keys.age

So a disk that is seized while the desk is locked shows how many rows lie on each shelf and how long they are, and not
whose they are, of what, or when. Free pages and the journal hold the same noise.

What :meth:`Sealed.put` returned from is on the disk.
"""

import hashlib
import hmac
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from tamizdat.disk.files import refusals
from tamizdat.disk.sqlite import connect, explained
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding
from tamizdat.home.home import Home
from tamizdat.ledger.shapes import Shape

FILE: Final = "workbench.sqlite"
PATIENCE: Final = 30  #: seconds to wait for another process that writes
_PURPOSE: Final = b"tamizdat/workbench/v1"
T = TypeVar("T")
Name: TypeAlias = tuple[str, ...]  #: of a shelf or a row: its kind, then what tells it from others


class Sealed:
    """The open file, for all threads of a process."""

    def __init__(self, home: Home) -> None:
        self._keyring = home.keyring
        self._key = hmac.new(home.keyring.settings, _PURPOSE, hashlib.sha256).digest()
        self._mutex = threading.RLock()
        self._path = path = home.folder / FILE
        with refusals("the workbench's file (workbench.sqlite)"), _explained(self._path):
            path.touch(0o600)
            self._connection = connect(path, PATIENCE, "FULL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS rows (shelf BLOB, key BLOB, row BLOB NOT NULL, PRIMARY KEY (shelf, key))"
                " WITHOUT ROWID"
            )

    def get(self, shelf: Name, name: Name, shape: Shape[T]) -> T | None:
        """Return the row, which has this shape; None if there is none. Raises :class:`BadArchive` for another."""
        place = self.place(shelf, name)
        with self._mutex, _explained(self._path):
            found = self._connection.execute("SELECT row FROM rows WHERE shelf = ? AND key = ?", place).fetchone()
        return self._opened(found[0], place, shape) if found else None

    def put(self, shelf: Name, name: Name, row: Json) -> None:
        """Write the row, whatever was there."""
        shelf_, key = self.place(shelf, name)
        sealed = self._keyring.seal(canonical(row), _bound(shelf_, key))
        with self._mutex, _explained(self._path):
            self._connection.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", (shelf_, key, sealed))

    def remove(self, shelf: Name, name: Name) -> None:
        """Delete the row, if there is one."""
        with self._mutex, _explained(self._path):
            self._connection.execute("DELETE FROM rows WHERE shelf = ? AND key = ?", self.place(shelf, name))

    def remove_those(self, shelves: Iterable[Name], rows: Iterable[tuple[Name, Name]]) -> None:
        """Delete every row of these shelves, and these rows; of many names, of which most were never there."""
        with self.changing():
            there = {(shelf, key) for shelf, key in self._connection.execute("SELECT shelf, key FROM rows")}
            known, hashed = {shelf for shelf, _ in there}, dict[Name, bytes]()
            for shelf in shelves:
                if (found := self._hashed(b"shelf", shelf)) in known:
                    self._connection.execute("DELETE FROM rows WHERE shelf = ?", (found,))
            for shelf, name in rows:
                if shelf not in hashed:
                    hashed[shelf] = self._hashed(b"shelf", shelf)
                place = hashed[shelf], self._hashed(b"key", name) if hashed[shelf] in known else b""
                if place in there:
                    self._connection.execute("DELETE FROM rows WHERE shelf = ? AND key = ?", place)

    def sweep(self) -> None:
        """Write the file anew, and empty its journal: rows that were deleted lie in it until then, sealed."""
        with self._mutex, _explained(self._path):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def all(self, shelf: Name, shape: Shape[T]) -> list[T]:
        """Return every row of a shelf, in no order. Raises :class:`BadArchive` for one that has another shape."""
        hashed = self._hashed(b"shelf", shelf)
        with self._mutex, _explained(self._path):
            found = self._connection.execute("SELECT key, row FROM rows WHERE shelf = ?", (hashed,)).fetchall()
        return [self._opened(row, (hashed, key), shape) for key, row in found]

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold a transaction: what is read and put inside happens at once, alone among all threads and processes."""
        with self._mutex, _explained(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield

    def mac(self, what: str, message: str) -> str:
        """Return a keyed digest for *what*, which nobody without the desk's keys can make: 64 hexadecimal digits."""
        return hmac.new(self._key, f"{what}\0{message}".encode(), hashlib.sha256).hexdigest()

    def place(self, shelf: Name, name: Name) -> tuple[bytes, bytes]:
        """Return the keyed hashes of a shelf and a row: 16 bytes each."""
        return self._hashed(b"shelf", shelf), self._hashed(b"key", name)

    def close(self) -> None:
        """Close the file."""
        with self._mutex:
            self._connection.close()

    def _hashed(self, what: bytes, name: Name) -> bytes:
        message = b"\0".join([what, *(part.encode() for part in name)])
        return hmac.new(self._key, message, hashlib.sha256).digest()[:16]

    def _opened(self, sealed: object, place: tuple[object, object], shape: Shape[T]) -> T:
        shelf, key = place
        if not (isinstance(sealed, bytes) and isinstance(shelf, bytes) and isinstance(key, bytes)):
            raise _damaged()  # one flipped byte makes a number of it
        data = self._keyring.open(sealed, _bound(shelf, key))
        try:
            return shape(parse_canonical(data, "a row of the workbench"))
        except BadEncoding:  # whose message may repeat what somebody typed
            raise BadArchive(
                f"{FILE}: expected rows as this version of tamizdat writes them, found one of another form. Use the "
                "version that wrote it, or restore the file from a copy."
            ) from None


def _bound(shelf: bytes, key: bytes) -> str:
    return f"a row of the workbench {shelf.hex()} {key.hex()}"


def _explained(path: Path) -> AbstractContextManager[None]:
    return explained(
        path,
        f"the workbench's file ({FILE})",
        _damaged(),
    )


def _damaged() -> BadArchive:
    return BadArchive(
        f"{FILE}: expected the workbench's file, found a damaged one. Restore it from a copy, or "
        "delete it: drafts, private notes and sign-ins are in it and nowhere else."
    )
