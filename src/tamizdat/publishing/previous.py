"""The editions that were published before, as the archive knows them."""

from dataclasses import dataclass
from functools import cached_property

from tamizdat.archive import Archive
from tamizdat.publishing.build import site_folder
from tamizdat.statements import published
from tamizdat.statements.published import ACT


@dataclass(frozen=True)
class Previous:
    """The last edition; number 0 if there was none."""

    number: int = 0
    date: str = ""
    envelope: bytes = b""
    listed: bytes = b""
    index: int = -1

    @classmethod
    def of(cls, archive: Archive) -> "Previous":
        """Return the last edition of *archive*."""
        indexes = archive.index.by_act(ACT)
        if not indexes:
            return cls()
        said = published.read(archive.statement(indexes[-1]))
        with archive.objects.open(said.files.sha256) as file:
            return cls(said.number, said.date, archive.disclosure(indexes[-1]).envelope, file.read(), indexes[-1])

    @cached_property
    def files(self) -> dict[str, str]:
        """Path of each file it lists → its SHA-256."""
        return site_folder.listed(self.listed)

    @cached_property
    def statements(self) -> dict[int, str]:
        """Number of each item → SHA-256 of its ``statement.json``."""
        return site_folder.statements_in(self.files)


def days_of_editions(archive: Archive) -> list[tuple[int, str]]:
    """Return the ledger's index of each edition, and its day, in order."""
    return [(index, published.read(archive.statement(index)).date) for index in archive.index.by_act(ACT)]
