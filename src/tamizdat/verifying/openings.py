"""What is opened with a post: private statements whose commitments its public one names, and the captured bytes.

They stand in the item's file (:mod:`.item_file`)::

    "bytes": "<base64>" or null, "openings": [{"envelope": {…}, "salt": "<base64>"}, …]

An opening is known by what it opens: SHA-256 over salt and envelope is the commitment (``ledger/commitment.py``).

The post's text stands in the bytes. They are slices joined by line feeds, whose lengths the opened ``observed`` tells;
a slice is JSON, and a pointer leads to the member that holds the text. Only members that hold a post's own text count
(:data:`OWN`): a pointer to a quoted post's would make its words this voice's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Final, NamedTuple, Never

from tamizdat.dataclass import dataclass
from tamizdat.encoding import MAX_JSON, parse_b64
from tamizdat.errors import BadEncoding, BadStatement, CheckFailed
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.shapes import SUBJECT, shown
from tamizdat.ledger.statement import Envelope
from tamizdat.statements.derived import TextPointer
from tamizdat.statements.reference import Reference

SALT: Final = 21  #: where an opening's salt is, of the pieces into which quotation marks cut it
#: Slice, and pointer (RFC 6901) in its JSON; the whole text of a long post before the one that is cut short.
OWN: Final = (
    (0, "/noteTweet/core/text"), (0, "/note_tweet/text"), (0, "/data/note_tweet/text"),
    (0, "/tweet/extended_tweet/full_text"), (0, "/extended_tweet/full_text"), (0, "/tweet/full_text"),
    (0, "/full_text"), (0, "/tweet/text"), (0, "/text"), (0, "/data/text"), (0, "/content_text"),
    (0, "/object/content"), (0, "/content"),
    (1, "/noteTweet/core/text"),  # X keeps it in a file of its own, so it is the second slice
)  # fmt: skip


class Opening(NamedTuple):
    """A private envelope in its bytes, and its salt in base64, as they stand in canonical JSON."""

    envelope: bytes
    salt: str
    read: Annotated[Envelope | None, SUBJECT] = None  #: the envelope, if it was read already

    @classmethod
    def signed_once(cls, pieces: Sequence[bytes], at: int) -> "Opening":
        """Return what stands in *pieces* from *at* on, as :meth:`Envelope.signed_once` does; raises likewise."""
        envelope, salt = Envelope.signed_once(pieces, at), pieces[at + SALT].decode()
        parse_b64(salt, "a salt")
        return cls(envelope.encode(), salt, envelope)

    def encode(self) -> bytes:
        """Return the bytes of an opening, whose salt is base64."""
        return b'{"envelope":%b,"salt":"%b"}' % (self.envelope, self.salt.encode())


@dataclass(frozen=True)
class Openings:
    """The captured bytes, if shown, and each envelope by the commitment that it opens."""

    raw: bytes | None = None
    envelopes: Mapping[bytes, Envelope] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: str | None, openings: Iterable[Opening]) -> "Openings":
        """Read captured bytes, as they stand in canonical JSON, and what is opened.

        Raises :class:`BadStatement` for anything of another form.
        """
        envelopes: dict[bytes, Envelope] = {}
        try:
            captured = None if raw is None else parse_b64(raw, "the captured bytes")
            for each in openings:
                envelope = each.read or Envelope.parse(each.envelope, MAX_JSON)
                opened = commitment(parse_b64(each.salt, "a salt", 32), each.envelope)
                if envelopes.setdefault(opened, envelope) is not envelope:
                    raise BadEncoding(f"Expected each opening once, found that of {opened.hex()} twice.")
        except (BadEncoding, BadStatement) as error:
            raise BadStatement(f"Expected what the item's statement opens, in its form. {error}") from error
        return cls(captured, envelopes)

    def envelope(self, named: Reference) -> Envelope:
        """Return the envelope that opens a commitment; :class:`CheckFailed` if none does."""
        if named.commitment not in self.envelopes:
            raise CheckFailed(
                f"Expected what opens entry {named.index}, the commitment {named.commitment.hex()}, found"
                f" {len(self.envelopes)} openings, none of which does."
            )
        return self.envelopes[named.commitment]


def text_in(raw: bytes, lengths: list[int], pointer: TextPointer) -> str:
    """Return the text at *pointer* of the captured bytes, which are slices of these *lengths* in bytes.

    Raises :class:`BadStatement` if none stands there, or not a post's own.
    """
    number, member = pointer.slice, pointer.member
    if (number, member) not in OWN:
        raise BadStatement(f"Expected the place of a post's own text, found {member} of slice {number}.")
    if number >= len(lengths):
        raise BadStatement(f"Expected a slice from 0 to {len(lengths) - 1} of the captured bytes, found {number}.")
    value = member_at(any_json(slices(raw, lengths)[number]), member)
    if not isinstance(value, str):
        raise BadStatement(f"Expected a text at {member} of the captured bytes, found {shown(value)}.")
    return unescaped(value) if pointer.escaped else value


def member_at(value: object, member: str) -> object:
    """Return what *member*, a pointer through objects, leads to in JSON; None where it leads nowhere."""
    for name in member.split("/")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def unescaped(text: str) -> str:
    """Return *text* with ``&lt;``, ``&gt;`` and ``&amp;`` resolved, in this order."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def slices(raw: bytes, lengths: list[int]) -> list[bytes]:
    """Return the slices of captured bytes, which line feeds join. Raises :class:`BadStatement` for other lengths."""
    found, at = [], 0
    for length in lengths:
        found.append(raw[at : at + length])
        at += length + 1
    if at != len(raw) + 1 or b"\n".join(found) != raw:
        listed = ", ".join(map(str, lengths))
        raise BadStatement(
            f"Expected slices of {listed} bytes, as observed, with line feeds between them, found {len(raw)} bytes that"
            " are not."
        )
    return found


def any_json(data: bytes) -> object:
    """Any JSON, not only ours, but for its numbers; raises :class:`BadStatement` for what is none."""
    try:
        return json.loads(data.decode("utf-8"), parse_int=_unread, parse_float=_unread, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadStatement(f"Expected captured bytes that are JSON, found {len(data)} bytes that are not.") from error


def _unread(number: str) -> None:
    """However many digits it has, none of them is looked at."""


def _refuse(constant: str) -> Never:
    raise ValueError(constant)
