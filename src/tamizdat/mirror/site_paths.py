"""Which files a site must have, by what its own lists say: those that are listed, and those made after the lists."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.ledger.tiles import WIDTH, tile_path, tiles_of
from tamizdat.verifying.edition import EDITION, EDITION_JS, EDITION_PROOF, FILES, ITEMS, LISTS, ROSTER, parse_files
from tamizdat.verifying.first_format import PROOF, STATEMENT
from tamizdat.verifying.first_format import read as read_first
from tamizdat.verifying.item_file import FILE
from tamizdat.verifying.item_file import read as read_file
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.witness.add_checkpoint import size_of

_LINE: Final = re.compile(r"(0|[1-9][0-9]{0,14}) [0-9a-f]{64}", re.ASCII)
HEAD: Final = "ledger/checkpoint"
#: what says which edition this is, in the order in which it is fetched
FACTS: Final = (ROSTER, HEAD, EDITION, EDITION_PROOF, FILES, ITEMS, EDITION_JS)


def lists(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path of the lists of files beside the first. Raises DamagedInput."""
    return {path: digest for path, digest in _one(folder, FILES).items() if path.startswith(LISTS)}


def listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path that a site's lists name; empty for a folder without them. Raises DamagedInput."""
    found = _one(folder, FILES)
    for path in lists(folder):
        found |= _one(folder, path)
    return found


def _one(folder: Path, path: str) -> dict[str, str]:
    try:
        return parse_files((folder / path).read_bytes())
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


def items(folder: Path) -> dict[str, str]:
    """Return by the folder of each item, ``items/17``, the line of it in the list of items; empty without a list."""
    lines = b"".join(pieces(folder)).decode("utf-8", "replace").splitlines()
    return {f"items/{each.partition(' ')[0]}": each for each in lines if _LINE.fullmatch(each)}


def proofs_of(item: str, files: Mapping[str, str]) -> list[str]:
    """Return the files of an item's folder that are made after the lists, *files* being what these name."""
    return [f"{item}/{PROOF}", f"{item}/{FILE}"] if f"{item}/{STATEMENT}" in files else [f"{item}/{FILE}"]


def sizes_named(folder: Path) -> set[int]:
    """Return the sizes of ledger of the checkpoints that proofs in *folder* name. Raises BadNote."""
    named, site = {size_of((folder / HEAD).read_bytes())}, Folder(folder.resolve())
    for item in items(folder):
        read = read_first if site.has(f"{item}/{STATEMENT}") else read_file
        try:
            named.add(size_of(read(site, f"{item}/").proof.checkpoint))
        except (DamagedInput, CheckFailed):
            continue  # the check of the copy will say so
    return named
