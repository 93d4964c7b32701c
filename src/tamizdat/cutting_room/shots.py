"""Shots: clips and sounds of the published edition, as a cutting program will know them.

::

    item 41              reel I0000041    item-0041.mov      23.976, 24, 25, 29.97 drop-frame or 30 frames a second
    post 57, its 2nd     reel Q0000057    item-0057-2.mov    likewise
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.errors import CheckFailed
from tamizdat.footage import decode
from tamizdat.footage.probe import CLIP, SOUND, Form
from tamizdat.footage.timecode import USUAL, Rate, rate_near
from tamizdat.statements.derived import Footage, Item, Post
from tamizdat.statements.transcribed import Cue, Track
from tamizdat.text.excerpt import excerpt

CHIEF: Final = {CLIP: "clip.mp4", SOUND: "sound.mp4"}
LONGEST: Final = 960  #: pixels of a proxy, as footage.decode.proxy makes it
_MOV: Final = Form(CLIP, "mov")
OF_POSTS: Final = "PQRSTUVWXYZABCDEFGH"  #: the first letter of a reel, by the place among the files of a post
_TITLE: Final = 60  #: characters of a post's words


@dataclass(frozen=True)
class Shot:
    """A clip or sound: the published file, how long and fast it is, and what is said in it."""

    number: int
    kind: str
    title: str
    media: Path
    rate: Rate
    seconds: float
    sound: bool
    tracks: tuple[Track, ...]
    place: int = 0  #: among the files of a post, from 1 on
    size: tuple[int, int] = (0, 0)  #: of its proxy, in pixels

    @property
    def reel(self) -> str:
        """The name of its reel: eight letters and digits, as many as CMX 3600 has."""
        letter = OF_POSTS[(self.place - 1) % len(OF_POSTS)] if self.place else "I"
        return f"{letter}{self.number:07}"[:8]

    @property
    def label(self) -> str:
        """What it is called in the picture and in lists."""
        return f"ITEM {self.number}" + (f"-{self.place}" if self.place else "")

    @property
    def name(self) -> str:
        """What its files are called, before the ending."""
        return f"item-{self.number:04}" + (f"-{self.place}" if self.place else "")

    @property
    def file(self) -> str:
        """The name of its proxy."""
        return f"{self.name}.{'mov' if self.kind == CLIP else 'm4a'}"

    @property
    def length(self) -> int:
        """How many frames it has."""
        return max(1, self.rate.frames(int(1000 * self.seconds)))

    @property
    def cues(self) -> tuple[Cue, ...]:
        """What is said in it, in the language spoken."""
        return self.tracks[0].cues if self.tracks else ()

    def span(self, cue: Cue) -> tuple[int, int] | None:
        """Return the first frame of a cue and the one behind its last; None if it begins behind the end."""
        first, behind = self.rate.frames(cue.start), min(self.rate.frames(cue.end, up=True), self.length)
        return (first, behind) if first < behind else None


def fitted(wide: int, high: int) -> tuple[int, int]:
    """Return the size of the proxy of a published clip, whose pixels are square.

    >>> fitted(1080, 1920), fitted(160, 120)
    ((540, 960), (160, 120))
    """
    by = min(1.0, LONGEST / max(wide, high, 1))
    return max(2, 2 * int(wide * by / 2)), max(2, 2 * int(high * by / 2))


def shots(site: Path, chosen: Mapping[int, Item]) -> tuple[list[Shot], list[int]]:
    """Return the clips and sounds among what was chosen of *site*, and the numbers of what is neither.

    Raises :class:`CheckFailed` for a file that is not the one of its statement, :class:`BadMedia` for one that does not
    decode.
    """
    found, others = [], []
    for number, item in chosen.items():
        if isinstance(item, Footage) and item.kind in CHIEF:
            found.append(_shot(site, item, CHIEF[item.kind], item.kind, item.title or item.alt, item.tracks))
        elif isinstance(item, Post) and (some := list(_of_post(site, item))):
            found += some
        else:
            others.append(number)
    return found, others


def _of_post(site: Path, post: Post) -> Iterator[Shot]:
    for each in post.pictures:
        name = each.names[0]
        kind, _, place = name.partition(".")[0].rpartition("-")
        if kind in CHIEF:
            title = each.alt or excerpt(post.text, _TITLE)
            yield replace(_shot(site, post, name, kind, title, each.tracks), place=int(place))


def _shot(site: Path, item: Footage | Post, name: str, kind: str, title: str, tracks: tuple[Track, ...] | None) -> Shot:
    media = site / "items" / str(item.number) / name
    wanted = next((each.sha256 for each in item.media if each.name == name), "")
    with refusals("the site"):
        found = file_sha256(media)
    if found != wanted:
        raise CheckFailed(
            f"Expected {name} of item {item.number} with the SHA-256 {wanted or 'of its statement'}, found {found}. "
            "Publish again; that puts the edition back as it was."
        )
    said = decode.probe_clip(media, _MOV)
    rate = rate_near(*decode.frame_rate(media, _MOV)) if kind == CLIP else USUAL
    size = fitted(said.width, said.height)
    return Shot(item.number, kind, title, media, rate, said.seconds, said.sound, tracks or (), size=size)
