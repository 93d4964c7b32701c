"""Which chains a reader follows, and which revocations count: certificates made for each case."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support.malformed_stamps import Node
from tamizdat.errors import BadProof, CheckFailed
from tamizdat.timestamps.chain import chain_of
from tamizdat.timestamps.der import values
from tamizdat.timestamps.revocations import RevocationData, read_answer, read_list, revocation

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(5)]
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
NO_CERTIFICATES = x509.KeyUsage(True, False, False, False, False, False, False, False, False)


def certificate(
    name: str, key: int, issuer: str, signer: int, *, ca: bool | None = None, most: int | None = None,
    usage: tuple[x509.ObjectIdentifier, ...] = (), critical: bool = True, keys: x509.KeyUsage | None = None,
    until: datetime = NOW + 900 * DAY,
) -> x509.Certificate:  # fmt: skip
    """A certificate about *name* with the key of that number, by *issuer* with another."""

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
        .public_key(KEYS[key].public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 900 * DAY).not_valid_after(until)
    )  # fmt: skip
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, most), critical=True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usage)), critical=critical)
    if keys:
        builder = builder.add_extension(keys, critical=True)
    return builder.sign(KEYS[signer], hashes.SHA256())


ROOT = certificate("root", 0, "root", 0, ca=True)
MIDDLE = certificate("middle", 1, "root", 0, ca=True, usage=(STAMPING,))
SIGNER = certificate("signer", 2, "middle", 1, ca=False, usage=(STAMPING,))


def test_a_chain_leads_to_a_root_that_is_trusted_at_the_time_of_the_token() -> None:
    assert chain_of(SIGNER, [MIDDLE], [ROOT], NOW) == [SIGNER, MIDDLE, ROOT]
    with pytest.raises(CheckFailed, match="Expected a chain to a root"):
        chain_of(SIGNER, [MIDDLE], [certificate("root", 3, "root", 3, ca=True)], NOW)
    with pytest.raises(CheckFailed, match=r"Expected a chain to a root that is trusted here, found none\.$"):
        chain_of(SIGNER, [], [ROOT], NOW)
    with pytest.raises(CheckFailed, match="Expected a root that is trusted here"):
        chain_of(SIGNER, [MIDDLE], [], NOW)


def test_a_certificate_that_expired_since_counts_and_one_that_had_does_not() -> None:
    short = certificate("signer", 2, "middle", 1, ca=False, usage=(STAMPING,), until=NOW + DAY)
    assert chain_of(short, [MIDDLE], [ROOT], NOW)
    with pytest.raises(CheckFailed):
        chain_of(short, [MIDDLE], [ROOT], NOW + 2 * DAY)


@pytest.mark.parametrize(
    "signer",
    [
        certificate("signer", 2, "middle", 1, ca=False),
        certificate("signer", 2, "middle", 1, ca=False, usage=(STAMPING,), critical=False),
        certificate("signer", 2, "middle", 1, ca=False, usage=(STAMPING, ExtendedKeyUsageOID.CLIENT_AUTH)),
        certificate("signer", 2, "middle", 1, ca=False, usage=(ExtendedKeyUsageOID.SERVER_AUTH,)),
    ],
)
def test_a_signer_that_is_for_more_or_for_something_else_is_refused(signer: x509.Certificate) -> None:
    with pytest.raises(CheckFailed, match="for time stamps alone"):
        chain_of(signer, [MIDDLE], [ROOT], NOW)


@pytest.mark.parametrize(
    "above",
    [
        [certificate("middle", 1, "root", 0, ca=False)],
        [certificate("middle", 1, "root", 0)],
        [certificate("middle", 1, "root", 0, ca=True, keys=NO_CERTIFICATES)],
        [certificate("middle", 1, "higher", 3, ca=True), certificate("higher", 3, "root", 0, ca=True, most=0)],
        [certificate("middle", 1, "root", 4, ca=True)],
    ],
)
def test_who_may_not_sign_certificates_stands_in_no_chain(above: list[x509.Certificate]) -> None:
    with pytest.raises(CheckFailed):
        chain_of(SIGNER, above, [ROOT], NOW)


def test_certificates_that_sign_each_other_end_soon() -> None:
    """Forty names certify each other: to follow all the ways through them would take for ever."""
    names = [f"hostile {number}" for number in range(40)]
    those = [certificate(one, 1, two, 1, ca=True) for one, two in pairwise([*names, *names, *names])]
    those += [certificate(name, 1, other, 1, ca=True) for name in names for other in names[:8]]
    signer = certificate("signer", 2, names[0], 1, ca=False, usage=(STAMPING,))
    with pytest.raises(CheckFailed):
        chain_of(signer, those, [ROOT], NOW)


def revoked(reason: x509.ReasonFlags | None, when: datetime, key: int = 1) -> RevocationData:
    entry = x509.RevokedCertificateBuilder().serial_number(SIGNER.serial_number).revocation_date(when)
    if reason:
        entry = entry.add_extension(x509.CRLReason(reason), critical=False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(MIDDLE.subject).last_update(when)
    builder = builder.next_update(when + DAY).add_revoked_certificate(entry.build())
    return read_list(builder.sign(KEYS[key], hashes.SHA256()).public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("reason", "when", "doubtful"),
    [
        (x509.ReasonFlags.key_compromise, NOW + DAY, True),
        (x509.ReasonFlags.ca_compromise, NOW + DAY, True),
        (None, NOW + DAY, True),
        (x509.ReasonFlags.superseded, NOW + DAY, False),
        (x509.ReasonFlags.cessation_of_operation, NOW + DAY, False),
        (x509.ReasonFlags.superseded, NOW - DAY, True),  # it was no good any more when it signed
    ],
)
def test_a_revocation_counts_by_its_reason_and_its_day(
    reason: x509.ReasonFlags | None, when: datetime, doubtful: bool
) -> None:
    chain = [SIGNER, MIDDLE, ROOT]
    assert bool(revocation(chain, NOW, [revoked(reason, when)])) is doubtful
    assert revocation(chain, NOW, [revoked(reason, when, key=3)]) == ""  # by somebody else's key


def answer(key: int, responder: x509.Certificate, good: bool = False) -> RevocationData:
    when = NOW + DAY
    builder = ocsp.OCSPResponseBuilder().add_response(
        SIGNER, MIDDLE, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD if good else ocsp.OCSPCertStatus.REVOKED,
        when, when + DAY, None if good else when, None if good else x509.ReasonFlags.key_compromise,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder).certificates([responder])
    said = read_answer(builder.sign(KEYS[key], hashes.SHA256()).public_bytes(Encoding.DER))
    assert said is not None
    return said


def test_an_answer_about_a_certificate_counts_by_the_issuer_or_whom_the_issuer_named() -> None:
    chain = [SIGNER, MIDDLE, ROOT]
    named = certificate("answers", 3, "middle", 1, ca=False, usage=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    other = certificate("answers", 3, "middle", 1, ca=False, usage=(ExtendedKeyUsageOID.SERVER_AUTH,))
    unnamed = certificate("answers", 3, "middle", 1, ca=False)
    stranger = certificate("answers", 3, "middle", 4, ca=False, usage=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    assert "keyCompromise" in revocation(chain, NOW, [answer(1, MIDDLE)])
    assert "keyCompromise" in revocation(chain, NOW, [answer(3, named)])
    assert revocation(chain, NOW, [answer(1, MIDDLE, good=True)]) == ""
    for responder in (other, unnamed, stranger):
        assert revocation(chain, NOW, [answer(3, responder)]) == ""


def test_a_list_of_which_a_part_cannot_be_read_casts_doubt_on_what_its_issuer_certified_and_on_nothing_else() -> None:
    builder = x509.CertificateRevocationListBuilder().issuer_name(MIDDLE.subject).last_update(NOW).next_update(NOW)
    entry = x509.RevokedCertificateBuilder().serial_number(17).revocation_date(NOW).build()
    [value] = values(builder.add_revoked_certificate(entry).sign(KEYS[1], hashes.SHA256()).public_bytes(Encoding.DER))
    read = Node.read(value)
    read.at((0, 5, 0, 1)).holds(b"soon")
    of_another = [certificate("signer", 2, "other", 3), certificate("other", 3, "root", 0, ca=True), ROOT]
    for key, doubtful in ((1, True), (3, False)):  # by the issuer, and by somebody else
        signature = KEYS[key].sign(read.at((0,)).encode(), ec.ECDSA(hashes.SHA256()))
        read.at((2,)).holds(b"\0" + signature)
        said = read_list(read.encode())
        assert said.damage
        why = revocation([SIGNER, MIDDLE, ROOT], NOW, [said])
        assert why == ("what was said of its certificates cannot be read" if doubtful else "")
        assert revocation(of_another, NOW, [said]) == ""


@pytest.mark.parametrize("path", [(), (0,), (0, 1), (1,), (2,)])
def test_a_list_of_which_nobody_can_tell_whose_it_is_is_none(path: tuple[int, ...]) -> None:
    [value] = values(
        x509.CertificateRevocationListBuilder().issuer_name(MIDDLE.subject).last_update(NOW).next_update(NOW)
        .sign(KEYS[1], hashes.SHA256()).public_bytes(Encoding.DER)
    )  # fmt: skip
    read = Node.read(value)
    read.at(path).holds(b"")
    with pytest.raises(BadProof):
        read_list(read.encode())
