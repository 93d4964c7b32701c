"""A time stamping authority on this computer, made by ``openssl ts``: for the demonstration, and for tests.

It vouches for nothing: its key lies here, and is thrown away. Its certificates are of its own making, as those of any
authority are: a root, a certificate below it, and the signer's, which is for time stamps alone.
"""

import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tamizdat.dataclass import dataclass

AnyKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
YEAR: Final = timedelta(days=365)
SETTINGS: Final = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
clock_precision_digits = 3
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class LocalAuthority:
    """One authority; its files lie in *folder*. *lists* is where its lists of revoked certificates are said to lie."""

    folder: Path
    name: str
    lists: str = ""
    is_rsa: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keys: list[AnyKey] = [self._key() for _ in range(3)]
        root, middle, signer = f"{self.name} Root", f"{self.name} CA", f"{self.name} Time"
        self.root = self._certificate(root, self._keys[0], root, self._keys[0], is_authority=True)
        self.middle = self._certificate(middle, self._keys[1], root, self._keys[0], is_authority=True)
        self.signer = self._certificate(signer, self._keys[2], middle, self._keys[1], is_authority=False)
        for file, certificates in (("root", [self.root]), ("signer", [self.signer]), ("chain", [self.middle])):
            pem = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
            (self.folder / f"{file}.pem").write_bytes(pem)
        key = self._keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "key.pem").write_bytes(key)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "settings").write_text(SETTINGS.format(folder=self.folder))

    def answer(self, query: bytes) -> bytes:
        """Return the TimeStampResp to a TimeStampReq, by ``openssl ts -reply``."""
        with self._lock:
            (self.folder / "query").write_bytes(query)
            command = ["openssl", "ts", "-reply", "-config", "settings", "-queryfile", "query", "-out", "answer"]
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
            return (self.folder / "answer").read_bytes()

    def revoked(self, reason: x509.ReasonFlags | None = None, when: datetime | None = None) -> bytes:
        """Return the list of revoked certificates in DER: empty, or with the signer, revoked for *reason*."""
        moment = when or self.now
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.middle.subject)
        builder = builder.last_update(moment).next_update(moment + YEAR)
        if when is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(self.signer.serial_number).revocation_date(moment)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._keys[1], hashes.SHA256()).public_bytes(Encoding.DER)

    def answered(self, reason: x509.ReasonFlags | None, when: datetime | None) -> bytes:
        """Return an answer about the signer's certificate (OCSP) in DER: good, or revoked at *when* for *reason*."""
        state = ocsp.OCSPCertStatus.GOOD if when is None else ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            self.signer, self.middle, hashes.SHA256(), state, self.now, self.now + YEAR, when, reason,
        )  # fmt: skip
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.middle)
        return builder.sign(self._keys[1], hashes.SHA256()).public_bytes(Encoding.DER)

    def _key(self) -> AnyKey:
        return rsa.generate_private_key(65537, 2048) if self.is_rsa else ec.generate_private_key(ec.SECP256R1())

    def _certificate(
        self, name: str, key: AnyKey, issuer: str, issuers: AnyKey, *, is_authority: bool
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(issuer))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(self.now - YEAR).not_valid_after(self.now + YEAR)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers.public_key()), critical=False)
        )  # fmt: skip
        if not is_authority:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
            if self.lists:
                point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.lists)], None, None, None)
                builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(issuers, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@contextmanager
def serving(name: str) -> Iterator[tuple[str, LocalAuthority]]:
    """Serve an authority of this *name* on loopback while the block runs; give its address, and itself."""
    with tempfile.TemporaryDirectory() as folder:
        authority = LocalAuthority(Path(folder), name)

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name in the class
                """Print nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/", authority
            server.shutdown()
