"""Putting an edition out to several places at once: what is new first, the edition's own files last, the old removed.

What a place has is written down as it goes, file by file, so that a run that was broken off goes on where it stopped::

    <record>   "<SHA-256>  <path>" for what was put there, "-  <path>" for what was removed; the last line counts

A place that lost the edition's own list is put everything anew. In a place without an exchange of folders a reader
sees, for a moment, new files beside old ones; the edition that names them all comes last.
"""

import contextlib
import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tamizdat.disk.files import file_sha256, read_lines, refusals
from tamizdat.errors import NotThere, PlaceError
from tamizdat.mirror.copied_folder import files_of
from tamizdat.places.site_files import SiteFiles

WHAT: Final = "the record of what was put out"
LIST: Final = "edition/files.txt"
_ANEW: Final = "Another edition was published here meanwhile. Run the same command again: it goes on with that one."
AT_ONCE: Final = 4  #: files at a time, of each place
_LAST: Final = ("ledger/checkpoint", "roster.json", "edition/")  #: what says which edition this is, in this order


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
    put = removed = sent = 0
    telling = threading.Lock()
    try:
        held = _held(place, record)
        with refusals(WHAT):
            record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with refusals(WHAT), record.open("a", encoding="utf-8") as told:

            def one(path: str) -> int:
                try:
                    size = files[path].stat().st_size
                    place.put(path, files[path])
                except FileNotFoundError:
                    raise PlaceError(_ANEW) from None
                except PlaceError:
                    if files[path].exists():
                        raise
                    raise PlaceError(_ANEW) from None  # it is our own file that is gone, not a place that fails
                with telling:
                    told.write(f"{digests[path]}  {path}\n")
                    told.flush()
                progress(size)
                return size

            for group in _in_order([path for path in files if held.get(path) != digests[path]]):
                _require_same(files, digests)
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    for size in threads.map(one, group):
                        put, sent = put + 1, sent + size
            for path in sorted(held.keys() - files.keys()):
                place.delete(path)
                told.write(f"-  {path}\n")
                told.flush()
                removed += 1
        _require_same(files, digests)
    except PlaceError as error:
        return PutOut(place.name, put, removed, sent, str(error))
    _shorten(record, digests)
    return PutOut(place.name, put, removed, sent)


def _require_same(files: Mapping[str, Path], digests: Mapping[str, str]) -> None:
    """Raise PlaceError if another edition was published since: files of the two would stand beside each other."""
    if LIST in files:
        with refusals("the site"):
            there = file_sha256(files[LIST]) if files[LIST].exists() else ""
        if there != digests[LIST]:
            raise PlaceError(_ANEW)


def _held(place: SiteFiles, record: Path) -> dict[str, str]:
    """Return the SHA-256 by path of what a place has, by its record; nothing if the place has no edition any more."""
    held: dict[str, str] = {}
    for line in read_lines(record, WHAT):
        digest, _, path = line.partition("  ")
        held.pop(path, None)
        if digest != "-":
            held[path] = digest
    if LIST in held:  # a whole edition was put there
        try:
            place.fetch(LIST, io.BytesIO(), 1 << 30)
        except NotThere:
            return {}
    return held


def _in_order(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield the paths in groups that come one after another: the edition's own files last, one by one."""
    first = [path for path in paths if not path.startswith(_LAST)]
    yield sorted(first)
    last = [path for path in paths if path.startswith(_LAST)]
    order = {name: number for number, name in enumerate(_LAST)}
    yield from (
        [path] for path in sorted(last, key=lambda each: (next(order[n] for n in _LAST if each.startswith(n)), each))
    )


def _shorten(record: Path, digests: Mapping[str, str]) -> None:
    """Write the record anew, of what is there now."""
    with refusals(WHAT), contextlib.suppress(FileNotFoundError):
        part = record.with_name(f".{record.name}.part")
        part.write_text("".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())), encoding="utf-8")
        part.replace(record)


def _is_public(place: Path) -> bool:
    return place.is_file() and not place.is_symlink() and not place.name.startswith(".")
