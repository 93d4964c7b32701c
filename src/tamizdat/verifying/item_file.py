"""An item's one file, ``items/17/proof.js``: its signed statement, the proof of it, and what is opened with it.

::

    tamizdatItem({"bytes":null,"envelope":{…},"openings":[{"envelope":{…},"salt":"…"}, …],"proof":"<tlog-proof>"});

One line, a script: a page that is opened from a disk can load it, and may read no other file. Between the brackets
stands canonical JSON, so that the bytes of each envelope are those of its member. The edition's list of files cannot
name it, for the proof is made after that list; what it holds follows from the statement, which the list of items
names: envelopes by their commitments, in the order of the statement, the captured bytes by their digest.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Annotated, Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.encoding import MAX_JSON, canonical, parse_canonical, script_call
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.shapes import Member, anything, maybe, record, several, text
from tamizdat.ledger.statement import SIGNED_ONCE, Envelope
from tamizdat.statements.derived import Item, Post
from tamizdat.verifying.openings import Openings
from tamizdat.verifying.untrusted_folder import Folder

FILE: Final = "proof.js"  #: in an item's folder
FUNCTION: Final = "tamizdatItem"
MOST: Final = 64 << 20  #: bytes of such a file


class _Document(NamedTuple):
    raw: Annotated[str | None, Member("bytes")]
    envelope: bytes
    openings: Sequence[tuple[bytes, str]]
    proof: str


def _written(value: object) -> bytes:
    return canonical(dict(anything(value)))


class _Opening(NamedTuple):
    envelope: bytes
    salt: str


_FORM: Final = record(
    _Document, raw=maybe(text), envelope=_written,
    openings=several(record(_Opening, envelope=_written, salt=text)), proof=text,
)  # fmt: skip

#: what a file holds whose envelopes are each signed once: of such letters canonical JSON is written in one way only
_OPENING: Final = re.compile(rb'(\{"envelope":(%b),"salt":"([A-Za-z0-9+/=]*)"\})' % SIGNED_ONCE)
_SIGNED_ONCE: Final = re.compile(
    rb'\{"bytes":(?:null|"([A-Za-z0-9+/=]*)"),"envelope":(%b),"openings":\[(.*)\],"proof":"([ !#-~\xe2\x80\x94]*)"\}'
    % SIGNED_ONCE
)
_DASH: Final = "—".encode()  #: begins the signatures of a note


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
        Envelope.parse(document.envelope, MAX_JSON),
        TlogProof.parse(document.proof.encode()),
        partial(Openings.read, document.raw, document.openings),
    )


def _signed_once(called: bytes) -> _Document | None:
    """Return the same of a file whose envelopes are each signed once, as nearly all are, in a quarter of the time."""
    if not (found := _SIGNED_ONCE.fullmatch(called)):
        return None
    raw, envelope, _, _, _, listed, proof = found.groups()
    openings, proof = _OPENING.findall(listed), proof.replace(b"\\n", b"\n")
    is_plain = b"\\" not in proof and proof.replace(_DASH, b"").isascii()
    if not is_plain or b",".join(whole for whole, *_ in openings) != listed:
        return None
    pairs = [(opened, salt.decode()) for _, opened, _, _, _, salt in openings]
    return _Document(raw if raw is None else raw.decode(), envelope, pairs, proof.decode())
