"""Traces of the desk in what it captured: looked for before captured bytes are given out.

Sites write into their pages who asked: the address, the language, a time zone; they set cookies by which they know the
browser again. What is looked for is what this computer knows of itself, and what a person names (the public address of
the line, which a computer behind a router does not know). It is looked for in every record, in heads, and in bodies
undone of their encodings, as it is and percent-encoded, whatever the case.

Looked for are, too, the bytes of pictures and clips in which somebody is covered, or is to be: a page that is given out
shows them bare. Another size of the same picture has other bytes and is not found.

What is not found is not proved absent: a site may write an address in its own way, or keep the hour and its logs.
"""

import os
import pwd
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from tamizdat.captures.http_message import answer_in
from tamizdat.captures.warc import BadWebArchive, Record, records
from tamizdat.captures.web_archive import MAX_BLOCK, WebArchive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex

SHORTEST: Final = 4  #: characters; shorter names stand everywhere
NONE: Final[Mapping[str, str]] = MappingProxyType({})
EVERYWHERE: Final = frozenset(["localhost", "root", "user", "home", "utc", "etc/utc", "debian"])
_COOKIE: Final = re.compile(rb"^(?:set-)?cookie:[ \t]*([^=;\r\n]{1,80})=", re.I | re.M)
_LOCAL: Final = re.compile(r"\|-- (\S+)\s+/32 host LOCAL")


@dataclass(frozen=True, order=True)
class Trace:
    """Something of the desk, and the address of the first record in which it stands."""

    what: str
    where: str


def own_names() -> dict[str, str]:
    """Return what this computer knows of itself, by what it is: names, addresses, time zone."""
    found = {os.uname().nodename: "the name of this computer"}
    try:
        person = pwd.getpwuid(os.getuid())
        found[person.pw_name] = "the name of this user"
    except KeyError:
        pass
    for address in _addresses():
        found[address] = "an address of this computer"
    zone = _time_zone()
    if zone:
        found[zone] = "the time zone of this computer"
    return {name: what for name, what in found.items() if len(name) >= SHORTEST and name.lower() not in EVERYWHERE}


def _addresses() -> Iterable[str]:
    """Yield the addresses of this computer's interfaces, but for its loopback, as Linux tells them."""
    trie, six = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")
    text = trie.read_text() if trie.is_file() else ""
    for found in _LOCAL.finditer(text.replace("\n", " ")):
        if not found[1].startswith("127."):
            yield found[1]
    for line in six.read_text().splitlines() if six.is_file() else []:
        digits = line.split()[0]
        if digits.strip("0") != "1":
            groups = [digits[at : at + 4].lstrip("0") or "0" for at in range(0, 32, 4)]
            yield re.sub(r"(^|:)0(:0)+(:|$)", "::", ":".join(groups), count=1)


def _time_zone() -> str:
    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.readlink()).partition("zoneinfo/")[2]
    return named if "/" in named else ""


def search(
    web: WebArchive,
    names: Mapping[str, str],
    files: Mapping[str, str] = NONE,
    told: Callable[[bytes, str, str], Iterable[str]] = lambda data, media_type, charset: (),
) -> list[Trace]:
    """Return the traces of these names in a web archive, and the cookies that sites set; each once.

    *files* are looked for by the SHA-256 of what a server answered; it is told what they are. *told* yields what else
    stands in some bytes of a media type and a charset: a body undone of its encodings, or a record's head. Raises
    :class:`BadWebArchive` for a record that is too large to be looked through, or damage.
    """
    wanted = {form: what for name, what in names.items() for form in _forms(name)}
    found: dict[str, str] = {}
    for name, data in web.beside():  # lists of pages, with titles and words; what its maker said of it
        for what in (*told(name.encode(), "", ""), *told(data, "application/json", "")):
            found.setdefault(what, name)
    for member in web.members():
        blocks = _Blocks(wanted, found, files, told)
        with web.open_member(member) as file:
            for record in records(file, blocks):
                blocks.finish(record)
    return sorted(Trace(what, where) for what, where in found.items())


def _forms(name: str) -> set[bytes]:
    return {name.lower().encode(), quote(name, safe="").lower().encode()}


class _Blocks:
    """Collects the block of each record, and looks through it once it is whole."""

    def __init__(
        self,
        wanted: Mapping[bytes, str],
        found: dict[str, str],
        files: Mapping[str, str],
        told: Callable[[bytes, str, str], Iterable[str]],
    ) -> None:
        self._wanted, self._found, self._files, self._told = wanted, found, files, told
        self._block = bytearray()

    def see(self, record: Record, piece: bytes) -> None:
        self._block += piece
        if len(self._block) > MAX_BLOCK:
            raise BadWebArchive(f"Expected records of at most {MAX_BLOCK:,} bytes, found more in {record.uri[:120]!a}.")

    def finish(self, record: Record) -> None:
        """Look through the record that was just read."""
        block, self._block = bytes(self._block), bytearray()
        data = body = block
        head, media_type, charset = b"", record.headers.get("content-type", "").partition(";")[0].strip().lower(), ""
        if record.type == "response":
            try:
                answer = answer_in(block)
                body, media_type, charset = answer.body, answer.media_type, answer.charset
                data, head = block + body, block.partition(b"\r\n\r\n")[0]
            except BadWebArchive:
                data = block
        if self._files and (file := self._files.get(sha256_hex(body))):
            self._found.setdefault(file, record.uri)
        for what in (*self._told(body, media_type, charset), *self._told(record.uri.encode() + b"\n" + head, "", "")):
            self._found.setdefault(what, record.uri)
        lower = data.lower()
        for form, what in self._wanted.items():
            if form in lower:
                self._found.setdefault(f"{what} ({form.decode()})", record.uri)
        head = block.partition(b"\r\n\r\n")[0] if record.type in ("request", "response") else b""
        for cookie in _COOKIE.finditer(head):
            self._found.setdefault(f"a cookie ({cookie[1].decode('ascii', 'replace')})", record.uri)
