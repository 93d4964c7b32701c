"""Who vouches for a WACZ: ``datapackage-digest.json``, by the specification "WACZ Signing and Verification" 0.1.0.

::

    {"path": "datapackage.json", "hash": "sha256:…", "signedData": {
       "hash": "sha256:…", "created": "2026-…Z", "software": "…",
       "signature": base64,                      by ECDSA, over the text of the hash
       "publicKey": base64                       SPKI: a key without a name, or
       "domain": "…", "domainCert": PEM,         the key of a domain,
       "timeSignature": base64, "timestampCert": PEM    with a time stamp over the text of the signature
    }}

What such a signature is worth is not the same for all, and is told (:attr:`Signature.by`):

* ``key`` proves that nothing was changed since the holder of that key signed, and nothing about who that is, or when.
* ``domain`` proves that whoever held the domain's certificate signed; its authority vouches for the domain. That the
  pages are as the sites showed them, the signer vouches for: it is no proof.
* the time is ``created``, the signer's word; with a time stamp it is the word of the service that made the stamp,
  whose name is told, and whether an authority that this computer knows stands behind it.

A signature that claims something and does not hold is refused, whatever else holds; so is a domain whose certificate no
authority here vouches for at that time: anybody can write such a one. The list's own hash, which everybody can make
anew, vouches for nothing.
"""

import base64
import binascii
import ssl
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import verification

from tamizdat.captures.warc import BadWebArchive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex, timestamp
from tamizdat.errors import ToolMissing

NONE, KEY, DOMAIN = "nobody", "key", "domain"
MAX_CERTIFICATES: Final = 10
_PEM_END: Final = "-----END CERTIFICATE-----"
_RAW: Final = {64: 32, 96: 48, 132: 66}  #: bytes of a signature as browsers write it: r and s, one behind the other


@dataclass(frozen=True)
class Signature:
    """What was signed, by whom, when, and by whose word. Times in UTC, to the second."""

    by: str = NONE
    name: str = ""  #: the domain, or the SHA-256 of the key
    created: str = ""  #: the signer's own word
    software: str = ""
    stamped: str = ""  #: the time stamp's time
    stamper: str = ""  #: the subject of its certificate
    stamper_known: bool = False  #: whether an authority that this computer trusts stands behind the stamper

    def document(self) -> dict[str, Json]:
        """Return it as the statement about the file has it: only what is there."""
        return {name: value for name, value in vars(self).items() if value}

    @classmethod
    def read(cls, document: object) -> "Signature":
        """Return what :meth:`document` made; members that are not there, or are of another kind, are empty."""
        given = document if isinstance(document, dict) else {}
        known = {name: given[name] for name, default in vars(cls()).items() if type(given.get(name)) is type(default)}
        return cls(**known)


def check_signature(
    signed: Mapping[str, object], list_hash: str, known: Sequence[x509.Certificate] | None = None
) -> Signature:
    """Return what ``signedData`` proves of the list with this hash; raises :class:`BadWebArchive` if it does not hold.

    *known* are the authorities that are trusted, by default this computer's. Raises :class:`ToolMissing` if there is a
    time stamp and nothing to read it with.
    """
    if _text(signed, "hash") != list_hash:
        raise BadWebArchive(
            f"Expected a signature over this file's list of contents ({list_hash[:23]}…), found one over another "
            f"({_text(signed, 'hash')[:23]}…): its contents were changed after it was signed, or the signature was "
            "taken from another file. Nothing was taken. Ask whoever gave it to you for the file as it was signed."
        )
    signature = _base64(signed, "signature")
    created = _moment(_text(signed, "created"))
    about = Signature(created=timestamp(created), software=_text(signed, "software", "")[:100])
    if "domain" in signed or "domainCert" in signed:
        domain = _text(signed, "domain").lower()
        known = authorities() if known is None else known
        stamp = _stamp(signed, known)
        chain = _certificates(_text(signed, "domainCert"), "domainCert")
        _verify(chain[0].public_key(), signature, list_hash)
        _vouch(chain, domain, stamp[0] if stamp else created, known)
        if stamp:
            about = replace(about, stamped=timestamp(stamp[0]), stamper=stamp[1], stamper_known=stamp[2])
        return replace(about, by=DOMAIN, name=domain)
    data = _base64(signed, "publicKey")
    try:
        key = serialization.load_der_public_key(data)
    except (ValueError, TypeError) as error:
        raise BadWebArchive(
            f"Expected a public key (SPKI) in the WACZ's signature, found {len(data):,} bytes that are none."
        ) from error
    _verify(key, signature, list_hash)
    return replace(about, by=KEY, name=sha256_hex(data))


def _verify(key: object, signature: bytes, signed: str) -> None:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadWebArchive(f"Expected an ECDSA key in the WACZ's signature, found {type(key).__name__[:40]}.")
    half = _RAW.get(len(signature))
    forms = [signature]
    if half:
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        forms.append(encode_dss_signature(r, s))
    for form in forms:
        try:
            key.verify(form, signed.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return
    raise BadWebArchive(
        "Expected a WACZ whose signature holds, found one that its key did not make over this list of contents. "
        "Nothing was taken. Ask whoever gave it to you for the file as it was signed."
    )


def _vouch(chain: list[x509.Certificate], domain: str, when: datetime, known: Sequence[x509.Certificate]) -> None:
    """Check that an authority this computer trusts vouched for the domain's certificate at that time."""
    try:
        subject = x509.DNSName(domain)
        policy = verification.PolicyBuilder().store(verification.Store(list(known))).time(when.replace(tzinfo=None))
        policy.build_server_verifier(subject).verify(chain[0], chain[1:])
    except (ValueError, verification.VerificationError) as error:
        raise BadWebArchive(
            f"Expected a certificate of {domain[:100]} for which an authority known here vouched on "
            f"{timestamp(when)[:10]}, found one for which none does ({str(error)[:120]}): anybody could have made it. "
            "Nothing was taken. If you want its pages without that claim, unpack it and collect the WARC inside."
        ) from error


def _stamp(signed: Mapping[str, object], known: Sequence[x509.Certificate]) -> tuple[datetime, str, bool] | None:
    """Return the time of the time stamp, who made it, and whether an authority known here stands behind them."""
    if "timeSignature" not in signed:
        return None
    try:
        import rfc3161_client
    except ImportError:
        raise ToolMissing(
            "Expected the package rfc3161-client, which reads the time stamp of this WACZ's signature, found none. "
            "Install what a desk needs (docs/installing.md), then collect it again."
        ) from None
    chain = _certificates(_text(signed, "timestampCert"), "timestampCert")
    message = _text(signed, "signature").encode()
    token = _base64(signed, "timeSignature")

    try:
        response = rfc3161_client.decode_timestamp_response(token)
        builder = rfc3161_client.VerifierBuilder().tsa_certificate(chain[0])
        for each in chain[1:] or chain:  # the library trusts all that it is given: who is behind it is asked below
            builder = builder.add_root_certificate(each)
        builder.build().verify_message(response, message)
        when = response.tst_info.gen_time.astimezone(UTC)
    except (ValueError, rfc3161_client.VerificationError) as error:
        raise BadWebArchive(
            f"Expected a time stamp over the WACZ's signature, found one that does not hold ({str(error)[:120]}). "
            "Nothing was taken. Ask whoever gave it to you for the file as it was signed."
        ) from error
    return when, chain[0].subject.rfc4514_string()[:200], _leads_to(chain, known, when)


def _leads_to(chain: list[x509.Certificate], known: Sequence[x509.Certificate], when: datetime) -> bool:
    """Tell whether the first certificate leads to an authority that is known, at that time, by the others.

    What it may be used for, a library that knows of time stamps has looked at.
    """
    anything = verification.ExtensionPolicy.permit_all()  # webpki's own refuses authorities that are for time stamps
    authority = anything.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
    policy = verification.PolicyBuilder().store(verification.Store(list(known))).time(when.replace(tzinfo=None))
    verifier = policy.extension_policies(ca_policy=authority, ee_policy=anything).build_client_verifier()
    try:
        verifier.verify(chain[0], chain[1:])
    except (ValueError, verification.VerificationError):
        return False
    return True


@cache
def authorities() -> list[x509.Certificate]:
    """Return the certificates of the authorities that this computer trusts; :class:`ToolMissing` if there are none."""
    path = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    try:
        text = Path(path).read_text("ascii", "replace")
    except OSError:
        text = ""
    found = []
    with warnings.catch_warnings():  # some old roots are not quite as the standard wants them
        warnings.simplefilter("ignore")
        for each in text.split("-----BEGIN CERTIFICATE-----")[1:]:
            try:
                found.append(x509.load_pem_x509_certificate(f"-----BEGIN CERTIFICATE-----{each}".encode()))
            except (ValueError, x509.InvalidVersion):
                continue
    if not found:
        raise ToolMissing(
            "Expected the certificates of authorities on this computer, by which a domain's signature is checked, "
            "found none; install the package ca-certificates, then collect the file again."
        )
    return found


def _certificates(pem: str, name: str) -> list[x509.Certificate]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, x509.InvalidVersion):
        found = []
    if not 0 < len(found) <= MAX_CERTIFICATES or pem.count(_PEM_END) != len(found):
        raise BadWebArchive(f"Expected 1 to {MAX_CERTIFICATES} certificates as {name} in the WACZ, found {len(found)}.")
    return found


def _text(signed: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = signed.get(name, default)
    if not isinstance(value, str):
        raise BadWebArchive(f"Expected {name} as text in the WACZ's signature, found {str(value)[:40]!a}.")
    return value


def _base64(signed: Mapping[str, object], name: str) -> bytes:
    text = _text(signed, name)
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise BadWebArchive(f"Expected {name} in base64 in the WACZ's signature, found {text[:24]!a}.") from None


def _moment(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadWebArchive(f"Expected a time as 'created' in the WACZ's signature, found {text[:40]!a}.") from None
