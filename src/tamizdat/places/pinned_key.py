"""The keys of SSH: a server's, pinned when its place was added (``ssh-ed25519 SHA256:…``), and a login's own."""

import secrets
from collections.abc import Mapping

import asyncssh

from tamizdat.errors import UsageError


class PinnedKey(asyncssh.SSHClient):
    """Accepts the pinned key and no other; remembers what was shown."""

    def __init__(self, pinned: str) -> None:
        self._pinned = pinned
        self.shown: str | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether this is the key; asked by asyncssh before the login is sent."""
        self.shown = told(key)
        return secrets.compare_digest(self.shown.encode(), self._pinned.encode())


def told(key: asyncssh.SSHKey) -> str:
    """Return a key as it is pinned and compared: its kind and fingerprint."""
    return f"{key.get_algorithm()} {key.get_fingerprint('sha256')}"


def algorithms(pinned: str) -> list[str]:
    """Return the algorithms by which a server may show a key of this kind."""
    kind = pinned.partition(" ")[0]
    return ["rsa-sha2-512", "rsa-sha2-256"] if kind == "ssh-rsa" else [kind]


def private_key(name: str, login: Mapping[str, str]) -> asyncssh.SSHKey:
    """Return the private key in the *login* of the place *name*; raises :class:`UsageError` if it is none."""
    text = login["private_key"].replace("\\n", "\n").strip() + "\n"
    try:
        return asyncssh.import_private_key(text, login.get("private_key_passphrase"))
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
        raise UsageError(
            f"Place “{name}”: expected in private_key the text of an SSH private key (and its "
            "private_key_passphrase, if it has one), found something that cannot be read as one."
        ) from None
