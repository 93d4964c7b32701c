"""The keys of a field device or a desk, in one file, and what they seal beside it.

The file is an age identity file (one ``AGE-SECRET-KEY-PQ-1…`` a line), wrapped with a passphrase by age's own scrypt
recipient: stock ``age -d -i keys.age`` opens with it what was sealed to us. Our other secrets stand in its comments,
which age passes over::

    # tamizdat keys v1
    # settings <64 hex digits>                      seals what lies beside this file
    # signing device TAMIZDAT-SIGNING-KEY-1…        role and key; a desk has "desk" and "log"
    # sealing anna 2026-11-23                       whose key the next line is, and since when
    AGE-SECRET-KEY-PQ-1…

A desk that has to work unattended may have an empty passphrase; then the file is that text itself.

Settings (places with their credentials, names of devices) and the state of open consignments are sealed with
ChaCha20-Poly1305 under the settings key, a fresh nonce in front: without the passphrase they are noise.
"""

import os
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadArchive, BadEncoding, NotSetUp
from tamizdat.keys import SealingKey, SigningKey, decode_signing_key, encode_signing_key
from tamizdat.sealing.age import unwrap, wrap

FIRST_LINE: Final = "# tamizdat keys v1"
WORK: Final = 18  #: log2 of scrypt's cost: a second and 256 MiB for each guess at the passphrase
_NONCE: Final = 12  #: bytes, random: settings are written too seldom for two to meet


@dataclass
class Keyring:
    """All secrets of one home. *sealing* maps a label (whose key, since when) to the key."""

    settings: bytes
    signing: dict[str, SigningKey] = field(default_factory=dict)
    sealing: dict[str, SealingKey] = field(default_factory=dict)

    @classmethod
    def new(cls, roles: Sequence[str]) -> "Keyring":
        """Make fresh keys for *roles*, and a fresh settings key."""
        return cls(os.urandom(32), {role: SigningKey.generate() for role in roles})

    def identities(self) -> list[SealingKey]:
        """Return the sealing keys, as the age reader takes them."""
        return list(self.sealing.values())

    def encode(self) -> bytes:
        """Return the text of the file, before it is wrapped."""
        lines = [FIRST_LINE, f"# settings {self.settings.hex()}"]
        lines += [f"# signing {role} {encode_signing_key(key)}" for role, key in self.signing.items()]
        for label, key in self.sealing.items():
            lines += [f"# sealing {label}", key.to_text()]
        return "".join(f"{line}\n" for line in lines).encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> "Keyring":
        """Read the text of a keyring; raises BadArchive."""
        try:
            first, *lines = data.decode("ascii").splitlines()
            if first != FIRST_LINE:
                raise BadEncoding("Not a file of keys.")
            ring = cls(b"")
            label = ""
            for line in lines:
                if line.startswith("# settings "):
                    ring.settings = parse_hex(line[11:], 32, "the settings key")
                elif line.startswith("# signing "):
                    role, text = line[10:].split(" ")
                    ring.signing[role] = decode_signing_key(text)
                elif line.startswith("# sealing "):
                    label = line[10:]
                else:
                    ring.sealing[label] = SealingKey.from_text(line)
        except (ValueError, BadEncoding) as error:
            raise BadArchive(
                "Expected a file of keys (tamizdat keys v1); this one is damaged or none. Use your backup."
            ) from error
        return ring

    def save(self, path: Path, passphrase: bytes, work: int = WORK) -> None:
        """Write the file whole or not at all, wrapped unless *passphrase* is empty."""
        text = self.encode()
        write_file(path, wrap(text, passphrase, work) if passphrase else text, "the keys")

    @classmethod
    def load(cls, path: Path, passphrase: bytes) -> "Keyring":
        """Read the file of keys; raises WrongPassphrase, NotSetUp, BadArchive."""
        data = _read(path)
        return cls.parse(data if data.startswith(FIRST_LINE.encode()) else unwrap(data, passphrase))

    def seal(self, data: bytes, what: str) -> bytes:
        """Seal *data* under the settings key; *what* is bound to it, so that no file passes for another."""
        nonce = os.urandom(_NONCE)
        return nonce + ChaCha20Poly1305(self.settings).encrypt(nonce, data, what.encode())

    def open(self, sealed: bytes, what: str) -> bytes:
        """Open what :meth:`seal` sealed; raises BadArchive if it was altered or is of another home."""
        try:
            return ChaCha20Poly1305(self.settings).decrypt(sealed[:_NONCE], sealed[_NONCE:], what.encode())
        except (InvalidTag, ValueError) as error:
            raise BadArchive(f"Expected {what} sealed with this folder's key; it was damaged or exchanged.") from error


def is_wrapped(path: Path) -> bool:
    """Whether a passphrase is needed to open the keys."""
    return not _read(path).startswith(FIRST_LINE.encode())


def _read(path: Path) -> bytes:
    there = path.is_file()
    if not there and not (path.name == "keys.age" and (path.parent / "role").exists()):
        raise NotSetUp("Expected a field device or a desk in this folder, found no keys. 'tamizdat setup' makes one.")
    with refusals("the keys"):
        data = path.read_bytes() if there else b""
    if not data.strip(b"\0"):  # a passphrase would be asked for, and be none
        raise BadArchive(
            f"Expected the keys of this folder in {path.name}, found {'an empty' if there else 'no'} file: the disk "
            "has lost them. Put a copy of them there. Without one a desk is made again from its backup "
            "(docs/losing-the-desk.md), and a field device is set up anew, in another folder. Keep this one."
        )
    return data
