"""The list of items, of which a copy takes the pieces that it does not have: it would grow with the site.

::

    edition/edition.js        the root over each piece of 256 lines
    edition/items/000.js, …   the pieces
    edition/items.txt         all of them, one after another: the edition names its SHA-256
"""

import contextlib
from pathlib import Path

from tamizdat.encoding import Json, parse_canonical, sha256_hex
from tamizdat.errors import DamagedInput, NotThere
from tamizdat.mirror import site_paths
from tamizdat.mirror.copied_folder import write_public
from tamizdat.mirror.run import SMALL, Run
from tamizdat.verifying.edition import EDITION_JS, ITEMS, Items


def fetch_items(run: Run, facts: Path, digest: str) -> None:
    """Put the list of items into *facts*: from the copy before and the pieces that changed, else fetched whole.

    *digest* is the SHA-256 that the edition names; the first format names none, and its list is fetched whole.
    Raises PlaceError.
    """
    found = b""
    if digest:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, NotThere, DamagedInput):
            found = _from_pieces(run, facts)  # if there is a copy before; scripts that are none are judged later
    if sha256_hex(found) == digest:
        write_public(facts / ITEMS, found)
    else:
        run.fetch(ITEMS, most=SMALL, into=facts)


def _from_pieces(run: Run, facts: Path) -> bytes:
    known = {root.hex(): lines for lines, root in Items.parse((run.target / ITEMS).read_bytes()).tiles}
    pieces = list[str]()
    match _said_in(facts / EDITION_JS):
        case {"tiles": [*tiles]}:
            for number, tile in enumerate(tiles):
                match tile:
                    case [_, str(root)] if root in known:
                        pieces.append(known[root])
                    case _:
                        pieces.append(_piece(run, facts, site_paths.piece_path(number)))
    return "".join(pieces).encode()


def _piece(run: Run, facts: Path, path: str) -> str:
    run.fetch(path, most=SMALL, into=facts)
    match _said_in(facts / path):
        case {"lines": str(lines)}:
            return lines
    return ""


def _said_in(script: Path) -> Json:
    said: Json = parse_canonical(script.read_bytes().partition(b"(")[2].removesuffix(b");\n"), script.name)
    return said
