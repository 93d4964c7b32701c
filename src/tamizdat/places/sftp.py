"""Places by SFTP: any account on any SSH server, through asyncssh (extra ``[sftp]``).

* The server is known by its key, which was pinned when the place was added: ``ssh-ed25519 SHA256:…``. Another key ends
  the connection before the login is sent.
* An object is written beside its place, ``9/.9f64….part``, and moved there when it is whole. A parcel, whose name is
  the digest of its bytes, goes on where a broken line stopped it, less the :data:`AHEAD` bytes that may be missing in
  the middle. Where an account may not rename (it should not be able to: then it cannot replace either), objects are
  written in their place, and only where nothing is.
* Nothing is read from ``~/.ssh``, no agent is asked, and the connection is opened by :mod:`tamizdat.network.connect`.

asyncssh is asynchronous; its loop runs in a thread of its own, and whoever asks waits.
"""

import asyncio
import contextlib
import re
import secrets
from collections import deque
from collections.abc import Awaitable, Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import asyncssh

from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.network.connect import CONNECTING, connect
from tamizdat.network.exchange import reason
from tamizdat.network.limit import SENDING
from tamizdat.places.connection import Unpaced
from tamizdat.places.pinned_key import PinnedKey, algorithms, private_key, told
from tamizdat.places.place import (
    MAX_LISTED,
    Guarantees,
    Pace,
    check_size,
    is_name,
    name_at,
    oldest_first,
    path_of,
    require_held,
)
from tamizdat.places.service import Service, parse_service
from tamizdat.places.sftp_loop import ssh_loop

_Answer = TypeVar("_Answer")

PIECE: Final = 32 << 10  #: bytes of one request to write
AHEAD: Final = 512 << 10  #: bytes that may be under way at a time
READ: Final = 1 << 20
_PARCEL: Final = re.compile(r"[0-9a-f]{64}")
_FAILURES: Final = (asyncssh.Error, OSError, TimeoutError, UnicodeError)
_REFUSED: Final = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPOpUnsupported)


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
        parts = urlsplit(service.settings["endpoint"])
        self._host, self._port = parts.hostname or "", parts.port or 22
        root = service.settings["root"]
        self._root = root.removeprefix("/~/") if root.startswith("/~/") else root
        self._login = {key: value for key, value in service.settings.items() if key not in ("endpoint", "root")}
        self._timeout = service.timeout
        self._sftp: asyncssh.SFTPClient | None = None
        self._opening: asyncio.Lock | None = None
        self._ready: set[str] = set()
        self._moves = True  # whether the account may rename
        if "private_key" in self._login:
            self._key = private_key(self.name, self._login)

    def __repr__(self) -> str:
        return f"SftpPlace({self.name!r})"

    def __del__(self) -> None:
        if (sftp := getattr(self, "_sftp", None)) is not None:
            ssh_loop().call_soon_threadsafe(sftp.exit)

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Write the object beside its place and move it there; then ask for its size. Raises :class:`PlaceError`."""
        self.put_paced(name, data, Unpaced())

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Write the object as :meth:`put` does, at the pace of who shares the line out. Raises :class:`PlaceError`."""
        path, size = path_of(name), memoryview(data).nbytes
        check_size(self.name, size)
        view = memoryview(data).cast("B") if size else memoryview(b"")
        self._run("take an object", self._put(name, path, view, pace))
        require_held(self, name, size)

    def get(self, name: str) -> bytes:
        """Return the object, read for as long as something comes."""
        return self._run("give an object", self._get(path_of(name)))

    def stat(self, name: str) -> int:
        """Return the size in bytes of a regular file; raises :class:`NotThere`."""
        size = self._run("find an object", self._stat(self._root + path_of(name)))
        if size is None:
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return size

    def list(self) -> Iterator[str]:
        """Yield the names, oldest first."""
        yield from oldest_first(self._shelves())

    def _shelves(self) -> Iterator[Iterable[tuple[float, str]]]:
        for _, shelf in self._run("list its objects", self._shown("")):
            if len(shelf) == 1 and is_name(shelf):
                shown = self._run("list its objects", self._shown(shelf))
                yield [(time, name) for time, each in shown if (name := name_at(f"{shelf}/{each}"))]

    def delete(self, name: str) -> None:
        """Remove the file."""
        path = self._root + path_of(name)
        with contextlib.suppress(NotThere):
            self._run("delete an object", self._delete(path))

    def put_at(self, path: str, data: memoryview) -> None:
        """Write a file at a path of any depth, beside its place, and move it there. Raises :class:`PlaceError`."""
        self._run("take a file", self._put_at(path, data))

    def get_at(self, path: str) -> bytes:
        """Return a file at a path of any depth; raises :class:`NotThere`."""
        return self._run("give a file", self._get(path))

    def delete_at(self, path: str) -> None:
        """Remove a file at a path of any depth."""
        with contextlib.suppress(NotThere):
            self._run("delete a file", self._delete(self._root + path))

    def shown_key(self) -> str:
        """Return the key the server shows; no login is sent."""
        return self._run("show its key", self._shown_key())

    async def _put(self, name: str, path: str, data: memoryview, pace: Pace) -> None:
        sftp = await self._client()
        await self._make_ready(sftp, path.partition("/")[0])
        final = self._root + path
        if self._moves:
            own = name if _PARCEL.fullmatch(name) else f"{name[:8]}.{secrets.token_hex(4)}"
            part = f"{self._root}{path[:2]}.{own}.part"
            begun = await self._size(sftp, part) if own == name else None
            start = max(0, begun - AHEAD) if begun is not None and begun <= len(data) else 0
            flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | (0 if start else asyncssh.FXF_TRUNC)
            await self._write(sftp, part, flags, data[start:], start, pace)
            if await self._move(sftp, part, final):
                return
            if await self._holds(sftp, final, data):  # another thread has moved it, or the place keeps what it has
                return
            self._moves = False
        await self._put_in_place(sftp, final, data, pace)

    async def _put_at(self, path: str, data: memoryview) -> None:
        sftp = await self._client()
        folder, _, name = path.rpartition("/")
        if folder not in self._ready:
            await self._soon(sftp.makedirs(self._root + folder or ".", exist_ok=True))
            self._ready.add(folder)
        part = f"{self._root}{folder}{'/' if folder else ''}.{name[:40]}.{secrets.token_hex(4)}.part"
        flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
        await self._write(sftp, part, flags, data, 0, Unpaced())
        if not await self._move(sftp, part, self._root + path):
            raise asyncssh.SFTPPermissionDenied("it does not let files be replaced")

    async def _put_in_place(self, sftp: asyncssh.SFTPClient, final: str, data: memoryview, pace: Pace) -> None:
        held = await self._size(sftp, final)
        if held is None:
            flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL
            await self._write(sftp, final, flags, data, 0, pace)
        elif not await self._holds(sftp, final, data):
            raise asyncssh.SFTPPermissionDenied("it keeps what it has")

    async def _write(
        self, sftp: asyncssh.SFTPClient, path: str, flags: int, data: memoryview, start: int, pace: Pace
    ) -> None:
        """Write *data* from *start* on; what the server has acknowledged counts as moved."""
        loop = asyncio.get_running_loop()
        under_way: deque[asyncio.Task[int]] = deque()

        async def settle() -> None:
            pace.moved(await self._soon(under_way.popleft()))

        try:
            async with sftp.open(path, flags, encoding=None, block_size=PIECE) as file:
                for offset in range(0, len(data), PIECE):
                    piece = bytes(data[offset : offset + PIECE])
                    await loop.run_in_executor(None, pace.turn)
                    await asyncio.sleep(SENDING.reserve(len(piece)))
                    under_way.append(asyncio.ensure_future(file.write(piece, start + offset)))
                    if len(under_way) * PIECE >= AHEAD:
                        await settle()
                pace.sent()
                while under_way:
                    await settle()
                with contextlib.suppress(*_REFUSED, asyncssh.SFTPFailure):  # some servers know no fsync
                    await self._soon(file.fsync())
        finally:
            for task in under_way:
                task.cancel()

    async def _move(self, sftp: asyncssh.SFTPClient, part: str, final: str) -> bool:
        """Tell whether *part* is at *final* now."""
        try:
            await self._soon(sftp.posix_rename(part, final))
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(*_REFUSED, asyncssh.SFTPFailure, asyncssh.SFTPNoSuchFile):
                await self._soon(sftp.rename(part, final))
                return True
            return False
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure, asyncssh.SFTPNoSuchFile):
            return False
        return True

    async def _holds(self, sftp: asyncssh.SFTPClient, path: str, data: memoryview) -> bool:
        try:
            return await self._size(sftp, path) == len(data) and await self._read(sftp, path) == data
        except (asyncssh.SFTPError, PlaceError):
            return False

    async def _get(self, path: str) -> bytes:
        return await self._read(await self._client(), self._root + path)

    async def _read(self, sftp: asyncssh.SFTPClient, path: str) -> bytes:
        whole = bytearray()
        if await self._size(sftp, path) is None:
            raise asyncssh.SFTPNoSuchFile("no file")
        async with sftp.open(path, "rb") as file:
            while piece := await self._soon(file.read(READ, len(whole))):
                whole += cast(bytes, piece)
                check_size(self.name, len(whole))
        return bytes(whole)

    async def _stat(self, path: str) -> int | None:
        return await self._size(await self._client(), path)

    async def _size(self, sftp: asyncssh.SFTPClient, path: str) -> int | None:
        try:
            found = await self._soon(sftp.lstat(path))
        except asyncssh.SFTPNoSuchFile:
            return None
        return found.size if found.type == asyncssh.FILEXFER_TYPE_REGULAR else None

    async def _shown(self, folder: str) -> Sequence[tuple[float, str]]:
        sftp = await self._client()
        names: deque[tuple[float, str]] = deque()  # `list` is a method here
        try:
            entries = sftp.scandir(self._root + folder or ".")
            while True:
                try:
                    entry = await self._soon(anext(entries))
                except StopAsyncIteration:
                    return names
                if len(names) >= MAX_LISTED:
                    raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
                if isinstance(entry.filename, str):
                    names.append((entry.attrs.mtime or 0, entry.filename))
        except asyncssh.SFTPNoSuchFile:
            return names  # a folder that is not there yet is empty

    async def _delete(self, path: str) -> None:
        await self._soon((await self._client()).remove(path))

    async def _make_ready(self, sftp: asyncssh.SFTPClient, shelf: str) -> None:
        if shelf in self._ready:
            return
        folder = self._root + shelf
        try:
            await self._soon(sftp.mkdir(folder))
        except asyncssh.SFTPNoSuchFile:
            await self._soon(sftp.makedirs(folder, exist_ok=True))
        except (asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied):
            pass  # it is there, or writing will say why not
        self._ready.add(shelf)

    async def _client(self) -> asyncssh.SFTPClient:
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._sftp is None:
                self._sftp = await self._open()
            return self._sftp

    async def _open(self) -> asyncssh.SFTPClient:
        loop = asyncio.get_running_loop()
        pinned = self._login.get("host_key", "")
        client = PinnedKey(pinned)
        connected = await loop.run_in_executor(None, connect, self._host, self._port, min(CONNECTING, self._timeout))
        try:
            connected.setblocking(False)
            login: dict[str, Any] = {"client_keys": [self._key]} if "private_key" in self._login else {
                "client_keys": None, "password": self._login["password"]
            }  # fmt: skip
            connection = await asyncssh.connect(
                self._host,
                self._port,
                sock=connected,
                config=None,
                client_factory=lambda: client,
                known_hosts=([], [], []),
                server_host_key_algs=algorithms(pinned),
                x509_trusted_certs=None,
                x509_trusted_cert_paths=None,
                gss_host=None,
                agent_path=None,
                username=self._login["username"],
                login_timeout=min(CONNECTING, self._timeout),
                keepalive_interval=max(1.0, self._timeout / 4),
                keepalive_count_max=4,
                **login,
            )
        except asyncssh.HostKeyNotVerifiable:
            connected.close()
            raise PlaceRefused(
                f"Place “{self.name}”: expected the key {pinned}, found {client.shown or 'none of this kind'}. "
                "Somebody may stand between this device and the place; no login was sent. Ask its owner over another "
                "channel. If the key was really changed, remove the place and add it again."
            ) from None
        except BaseException:
            connected.close()
            raise
        return await self._soon(connection.start_sftp_client())

    async def _shown_key(self) -> str:
        loop = asyncio.get_running_loop()
        connected = await loop.run_in_executor(None, connect, self._host, self._port, min(CONNECTING, self._timeout))
        connected.setblocking(False)
        asking = asyncssh.get_server_host_key(self._host, self._port, sock=connected, config=None)
        key = await asyncio.wait_for(asking, min(CONNECTING, self._timeout))
        if key is None:
            raise asyncssh.ProtocolError("no key")
        return told(key)

    async def _soon(self, step: Awaitable[_Answer]) -> _Answer:
        """Return what *step* brings within the timeout: each is small, so that this is a deadline by progress."""
        answer: _Answer = await asyncio.wait_for(step, self._timeout)
        return answer

    def _run(self, doing: str, work: Coroutine[object, object, _Answer]) -> _Answer:
        """Return what *work* brings, or raise its failure in our words; a broken connection is made anew next time."""
        problem: PlaceError
        try:
            return asyncio.run_coroutine_threadsafe(work, ssh_loop()).result()
        except asyncssh.SFTPError as error:
            problem = self._explain(doing, error)
        except PlaceError:
            raise
        except asyncssh.PermissionDenied:
            problem = PlaceRefused(
                f"Place “{self.name}” could not {doing}: it does not accept this login. Ask its owner, then remove the "
                "place and add it again."
            )
        except _FAILURES as error:
            self._sftp = None
            why = reason(error) if isinstance(error, OSError) else "the connection broke"
            problem = PlaceUnreachable(
                f"Place “{self.name}” could not {doing}: {why}. Run the same command again later."
            )
        raise problem from None

    def _explain(self, doing: str, error: asyncssh.SFTPError) -> PlaceError:
        where = f"Place “{self.name}” could not {doing}"
        if isinstance(error, asyncssh.SFTPNoSuchFile | asyncssh.SFTPNoSuchPath):
            return NotThere(f"Place “{self.name}” holds nothing of this name.")
        if isinstance(error, asyncssh.SFTPQuotaExceeded | asyncssh.SFTPNoSpaceOnFilesystem):
            return PlaceFull(f"{where}: it is full. Make room there, or add another place.")
        if isinstance(error, _REFUSED):
            return PlaceRefused(f"{where}: it does not allow this to this account. Check who may write there.")
        if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
            self._sftp = None
            return PlaceUnreachable(f"{where}: it closed the connection. Run the same command again later.")
        return self._full_or_failed(where)

    def _full_or_failed(self, where: str) -> PlaceError:
        """Return what a mere "failure" is about: version 3 of the protocol has no word for a full disk."""
        with contextlib.suppress(*_FAILURES):
            found = asyncio.run_coroutine_threadsafe(self._room(), ssh_loop()).result()
            if found < READ:
                return PlaceFull(f"{where}: it has {found:,} bytes of room. Make room there, or add another place.")
        return PlaceUnreachable(f"{where}: the service failed. Run the same command again later.")

    async def _room(self) -> int:
        found = await self._soon((await self._client()).statvfs(self._root or "."))
        return int(found.bavail * found.frsize)
