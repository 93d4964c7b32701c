"""What an edition and an item say, read strictly from statements and lists. Saying it proves nothing yet.

``edition/items.txt`` has a line ``<number> <SHA-256 of statement.json>`` for each item, numbers rising; the edition
names their RFC 6962 root (each line, without its newline, is a leaf). ``edition/files.txt`` is what ``sha256sum``
writes; the edition names its SHA-256. Numbers of items are ledger indexes: of the statement that the original
came in, which stays private.
"""

import re
from dataclasses import dataclass
from typing import Any

from tamizdat.encoding import parse_hex, safe_path
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.statement import Statement

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
                _whole(said["edition"]),
                None if said["previous"] is None else parse_hex(said["previous"], 32, "the edition before").hex(),
                _text(said["date"]),
                _text(said["origin"]),
                _whole(said["items"]["count"]),
                parse_hex(said["items"]["root"], 32, "the items' root"),
                _whole(said["files"]["count"]),
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


@dataclass(frozen=True)
class Item:
    """What a ``derived`` statement says: which published files were made, and from which entry of the ledger."""

    number: int
    source: int
    commitment: bytes
    media: tuple[tuple[str, str], ...]  #: name and SHA-256

    @classmethod
    def parse(cls, statement: Statement) -> "Item":
        """Raises :class:`BadStatement` for any other statement."""
        said: Any = statement.predicate
        try:
            source = said["source"]
            number, index = _whole(said["item"]), _whole(source["index"])
            committed = parse_hex(source["commitment"], 32, "the original's commitment")
        except (BadEncoding, KeyError, TypeError) as error:
            raise BadStatement("Expected an item's number and source; one is missing or odd.") from error
        if statement.act != "derived" or number != index:
            raise BadStatement("Expected a 'derived' statement whose item has its source's number, found another.")
        if any("/" in safe_path(each.name) for each in statement.subjects):
            raise BadStatement("Expected media that lie beside their statement, found a path that leads elsewhere.")
        return cls(number, index, committed, tuple((each.name, each.sha256) for each in statement.subjects))


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
    """The list ``items.txt``: number → (place in the list, SHA-256), and the root over its lines."""

    places: dict[int, tuple[int, str]]
    root: bytes

    @classmethod
    def parse(cls, data: bytes) -> "Items":
        """Raises :class:`BadStatement` unless numbers rise and every line has its form."""
        places: dict[int, tuple[int, str]] = {}
        lines = _lines(data)
        for place, line in enumerate(lines):
            match = re.fullmatch(r"(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})", line)
            if not match or (places and int(match[1]) <= next(reversed(places))):
                raise BadStatement("Expected '<number> <SHA-256>' on each line of items.txt, numbers rising.")
            places[int(match[1])] = (place, match[2])
        return cls(places, root_over(leaf_hash(line.encode()) for line in lines))


def _lines(data: bytes) -> list[str]:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a list in UTF-8, found other bytes.") from error
    if lines.pop():
        raise BadStatement("Expected every line of the list to end in a newline; the last does not.")
    return lines


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadEncoding("Expected text.")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise BadEncoding("Expected a whole number.")
    return value
