"""Putting an edition out to several places at once: what is withdrawn first, its own files last.

What a place has is written down as it goes, file by file, so that a run that was broken off goes on where it stopped::

    <record>   "<SHA-256>  <path>" for what was put there, "-  <path>" for what was removed; the last line counts
               "?  <path>" before that, for what may be there: a run that ends in between leaves nothing unknown

Without a record (it was lost, or the desk was made again) the edition that lies there tells which files are its own
(:mod:`.left_there`). A place that lost the edition's own list is put everything anew, and what is withdrawn is removed
even so. One that refuses to remove is put all the rest, which takes old words away, and is not done.

In a place without an exchange of folders a reader sees, for as long as the line takes, new files beside old ones. So it
is renewed as our own site's folder is (``publishing/build/renewal.py``), if it has the edition before this one: the new
edition and its lists lie in ``edition/next/`` before anything else is touched, by which a reader's check knows the
files of either; what is withdrawn goes next; the edition that names all comes last, and then ``edition/next/`` leaves.
"""

import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TextIO

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, make_private, read_lines, refusals, write_file
from tamizdat.errors import DamagedInput, NotThere, PlaceError, PlaceRefused
from tamizdat.ledger.statement import peek_envelope
from tamizdat.mirror.copied_folder import files_of
from tamizdat.mirror.left_there import left_there
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import NEXT, by_item, next_of, scripts_told
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying.edition import EDITION, EDITION_JS, EDITION_PROOF, FILES, ITEMS, LISTS, ROSTER

WHAT: Final = "the record of what was put out"
_ANEW: Final = "Another edition was published here meanwhile. Run the same command again: it goes on with that one."
_UNSURE: Final = "?"  #: in the place of the digest of what may be there
AT_ONCE: Final = 4  #: files at a time, of each place
#: what says which edition this is, in the order in which it is replaced
_LAST: Final = (EDITION_JS, "ledger/checkpoint", ITEMS, FILES, EDITION_PROOF, EDITION)


@dataclass(frozen=True)
class PutOut:
    """What came of one place: files put and removed, bytes sent, and why it stopped, if it did."""

    place: str
    put: int = 0
    removed: int = 0
    sent: int = 0
    problem: str = ""


def put_out(
    site: Path, places: Sequence[tuple[SiteFiles, Path]], progress: Callable[[int], None] = lambda size: None
) -> list[PutOut]:
    """Put the site in the folder *site* out to *places*, each with the file of its record; all at once.

    One that fails keeps none of the others from being put out; the next run goes on.
    """
    with refusals("the site"):
        files = {path: place for path, place in files_of(site) if _is_public(place)}
        digests = {path: file_sha256(place) for path, place in files.items()}
    with ThreadPoolExecutor(max(1, len(places))) as threads:
        return list(threads.map(lambda each: _one(files, digests, each[0], each[1], progress), places))


def _one(
    files: Mapping[str, Path],
    digests: Mapping[str, str],
    place: SiteFiles,
    record: Path,
    progress: Callable[[int], None],
) -> PutOut:
    work = _Work(files, digests, place, progress)
    try:
        with refusals(WHAT):
            make_private(record.parent)
            if ROSTER in files and not (record.exists() and record.stat().st_size):
                scratch = record.with_name(f".{record.name}.there")
                left = left_there(place, files[ROSTER], {*digests.values()}, scratch)
                write_file(record, "".join(f"{_UNSURE}  {path}\n" for path in sorted(left)).encode(), WHAT)
        held = _held(place, record)
        with refusals(WHAT), record.open("a", encoding="utf-8") as told:
            work.renew(held, told)
        _require_same(files, digests)
    except PlaceError as error:
        return work.outcome(str(error))
    if not work.refused:
        _shorten(record, digests)
    return work.outcome(work.refused)


class _Work:
    """What is done at one place, and what came of it so far; each step is written into its record.

    *files* are those of the edition here, by path, *digests* their SHA-256.
    """

    def __init__(
        self, files: Mapping[str, Path], digests: Mapping[str, str], place: SiteFiles, progress: Callable[[int], None]
    ) -> None:
        self._files = files
        self._digests = digests
        self._place = place
        self._progress = progress
        self._telling = threading.Lock()
        self._put = self._removed = self._sent = 0
        self.refused = ""  #: why the place did not remove something, if it refused

    def outcome(self, problem: str) -> PutOut:
        return PutOut(self._place.name, self._put, self._removed, self._sent, problem)

    def renew(self, held: Mapping[str, str], told: TextIO) -> None:
        """Put what differs from *held*, and remove what is withdrawn; write into *told* as it is done.

        Raises PlaceError.
        """
        files, digests = self._files, self._digests
        ahead = _ahead(files, digests, held)
        laid = {path for path in held if path.startswith(NEXT)}  # by a run before: of another edition it misleads
        self._remove([path for path in laid if held[path] != digests.get(ahead.get(path, ""))], told)
        self._put_all({path: ahead[path] for path in ahead if held.get(path) != digests[ahead[path]]}, held, told)
        self._remove(held.keys() - files.keys() - ahead.keys() - laid, told)
        self._put_all({path: path for path in files if held.get(path) != digests[path]}, held, told)
        self._remove(ahead, told)

    def _put_all(self, sources: Mapping[str, str], held: Mapping[str, str], told: TextIO) -> None:
        """Put the files of the edition that *sources* names, each at the path that names it."""
        for group in _in_order(list(sources), held):
            _require_same(self._files, self._digests)
            told.writelines(f"{_UNSURE}  {path}\n" for path in group if path not in _LAST)
            told.flush()
            os.fsync(told.fileno())
            with ThreadPoolExecutor(AT_ONCE) as threads:
                for size in threads.map(lambda path: self._put_one(path, sources[path], told), group):
                    self._put, self._sent = self._put + 1, self._sent + size

    def _put_one(self, path: str, source: str, told: TextIO) -> int:
        file = self._files[source]
        try:
            size = file.stat().st_size
            self._place.put(path, file)
        except FileNotFoundError:
            raise PlaceError(_ANEW) from None
        except PlaceError:
            if file.exists():
                raise
            raise PlaceError(_ANEW) from None  # it is our own file that is gone, not a place that fails
        with self._telling:
            told.write(f"{self._digests[source]}  {path}\n")
            told.flush()
        self._progress(size)
        return size

    def _remove(self, paths: Iterable[str], told: TextIO) -> None:
        for path in sorted(paths):  # of edition/next/ the edition itself first: by it readers know of the rest
            try:
                self._place.delete(path)
            except PlaceRefused as error:
                self.refused = str(error)
                continue
            told.write(f"-  {path}\n")
            told.flush()
            self._removed += 1


def _ahead(files: Mapping[str, Path], digests: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Return what is to lie in ``edition/next/`` meanwhile, with the path of each file here.

    Nothing if the place does not have the edition before this one, whose files this one's lists cannot explain.
    """
    there = held.get(EDITION)
    if there is None or there == digests.get(EDITION) or EDITION not in files or next_of(EDITION) in files:
        return {}
    try:
        if read_edition(peek_envelope(files[EDITION].read_bytes())).previous != there:
            return {}
    except (OSError, DamagedInput):  # whoever reads the site is told why
        return {}
    told = {*_LAST[2:], *scripts_told(path for path in files if held.get(path) != digests[path])}
    return {next_of(path): path for path in files if path in told or path.startswith(LISTS)}


def _require_same(files: Mapping[str, Path], digests: Mapping[str, str]) -> None:
    """Raise PlaceError if another edition was published since: files of the two would stand beside each other."""
    if FILES in files:
        with refusals("the site"):
            there = file_sha256(files[FILES]) if files[FILES].exists() else ""
        if there != digests[FILES]:
            raise PlaceError(_ANEW)


def _held(place: SiteFiles, record: Path) -> dict[str, str]:
    """Return the SHA-256 by path of what a place has, by its record; "" or "?" for what is to be put there anew.

    "?" stands for what was not there before. Of a place that has no edition any more nothing is believed.
    """
    held: dict[str, str] = {}
    for line in read_lines(record, WHAT):
        digest, _, path = line.partition("  ")
        before = held.pop(path, _UNSURE)
        if digest == _UNSURE:
            held[path] = _UNSURE if before == _UNSURE else ""
        elif digest != "-":
            held[path] = digest
    if FILES in held:  # a whole edition was put there
        try:
            place.fetch(FILES, io.BytesIO(), 1 << 30)
        except NotThere:
            return dict.fromkeys(held, "")
    return held


def _in_order(paths: Sequence[str], held: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the paths in groups that come one after another: the edition's own files last."""
    last = [path for each in _LAST for path in (each, next_of(each)) if path in paths]
    own = [path for path in paths if path not in last and path.startswith(("roster.json", "edition/"))]
    others = sorted(set(paths).difference(last, own), key=by_item)
    # first what takes old words away
    yield [path for path in others if held.get(path, _UNSURE) != _UNSURE]
    yield [path for path in others if held.get(path, _UNSURE) == _UNSURE]
    yield sorted(own)
    yield from ([path] for path in last)


def _shorten(record: Path, digests: Mapping[str, str]) -> None:
    """Write the record anew, of what is there now."""
    write_file(record, "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode(), WHAT)


def _is_public(place: Path) -> bool:
    return place.is_file() and not place.is_symlink() and not place.name.startswith(".")
