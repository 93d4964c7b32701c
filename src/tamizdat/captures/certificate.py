"""The key and certificate with which a capture's way out speaks TLS with its browser: made for it, and gone with it."""

import base64
import hashlib
import os
import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Certificate:
    """A key and certificate for one capture, in memory only; *key_hash* is what the browser is told."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one capture")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        certificate = made.sign(key, hashes.SHA256())
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.key_hash = base64.b64encode(hashlib.sha256(public).digest()).decode()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle = os.memfd_create("certificate")  # the library reads files only
        try:
            os.write(handle, pem + certificate.public_bytes(serialization.Encoding.PEM))
            self.context.load_cert_chain(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)
        self.context.set_alpn_protocols(["http/1.1"])
