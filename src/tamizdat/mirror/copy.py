"""Copying a site: only what changed, checked as a reader would, and only if it continues the copy before.

::

    1  roster, checkpoint, edition and lists               → judged: another root, an older edition: nothing is taken
    2  the ledger's tiles                                  → it continues what was copied and signed before, or is a
    fork 3  files that the lists name and the copy has not      each with the digest that the list names
    4  all of it checked as ``verify`` does
    5  our own cosignature, its record on the disk first
    6  the new folder takes the place of the old: what the edition withdrew is gone

::

    site/                  the copy
    .site.copy-9f3c…/      the next one, while it is fetched; named by its edition, so that a run that died goes on

Where nothing changed the copy is left as it is, but for what others said of its checkpoints since.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tamizdat.disk.files import file_sha256, refusals
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadProof, CheckFailed, NotThere, UsageError
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import peek_envelope
from tamizdat.ledger.tiles import read_log
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.mirror import site_paths
from tamizdat.mirror.copied_folder import (
    WHAT,
    files_of,
    link,
    listed_or_none,
    missing,
    same_bytes,
    seen_in,
    top_or_none,
    write_public,
)
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import swap
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import Report, verify
from tamizdat.verifying.edition import EDITION, FILES, ROSTER
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.edition import HEAD
from tamizdat.witness.fork_evidence import contradiction, keep_fork
from tamizdat.witness.record import Forked, Record

MOST: Final = 8 << 30  #: bytes of one file
SMALL: Final = 256 << 20  #: bytes of a list
AT_ONCE: Final = 4  #: requests
RECENT: Final = 3  #: checkpoints of which what others said may still become more
LATER: Final = "witnesses"  #: a link that mirrors do not wait for: they may be among the witnesses


@dataclass
class Copied:
    """What a run did. *witnessed* is False where this witness may not sign (its record went back)."""

    edition: int = 0
    date: str = ""
    entries: int = 0
    fetched: int = 0  #: files
    transferred: int = 0  #: bytes
    removed: int = 0  #: files that the copy before had
    root: bytes = b""
    report: Report = field(default_factory=Report)
    changed: bool = False


@dataclass
class _Run:
    source: SiteFiles
    target: Path
    record: Record
    root: bytes | None
    now: int
    progress: Callable[[int], None]
    done: Copied = field(default_factory=Copied)
    staging: Path = Path()
    beside: set[str] = field(default_factory=set)  #: paths of what others said of checkpoints

    def fetch(self, path: str, digest: str | None = None, most: int = MOST, into: Path | None = None) -> bytes | None:
        """Fetch one file into the staging folder, whole or not at all; raises CheckFailed for another digest."""
        place = (into or self.staging) / path
        part = place.with_name(f".{place.name}.part")
        with refusals(WHAT):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    size = self.source.fetch(path, file, most)
                found = file_sha256(part) if digest else None
                if found != digest:
                    raise CheckFailed(
                        f"Expected {path} with the SHA-256 {digest}, found {found} at “{self.source.name}”. The copy "
                        "is "
                        "as it was. Copy it from another mirror, or later: an edition may be on its way there."
                    )
                part.replace(place)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        self.done.fetched, self.done.transferred = self.done.fetched + 1, self.done.transferred + size
        self.progress(size)
        return None

    def fetch_all(self, wanted: Mapping[str, str | None]) -> None:
        """Fetch several files, a few at a time; the first failure ends it."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for _ in threads.map(lambda each: self.fetch(*each), wanted.items()):
                pass


def copy_site(
    source: SiteFiles,
    target: Path,
    record: Record,
    root: bytes | None,
    now: int,
    progress: Callable[[int], None] = lambda size: None,
) -> Copied:
    """Make the folder *target* a copy of the newest edition at *source*, checked and cosigned by *record* at *now*.

    *root* is the fingerprint that the reader has from elsewhere; without it that of the copy before counts, and the
    first time none. Raises PlaceError if the source cannot be read, CheckFailed or DamagedInput if what it gives does
    not hold, :class:`~tamizdat.witness.record.Forked` if it does not continue what was copied before; then the copy is
    as it was.
    """
    target = target.absolute()
    _check_ours(target)
    run = _Run(source, target, record, root, now, progress)
    with refusals(WHAT):
        target.parent.mkdir(parents=True, exist_ok=True)
    _fetch_facts(run)
    if _stands(run):
        _renew_beside(run)
        return run.done
    tree = _ledger(run)
    _take_over(run)
    _judge(run)
    _cosign(run, tree)
    _put_in_place(run)
    return run.done


def _check_ours(target: Path) -> None:
    """Raise UsageError for a folder that is neither new, nor empty, nor a site."""
    with refusals(WHAT):
        if target.exists() and not (target / EDITION).is_file() and any(target.iterdir()):
            raise UsageError(
                "Expected a new or empty folder, or a copy of a site; found something else in it. Choose another "
                "folder."
            )


def _fetch_facts(run: _Run) -> None:
    """Fetch what says which edition this is, and judge it before anything else is fetched."""
    facts = run.target.parent / f".{run.target.name}.facts"
    with refusals(WHAT):
        shutil.rmtree(facts, ignore_errors=True)
    try:
        for path in site_paths.FACTS:
            run.fetch(path, most=SMALL, into=facts)
        found = seen_in(facts)
        if found is None:
            raise CheckFailed(
                f"Expected a site at “{run.source.name}”, found a roster, a checkpoint or an edition that does not "
                "hold."
            )
        fingerprint, said = found
        before = seen_in(run.target)
        expected = run.root or (before[0] if before else None)
        if expected is not None and fingerprint != expected:
            raise CheckFailed(
                f"Expected the root {expected.hex()}, found {fingerprint.hex()} at “{run.source.name}”: it is not that "
                "desk's site. Nothing was taken from there."
            )
        run.done.root, run.done.edition, run.done.entries = fingerprint, said.edition, said.size
        run.done.date = read_edition(peek_envelope((facts / EDITION).read_bytes())).date
        files = (facts / FILES).read_bytes()
        if sha256_hex(files) != read_edition(peek_envelope((facts / EDITION).read_bytes())).files.sha256:
            raise CheckFailed(
                f"Expected the list of files that edition {said.edition} names, found another at "
                f"“{run.source.name}”. An "
                "edition may be on its way there: try again later."
            )
        if before and said.edition < before[1].edition:
            raise CheckFailed(
                f"Expected edition {before[1].edition} or a later one, for that is copied already; found edition "
                f"{said.edition} at “{run.source.name}”. Copy from another mirror."
            )
        run.staging = run.target.parent / f".{run.target.name}.copy-{said.digest[:16]}"
        with refusals(WHAT):
            run.staging.mkdir(exist_ok=True)
            for path in site_paths.FACTS:
                (run.staging / path).parent.mkdir(parents=True, exist_ok=True)
                (facts / path).replace(run.staging / path)
    finally:
        shutil.rmtree(facts, ignore_errors=True)


def _stands(run: _Run) -> bool:
    """Whether the copy before is this edition already."""
    return all(same_bytes(run.staging / path, run.target / path) for path in site_paths.FACTS)


def _renew_beside(run: _Run) -> None:
    """Fetch what others said since of the checkpoints, and put it into the copy as it stands."""
    with refusals(WHAT):
        (run.staging / "items").parent.mkdir(parents=True, exist_ok=True)
    _fetch_beside(run, run.target)
    log = Roster.open((run.target / ROSTER).read_bytes()).policy.log
    for path in sorted(run.beside):
        found, old = (run.staging / path).read_bytes(), run.target / path
        if path.endswith("/checkpoint") and old.is_file():
            kept = old.read_bytes()
            open_note(found, [log])
            found = with_lines(kept, found[len(with_only(found, log)) :].splitlines(keepends=True))
        if not (old.is_file() and old.read_bytes() == found):
            write_public(old, found)
    with refusals(WHAT):
        for path, place in list(files_of(run.target / "ledger", "ledger/")):
            if site_paths.is_said_by_others(path) and path not in run.beside:
                place.unlink()
        shutil.rmtree(run.staging, ignore_errors=True)


def _ledger(run: _Run) -> Tree:
    """Fetch the tiles that are not there, and check that the ledger continues what was copied and signed before."""
    roster = Roster.open((run.staging / ROSTER).read_bytes(), run.done.root)
    note = with_only((run.staging / HEAD).read_bytes(), roster.policy.log)
    checkpoint = Checkpoint.parse(open_note(note, [roster.policy.log]).text)
    wanted = site_paths.tiles(checkpoint.size)
    if len(wanted) > SMALL // 32:
        raise CheckFailed(f"Expected a ledger that a computer can hold, found one of {checkpoint.size:,} entries.")
    run.fetch_all(dict.fromkeys(link(wanted, run.target, run.staging)))

    def read(path: str) -> bytes:
        return (run.staging / "ledger" / path).read_bytes()

    try:
        entries = read_log(checkpoint.size, checkpoint.root, read)
    except BadProof:  # a tile of the copy before may be damaged, or of another ledger: that shows now
        run.fetch_all(dict.fromkeys(wanted))
        entries = read_log(checkpoint.size, checkpoint.root, read)
    tree = Tree(map(leaf_hash, entries))
    run.record.watch(roster.policy.log)
    _check_continues(run, roster, note, checkpoint, tree)
    return tree


def _check_continues(run: _Run, roster: Roster, note: bytes, checkpoint: Checkpoint, tree: Tree) -> None:
    """Raise :class:`~tamizdat.witness.record.Forked` unless the ledger begins with that of the copy before."""
    before = seen_in(run.target)
    if before is None:
        return
    size, root = before[1].size, bytes.fromhex(before[1].ledger)
    if size > checkpoint.size:
        raise CheckFailed(f"Expected a ledger of {size:,} entries or more, found {checkpoint.size:,}: it was cut.")
    if tree.root(size) == root:
        return
    earlier = (run.target / HEAD).read_bytes()
    proof = tree.consistency_proof(size) if size < checkpoint.size else []
    begins = tree.root(size) if proof else None
    mine = with_only(earlier, roster.policy.log) if lines_of(earlier, [roster.policy.log]) else earlier
    data = contradiction(roster.policy.log, mine, note, begins, proof)
    evidence = keep_fork(run.record.folder / "forks", data) if data else None
    raise Forked(
        f"Expected a ledger whose first {size:,} entries have the root {root.hex()}, which was copied before; found "
        f"{tree.root(size).hex()} at “{run.source.name}”: it was forked. Nothing was taken from there.",
        evidence,
    )


def _take_over(run: _Run) -> None:
    """Link what the copy before has already, and fetch the rest: the lists, what they name, what is made after them."""
    _fetch_listed(run, site_paths.lists(site_paths.top(run.staging)), site_paths.lists(top_or_none(run.target)))
    _fetch_listed(run, site_paths.listed(run.staging), listed_or_none(run.target))
    run.fetch_all(dict.fromkeys(_made_after(run)))
    _fetch_beside(run, run.staging)


def _fetch_listed(run: _Run, new: Mapping[str, str], old: Mapping[str, str]) -> None:
    """Fetch the files of a list with their digests, but for those that the copy before has."""
    waiting = set(link([path for path, digest in new.items() if old.get(path) == digest], run.target, run.staging))
    wanted: dict[str, str | None] = {}
    for path, digest in new.items():
        if path in waiting or old.get(path) != digest:
            there = run.staging / path
            if not (there.is_file() and file_sha256(there) == digest):
                wanted[path] = digest
    run.fetch_all(wanted)


def _made_after(run: _Run) -> Iterator[str]:
    """Yield the files that no list names and that must be fetched; those that still follow are linked."""
    keep: list[str] = []
    first = site_paths.is_first_format(run.staging)
    same_keys = same_bytes(run.staging / ROSTER, run.target / ROSTER)  # with another key of the log all proofs are new
    same_form = same_keys and run.target.is_dir() and first == site_paths.is_first_format(run.target)
    new, old = site_paths.items(run.staging), site_paths.items(run.target)
    for number, digest in new.items():
        paths = site_paths.made_of(number, first)
        if same_form and old.get(number) == digest:
            keep += paths
        else:
            yield from missing(run.staging, paths)
    before = site_paths.pieces(run.target)
    for number, piece in enumerate(site_paths.pieces(run.staging)):
        if before[number : number + 1] == [piece]:
            keep.append(site_paths.piece_path(number))
        else:
            yield from missing(run.staging, [site_paths.piece_path(number)])
    yield from link(keep, run.target, run.staging)


def _fetch_beside(run: _Run, site: Path) -> None:
    """Fetch what others said of the checkpoints that proofs in *site* name; of the newest anew, for more may have come.

    What lies there, a list beside each checkpoint tells (``docs/spec/stamps.md``); it is judged with all else.
    """
    sizes = sorted(site_paths.sizes_named(site, site_paths.items(site)))
    certificates: set[str] = set()
    for size in sizes:
        paths = [site_paths.beside(size)]
        with contextlib.suppress(NotThere):
            run.fetch(site_paths.list_beside(size), most=SMALL)
            run.beside.add(site_paths.list_beside(size))
            stamps, more = site_paths.named_beside(run.staging, size)
            paths, certificates = [*paths, *stamps], certificates | more
        for path in paths if size in sizes[-RECENT:] else link(paths, run.target, run.staging):
            with contextlib.suppress(NotThere):
                run.fetch(path, most=SMALL)
        run.beside |= {path for path in paths if (run.staging / path).is_file()}
    for path in link(sorted(certificates), run.target, run.staging):
        run.fetch(path, site_paths.digest_of(path), SMALL)
    run.beside |= certificates


def _judge(run: _Run) -> None:
    """Check all of it as a reader would; what was linked and does not hold is fetched once more."""
    _clear(run)
    seen = seen_in(run.target)
    memory = {seen[0].hex(): seen[1]} if seen else {}
    report = verify(run.staging, run.done.root, memory)
    if report.shaky - {LATER}:
        _fetch_again(run)
        report = verify(run.staging, run.done.root, memory)
    run.done.report = report
    if report.shaky - {LATER}:
        found = next((each for each in report.broken if each.name != LATER), report.links[-1])
        raise CheckFailed(
            f"Expected a site that verifies, found '{found.name}' broken at “{run.source.name}”: {found.detail} The "
            "copy "
            "is as it was. Copy from another mirror, or later: an edition may be on its way there."
        )


def _fetch_again(run: _Run) -> None:
    """Fetch every file whose digest is not the listed one, and all that no list names."""
    new = site_paths.listed(run.staging)
    wrong = {path: digest for path, digest in new.items() if file_sha256(run.staging / path) != digest}
    numbers, first = site_paths.items(run.staging), site_paths.is_first_format(run.staging)
    later = [path for number in numbers for path in site_paths.made_of(number, first)]
    later += [site_paths.piece_path(number) for number in range(len(site_paths.pieces(run.staging)))]
    run.fetch_all({**wrong, **dict.fromkeys(later)})


def _cosign(run: _Run, tree: Tree) -> None:
    """Add our cosignature to the checkpoint, after its record is on the disk."""
    note = (run.staging / HEAD).read_bytes()
    path = run.staging / site_paths.beside(run.done.entries)
    with refusals(WHAT):
        kept = path.read_bytes() if path.is_file() else note

    def prove(size: int) -> tuple[bytes, Sequence[bytes]]:
        return tree.root(size), tree.consistency_proof(size)

    lines = run.record.sign_copy(kept, prove, run.now)
    write_public(path, with_lines(kept, lines.splitlines(keepends=True)))


def _put_in_place(run: _Run) -> None:
    """Exchange the folders; times of files are the edition's, as those of the site are."""
    files = {each for each, _ in files_of(run.staging)}
    before = {each for each, _ in files_of(run.target)} if run.target.is_dir() else set()
    run.done.removed = len(before - files)
    run.done.changed = not before or not same_bytes(run.staging / EDITION, run.target / EDITION)
    with refusals(WHAT):
        swap(run.staging, run.target)
        for stale in run.target.parent.glob(f".{run.target.name}.copy-*"):
            shutil.rmtree(stale, ignore_errors=True)


def _clear(run: _Run) -> None:
    """Delete what the staging folder has and the edition does not: of a run that died, of another edition."""
    known = {*site_paths.listed(run.staging), *site_paths.later(run.staging, run.done.entries), *run.beside}
    with refusals(WHAT):
        for path, place in list(files_of(run.staging)):
            if path not in known:
                place.unlink()
