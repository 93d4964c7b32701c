"""Whether a token's signer is an authority that a reader trusts: at the token's own time, and not revoked since.

::

    signer  ──signed by──►  certificate of its authority  ──►  …  ──►  a root that the reader trusts

Every certificate has to be good *at the time that the token tells*: that one has expired since says nothing against it.
A later revocation does (:mod:`.revocations`), if the key may have been in other hands: then whoever has it writes
tokens of any time (RFC 3161, 4).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from tamizdat.errors import BadProof, CheckFailed
from tamizdat.timestamps.certificate import PURPOSES, CertificateForm, read_form

TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"

#: what the library raises for parts of a certificate that it cannot read, some of them only when it is asked for them
UNREADABLE: Final = (
    ValueError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
MOST, DEEPEST = 16, 5  #: certificates above a signer that are looked at, and in one chain


def chain_of(
    signer: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], when: datetime
) -> list[x509.Certificate]:
    """Return the certificates from *signer* to one of *roots*, by *others*, all good at *when*; raises CheckFailed.

    The signer's is for time stamps and nothing else; the others' keys are for signing certificates.
    """
    form = read_form(signer.public_bytes(Encoding.DER))
    if form.purposes != [TIME_STAMPING] or not form.extensions[PURPOSES].critical:
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
    for each in chain:
        read = _form(each)
        if read is None:
            continue
        if not read.is_judged and each is not chain[-1]:  # a root is one because the reader says so
            raise CheckFailed(f"Expected nothing in {name_of(each)}'s certificate that nobody here can judge.")
        if not read.may_sign and each is not chain[0]:
            raise CheckFailed(f"Expected a key that may sign certificates, found {name_of(each)}'s, which may not.")
    return chain


def _form(certificate: x509.Certificate) -> CertificateForm | None:
    """Return what is read of a certificate strictly; None for a root of the reader's that is written otherwise."""
    try:
        return read_form(certificate.public_bytes(Encoding.DER))
    except BadProof:
        return None


def _above(signer: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return at most :data:`MOST` of *others* that may stand above *signer*, the nearest first, none twice.

    Whoever fills a folder with certificates that sign each other would keep us busy for ever.
    """
    found, known = [signer], set[tuple[x509.Name, x509.Name, bytes]]()
    for lower in found:
        for each in others:
            if each.subject != lower.issuer or len(found) > MOST:
                continue
            read = _form(each)
            same = (each.subject, each.issuer, read.key if read else b"")
            if same not in known:
                known.add(same)
                found.append(each)
    return found[1:]


def key_of(certificate: x509.Certificate) -> bytes:
    """Return the key of a certificate, in DER."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def name_of(certificate: x509.Certificate) -> str:
    """Return whom a certificate is about: the common name, else the whole subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    said = str(names[0].value if names else certificate.subject.rfc4514_string())[:80]
    return "".join(letter if letter.isprintable() else "?" for letter in said)  # a stranger chose it


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
