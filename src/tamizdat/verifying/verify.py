"""One call for a whole site or a single item: which links of the chain to judge, and what to remember afterwards."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tamizdat.encoding import sha256_hex
from tamizdat.errors import CheckFailed, DamagedInput, UsageError
from tamizdat.ledger.proof import TlogProof
from tamizdat.statements.derived import read as read_item
from tamizdat.verifying import first_format, listed_files, remembered, renewal, site_links
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, ROSTER
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.fork import is_fork, judge_fork
from tamizdat.verifying.item_file import FILE
from tamizdat.verifying.item_links import judge as judge_item
from tamizdat.verifying.item_shares import Divide, in_one, judge_items
from tamizdat.verifying.one_file import judge as judge_file
from tamizdat.verifying.reading_links import judge_reading
from tamizdat.verifying.report import Report, Seen, Verdict
from tamizdat.verifying.stamps import Stamps
from tamizdat.verifying.trust import NOTHING, Trust
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.witnesses import judge_kept

ITEM: Final = re.compile(r"items/(0|[1-9][0-9]{0,14})/(statement\.json|proof\.js)?")
SITE: Final = ("checkpoint", "witnesses", "edition", "ledger", "newest", "items", "files")  #: links of a whole site
ABOVE: Final = "edition"  #: the folder of a site that holds its edition
FACTS: Final = (FILE, first_format.STATEMENT, first_format.PROOF, first_format.OPENINGS)  #: what tells an item's folder
TRIES: Final = 3  #: of a folder that is renewed whenever it is read


def verify(
    path: Path,
    root: bytes | None = None,
    memory: Mapping[str, Seen] | None = None,
    trust: Trust = NOTHING,
    divide: Divide = in_one,
) -> Report:
    """Check a site's folder, or one item: its folder, its statement, its proof or one of its media, or another page.

    *root* is the fingerprint that the reader has from elsewhere. *memory* is what earlier reports gave as ``seen``,
    by the root in hexadecimal; keep ``report.seen`` there afterwards. By *trust* time stamps and witnesses are judged.
    Processes among which to *divide* the items of a whole site are the caller's.
    Raises only :class:`UsageError`, for a path where neither a site nor an item lies.
    """
    if is_fork(path):
        return judge_fork(path)
    base, inside, asked = _locate(path)
    for _ in range(TRIES):
        editions = renewal.editions(base)
        evidence = Evidence(Folder(base), root, memory or {}, whole=inside is None and asked is None)
        evidence.demanded = trust.witnesses
        if inside is not None:
            _one_item(evidence, inside, asked, trust)
        elif asked is not None:
            judge_file(evidence, asked)
        else:
            whole_site(evidence, *evidence.folder.walk(), trust, divide)
        if evidence.report.holds or renewal.editions(base) == editions:
            break
    return evidence.report


def whole_site(
    evidence: Evidence, files: Sequence[str], refused: Sequence[str], trust: Trust = NOTHING, divide: Divide = in_one
) -> None:
    """Judge all links of a site, whose folder has these *files*, and what was *refused* of it."""
    if not site_links.trust(evidence, SITE) or renewal.judge(evidence, files, refused):
        return
    site_links.head(evidence)
    site_links.published(evidence)
    site_links.whole_ledger(evidence, len(files))
    judge_kept(evidence, files)
    Stamps(evidence, trust, files).judge_site()
    remembered.not_older(evidence)
    site_links.listed_items(evidence)
    there = (int(match[1]) for match in map(ITEM.fullmatch, files) if match and match[2])
    listed = evidence.items.digests if evidence.items else {}
    judge_items(evidence, sorted({*(listed if evidence.only is None else evidence.only), *there}), files, divide)
    judge_reading(evidence)
    listed_files.judge(evidence, files, refused)
    _remember(evidence)


def _one_item(evidence: Evidence, inside: str, asked: str | None, trust: Trust) -> None:
    """One item by itself, and its edition where that lies above it."""
    numbered = ITEM.fullmatch(inside)
    within = [inside[: match.end()] for match in re.finditer("/", inside)]
    evidence.above = ABOVE in evidence.folder.folders()
    names = ("checkpoint", "witnesses", "edition", f"item {numbered[1]}" if numbered else "item")
    misplaced = [each for each in within if evidence.folder.has(each + ROSTER)]
    if not site_links.trust(evidence, names, misplaced) or renewal.judge(evidence, evidence.folder.walk(inside)[0]):
        return
    if evidence.above:
        site_links.head(evidence, lambda: TlogProof.parse(evidence.folder.read(EDITION_PROOF)).checkpoint)
        site_links.published(evidence)
        remembered.not_older(evidence)
        site_links.listed_items(evidence)
    else:
        site_links.head(evidence, lambda: evidence.item_file(inside).proof.checkpoint)
        with evidence.report.link("edition") as claim:
            claim.say("This item was checked by itself; no edition lies above it.", Verdict.UNKNOWN)
        remembered.seen_before(evidence)
    pages = [f"{below}{inside}index.html" for below in (evidence.folder.languages() if numbered else [""])]
    number = int(numbered[1]) if numbered else _number(evidence, inside)
    judge_item(evidence, number, inside, [each for each in pages if evidence.folder.has(each)], asked)
    Stamps(evidence, trust).judge_item(number, inside)
    evidence.report.seen = evidence.seen


def _number(evidence: Evidence, inside: str) -> int | None:
    """Return the number that an item's statement tells, for a folder that does not."""
    try:
        return read_item(evidence.item_file(inside).envelope.statement()).number
    except (DamagedInput, CheckFailed):
        return None


def _remember(evidence: Evidence) -> None:
    """Return what to keep for the next time: this edition if all of it holds, otherwise what was kept before."""
    evidence.report.seen = evidence.seen
    roster, state, said = evidence.roster, evidence.checkpoint, evidence.edition
    if evidence.report.holds and roster and state and said:
        digest = sha256_hex(evidence.folder.read(EDITION))
        evidence.report.seen = Seen(state.origin, roster.version, said.number, digest, state.size, state.root.hex())


def _locate(path: Path) -> tuple[Path, str | None, str | None]:
    """Return the folder that holds roster.json.

    The item's folder below it (None: none), and the one file asked for: in that folder, else in the site's.
    """
    folder = path.parent.resolve() if path.is_file() else path.resolve()
    above = [base for base in (folder, *folder.parents[:3]) if (base / ROSTER).exists() or (base / ABOVE).is_dir()]
    base = above[-1] if above else folder  # the outermost: whoever copies a roster into an item's folder moves nothing
    if any((folder / name).exists() for name in FACTS[:2]):
        asked = None if path.is_dir() or path.name in FACTS else path.name
        return base, "".join(f"{name}/" for name in folder.relative_to(base).parts), asked
    if path.is_dir() and any((folder / name).exists() for name in (ROSTER, ABOVE, "ledger")):
        return folder, None, None
    file = folder / (path.name if path.is_file() else "index.html")
    if above and file.is_file():
        return base, None, file.relative_to(base).as_posix()
    raise UsageError(
        f"Expected the folder of a site, with its {ROSTER}, of an item, with its {FILE}, of a package for a court, with"
        f" its bagit.txt, or a file of a site; found none of them at {str(path)!r}. Give the path of one of them."
    )
