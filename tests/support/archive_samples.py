"""Statements and archives for these tests, signed by a key made for them."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamizdat.archive import Archive
from tamizdat.encoding import Json, sha256_hex
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = "example.org/ledger"
CONSIGNMENT = "c0" * 32


def signed(act: str, predicate: dict[str, Json], sha256: str) -> bytes:
    """An envelope about one object."""
    return sign_statement(Statement(act, (Subject("original", sha256),), predicate), [(PUBLIC, KEY.sign)])


def captured(text: str, **more: Json) -> bytes:
    """A `captured` statement about an object that has these letters as its content and in its path."""
    said: dict[str, Json] = {
        "consignment": CONSIGNMENT,
        "path": f"DCIM/{text}.MP4",
        "size": len(text),
        "modified": "2026-11-23T08:00:00Z",
        "state": "whole",
        "kind": "original",
    }
    return signed("captured", said | more, sha256_hex(text.encode()))


def catalogued(item: int, text: str, **said: Json) -> bytes:
    """A `catalogued` statement about item number *item* with the content *text*."""
    return signed("catalogued", {"item": item, **said}, sha256_hex(text.encode()))


def received(state: str, files: int, **more: Json) -> bytes:
    """A `received` statement."""
    said: dict[str, Json] = {
        "consignment": CONSIGNMENT,
        "device": None,
        "state": state,
        "files": files,
        "bytes": 7 * files,
    }
    return signed("received", said | more, sha256_hex(b"manifest"))


def new_archive(folder: Path, *envelopes: bytes) -> Archive:
    """An archive with these statements, each appended by itself."""
    archive = Archive.create(folder / "archive", ORIGIN)
    for envelope in envelopes:
        archive.append([envelope])
    return archive


def everything(archive: Archive) -> dict[int, bytes]:
    """All statements by index."""
    return dict(archive.statements())
