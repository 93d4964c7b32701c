"""One account on an SSH server: its connection, the files it is asked for there, and what went wrong, in our words.

The connection is made when it is first needed, and anew after it broke. Each small step is awaited for as long as the
place's timeout; what is asked for from outside the loop (:mod:`.sftp_loop`) goes through :meth:`SftpSession.run`.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import asyncssh

from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.network.connect import CONNECTING, connect, stands
from tamizdat.network.exchange import reason
from tamizdat.network.limit import SENDING
from tamizdat.places.answers import no_answer
from tamizdat.places.pinned_key import PinnedKey, algorithms, private_key, told
from tamizdat.places.place import MAX_LISTED, Pace, check_size
from tamizdat.places.service import Service
from tamizdat.places.sftp_loop import ssh_loop

_Answer = TypeVar("_Answer")

PIECE: Final = 32 << 10  #: bytes of one request to write
AHEAD: Final = 512 << 10  #: bytes that may be under way at a time
READ: Final = 1 << 20
#: what our greeting says: asyncssh would name itself, in the clear, and few do; a list of greetings shows nothing of us
GREETING: Final = "OpenSSH_9.6"
REFUSED: Final = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPOpUnsupported)
_FAILURES: Final = (asyncssh.Error, OSError, TimeoutError, UnicodeError)


class SftpSession:
    """The connection to the account of the place *name*."""

    def __init__(self, name: str, service: Service) -> None:
        self.name = name
        parts = urlsplit(service.settings["endpoint"])
        self._host, self._port = parts.hostname or "", parts.port or 22
        root = service.settings["root"]
        self.root = root.removeprefix("/~/") if root.startswith("/~/") else root
        self._login = {key: value for key, value in service.settings.items() if key not in ("endpoint", "root")}
        self._timeout = service.timeout
        self._sftp: asyncssh.SFTPClient | None = None
        self._opening: asyncio.Lock | None = None
        if "private_key" in self._login:
            self._key = private_key(self.name, self._login)

    def __del__(self) -> None:
        if (sftp := getattr(self, "_sftp", None)) is not None:
            ssh_loop().call_soon_threadsafe(sftp.exit)

    async def client(self) -> asyncssh.SFTPClient:
        """Return the client of the connection, made if there is none; raises PlaceRefused, and what asyncssh raises."""
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
                client_version=GREETING,
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
        return await self.soon(connection.start_sftp_client())

    async def shown_key(self) -> str:
        """Return the key that the server shows; no login is sent."""
        loop = asyncio.get_running_loop()
        connected = await loop.run_in_executor(None, connect, self._host, self._port, min(CONNECTING, self._timeout))
        connected.setblocking(False)
        asking = asyncssh.get_server_host_key(
            self._host, self._port, sock=connected, config=None, client_version=GREETING
        )
        key = await asyncio.wait_for(asking, min(CONNECTING, self._timeout))
        if key is None:
            raise asyncssh.ProtocolError("no key")
        return told(key)

    async def soon(self, step: Awaitable[_Answer]) -> _Answer:
        """Return what *step* brings within the timeout: each is small, so that this is a deadline by progress."""
        answer: _Answer = await asyncio.wait_for(step, self._timeout)
        return answer

    def run(self, doing: str, work: Coroutine[object, object, _Answer]) -> _Answer:
        """Return what *work* brings, or raise its failure in our words; a broken connection is made anew next time."""
        problem: PlaceError
        begun = time.monotonic()
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
            late = time.monotonic() - begun >= min(CONNECTING, self._timeout)
            waited = late and (self._sftp is None or isinstance(error, TimeoutError))  # else the line broke under way
            self._sftp = None
            why = reason(error) if isinstance(error, OSError) else "the connection broke"
            problem = no_answer(self.name, doing, why, waited and stands(self._host, self._port))
        raise problem from None

    def _explain(self, doing: str, error: asyncssh.SFTPError) -> PlaceError:
        where = f"Place “{self.name}” could not {doing}"
        if isinstance(error, asyncssh.SFTPNoSuchFile | asyncssh.SFTPNoSuchPath):
            return NotThere(f"Place “{self.name}” holds nothing of this name.")
        if isinstance(error, asyncssh.SFTPQuotaExceeded | asyncssh.SFTPNoSpaceOnFilesystem):
            return PlaceFull(f"{where}: it is full. Make room there.")
        if isinstance(error, REFUSED):
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
                return PlaceFull(f"{where}: it has {found:,} bytes of room. Make room there.")
        return PlaceUnreachable(f"{where}: the service failed. Run the same command again later.")

    async def _room(self) -> int:
        found = await self.soon((await self.client()).statvfs(self.root or "."))
        return int(found.bavail * found.frsize)

    async def write(
        self, sftp: asyncssh.SFTPClient, path: str, flags: int, data: memoryview, start: int, pace: Pace
    ) -> None:
        """Write *data* from *start* on; what the server has acknowledged counts as moved."""
        loop = asyncio.get_running_loop()
        under_way: deque[asyncio.Task[int]] = deque()

        async def settle() -> None:
            pace.moved(await self.soon(under_way.popleft()))

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
                with contextlib.suppress(*REFUSED, asyncssh.SFTPFailure):  # some servers know no fsync
                    await self.soon(file.fsync())
        finally:
            for task in under_way:
                task.cancel()

    async def move(self, sftp: asyncssh.SFTPClient, part: str, final: str) -> bool:
        """Tell whether *part* is at *final* now."""
        try:
            await self.soon(sftp.posix_rename(part, final))
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(*REFUSED, asyncssh.SFTPFailure, asyncssh.SFTPNoSuchFile):
                await self.soon(sftp.rename(part, final))
                return True
            return False
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure, asyncssh.SFTPNoSuchFile):
            return False
        return True

    async def opened(self, path: str) -> asyncssh.SFTPClientFile:
        """Return a plain file, opened to be read; raises SFTPNoSuchFile."""
        sftp = await self.client()
        if await self.size(sftp, path) is None:
            raise asyncssh.SFTPNoSuchFile("no file")
        return await self.soon(sftp.open(path, "rb"))

    async def piece(self, file: asyncssh.SFTPClientFile, at: int) -> bytes:
        """Return what an opened file has from *at* on, at most :data:`READ` bytes; nothing at its end."""
        return cast(bytes, await self.soon(file.read(READ, at)))

    async def read(self, path: str) -> bytes:
        """Return the bytes of a plain file; raises SFTPNoSuchFile, and PlaceError for one larger than any object."""
        whole = bytearray()
        async with await self.opened(path) as file:
            while piece := await self.piece(file, len(whole)):
                whole += piece
                check_size(self.name, len(whole))
        return bytes(whole)

    async def read_part(self, path: str, start: int, count: int) -> bytes:
        """Return *count* bytes of a plain file from *start* on, fewer if it ends before; raises SFTPNoSuchFile."""
        part = bytearray()
        async with await self.opened(path) as file:
            while len(part) < count and (piece := await self.piece(file, start + len(part))):
                part += piece
        return bytes(part[:count])

    async def size(self, sftp: asyncssh.SFTPClient, path: str) -> int | None:
        """Return the size in bytes of a plain file; None for what is none."""
        try:
            found = await self.soon(sftp.lstat(path))
        except asyncssh.SFTPNoSuchFile:
            return None
        return found.size if found.type == asyncssh.FILEXFER_TYPE_REGULAR else None

    async def shown(self, folder: str) -> Sequence[tuple[float, str]]:
        """Return the names in a folder, with their times in seconds since 1970; raises PlaceError for too many."""
        sftp = await self.client()
        names: deque[tuple[float, str]] = deque()  # `list` is a method here
        try:
            # as bytes: asked for text, one name that is none, of a file that lies there beside ours, ends the listing
            entries = sftp.scandir((self.root + folder or ".").encode("utf-8"))
            while True:
                try:
                    entry = await self.soon(anext(entries))
                except StopAsyncIteration:
                    return names
                if len(names) >= MAX_LISTED:
                    raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
                with contextlib.suppress(UnicodeDecodeError):
                    names.append((entry.attrs.mtime or 0, cast(bytes, entry.filename).decode("utf-8")))
        except asyncssh.SFTPNoSuchFile:
            return names  # a folder that is not there yet is empty
