"""The key of an SSH server, pinned when its place was added: ``ssh-ed25519 SHA256:…``."""

import secrets

import asyncssh


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
