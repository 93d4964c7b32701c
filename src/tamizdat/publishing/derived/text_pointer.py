"""Where a post's text stands in its captured bytes, told so that a reader with a JSON parser finds it again.

The bytes are slices, joined by one line feed. A pointer (RFC 6901) leads to the member of a slice's JSON whose value is
the text; ``escaped`` says that ``&lt;``, ``&gt;`` and ``&amp;`` in it are to be resolved first, in this order::

    {"slice": 0, "member": "/tweet/full_text", "escaped": true}

None where a text was made from markup (Mastodon's HTML, XML), or stands in JSON that not every parser reads.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tamizdat.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import Json
from tamizdat.verifying.openings import OWN, member_at, slices, unescaped


def slices_of(archive: Archive, version: Version) -> list[bytes]:
    """Return the slices of a version's captured bytes."""
    said: Any = archive.statement(version.number).predicate
    return slices(archive.observed(version.number).raw, [each["length"] for each in said["from"]])


def pointer(archive: Archive, version: Version) -> Json:
    """Where its text stands; None if no member holds it."""
    return find(slices_of(archive, version), version.text)


def find(pieces: Sequence[bytes], text: str) -> Json:
    """Return the first of the verifier's places of a post's own text that holds *text*; None if none does.

    Slices behind the second are of other posts (a page of twarc has those that are quoted), and prove nothing of this
    one.
    """
    for number, value in _values(pieces[:2]):
        for member in (member for held, member in OWN if held == number):
            found = member_at(value, member)
            for escaped in (False, True):
                if isinstance(found, str) and (unescaped(found) if escaped else found) == text:
                    return {"slice": number, "member": member, "escaped": escaped}
    return None


def _values(pieces: Sequence[bytes]) -> Iterator[tuple[int, Any]]:
    for number, piece in enumerate(pieces):
        try:
            yield number, json.loads(piece.decode("utf-8"))
        except ValueError:
            continue
