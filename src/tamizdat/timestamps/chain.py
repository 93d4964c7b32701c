"""Whether a token's signer is an authority that a reader trusts: at the token's own time, and not revoked since.

::

    signer  ──signed by──►  certificate of its authority  ──►  …  ──►  a root that the reader trusts

Every certificate has to be good *at the time that the token tells*: that one has expired since says nothing against it.
A later revocation does, if the key may have been in other hands: then whoever has it writes tokens of any time (RFC
3161, 4). Lists of revoked certificates (CRL) and answers about single ones (OCSP) count if the authority signed them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp, verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tamizdat.dataclass import dataclass
from tamizdat.errors import CheckFailed

AnyExtension = TypeVar("AnyExtension", bound=x509.ExtensionType)

#: what the library raises for parts of a certificate that it cannot read, some of them only when it is asked for them
UNREADABLE: Final = (
    ValueError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
MOST, DEEPEST = 16, 5  #: certificates above a signer that are looked at, and in one chain
#: reasons of a revocation that say nothing against what was signed before (RFC 3161, 4); none given is not among them
HARMLESS: Final = ("unspecified", "affiliationChanged", "superseded", "cessationOfOperation")


@dataclass(frozen=True)
class Revocations:
    """What authorities said of certificates: lists of revoked ones, and answers about single ones."""

    lists: tuple[x509.CertificateRevocationList, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()


def chain_of(
    signer: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], when: datetime
) -> list[x509.Certificate]:
    """Return the certificates from *signer* to one of *roots*, by *others*, all good at *when*; raises CheckFailed.

    The signer's is for time stamps and nothing else; the others' keys are for signing certificates.
    """
    usage = _extension(signer, x509.ExtendedKeyUsage)
    if usage is None or not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise CheckFailed("Expected a signer whose certificate is for time stamps alone, found one that is not.")
    if not roots:
        raise CheckFailed("Expected a root that is trusted here for time stamps, found none.")
    anything = verification.ExtensionPolicy.permit_all()
    authority = anything.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
    policy = verification.PolicyBuilder().store(verification.Store(list(roots))).time(when.replace(tzinfo=None))
    policy = policy.max_chain_depth(DEEPEST)
    verifier = policy.extension_policies(ca_policy=authority, ee_policy=anything).build_client_verifier()
    try:
        chain = list(verifier.verify(signer, _above(signer, others)).chain)
    except (verification.VerificationError, *UNREADABLE) as error:
        why = str(error).rpartition(": ")[2]
        told = "" if why.startswith("all candidates exhausted") else f" ({why:.120})"
        raise CheckFailed(f"Expected a chain to a root that is trusted here, found none{told}.") from error
    for each in chain[1:]:
        allowed = _extension(each, x509.KeyUsage)
        if allowed is not None and not allowed.value.key_cert_sign:
            raise CheckFailed(f"Expected a key that may sign certificates, found {name_of(each)}'s, which may not.")
    return chain


def _above(signer: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return at most :data:`MOST` of *others* that may stand above *signer*, the nearest first, none twice.

    Whoever fills a folder with certificates that sign each other would keep us busy for ever.
    """
    found, known = [signer], set[tuple[x509.Name, x509.Name, bytes]]()
    for lower in found:
        for each in others:
            same = (each.subject, each.issuer, key_of(each))
            if each.subject == lower.issuer and same not in known and len(found) <= MOST:
                known.add(same)
                found.append(each)
    return found[1:]


def revocation(chain: Sequence[x509.Certificate], when: datetime, said: Revocations) -> str:
    """Say which revocation makes what *chain*'s signer signed at *when* doubtful; "" if none that is known."""
    for certificate, issuer in pairwise(chain):
        for date, reason in (*_listed(certificate, issuer, said.lists), *_answered(certificate, issuer, said.answers)):
            if date <= when or reason not in HARMLESS:
                why = reason or "no reason given"
                return f"the certificate of {name_of(certificate)} was revoked on {date:%Y-%m-%d} ({why})"
    return ""


def key_of(certificate: x509.Certificate) -> bytes:
    """Return the key of a certificate, in DER."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def name_of(certificate: x509.Certificate) -> str:
    """Return whom a certificate is about: the common name, else the whole subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    said = str(names[0].value if names else certificate.subject.rfc4514_string())[:80]
    return "".join(letter if letter.isprintable() else "?" for letter in said)  # a stranger chose it


def _extension(certificate: x509.Certificate, kind: type[AnyExtension]) -> x509.Extension[AnyExtension] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None


def _listed(
    certificate: x509.Certificate, issuer: x509.Certificate, lists: Sequence[x509.CertificateRevocationList]
) -> Iterator[tuple[datetime, str]]:
    """Yield when a certificate was revoked and why, by the lists that its issuer signed."""
    key = issuer.public_key()
    for each in lists:
        if each.issuer != issuer.subject or not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            continue
        found = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if found is not None and each.is_signature_valid(key):
            try:
                reason = found.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
            except (x509.ExtensionNotFound, *UNREADABLE):
                reason = ""
            yield found.revocation_date_utc, reason


def _answered(
    certificate: x509.Certificate, issuer: x509.Certificate, answers: Sequence[ocsp.OCSPResponse]
) -> Iterator[tuple[datetime, str]]:
    """Yield the same by the answers that its issuer signed, or whom the issuer named for that."""
    for each in answers:
        for one in each.responses if each.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else ():
            date = one.revocation_time_utc
            if one.serial_number == certificate.serial_number and date is not None and _by(each, issuer):
                yield date, one.revocation_reason.value if one.revocation_reason else ""


def _by(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    for each in (issuer, *answer.certificates):
        usage = _extension(each, x509.ExtendedKeyUsage)
        try:
            if each != issuer:
                each.verify_directly_issued_by(issuer)
                if usage is None or ExtendedKeyUsageOID.OCSP_SIGNING not in usage.value:
                    continue
            check_signature(each, answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            continue
        return True
    return False


def check_signature(
    certificate: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm | None
) -> None:
    """Raise InvalidSignature, UnsupportedAlgorithm or ValueError unless the key of *certificate* signed *signed*."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
        key.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise UnsupportedAlgorithm(type(key).__name__)
