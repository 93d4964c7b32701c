"""Each released item gets published media and a public statement about them, ``derived``; both are made once.

::

    original (object, never published) ── remake ──► picture.jpg, small.jpg   (objects too, named by the statement)
                                                     └─ derived {"item": 17, "how": "…", "title": "…", …}

The statement is the cache: if the archive holds one for the item with the same source and the same recipe (``how``),
its media are used again. If the words differ, a new statement names the same media. Encoding a clip is slow; a
changed caption costs one signature. A statement counts as ours only if it is signed by a key of the desk that the
roster lists for its place in the ledger, because a reader will accept no other.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from PIL import Image

from tamizdat.archive import Archive
from tamizdat.archive import Item as Captured
from tamizdat.durable import refusals
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, BadStatement
from tamizdat.footage.probe import Form, recognise
from tamizdat.footage.redaction import HOW, remake
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, Subject, open_envelope, sign_statement
from tamizdat.publishing.showing import Item, Medium

ACT: Final = "derived"


@dataclass(frozen=True)
class Derived:
    """A ``derived`` statement of ours, at *index* of the ledger."""

    index: int
    envelope: bytes
    statement: Statement
    signer: bytes

    @property
    def said(self) -> dict[str, Any]:
        """What it says."""
        return self.statement.predicate

    def item(self, media: tuple[Medium, ...]) -> Item:
        """The item as its page shows it."""
        said = self.said
        return Item(
            number=said["item"],
            kind=said["kind"],
            title=said["title"],
            caption=said["caption"],
            alt=said["alt"],
            language=said["language"],
            day=said["day"],
            media=media,
            commitment=said["source"]["commitment"],
            index=self.index,
            signer=self.signer.hex(),
        )


@dataclass
class Workshop:
    """Makes what is missing. ``made`` counts the items whose media were encoded in this run."""

    archive: Archive
    desk: SigningKey
    roster: Roster
    today: str
    made: int = 0
    earlier: dict[int, list[Derived]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index in self.archive.index.by_act(ACT):
            envelope = self.archive.disclosure(index).envelope
            with contextlib.suppress(BadStatement):
                opened = open_envelope(envelope, self.roster.keys_at("desk", index))
                derived = Derived(index, envelope, opened.statement, min(opened.signed_by))
                self.earlier.setdefault(derived.said["item"], []).append(derived)

    def current(self, item: Captured, language: str) -> Derived | None:
        """The statement that says exactly what would be said now, if its media are still there."""
        for each in reversed(self.earlier.get(item.number, [])):
            if all(
                each.said.get(name) == value for name, value in self._words(item, language).items()
            ) and self._usable(each):
                return each
        return None

    def draft(self, item: Captured, language: str) -> Statement:
        """A new statement about *item*; encodes its media unless an earlier statement has them.

        Raises :class:`BadMedia` (or that the original is not there); then this item is left out and the rest goes on.
        """
        earlier = self.earlier.get(item.number, [])
        reused = next((each for each in reversed(earlier) if self._usable(each)), None)
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
            "day": earlier[0].said["day"] if earlier else self.today,
        }
        return Statement(ACT, subjects, predicate)

    def sign(self, drafts: list[Statement]) -> list[Derived]:
        """The drafts, signed and in the ledger."""
        envelopes = [sign_statement(draft, [(self.desk.public, self.desk.sign)]) for draft in drafts]
        indexes = self.archive.append(envelopes) if envelopes else []
        signer = self.desk.public
        return [Derived(*each, signer) for each in zip(indexes, envelopes, drafts, strict=True)]

    def show(self, derived: Derived) -> Item:
        """The item for its page, with the sizes of its pictures."""
        sizes = {each["name"]: each["size"] for each in derived.said["published"]}
        media = (Medium(each.name, each.sha256, sizes[each.name]) for each in derived.statement.subjects)
        return derived.item(tuple(self._measured(each) for each in media))

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
        with self._folder() as folder:
            made = [(path, _digest(path)) for path in remake(source, form.kind, folder)]
            published: list[Json] = [{"name": path.name, "size": path.stat().st_size} for path, _ in made]
            self.archive.objects.adopt_many(made)
        self.made += 1
        return form.kind, tuple(Subject(path.name, digest) for path, digest in made), published

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self.archive.objects.staged()
        with refusals("published media"):
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder)

    def _measured(self, medium: Medium) -> Medium:
        if not medium.name.endswith(".jpg"):
            return medium
        with self.archive.objects.open(medium.sha256) as file, Image.open(file, formats=("JPEG",)) as image:
            return replace(medium, width=image.width, height=image.height)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
