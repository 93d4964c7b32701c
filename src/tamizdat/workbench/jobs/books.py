"""Books (EPUB) of the published edition, made at the workbench as ``tamizdat export --epub`` makes them."""

import contextlib
import functools
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.cutting_room.clearance import kept_back
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import write_file
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.publishing.book import BookReport, choose, make_book
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements.derived import Item, Post
from tamizdat.workbench.given_shows import edition_of
from tamizdat.workbench.jobs.jobs import Job, in_steps
from tamizdat.workbench.l10n import gettext as _

NAME: Final = "book.epub"


@dataclass(frozen=True)
class MadeBook:
    """A book, which lies among the files on their way until the workbench ends or another is made.

    *edition* is the SHA-256 of the statement of the edition that it was made of, *items* are those that it shows.
    """

    path: Path
    language: str
    edition: str
    items: frozenset[int]
    report: BookReport
    left: int  #: of what was chosen, because it is not released any more, or who is in it is not settled


def make(archive: Archive, site: Path, voice: str, language: str, today: str, job: Job) -> MadeBook:
    """Make a book of what a voice wrote, or of everything, for readers of a language.

    Raises :class:`UsageError` for a voice that is not there and if nothing is released; :class:`CheckFailed` if the
    site does not verify.
    """
    edition = edition_of(site)
    every = choose(site, (), [voice] if voice else [], job.advance)
    chosen = _still_shown(archive, every, today)
    if not chosen:
        raise UsageError(_("Nothing of it is released any more."))
    names = dict.fromkeys(each.voice.name or each.voice.handle for each in chosen.values() if isinstance(each, Post))
    heading = ", ".join(names) if voice else ""
    data, report = make_book(site, chosen, heading, language, functools.partial(in_steps, job), job.advance)
    path = archive.staging / NAME
    write_file(path, data, "the book", flush=False)  # whoever is saving the one before gets that to its end
    return MadeBook(path, language, edition, frozenset(chosen), report, len(every) - len(chosen))


def may_go_out(archive: Archive, site: Path, made: MadeBook, today: str) -> bool:
    """Whether all that a book shows may still be shown on *today*, as the edition shows it; no copy is called back."""
    with contextlib.suppress(UsageError, CheckFailed):
        if made.path.is_file() and edition_of(site) == made.edition:
            return made.items <= _still_shown(archive, choose(site, made.items, ()), today).keys()
    return False


def _still_shown(archive: Archive, chosen: dict[int, Item], today: str) -> dict[int, Item]:
    posts = Posts.of(archive)
    chosen = {number: item for number, item in chosen.items() if is_public(archive, posts, number, today)}
    for number, _why in kept_back(archive, chosen, today):
        del chosen[number]
    return chosen
