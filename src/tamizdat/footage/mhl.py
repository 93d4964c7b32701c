"""Media hash lists: the film industry's lists of files and their digests, read, compared and written.

Two forms are met. An old ``.mhl`` (version 1.1) lies anywhere and lists paths from its own folder. An ASC MHL (2.0) is
a history: a folder ``ascmhl`` in the root of what it lists, with a numbered list for each time somebody made or checked
a copy, and a chain that names each list with its digest::

    A001/ascmhl/0001_A001_2026-11-28_175125Z.mhl        <hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">
    A001/ascmhl/ascmhl_chain.xml                        <ascmhldirectory …>  path and C4 of each list

We write ASC MHL when a card is given back, with MD5, which every tool in a cutting room reads, and C4, which is SHA-512
in base 58 and the stronger one. The list says ``original`` of what it records first and ``verified`` of what an earlier
list recorded with the same digests, and nothing of whose computer it was: the standard wants a host's name, and gets
:data:`HOST`.

Lists come from outside. They are read by expat, no document type is taken, and what they say is bounded; a list that is
no list tells nothing.
"""

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from tamizdat.dataclass import dataclass
from tamizdat.encoding import safe_path
from tamizdat.errors import BadEncoding, BadPath

MAX_LIST: Final = 64 << 20  #: bytes of a list; 60,000 files have some 30 MB
MAX_TEXT: Final = 4096  #: characters of one path or digest
FOLDER: Final = "ascmhl"
CHAIN: Final = "ascmhl_chain.xml"
HOST: Final = "tamizdat"
WRITTEN: Final = ("c4", "md5")  #: the kinds that we write, in order
_C4_LETTERS: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: kinds of digests, as either form names them → ours; the 32-bit xxhash of old lists proves nothing and is passed over
_KINDS: Final = {
    "md5": "md5", "sha1": "sha1", "c4": "c4",
    "xxhash64be": "xxh64", "xxh64": "xxh64", "xxh3": "xxh3", "xxh128": "xxh128",
}  # fmt: skip
_NUMBERED: Final = re.compile(r"(\d{4,})_[^/]*\.mhl")


@dataclass(frozen=True)
class Listed:
    """A file that a list names: *path* from the list's root, *digests* by kind (``md5``, ``c4``, ``xxh64`` …)."""

    path: str
    size: int | None
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Compared:
    """What comparing with a list told: paths that agree, that differ, and of which nothing could be compared."""

    agree: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """A file to be written into a list: seconds since 1970, digests by kind, and whether an earlier list has it."""

    path: str
    size: int
    modified: str
    digests: Mapping[str, str]
    again: bool = False


class Digests:
    """Several digests of one file, in one reading. Kinds that cannot be computed here are left out."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._hashes = {kind: made for kind in dict.fromkeys(kinds) if (made := _new(kind)) is not None}

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        for each in self._hashes.values():
            each.update(data)

    def result(self) -> dict[str, str]:
        """Return the digests by kind, as lists write them."""
        return {kind: c4(each.digest()) if kind == "c4" else each.hexdigest() for kind, each in self._hashes.items()}


def computable(kind: str) -> bool:
    """Tell whether this kind of digest can be computed here: xxHash needs the package of that name."""
    return _new(kind) is not None


def _new(kind: str) -> Any:
    if kind in ("md5", "sha1"):
        return hashlib.new(kind, usedforsecurity=False)
    if kind in ("c4", "sha256"):
        return hashlib.sha512() if kind == "c4" else hashlib.sha256()
    with contextlib.suppress(ImportError):
        import xxhash

        names: dict[str, Callable[[], Any]] = {
            "xxh64": xxhash.xxh64,
            "xxh3": xxhash.xxh3_64,
            "xxh128": xxhash.xxh3_128,
        }
        return names[kind]() if kind in names else None
    return None


def c4(sha512: bytes) -> str:
    """Return the C4 id of a SHA-512 (64 bytes): ``c4`` and 88 letters of base 58."""
    value, letters = int.from_bytes(sha512, "big"), ""
    while value:
        value, rest = divmod(value, 58)
        letters = _C4_LETTERS[rest] + letters
    return "c4" + letters.rjust(88, "1")


# Reading --------------------------------------------------------------------------------------------------------------


def is_list(path: str) -> bool:
    """Tell whether a file is named like a media hash list."""
    return path.lower().endswith(".mhl")


def root_of(path: str) -> str:
    """Return the folder from which the list at *path* counts: its own, or for an ASC MHL that above ``ascmhl``."""
    folder = path.rpartition("/")[0]
    if folder == FOLDER or folder.endswith(f"/{FOLDER}"):
        return folder.removesuffix(FOLDER).removesuffix("/")
    return folder


@dataclass
class _Reader:
    """What expat tells of a list: entries, their texts, and how deep inside an entry we are."""

    found: list[Listed] = field(default_factory=list)
    text: str = ""
    entry: dict[str, str] | None = None
    size: int | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.text = ""
        if name == "hash":
            self.entry, self.size = {}, None
        if name == "path" and attributes.get("size", "").isdecimal():
            self.size = int(attributes["size"][:18])

    def characters(self, data: str) -> None:
        if len(self.text) <= MAX_TEXT:
            self.text += data

    def end(self, name: str) -> None:
        name, text = name.rpartition(" ")[2], self.text.strip()
        if self.entry is None:
            return
        if name in ("path", "file"):
            self.entry["path"] = text
        elif name == "size" and text.isdecimal():
            self.size = int(text[:18])
        elif name in _KINDS:
            self.entry[_KINDS[name]] = text if name == "c4" else text.lower()
        elif name == "hash":
            path = self.entry.pop("path", "").replace("\\", "/")
            with contextlib.suppress(BadPath, BadEncoding):
                self.found.append(Listed(safe_path(path), self.size, self.entry))
            self.entry = None


def read(data: bytes) -> list[Listed] | None:
    """Return the files that a list of either form names; None if it is no list that can be read."""
    reader, parser = _Reader(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    roots: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        roots.append(name.rpartition(" ")[2]) if not roots else None
        reader.start(name, attributes)

    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _HasDoctype):
        return None
    return reader.found if roots == ["hashlist"] else None


class _HasDoctype(Exception):
    """A document type: entities could be declared in it."""


def _refuse(*_: object) -> None:
    raise _HasDoctype


def compare(listed: Iterable[Listed], digests: Mapping[str, tuple[int, Mapping[str, str]]]) -> Compared:
    """Compare what a list says with *digests*: path → size in bytes, digests by kind. Other paths are passed over."""
    agree, differ, unknown = [], [], []
    for each in listed:
        if each.path not in digests:
            continue
        size, known = digests[each.path]
        both = [known[kind] == said for kind, said in each.digests.items() if kind in known]
        if each.size not in (None, size) or not all(both):
            differ.append(each.path)
        elif both:
            agree.append(each.path)
        else:
            unknown.append(each.path)
    return Compared(tuple(agree), tuple(differ), tuple(unknown))


def chain_of(data: bytes) -> list[tuple[str, str]] | None:
    """Return name and C4 of each list that a chain names, in order; None if it is no chain that can be read."""
    found: list[tuple[str, str]] = []
    texts = {"path": "", "c4": ""}
    now = [""]
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        now[0] = name.rpartition(" ")[2]

    def characters(text: str) -> None:
        if now[0] in texts and len(texts[now[0]]) <= MAX_TEXT:
            texts[now[0]] += text

    def end(name: str) -> None:
        now[0] = ""
        if name.rpartition(" ")[2] == "hashlist":
            found.append((texts["path"].strip(), texts["c4"].strip()))
            texts.update(path="", c4="")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _HasDoctype):
        return None
    return found if all(_NUMBERED.fullmatch(path) for path, _ in found) else None


# Writing --------------------------------------------------------------------------------------------------------------


def list_name(number: int, root: str, when: str) -> str:
    """Return the name of the list *number* of a folder called *root*, made at *when* (RFC 3339, UTC)."""
    return f"{number:04}_{root}_{when[:10]}_{when[11:19].replace(':', '')}Z.mhl"


def write(files: Iterable[Recorded], when: str, version: str) -> bytes:
    """Return an ASC MHL of these files, made at *when* by this version of ours."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">',
        "  <creatorinfo>",
        f"    <creationdate>{_time(when)}</creationdate>",
        f"    <hostname>{HOST}</hostname>",
        f"    <tool version={quoteattr(version)}>tamizdat</tool>",
        "  </creatorinfo>",
        "  <processinfo>",
        "    <process>transfer</process>",
        f"    <ignore><pattern>.DS_Store</pattern><pattern>{FOLDER}</pattern><pattern>{FOLDER}/</pattern></ignore>",
        "  </processinfo>",
        "  <hashes>",
    ]
    for each in files:
        about = f"size={quoteattr(str(each.size))} lastmodificationdate={quoteattr(_time(each.modified))}"
        lines += ["    <hash>", f"      <path {about}>{escape(each.path)}</path>"]
        action = "verified" if each.again else "original"
        lines += [
            f'      <{kind} action="{action}" hashdate="{_time(when)}">{each.digests[kind]}</{kind}>'
            for kind in WRITTEN
        ]
        lines.append("    </hash>")
    return "\n".join([*lines, "  </hashes>", "</hashlist>", ""]).encode()


def write_chain(lists: Iterable[tuple[str, str]]) -> bytes:
    """Return the chain of these lists: name and C4 of each, in order."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0">']
    for number, (name, digest) in enumerate(lists, 1):
        lines += [
            f'  <hashlist sequencenr="{number}">',
            f"    <path>{escape(name)}</path>",
            f"    <c4>{digest}</c4>",
            "  </hashlist>",
        ]
    return "\n".join([*lines, "</ascmhldirectory>", ""]).encode()


def _time(text: str) -> str:
    return f"{text.removesuffix('Z')}+00:00"
