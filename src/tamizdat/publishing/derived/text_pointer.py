"""Where a post's text stands in its captured bytes, told so that a reader with a JSON parser finds it again.

The bytes are slices, joined by one line feed. A pointer (RFC 6901) leads to the member of a slice's JSON whose value is
the text; ``escaped`` says that ``&lt;``, ``&gt;`` and ``&amp;`` in it are to be resolved first, in this order::

    {"slice": 0, "member": "/tweet/full_text", "escaped": true}

None where a text was made from markup (Mastodon's HTML, XML), or stands in JSON that not every parser reads. Looked for
is where the verifier accepts it (:data:`tamizdat.verifying.openings.OWN`) and read as the verifier reads: further
slices are of other posts (a page of twarc has those that are quoted), and prove nothing of this one.
"""

from collections.abc import Iterator, Sequence

from tamizdat.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.errors import BadStatement
from tamizdat.statements.derived import TextPointer
from tamizdat.verifying.openings import OWN, any_json, member_at, slices, unescaped


def slices_of(archive: Archive, version: Version) -> list[bytes]:
    """Return the slices of a version's captured bytes."""
    observed = archive.observed(version.number)
    return slices(observed.raw, [each.length for each in observed.said.slices])


def pointer(archive: Archive, version: Version) -> TextPointer | None:
    """Return where its text stands; None if no member holds it."""
    return find(slices_of(archive, version), version.text)


def find(pieces: Sequence[bytes], text: str) -> TextPointer | None:
    """Return the first of the verifier's places of a post's own text that holds *text*; None if none does."""
    values = dict(_values(pieces[:2]))
    for number, member in OWN:
        found = member_at(values.get(number), member)
        for escaped in (False, True):
            if isinstance(found, str) and (unescaped(found) if escaped else found) == text:
                return TextPointer(number, member, escaped)
    return None


def _values(pieces: Sequence[bytes]) -> Iterator[tuple[int, object]]:
    for number, piece in enumerate(pieces):
        try:
            yield number, any_json(piece)
        except BadStatement:
            continue
