"""The lists of an edition, read strictly. What they list is proved only when the edition names the list.

``edition/items.txt`` has a line ``<number> <SHA-256 of the envelope>`` for each item, numbers rising; the edition names
their RFC 6962 root (each line, without its newline, is a leaf). The roots over 256 lines each are nodes of that tree,
so the tree over them has the same root. Numbers of items are ledger indexes: of the statement that the original came
in, which stays private. ``edition/files.txt`` is what ``sha256sum`` writes; the edition names its SHA-256. It names the
other lists, and what stands in no folder; a list is as long as a mirror fetches gladly because of one changed file::

    edition/files/items-66.txt    items/17000/index.html, zh/items/17001/index.html, …: 256 numbers in all languages
    edition/files/days.txt        days/2013-05-12/index.html, …
    edition/files/zh.txt          zh/index.html, zh/days/2013-05-12/index.html, …

What the edition itself says is :mod:`tamizdat.statements.published`.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import safe_path
from tamizdat.errors import BadStatement
from tamizdat.ledger.merkle import root_over
from tamizdat.ledger.published_log import full_tile
from tamizdat.ledger.shapes import shown
from tamizdat.ledger.tiles import WIDTH

EDITION: Final = "edition/edition.json"
EDITION_PROOF: Final = "edition/edition.tlog-proof"
EDITION_JS: Final = "edition/edition.js"
FILES: Final = "edition/files.txt"
ITEMS: Final = "edition/items.txt"
ROSTER: Final = "roster.json"
LISTS: Final = "edition/files/"
LIST_OF_ITEMS: Final = re.compile(rf"{LISTS}items-\d+\.txt", re.ASCII)
LINE: Final = re.compile("(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})")  #: of ``items.txt``
OF_ITEM: Final = re.compile(r"(?:[^/]+/)?items/(0|[1-9][0-9]{0,14})/")  #: in one language or another


def list_of(path: str) -> str:
    """Return the one list of files that may name *path*."""
    folder, inside, _ = path.partition("/")
    if not inside or folder == "edition":
        return FILES
    item = OF_ITEM.match(path)
    return f"{LISTS}items-{int(item[1]) // WIDTH}.txt" if item else f"{LISTS}{folder}.txt"


def parse_files(data: bytes) -> dict[str, str]:
    """Read a list of files: the SHA-256 by path. A path given twice, or one that leads elsewhere, refuses all of it.

    Raises :class:`BadStatement` and :class:`~tamizdat.errors.BadPath`.
    """
    listed: dict[str, str] = {}
    for line in _lines(data):
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if not match or match[2] in listed:
            raise BadStatement(
                f"Expected '<SHA-256>  <path>' on each line of a list of files, each path once; found {shown(line)}."
            )
        listed[safe_path(match[2])] = match[1]
    return listed


@dataclass(frozen=True)
class Items:
    """The list ``items.txt``: number → SHA-256, the root over its lines, and its tiles of 256 lines each."""

    digests: dict[int, str]
    root: bytes
    tiles: tuple[tuple[str, bytes], ...]  #: the lines of each, with their newlines, and the RFC 6962 root over them

    @classmethod
    def parse(cls, data: bytes) -> "Items":
        """Read the list; :class:`BadStatement` unless numbers rise and every line has its form."""
        digests, tiles, last = dict[int, str](), list[tuple[str, bytes]](), -1
        lines = _lines(data)
        while part := [*islice(lines, WIDTH)]:
            for line in part:
                match = LINE.fullmatch(line)
                if not match or (number := int(match[1])) <= last:
                    raise BadStatement(
                        f"Expected '<number> <SHA-256>' on each line of items.txt, numbers rising; found {shown(line)}."
                    )
                digests[number], last = match[2], number
            text = "\n".join([*part, ""])
            tiles.append((text, full_tile(text.encode(), bytes.splitlines).root))
        return cls(digests, root_over(hashed for _, hashed in tiles), tuple(tiles))


def _lines(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a list in UTF-8, found bytes that are not UTF-8.") from error
    if last := text.rpartition("\n")[2]:
        raise BadStatement(f"Expected a newline after every line of the list, found none after {shown(last)}.")
    return (match[1] for match in re.finditer("([^\n]*)\n", text))
