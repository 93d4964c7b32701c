"""An event of Nostr (NIP-01): whether its number is the digest of what it says, and what its tags tell.

::

    {"id": "d9ae19b1…", "pubkey": "7e7e9c42…", "created_at": 1368340080, "kind": 1, "tags": [["t", "校舍"], …],
     "content": "五年了", "sig": "…"}

The ``id`` is the SHA-256 of ``[0,pubkey,created_at,kind,tags,content]`` as JSON without white space, in UTF-8. An event
whose bytes give another number is none: what stands in it may be anybody's words under the number of another's. The
signature (``sig``, BIP 340) is kept with the event and **not checked**: that takes a library for one curve that nobody
keeps for every Python we run on. So an id tells that nothing was changed *since it was made*, and not by whom.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import quote

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost

HEX: Final = re.compile("[0-9a-f]{64}")
SIGNATURE: Final = re.compile("[0-9a-f]{128}")
ADDRESS: Final = re.compile(r"([0-9]{1,5}):([0-9a-f]{64}):(.*)", re.S)
MAX_KIND: Final = 65_535
MAX_NAME: Final = 500  #: bytes of UTF-8 of what its author calls an article
LATEST: Final = 1 << 40  #: seconds since 1970 that no clock shows
#: what some programs write as ``\u0001`` and others as it is
CONTROL: Final = re.compile(r"[\x00-\x07\x0b\x0e-\x1f]")
_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class Event(NamedTuple):
    """An event whose number holds."""

    id: str
    pubkey: str
    created: int  #: seconds since 1970, by its author's clock
    kind: int
    tags: tuple[tuple[str, ...], ...]
    content: str

    def first(self, name: str) -> str:
        """Return the value of the first tag of that name, "" if there is none."""
        return next((each[1] for each in self.named(name)), "")

    def named(self, name: str) -> Iterator[tuple[str, ...]]:
        """Yield the tags of that name that have a value."""
        return (each for each in self.tags if len(each) > 1 and each[0] == name)

    @property
    def post(self) -> str:
        """The id of what it says: its own, or the name under which its author writes it anew (NIP-01, addressable)."""
        if not 30_000 <= self.kind < 40_000:
            return named(self.id)
        return addressed(f"{self.kind}:{self.pubkey}:{self.first('d')}")


def unwrapped(value: JsonValue) -> JsonValue:
    """Return the event in what a relay sends, ``["EVENT", "…", {…}]``; else the value itself."""
    sent = isinstance(value, list) and len(value) in (2, 3) and value[0] == "EVENT"
    return value[-1] if sent and isinstance(value, list) else value


def kind_of(value: JsonValue) -> int:
    """Return the kind that a value says it is; -1 for what is no event."""
    said = members.at(unwrapped(value), "kind")
    return said if type(said) is int and 0 <= said <= MAX_KIND else -1


def read_event(value: JsonValue) -> Event:
    """Return the event of a value. Raises :class:`BadPost` if it is none, or its number is not that of what it says."""
    value, kind = unwrapped(value), kind_of(value)
    number, pubkey = members.at(value, "id"), members.at(value, "pubkey")
    created, content, tags = (members.at(value, name) for name in ("created_at", "content", "tags"))
    if kind < 0 or type(created) is not int or not 0 <= created < LATEST or not isinstance(content, str):
        raise BadPost("an event without a kind, a time or words")
    if (
        not isinstance(number, str)
        or not isinstance(pubkey, str)
        or not (HEX.fullmatch(number) and HEX.fullmatch(pubkey))
    ):
        raise BadPost("an event without its number or its author's key")
    rows = list(_rows(tags))
    if number not in _numbers([0, pubkey, created, kind, rows, content]):
        raise BadPost("its number is not the digest of what it says: it was changed", "damaged")
    return Event(number, pubkey, created, kind, tuple(map(tuple, rows)), content)


def _rows(tags: JsonValue) -> Iterator[list[str]]:
    if not isinstance(tags, list):
        raise BadPost("an event without tags")
    for tag in tags:
        if not isinstance(tag, list):
            raise BadPost("a tag that is no list of words")
        row = [each for each in tag if isinstance(each, str)]
        if len(row) != len(tag):
            raise BadPost("a tag that is no list of words")
        yield row


def _numbers(said: list[object]) -> Iterator[str]:
    """Yield the numbers that programs give to what an event says: they differ over control characters alone."""
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    try:
        yield hashlib.sha256(written.encode()).hexdigest()
        if "\\u00" in written:  # NIP-01 has them as they are, JSON does not
            plain = re.sub(r"(\\[^u])|\\u00([01][0-9a-f])", lambda found: found[1] or chr(int(found[2], 16)), written)
            yield hashlib.sha256(plain.encode()).hexdigest()
    except UnicodeEncodeError:
        raise BadPost("words that are no Unicode") from None


def is_signed(value: JsonValue) -> bool:
    """Tell whether an event bears a signature; one without was never sent, or was sealed in a letter."""
    return SIGNATURE.fullmatch(members.text(unwrapped(value), "sig")) is not None


def time_of(seconds: int | str) -> str | None:
    """Return a time of Nostr's; None for what is none."""
    said = int(seconds) if str(seconds).isascii() and str(seconds).isdigit() and len(str(seconds)) < 13 else -1
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=said)).isoformat() if said > 0 else None
    except OverflowError:
        return None


def named(number: str) -> str:
    """Return the id of the post of that number; "" for what is no number."""
    return f"urn:nostr:{number}" if HEX.fullmatch(number) else ""


def addressed(address: str) -> str:
    """Return the id of what its author writes anew under ``kind:key:name``; "" for what is no such address."""
    found = ADDRESS.fullmatch(address)
    if not found or len(found[3].encode("utf-8", "replace")) > MAX_NAME:
        return ""
    return f"urn:nostr:{int(found[1])}:{found[2]}:{quote(found[3], safe='', errors='replace')}"


def name_in(profile: Mapping[str, JsonValue] | JsonValue) -> str:
    """Return what an account calls itself, by the JSON in the words of its event of kind 0."""
    shown = members.text(profile, "display_name").strip() or members.text(profile, "displayName").strip()
    return (shown or members.text(profile, "name").strip())[:200]


def public_key(pubkey: str) -> str:
    """Return a key as people write it, ``npub1…`` (NIP-19, which is Bech32, BIP 173)."""
    number = int(pubkey, 16) << 4
    data = [number >> 5 * place & 31 for place in reversed(range(52))]
    known, total = [ord(each) >> 5 for each in "npub"] + [0] + [ord(each) & 31 for each in "npub"], 1
    for each in (*known, *data, *[0] * 6):
        top, total = total >> 25, (total & 0x1FFFFFF) << 5 ^ each
        for place, factor in enumerate(_GENERATOR):
            total ^= factor if top >> place & 1 else 0
    check = [(total ^ 1) >> 5 * place & 31 for place in reversed(range(6))]
    return "npub1" + "".join(_LETTERS[each] for each in (*data, *check))
