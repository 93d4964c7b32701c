"""Proofs as telephones and cameras make them, made on the spot: ProofMode's by gpg, C2PA's by its own library."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support.media_samples import scene
from tamizdat.encoding import sha256_hex

needs_gpg = pytest.mark.skipif(
    shutil.which("gpg") is None or shutil.which("gpgv") is None, reason="gpg or gpgv is not installed"
)
PLACE = "29.65310"  #: a latitude that no one may read on a site
OWNER = "1ctg62in5e9fer8gd3"


class Telephone:
    """A telephone with ProofMode on it, and its key, which *folder* holds; by a *clock* of its own, one of a day."""

    def __init__(self, folder: Path, clock: str = "") -> None:
        folder.mkdir(mode=0o700)
        self._folder = folder
        self._clock = ("--faked-system-time", clock) if clock else ()
        self._gpg("--quick-gen-key", "noone@proofmode.witness.org", "ed25519", "sign", *(["1d"] if clock else []))
        self.key = self._gpg("--armor", "--export")
        listed = self._gpg("--with-colons", "--list-keys").decode()
        self.fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))

    def _gpg(self, *arguments: str, given: bytes = b"") -> bytes:
        options = ("--batch", "--quiet", "--passphrase", "", *self._clock)
        command = ["gpg", "--homedir", str(self._folder), *options, *arguments]
        return subprocess.run(
            command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        ).stdout

    def sign(self, data: bytes) -> bytes:
        """A detached signature, in armour, as ProofMode writes it."""
        return self._gpg("--armor", "--detach-sign", given=data)

    def revoke(self) -> None:
        """Revoke the key, with the certificate that gpg made for that."""
        certificate = (self._folder / "openpgp-revocs.d" / f"{self.fingerprint}.rev").read_bytes()
        self._gpg("--import", given=certificate.replace(b"\n:-----", b"\n-----"))
        self.key = self._gpg("--armor", "--export")

    def sign_inside(self, data: bytes) -> bytes:
        """A message that holds what is signed."""
        return self._gpg("--armor", "--sign", given=data)

    def proof(self, media: bytes, name: str, told: Mapping[str, str] | None = None) -> dict[str, bytes]:
        """The files of one proof, by name."""
        digest = sha256_hex(media)
        said = {
            "File Hash SHA256": digest, "File Path": f"/storage/emulated/0/DCIM/Camera/{name}",
            "Proof Generated": "2026-11-20T08:01:02.003Z", "DeviceID": OWNER, "Location.Latitude": PLACE,
            "Location.Longitude": "91.11720", "Wifi MAC": "f8:a9:d0:0b:4c:d6", "Notes": "", **(told or {}),
        }  # fmt: skip
        table = (
            "".join(f"{key}," for key in said)
            + "\n"
            + "".join(f"{value.replace(',', ' ')}," for value in said.values())
        )
        words = {f"{digest}.proof.csv": table.encode(), f"{digest}.proof.json": json.dumps(said).encode()}
        signed = {f"{each}.asc": self.sign(data) for each, data in words.items()}
        return {**words, **signed, f"{digest}.asc": self.sign(media), "pubkey.asc": self.key}

    def end(self) -> None:
        """End gpg's agent for this key."""
        subprocess.run(["gpgconf", "--homedir", str(self._folder), "--kill", "all"], check=False)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return made.getvalue()


def jpeg() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    scene().resize((96, 64)).save(made, "JPEG")
    return made.getvalue()


@cache
def camera_signed() -> bytes:
    """A picture that a camera has signed (C2PA), with a certificate that no list has."""
    c2pa: Any = pytest.importorskip("c2pa")
    root, camera = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    about = _certificate("Root of a maker", root, "Root of a maker", root, True)
    leaf = _certificate("Camera 4711", camera, "Root of a maker", root, False)
    pem = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (leaf, about))
    private = camera.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    manifest = {
        "claim_generator_info": [{"name": "Firmware of a camera", "version": "1.2"}],
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [{
                "action": "c2pa.created",
                "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"}]}},
            {"label": "stds.exif", "data": {"@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
                                            "exif:GPSLatitude": PLACE}},
        ],
    }  # fmt: skip
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=pem, private_key=private, ta_url=None)
    made = io.BytesIO()
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign(signer, "image/jpeg", io.BytesIO(jpeg()), made)
    return made.getvalue()


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, issuer: ec.EllipticCurvePrivateKey, root: bool
) -> x509.Certificate:
    def called(text: str) -> x509.Name:
        maker = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A maker of cameras")
        return x509.Name([maker, x509.NameAttribute(NameOID.COMMON_NAME, text)])

    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder().subject_name(called(name)).issuer_name(called(by)).public_key(key.public_key())
        .serial_number(4711).not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2044, 1, 1, tzinfo=UTC)).add_extension(x509.BasicConstraints(root, None), True)
        .add_extension(x509.KeyUsage(digital_signature=not root, key_cert_sign=root, crl_sign=root, **usage), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )  # fmt: skip
    if not root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), True)
    return made.sign(issuer, hashes.SHA256())
