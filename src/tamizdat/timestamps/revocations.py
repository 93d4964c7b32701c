"""What authorities said of certificates since: lists of revoked ones (CRL), and answers about single ones (OCSP).

A revocation counts if the issuer signed it, or for an answer whom the issuer named for that. Read strictly, and by us,
so that two readers take the same: of a list or an answer that the issuer signed, and of which a part cannot be read,
nobody knows whom it revokes; so it makes every certificate of that issuer doubtful, and no other's.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadProof
from tamizdat.timestamps import certificate as form
from tamizdat.timestamps.chain import UNREADABLE, check_signature, name_of
from tamizdat.timestamps.der import (
    ENUMERATED,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    TIME,
    UTC,
    Fields,
    check_form,
    oid,
    one,
    values,
)
from tamizdat.timestamps.token import SIGNATURES, time_of

#: reasons of a revocation that say nothing against what was signed before (RFC 3161, 4); none given is not among them
HARMLESS: Final = ("unspecified", "affiliationChanged", "superseded", "cessationOfOperation")
REASONS: Final = (
    "unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
)  # fmt: skip
REASON: Final = "2.5.29.21"
BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
ANSWERING: Final = "1.3.6.1.5.5.7.3.9"  #: the use of a key that answers for its issuer
#: what a revocation may be signed with: an old hash too, for to believe it only raises a doubt
REVOKING: Final[dict[str, hashes.HashAlgorithm]] = {
    **SIGNATURES, "1.2.840.113549.1.1.5": hashes.SHA1(), "1.2.840.10045.4.1": hashes.SHA1(),  # noqa: S303 -- see above
}  # fmt: skip


@dataclass(frozen=True)
class Revoked:
    """A certificate that was revoked: its serial number as bytes; *reason* is one of :data:`REASONS`."""

    serial: bytes
    since: datetime
    reason: str


@dataclass(frozen=True)
class RevocationData:
    """A list or an answer. *issuer* is the name of a list's in DER, "" of an answer's, that it alone does not tell.

    *revoked* is None where it cannot be read, for the reason *damage*.
    """

    issuer: bytes
    algorithm: hashes.HashAlgorithm | None
    signature: bytes
    signed: bytes
    revoked: tuple[Revoked, ...] | None
    damage: str = ""
    certificates: tuple[x509.Certificate, ...] = ()

    def is_by(self, issuer: x509.Certificate) -> bool:
        """Whether the key of *issuer* signed it, or, for an answer, one that it named for that."""
        if self.algorithm is None or (self.issuer and self.issuer != issuer.subject.public_bytes()):
            return False
        return any(self._is_signed_by(each) for each in (issuer, *self._named_by(issuer)))

    def _named_by(self, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
        for each in self.certificates:
            with suppress(InvalidSignature, *UNREADABLE, TypeError):
                each.verify_directly_issued_by(issuer)
                if ANSWERING in form.read_form(each.public_bytes(Encoding.DER)).purposes:
                    yield each

    def _is_signed_by(self, certificate: x509.Certificate) -> bool:
        try:
            check_signature(certificate, self.signature, self.signed, self.algorithm)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True


def read_list(data: bytes) -> RevocationData:
    """Read a list of revoked certificates in DER; raises BadProof if not even whose it is can be read."""
    outer = one(data)
    whole = outer.take(SEQUENCE)
    fields = Fields(whole.content)
    fields.maybe(INTEGER)
    algorithm = fields.take(SEQUENCE).whole
    issuer = form.read_name(fields)
    how, signature = form.read_signature(outer, algorithm)
    try:
        check_form(data)
        form.require_end(outer)
        form.read_time(fields)
        if fields.rest() and fields.rest()[0].tag in (UTC, TIME):
            form.read_time(fields)
        entries = fields.maybe(SEQUENCE)
        revoked = tuple(map(_entry, (one(each.whole) for each in values(entries.content if entries else b""))))
        if more := fields.maybe(0xA0):
            form.read_extensions(one(more.content).rest())
        form.require_end(fields)
    except BadProof as error:
        return RevocationData(issuer, REVOKING.get(how), signature, whole.whole, None, str(error))
    return RevocationData(issuer, REVOKING.get(how), signature, whole.whole, revoked)


def _entry(fields: Fields) -> Revoked:
    serial, since, more = fields.take(INTEGER).content, time_of(form.read_time(fields)), fields.maybe(SEQUENCE)
    form.require_end(fields)
    reason = (form.read_extensions(list(values(more.content))) if more else {}).get(REASON)
    return Revoked(serial, since, _reason(reason.value) if reason else "")


def _reason(value: bytes) -> str:
    check_form(value)
    fields = Fields(value)
    number = int.from_bytes(fields.take(ENUMERATED).content, signed=True)
    form.require_end(fields)
    return REASONS[number] if 0 <= number < len(REASONS) else ""


def read_answer(data: bytes) -> RevocationData | None:
    """Read an answer about certificates (RFC 6960) in DER; None if it says nothing: too busy, not allowed.

    Raises BadProof if not even what was signed can be read.
    """
    check_form(data)
    outer = one(data)
    if outer.take(ENUMERATED).content != b"\0":
        return None
    basic = one(outer.take(0xA0).content)
    form.require_end(outer)
    form.require(oid(basic.take(OID).content) == BASIC)
    answer = one(basic.take(OCTETS).content)
    form.require_end(basic)
    whole, algorithm = answer.take(SEQUENCE), answer.inside()
    how, signature, beside = oid(algorithm.take(OID).content), form.read_bits(answer), answer.maybe(0xA0)
    form.require_end(answer)
    certificates = tuple(_certificates(each.whole for each in (one(beside.content).rest() if beside else ())))
    try:
        check_form(whole.whole)
        revoked = tuple(_answers(Fields(whole.content)))
    except BadProof as error:
        return RevocationData(b"", REVOKING.get(how), signature, whole.whole, None, str(error), certificates)
    return RevocationData(b"", REVOKING.get(how), signature, whole.whole, revoked, "", certificates)


def _certificates(data: Iterable[bytes]) -> Iterator[x509.Certificate]:
    for each in data:
        with suppress(BadProof, *UNREADABLE):
            form.read_form(each)
            yield x509.load_der_x509_certificate(each)


def _answers(fields: Fields) -> Iterator[Revoked]:
    fields.maybe(0xA0)  # version
    if not fields.maybe(0xA1):
        fields.take(0xA2)  # who answers, by name or key: whose signature holds is found out
    fields.take(TIME)
    for each in fields.inside().rest():
        about = one(each.whole)
        what = about.inside()
        what.take(SEQUENCE), what.take(OCTETS), what.take(OCTETS)
        serial = what.take(INTEGER).content
        form.require_end(what)
        if how := about.maybe(0xA1):
            told = Fields(how.content)
            since, reason = time_of(told.take(TIME).content.decode("ascii", "replace")), told.maybe(0xA0)
            form.require_end(told)
            yield Revoked(serial, since, _reason(reason.content) if reason else "")
        elif not about.maybe(0x80):
            about.take(0x82)  # good; unknown
        about.take(TIME), about.maybe(0xA0), about.maybe(0xA1)
        form.require_end(about)
    fields.maybe(0xA1)
    form.require_end(fields)


def revocation(chain: Sequence[x509.Certificate], when: datetime, said: Iterable[RevocationData]) -> str:
    """Say which revocation makes what *chain*'s signer signed at *when* doubtful; "" if none that is known."""
    said = tuple(said)
    for certificate, issuer in pairwise(chain):
        serial = form.read_form(certificate.public_bytes(Encoding.DER)).serial
        for each in said:
            if each.revoked is None and each.is_by(issuer):
                return "what was said of its certificates cannot be read"
            for one_of in each.revoked or ():
                if (
                    one_of.serial == serial
                    and (one_of.since <= when or one_of.reason not in HARMLESS)
                    and each.is_by(issuer)
                ):
                    why = one_of.reason or "no reason given"
                    return f"the certificate of {name_of(certificate)} was revoked on {one_of.since:%Y-%m-%d} ({why})"
    return ""
