"""Where a post's text stands in its captured bytes, told so that a reader with a JSON parser finds it again.

The bytes are slices, joined by one line feed. A pointer (RFC 6901) leads to the member of a slice's JSON whose value is
the text; ``escaped`` says that ``&lt;``, ``&gt;`` and ``&amp;`` in it are to be resolved first, in this order::

    {"slice": 0, "member": "/tweet/full_text", "escaped": true}

None where a text was made from markup (Mastodon's HTML, XML), or stands in JSON that not every parser reads.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import Json

NOTE: Final = "/noteTweet/core/text"
#: Where the formats' readers find a text, the whole text of a long one first.
MEMBERS: Final = (
    NOTE,
    "/note_tweet/text",
    "/data/note_tweet/text",
    "/tweet/extended_tweet/full_text",
    "/extended_tweet/full_text",
    "/tweet/full_text",
    "/full_text",
    "/tweet/text",
    "/text",
    "/data/text",
    "/content_text",
    "/object/content",
    "/content",
)


def slices(archive: Archive, version: Version) -> list[bytes]:
    """The pieces of a version's bytes."""
    raw = archive.observed(version.number).raw
    said: Any = archive.statement(version.number).predicate
    found, at = [], 0
    for each in said["from"]:
        found.append(raw[at : at + each["length"]])
        at += each["length"] + 1
    return found


def pointer(archive: Archive, version: Version) -> Json:
    """Where its text stands; None if no member holds it."""
    return find(slices(archive, version), version.text)


def find(pieces: Sequence[bytes], text: str) -> Json:
    """The first of the known members that holds *text*: of the first slice, or the note in the second. Further slices
    are of other posts (a page of twarc has those that are quoted), and prove nothing of this one."""
    for number, value in _values(pieces[:2]):
        for member in MEMBERS if number == 0 else (NOTE,):
            found = _at(value, member)
            for escaped in (False, True):
                if isinstance(found, str) and (resolved(found) if escaped else found) == text:
                    return {"slice": number, "member": member, "escaped": escaped}
    return None


def resolved(text: str) -> str:
    """*text* with the three entities resolved."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _values(pieces: Sequence[bytes]) -> Iterator[tuple[int, Any]]:
    for number, piece in enumerate(pieces):
        try:
            yield number, json.loads(piece.decode("utf-8"))
        except ValueError:
            continue


def _at(value: Any, member: str) -> Any:
    for name in member.split("/")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value
