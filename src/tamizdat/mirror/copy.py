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
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    listed_or_none,
    missing,
    same_bytes,
    seen_in,
    write_public,
)
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import swap
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import Report, verify
from tamizdat.verifying.edition import EDITION, FILES, ITEMS, ROSTER
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.edition import HEAD
from tamizdat.witness.fork_evidence import contradiction, keep_fork
from tamizdat.witness.record import Forked, Record

MOST: Final = 8 << 30  #: bytes of one file
SMALL: Final = 256 << 20  #: bytes of a list
AT_ONCE: Final = 4  #: requests
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
    """Fetch what others said since of the checkpoint, and add it to what the copy has."""
    path = f"ledger/checkpoints/{run.done.entries}/checkpoint"
    with contextlib.suppress(NotThere):
        run.fetch(path, most=SMALL)
        log = Roster.open((run.target / ROSTER).read_bytes()).policy.log
        found, kept = (run.staging / path).read_bytes(), (run.target / path).read_bytes()
        open_note(found, [log])
        every = with_lines(kept, found[len(with_only(found, log)) :].splitlines(keepends=True))
        if every != kept:
            write_public(run.target / path, every)
    shutil.rmtree(run.staging, ignore_errors=True)


def _ledger(run: _Run) -> Tree:
    """Fetch the tiles that are not there, and check that the ledger continues what was copied and signed before."""
    roster = Roster.open((run.staging / ROSTER).read_bytes(), run.done.root)
    note = with_only((run.staging / HEAD).read_bytes(), roster.policy.log)
    checkpoint = Checkpoint.parse(open_note(note, [roster.policy.log]).text)
    wanted = site_paths.tiles(checkpoint.size)
    if len(wanted) > SMALL // 32:
        raise CheckFailed(f"Expected a ledger that a computer can hold, found one of {checkpoint.size:,} entries.")
    run.fetch_all(dict.fromkeys(_not_linked(run, wanted)))

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
    """Link what the copy before has already, and fetch the rest."""
    old = listed_or_none(run.target)
    lists = site_paths.lists(run.staging)
    absent = _not_linked(run, [path for path, digest in lists.items() if old.get(path) == digest])
    run.fetch_all({path: lists[path] for path in lists if path in absent or old.get(path) != lists[path]})
    new = site_paths.listed(run.staging)
    linked = [path for path, digest in new.items() if old.get(path) == digest]
    waiting = set(_not_linked(run, linked))
    wanted: dict[str, str | None] = {}
    for path, digest in new.items():
        if path in waiting or old.get(path) != digest:
            there = run.staging / path
            if not (there.is_file() and file_sha256(there) == digest):
                wanted[path] = digest
    run.fetch_all(wanted)
    run.fetch_all(dict.fromkeys(_made_after(run, new, old)))
    _fetch_beside(run)


def _made_after(run: _Run, new: dict[str, str], old: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that no list names and that must be fetched; those that still follow are linked."""
    keep: list[str] = []
    same_roster, known = same_bytes(run.staging / ROSTER, run.target / ROSTER), site_paths.items(run.target)
    for item, line in site_paths.items(run.staging).items():
        proofs = site_paths.proofs_of(item, new)
        same = same_roster and known.get(item) == line and proofs == site_paths.proofs_of(item, old)
        keep += proofs if same else []
        yield from missing(run.staging, proofs if not same else ())
    before = site_paths.pieces(run.target)
    for number, piece in enumerate(site_paths.pieces(run.staging)):
        if before[number : number + 1] == [piece]:
            keep.append(site_paths.piece_path(number))
        else:
            yield from missing(run.staging, [site_paths.piece_path(number)])
    yield from _not_linked(run, keep)


def _fetch_beside(run: _Run) -> None:
    """Fetch what others said of the checkpoints that proofs name; it is never linked, for more may have come."""
    for size in sorted(site_paths.sizes_named(run.staging)):
        path = f"ledger/checkpoints/{size}/checkpoint"
        with contextlib.suppress(NotThere):
            run.fetch(path, most=SMALL)


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
    later = [each for item in site_paths.items(run.staging) for each in site_paths.proofs_of(item, new)]
    later += [site_paths.piece_path(number) for number in range(len(site_paths.pieces(run.staging)))]
    run.fetch_all({**wrong, **dict.fromkeys(later)})


def _cosign(run: _Run, tree: Tree) -> None:
    """Add our cosignature to the checkpoint, after its record is on the disk."""
    note = (run.staging / HEAD).read_bytes()
    path = run.staging / f"ledger/checkpoints/{run.done.entries}/checkpoint"
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
    new = site_paths.listed(run.staging)
    sizes = site_paths.sizes_named(run.staging)
    known = {*new, *site_paths.FACTS, *site_paths.tiles(run.done.entries), ITEMS}
    known |= {each for item in site_paths.items(run.staging) for each in site_paths.proofs_of(item, new)}
    known |= {site_paths.piece_path(number) for number in range(len(site_paths.pieces(run.staging)))}
    known |= {f"ledger/checkpoints/{size}/checkpoint" for size in sizes}
    with refusals(WHAT):
        for path, place in list(files_of(run.staging)):
            if path not in known:
                place.unlink()


def _not_linked(run: _Run, paths: Iterable[str]) -> list[str]:
    """Link files of the copy before into the new one; return those that neither has."""
    absent = []
    with refusals(WHAT):
        for path in paths:
            place, before = run.staging / path, run.target / path
            if place.is_file():
                continue
            if not before.is_file() or before.is_symlink():
                absent.append(path)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(before, place)
            except OSError:  # a disk that knows no links
                shutil.copy2(before, place)
    return absent
