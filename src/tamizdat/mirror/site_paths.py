"""Which files a site must have, by what its own lists say: those that lists of files name, and those made after them.

Both formats of a site are known (``docs/spec/publication.md``, 5, 7 and 10); what lies there is judged by the verifier.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from tamizdat.encoding import parse_canonical
from tamizdat.errors import BadStatement, DamagedInput
from tamizdat.ledger.statement import peek_envelope
from tamizdat.ledger.tiles import WIDTH, tile_path, tiles_of
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import first_format, item_file
from tamizdat.verifying.checkpoint_files import CERTIFICATES, CHECKPOINTS, is_beside_checkpoint
from tamizdat.verifying.edition import (
    EDITION,
    EDITION_JS,
    EDITION_PROOF,
    FILES,
    ITEMS,
    LISTS,
    ROSTER,
    Items,
    parse_files,
)
from tamizdat.witness.add_checkpoint import size_of

HEAD: Final = "ledger/checkpoint"
#: what says which edition this is, in the order in which it is fetched
FACTS: Final = (ROSTER, HEAD, EDITION, EDITION_PROOF, FILES, EDITION_JS)
BESIDE: Final = (CHECKPOINTS, CERTIFICATES)  #: the folders of what others said of checkpoints
#: in an item's file and in a proof: the checkpoint that the proof leads to, its line ends as they stand there
_NAMED: Final = re.compile(rb"(?:\\n\\n|\n\n)[^\\\n]{1,255}(?:\\n|\n)(0|[1-9][0-9]{0,14})(?:\\n|\n)[A-Za-z0-9+/]{43}=")


def is_first_format(folder: Path) -> bool:
    """Whether the edition in *folder* is of the first format. Raises DamagedInput."""
    return read_edition(peek_envelope((folder / EDITION).read_bytes())).format is None


def top(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path that the first list names; empty without one. Raises DamagedInput."""
    return _parsed(folder / FILES)


def lists(files: Mapping[str, str]) -> dict[str, str]:
    """Return those of *files* that are lists of files themselves."""
    return {path: digest for path, digest in files.items() if path.startswith(LISTS)}


def listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path of all that is listed, lists included; empty without a list. Raises DamagedInput."""
    files = top(folder)
    for path in lists(files):
        more = _parsed(folder / path)
        if odd := [each for each in more if each.startswith("edition/")]:
            raise BadStatement(f"Expected no file of the edition itself on {path}, found {odd[0]!a}.")
        files |= more
    return files


def tiles(size: int) -> list[str]:
    """Return the paths of the ledger's files at *size* entries."""
    return [f"ledger/{tile_path(*each)}" for each in tiles_of(size)]


def items(folder: Path) -> dict[int, str]:
    """Return the SHA-256 of each item's statement by its number; empty without a list, or with a damaged one."""
    try:
        return Items.parse((folder / ITEMS).read_bytes()).digests
    except (FileNotFoundError, NotADirectoryError, DamagedInput):
        return {}


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


def made_of(number: int, first: bool) -> list[str]:
    """Return the files of item *number* that are made after the lists; *first*: in the first format."""
    names = (first_format.PROOF, item_file.FILE) if first else (item_file.FILE,)
    return [f"items/{number}/{name}" for name in names]


def sizes_named(folder: Path, numbers: Mapping[int, str]) -> set[int]:
    """Return the sizes of ledger of the checkpoints that proofs in *folder* name. Raises BadNote."""
    named = {size_of((folder / HEAD).read_bytes())}
    name = first_format.PROOF if is_first_format(folder) else item_file.FILE
    for number in numbers:
        try:
            found = _NAMED.search((folder / f"items/{number}/{name}").read_bytes())
        except FileNotFoundError:
            continue  # the check of the copy will say so
        named |= {int(found[1])} if found else set()
    return named


def beside(size: int) -> str:
    """Return where a site has what others signed of its checkpoint of *size* entries."""
    return f"{CHECKPOINTS}{size}/checkpoint"


def list_beside(size: int) -> str:
    """Return where a site lists the stamps of its checkpoint of *size* entries, and all certificates."""
    return f"{CHECKPOINTS}{size}/stamps.json"


def named_beside(folder: Path, size: int) -> tuple[list[str], set[str]]:
    """Return the paths of the stamps, and of the certificates, that this list names; what is no such path is left out.

    Raises DamagedInput.
    """
    said = parse_canonical((folder / list_beside(size)).read_bytes(), "a list of stamps")
    if not isinstance(said, dict) or not all(isinstance(each, list) for each in said.values()):
        raise BadStatement(f"Expected lists of stamps and certificates in {list_beside(size)}, found {said!a:.80}.")
    stamps = [f"{CHECKPOINTS}{size}/stamps/{each}" for each in cast(list[object], said.get("stamps", []))]
    certificates = {f"{CERTIFICATES}{each}" for each in cast(list[object], said.get("certificates", []))}
    return [each for each in stamps if is_beside_checkpoint(each)], set(filter(is_beside_checkpoint, certificates))


def digest_of(path: str) -> str:
    """Return the SHA-256 by which a certificate's file is named."""
    return path.rpartition("/")[2].partition(".")[0]


def later(folder: Path, size: int) -> Iterator[str]:
    """Yield all paths that a site of *size* entries has and no list of files names, but for what others said."""
    numbers, first = items(folder), is_first_format(folder)
    yield from (*FACTS, ITEMS)
    yield from tiles(size)
    for number in numbers:
        yield from made_of(number, first)
    yield from (piece_path(number) for number in range(len(pieces(folder))))


def _parsed(path: Path) -> dict[str, str]:
    try:
        return parse_files(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
