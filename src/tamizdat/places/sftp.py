"""Places by SFTP: any account on any SSH server, through asyncssh (extra ``[sftp]``).

* The server is known by its key, which was pinned when the place was added: ``ssh-ed25519 SHA256:…``. Another key ends
  the connection before the login is sent.
* An object is written beside its place, ``9/.9f64….part``, and moved there when it is whole. What a killed run left
  goes with the next that puts or deletes the same object: nobody else knows that name. A parcel, whose name is the
  digest of its bytes, goes on where a broken line stopped it, less the :data:`~.sftp_session.AHEAD` bytes that may be
  missing in the middle; any other object is begun anew, for its bytes may be others now. Where an account may not
  rename (it should not be able to: then it cannot replace either), objects are written in their place, and only where
  nothing is.
* Nothing is read from ``~/.ssh``, no agent is asked, and the connection is opened by :mod:`tamizdat.network.connect`.

asyncssh is asynchronous; its loop runs in a thread of its own, and whoever asks waits (:mod:`.sftp_session`).
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import asyncssh
from blake3 import blake3

from tamizdat.errors import NotThere, PlaceError
from tamizdat.places.connection import Unpaced
from tamizdat.places.place import Guarantees, Pace, check_size, is_name, name_at, oldest_first, path_of, require_held
from tamizdat.places.service import Service, parse_service
from tamizdat.places.sftp_session import AHEAD, SftpSession


def open_sftp(name: str, url: str, options: Mapping[str, str]) -> "SftpPlace":
    """Return the place at *url*, ``sftp://host[:port]/path``. Nothing is sent yet; raises UsageError."""
    return SftpPlace(name, parse_service(name, url, options))


def host_key(name: str, url: str, options: Mapping[str, str]) -> str:
    """Return the key that the server at *url* shows now, as it is pinned. Raises UsageError, PlaceUnreachable."""
    place = SftpPlace(name, parse_service(name, url, {**options, "host_key": options.get("host_key", _NO_KEY)}))
    return place.shown_key()


_NO_KEY: Final = "ssh-ed25519 SHA256:" + "A" * 43


class SftpPlace:
    """Objects in a folder of an account."""

    guarantees = Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=True)
    kind = "sftp"

    def __init__(self, name: str, service: Service) -> None:
        self.name = name
        self._session = SftpSession(name, service)
        self._root = self._session.root
        self._ready: set[str] = set()
        self._moves = True  # whether the account may rename

    def __repr__(self) -> str:
        return f"SftpPlace({self.name!r})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Write the object beside its place and move it there; then ask for its size. Raises :class:`PlaceError`."""
        self.put_paced(name, data, Unpaced())

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Write the object as :meth:`put` does, at the pace of who shares the line out. Raises :class:`PlaceError`."""
        path, size = path_of(name), memoryview(data).nbytes
        check_size(self.name, size)
        view = memoryview(data).cast("B") if size else memoryview(b"")
        self._session.run("take an object", self._put(name, path, view, pace))
        require_held(self, name, size)

    def get(self, name: str) -> bytes:
        """Return the object, read for as long as something comes."""
        return self._session.run("give an object", self._get(path_of(name)))

    def get_part(self, name: str, start: int, count: int) -> bytes:
        """Return a part of the object."""
        path = self._root + path_of(name)
        return self._session.run("give an object", self._session.read_part(path, start, count))

    def stat(self, name: str) -> int:
        """Return the size in bytes of a regular file; raises :class:`NotThere`."""
        size = self._session.run("find an object", self._stat(self._root + path_of(name)))
        if size is None:
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return size

    def list(self) -> Iterator[str]:
        """Yield the names, oldest first."""
        yield from oldest_first(self._shelves())

    def _shelves(self) -> Iterator[Iterable[tuple[float, str]]]:
        for _, shelf in self._session.run("list its objects", self._session.shown("")):
            if len(shelf) == 1 and is_name(shelf):
                shown = self._session.run("list its objects", self._session.shown(shelf))
                yield [(time, name) for time, each in shown if (name := name_at(f"{shelf}/{each}"))]

    def delete(self, name: str) -> None:
        """Remove the file, and what a killed run left of it."""
        path = self._root + path_of(name)
        self._session.run("delete an object", self._delete(path))

    def put_at(self, path: str, data: memoryview) -> None:
        """Write a file at a path of any depth, beside its place, and move it there. Raises :class:`PlaceError`."""
        self._session.run("take a file", self._put_at(path, data))

    def pieces_at(self, path: str) -> Iterator[bytes]:
        """Yield a file at a path of any depth, of any size, in pieces; raises :class:`NotThere`, PlaceError."""
        at, file = 0, self._session.run("give a file", self._session.opened(self._root + path))
        try:
            while piece := self._session.run("give a file", self._session.piece(file, at)):
                at += len(piece)
                yield piece
        finally:
            with contextlib.suppress(PlaceError):
                self._session.run("give a file", self._session.soon(file.close()))

    def delete_at(self, path: str) -> None:
        """Remove a file at a path of any depth, and what a killed run left of it."""
        self._session.run("delete a file", self._delete(self._root + path))

    def shown_key(self) -> str:
        """Return the key the server shows; no login is sent."""
        return self._session.run("show its key", self._session.shown_key())

    async def _put(self, name: str, path: str, data: memoryview, pace: Pace) -> None:
        sftp = await self._session.client()
        await self._make_ready(sftp, path.partition("/")[0])
        final = self._root + path
        if self._moves:
            part = _part_of(final)
            begun = await self._session.size(sftp, part) if blake3(data).hexdigest() == name else None
            start = max(0, begun - AHEAD) if begun is not None and begun <= len(data) else 0
            flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | (0 if start else asyncssh.FXF_TRUNC)
            await self._session.write(sftp, part, flags, data[start:], start, pace)
            if await self._session.move(sftp, part, final):
                return
            if await self._holds(sftp, final, data):  # another thread has moved it, or the place keeps what it has
                return
            with contextlib.suppress(asyncssh.SFTPError):
                await self._session.soon(sftp.remove(part))
            self._moves = False
        await self._put_in_place(sftp, final, data, pace)

    async def _put_at(self, path: str, data: memoryview) -> None:
        sftp = await self._session.client()
        folder = path.rpartition("/")[0]
        if folder not in self._ready:
            await self._session.soon(sftp.makedirs(self._root + folder or ".", exist_ok=True))
            self._ready.add(folder)
        part = _part_of(self._root + path)
        flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
        await self._session.write(sftp, part, flags, data, 0, Unpaced())
        if not await self._session.move(sftp, part, self._root + path):
            raise asyncssh.SFTPPermissionDenied("it does not let files be replaced")

    async def _put_in_place(self, sftp: asyncssh.SFTPClient, final: str, data: memoryview, pace: Pace) -> None:
        held = await self._session.size(sftp, final)
        if held is None:
            flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL
            await self._session.write(sftp, final, flags, data, 0, pace)
        elif not await self._holds(sftp, final, data):
            raise asyncssh.SFTPPermissionDenied("it keeps what it has")

    async def _holds(self, sftp: asyncssh.SFTPClient, path: str, data: memoryview) -> bool:
        try:
            return await self._session.size(sftp, path) == len(data) and await self._session.read(path) == data
        except (asyncssh.SFTPError, PlaceError):
            return False

    async def _get(self, path: str) -> bytes:
        return await self._session.read(self._root + path)

    async def _stat(self, path: str) -> int | None:
        return await self._session.size(await self._session.client(), path)

    async def _delete(self, path: str) -> None:
        sftp = await self._session.client()
        for each in (path, _part_of(path)):
            with contextlib.suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                await self._session.soon(sftp.remove(each))

    async def _make_ready(self, sftp: asyncssh.SFTPClient, shelf: str) -> None:
        if shelf in self._ready:
            return
        folder = self._root + shelf
        try:
            await self._session.soon(sftp.mkdir(folder))
        except asyncssh.SFTPNoSuchFile:
            await self._session.soon(sftp.makedirs(folder, exist_ok=True))
        except (asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied):
            pass  # it is there, or writing will say why not
        self._ready.add(shelf)


def _part_of(final: str) -> str:
    """Return where an object is written until it is whole; always there, so that the next run finds what is left."""
    folder, slash, name = final.rpartition("/")
    return f"{folder}{slash}.{name}.part"
