"""Each released item gets published media and a public statement about them, ``derived``; both are made once.

::

    original (object, never published) ── remake ──► picture.jpg, small.jpg   (objects too, named by the statement)
                                                     └─ derived {"item": 17, "how": "…", "title": "…", …}

The statement is the cache: if the archive holds one for the item with the same source and the same recipe (``how``),
its media are used again. If the words differ, a new statement names the same media. Encoding a clip is slow; a
changed caption costs one signature. A statement counts as ours only if it is signed by a key of the desk that the
roster lists for its place in the ledger, because a reader will accept no other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive import Item as Captured
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia
from tamizdat.footage.probe import Form, recognise
from tamizdat.footage.reencode import HOW
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.publishing.derived.reencode import reencode_to_archive
from tamizdat.publishing.derived.statements import Derived, Statements

NOTHING: Final = "0" * 64


@dataclass
class MediaStatements:
    """Makes what is missing. ``made`` counts the items whose media were encoded in this run."""

    archive: Archive
    statements: Statements
    made: int = 0

    def current(self, item: Captured, language: str) -> Derived | None:
        """The statement that says exactly what would be said now, if its media are still there."""
        for each in reversed(self.statements.of(item.number)):
            if all(
                each.said.get(name) == value for name, value in self._words(item, language).items()
            ) and self._usable(each):
                return each
        return None

    def draft(self, item: Captured, language: str) -> Statement:
        """A new statement about *item*; encodes its media unless an earlier statement has them.

        Raises :class:`BadMedia` (or that the original is not there); then this item is left out and the rest goes on.
        """
        reused = next((each for each in reversed(self.statements.of(item.number)) if self._usable(each)), None)
        if reused:
            kind, subjects, published = reused.said["kind"], reused.statement.subjects, reused.said["published"]
        else:
            kind, subjects, published = self._encode(item)
        predicate: dict[str, Json] = {
            **self._words(item, language),
            "source": {"index": item.number, "commitment": self.archive.commitments()[item.number].hex()},
            "kind": kind,
            "how": HOW[kind],
            "published": published,
        }
        return self.statements.draft(item.number, subjects, predicate)

    def foreseen(self, item: Captured, language: str) -> Statement:
        """What :meth:`draft` would say, without encoding anything: then about no bytes."""
        if not self.statements.of(item.number):
            self.recognised(item)
        return self.statements.draft(item.number, (Subject("picture.jpg", NOTHING),), self._words(item, language))

    def _words(self, item: Captured, language: str) -> dict[str, Json]:
        return {
            "item": item.number,
            "title": item.title,
            "caption": item.caption,
            "alt": item.alt,
            "language": language,
        }

    def _usable(self, derived: Derived) -> bool:
        same = derived.said["how"] == HOW.get(derived.said["kind"])
        return same and all(self.archive.objects.has(each.sha256) for each in derived.statement.subjects)

    def recognised(self, item: Captured) -> tuple[Path, Form]:
        """Where the item's original lies and what it is; raises :class:`BadMedia` if it cannot be published."""
        if not self.archive.objects.has(item.original):
            raise BadMedia("Expected the original in the archive; it has not arrived yet.")
        source = self.archive.objects.path(item.original)
        form = recognise(source)
        if form is None:
            raise BadMedia("Expected a picture or clip, found neither; other files cannot be published yet.")
        return source, form

    def _encode(self, item: Captured) -> tuple[str, tuple[Subject, ...], list[Json]]:
        source, form = self.recognised(item)
        made = reencode_to_archive(self.archive.objects, source, form.kind)
        self.made += 1
        published: list[Json] = [{"name": each.name, "size": each.size} for each in made]
        return form.kind, tuple(Subject(each.name, each.sha256) for each in made), published
