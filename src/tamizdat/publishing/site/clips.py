"""A clip as its page shows it: what plays, how long, in which sizes, its frames and its wave form.

Of a picture of a post the files bear its place, ``clip-2.mp4``; an item of a card has the one ``clip.mp4``. Clips of
earlier editions have no renditions, and a silent one has no wave form: then there is that much less to see.
"""

from math import ceil
from typing import Final, NamedTuple

from tamizdat.footage.contact_sheet import Sheet
from tamizdat.publishing.site.site_index import Medium, SiteIndex
from tamizdat.statements.covered import Covered
from tamizdat.statements.derived import CLIP, Footage, Picture, Post
from tamizdat.text.quantities import amount

FIRST: Final = "1"  #: place of the one clip of an item of a card


class Frame(NamedTuple):
    """A frame of the contact sheet: at which second it stands, as a number and as it is read."""

    at: str
    written: str


class Clip(NamedTuple):
    """A clip: its place on the page, its files, and what there is beside it. Sizes are as people say them."""

    place: str
    file: str
    size: str
    length: str  #: ``1:02:03``
    seconds: float
    poster: Medium
    small: str  #: the file for poor lines, "" for none
    small_size: str
    sheet: Medium | None
    frames: tuple[Frame, ...]
    columns: int
    wave: str  #: the drawing's file, "" for none


def clip_of(view: SiteIndex, one: Footage | Post, picture: Picture | None = None) -> Clip | None:
    """Return the clip that *one*, or a *picture* of a post, is; None for what does not move."""
    if picture is None:
        assert isinstance(one, Footage), "a post has its clips among its pictures"
        names, place = tuple(each.name for each in one.media) if one.kind == CLIP else (), FIRST
    else:
        names = picture.names if picture.names[0].startswith("clip-") else ()
        place = place_of(picture)
    if not names:
        return None
    number = f"-{place}" if picture else ""
    sizes = {each.name: each.size for each in one.files}
    digests = {each.name: each.sha256 for each in one.media}
    chief, small, sheet, wave = (f"{stem}{number}.{ending}" for stem, ending in _NAMES)
    seconds = view.shown.lengths[digests[chief]]
    laid = Sheet(seconds) if sheet in names else None
    return Clip(
        place=place,
        file=chief,
        size=amount(sizes[chief]),
        length=whole_length(seconds),
        seconds=seconds,
        poster=view.medium(one, f"poster{number}.jpg"),
        small=small if small in names else "",
        small_size=amount(sizes.get(small, 0)),
        sheet=view.medium(one, sheet) if laid else None,
        frames=tuple(Frame(f"{at:g}", written_length(at)) for at in laid.times) if laid else (),
        columns=laid.columns if laid else 0,
        wave=wave if wave in names else "",
    )


_NAMES: Final = (("clip", "mp4"), ("small", "mp4"), ("sheet", "jpg"), ("wave", "svg"))


class Silence(NamedTuple):
    """A stretch in which nothing is heard: where it begins, in milliseconds, and both ends as they are read."""

    start: int
    begins: str
    ends: str


def silences_of(covered: Covered | None) -> list[Silence]:
    """Return when a clip or sound is silent, in order, as far as its statement tells."""
    every = sorted(covered.silences, key=lambda each: each.start) if covered else []
    return [
        Silence(each.start, written_length(each.start / 1000), written_length(ceil(each.end / 1000))) for each in every
    ]


def place_of(picture: Picture) -> str:
    """Return the place of a file of a post, as the names of its files have it."""
    return picture.names[0].rpartition("-")[2].partition(".")[0]


def whole_length(seconds: float) -> str:
    """Return how long a clip or sound is, as players write it; what is shorter than a second is told as one.

    >>> whole_length(0.4), whole_length(1.9)
    ('0:01', '0:01')
    """
    return written_length(max(seconds, 1))


def written_length(seconds: float) -> str:
    """Return a place in a clip as players write it.

    >>> written_length(3.2), written_length(62), written_length(36_000)
    ('0:03', '1:02', '10:00:00')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
