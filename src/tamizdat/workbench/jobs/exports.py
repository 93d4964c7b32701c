"""What the workbench gives out, as jobs: cards and files, a package for a court, clips for a cutting room.

As ``export`` does, into the desk's folder ``given`` (:mod:`tamizdat.workbench.given_files`). The whole archive
(``export --archive``) is given out by whoever runs the desk's computer: that is no matter of one sign-in.
"""

import functools
import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.export import Given, choose, export
from tamizdat.cutting_room.choice import chosen
from tamizdat.cutting_room.clearance import require_still_shown
from tamizdat.cutting_room.folder import write_folder
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.disk.target import Target
from tamizdat.errors import ToolMissing, UsageError
from tamizdat.evidence import selection
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.package import write
from tamizdat.evidence.proofs import SAID
from tamizdat.offline.edition import read_edition
from tamizdat.offline.torrent import WARNING, make_torrent
from tamizdat.offline.zim import make_zim
from tamizdat.workbench.given_files import GivenFiles
from tamizdat.workbench.given_shows import Shows, edition_of, stated
from tamizdat.workbench.jobs.jobs import Job, in_steps
from tamizdat.workbench.l10n import gettext as _

NAMED: Final = 12  #: things that are told one by one
LONGEST: Final = 40  #: letters of a choice in a name
MOST_BYTES: Final = 200  #: of a name


@dataclass(frozen=True)
class GivenOut:
    """What was given out: its name, files and bytes; what is to be told of it. *digest* is of a package's last list."""

    name: str
    files: int
    size: int
    told: tuple[str, ...] = ()
    more: int = 0  #: that are not told one by one
    digest: str = ""


@dataclass(frozen=True)
class Foreseen:
    """What a package for a court would tell beyond what was chosen, and what would be left out of it."""

    what: str
    voices: str
    exhibits: int
    size: int
    tells: list[str]
    left_out: list[tuple[str, int]]
    unwitnessed: list[int]


def words_of(text: str) -> list[str]:
    """Return what was typed, parted at commas and line ends; at spaces, too, if it is numbers alone."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(",")]
    return [word for part in parts for word in (part.split() if all(map(_is_number, part.split())) else [part]) if word]


def _is_number(word: str) -> bool:
    """Tell whether a word is a number, or two with a line between them."""
    return word.replace("-", "", 1).isdecimal()


def give_files(archive: Archive, given: GivenFiles, what: Sequence[str], only: Sequence[str], job: Job) -> GivenOut:
    """Give back cards, or files by their numbers.

    Raises as :func:`tamizdat.carrying.export.choose` and ``export``; :class:`UsageError` if *only* leaves nothing.
    """
    cards = choose(archive, what, only)
    if only and not any(each.files for each in cards):
        raise UsageError(
            _("None of these files has a name like %(names)s. Nothing was written.", names=", ".join(only))
        )
    job.total = sum(each.size for each in cards)
    whole = len(cards) == 1 and not only and not all(map(_is_number, what))
    name = _name_of(cards[0].folder if whole else _title(what, only))
    silenced = any(each.is_silenced for each in cards)  # a stopped run may have put it there before
    making = given.begin(name, job.total, resumed=not silenced)
    made: list[Given] = []
    with Target(making) as target:
        rules = target.rules()
        for card in cards:
            made.append(export(archive, card, target, rules, datetime.now(UTC), job.advance))
    given.finish(name, Shows(cards=tuple(file.number for each in cards for file in each.files)))
    told = [f"{each.folder}: {line}" if len(made) > 1 else line for each in made for line in _told(each)]
    files, size = sum(each.written + each.there for each in made), sum(each.size for each in made)
    return GivenOut(name, files, size, tuple(told[:NAMED]), max(0, len(told) - NAMED))


def _title(what: Sequence[str], only: Sequence[str]) -> str:
    """Return a name for a choice, the same for the same."""
    digest = hashlib.sha256("\0".join([*what, "", *only]).encode()).hexdigest()
    return f"files {' '.join(what)[:LONGEST]} {digest[:6]}"


def _name_of(text: str) -> str:
    """Return a name that every disk can hold, without a dot in front."""
    plain = "".join(letter if _is_plain(letter) else "-" for letter in text).lstrip(". ")
    return plain.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(". ") or "files"


def _is_plain(letter: str) -> bool:
    """Tell whether a letter may stand in a name; the signs that Tibetan or Uyghur writes at letters may."""
    return letter.isalnum() or letter in " -_." or unicodedata.category(letter).startswith("M")


def _told(given: Given) -> list[str]:
    told = [f"{path}: {why}" for path, why in (*given.absent, *given.marked)]
    told += [f"{path} → {name}" for path, name in given.renamed.items()]
    return told + [f"{path}: {_('a hash list on the card says otherwise')}" for path in given.compared.differ]


def foresee(
    archive: Archive, site: Path, what: str, voices: str, asked: frozenset[str], day: date, job: Job
) -> Foreseen:
    """Return what a package for a court would tell; nothing is written."""
    contents = _contents(archive, site, what, voices, asked, day)
    job.total = contents.size
    return Foreseen(
        what, voices, len(contents.exhibits), contents.size, contents.tells(), contents.left_out(), contents.unwitnessed
    )


def give_package(
    archive: Archive,
    given: GivenFiles,
    site: Path,
    what: str,
    voices: str,
    asked: frozenset[str],
    day: date,
    with_pdf: bool,
    job: Job,
) -> GivenOut:
    """Make a package for a court. Raises as :func:`tamizdat.evidence.package.write`; then nothing of it stays."""
    contents = _contents(archive, site, what, voices, asked, day)
    name = given.free_name(f"evidence {day.isoformat()}")
    making = given.begin(name, contents.size)
    job.total = contents.size
    told = [*contents.named]
    try:
        made = write(contents, making, with_pdf, job.advance)
    except ToolMissing:
        told.append(_("The PDFs are not in it: the desk lacks what makes them. The pages beside them hold the same."))
        made = write(contents, making, False, job.advance)
    heard = tuple(each.number for each in contents.exhibits if each.kind == selection.FILE and each.originals)
    given.finish(name, Shows(files=heard))
    told += [_("%(path)s: the archive does not have the bytes.", path=path) for path in made.missing]
    told += [
        _("Recording %(number)s is left out: who speaks in it does not consent to being heard.", number=each)
        for each in contents.unheard
    ]
    if made.scripts:
        scripts = ", ".join(made.scripts)
        told.append(
            _("No font of the desk has the letters of %(scripts)s: in the PDFs they are boxes.", scripts=scripts)
        )
    if not any(head.stamped for head in contents.heads):
        told.append(_("No checkpoint has a stamp: that the ledger existed before a day is this desk’s word alone."))
    if contents.unproved or contents.uncovered:
        told.append(
            _(
                "Not all of it is proved: no statement that is opened is about some of its originals, or no checkpoint "
                "covers some of its statements yet. Whoever checks the package is told so."
            )
        )
    if contents.unwitnessed:
        told.append(
            _(
                "Too few witnesses signed: whoever checks the package is told that it is not witnessed yet. Publish "
                "first."
            )
        )
    return GivenOut(name, made.files, made.bytes, tuple(told[:NAMED]), max(0, len(told) - NAMED), made.digest)


def _contents(archive: Archive, site: Path, what: str, voices: str, asked: frozenset[str], day: date) -> Contents:
    exhibits = selection.choose(archive, words_of(what), words_of(voices), SAID in asked)
    return Contents(archive, exhibits, asked, site, day.isoformat())


def give_shots(archive: Archive, given: GivenFiles, site: Path, what: str, day: date, job: Job) -> GivenOut:
    """Give clips and sounds of the edition to a cutting room; raises as ``chosen``, ``stated``, ``write_folder``."""
    choice = chosen(archive, site, words_of(what), day.isoformat())
    job.total = int(1000 * choice.seconds)
    name, shows = given.free_name(f"cut {day.isoformat()}"), stated(site, choice.items)
    made = write_folder(archive, choice.shots, given.begin(name, 0), job.advance)
    given.finish(name, Shows(items=shows))
    told = [f"{_('Item %(number)s', number=number)}: {why}" for number, why in choice.left_out] + list(made.told)
    return GivenOut(name, made.files, made.size, tuple(told[:NAMED]), max(0, len(told) - NAMED))


def give_edition(archive: Archive, given: GivenFiles, site: Path, torrent: bool, day: date, job: Job) -> GivenOut:
    """Give the published edition out as one file for Kiwix (ZIM), and with it that file's torrent if *torrent*.

    Raises as ``require_still_shown``, ``read_edition`` and ``make_zim``.
    """
    shows = Shows(edition=edition_of(site))
    require_still_shown(archive, site, day.isoformat())
    edition = read_edition(site, functools.partial(in_steps, job))
    name = given.free_name(f"edition {edition.number} {'torrent' if torrent else 'ZIM'}")
    with refusals("the site"):
        job.total = sum((site / path).stat().st_size for path in edition.files)
    making = given.begin(name, job.total)
    told: list[str] = []
    with refusals("the copy"):
        making.mkdir(mode=0o700)
        zim = making / f"edition-{edition.number}.zim"
        make_zim(edition, zim, job.advance)
        if torrent:
            made = make_torrent(zim, edition.addresses, lambda size: job.advance(0))
            zim.with_suffix(".torrent").write_bytes(made.data)
            told = [WARNING, made.magnet]
        job.advance(0)  # it may have been stopped while the file was closed
        size = sum(path.stat().st_size for path in making.iterdir())
    given.finish(name, shows)
    return GivenOut(name, 2 if torrent else 1, size, tuple(told))
