"""An item's one file, ``items/17/proof.js``: its signed statement, the proof of it, and what is opened with it.

::

    tamizdatItem({"bytes":null,"envelope":{…},"openings":[{"envelope":{…},"salt":"…"}, …],"proof":"<tlog-proof>"});

One line, a script: a page that is opened from a disk can load it, and may read no other file. Between the brackets
stands canonical JSON, so that the bytes of each envelope are those of its member. The edition's list of files cannot
name it, for the proof is made after that list; what it holds follows from the statement, which the list of items
names: envelopes by their commitments, in the order of the statement, the captured bytes by their digest.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, parse_canonical, script_call
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.shapes import anything, maybe, record, several, text
from tamizdat.ledger.statement import Envelope
from tamizdat.statements.derived import Item, Post
from tamizdat.verifying.openings import Openings
from tamizdat.verifying.untrusted_folder import Folder

FILE: Final = "proof.js"  #: in an item's folder
FUNCTION: Final = "tamizdatItem"
MOST: Final = 64 << 20  #: bytes of such a file


class _Opening(NamedTuple):
    envelope: Mapping[str, Json]
    salt: str


class _Document(NamedTuple):
    bytes: str | None
    envelope: Mapping[str, Json]
    openings: tuple[_Opening, ...]
    proof: str


_FORM: Final = record(
    _Document, bytes=maybe(text), envelope=anything,
    openings=several(record(_Opening, envelope=anything, salt=text)), proof=text,
)  # fmt: skip


@dataclass(frozen=True)
class ItemFile:
    """What lies beside an item's pages: envelope, proof, and what reads that which is opened."""

    data: bytes  #: the envelope's
    envelope: Envelope
    proof: TlogProof
    read: Callable[[], Openings]

    @cached_property
    def openings(self) -> Openings:
        """What is opened with the statement. Raises :class:`BadStatement`."""
        return self.read()

    def is_exact(self, item: Item) -> bool:
        """Return whether what is opened is what the statement says, in its order, and nothing else."""
        named = item.opened() if isinstance(item, Post) else []
        shown = isinstance(item, Post) and item.bytes_shown
        try:
            found = self.openings
        except BadStatement:
            return False
        return list(found.envelopes) == [each.commitment for each in named] and (found.raw is not None) == shown


def read(folder: Folder, inside: str) -> ItemFile:
    """Read the file of the item in the folder *inside*.

    Raises :class:`BadStatement`, :class:`~tamizdat.errors.BadProof` and :class:`~tamizdat.errors.CheckFailed`.
    """
    data = folder.read(inside + FILE, MOST)
    before, after = script_call(FUNCTION, b"\n").split(b"\n", 1)
    try:
        if not (data.startswith(before) and data.endswith(after)):
            raise BadEncoding("It is another script.")
        document = _FORM(parse_canonical(data[len(before) : -len(after)], "what it is called with"))
    except BadEncoding as error:
        raise BadStatement(f"Expected {inside}{FILE} as one call of {FUNCTION}, in its format. {error}") from error
    envelope = Envelope.read(document.envelope)
    return ItemFile(
        envelope.encode(),
        envelope,
        TlogProof.parse(document.proof.encode()),
        partial(Openings.read, document.bytes, document.openings),
    )
