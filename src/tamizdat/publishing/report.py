"""What a run of publishing did, or would do."""

from tamizdat.archive.released import WaitingRemoval, WaitingVersion
from tamizdat.dataclass import dataclass


@dataclass(frozen=True)
class PublishReport:
    """What a run did, or would do.

    Numbers are those of items, posts and people. ``skipped`` says why one was left out, ``partial`` why a part of one
    was (a picture, a translation), ``embargoed`` until when one is embargoed.
    """

    number: int
    date: str
    new: bool  #: whether there is a new edition; if not, the last one stands
    written: bool  #: whether the folder was (or would be) put in place
    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]
    items: int
    files: int  #: in files.txt; 0 in a dry run
    encoded: int  #: items whose media were made in this run
    partial: tuple[tuple[int, str], ...] = ()
    embargoed: tuple[tuple[int, str], ...] = ()
    waiting: tuple[WaitingVersion, ...] = ()  #: versions of what is shown that no editor released yet
    removals: tuple[WaitingRemoval, ...] = ()  #: of what is shown, since which no editor looked
    wall_warning: str = ""  #: why the wall of names does not spell its sentence, if it does not
    not_sought: tuple[tuple[int, str, str], ...] = ()  #: person, withheld name, and why nobody looks for it
    unsaid: tuple[int, ...] = ()  #: shown since before an editor was asked who is in it
