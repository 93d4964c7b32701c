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

from tamizdat.encoding import Json, b64, canonical, parse_b64, parse_canonical
from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import verify_inclusion
from tamizdat.ledger.tiles import WIDTH, tiles
from tamizdat.verifying.claims import EDITION, EDITION_JS, EDITION_PROOF, FILES, ITEMS, Items
from tamizdat.verifying.folder import LARGE, Folder

ITEM_PROOF = re.compile(r"items/\d+/(statement\.tlog-proof|proof\.js)", re.ASCII)
PARTIAL = re.compile(
    r"ledger/tile/(?P<level>entries|[0-7])/(?P<number>(x\d{3}/)*\d{3})\.p/(?P<width>\d{1,3})", re.ASCII
)


def made_after(
    folder: Folder, files: Sequence[str], items: Items | None, entries: list[bytes] | None
) -> dict[str, bool]:
    """Path → whether it is as the other files say. Without *items* or *entries* their files cannot be judged."""
    made = dict.fromkeys((EDITION, EDITION_PROOF, ITEMS, FILES, "ledger/checkpoint"), True)
    made[EDITION_JS] = _edition_script(folder)
    if items is None:
        made |= dict.fromkeys(filter(ITEM_PROOF.fullmatch, files), True)
    else:
        for number in items.places:
            made[f"items/{number}/statement.tlog-proof"] = True
            made[f"items/{number}/proof.js"] = _item_script(folder, f"items/{number}", number, items)
    tile_files = {path for path in files if path.startswith("ledger/tile/")}
    if entries is None:
        return made | dict.fromkeys(tile_files, True)
    for path, data in tiles(entries, _earlier_sizes(tile_files, len(entries))):
        if f"ledger/{path}" in tile_files:
            made[f"ledger/{path}"] = folder.read(f"ledger/{path}", LARGE) == data
    return made


def _edition_script(folder: Folder) -> bool:
    try:
        envelope, proof = folder.read(EDITION), folder.read(EDITION_PROOF).decode()
        facts: Json = {"envelope": b64(envelope), "proof": proof, "roster": b64(folder.read("roster.json"))}
        return folder.read(EDITION_JS, LARGE) == b"tamizdatEdition(%b);\n" % canonical(facts)
    except (DamagedInput, CheckFailed, UnicodeDecodeError):
        return False


def _item_script(folder: Folder, at: str, number: int, items: Items) -> bool:
    """The way to the items' root is read from the script itself: only one way leads there."""
    place, digest = items.places[number]
    try:
        script = folder.read(f"{at}/proof.js", LARGE)
        way = parse_canonical(script[len(b"tamizdatProof(") : -len(b");\n")], "proof.js")["item"]["inclusion"]
        hashes = [parse_b64(each, "a hash", 32) for each in way]
        verify_inclusion(place, len(items.places), leaf_hash(f"{number} {digest}".encode()), hashes, items.root)
        envelope, proof = folder.read(f"{at}/statement.json"), folder.read(f"{at}/statement.tlog-proof").decode()
        facts: Json = {"envelope": b64(envelope), "proof": proof, "item": {"number": place, "inclusion": way}}
        return script == b"tamizdatProof(%b);\n" % canonical(facts)
    except (DamagedInput, CheckFailed, UnicodeDecodeError, KeyError, TypeError):
        return False


def _earlier_sizes(paths: set[str], size: int) -> Iterator[int]:
    """The sizes of ledger that partial tiles among *paths* may be left from."""
    for match in filter(None, map(PARTIAL.fullmatch, sorted(paths))):
        level = 0 if match["level"] == "entries" else int(match["level"])
        number, width = int(re.sub(r"[x/]", "", match["number"])), int(match["width"])
        if (earlier := (number * WIDTH + width) * WIDTH**level) <= size:
            yield earlier
