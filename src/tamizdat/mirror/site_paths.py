"""Which files a site must have, by what its own lists say: those that ``files.txt`` names, and those made after it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tamizdat.errors import BadProof
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.tiles import WIDTH, tile_path, tiles_of
from tamizdat.verifying.edition import EDITION, EDITION_JS, EDITION_PROOF, FILES, ITEMS, PROOF, ROSTER, parse_files
from tamizdat.witness.add_checkpoint import size_of

HEAD: Final = "ledger/checkpoint"
#: what says which edition this is, in the order in which it is fetched
FACTS: Final = (ROSTER, HEAD, EDITION, EDITION_PROOF, FILES, ITEMS, EDITION_JS)
_STATEMENT: Final = re.compile(r"(items/\d+)/statement\.json", re.ASCII)


def listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path that a site's list names; empty for a folder without one. Raises DamagedInput."""
    try:
        return parse_files((folder / FILES).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}


def tiles(size: int) -> list[str]:
    """Return the paths of the ledger's files at *size* entries."""
    return [f"ledger/{tile_path(*each)}" for each in tiles_of(size)]


def pieces(folder: Path) -> list[bytes]:
    """Return the list of items in pieces of 256 lines, one for each script of it; empty without a list."""
    try:
        lines = (folder / ITEMS).read_bytes().splitlines(keepends=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [b"".join(lines[at : at + WIDTH]) for at in range(0, len(lines), WIDTH)]


def piece_path(number: int) -> str:
    """Return where the script of a piece of the list of items lies."""
    return f"edition/items/{number:03}.js"


def items(files: dict[str, str]) -> Iterator[str]:
    """Yield the folder of each item, ``items/17``, of those that a list names."""
    yield from (match[1] for match in map(_STATEMENT.fullmatch, files) if match)


def proofs_of(item: str) -> list[str]:
    """Return the files of an item's folder that are made after the list."""
    return [f"{item}/{PROOF}", f"{item}/proof.js"]


def sizes_named(folder: Path, files: dict[str, str]) -> set[int]:
    """Return the sizes of ledger of the checkpoints that proofs in *folder* name. Raises BadNote."""
    named = {size_of((folder / HEAD).read_bytes())}
    for item in items(files):
        try:
            named.add(size_of(TlogProof.parse((folder / item / PROOF).read_bytes()).checkpoint))
        except (FileNotFoundError, BadProof):
            continue  # the check of the copy will say so
    return named
