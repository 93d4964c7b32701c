"""What is opened beside a post: private statements whose commitments its public one names, and the captured bytes.

``openings.json`` is canonical JSON::

    {"bytes": "<base64>", "openings": [{"envelope": "<base64>", "salt": "<base64>"}, …]}

An opening is known by what it opens: SHA-256 over salt and envelope is the commitment (``ledger/commitment.py``). So
their order says nothing, and one that opens nothing the statement names is never looked at.

The post's text stands in the bytes. They are slices joined by line feeds, whose lengths the opened ``observed`` tells;
a slice is JSON, and a pointer leads to the member that holds the text. Only members that hold a post's own text count
(:data:`OWN`): a pointer to a quoted post's would make its words this voice's.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from tamizdat.encoding import parse_b64, parse_canonical
from tamizdat.errors import BadEncoding, BadStatement, CheckFailed
from tamizdat.ledger.commitment import commitment
from tamizdat.verifying.item_statement import Named, maybe, members, several, text

OPENINGS = "openings.json"  #: in an item's folder
MOST = 64 << 20  #: bytes of such a file
FORM = members(bytes=maybe(text), openings=several(members(envelope=text, salt=text)))
OWN = (  # slice, and pointer (RFC 6901) in its JSON; the whole text of a long post before the one that is cut short
    (0, "/noteTweet/core/text"), (0, "/note_tweet/text"), (0, "/data/note_tweet/text"),
    (0, "/tweet/extended_tweet/full_text"), (0, "/extended_tweet/full_text"), (0, "/tweet/full_text"),
    (0, "/full_text"), (0, "/tweet/text"), (0, "/text"), (0, "/data/text"), (0, "/content_text"),
    (0, "/object/content"), (0, "/content"),
    (1, "/noteTweet/core/text"),  # X keeps it in a file of its own, so it is the second slice
)  # fmt: skip


@dataclass(frozen=True)
class Openings:
    """The captured bytes, if shown, and envelopes by the commitment that they open."""

    raw: bytes | None = None
    envelopes: dict[bytes, bytes] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes) -> "Openings":
        """Raises :class:`BadStatement` for anything of another form."""
        try:
            value = FORM(parse_canonical(data, "what is opened", MOST))
            raw = None if value["bytes"] is None else parse_b64(value["bytes"], "the captured bytes")
            envelopes = {}
            for each in value["openings"]:
                envelope, salt = parse_b64(each["envelope"], "an envelope"), parse_b64(each["salt"], "a salt", 32)
                envelopes[commitment(salt, envelope)] = envelope
        except BadEncoding as error:
            raise BadStatement(f"Expected what the item's statement opens, found another form. {error}") from error
        return cls(raw, envelopes)

    def envelope(self, named: Named) -> bytes:
        """The envelope that opens a commitment; raises :class:`CheckFailed` if none does."""
        if named.commitment not in self.envelopes:
            raise CheckFailed(f"Expected what opens the commitment of entry {named.index}, found nothing that does.")
        return self.envelopes[named.commitment]


def text_in(raw: bytes, lengths: list[int], reading: dict[str, Any]) -> str:
    """The text at *reading* of the captured bytes; raises :class:`BadStatement` if none stands there."""
    number, member = reading["slice"], reading["member"]
    if (number, member) not in OWN or number >= len(lengths):
        raise BadStatement(f"Expected the place of a post's own text, found {member} of slice {number}.")
    value = member_at(any_json(slices(raw, lengths)[number]), member)
    if not isinstance(value, str):
        raise BadStatement(f"Expected a text at {member} of the captured bytes, found none.")
    return unescaped(value) if reading["escaped"] else value


def member_at(value: Any, member: str) -> Any:
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
        raise BadStatement("Expected captured bytes of the lengths that were observed, found others.")
    return found


def any_json(data: bytes) -> Any:
    """Any JSON, not only ours, but for its numbers; raises :class:`BadStatement` for what is none."""
    try:
        return json.loads(data.decode("utf-8"), parse_int=_unread, parse_float=_unread, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadStatement("Expected captured bytes that are JSON, found others.") from error


def _unread(number: str) -> None:
    """However many digits it has, none of them is looked at."""


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
