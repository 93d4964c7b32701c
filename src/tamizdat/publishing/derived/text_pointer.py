"""Where a post's text stands in its captured bytes, told so that a reader with a JSON parser finds it again.

The bytes are slices, joined by one line feed. A pointer (RFC 6901) leads to the member of a slice's JSON whose value is
the text; ``escaped`` says that ``&lt;``, ``&gt;`` and ``&amp;`` in it are to be resolved first, in this order::

    {"slice": 0, "member": "/tweet/full_text", "escaped": true}

None where a text was made from markup (Mastodon's HTML, XML), or stands in JSON that not every parser reads. Looked for
is where the verifier accepts it (:data:`tamizdat.verifying.openings.OWN`) and read as the verifier reads: further
slices are of other posts (a page of twarc has those that are quoted), and prove nothing of this one.
"""

from collections.abc import Sequence

from tamizdat.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.errors import BadStatement
from tamizdat.statements import observed
from tamizdat.statements.derived import TextPointer
from tamizdat.verifying.openings import OWN, any_json, slices


def pointer(archive: Archive, version: Version) -> TextPointer | None:
    """Return where its text stands; None if no member holds it."""
    said = observed.read(archive.statement(version.number))
    raw = archive.observed(version.number).raw
    return find(slices(raw, [each.length for each in said.slices]), version.text)


def find(pieces: Sequence[bytes], text: str) -> TextPointer | None:
    """Return the first of the places that hold *text*: of the first slice, or the note in the second."""
    values = [_value(piece) for piece in pieces[:2]]
    for number, member in OWN:
        found = _at(values[number], member) if number < len(values) else None
        for escaped in (False, True):
            if isinstance(found, str) and (resolved(found) if escaped else found) == text:
                return TextPointer(number, member, escaped)
    return None


def resolved(text: str) -> str:
    """Return *text* with the three entities resolved."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _value(piece: bytes) -> object:
    try:
        return any_json(piece)
    except BadStatement:
        return None


def _at(value: object, member: str) -> object:
    for name in member.split("/")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value
