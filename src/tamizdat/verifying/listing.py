"""The files that ``files.txt`` cannot name because they are made after it; each must follow from the others.

The proofs and the ledger are checked link by link. ``edition.js`` and ``proof.js`` hold the same facts once more for
pages that are opened from a disk, where a script may not read the files beside it; they are written anew here and
compared byte for byte::

    tamizdatEdition({"envelope":"<base64>","proof":"<text>","roster":"<base64>"});
    tamizdatProof({"envelope":"<base64>","item":{"inclusion":["<base64>",…],"number":0},"proof":"<text>"});

``number`` is the item's place in ``items.txt``, counted from 0, and ``inclusion`` leads from there to the items' root.
Partial tiles of earlier checkpoints may stay in the ledger, if they fit its entries.
"""

import re
from collections.abc import Iterator, Sequence

from tamizdat.encoding import Json, b64, canonical
from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.ledger.tiles import WIDTH, tiles
from tamizdat.ledger.tree import Tree
from tamizdat.verifying.claims import FILES, Items
from tamizdat.verifying.folder import LARGE, Folder

EDITION, EDITION_PROOF, EDITION_JS = "edition/edition.json", "edition/edition.tlog-proof", "edition/edition.js"
ITEM_PROOF = re.compile(r"items/\d+/(statement\.tlog-proof|proof\.js)", re.ASCII)
PARTIAL = re.compile(
    r"ledger/tile/(?P<level>entries|[0-7])/(?P<number>(x\d{3}/)*\d{3})\.p/(?P<width>\d{1,3})", re.ASCII
)


def made_after(
    folder: Folder, files: Sequence[str], items: Items | None, entries: list[bytes] | None
) -> dict[str, bool]:
    """Path → whether it is as the other files say. Without *items* or *entries* their files cannot be judged."""
    made = dict.fromkeys((EDITION, EDITION_PROOF, "edition/items.txt", FILES, "ledger/checkpoint"), True)
    made[EDITION_JS] = _is_script(folder, EDITION_JS, EDITION, EDITION_PROOF, roster="roster.json")
    if items is None:
        made |= dict.fromkeys(filter(ITEM_PROOF.fullmatch, files), True)
        items = Items({}, Tree())
    for number, (place, _) in items.places.items():
        statement, proof = f"items/{number}/statement.json", f"items/{number}/statement.tlog-proof"
        where: Json = {"number": place, "inclusion": [b64(each) for each in items.tree.inclusion_proof(place)]}
        made[proof] = True
        made[f"items/{number}/proof.js"] = _is_script(folder, f"items/{number}/proof.js", statement, proof, where)
    tile_files = {path for path in files if path.startswith("ledger/tile/")}
    if entries is None:
        return made | dict.fromkeys(tile_files, True)
    for path, data in tiles(entries, _earlier_sizes(tile_files, len(entries))):
        if f"ledger/{path}" in tile_files:
            made[f"ledger/{path}"] = folder.read(f"ledger/{path}", LARGE) == data
    return made


def _is_script(folder: Folder, script: str, envelope: str, proof: str, item: Json = None, roster: str = "") -> bool:
    try:
        facts: dict[str, Json] = {"envelope": b64(folder.read(envelope)), "proof": folder.read(proof).decode()}
        if item:
            facts["item"] = item
        if roster:
            facts["roster"] = b64(folder.read(roster))
        name = b"tamizdatEdition" if roster else b"tamizdatProof"
        return folder.read(script, LARGE) == name + b"(" + canonical(facts) + b");\n"
    except (DamagedInput, CheckFailed, UnicodeDecodeError):
        return False


def _earlier_sizes(paths: set[str], size: int) -> Iterator[int]:
    """The sizes of ledger that partial tiles among *paths* may be left from."""
    for match in filter(None, map(PARTIAL.fullmatch, sorted(paths))):
        level = 0 if match["level"] == "entries" else int(match["level"])
        number, width = int(re.sub(r"[x/]", "", match["number"])), int(match["width"])
        if (earlier := (number * WIDTH + width) * WIDTH**level) <= size:
            yield earlier
