"""A film held against the archive: which footage its edit list uses, and whether that may be shown as it is now.

Material is known by what ``export --cut`` called it, files and reels; by its folder on the site
(``items/41/clip.mp4``); and, where a cutting room has the originals, by the name of the card's file, which several
files may have. A clip that was cut with our proxy and then joined with its original goes by both names: the original
counts, for that is what the film shows. Who is covered on the site is not covered in an original: so one over which
something lies is told, and so is one of which nobody said who is in it. A list tells no digest, so a copy that left
before a cover was approved is not told from one that left after: where something is covered, the day is told.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.cutting_room.clearance import kept_back, made_of
from tamizdat.cutting_room.edit_lists.uses import Use
from tamizdat.cutting_room.shots import OF_POSTS
from tamizdat.dataclass import dataclass
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.probe import CLIP, PICTURE, SOUND
from tamizdat.publishing.book import items_of
from tamizdat.publishing.derived.clearance import Clearance
from tamizdat.publishing.derived.item_words import words
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements import derived
from tamizdat.statements.derived import Footage, Post

NOT_SHOWN: Final = "It is not to be shown: it was withdrawn, or never released."
NOT_THERE: Final = "The published edition does not have it, and no file of a card has this number. Ask what it is."
NOT_PUBLISHED: Final = "It is released, and in no edition yet. Publish; then have the clip taken anew."
COVERED_THERE: Final = (
    "It is an original, in which everybody is seen; something lies over it on the site. Have the film cut with what "
    "'tamizdat export --cut' writes."
)
SEVERAL: Final = "Its names are those of more than one: look which it is."
SEEN: Final = (CLIP, SOUND, PICTURE)  #: or heard
_FILE: Final = re.compile(r"(?:^|[^a-z0-9])item-(\d{4,15})(?:-(\d{1,3}))?(?![0-9])", re.IGNORECASE)
_REEL: Final = re.compile(rf"([I{OF_POSTS}])(\d{{7}})", re.ASCII)
_PROXY: Final = re.compile(r"(?<=.)[ _-]proxy\Z", re.IGNORECASE)
_SITE: Final = re.compile(r"(?:^|/)items/(\d{1,15})/(?:clip|sound)(?:-(\d{1,3}))?\.", re.IGNORECASE)


@dataclass(frozen=True)
class Used:
    """Material that a film uses: an item by its *number*, or None where nobody here knows it.

    *names* are what the list calls it; *path* is that of an original on its card, "" of what the edition shows.
    *spans* are the seconds from its beginning that are used, overlapping ones joined, of *times* uses; *why* says why
    it may not be shown so, "" if it may; *told* is what to look at besides.
    """

    number: int | None
    names: tuple[str, ...]
    times: int
    spans: tuple[tuple[Fraction, Fraction], ...]
    codes: tuple[str, ...]
    path: str = ""
    why: str = ""
    told: str = ""


def held_against(archive: Archive, site: Path, uses: Sequence[Use], today: str) -> list[Used]:
    """Return what a film uses, by number, and last what is not of this desk.

    Raises :class:`UsageError` where no edition was published, :class:`CheckFailed` for a damaged one.
    """
    originals, posts = dict[str, list[Item]](), Posts.of(archive)
    for item in archive.index.files():
        if kind_of(item.path) in SEEN:
            originals.setdefault(_stem(item.path), []).append(item)
    found: dict[tuple[tuple[int, str], ...], list[Use]] = {}
    for each in uses:
        of = _meant(each, originals, lambda number: bool(archive.index.item(number)) or number in posts.versions)
        found.setdefault(of or ((-1, each.names[0] if each.names else ""),), []).append(each)
    judge = _Judge(archive, posts, site, today, {number for of in found for number, _ in of})
    made = [one for of, some in found.items() for one in judge.used(of, some)]
    return sorted(made, key=lambda each: (each.number is None, each.number or 0, each.path, each.names))


def _meant(
    use: Use, originals: Mapping[str, Sequence[Item]], is_here: Callable[[int], bool]
) -> tuple[tuple[int, str], ...]:
    """Return the numbers that a use may mean, each with the path of an original, "" of what the edition shows."""
    ours = {number for name in use.names for number in _numbers(name)}
    bare = {(each.number, each.path) for name in use.names for each in originals.get(_stem(name), ())}
    if bare:  # many a camera names its files as reels are named here (P1000057)
        ours = {number for number in ours if is_here(number)} - {number for number, _ in bare}
    return tuple(sorted({*bare, *((number, "") for number in ours)}))


class _Judge:
    """What may be shown today of these numbers, as the edition shows them."""

    def __init__(self, archive: Archive, posts: Posts, site: Path, today: str, numbers: Collection[int]) -> None:
        self._archive, self._today = archive, today
        self._edition: Mapping[int, derived.Item] = dict(items_of(site, numbers))
        self._posts, self._clearance = posts, Clearance(archive, words(archive))
        self._kept_back = dict(kept_back(archive, self._edition, today))

    def used(self, of: Sequence[tuple[int, str]], uses: Sequence[Use]) -> Iterator[Used]:
        """Yield what is to be said of these uses of one file."""
        names = tuple(dict.fromkeys(name for use in uses for name in use.names))
        codes = tuple(dict.fromkeys(use.code for use in uses if use.code))
        spans = joined((use.start, use.end) for use in uses if use.start is not None and use.end is not None)
        for number, path in of:
            if number < 0:
                yield Used(None, names, len(uses), spans, codes)
                continue
            why = self._why_not(number, path)
            told = self._covered_on(number) if not path and not why else ""
            if len(of) > 1:
                why = f"{SEVERAL} {why}".strip()
            yield Used(number, names, len(uses), spans, codes, path, why, told)

    def _why_not(self, number: int, path: str) -> str:
        if not is_public(self._archive, self._posts, number, self._today):
            return NOT_SHOWN if self._is_here(number) else NOT_THERE
        item = self._archive.index.item(number)
        if path and item:
            bare = COVERED_THERE if self._clearance.cover(item) else self._clearance.why_not(item)
            return bare or self._kept_back.get(number, "")
        if number not in self._edition:
            return NOT_PUBLISHED
        return self._kept_back.get(number, "")

    def _is_here(self, number: int) -> bool:
        return bool(self._archive.index.item(number)) or number in self._posts.versions or number in self._edition

    def _covered_on(self, number: int) -> str:
        """Return since when something lies over what the edition shows, for a copy may be older."""
        said = self._edition.get(number)
        if not isinstance(said, Footage | Post):
            return ""
        found = filter(
            None, (self._archive.index.redactions.approved(each.number) for each in made_of(self._archive, said))
        )
        days = [each.day for each in found if each.cover]
        return f"Covered since {max(days)}: a copy that left before shows more." if days else ""


def _numbers(name: str) -> Collection[int]:
    """Return the numbers that a name of ours tells: of a proxy, of its reel, of a folder of the site."""
    reel = _REEL.fullmatch(name)
    found = {int(reel[2])} if reel else set()
    return found | {int(each[1]) for pattern in (_FILE, _SITE) for each in pattern.finditer(name)}


def _stem(name: str) -> str:
    """Return a file's name as programs show it: without folder and endings, in small letters, composed.

    A Mac takes letters apart, and programs name what they make smaller by what it was made of.

    >>> {_stem(each) for each in ("DCIM/MVI_0042.MOV", "MVI_0042", "mvi_0042_Proxy.mov", "MVI_0042.MOV.mp4")}
    {'mvi_0042'}
    """
    last = " ".join(unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).split())
    stem, point, ending = last.rpartition(".")
    stem = stem if point and ending.isalnum() and len(ending) <= 5 else last
    while kind_of(stem) in SEEN:
        stem = stem.rpartition(".")[0]
    return unicodedata.normalize("NFC", _PROXY.sub("", stem).casefold())


def joined(spans: Iterable[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """Return spans in order, those that touch or overlap as one.

    >>> [tuple(map(int, each)) for each in joined([(Fraction(5), Fraction(7)), (Fraction(1), Fraction(5))])]
    [(1, 7)]
    """
    made: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], end)
        else:
            made.append((start, end))
    return tuple(made)
