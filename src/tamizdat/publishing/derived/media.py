"""Each released item gets published media and a public statement about them, ``derived``; both are made once.

::

    original (object, never published) ── reencode ──► picture.jpg, small.jpg   (objects too, named by the statement)
                                                       └─ derived {"item": 17, "how": "…", "title": "…", …}
    clip.mp4 (published) ── renditions ──► small.mp4, sheet.jpg, wave.svg       (likewise, after those of the clip)

The statement is the cache: if the archive holds one for the item with the same source and the same recipe (``how``),
its media are used again. If the words differ, a new statement names the same media. Encoding a clip is slow; a
changed caption costs one signature. A clip that was published before there were renditions keeps its bytes, and they
are made of these. A statement counts as ours only if it is signed by a key of the desk that the roster lists for its
place in the ledger, because a reader will accept no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import field, replace
from itertools import accumulate, pairwise
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive import Item as Captured
from tamizdat.archive.spanned import Spanned
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia, StorageFull
from tamizdat.footage.device_proof import LARGEST
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.mp4_boxes import length_of
from tamizdat.footage.probe import CLIP, SOUND
from tamizdat.footage.reencode import APART, HOW, TAKE, TEXT, WITHOUT_SOUND, kind_of_media
from tamizdat.footage.renditions import AND_RENDITIONS
from tamizdat.footage.takes import sounds_apart
from tamizdat.footage.tells_place import why_not
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.clearance import RECIPE, Clearance, covered, covered_by
from tamizdat.publishing.derived.item_words import Words
from tamizdat.publishing.derived.readings import Readings
from tamizdat.publishing.derived.reencode import Made, join_to_archive, reencode_to_archive
from tamizdat.publishing.derived.silence import check_silence, sound_told
from tamizdat.publishing.derived.statements import Derived, Statements
from tamizdat.publishing.derived.tracks import Tracks
from tamizdat.statements.catalogued import KEPT
from tamizdat.statements.derived import File, Footage, Item
from tamizdat.statements.reference import Reference


@dataclass
class MediaStatements:
    """Makes what is missing. ``made`` counts the items whose media were encoded in this run."""

    archive: Archive
    statements: Statements
    tracks: Tracks
    said: Mapping[int, Words] = field(default_factory=dict)  #: by number, what decides how media are made
    made: int = 0

    def __post_init__(self) -> None:
        self._spanned = Spanned(self.archive)
        self.clearance = Clearance(self.archive, self.said)
        self.readings = Readings(self.archive, self.clearance)

    def current(self, item: Captured, language: str) -> Derived | None:
        """Return the latest statement if it says exactly what would be said now and its media are still there."""
        latest = self.statements.latest(item.number)
        said = latest and latest.item
        lacks = not isinstance(said, Footage) or (_lacks_renditions(said) and self.statements.signs)
        if lacks or self.clearance.is_refused(item):
            return None
        assert isinstance(said, Footage), "or it lacks everything"
        return latest if self._usable(said, item) and said == self._words(said, item, language) else None

    def draft(self, item: Captured, language: str) -> Footage:
        """Return a new statement about *item*; encodes its media unless an earlier statement has them.

        Raises :class:`BadMedia` (or that the original is not there); then this item is left out and the rest goes on.
        """
        self._require_cleared(item)
        footage = self._earlier(item) or self._encode(item)
        if _lacks_renditions(footage):
            footage = self._with_renditions(footage, item)
        told = self.readings.require_joinable(self._words(footage, item, language))
        return self.statements.draft(self.tracks.keep(told))

    def foreseen(self, item: Captured, language: str) -> Footage:
        """Return what :meth:`draft` would say, without encoding anything: then about no bytes."""
        self._require_cleared(item)
        foreseen = self._earlier(item)
        if foreseen is None:
            with self.recognised(item) as (_, kind):
                foreseen = self._made(item, kind, [])
        if _lacks_renditions(foreseen):
            foreseen = replace(foreseen, how=foreseen.how + AND_RENDITIONS)
        return self.statements.draft(self._words(foreseen, item, language))

    def _require_cleared(self, item: Captured) -> None:
        """Raise :class:`BadMedia` if what was not shown yet, or was withdrawn, would be, and nobody said who is in it.

        That is a file that the last statement did not name, one whose cover was lifted, or a sound that was left out.
        """
        latest, take = self.statements.latest(item.number), self.take_of(item)
        said = latest and latest.item
        anew = not isinstance(said, Footage) or (WITHOUT_SOUND in said.how and self._is_heard(item))
        if anew or self.clearance.is_refused(item):
            self.clearance.require(take)
            return
        assert isinstance(said, Footage), "or it is anew"
        shown = {said.source, *(said.rest or ())}
        new = [each for each in take if self.archive.reference(each.number) not in shown]
        lifted = [each for each in take if RECIPE in said.how and self.clearance.is_lifted(each)]
        self.clearance.require([*new, *lifted])

    def _with_renditions(self, footage: Footage, item: Captured) -> Footage:
        """*footage* of a clip with what is made of its published file, and of nothing else.

        Raises :class:`BadMedia` if that is silent and its original is not, and nobody said that it may be.
        """
        made = BareCopies(self.archive).publish_renditions(footage.media[0].sha256)
        silenced = any(self.clearance.cover(each).silences for each in self.take_of(item))
        if self._is_heard(item) and not silenced:
            check_silence(self.archive, item.number, [each.original for each in self.take_of(item)], made)
        return replace(
            footage,
            how=footage.how + AND_RENDITIONS,
            files=(*footage.files, *(File(name, size) for name, _, size in made)),
            media=(*footage.media, *(Subject(name, digest) for name, digest, _ in made)),
        )

    def _words(self, footage: Footage, item: Captured, language: str) -> Footage:
        """*footage* with the words of now, and what is said in it."""
        told = replace(footage, title=item.title, caption=item.caption, alt=item.alt, language=language)
        if self.statements.signs:
            take = self.take_of(item)  # when each file of a take is silent was told when it was made
            if len(take) == 1 or footage.covered is None:
                told = replace(told, covered=covered([self.clearance.cover(each) for each in take]))
        return self.readings.on(self.tracks.on(told))

    def _earlier(self, item: Captured) -> Footage | None:
        """Return the latest statement whose media can be used again."""
        earlier = (each.item for each in reversed(self.statements.of(item.number)))
        return next((each for each in earlier if isinstance(each, Footage) and self._usable(each, item)), None)

    def _usable(self, footage: Footage, item: Captured) -> bool:
        has = self.archive.objects.has
        how = footage.how.removesuffix(AND_RENDITIONS)
        same = footage.rest == self._rest(item) and how == self._how(item, footage.kind)
        return same and all(has(each.sha256) for each in footage.media)

    def take_of(self, item: Captured) -> tuple[Captured, ...]:
        """Return the files that an item is shown of: several, if the camera cut it and none was published alone."""
        take = self._spanned.take_of(item)
        return take if not any(self.statements.of(each.number) for each in take[1:]) else (item,)

    def _rest(self, item: Captured) -> tuple[Reference, ...] | None:
        return tuple(self.archive.reference(each.number) for each in self.take_of(item)[1:]) or None

    def _how(self, item: Captured, kind: str) -> str | None:
        take = self.take_of(item)
        covered = covered_by(self.archive, take)
        if kind != CLIP:
            return HOW[kind] + covered if kind in HOW else None
        several = APART if sounds_apart([each.path for each in take]) else TAKE
        heard = "" if self._is_heard(item) else WITHOUT_SOUND
        return HOW[several if len(take) > 1 else CLIP] + heard + covered

    def shows_what_is_covered(self, item: Captured, published: Item) -> bool:
        """Return whether what was *published* of an item shows what by now is covered, or lets hear what may not be."""
        if not isinstance(published, Footage):
            return False
        if self.clearance.is_refused(item):
            return True
        silent = published.kind != CLIP or self._is_heard(item) or WITHOUT_SOUND in published.how
        return not silent or covered_by(self.archive, self.take_of(item)) not in published.how

    def _is_heard(self, item: Captured) -> bool:
        """Return whether the clip is published with its sound."""
        return self.said.get(item.number, Words()).sound == KEPT

    @contextmanager
    def recognised(self, item: Captured) -> Iterator[tuple[Path, str]]:
        """Give where the item's original lies and its kind; raises :class:`BadMedia` if it cannot be published."""
        if not self.archive.objects.has(item.original):
            raise BadMedia("Expected the original in the archive; it has not arrived yet.")
        with ExitStack() as used:
            try:
                source = used.enter_context(self.archive.objects.whole(item.original))
            except StorageFull as error:
                raise BadMedia(str(error)) from None
            kind = kind_of_media(source) or (TEXT if kind_of(item.path) == TEXT else None)
            if kind is None:
                raise BadMedia(
                    "Expected a picture, clip, sound, PDF or plain text, found none of these; such a file can be kept, "
                    "and given back, but not published."
                )
            if kind == TEXT and (why := why_not(_begun(source))):
                raise BadMedia(why)
            yield source, kind

    def _encode(self, item: Captured) -> Footage:
        take = self.take_of(item)
        lies: Sequence[tuple[int, int]] = ()
        with self.recognised(item) as (source, kind):
            if len(take) > 1 or (kind == CLIP and not self._is_heard(item)):
                made, lies = self._join(take, self._is_heard(item))
            elif kind == CLIP:
                cover = self.clearance.cover(item)
                with sound_told(source, item.number):
                    made = [Made(*each) for each in BareCopies(self.archive).publish(item.original, cover)]
            else:
                made = reencode_to_archive(self.archive.objects, source, kind, self.clearance.cover(item))
        self.made += 1
        footage = self._made(item, kind, made)
        if len(take) > 1 and self.statements.signs:
            footage = replace(footage, covered=covered([self.clearance.cover(each) for each in take], lies))
        return footage

    def _join(self, take: Sequence[Captured], heard: bool) -> tuple[list[Made], list[tuple[int, int]]]:
        """Make the files of a take; also tell where each of the take's files lies in it, in milliseconds."""
        copies, apart = BareCopies(self.archive), sounds_apart([each.path for each in take])
        if not heard:
            shown = [each for each in take if each.path not in apart]
            unheard = [copies.make_unheard(each.original, self.clearance.cover(each)) for each in shown]
            lie = _one_after_the_other(dict(zip([each.path for each in shown], unheard, strict=True)))
            return join_to_archive(self.archive.objects, unheard, heard=False), [
                lie.get(each.path, (0, 0)) for each in take
            ]
        kinds = {each.path: SOUND if each.path in apart else CLIP for each in take}
        made = {
            each.path: copies.make(each.original, kinds[each.path], cover=self.clearance.cover(each)) for each in take
        }
        clips = {path: made[path]["clip.mp4"] for path, kind in kinds.items() if kind == CLIP}
        sounds = {path: made[path]["sound.mp4"] for path, kind in kinds.items() if kind == SOUND}
        lie = _one_after_the_other(clips) | {
            path: (0, int(1000 * length_of(sound))) for path, sound in sounds.items()
        }  # sounds in files of their own begin with the first
        joined = join_to_archive(self.archive.objects, [*clips.values()], [*sounds.values()])
        return joined, [lie[each.path] for each in take]

    def _made(self, item: Captured, kind: str, made: Sequence[Made]) -> Footage:
        return Footage(
            number=item.number,
            source=self.archive.reference(item.number),
            kind=kind,
            title="",
            caption="",
            alt="",
            language="",
            how=self._how(item, kind) or HOW[kind],
            files=tuple(File(each.name, each.size) for each in made),
            day="",
            media=tuple(Subject(each.name, each.sha256) for each in made),
            rest=self._rest(item),
        )


def _one_after_the_other(clips: Mapping[str, Path]) -> dict[str, tuple[int, int]]:
    """Return from when to when each clip is shown in what is joined of them, in milliseconds."""
    ends = list(accumulate((int(1000 * length_of(each)) for each in clips.values()), initial=0))
    return dict(zip(clips, pairwise(ends), strict=True))


def _lacks_renditions(footage: Footage) -> bool:
    """Return whether it is a clip as it was published before there were renditions."""
    return footage.kind == CLIP and not footage.how.endswith(AND_RENDITIONS)


def _begun(source: Path) -> bytes:
    """Return as much of a text as tells what it is."""
    with source.open("rb") as file:
        return file.read(LARGEST + 1)
