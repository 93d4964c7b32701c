"""A site's folder renewed in place: what changed is put beside it, promised in one step, then put where it belongs.

::

    site/                  the edition that is served
    .site.new-9f3c…/site/  what differs in the next one, while it is built: flushed, and verified as it will stand
    .site.renewal/         the same from the one rename that promises it: the journal, ``renewal.json``, and ``site/``

From that rename on the edition is there, whatever is killed. The new edition and its lists, which were made ready, are
moved into ``edition/next/``, so that a reader in the middle knows a file of either list, and why one is missing; what
is withdrawn is deleted, before anything else of the new edition is to be seen; each new file is
renamed over the old one; the edition's own files come last, ``edition/edition.json`` of all; then ``edition/next/``
and the journal go. Every step may be done twice, so the next run does what is left: it reads the journal and what still
lies in ``.site.renewal/site/``. It does so only if all that the edition was judged by is as it was: a name may be
withheld since. Else what is withdrawn goes, nothing more is put out, and the edition after it takes the folder's place.
"""

import contextlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.ledger.statement import peek_envelope
from tamizdat.publishing.build.site_folder import (
    NEXT,
    WHAT,
    by_item,
    flush_tree,
    folders_of,
    listed,
    names,
    next_of,
    scripts_told,
)
from tamizdat.statements import published
from tamizdat.statements.catalogued import Release
from tamizdat.statements.published import ACT
from tamizdat.verifying.edition import EDITION_JS, FILES
from tamizdat.verifying.edition import LISTS as LISTS_OF_FILES

JOURNAL: Final = "renewal.json"
STAGED: Final = "site"  #: the folder of new files, beside the journal
TOLD: Final = ("edition/edition.json", "edition/edition.tlog-proof", "edition/files.txt", "edition/items.txt")
#: what a reader judges all else by, in the order in which it is replaced
LAST: Final = (EDITION_JS, "ledger/checkpoint", *reversed(TOLD))
FEW: Final = 2_000  #: files that are flushed one by one
AT_A_TIME: Final = 8  #: files flushed at a time: the file system writes them down together
LISTS: Final = ("removed", "items", "folders")  #: members of the journal
_OF_ITEM: Final = re.compile(r"(?:[^/]+/)?items/([0-9]+)/")
SECOND: Final = 1_000_000_000  #: in nanoseconds


@dataclass(frozen=True)
class Renewal:
    """What is promised: the *removed* paths, the *items* that something was staged of, and the edition's *time*.

    *folders* are those in which anything changes; *judged* tells by what it was decided that all of it may be shown.
    """

    removed: tuple[str, ...]
    items: tuple[int, ...]
    folders: tuple[str, ...]
    time: int  #: of modification of everything, in nanoseconds; whole seconds
    judged: str = ""


def journal_of(out: Path) -> Path:
    """Return the folder in which a renewal of *out* that is under way lies."""
    return out.with_name(f".{out.name}.renewal")


def is_possible(out: Path, edition: bytes = b"") -> bool:
    """Return whether *out* is one whole edition, on the file system of the folder around it.

    With the envelope of an *edition*, whether it is that one or the one before it: a site that is renewed from another
    looks broken to readers. So it is where a run before was cut off when its edition was signed, and then dropped.
    """
    with refusals(WHAT):
        if not (out / TOLD[0]).is_file() or (out / NEXT).exists():
            return False
        old = (out / TOLD[0]).read_bytes() if edition else b""
        if old != edition and sha256_hex(old) != published.read(peek_envelope(edition)).previous:
            return False
        return out.stat().st_dev == out.parent.stat().st_dev


def renewal_of(staged: Path, removed: Iterable[str], items: Iterable[int], time: int, judged: str = "") -> Renewal:
    """Return what is to be promised of the files in *staged*."""
    gone = tuple(sorted(removed, key=lambda path: (path.startswith("edition/"), path)))  # a list after what it lists
    folders = folders_of([*names(str(staged)), *gone, NEXT])
    return Renewal(gone, tuple(sorted(items)), tuple(sorted(folders)), time, judged)


def commit(staged: Path, out: Path, renewal: Renewal) -> None:
    """Promise that what lies in *staged* will stand in *out*. Killed before its end, nothing happened."""
    journal: dict[str, Json] = {name: list(getattr(renewal, name)) for name in LISTS}
    journal |= {"time": renewal.time // SECOND, "judged": renewal.judged}
    with refusals(WHAT):
        _flush_files(staged)
        _make_next(staged.parent, out)
    write_file(staged.parent / JOURNAL, canonical(journal), WHAT)
    with refusals(WHAT):
        staged.parent.rename(journal_of(out))
        flush_folder(out.parent)


def is_promised(out: Path) -> bool:
    """Return whether a renewal of *out* is under way, or was not cleared away."""
    with refusals(WHAT):
        return journal_of(out).exists()


def pending(out: Path) -> Renewal | None:
    """Return the renewal that an earlier run promised and did not finish; None if there is none."""
    folder = journal_of(out)
    with refusals(WHAT):
        if not (folder / JOURNAL).exists():  # deleted first, when all is done
            shutil.rmtree(folder, ignore_errors=True)
            return None
        said = json.loads((folder / JOURNAL).read_bytes())
    # one of an earlier version of this program tells not by what it was judged
    judged = said.get("judged", "")
    return Renewal(**{name: tuple(said[name]) for name in LISTS}, time=said["time"] * SECOND, judged=judged)


def settle(out: Path, archive: Archive, today: str, stands: Callable[[str], bool]) -> bool:
    """Finish what an earlier run promised; if anything of it may not be shown any more on *today*, drop it.

    *stands* says whether what it was judged by is as it was; if not, nothing of it that waits is put out: who is named
    there may be withheld since. Where nothing waits, the folder is the new edition, whole, and the next takes from it
    what is hidden. Returns whether there was no such thing.
    """
    promised = pending(out)
    if promised is None:
        return True
    covered = newly_covered(archive)
    hidden = [each for each in promised.items if each in covered or not _may_be_shown(archive, each, today)]
    with refusals(WHAT):
        waits = bool(names(str(journal_of(out) / STAGED)))
    if waits and (hidden or not stands(promised.judged)):
        # the page that says so waits, and their words stand where it was to be
        gone = {int(found[1]) for path in promised.removed if (found := _OF_ITEM.match(path))}
        hidden += [each for each in gone if not _may_be_shown(archive, each, today)]
        abandon(out, promised, hidden)
    else:
        finish(out, promised)
    return False


def newly_covered(archive: Archive) -> set[int]:
    """Return the numbers of items, and of posts with files, of which something is to be covered since the last edition.

    Their pictures were made before. Whoever only proposed it may be right.
    """
    redactions, editions = archive.index.redactions, archive.index.by_act(ACT)
    last = editions[-1] if editions else -1
    captures = {
        number
        for original in redactions.every()
        if redactions.about(original)[-1] > last
        for number in redactions.captures(original)
    }
    if not captures:
        return captures
    files, posts = archive.index.releases.files(), archive.index.posts
    shown = [number for number, some in files.items() if not captures.isdisjoint(each.capture for each in some)]
    versions = (
        version for number in shown if (found := posts.version(number)) for version in posts.versions(found.post)
    )
    return captures | {each.number for each in versions}  # a post's number is that of any


def _may_be_shown(archive: Archive, number: int, today: str) -> bool:
    index = archive.index
    if (item := index.item(number)) is not None:
        return item.release == Release.PUBLIC
    if (version := index.posts.version(number)) is not None:
        return index.releases.of(version.post).shown_on(today)
    if index.stories.story(number) is not None:
        return index.stories.shown(number) is not None
    person = index.people.person(number)
    return person is not None and person.release == Release.PUBLIC


def finish(out: Path, renewal: Renewal) -> None:
    """Put everything in its place, as far as it is not there yet, and forget the renewal."""
    folder = journal_of(out)
    staged = folder / STAGED
    with refusals(WHAT):
        waiting = sorted(names(str(staged)), key=lambda path: _place(out, path))
        _tell_next(folder, out)
        _remove(out, renewal.removed)
        for path in waiting:
            _put(staged, out, path)
        _flush_folders(out, renewal.folders)
        with contextlib.suppress(FileNotFoundError):
            (out / NEXT).rename(folder / "told")
        for each in renewal.folders:  # the clock would tell when the desk works
            with contextlib.suppress(FileNotFoundError):
                os.utime(out / each, ns=(renewal.time, renewal.time))
        flush_folder(out / Path(NEXT).parent)
        _forget(folder)


def abandon(out: Path, renewal: Renewal, hidden: Collection[int]) -> None:
    """Drop a renewal of which something may not be shown any more, and delete what was put out of the *hidden* items.

    The folder is the old edition, whole, if nothing of the new one was put out and nothing is to be deleted. Else it
    holds files of two, and tells so, until the run that calls this, or a later one, puts a new one in its place.
    """
    folder = journal_of(out)
    with refusals(WHAT):
        parts = [out, *(each for each in out.iterdir() if (each / "items").is_dir())]
        gone = [each for number in hidden for part in parts if (each := part / f"items/{number}").exists()]
        if gone or any(map(os.path.lexists, (out / each for each in renewal.removed))):
            _tell_next(folder, out)
        _remove(out, renewal.removed)
        for each in gone:
            shutil.rmtree(each, ignore_errors=True)
        _forget(folder)


def is_between(out: Path) -> bool:
    """Return whether *out* holds files of two editions, and tells so."""
    with refusals(WHAT):
        return (out / next_of(TOLD[0])).exists()


def _place(out: Path, path: str) -> tuple[int, tuple[str, str]]:
    """Return where in the order a file comes: those first that take an old one's words away."""
    if path in LAST:
        place = 3 + LAST.index(path)
    elif path.startswith(("edition/", "ledger/")):
        place = 2
    else:
        place = int(not (out / path).exists())
    return place, by_item(path)


def _remove(out: Path, paths: Iterable[str]) -> None:
    """Delete files, and the folders that nothing is left in."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (out / path).unlink()
        for folder in (out / path).parents:
            if folder == out:
                break
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # something is left in it
                break


def _tell_next(folder: Path, out: Path) -> None:
    """Lay the new edition and its lists beside the old ones, in one step; nothing if these are replaced already."""
    if (out / NEXT).exists() or not any((folder / STAGED / path).exists() for path in TOLD):
        return
    if not (folder / "next").exists():  # an earlier version of this program promised it
        _make_next(folder, out)
    (folder / "next").rename(out / NEXT)
    flush_folder(out / NEXT.rpartition("/")[0])


def _make_next(folder: Path, out: Path) -> None:
    """Make what a reader is to find in ``edition/next/``, beside what is staged."""
    staged, made = folder / STAGED, folder / "next.part"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(0o755)
    for each in ("files", "items"):
        (made / each).mkdir(0o755)
    top = staged / FILES if (staged / FILES).exists() else out / FILES
    lists = (each for each in listed(top.read_bytes()) if each.startswith(LISTS_OF_FILES))
    for path in [*TOLD, *lists, *scripts_told(names(str(staged)))]:
        source, target = staged / path, made / path.removeprefix("edition/")
        source = source if source.exists() else out / path
        try:
            os.link(source, target)
        except OSError:  # a file system without second names
            shutil.copyfile(source, target)
            _flush(target)
    for part in (made / "files", made / "items", made):
        flush_folder(part)
    made.rename(folder / "next")


def _put(staged: Path, out: Path, path: str) -> None:
    target = out / path
    try:
        (staged / path).rename(target)
    except FileNotFoundError:
        target.parent.mkdir(0o755, parents=True, exist_ok=True)
        (staged / path).rename(target)


def _forget(folder: Path) -> None:
    """Delete the journal, then what lies beside it."""
    (folder / JOURNAL).unlink(missing_ok=True)
    flush_folder(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _flush_files(folder: Path) -> None:
    """Flush everything below *folder*: file by file where there are few, so as not to wait for what others write."""
    files = names(str(folder))
    if len(files) > FEW:
        flush_tree(folder)
        return
    _at_once([folder / path for path in files])
    _at_once([folder / path for path in folders_of(files)])
    flush_folder(folder.parent)


def _flush_folders(out: Path, folders: Sequence[str]) -> None:
    there = [out / each for each in folders if (out / each).is_dir()]
    if len(there) > FEW:
        flush_tree(out)
    else:
        _at_once(there)


def _at_once(paths: Sequence[Path]) -> None:
    waiting, failed = iter(paths), list[OSError]()

    def flush() -> None:
        try:
            for path in waiting:
                _flush(path)
        except OSError as error:
            failed.append(error)

    # the standard library's pool takes longer to load than all of these to run
    threads = [threading.Thread(target=flush) for _ in range(min(AT_A_TIME, len(paths)))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for error in failed:
        raise error


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
