"""Objects of an archive on every kind of place, and what the owner of a bucket can find in it."""

import base64
import os
from pathlib import Path

from places.servers import Service
from support.archive_samples import ORIGIN, keeping
from tamizdat.archive import Archive
from tamizdat.archive.store import segments
from tamizdat.archive.store.object_place import Keeping
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.encoding import sha256_hex
from tamizdat.places import Place, open_place

NOTE = b"Interview with Tsering, Lhasa, 3 April. " * 300
CLIP = os.urandom(segments.PAYLOAD + 70_000)


def opened(folder: Path, kept: Keeping) -> Archive:
    if not folder.exists():
        Archive.create(folder, ORIGIN).close()
        PlacedList.create(folder, kept.mark)
    return Archive.open(folder, kept)


def test_objects_go_to_every_kind_of_place_are_read_there_and_come_back(tmp_path: Path, place: Place) -> None:
    kept = keeping(lambda: place, 0)
    with opened(tmp_path / "archive", kept) as archive:
        digests = sorted(archive.objects.add([data]) for data in (NOTE, CLIP, b""))
        objects = archive.objects
        assert isinstance(objects, PlacedObjects)
        with objects.open(sha256_hex(CLIP)) as file:
            file.seek(segments.PAYLOAD - 10)
            assert file.read(20) == CLIP[segments.PAYLOAD - 10 :][:20]
        assert objects.lost() == []
        name = objects.place.name(sha256_hex(NOTE), 0)
        place.put(name, b"other bytes")
        objects.adopt(_staged(archive, NOTE), sha256_hex(NOTE))
        for digest in digests:
            objects.check(digest)
        place.delete(name)
        assert objects.lost() == [sha256_hex(NOTE)]
        objects.adopt(_staged(archive, NOTE), sha256_hex(NOTE))
    back = Keeping(kept.open, kept.key, kept.secret, 0, returning=True)
    with opened(tmp_path / "archive", back) as archive:
        assert isinstance(archive.objects, PlacedObjects)
        archive.objects.bring_back()
    with Archive.open(tmp_path / "archive") as archive:
        assert sorted(archive.objects) == digests
        assert archive.check().sound


def _staged(archive: Archive, data: bytes) -> Path:
    path = archive.objects.staged()
    path.write_bytes(data)
    return path


def test_the_owner_of_a_bucket_finds_no_name_no_digest_and_no_sixteen_bytes(tmp_path: Path, s3: Service) -> None:
    bucket = open_place("bucket", f"{s3.url}/searched", s3.options)
    with opened(tmp_path / "archive", keeping(lambda: bucket)) as archive:
        digests = [bytes.fromhex(archive.objects.add([data])) for data in (NOTE, CLIP)]
    files = [path for path in (s3.folder / "searched").rglob("*") if path.is_file()]
    assert len(files) == 3
    assert sorted({path.stat().st_size for path in files}) == [segments.sealed(len(NOTE)), segments.SEALED]
    for path in files:
        data = path.read_bytes() + path.name.encode()
        for digest in digests:
            forms = (
                digest,
                digest.hex().encode(),
                base64.b64encode(digest)[:42],
                base64.b64encode(b"0" + digest)[2:42],
            )
            assert not any(form in data for form in forms)
        assert not any(word in data for word in (b"Tsering", b"Lhasa", b"Interview", b"tamizdat object"))
        content = {
            each[at : at + 16] for each in (NOTE[:700], CLIP[:30_000], CLIP[-30_000:]) for at in range(len(each) - 15)
        }
        whole = range(len(data) - 15) if len(data) < 1 << 20 else (*range(40_000), *range(70_000, 110_000))
        assert not any(data[at : at + 16] in content for at in whole)
