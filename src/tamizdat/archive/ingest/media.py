"""Fetching pictures, clips and sounds that exports and feeds only name: ``collect --media``.

::

    captured  {"kind": "media", "path": "fetched/p.example/m/7.jpg", "format": "fetched/v1",
               "url": "https://p.example/m/7.jpg", …}

The address is the attachment's, and joins the two: the post shows the file from then on. Nothing is asked of a host
that nobody said yes to, also not by a redirect. A request tells nothing of the desk: no cookie, no referrer. What comes
is written to the disk as it comes, at most :data:`MAX_FILE` bytes of it, and kept only if its bytes are those of a
picture, a clip or a sound. Each file is stated when it is here, so that a run which ends early is gone on with.
"""

import hashlib
import http.client
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import safe_path, timestamp
from tamizdat.errors import BadMedia, BadPath, TamizdatError
from tamizdat.footage.probe import DOCUMENT, recognise
from tamizdat.keys import SigningKey
from tamizdat.posts.fetch import BadAnswer, Unreachable, check_address, fetch, length_of
from tamizdat.statements.captured import CapturedSource

NAME: Final = "fetched/v1"
MAX_FILE: Final = 256 << 20  #: bytes of one file
MAX_ALL: Final = 16 << 30  #: bytes of a run
MAX_FILES: Final = 5_000  #: of a run
MAX_SECONDS: Final = 6 * 3600.0  #: of a run
DEADLINE: Final = 3600.0  #: seconds for one file: a clip over a poor line
PAUSE: Final = 0.5  #: seconds between two requests
FAILURES: Final = 3  #: in a row, after which a host is left alone in this run
STEP: Final = 1 << 18
_ACCEPT: Final = {"Accept": "image/*, video/*, audio/*", "Accept-Encoding": "identity"}


@dataclass
class MediaReport:
    """What a run of fetching brought."""

    new: int = 0
    size: int = 0  #: bytes
    problems: list[tuple[str, str]] = field(default_factory=list)  #: (address, why nothing was kept)
    left: int = 0  #: addresses that were not asked for


def named_media(archive: Archive) -> dict[str, list[str]]:
    """Return the addresses of pictures, clips and sounds that are not here, by host (and port)."""
    found: dict[str, list[str]] = {}
    for address, _ in archive.index.posts.unfetched():
        try:
            host = check_address(address).netloc.lower()
        except TamizdatError:
            continue
        found.setdefault(host, []).append(address)
    return found


def fetch_media(
    archive: Archive,
    desk: SigningKey,
    addresses: Iterable[str],
    hosts: Iterable[str],
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda size: None,
    pause: Callable[[float], None] = time.sleep,
) -> MediaReport:
    """Fetch these addresses from these hosts, and state what came; what did not is in the report."""
    run = _MediaRun(archive, desk, frozenset(each.lower() for each in hosts), now, progress, pause)
    for address in addresses:
        run.fetch(address)
    return run.report


@dataclass
class _MediaRun:
    archive: Archive
    desk: SigningKey
    hosts: frozenset[str]
    now: Callable[[], datetime]
    progress: Callable[[int], None]
    pause: Callable[[float], None]
    report: MediaReport = field(default_factory=MediaReport)
    failures: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)
    asked: int = 0

    def fetch(self, address: str) -> None:
        """Fetch one file, if its host may be asked and the run is not at its end."""
        host = check_address(address).netloc.lower()
        spent = self.asked >= MAX_FILES or self.report.size >= MAX_ALL or time.monotonic() - self.began > MAX_SECONDS
        if host not in self.hosts or spent or self.failures[host] >= FAILURES:
            self.report.left += 1
            return
        if self.asked:
            self.pause(PAUSE)
        self.asked += 1
        staged = self.archive.objects.staged()
        try:
            digest, size = self._receive(address, staged)
            self.archive.objects.adopt(staged, digest)
            seen = timestamp(self.now())
            said = CapturedSource("media", _path(address), NAME, size, seen, url=address, original=digest)
            state(self.archive, self.desk, [said.to_statement()])
        except (Unreachable, _Busy) as error:
            self.failures[host] += 1 if isinstance(error, Unreachable) else FAILURES
            self.report.problems.append((address, str(error)))
        except (BadAnswer, BadMedia) as error:
            self.report.problems.append((address, str(error)))
        else:
            self.failures[host] = 0
            self.report.new += 1
            self.report.size += size
            self.progress(size)
        finally:
            with refusals("a file that was fetched"):
                staged.unlink(missing_ok=True)

    def _receive(self, address: str, staged: Path) -> tuple[str, int]:
        """Write what the address gives out to *staged*; return its SHA-256 and size in bytes."""
        digest, size = hashlib.sha256(), 0

        def read(response: http.client.HTTPResponse) -> bytes:
            nonlocal digest, size
            if response.status != 200:
                return b""
            expected = length_of(response)
            if expected is not None and expected > MAX_FILE:
                raise BadAnswer(_too_large(f"{expected:,}"))
            if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
                raise BadAnswer("Expected the file as it is, found it packed. It was not kept.")
            digest, size = hashlib.sha256(), 0
            with refusals("a file that was fetched"), staged.open("wb") as file:
                while piece := response.read1(STEP):
                    size += len(piece)
                    if size > MAX_FILE:
                        raise BadAnswer(_too_large(f"{size:,} or more"))
                    digest.update(piece)
                    file.write(piece)
            if expected is not None and size != expected:
                raise Unreachable("Expected a whole file, the connection broke off before its end. Run it again.")
            return b""

        answer = fetch(address, _ACCEPT, read, lambda host: host in self.hosts, DEADLINE)
        if answer.status in (429, 503):
            raise _Busy(f"Expected the file, the server says that it is enough for now (status {answer.status}).")
        if answer.status != 200 or not size:
            what = "0 bytes" if answer.status == 200 else f"status {answer.status}"
            raise BadAnswer(f"Expected the file, the server answered with {what}.")
        form = recognise(staged)
        if form is None or form.kind == DOCUMENT:
            with staged.open("rb") as file:
                beginning = file.read(12)
            raise BadAnswer(
                f"Expected a picture, clip or sound, found {'a document' if form else 'bytes'} that begins with "
                f"{beginning!r}. It was not kept."
            )
        return digest.hexdigest(), size


class _Busy(TamizdatError):
    """A server that wants to be left alone."""


def _too_large(found: str) -> str:
    return f"Expected a file of at most {MAX_FILE:,} bytes, found one of {found}. It was not kept."


def _path(address: str) -> str:
    """Return the name under which a file is kept: the host and the last parts of its address, as far as sound."""
    parts = urlsplit(address)
    given = (parts.netloc, *parts.path.split("/")[-3:])
    names = [re.sub(r"[^\w.-]", "_", unquote(each))[-80:] for each in given if each]
    try:
        return safe_path("/".join(["fetched", *names]))
    except BadPath:
        return f"fetched/{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}"
