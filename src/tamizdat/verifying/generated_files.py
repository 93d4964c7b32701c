r"""The files that ``files.txt`` cannot name because they are made after it; each must follow from the others.

The files of items and the ledger are checked link by link. The scripts hold the same facts once more for pages that are
opened from a disk, where a script may not read the files beside it; they are written anew here and compared byte for
byte::

    tamizdatEdition({"envelope":"<base64>","proof":"<text>","roster":"<base64>","tiles":[[17,"<hex>"],…]});
    tamizdatItems({"lines":"17 1636…\n40 b1e9…\n…","tile":0});

A tile is 256 lines of ``items.txt``, the last one fewer; ``edition.js`` gives the first number and the hash of each.
Partial tiles of earlier checkpoints may stay in the ledger, if they fit its entries. What others said of checkpoints is
judged by links of its own (:mod:`.checkpoint_files`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tamizdat.encoding import Json, b64, canonical, script_call
from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.tiles import WIDTH
from tamizdat.verifying.checkpoint_files import is_beside_checkpoint
from tamizdat.verifying.edition import EDITION, EDITION_JS, EDITION_PROOF, FILES, ITEMS, ROSTER, Items
from tamizdat.verifying.first_format import PROOFS
from tamizdat.verifying.report import Unjudged
from tamizdat.verifying.untrusted_folder import LARGE, Folder

LISTS: Final = (EDITION, EDITION_PROOF, ITEMS, FILES, "ledger/checkpoint")
SCRIPTS: Final = re.compile(r"(?a)items/\d+/proof\.js|edition/(edition|items/\d{3,})\.js")
TILES: Final = "ledger/tile/"
PARTIAL: Final = re.compile(
    rf"(?a){TILES}(?P<level>entries|[0-7])/(?P<number>(x\d{{3}}/)*\d{{3}})\.p/(?P<width>\d{{1,3}})"
)


def is_made_after(path: str) -> bool:
    """Whether *path* names a file that is made after ``files.txt``, in whatever edition."""
    made = SCRIPTS.fullmatch(path) or PROOFS.fullmatch(path) or is_beside_checkpoint(path)
    return bool(made or path in LISTS or path.startswith(TILES))


def made_after(folder: Folder, files: Sequence[str], items: Items | None, entries: Log | None) -> dict[str, bool]:
    """Return, by path, whether a file is as the other files say, but for those of single items.

    Those of *items* or *entries* that are None pass.
    """
    made = dict.fromkeys([*LISTS, *filter(is_beside_checkpoint, files)], True)
    if items is None:
        made |= dict.fromkeys(filter(is_made_after, files), True)
    else:
        made[EDITION_JS] = _is(folder, EDITION_JS, "Edition", partial(_edition, items=items))
        for tile, (lines, _) in enumerate(items.tiles):
            path = f"edition/items/{tile:03}.js"
            made[path] = _is(folder, path, "Items", partial(_tile, lines=lines, tile=tile))
    tile_files = {path for path in files if path.startswith(TILES)}
    if entries is None:
        return made | dict.fromkeys(tile_files, True)
    for path, digest in entries.digests(_earlier_sizes(tile_files, len(entries))):
        if f"ledger/{path}" in tile_files:
            made[f"ledger/{path}"] = not Folder.difference(folder, f"ledger/{path}", digest)  # nothing is believed here
    return made


def _is(folder: Folder, path: str, name: str, facts: Callable[[Folder], bytes]) -> bool:
    """Whether a script is the one call with these facts, canonical JSON; of facts that cannot be read others tell."""
    try:
        return folder.read(path, LARGE) == script_call(f"tamizdat{name}", facts(folder))
    except Unjudged:
        return path not in folder.unread
    except (DamagedInput, CheckFailed, UnicodeDecodeError):
        return False


def _edition(folder: Folder, items: Items) -> bytes:
    envelope, proof = folder.read(EDITION), folder.read(EDITION_PROOF).decode()
    tiles: list[Json] = [[int(lines.partition(" ")[0]), root.hex()] for lines, root in items.tiles]
    return canonical({"envelope": b64(envelope), "proof": proof, "roster": b64(folder.read(ROSTER)), "tiles": tiles})


def _tile(_: Folder, lines: str, tile: int) -> bytes:
    return canonical({"lines": lines, "tile": tile})


def _earlier_sizes(paths: set[str], size: int) -> Iterator[int]:
    """Yield the sizes of ledger that partial tiles among *paths* may be left from."""
    for match in filter(None, map(PARTIAL.fullmatch, sorted(paths))):
        level = 0 if match["level"] == "entries" else int(match["level"])
        number, width = int(re.sub(r"[x/]", "", match["number"])), int(match["width"])
        if (earlier := (number * WIDTH + width) * WIDTH**level) <= size:
            yield earlier
