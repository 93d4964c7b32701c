"""The first format of a site, whose editions do not say which: an item's facts lie in files of their own.

::

    items/17/statement.json         the envelope
    items/17/statement.tlog-proof   its proof
    items/17/openings.json          what is opened with it, if anything is: {"bytes": "<base64>" or null,
                                    "openings": [{"envelope": "<base64>", "salt": "<base64>"}, …]}
    items/17/proof.js               all three once more, for a page that may read no file
    edition/files.txt               every file, in one list

Sites that were saved before 30 November 2026 are written so, and stay as good as they were. Nothing writes it any more.
"""

import re
from functools import partial
from typing import Final, NamedTuple

from tamizdat.encoding import b64, canonical, parse_b64, parse_canonical, script_call
from tamizdat.errors import BadEncoding, BadStatement, CheckFailed, DamagedInput
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.shapes import maybe, record, several, text
from tamizdat.ledger.statement import Envelope
from tamizdat.verifying.item_file import FILE, MOST, ItemFile
from tamizdat.verifying.openings import Openings
from tamizdat.verifying.untrusted_folder import LARGE, Folder

STATEMENT: Final = "statement.json"
PROOF: Final = "statement.tlog-proof"
OPENINGS: Final = "openings.json"
PROOFS: Final = re.compile(r"items/\d+/statement\.tlog-proof", re.ASCII)  #: made after the list of files


class _Opening(NamedTuple):
    envelope: str
    salt: str


class _Document(NamedTuple):
    bytes: str | None
    openings: tuple[_Opening, ...]


_FORM: Final = record(_Document, bytes=maybe(text), openings=several(record(_Opening, envelope=text, salt=text)))


def read(folder: Folder, inside: str) -> ItemFile:
    """Read the files of the item in the folder *inside*.

    Raises :class:`BadStatement`, :class:`~tamizdat.errors.BadProof` and :class:`~tamizdat.errors.CheckFailed`.
    """
    data = folder.read(inside + STATEMENT)
    envelope, proof = Envelope.parse(data), TlogProof.parse(folder.read(inside + PROOF))
    return ItemFile(data, envelope, proof, partial(_openings, folder, inside + OPENINGS))


def _openings(folder: Folder, path: str) -> Openings:
    if not folder.has(path):
        return Openings()
    envelopes = {}
    try:
        document = _FORM(_json(folder, path))
        raw = None if document.bytes is None else parse_b64(document.bytes, "the captured bytes")
        for each in document.openings:
            envelope, salt = parse_b64(each.envelope, "an envelope"), parse_b64(each.salt, "a salt", 32)
            envelopes[commitment(salt, envelope)] = Envelope.parse(envelope)
    except (BadEncoding, BadStatement) as error:
        raise BadStatement(f"Expected what the item's statement opens, in the form of {OPENINGS}. {error}") from error
    return Openings(raw, envelopes)


def made_of_item(folder: Folder, at: str) -> dict[str, bool]:
    """Return by path whether what is made after the list of files follows, of the item in the folder *at*."""
    try:
        opened = folder.read(at + OPENINGS, MOST) if folder.has(at + OPENINGS) else b"null"
        if opened != b"null":
            _json(folder, at + OPENINGS)  # canonical JSON stands in canonical JSON as it is
        proof = canonical(folder.read(at + PROOF).decode())
        facts = b'{"envelope":"%b","openings":%b,"proof":%b}'
        script = script_call("tamizdatProof", facts % (b64(folder.read(at + STATEMENT)).encode(), opened, proof))
        follows = folder.read(at + FILE, LARGE) == script
    except (DamagedInput, CheckFailed, UnicodeDecodeError):
        follows = False
    return {at + PROOF: True, at + FILE: follows}


def _json(folder: Folder, path: str) -> object:
    return parse_canonical(folder.read(path, MOST), "what is opened", MOST)
