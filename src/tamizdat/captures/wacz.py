"""WACZ: a zip with WARC files, their index, a list of pages, and a list of all of it with hashes.

::

    datapackage.json          every other file: path, "sha256:…", bytes
    datapackage-digest.json   the hash of that list, and perhaps a signature over it (wacz_signature.py)
    archive/*.warc.gz         what was captured
    pages/pages.jsonl         a line for each page: {"url": …, "ts": "2026-…Z", "title": …, "text": …}
    indexes/*.cdx.gz          where in the WARC files an address stands

The container is read strictly, for a list that lists half vouches for nothing: what the list names is there, with its
size and hash; what is there is named in it; no name stands twice, in the zip or in the list; from version 1.1 on there
is a ``datapackage-digest.json`` whose hash is that of the list. Anything else is refused whole, with the reason.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, NoReturn, cast

from tamizdat.captures.wacz_signature import Signature, check_signature
from tamizdat.captures.warc import BadWebArchive
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError

LIST: Final = "datapackage.json"
DIGEST: Final = "datapackage-digest.json"
MAX_MEMBERS: Final = 100_000
MAX_LIST: Final = 64 << 20  #: bytes of a JSON document
MAX_RATIO: Final = 200
HARMLESS: Final = 64 << 20  #: bytes; below this nobody needs protection
STEP: Final = 1 << 20
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ASK: Final = "Nothing was taken. Ask whoever gave it to you for the file as it was made."
UNPACK: Final = " If its maker wrote it so, unpack it and collect the WARC inside, for which nobody vouches then."


@dataclass(frozen=True)
class Container:
    """A WACZ that holds: its members by name, what its list says of itself, and who signed the list."""

    zip: zipfile.ZipFile
    title: str
    software: str
    created: str
    signature: Signature

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip."""
        self.zip.close()

    def names(self, folder: str = "") -> list[str]:
        """Return the names of the files in a folder of it (``archive/``), in order."""
        return sorted(each for each in self.zip.namelist() if each.startswith(folder) and not each.endswith("/"))

    def size(self, name: str) -> int:
        """Return a file's size in bytes, unpacked."""
        return self.zip.getinfo(name).file_size

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file of it, which can be sought in."""
        with _damage(), self.zip.open(name) as file:
            yield cast(BinaryIO, file)


def open_container(file: BinaryIO) -> Container:
    """Open a WACZ without looking at its hashes again: of one that was checked when it was taken in.

    Raises :class:`BadWebArchive`.
    """
    with _opened(file) as container:
        _members(container)
        return _container(container, _json(container, LIST), Signature())


def check_container(file: BinaryIO) -> Container:
    """Open a WACZ and check every hash and the signature; raises :class:`BadWebArchive` for whatever does not hold."""
    with _opened(file) as container:
        members = _members(container)
        listed = _json(container, LIST)
        resources = _resources(listed)
        unlisted = [each for each in members if each not in resources and each not in (LIST, DIGEST)]
        if unlisted:
            _refuse(f"only files that its list of contents names, found {unlisted[0][:120]!a} beside them")
        for path, (algorithm, told, size) in resources.items():
            if path not in members:
                _refuse(f"the file {path[:120]!a} that its list names, found none")
            if members[path].file_size != size:
                _refuse(f"{size:,} bytes in {path[:120]!a}, as its list says, found {members[path].file_size:,}")
            found = _hash(container, path, algorithm)
            if found != told:
                _refuse(f"the hash {told[:16]}… of {path[:120]!a}, as its list says, found {found[:16]}…", UNPACK)
        return _container(container, listed, _signature(container, listed))


def _container(container: zipfile.ZipFile, listed: dict[str, object], signature: Signature) -> Container:
    def word(name: str) -> str:
        value = listed.get(name)
        return value[:200] if isinstance(value, str) else ""

    return Container(container, word("title"), word("software"), word("created"), signature)


def _refuse(expected: str, more: str = "") -> NoReturn:
    raise BadWebArchive(f"Expected a WACZ with {expected}. {ASK}{more}")


def _members(container: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files in the zip by name; refuse what a reader could understand in two ways."""
    found: dict[str, zipfile.ZipInfo] = {}
    every = container.infolist()
    if len(every) > MAX_MEMBERS:
        _refuse(f"at most {MAX_MEMBERS:,} files, found {len(every):,}")
    packed = unpacked = 0
    for each in every:
        name = each.filename
        if each.is_dir() and not each.file_size:
            continue
        parts = name.split("/")
        if not name or name.startswith("/") or {"", ".", ".."} & set(parts) or "\\" in name or not name.isprintable():
            _refuse(f"names that stay inside it, found {name[:120]!a}")
        if name in found:
            _refuse(f"each name once, found {name[:120]!a} twice")
        if each.flag_bits & 1 or each.compress_type not in METHODS:
            _refuse(f"files that are stored or deflated, found {name[:120]!a} encrypted or packed otherwise")
        packed, unpacked = packed + each.compress_size, unpacked + each.file_size
        if unpacked > HARMLESS and unpacked > MAX_RATIO * packed:
            _refuse(f"files that unpack to what anybody packs, found {name[:120]!a}, which swells")
        found[name] = each
    return found


def _resources(listed: dict[str, object]) -> dict[str, tuple[str, str, int]]:
    """Return by path the algorithm, hash and size that the list tells; version 1.0 wrote them in another place."""
    resources = listed.get("resources")
    if not isinstance(resources, list):
        _refuse(f"'resources' in {LIST}, found none")
    found: dict[str, tuple[str, str, int]] = {}
    for each in resources:
        if not isinstance(each, dict):
            _refuse(f"resources that are objects in {LIST}, found {str(each)[:40]!a}")
        told = each
        stats = each.get("stats")
        if isinstance(stats, dict):
            told = {"hash": f"{each.get('hashing', 'sha256')}:{stats.get('hash')}", "bytes": stats.get("bytes")}
        path, digest, size = each.get("path"), told.get("hash"), told.get("bytes")
        if not isinstance(path, str) or not isinstance(digest, str) or not isinstance(size, int):
            _refuse(f"path, hash and bytes of each resource in {LIST}, found {json.dumps(each)[:80]}")
        algorithm, _, value = digest.partition(":")
        if algorithm not in ("sha256", "sha512"):
            _refuse(f"hashes by SHA-256 in {LIST}, found {algorithm[:20]!a}")
        if path in found or path in (LIST, DIGEST):
            _refuse(f"each path once in {LIST}, found {path[:120]!a} again")
        found[path] = (algorithm, value.lower(), size)
    return found


def _signature(container: zipfile.ZipFile, listed: dict[str, object]) -> Signature:
    if DIGEST not in container.namelist():
        if str(listed.get("wacz_version", "")).startswith("1.0"):
            return Signature()
        _refuse(
            f"a {DIGEST}, as every one from version 1.1 on has, found none: whatever sealed or signed it was taken off"
        )
    digest = _json(container, DIGEST)
    found = f"sha256:{_hash(container, LIST, 'sha256')}"
    if digest.get("path") != LIST or digest.get("hash") != found:
        _refuse(f"a {DIGEST} over its own list ({found[:23]}…), found one over {str(digest.get('hash'))[:23]!a}")
    signed = digest.get("signedData")
    if signed is None:
        return Signature()
    if not isinstance(signed, dict):
        _refuse(f"'signedData' as an object in {DIGEST}, found {str(signed)[:40]!a}")
    return check_signature(signed, found)


def _hash(container: zipfile.ZipFile, name: str, algorithm: str) -> str:
    digest = hashlib.new(algorithm)
    with container.open(name) as file:
        while data := file.read(STEP):
            digest.update(data)
    return digest.hexdigest()


def _json(container: zipfile.ZipFile, name: str) -> dict[str, object]:
    """Return a JSON object of the zip, in which no member stands twice."""
    if name not in container.namelist():
        _refuse(f"a {name}, found none")
    with _damage(), container.open(name) as file:
        data = file.read(MAX_LIST + 1)
    found = read_json(data) if len(data) <= MAX_LIST else None
    if not isinstance(found, dict):
        _refuse(f"a JSON object without doubled members as {name}, found {data[:24]!a}")
    return found


def read_json(data: bytes) -> object:
    """Return what JSON says; None for what is none, is nested too deep, or has a member twice."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a member twice")
        return found

    try:
        return json.loads(data, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None


def lines_of(file: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield the lines of a file, without their ends; a line longer than *most* bytes ends it."""
    while line := file.readline(most + 1):
        if len(line) > most:
            return
        yield line.rstrip(b"\r\n")


@contextmanager
def _opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open a zip, and close it again if it is refused."""
    with _damage():
        container = zipfile.ZipFile(file)
        try:
            yield container
        except BaseException:
            container.close()
            raise


@contextmanager
def _damage() -> Iterator[None]:
    """Turn whatever a damaged zip makes the standard library raise into :class:`BadWebArchive`."""
    try:
        yield
    except (TamizdatError, MemoryError):
        raise
    except Exception as error:  # of zipfile and its decoders: BadZipFile, zlib.error, struct.error, ValueError, OSError
        raise BadWebArchive(f"Expected a WACZ that unpacks, found damage ({type(error).__name__}). {ASK}") from error
