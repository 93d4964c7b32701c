"""An item's one file, ``items/17/proof.js``: its signed statement, the proof of it, and what is opened with it.

::

    tamizdatItem({"bytes":null,"envelope":{…},"openings":[{"envelope":{…},"salt":"…"}, …],"proof":"<tlog-proof>"});

One line, a script: a page that is opened from a disk can load it, and may read no other file. Between the brackets
stands canonical JSON, so that the bytes of each envelope are those of its member. The edition's list of files cannot
name it, for the proof is made after that list; what it holds follows from the statement, which the list of items
names: envelopes by their commitments, in the order of the statement, the captured bytes by their digest.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Annotated, Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.encoding import MAX_JSON, canonical, parse_canonical, script_call
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.shapes import SUBJECT, Member, anything, maybe, record, several, text
from tamizdat.ledger.statement import Envelope
from tamizdat.statements.derived import Item, Post
from tamizdat.verifying.openings import Opening, Openings
from tamizdat.verifying.untrusted_folder import Folder

FILE: Final = "proof.js"  #: in an item's folder
FUNCTION: Final = "tamizdatItem"
MOST: Final = 64 << 20  #: bytes of such a file


class _Document(NamedTuple):
    raw: Annotated[str | None, Member("bytes")]
    envelope: bytes
    openings: Sequence[Opening]
    proof: str
    read: Annotated[Envelope | None, SUBJECT] = None  #: the envelope, if it was read already


def _written(value: object) -> bytes:
    return canonical(dict(anything(value)))


_FORM: Final = record(
    _Document, raw=maybe(text), envelope=_written, openings=several(record(Opening, envelope=_written, salt=text)),
    proof=text,
)  # fmt: skip

#: where quotation marks cut a file whose envelopes are each signed once: the piece before the first envelope, how many
#: there are from there to the first opening, of each opening, and after the last
FIRST, OWN, OPENING, LAST = 4, 22, 24, 3
MOST_PIECES: Final = 1 << 14  #: of a file that is read so: a few hundred openings


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
    data = folder.read(inside + FILE, MOST, compared=False)  # no list names it
    before, after = script_call(FUNCTION, b"\n").split(b"\n", 1)
    try:
        if not (data.startswith(before) and data.endswith(after)):
            raise BadEncoding("It is another script.")
        called = data[len(before) : -len(after)]
        document = _signed_once(called) or _FORM(parse_canonical(called, "what it is called with"))
    except BadEncoding as error:
        raise BadStatement(f"Expected {inside}{FILE} as one call of {FUNCTION}, in its format. {error}") from error
    return ItemFile(
        document.envelope,
        document.read or Envelope.parse(document.envelope, MAX_JSON),
        TlogProof.parse(document.proof.encode()),
        partial(Openings.read, document.raw, document.openings),
    )


def _signed_once(called: bytes) -> _Document | None:
    """Return the same of a file whose envelopes are each signed once, as nearly all are, in a quarter of the time.

    It is cut at its quotation marks. If what is written of these pieces is the file again, it is in canonical form.
    """
    pieces = called.split(b'"', MOST_PIECES)
    first = FIRST + 2 * (pieces[2:3] == [b":"])  # two more where captured bytes are shown
    places = range(first + OWN, len(pieces) - LAST, OPENING)
    if len(pieces) != first + OWN + OPENING * len(places) + LAST:
        return None
    try:
        raw, proof = None if first == FIRST else pieces[3].decode(), pieces[-2].replace(b"\\n", b"\n").decode()
        own, openings = Envelope.signed_once(pieces, first), [Opening.signed_once(pieces, at) for at in places]
    except (ValueError, BadEncoding):
        return None
    found = _Document(raw, own.encode(), openings, proof, own)
    return found if written(*found[:4]) == called else None


def written(raw: str | None, envelope: bytes, openings: Iterable[Opening], proof: str) -> bytes:
    """Return what such a file is called with: captured bytes in base64, if shown, an envelope, what is opened, a proof.

    An envelope is canonical JSON, so its bytes stand there as they are.
    """
    said = canonical(raw), envelope, b",".join(each.encode() for each in openings), canonical(proof)
    return b'{"bytes":%b,"envelope":%b,"openings":[%b],"proof":%b}' % said
