"""What an edition is asked to be made of, beside what the ledger says."""

import os
from collections.abc import Callable
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.derived.hidden_voices import hidden_voices
from tamizdat.publishing.revision import inputs_of

Credit = Callable[[str, str, str], str]  #: post, language, tag of an account → the name it chose, or ""


@dataclass(frozen=True)
class Order:
    """What :func:`~tamizdat.publishing.publish.publish` was given."""

    archive: Archive
    desk: SigningKey
    log: SigningKey
    roster: Roster
    out: Path
    today: str
    name: str
    addresses: tuple[str, ...]
    credit: Credit
    credited: str | None
    private: tuple[tuple[str, str], ...]
    progress: Callable[[int], None]
    restored: int = (
        0  #: entries of the ledger of a desk that was made again, until somebody looked at what it would show
    )

    def inputs(self) -> str:
        """Return a digest over what an edition is made of beside the ledger; a new one each time if unclear."""
        credited = os.urandom(16).hex() if self.credited is None else self.credited
        hidden: list[Json] = [*sorted(hidden_voices(self.archive.folder))]
        private: list[Json] = [list(each) for each in self.private]
        return inputs_of(self.name, [*self.addresses], sha256_hex(self.roster.envelope), credited, hidden, private)
