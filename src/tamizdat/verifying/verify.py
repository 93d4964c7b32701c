"""One call for a whole site or a single item: which links of the chain to judge, and what to remember afterwards."""

import re
from collections.abc import Mapping
from pathlib import Path

from tamizdat.encoding import sha256_hex
from tamizdat.errors import CheckFailed, DamagedInput, UsageError
from tamizdat.ledger.statement import peek_envelope
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, FILES, PROOF, STATEMENT, parse_files
from tamizdat.verifying.evidence import Chain
from tamizdat.verifying.generated_files import made_after
from tamizdat.verifying.item_statement import Item
from tamizdat.verifying.openings import OPENINGS
from tamizdat.verifying.report import Report, Seen, Verdict
from tamizdat.verifying.untrusted_folder import LARGE, Folder

ITEM = re.compile(r"items/(0|[1-9][0-9]{0,14})/(statement\.json)?")
PAGE = re.compile(r"(?:[^/]+/)?items/(0|[1-9][0-9]{0,14})/index\.html")  #: in one language or another


def verify(path: Path, root: bytes | None = None, memory: Mapping[str, Seen] | None = None) -> Report:
    """Check a site's folder, or one item: its folder, its statement, its proof or one of its media.

    *root* is the fingerprint that the reader has from elsewhere. *memory* is what earlier reports gave as ``seen``,
    by the root in hexadecimal; keep ``report.seen`` there afterwards. Raises only :class:`UsageError`, for a path
    where neither a site nor an item lies.
    """
    base, inside, asked = _locate(path)
    chain = Chain(Folder(base), root, memory or {})
    chain.trust()
    if root is not None and chain.report.root not in (None, root):
        chain.report.seen = chain.seen  # under another root than the reader's nothing below is worth computing
    elif inside is None:
        _site(chain)
    else:
        _one_item(chain, inside, asked)
    return chain.report


def _site(chain: Chain) -> None:
    files, refused = chain.folder.walk()
    chain.whole = True
    chain.head("ledger/checkpoint")
    chain.published()
    chain.whole_ledger(len(files))
    chain.not_older(whole=True)
    chain.listed_items()
    there = {int(match[1]) for match in map(ITEM.fullmatch, files) if match and match[2]}
    pages: dict[int, list[str]] = {}
    for path, match in zip(files, map(PAGE.fullmatch, files), strict=True):
        if match:
            pages.setdefault(int(match[1]), []).append(path)
    for number in sorted(there | (chain.items.digests.keys() if chain.items else set())):
        chain.item(number, f"items/{number}/", pages.get(number, ()))
    _all_files(chain, files, refused)
    _remember(chain)


def _one_item(chain: Chain, inside: str, asked: str | None) -> None:
    """One item by itself, and its edition where that lies above it."""
    above = chain.folder.has(EDITION)
    chain.head(EDITION_PROOF if above else inside + PROOF)
    if above:
        chain.published()
        chain.not_older(whole=False)
        chain.listed_items()
    else:
        with chain.report.link("edition") as claim:
            claim.say("This item was checked by itself; no edition lies above it.", Verdict.UNKNOWN)
    try:
        number = Item.parse(peek_envelope(chain.folder.read(inside + STATEMENT))).number
    except (DamagedInput, CheckFailed):
        number = None
    numbered = ITEM.fullmatch(inside)
    pages = [
        f"{inside}index.html",
        *(f"{name}/{inside}index.html" for name in (chain.folder.folders() if numbered else ())),
    ]
    chain.item(
        int(numbered[1]) if numbered else number, inside, [each for each in pages if chain.folder.has(each)], asked
    )
    chain.report.seen = chain.seen


def _all_files(chain: Chain, files: list[str], refused: list[str]) -> None:
    """Every file is listed, every listed file is there; those made after the list follow from the others."""
    wrong = dict.fromkeys(refused, "Expected no link, device or odd name in a site; it was not opened.")
    with chain.report.link("files", "edition") as claim:
        data = chain.folder.read(FILES, LARGE)
        listed = parse_files(data)
        made = made_after(chain.folder, files, chain.items, chain.entries)
        for path in {*files, *listed}:
            if path not in listed and path not in made:
                wrong[path] = "The edition does not list this file."
            elif path in listed and not chain.folder.equals(path, listed[path]):
                wrong[path] = "Expected the bytes that the edition lists, found others or none."
        wrong |= dict.fromkeys((path for path in made if not made[path]), "It is not what the other files say.")
        said = chain.edition
        if said is not None and (sha256_hex(data), len(listed)) != (said.files_digest, said.files):
            raise CheckFailed("Expected the list of files that the edition names, found another.")
        if wrong:
            raise CheckFailed(f"Files that are not as the edition lists them: {len(wrong)}.")
        chain.known_edition()
        claim.say(f"{len(listed)} files, all as listed, and no other.")
    for path, detail in sorted(wrong.items()):
        with chain.report.link(f"file {path}"):
            raise CheckFailed(detail)


def _remember(chain: Chain) -> None:
    """What to keep for the next time: this edition if all of it holds, otherwise what was kept before."""
    chain.report.seen = chain.seen
    roster, head, said = chain.roster, chain.checkpoint, chain.edition
    if chain.report.holds and roster and head and said:
        digest = sha256_hex(chain.folder.read(EDITION))
        chain.report.seen = Seen(head.origin, roster.version, said.number, digest, head.size, head.root.hex())


def _locate(path: Path) -> tuple[Path, str | None, str | None]:
    """The folder that holds roster.json; the item's folder below it (None: the whole site); the one file asked for."""
    folder = path.parent.resolve() if path.is_file() else path.resolve()
    if not (folder / STATEMENT).exists():
        if path.is_dir() and any((folder / name).exists() for name in ("roster.json", "edition", "ledger")):
            return folder, None, None
        raise UsageError("Expected a site's folder, or an item with its statement.json; found neither. Give its path.")
    asked = None if path.is_dir() or path.name in (STATEMENT, PROOF, OPENINGS) else path.name
    for base in (folder, *folder.parents[:3]):
        if (base / "roster.json").exists():
            return base, "".join(f"{name}/" for name in folder.relative_to(base).parts), asked
    return folder, "", asked
