"""Asking a time stamping authority (RFC 3161, 3.4: over HTTP), and what of its answer is believed.

::

    POST  TimeStampReq: version 1, SHA-256 of the text, a nonce, "with certificates"
    200   TimeStampResp (:mod:`.token`)

The authority learns the digest, the moment, and where the request came from: with a proxy, from the proxy's end. The
digest of a checkpoint says nothing until the checkpoint is public; then it says which site asked.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadProof
from tamizdat.timestamps.chain import UNREADABLE
from tamizdat.timestamps.der import INTEGER, OCTETS, OID, SEQUENCE, encode
from tamizdat.timestamps.server_request import ask
from tamizdat.timestamps.token import Token

SHA256: Final = bytes.fromhex("608648016503040201")
ADRIFT: Final = timedelta(minutes=10)  #: by which an authority's clock may differ from ours
BOOLEAN, NULL = 0x01, b"\x05\x00"


@dataclass(frozen=True)
class Answered:
    """A stamp that holds, without its certificates, and these: the signer's first."""

    token: Token
    answer: bytes
    certificates: tuple[bytes, ...]


def request(digest: bytes, nonce: int) -> bytes:
    """Return a TimeStampReq in DER for a SHA-256 *digest*."""
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1)
    imprint = encode(SEQUENCE, encode(SEQUENCE, encode(OID, SHA256) + NULL) + encode(OCTETS, digest))
    version, whole = encode(INTEGER, b"\x01"), encode(BOOLEAN, b"\xff")
    return encode(SEQUENCE, version + imprint + encode(INTEGER, number) + whole)


def stamp(url: str, digest: bytes, now: datetime, seconds: float = 30.0) -> Answered:
    """Return what the authority at *url* says of *digest* now.

    Raises :class:`~tamizdat.errors.PlaceError` without an answer, :class:`BadProof` for one that is not to be kept: on
    another digest, for another request, of another time, not signed by the certificate that it brings.
    """
    nonce = secrets.randbits(64)
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    data = ask(url, "POST", headers, request(digest, nonce), seconds=seconds)
    token = Token.parse(data or b"")
    stamped = token.stamped
    if (stamped.imprint, stamped.hash) != (digest, "sha256"):
        raise BadProof(f"Expected a stamp on {digest.hex()}, found one on {stamped.imprint.hex()}.")
    if stamped.nonce != nonce:
        raise BadProof(f"Expected an answer to this request, {nonce}, found one to {stamped.nonce}.")
    if abs(stamped.time - now) > ADRIFT:
        raise BadProof(
            f"Expected a time within {ADRIFT.seconds // 60} minutes of this computer's, {timestamp(now)}, found "
            f"{timestamp(stamped.time)}. One of the two clocks is wrong."
        )
    certificates = []
    for each in token.certificates:
        try:
            certificates.append(x509.load_der_x509_certificate(each))
        except UNREADABLE as error:
            raise BadProof("Expected an authority's certificates, found one that cannot be read.") from error
    signer = token.signer(certificates)
    if signer is None:
        raise BadProof("Expected a stamp with the certificate of its signer, found one without.")
    token.verify(signer)
    ordered = [signer, *(each for each in certificates if each != signer)]
    return Answered(token, token.bare, tuple(each.public_bytes(Encoding.DER) for each in ordered))
