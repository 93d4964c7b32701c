"""Copying a site: only what changed, checked as a reader would, and only if it continues the copy before.

::

    1  roster, checkpoint, edition and lists         judged: another root, an older edition: nothing is taken
    2  the ledger's tiles                            it continues what was copied and signed before, or is a fork
    3  files that the lists name, not copied yet     each with the digest that the list names
    4  all of it                                     checked as ``verify`` does
    5  our own cosignature                           its record on the disk first
    6  the new folder takes the place of the old     what the edition withdrew is gone

::

    site/                  the copy
    .site.copy-9f3c…/      the next one, while it is fetched; named by its edition, so that a run that died goes on

Where nothing changed the copy is left as it is. What others said of its checkpoints since is judged like an edition.
"""

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import BadProof, CheckFailed, NotThere, UsageError
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import open_note, split_note
from tamizdat.ledger.published_log import read_log
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import peek_envelope
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.mirror import site_paths
from tamizdat.mirror.copied_folder import SECOND, WHAT, files_of, link, same_bytes, seen_in, set_times, write_public
from tamizdat.mirror.list_of_items import fetch_items
from tamizdat.mirror.run import SMALL, Copied, Run, fetch_again, fetch_beside, take_over
from tamizdat.parallel import map_in_order
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import swap, time_of_edition
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import verify
from tamizdat.verifying.edition import EDITION, FILES, ITEMS, ROSTER
from tamizdat.verifying.root_of_trust import handed_over
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.edition import HEAD
from tamizdat.witness.fork_evidence import contradiction, keep_fork
from tamizdat.witness.record import Forked, Record

LATER: Final = "witnesses"  #: a link that mirrors do not wait for: they may be among the witnesses


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
    run = Run(source, target, record, root, now, progress)
    with refusals(WHAT):
        target.parent.mkdir(parents=True, exist_ok=True)
    _fetch_facts(run)
    stands = _stands(run)
    signed = stands and _is_signed(run)
    if stands:
        fetch_beside(run, run.target)
        if signed and _same_beside(run):
            with refusals(WHAT):
                shutil.rmtree(run.staging, ignore_errors=True)
            return run.done
    tree = _ledger(run)
    take_over(run)
    if not stands:
        fetch_beside(run, run.staging)
    _judge(run)
    if not signed:
        _cosign(run, tree)
    _put_in_place(run)
    return run.done


def _check_ours(target: Path) -> None:
    """Raise UsageError for a folder that is neither new, nor empty, nor a site."""
    with refusals(WHAT):
        if target.exists() and not (target / EDITION).is_file() and (there := next(target.iterdir(), None)):
            raise UsageError(
                f"Expected a new or empty folder, or a copy of a site; found {there.name!r} in it. Choose another "
                "folder."
            )


def _fetch_facts(run: Run) -> None:
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
                f"Expected a site at “{run.source.name}”, found a roster, a checkpoint or an edition that does "
                "not hold."
            )
        fingerprint, said = found
        before = seen_in(run.target)
        for known in filter(None, (run.root, before and before[0])):  # the given root may be one that handed over
            if known != fingerprint and not _handed_over(run, facts, known):
                raise CheckFailed(
                    f"Expected the root {spoken(known)}, found {spoken(fingerprint)} at “{run.source.name}”: it is not "
                    "that desk's site. Nothing was taken from there."
                )
        run.done.root, run.done.edition, run.done.entries = fingerprint, said.edition, said.size
        edition = read_edition(peek_envelope((facts / EDITION).read_bytes()))
        run.done.date = edition.date
        if (found_list := sha256_hex((facts / FILES).read_bytes())) != edition.files.sha256:
            raise CheckFailed(
                f"Expected the list of files that edition {said.edition} names, {edition.files.sha256}, found "
                f"{found_list} at “{run.source.name}”. An edition may be on its way there: try again later."
            )
        if before and said.edition < before[1].edition:
            raise CheckFailed(
                f"Expected edition {before[1].edition} or a later one, for that is copied already; found edition "
                f"{said.edition} at “{run.source.name}”. Copy from another mirror."
            )
        fetch_items(run, facts, edition.list_of_items)
        run.staging = run.target.parent / f".{run.target.name}.copy-{said.digest[:16]}"
        with refusals(WHAT):
            run.staging.mkdir(exist_ok=True)
            for path, place in list(files_of(facts)):
                (run.staging / path).parent.mkdir(parents=True, exist_ok=True)
                place.replace(run.staging / path)
    finally:
        shutil.rmtree(facts, ignore_errors=True)


def _handed_over(run: Run, facts: Path, root: bytes) -> bool:
    """Whether the root that is known here handed over to the site's."""

    def read(path: str) -> bytes | None:
        with contextlib.suppress(NotThere):
            run.fetch(path, most=SMALL, into=facts)
            return (facts / path).read_bytes()
        return None

    return handed_over(Roster.open((facts / ROSTER).read_bytes()), read, root)


def _stands(run: Run) -> bool:
    """Whether the copy before is this edition already."""
    return all(same_bytes(run.staging / path, run.target / path) for path in (*site_paths.FACTS, ITEMS))


def _is_signed(run: Run) -> bool:
    """Whether our record knows that it signed this ledger, or more of it."""
    watched = run.record.log(Checkpoint.parse(split_note((run.staging / HEAD).read_bytes())[0]).origin)
    last = watched.checkpoint if watched and watched.behind is None else None
    return last is not None and last.size >= run.done.entries


def _same_beside(run: Run) -> bool:
    """Whether others have said nothing of the checkpoints since that the copy before has not."""
    there = {path for path, _ in files_of(run.target / "ledger", "ledger/") if path.startswith(site_paths.BESIDE)}
    return there == run.beside and all(same_bytes(run.staging / path, run.target / path) for path in there)


def _ledger(run: Run) -> Tree:
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


def _check_continues(run: Run, roster: Roster, note: bytes, checkpoint: Checkpoint, tree: Tree) -> None:
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


def _judge(run: Run) -> None:
    """Check all of it as a reader would; what was linked and does not hold is fetched once more."""
    _clear(run)
    seen = seen_in(run.target)
    memory = {run.done.root.hex(): seen[1]} if seen and run.done.root else {}
    report = verify(run.staging, run.done.root, memory, divide=map_in_order)
    if report.shaky - {LATER}:
        fetch_again(run)
        report = verify(run.staging, run.done.root, memory, divide=map_in_order)
    run.done.report = report
    if report.shaky - {LATER}:
        found = report.worst(but=LATER)
        raise CheckFailed(
            f"Expected a site that verifies, found '{found.name}' broken at “{run.source.name}”: {found.detail} "
            "The copy is as it was. Copy from another mirror, or later: an edition may be on its way there."
        )


def _cosign(run: Run, tree: Tree) -> None:
    """Add our cosignature to the checkpoint, after its record is on the disk."""
    note = (run.staging / HEAD).read_bytes()
    path = run.staging / site_paths.beside(run.done.entries)
    with refusals(WHAT):
        kept = path.read_bytes() if path.is_file() else note

    def prove(size: int) -> tuple[bytes, Sequence[bytes]]:
        return tree.root(size), tree.consistency_proof(size)

    lines = run.record.sign_copy(kept, prove, run.now)
    signed = with_lines(kept, lines.splitlines(keepends=True))
    split_note(signed)  # with ours there may be more lines than a reader takes
    write_public(path, signed)


def _put_in_place(run: Run) -> None:
    """Exchange the folders; the one before, and what runs that died left, is deleted."""
    files = {each for each, _ in files_of(run.staging)}
    before = {each for each, _ in files_of(run.target)} if run.target.is_dir() else set()
    run.done.removed = len(before - files)
    run.done.changed = not before or not same_bytes(run.staging / EDITION, run.target / EDITION)
    set_times(run.staging, run.target, _time_of(run.done.date, run.done.edition))
    with refusals(WHAT):
        swap(run.staging, run.target)
        for stale in run.target.parent.glob(f".{run.target.name}.copy-*"):
            shutil.rmtree(stale, ignore_errors=True)


def _time_of(day: str, number: int) -> int:
    """Return the time of the copy's files; of a *day* that no calendar has, which a stranger may state, the number."""
    try:
        return time_of_edition(day, number)
    except ValueError:
        return number * SECOND


def _clear(run: Run) -> None:
    """Delete what the staging folder has and the edition does not: of a run that died, of another edition."""
    known = {*site_paths.listed(run.staging), *site_paths.later(run.staging, run.done.entries), *run.beside}
    with refusals(WHAT):
        for path, place in list(files_of(run.staging)):
            if path not in known:
                place.unlink()
