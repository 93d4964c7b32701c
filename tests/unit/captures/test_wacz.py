"""WACZ: a container whose list does not hold, or whose signature is not over it, is refused with the reason."""

import base64
import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.shared import SAMPLES, needs_shared
from support.stamping import UNHEARD_OF, VERSION_3
from support.web_samples import page, sign, wacz, zipped
from tamizdat.captures.wacz import check_container
from tamizdat.captures.wacz_signature import DOMAIN, KEY, NONE, Signature, check_signature
from tamizdat.captures.warc import BadWebArchive
from tamizdat.cli.collect_pages import who_vouches

WACZ = SAMPLES / "wacz"
HASH = "sha256:" + "ab" * 32


def checked(data: bytes) -> Signature:
    with check_container(io.BytesIO(data)) as found:
        return found.signature


def test_an_unsigned_one_holds_and_nobody_vouches() -> None:
    assert checked(wacz()).by == NONE


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
@pytest.mark.parametrize("raw", [False, True])
def test_a_key_without_a_name_is_verified_in_both_forms(curve: ec.EllipticCurve, raw: bool) -> None:
    found = checked(wacz(key=ec.generate_private_key(curve), raw=raw))
    assert (found.by, found.created, len(found.name)) == (KEY, "2026-11-20T08:00:05Z", 64)


def test_a_file_planted_beside_the_list_is_refused() -> None:
    with pytest.raises(BadWebArchive, match="'archive/planted' beside them"):
        checked(wacz(unlisted=[("archive/planted", b"x")]))


def test_a_signature_that_was_taken_off_is_refused() -> None:
    with pytest.raises(BadWebArchive, match="taken off"):
        checked(wacz(digest=False))


def test_a_signature_over_another_list_is_refused_though_all_hashes_are_made_anew() -> None:
    honest = wacz(key=ec.generate_private_key(ec.SECP256R1()))
    with zipfile.ZipFile(io.BytesIO(honest)) as held:
        signed = json.loads(held.read("datapackage-digest.json"))["signedData"]
    forged = wacz([page(html="<title>forged</title>")], signed=signed)
    with pytest.raises(BadWebArchive, match="found one over another"):
        checked(forged)
    with zipfile.ZipFile(io.BytesIO(forged)) as held:
        package = json.loads(held.read("datapackage-digest.json"))["hash"]
    with pytest.raises(BadWebArchive, match="did not make"):
        checked(wacz([page(html="<title>forged</title>")], signed={**signed, "hash": package}))


def test_a_changed_file_is_refused() -> None:
    honest = wacz()
    with zipfile.ZipFile(io.BytesIO(honest)) as held:
        members = [(each, held.read(each)) for each in held.namelist()]
    changed = [(name, data[:-1] + b" " if name.startswith("pages/") else data) for name, data in members]
    with pytest.raises(BadWebArchive, match=r"the hash .* of 'pages/pages.jsonl'"):
        checked(zipped(changed))
    without = [each for each in members if not each[0].startswith("archive/")]
    with pytest.raises(BadWebArchive, match="found none"):
        checked(zipped(without))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadWebArchive, match="twice"):
        checked(wacz(unlisted=[("archive/data.warc.gz", b"other")]))


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a\\b", "archive//x", "a\x07b"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(BadWebArchive, match="names that stay inside"):
        checked(wacz(listed={name: b"x"}))


def test_a_member_of_json_that_stands_twice_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(wacz())) as held:
        members = [(each, held.read(each)) for each in held.namelist()]
    doubled = [
        (name, data[:-1] + b', "resources": []}' if name == "datapackage.json" else data) for name, data in members
    ]
    with pytest.raises(BadWebArchive, match="without doubled members"):
        checked(zipped(doubled))


@pytest.mark.parametrize("cut", [10, 400, -30])
def test_a_zip_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(BadWebArchive):
        checked(wacz()[:cut])


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate(name, key.public_key(), name, key, authority=True)


def _certificate(
    name: str,
    public: ec.EllipticCurvePublicKey,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    authority: bool = False,
    stamps: bool = False,
) -> x509.Certificate:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(
        issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        public_key=public,
        serial_number=x509.random_serial_number(),
        not_valid_before=start,
        not_valid_after=start + timedelta(days=36_500),
    ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    if authority:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        return made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    if stamps:
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        stamping = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True).add_extension(stamping, critical=True)
        return made.sign(key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    server = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
    return made.add_extension(names, critical=False).add_extension(server, critical=False).sign(key, hashes.SHA256())


def _pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def test_a_domain_is_believed_only_if_an_authority_that_is_known_vouched_for_it() -> None:
    authority, root = _authority("an authority")
    _, stranger = _authority("a stranger")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate("witness.example", key.public_key(), "an authority", authority)
    signed = {**sign(HASH, key), "domain": "witness.example", "domainCert": _pem(certificate)}
    found = check_signature(signed, HASH, [root])
    assert (found.by, found.name, found.stamped) == (DOMAIN, "witness.example", "")
    with pytest.raises(BadWebArchive, match="anybody could have made it"):
        check_signature(signed, HASH, [stranger])
    with pytest.raises(BadWebArchive, match="anybody could have made it"):
        check_signature({**signed, "domain": "other.example"}, HASH, [root])
    with pytest.raises(BadWebArchive, match="anybody could have made it"):
        check_signature({**signed, "created": "2025-01-01T00:00:00Z"}, HASH, [root])
    of_no_version = certificate.public_bytes(serialization.Encoding.DER).replace(VERSION_3, UNHEARD_OF)
    pem = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(of_no_version).decode()}-----END CERTIFICATE-----\n"
    with pytest.raises(BadWebArchive, match="certificates as domainCert"):
        check_signature({**signed, "domainCert": pem}, HASH, [root])


TSA = """[tsa]
default_tsa = ours
[ours]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
"""


def _stamped(folder: Path, message: bytes, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> str:
    """A time stamp over *message*, as openssl makes one, in base64."""
    pem = serialization.Encoding.PEM
    (folder / "tsa.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "tsa.cnf").write_text(TSA)
    (folder / "message").write_bytes(message)
    for words in (
        "-query -data message -sha256 -no_nonce -out query",
        "-reply -config tsa.cnf -queryfile query -signer tsa.pem -inkey tsa.key -out reply",
    ):
        subprocess.run(["openssl", "ts", *words.split()], cwd=folder, check=True, capture_output=True)
    return base64.b64encode((folder / "reply").read_bytes()).decode()


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed, so no time stamp was made")
def test_a_stamper_is_known_only_if_its_own_chain_leads_to_an_authority_that_is(tmp_path: Path) -> None:
    """Not because some certificate of an authority lies beside it."""
    authority, root = _authority("an authority")
    stampers, stamp_root = _authority("stampers")
    key, tsa_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate("witness.example", key.public_key(), "an authority", authority)
    tsa = _certificate("a stamper", tsa_key.public_key(), "stampers", stampers, stamps=True)
    signed = {**sign(HASH, key), "domain": "witness.example", "domainCert": _pem(certificate)}
    stamp = _stamped(tmp_path, signed["signature"].encode(), tsa_key, tsa)
    signed |= {"timeSignature": stamp, "timestampCert": _pem(tsa, stamp_root)}
    assert not check_signature(signed, HASH, [root]).stamper_known
    assert check_signature(signed, HASH, [root, stamp_root]).stamper_known
    beside = {**signed, "timestampCert": _pem(tsa, stamp_root, root)}
    assert not check_signature(beside, HASH, [root]).stamper_known
    moved = {**signed, "timeSignature": _stamped(tmp_path, b"another signature", tsa_key, tsa)}
    with pytest.raises(BadWebArchive, match="time stamp"):
        check_signature(moved, HASH, [root])


@pytest.mark.parametrize("name", ["hash", "signature", "created", "publicKey"])
@pytest.mark.parametrize("value", [None, 7, "", "§", "AAAA"])
def test_a_signature_of_another_form_is_refused(name: str, value: object) -> None:
    signed = {**sign(HASH, ec.generate_private_key(ec.SECP256R1())), name: value}
    with pytest.raises(BadWebArchive):
        check_signature(signed, HASH)


@needs_shared
@pytest.mark.parametrize(
    ("name", "why"),
    [("extra", "PLANTED"), ("forged", "found one over another"), ("nosig", "taken off")],
)
def test_the_tamper_cases_are_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(BadWebArchive, match=why):
        checked((WACZ / f"derived_tamper_cases/{name}.wacz").read_bytes())


@needs_shared
def test_a_real_one_that_a_domain_signed_is_accepted_and_its_word_told() -> None:
    fixtures = WACZ / "webrecorder_py-wacz/tests/fixtures"
    found = checked((fixtures / "valid_signed_example_1.wacz").read_bytes())
    assert (found.by, found.name) == (DOMAIN, "btrix-sign-test.webrecorder.net")
    assert (found.stamped, found.stamper_known) == ("2022-01-18T19:00:12Z", False)
    assert "freetsa" in found.stamper
    for name in ("valid_example_1", "valid_example_2"):
        assert checked((fixtures / f"{name}.wacz").read_bytes()).by == NONE
    for name in ("invalid_example_1", "invalid_signed_example_1"):
        with pytest.raises(BadWebArchive):
            checked((fixtures / f"{name}.wacz").read_bytes())


def test_what_a_signature_proves_and_what_it_does_not_is_said() -> None:
    assert "Nobody signed" in " ".join(who_vouches(Signature(), "WACZ"))
    by_key = " ".join(who_vouches(Signature(KEY, "ab" * 32, "2026-11-20T08:00:05Z"), "WACZ"))
    assert "nothing was changed since" in by_key
    assert "nobody vouches for" in by_key
    stamped = Signature(DOMAIN, "witness.example", "2026-11-20T08:00:05Z", "", "2026-11-20T08:00:06Z", "CN=stamper")
    assert "CN=stamper; unknown here" in " ".join(who_vouches(stamped, "WACZ"))
    known = Signature(DOMAIN, "witness.example", "2026-11-20T08:00:05Z", "", "2026-11-20T08:00:06Z", "CN=stamper", True)
    assert "an authority known here vouches for" in " ".join(who_vouches(known, "WACZ"))
    assert "does not prove it" in " ".join(who_vouches(known, "WACZ"))
