"""The answer of a time stamping authority (RFC 3161): a status, and a token that its key signed.

::

    TimeStampResp                 what is kept as NAME.tsr
    ├── status                    granted, or granted with modifications
    └── SignedData (CMS)
        ├── TSTInfo               the digest that was stamped, the authority's time, a nonce
        ├── certificates          the signer's and others, in any order; no signature covers them
        └── SignerInfo            whose key, over attributes that name TSTInfo's digest and the signer's certificate

Reading verifies no signature: that is :meth:`Token.verify`, and whether the signer is an authority :mod:`.chain`. The
token's own text of its time is kept, for it may have fractions.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadProof
from tamizdat.timestamps.chain import check_signature
from tamizdat.timestamps.der import INTEGER, OCTETS, OID, SEQUENCE, SET, TIME, Fields, encode, oid, one, values

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNER, SIGNER_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
SHA2: Final[dict[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(), "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}  # fmt: skip
KEYS_ALONE: Final = ("1.2.840.113549.1.1.1", "1.2.840.10045.2.1")  #: RSA, EC: the hash is that of the attributes
SIGNATURES: Final[dict[str, hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.11": hashes.SHA256(), "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(), "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(), "1.2.840.10045.4.3.4": hashes.SHA512(),
}  # fmt: skip


@dataclass(frozen=True)
class Stamped:
    """What an authority says: that it saw this digest at that time (UTC). *said* is its own text of the time."""

    imprint: bytes
    hash: str
    time: datetime
    said: str
    nonce: int | None


@dataclass(frozen=True)
class Token:
    """An authority's answer, read. *named* are hash and digest that name the signer's certificate."""

    stamped: Stamped
    certificates: tuple[bytes, ...]  #: in DER, as they came
    bare: bytes  #: the same answer without certificates
    attributes: bytes  #: what the signature is over
    named: tuple[str, bytes]
    algorithm: hashes.HashAlgorithm
    signature: bytes

    @classmethod
    def parse(cls, data: bytes) -> "Token":
        """Read an answer; raises BadProof unless a token was granted, in the form of RFC 3161."""
        answer = one(data)
        status = answer.take(SEQUENCE)
        number = int.from_bytes(Fields(status.content).take(INTEGER).content)
        if number not in (0, 1):
            raise BadProof(f"Expected a time stamp that was granted (status 0 or 1), found status {number}.")
        kind, signed = _content(answer.inside(), SIGNED_DATA)
        parts = one(signed)
        head = [parts.take(tag) for tag in (INTEGER, SET, SEQUENCE)]
        _, octets = _content(Fields(head[2].content), TST_INFO)
        stated = Fields(octets).take(OCTETS).content
        certificates, *tail = parts.maybe(0xA0), parts.maybe(0xA1), parts.take(SET)
        bare = encode(SEQUENCE, b"".join(each.whole for each in (*head, *tail) if each))
        made = encode(SEQUENCE, status.whole + encode(SEQUENCE, kind + encode(0xA0, bare)))
        found = tuple(each.whole for each in values(certificates.content)) if certificates else ()
        assert tail[-1] is not None
        signer = Fields(tail[-1].content)
        info = signer.inside()
        if signer.rest():
            raise BadProof(f"Expected a time stamp signed by one authority, found {1 + len(signer.rest())} signers.")
        return cls(_stamped(one(stated)), found, made, *_signature(info, stated))

    def covers(self, text: bytes) -> bool:
        """Whether the stamp is on *text*."""
        return hashlib.new(self.stamped.hash, text).digest() == self.stamped.imprint

    def signer(self, certificates: Iterable[x509.Certificate]) -> x509.Certificate | None:
        """Return the certificate that the signed attributes name by its digest, if it is among these."""
        kind, digest = self.named
        same = (each for each in certificates if hashlib.new(kind, each.public_bytes(Encoding.DER)).digest() == digest)
        return next(same, None)

    def verify(self, certificate: x509.Certificate) -> None:
        """Raise BadProof unless the key of *certificate* signed the token."""
        try:
            check_signature(certificate, self.signature, self.attributes, self.algorithm)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
            raise BadProof("Expected a time stamp that its authority signed, found a signature that fails.") from error


def _content(fields: Fields, kind: str) -> tuple[bytes, bytes]:
    """Return the type of a ContentInfo, which must be *kind*, in DER, and what it holds."""
    named = fields.take(OID)
    if oid(named.content) != kind:
        raise BadProof(f"Expected the content {kind} in a time stamp, found {oid(named.content)[:60]}.")
    return named.whole, fields.take(0xA0).content


def _stamped(fields: Fields) -> Stamped:
    """Read TSTInfo."""
    fields.take(INTEGER), fields.take(OID)
    imprint = fields.inside()
    kind = _sha2(imprint.inside())
    fields.take(INTEGER)
    said = fields.take(TIME).content.decode("ascii", "replace")
    fields.maybe(SEQUENCE), fields.maybe(0x01)  # accuracy, ordering
    nonce = fields.maybe(INTEGER)
    number = int.from_bytes(nonce.content, signed=True) if nonce else None
    return Stamped(imprint.take(OCTETS).content, kind.name, time_of(said), said, number)


def time_of(said: str) -> datetime:
    """Return a GeneralizedTime in UTC, its fractions of a second cut to microseconds; raises BadProof."""
    match = re.fullmatch(r"(\d{14})(?:\.(\d{1,9}))?Z", said, re.ASCII)
    try:
        when = datetime.strptime(match[1] if match else "", "%Y%m%d%H%M%S")  # noqa: DTZ007 -- "Z" was read above
    except ValueError:
        raise BadProof(f"Expected an authority's time like 20261129030005Z, found {said[:40]!a}.") from None
    fraction = int((match[2] or "").ljust(6, "0")[:6]) if match else 0
    return when.replace(microsecond=fraction, tzinfo=UTC)


def _sha2(algorithm: Fields) -> hashes.HashAlgorithm:
    found = oid(algorithm.take(OID).content)
    if found not in SHA2:
        raise BadProof(f"Expected SHA-256, SHA-384 or SHA-512 in a time stamp, found the hash {found[:60]}.")
    return SHA2[found]


def _signature(info: Fields, stated: bytes) -> tuple[bytes, tuple[str, bytes], hashes.HashAlgorithm, bytes]:
    """Read SignerInfo, whose attributes must name *stated*: attributes, certificate, hash, signature."""
    info.take(INTEGER)
    if not info.maybe(SEQUENCE):  # issuer and serial number, which the named certificate has
        info.take(0x80)
    digest = _sha2(info.inside())
    attributes = info.take(0xA0).content
    algorithm = oid(info.inside().take(OID).content)
    signature = info.take(OCTETS).content
    known = digest if algorithm in KEYS_ALONE else SIGNATURES.get(algorithm)
    if known is None:
        raise BadProof(f"Expected a signature by RSA (PKCS #1) or ECDSA, found the algorithm {algorithm[:60]}.")
    said: dict[str, Fields] = {}
    for each in values(attributes):
        attribute = one(each.whole)
        name = oid(attribute.take(OID).content)
        said[name] = attribute.inside(SET)
    if DIGEST not in said or said[DIGEST].take(OCTETS).content != hashlib.new(digest.name, stated).digest():
        raise BadProof(
            f"Expected a time stamp whose signature names {hashlib.new(digest.name, stated).hexdigest()}, found none."
        )
    if CONTENT_TYPE not in said or oid(said[CONTENT_TYPE].take(OID).content) != TST_INFO:
        raise BadProof("Expected a time stamp whose signature names its content type, found none.")
    return encode(SET, attributes), _named(said), known, signature


def _named(said: dict[str, Fields]) -> tuple[str, bytes]:
    """Return hash and digest of the signer's certificate (RFC 2634, SHA-1; RFC 5035, a hash that is named)."""
    if SIGNER_V2 in said:
        first = said[SIGNER_V2].inside().inside().inside()
        kind = first.maybe(SEQUENCE)
        return (_sha2(Fields(kind.content)) if kind else hashes.SHA256()).name, first.take(OCTETS).content
    if SIGNER in said:
        return "sha1", said[SIGNER].inside().inside().inside().take(OCTETS).content
    raise BadProof("Expected a time stamp that names its authority's certificate, found one that does not.")
