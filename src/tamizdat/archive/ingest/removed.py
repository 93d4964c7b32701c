"""What was removed, and how long it lived: posts of which their platform says that they are gone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.dataclass import dataclass
from tamizdat.posts.times import moment


@dataclass(frozen=True)
class Removed:
    """A post that is gone. *lived* is from its publication to the word that it is gone; None if nobody can tell."""

    version: Version
    gone: str  #: when the platform says that it was deleted, else when it was first seen gone
    word: str
    lived: timedelta | None


def removed(archive: Archive) -> Iterator[Removed]:
    """Yield what was removed, by the id of the post; a thousand posts are in memory at a time."""
    posts, last = archive.index.posts, ""
    while page := posts.latest(last, 1_000):
        last = page[-1].post
        for version in page:
            if version.state == "gone":
                yield _removed(archive, version)


def _removed(archive: Archive, version: Version) -> Removed:
    words = archive.index.posts.gone(version.post)
    since = next((each for each in words if each.as_of >= version.as_of), words[-1])
    gone = since.deleted or since.as_of
    ended, begun = moment(gone), moment(version.published)
    lived = ended - begun if ended and begun and ended >= begun else None
    return Removed(version, gone, since.word, lived)


def spoken(lived: timedelta | None) -> str:
    """Return a length of time in words, in its largest unit.

    >>> spoken(timedelta(days=3, hours=2)), spoken(timedelta(minutes=90)), spoken(None)
    ('3 days', '1 hour', '')
    """
    if lived is None:
        return ""
    seconds = int(lived.total_seconds())
    size, name = next((pair for pair in ((86_400, "day"), (3_600, "hour")) if seconds >= pair[0]), (60, "minute"))
    number = seconds // size
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def day(time: str | None) -> str:
    """Return the day of a time as it is written; "" for none."""
    try:
        return datetime.fromisoformat(time).date().isoformat() if time else ""
    except ValueError:
        return ""
