"""Thousands of items are written alike: what they have in common is compared, and only what each says is read.

*Seams* are what documents of one kind have in common, in order; between each two stands one value::

    tamizdatItem({"bytes":null,"envelope":{"payload":"│","payloadType":"…","signatures":[{"keyid":"│","sig":"│"}]}, …

Nothing is decided here but "it is exactly this". Whatever is written otherwise, or damaged, is left to those who read
any file (:mod:`.item_file`, :mod:`.page_text`); with this module left out, each report is the same.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final

from tamizdat.encoding import Json, canonical, parse_b64, parse_hex, script_call
from tamizdat.errors import BadEncoding, BadProof
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.statement import PAYLOAD_TYPE, Envelope
from tamizdat.verifying.openings import Openings

VALUE: Final = "|"  #: stands for a value where seams are made; no seam has one
FUNCTION: Final = "tamizdatItem"
SALT: Final = b'"salt":"'
ENVELOPE: Final[Json] = {
    "payload": VALUE, "payloadType": PAYLOAD_TYPE, "signatures": [{"keyid": VALUE, "sig": VALUE}],
}  # fmt: skip
WRITTEN: Final = canonical(ENVELOPE).replace(VALUE.encode(), b"%b")
PARTS: Final = re.compile(rb'([<>"])')
KINDS: Final = 300  #: of pages that are remembered
MOST: Final = 32  #: openings of a file that is read here


def cut(data: bytes, seams: Sequence[bytes]) -> list[bytes]:
    """Return what stands between the *seams* of which *data* is made; nothing if it is not.

    Each value ends where the first letter of the seam after it stands first.
    """
    if not data.startswith(seams[0]):
        return []
    found, at = [], len(seams[0])
    for seam in seams[1:]:
        end = data.find(seam[:1], at)
        if not data.startswith(seam, end):
            return []
        found.append(data[at:end])
        at = end + len(seam)
    return found if at == len(data) else []


@lru_cache(maxsize=2 * MOST)
def _seams(openings: int, shown: bool) -> list[bytes]:
    """Return those of an item's file: of one in which each value is *VALUE*."""
    opened: list[Json] = [{"envelope": ENVELOPE, "salt": VALUE}] * openings
    document: Json = {"bytes": VALUE if shown else None, "envelope": ENVELOPE, "openings": opened, "proof": VALUE}
    return script_call(FUNCTION, canonical(document)).split(VALUE.encode())


def item_file(data: bytes) -> tuple[bytes, Envelope, TlogProof, Callable[[], Openings]] | None:
    """Return what an item's file says: the public envelope, in bytes and read, its proof, and what gives the openings.

    None if each value is not in its one form: then it is not canonical JSON, or another way of writing it is.
    """
    openings, shown = data.count(SALT), not data.startswith(b'tamizdatItem({"bytes":null')
    values = cut(data, _seams(openings, shown)) if openings <= MOST else []
    if not values:
        return None
    try:
        raw = parse_b64(values.pop(0).decode(), "the captured bytes") if shown else None
        written, envelope = _envelope(values[:3])
        opened = {}
        for at in range(3, len(values) - 1, 4):
            one, read = _envelope(values[at : at + 3])
            opened[commitment(parse_b64(values[at + 3].decode(), "a salt", 32), one)] = read
        lines = values[-1].decode().split("\\n")
        if len(opened) != openings or "\\" in (text := "".join(lines)) or not text.isprintable():
            return None
        return written, envelope, TlogProof.parse("\n".join(lines).encode()), partial(Openings, raw, opened)
    except (BadEncoding, BadProof, UnicodeDecodeError):
        return None


def _envelope(values: Sequence[bytes]) -> tuple[bytes, Envelope]:
    payload, hint, signature = (each.decode() for each in values)
    hints = {parse_b64(signature, "a signature", 64): parse_hex(hint, 8, "a keyid").hex()}
    return WRITTEN % tuple(values), Envelope(parse_b64(payload, "the payload"), hints)


class Pages:
    """Pages that were read, by how they begin, and how many "<" and quotation marks they have."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[bytes, int, int], _Kind] = {}

    def said_on(self, page: bytes) -> list[tuple[str, str]]:
        """Return each name and its words, as they stand there, of a page that differs from such in its values only.

        Nothing of any other. A value is as it was in those: within one text, or between two quotation marks.
        """
        kind = self._kinds.get(_key(page))
        values = cut(page, kind.seams) if kind else []
        try:
            own = b"\n".join(values).decode()
        except UnicodeDecodeError:
            return []
        if not kind or not values or any(mark in own for mark in '<>"\r'):
            return []
        return [
            (says, b"".join([values[part] if isinstance(part, int) else part for part in parts]).decode())
            for says, parts in kind.said
        ]

    def learn(self, page: bytes, outline: bytes, said: list[tuple[str, int, int]]) -> None:
        """Remember a page: its tags without values, and which of the texts between them are words, under what name."""
        kind = self._kinds.get(key := _key(page))
        if kind and (kind.outline, kind.places) == (outline, said):
            kind.compare(page)
        else:
            if len(self._kinds) == KINDS:
                self._kinds.clear()
            self._kinds[key] = _Kind(page, outline, said)


def _key(page: bytes) -> tuple[bytes, int, int]:
    return page[:40], page.count(b"<"), page.count(b'"')


class _Kind:
    def __init__(self, page: bytes, outline: bytes, places: list[tuple[str, int, int]]) -> None:
        self.outline, self.places = outline, places
        self.seams = [page]
        self.said: list[tuple[str, list[bytes | int]]] = []  #: each name, with seams and numbers of values
        self._pieces: list[bytes | None] = []  #: texts, tags and values, and what parts them; None: they differ

    def compare(self, page: bytes) -> None:
        """Take out of the seams what another page has otherwise."""
        before, pieces = self._pieces or PARTS.split(self.seams[0]), PARTS.split(page)
        if before[1::2] != pieces[1::2]:  # a text with a quotation mark of its own
            return
        self._pieces = [old if old == new else None for old, new in zip(before, pieces, strict=True)]
        self.seams, parts = [b""], list[bytes | int]()
        for piece in self._pieces:
            parts.append(len(self.seams) - 1 if piece is None else piece)
            self.seams[-1] += piece or b""
            self.seams += [b""] if piece is None else []
        starts, ends = ([at for at, piece in enumerate(pieces) if piece == mark] for mark in (b">", b"<"))
        texts = [parts[start + 1 : end] for start, end in zip(starts, [*ends[1:], len(parts)], strict=True)]
        self.said = [(says, [each for text in texts[start:end] for each in text]) for says, start, end in self.places]
