"""The editions that were published before, as the archive knows them."""

from collections.abc import Mapping
from dataclasses import field

from tamizdat.archive import Archive
from tamizdat.archive.released import items_of_last_edition
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.tiles import WIDTH
from tamizdat.statements import published
from tamizdat.statements.published import ACT
from tamizdat.verifying import Seen


@dataclass(frozen=True)
class Previous:
    """The last edition; number 0 if there was none."""

    number: int = 0
    date: str = ""
    envelope: bytes = b""
    listed: bytes = b""  #: its ``files.txt``; nothing if the archive has it no more as it was
    index: int = -1
    statements: Mapping[int, str] = field(default_factory=dict)  #: of each item the SHA-256 of its envelope

    @classmethod
    def of(cls, archive: Archive) -> "Previous":
        """Return the last edition of *archive*."""
        indexes = archive.index.by_act(ACT)
        if not indexes:
            return cls()
        said = published.read(archive.statement(indexes[-1]))
        with archive.objects.open(said.files.sha256) as file:
            listed = file.read()
        if sha256_hex(listed) != said.files.sha256:
            listed = b""
        envelope = archive.disclosure(indexes[-1]).envelope
        return cls(said.number, said.date, envelope, listed, indexes[-1], items_of_last_edition(archive))

    def seen(self, archive: Archive, roster: Roster) -> Seen | None:
        """Return what a reader of this edition remembers, which the next one must continue; None if there was none."""
        if not self.number:
            return None
        size = (self.index // WIDTH + 1) * WIDTH  # that its checkpoint was rounded up to
        root, digest = archive.tree().root(size).hex(), sha256_hex(self.envelope)
        return Seen(archive.origin, roster.version, self.number, digest, size, root)


def days_of_editions(archive: Archive) -> list[tuple[int, str]]:
    """Return the ledger's index of each edition, and its day, in order."""
    return [(index, published.read(archive.statement(index)).date) for index in archive.index.by_act(ACT)]
