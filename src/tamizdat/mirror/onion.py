"""Onion services: the lines for Tor's own settings, ``torrc``. Tor runs by itself; nothing here starts it.

The site's service and the workbench's are two, in folders of their own: who finds one learns nothing of the other. The
workbench's answers only to those who hold a key (client authorisation, version 3): others cannot even see that it is
there.
"""

import base64
import re
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError

SITE: Final = "tamizdat-site"
WORKBENCH: Final = "tamizdat-workbench"
SERVICES: Final = Path("/var/lib/tor")  #: where Debian's Tor keeps its services
_CLIENT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class ClientKey:
    """A key of client authorisation: the line for the service, and the secret that the person gives to Tor Browser."""

    name: str
    public: str  #: the content of ``authorized_clients/<name>.auth``
    secret: str  #: 52 letters and digits


def torrc(name: str, port: int, services: Path = SERVICES) -> str:
    """Return the lines that make an onion service of what listens on this computer's *port*."""
    return (
        f"HiddenServiceDir {services / name}\n"
        "HiddenServiceVersion 3\n"
        f"HiddenServicePort 80 127.0.0.1:{port}\n"
        "HiddenServiceMaxStreams 100\n"
        "HiddenServiceMaxStreamsCloseCircuit 1\n"
    )


def client_key(name: str) -> ClientKey:
    """Make the key of a client, called *name*; raises UsageError for a name that can be no file's."""
    if not _CLIENT.fullmatch(name):
        raise UsageError(f"Expected a short name of small letters, digits and '-', found {name!r}.")
    key = X25519PrivateKey.generate()
    public, secret = _base32(key.public_key().public_bytes_raw()), _base32(key.private_bytes_raw())
    return ClientKey(name, f"descriptor:x25519:{public}", secret)


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")
