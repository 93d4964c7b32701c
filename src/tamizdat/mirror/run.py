"""One run of a mirror: where it copies from and to, and what of a site it fetches.

What did not change is linked from the copy before. What an edition's lists name is held to its digest at once; what
was made after them is judged with all else.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.errors import BadNote, CheckFailed, NotThere
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import open_note, split_note
from tamizdat.ledger.roster import Roster
from tamizdat.mirror import site_paths
from tamizdat.mirror.copied_folder import WHAT, link, listed_or_none, missing, same_bytes, top_or_none, write_public
from tamizdat.places.site_files import SiteFiles
from tamizdat.verifying import Report
from tamizdat.verifying.edition import ROSTER
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.record import Record

MOST: Final = 8 << 30  #: bytes of one file
SMALL: Final = 256 << 20  #: bytes of a list
AT_ONCE: Final = 4  #: requests
RECENT: Final = 3  #: checkpoints of which what others said may still become more


@dataclass
class Copied:
    """What a run did."""

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
class Run:
    """Where a site is copied from and to, as whose witness, and what was done so far."""

    source: SiteFiles
    target: Path
    record: Record
    root: bytes | None
    now: int
    progress: Callable[[int], None]
    done: Copied = field(default_factory=Copied)
    staging: Path = Path()
    beside: set[str] = field(default_factory=set)  #: paths of what others said of checkpoints

    def fetch(self, path: str, digest: str | None = None, most: int = MOST, into: Path | None = None) -> None:
        """Fetch one file into the staging folder, whole or not at all; raises CheckFailed for another digest."""
        self._count(self._fetch(path, digest, most, into or self.staging))

    def fetch_all(self, wanted: Mapping[str, str | None]) -> None:
        """Fetch several files, a few at a time; the first failure ends it."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for size in threads.map(lambda each: self._fetch(each[0], each[1], MOST, self.staging), wanted.items()):
                self._count(size)

    def _fetch(self, path: str, digest: str | None, most: int, into: Path) -> int:
        place = into / path
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
                        "is as it was. Copy it from another mirror, or later: an edition may be on its way there."
                    )
                part.replace(place)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        return size

    def _count(self, size: int) -> None:
        self.done.fetched, self.done.transferred = self.done.fetched + 1, self.done.transferred + size
        self.progress(size)


def take_over(run: Run) -> None:
    """Link what the copy before has already, and fetch the rest: the lists, what they name, what is made after them."""
    _fetch_listed(run, site_paths.lists(site_paths.top(run.staging)), site_paths.lists(top_or_none(run.target)))
    _fetch_listed(run, site_paths.listed(run.staging), listed_or_none(run.target))
    run.fetch_all(dict.fromkeys(_made_after(run)))


def _fetch_listed(run: Run, new: Mapping[str, str], old: Mapping[str, str]) -> None:
    """Fetch the files of a list with their digests, but for those that the copy before has."""
    waiting = set(link([path for path, digest in new.items() if old.get(path) == digest], run.target, run.staging))
    wanted: dict[str, str | None] = {}
    for path, digest in new.items():
        if path in waiting or old.get(path) != digest:
            there = run.staging / path
            if not (there.is_file() and file_sha256(there) == digest):
                wanted[path] = digest
    run.fetch_all(wanted)


def _made_after(run: Run) -> Iterator[str]:
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


def fetch_beside(run: Run, site: Path, anew: bool = False) -> None:
    """Fetch what others said of the checkpoints that proofs in *site* name; of the newest anew, for more may have come.

    What lies there, a list beside each checkpoint tells (``docs/spec/stamps.md``); it is judged with all else.
    """
    for folder in site_paths.BESIDE:  # of a run that died, perhaps from another source
        shutil.rmtree(run.staging / folder, ignore_errors=True)
    run.beside.clear()
    policy = Roster.open((run.staging / ROSTER).read_bytes()).policy
    sizes = sorted(site_paths.sizes_named(site, site_paths.items(site)))
    certificates: set[str] = set()
    for size in sizes:
        paths = [site_paths.beside(size)]
        with contextlib.suppress(NotThere):
            run.fetch(site_paths.list_beside(size), most=SMALL)
            run.beside.add(site_paths.list_beside(size))
            stamps, more = site_paths.named_beside(run.staging, size)
            paths, certificates = [*paths, *stamps], certificates | more
        for path in paths if anew or size in sizes[-RECENT:] else link(paths, run.target, run.staging):
            with contextlib.suppress(NotThere):
                run.fetch(path, most=SMALL)
        _keep_lines(run, policy, site_paths.beside(size))
        run.beside |= {path for path in paths if (run.staging / path).is_file()}
    for path in sorted(certificates) if anew else link(sorted(certificates), run.target, run.staging):
        run.fetch(path, site_paths.digest_of(path), SMALL)
    run.beside |= certificates


def _keep_lines(run: Run, policy: Policy, path: str) -> None:
    """Add to a checkpoint the lines of witnesses, and our own, that the copy before has and the source has not."""
    place, before = run.staging / path, run.target / path
    if not before.is_file() or same_bytes(place, before):
        return
    with contextlib.suppress(BadNote):  # what is no note here is not kept, and what came is judged
        old = before.read_bytes()
        found = place.read_bytes() if place.is_file() else with_only(old, policy.log)
        keys = [*policy.witnesses, *([policy.second] if policy.second else []), *run.record.witnesses]
        if split_note(found)[0] == split_note(old)[0]:
            write_public(place, with_lines(found, lines_of(old, open_note(old, keys).signed)))


def fetch_again(run: Run) -> None:
    """Fetch every file whose digest is not the listed one, and all that no list names, but for the ledger."""
    new = site_paths.listed(run.staging)
    wrong = {path: digest for path, digest in new.items() if file_sha256(run.staging / path) != digest}
    numbers, first = site_paths.items(run.staging), site_paths.is_first_format(run.staging)
    later = [path for number in numbers for path in site_paths.made_of(number, first)]
    later += [site_paths.piece_path(number) for number in range(len(site_paths.pieces(run.staging)))]
    run.fetch_all({**wrong, **dict.fromkeys(later)})
    fetch_beside(run, run.staging, anew=True)
