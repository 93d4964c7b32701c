"""Statements and archives for these tests, signed by a key made for them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamizdat.archive import Archive
from tamizdat.archive.store import segments
from tamizdat.archive.store.object_place import Keeping
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.encoding import Json, sha256_hex
from tamizdat.keys import SealingKey
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.place import Place

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = "example.org/ledger"
CONSIGNMENT = "c0" * 32
OBJECT_KEY = SealingKey(bytes(range(32, 64)))
KEPT = ["disk"]  #: where new archives keep their objects: on this disk, or on a "place"
on_disk = pytest.mark.parametrize("kept", ["disk"], indirect=True)  #: what only such an archive has or does
BUCKETS: dict[Path, Keeping] = {}


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
    """An archive with these statements, each appended by itself; its objects lie where :data:`KEPT` says."""
    archive = Archive.create(folder / "archive", ORIGIN)
    if KEPT[0] == "place":
        archive.close()
        bucket = MemoryPlace("bucket")
        BUCKETS[archive.folder] = keeping(lambda: bucket)
        PlacedList.create(archive.folder, BUCKETS[archive.folder].mark)
        archive = open_again(archive.folder)
    for envelope in envelopes:
        archive.append([envelope])
    return archive


def keeping(opened: Callable[[], Place], cache: int = 64 << 20) -> Keeping:
    """What an archive needs to know of a place for its objects."""
    return Keeping(opened, OBJECT_KEY, bytes(range(32)), cache, patience=())


def open_again(folder: Path) -> Archive:
    """Open an archive of :func:`new_archive` once more, with its place if it has one."""
    return Archive.open(folder, BUCKETS.get(folder))


def damage(archive: Archive, digest: str, change: Callable[[bytes], bytes | None]) -> None:
    """Change the bytes of an object where it is kept, or take it away; nothing of it stays cached."""
    path = archive.objects.path(digest)
    if not isinstance(archive.objects, PlacedObjects):
        data = change(path.read_bytes())
        path.chmod(0o600)
        path.write_bytes(data) if data is not None else path.unlink()
        return
    path.unlink(missing_ok=True)
    kept = archive.objects.place
    size = archive.objects.size(digest)
    whole = b"".join(kept.get(digest, number, size) for number in range(segments.count(size)))
    changed = change(whole)
    for number, name in enumerate(kept.names(digest, size)):
        if changed is None:
            kept.place.delete(name)
        else:  # sealed to the right key, under the right name: only its digest tells
            begin = number * segments.PAYLOAD
            payload = memoryview(changed)[begin : begin + segments.PAYLOAD]
            secret, to = kept.keeping.secret, kept.keeping.key.recipient
            kept.place.put(name, segments.seal(secret, to, digest, len(changed), number, payload))


def everything(archive: Archive) -> dict[int, bytes]:
    """All statements by index."""
    return dict(archive.statements())
