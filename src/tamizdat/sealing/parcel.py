r"""Parcels: what a consignment is cut into, all of one size and without a mark on the outside.

A parcel is an age file. Inside it lies one *share* of a group: 512 bytes of readable header, then a payload of
8,191 × 512 bytes, 4 MiB together; or of 1,023 × 512, 512 KiB together, where the line is so poor that 4 MiB do not get
through between two cuts. These two sizes exist for everybody, all parcels of a consignment have the same, and so a size
tells "poor line" and nothing else. The header says which consignment and group it belongs to and is signed with the
consignment's own key::

    tamizdat parcel v1
    consignment <64 hex digits>     the consignment's Ed25519 public key, which is its id
    group <32 hex digits>           random; a group that was cut off is made again under another id
    first <decimal>                 number of the group's first payload in the stream, from 0
    share <k> <n> <index>           any k of the n shares give the group; index < k is payload first + index itself
    stage <word>                    the stage in which the group's first byte lies (see sealing.consignment)
    payload <64 hex digits>         BLAKE3 of the payload below
    recipients <64 hex digits>      SHA-256 over the sorted recipients it was sealed to
    signature <88 base64 letters>   Ed25519 over all lines above, newlines included
    <spaces, and a newline as byte 511>

There is one way to write a header, so a reader writes it again and compares. Nothing of this is visible outside: a
parcel's name is the BLAKE3 of the sealed bytes, and every parcel of a size has the same length.
"""

from collections.abc import Iterable
from typing import Final

from blake3 import blake3

from tamizdat.dataclass import dataclass
from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import b64, parse_b64, parse_hex, sha256
from tamizdat.errors import BadEncoding, BadParcel
from tamizdat.keys import SigningKey

HEADER: Final = 512  #: bytes
PAYLOAD: Final = 8191 * 512  #: bytes; a whole number of tar blocks
PLAINTEXT: Final = HEADER + PAYLOAD  #: 4 MiB, which is 64 whole chunks of age
SMALL_PAYLOAD: Final = 1023 * 512  #: bytes of a payload for a poor line
SMALL_PLAINTEXT: Final = HEADER + SMALL_PAYLOAD  #: 512 KiB, 8 whole chunks: 4 seconds at 1 Mbit/s
PLAINTEXTS: Final = (SMALL_PLAINTEXT, PLAINTEXT)  #: the two sizes of a parcel inside its seal
PAYLOADS: Final = (SMALL_PAYLOAD, PAYLOAD)

STAGES: Final = ("inventory", "texts", "previews", "originals", "manifest", "filler")
MAX_SHARES: Final = 64  #: n of a group: bounds what a receiver holds for one group to 256 MiB
MAX_FIRST: Final = 1 << 22  #: payloads of a consignment: 16 TiB (2 of small ones), as long as a file can be on ext4

_FIRST_LINE = "tamizdat parcel v1"


def parcel_name(sealed: bytes | bytearray | memoryview) -> str:
    """Return the name of a parcel: the BLAKE3 of its sealed bytes, 64 lower-case hexadecimal digits."""
    return blake3(sealed).hexdigest()


@dataclass(frozen=True)
class Header:
    """What a parcel says of itself; see the module for each field."""

    consignment: bytes
    group: bytes
    first: int
    k: int
    n: int
    index: int
    stage: str
    payload: bytes
    recipients: bytes

    def _unsigned(self) -> bytes:
        return (
            f"{_FIRST_LINE}\nconsignment {self.consignment.hex()}\ngroup {self.group.hex()}\nfirst {self.first}\n"
            f"share {self.k} {self.n} {self.index}\nstage {self.stage}\npayload {self.payload.hex()}\n"
            f"recipients {self.recipients.hex()}\n"
        ).encode("ascii")

    def signed(self, key: SigningKey) -> bytes:
        """Return the 512 bytes, signed with the consignment's key."""
        unsigned = self._unsigned()
        return self._filled(unsigned, key.sign(unsigned))

    @staticmethod
    def _filled(unsigned: bytes, signature: bytes) -> bytes:
        lines = unsigned + f"signature {b64(signature)}\n".encode("ascii")
        return lines + b" " * (HEADER - 1 - len(lines)) + b"\n"


def recipients_digest(recipients: Iterable[str]) -> bytes:
    """Return SHA-256 over the sorted text forms of the recipients, each with a newline."""
    return sha256("".join(f"{recipient}\n" for recipient in sorted(recipients)).encode("ascii"))


def open_parcel(plaintext: bytes | bytearray | memoryview) -> tuple[Header, memoryview]:
    """Return the header and the payload of an unsealed parcel; raises BadParcel.

    Checked here: exact size, exact form, bounds (before anyone allocates by them), the consignment's signature and
    the payload's digest. Not checked: whether we know the device (:mod:`tamizdat.sealing.inventory`).
    """
    view = memoryview(plaintext)
    if len(view) not in PLAINTEXTS:
        sizes = " or ".join(f"{size:,}" for size in reversed(PLAINTEXTS))
        raise BadParcel(f"Expected a parcel of {sizes} bytes inside its seal, found {len(view):,}.")
    raw = bytes(view[:HEADER])
    header, signature = _parse(raw)
    unsigned = header._unsigned()
    if Header._filled(unsigned, signature) != raw:
        raise BadParcel(
            "Expected a parcel's header in its one exact form; this one says the same in other bytes. It was left out."
        )
    if not signature_holds(header.consignment, unsigned, signature):
        raise BadParcel("Expected a parcel signed by its consignment's key; the signature does not hold.")
    payload = view[HEADER:]
    digest = blake3(payload).digest()
    if digest != header.payload:
        raise BadParcel(
            f"Expected a payload with the BLAKE3 {header.payload.hex()}, found {digest.hex()}; it was left out."
        )
    return header, payload


def _parse(raw: bytes) -> tuple[Header, bytes]:
    try:
        lines = raw.decode("ascii").split("\n")
        (first_line, *fields) = lines[:9]
        words = [line.split(" ") for line in fields]
        if first_line != _FIRST_LINE or [word[0] for word in words] != [
            "consignment",
            "group",
            "first",
            "share",
            "stage",
            "payload",
            "recipients",
            "signature",
        ]:
            raise ValueError
        k, n, index = (int(word) for word in words[3][1:])
        header = Header(
            consignment=parse_hex(words[0][1], 32, "the consignment's id"),
            group=parse_hex(words[1][1], 16, "the group's id"),
            first=int(words[2][1]),
            k=k,
            n=n,
            index=index,
            stage=words[4][1],
            payload=parse_hex(words[5][1], 32, "the payload's digest"),
            recipients=parse_hex(words[6][1], 32, "the recipients' digest"),
        )
        signature = parse_b64(words[7][1], "the signature", 64)
    except (ValueError, IndexError, BadEncoding) as error:
        raise BadParcel(f"Expected the header of a parcel (tamizdat parcel v1), found {raw[:24]!a}.") from error
    if not (1 <= header.k <= header.n <= MAX_SHARES and 0 <= header.index < header.n):
        raise BadParcel(f"Expected a group of at most {MAX_SHARES} shares; this header's numbers are out of bounds.")
    if not (0 <= header.first <= MAX_FIRST and header.stage in STAGES):
        raise BadParcel(
            f"Expected a stage of {', '.join(STAGES)} and a payload number of at most {MAX_FIRST:,}, found "
            f"{header.stage[:20]!r} and {header.first}."
        )
    return header, signature
