"""Each released item gets published media and a public statement about them, ``derived``; both are made once.

::

    original (object, never published) ── reencode ──► picture.jpg, small.jpg   (objects too, named by the statement)
                                                       └─ derived {"item": 17, "how": "…", "title": "…", …}

The statement is the cache: if the archive holds one for the item with the same source and the same recipe (``how``),
its media are used again. If the words differ, a new statement names the same media. Encoding a clip is slow; a
changed caption costs one signature. A statement counts as ours only if it is signed by a key of the desk that the
roster lists for its place in the ledger, because a reader will accept no other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive import Item as Captured
from tamizdat.errors import BadMedia
from tamizdat.footage.card import kind_of
from tamizdat.footage.probe import CLIP
from tamizdat.footage.reencode import HOW, TEXT, kind_of_media
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.reencode import Made, reencode_to_archive
from tamizdat.publishing.derived.statements import Derived, Statements
from tamizdat.statements.derived import File, Footage


@dataclass
class MediaStatements:
    """Makes what is missing. ``made`` counts the items whose media were encoded in this run."""

    archive: Archive
    statements: Statements
    made: int = 0

    def current(self, item: Captured, language: str) -> Derived | None:
        """Return the latest statement if it says exactly what would be said now and its media are still there."""
        latest = self.statements.latest(item.number)
        said = latest and latest.item
        usable = isinstance(said, Footage) and self._usable(said) and said == self._words(said, item, language)
        return latest if usable else None

    def draft(self, item: Captured, language: str) -> Footage:
        """Return a new statement about *item*; encodes its media unless an earlier statement has them.

        Raises :class:`BadMedia` (or that the original is not there); then this item is left out and the rest goes on.
        """
        return self.statements.draft(self._words(self._earlier(item) or self._encode(item), item, language))

    def foreseen(self, item: Captured, language: str) -> Footage:
        """Return what :meth:`draft` would say, without encoding anything: then about no bytes."""
        foreseen = self._earlier(item)
        if foreseen is None:
            with self.recognised(item) as (_, kind):
                foreseen = self._made(item, kind, (), ())
        return self.statements.draft(self._words(foreseen, item, language))

    def _words(self, footage: Footage, item: Captured, language: str) -> Footage:
        """*footage* with the words of now."""
        return replace(footage, title=item.title, caption=item.caption, alt=item.alt, language=language)

    def _earlier(self, item: Captured) -> Footage | None:
        """Return the latest statement whose media can be used again."""
        earlier = (each.item for each in reversed(self.statements.of(item.number)))
        return next((each for each in earlier if isinstance(each, Footage) and self._usable(each)), None)

    def _usable(self, footage: Footage) -> bool:
        has = self.archive.objects.has
        return footage.how == HOW.get(footage.kind) and all(has(each.sha256) for each in footage.media)

    @contextmanager
    def recognised(self, item: Captured) -> Iterator[tuple[Path, str]]:
        """Give where the item's original lies and its kind; raises :class:`BadMedia` if it cannot be published."""
        if not self.archive.objects.has(item.original):
            raise BadMedia("Expected the original in the archive; it has not arrived yet.")
        with self.archive.objects.whole(item.original) as source:
            kind = kind_of_media(source) or (TEXT if kind_of(item.path) == TEXT else None)
            if kind is None:
                raise BadMedia(
                    "Expected a picture, clip, sound, PDF or plain text, found none of these; such a file can be kept, "
                    "and given back, but not published."
                )
            yield source, kind

    def _encode(self, item: Captured) -> Footage:
        with self.recognised(item) as (source, kind):
            made = (
                [Made(*each) for each in BareCopies(self.archive).publish(item.original)]
                if kind == CLIP
                else reencode_to_archive(self.archive.objects, source, kind)
            )
        self.made += 1
        files = tuple(File(each.name, each.size) for each in made)
        return self._made(item, kind, files, tuple(Subject(each.name, each.sha256) for each in made))

    def _made(self, item: Captured, kind: str, files: tuple[File, ...], media: tuple[Subject, ...]) -> Footage:
        return Footage(
            number=item.number,
            source=self.archive.reference(item.number),
            kind=kind,
            title="",
            caption="",
            alt="",
            language="",
            how=HOW[kind],
            files=files,
            day="",
            media=media,
        )
