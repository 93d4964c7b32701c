"""What an edition says, read strictly from its statement and its two lists. Saying it proves nothing yet.

``edition/items.txt`` has a line ``<number> <SHA-256 of statement.json>`` for each item, numbers rising; the edition
names their RFC 6962 root (each line, without its newline, is a leaf). The roots over 256 lines each are nodes of that
tree, so the tree over them has the same root. ``edition/files.txt`` is what ``sha256sum`` writes; the edition names its
SHA-256. Numbers of items are ledger indexes: of the statement that the original came in, which stays private.
"""

import re
from dataclasses import dataclass
from typing import Any

from tamizdat.encoding import parse_hex, safe_path
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.statement import Statement
from tamizdat.ledger.tiles import WIDTH
from tamizdat.verifying.item_statement import text, whole

EDITION, EDITION_PROOF, EDITION_JS = "edition/edition.json", "edition/edition.tlog-proof", "edition/edition.js"
FILES, ITEMS = "edition/files.txt", "edition/items.txt"
STATEMENT, PROOF = "statement.json", "statement.tlog-proof"  #: in an item's folder


@dataclass(frozen=True)
class Edition:
    """What a ``published`` statement says."""

    number: int
    previous: str | None  #: SHA-256 of the edition.json before
    date: str
    origin: str
    items: int
    items_root: bytes
    files: int
    files_digest: str

    @classmethod
    def parse(cls, statement: Statement) -> "Edition":
        """Raises :class:`BadStatement` for any other statement."""
        said: Any = statement.predicate
        try:
            edition = cls(
                whole(said["edition"]),
                None if said["previous"] is None else parse_hex(said["previous"], 32, "the edition before").hex(),
                text(said["date"]),
                text(said["origin"]),
                whole(said["items"]["count"]),
                parse_hex(said["items"]["root"], 32, "the items' root"),
                whole(said["files"]["count"]),
                parse_hex(said["files"]["sha256"], 32, "the digest of files.txt").hex(),
            )
            subjects = [(each.name, each.sha256) for each in statement.subjects]
        except (BadEncoding, KeyError, TypeError) as error:
            raise BadStatement("Expected an edition's number, date, items and files; one is missing or odd.") from error
        if statement.act != "published" or subjects != [(FILES, edition.files_digest)] or not edition.number:
            raise BadStatement(f"Expected a 'published' statement about {FILES}, found another.")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", edition.date, re.ASCII):
            raise BadStatement("Expected the edition's date as a day like 2026-11-23.")
        return edition


def parse_files(data: bytes) -> dict[str, str]:
    """Path → SHA-256 of ``files.txt``; a path given twice, or one that leads elsewhere, refuses the whole list."""
    listed: dict[str, str] = {}
    for line in _lines(data):
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if not match or match[2] in listed:
            raise BadStatement("Expected '<SHA-256>  <path>' on each line of files.txt, each path once.")
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
        """Raises :class:`BadStatement` unless numbers rise and every line has its form."""
        digests: dict[int, str] = {}
        lines = _lines(data)
        for line in lines:
            match = re.fullmatch(r"(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})", line)
            if not match or (digests and int(match[1]) <= next(reversed(digests))):
                raise BadStatement("Expected '<number> <SHA-256>' on each line of items.txt, numbers rising.")
            digests[int(match[1])] = match[2]
        parts = [lines[at : at + WIDTH] for at in range(0, len(lines), WIDTH)]
        hashes = [root_over(leaf_hash(line.encode()) for line in part) for part in parts]
        texts = ["".join(f"{line}\n" for line in part) for part in parts]
        return cls(digests, root_over(hashes), tuple(zip(texts, hashes, strict=True)))


def _lines(data: bytes) -> list[str]:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a list in UTF-8, found other bytes.") from error
    if lines.pop():
        raise BadStatement("Expected every line of the list to end in a newline; the last does not.")
    return lines
