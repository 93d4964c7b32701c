"""docs/spec/archive.md: its worked bytes are recomputed, its reader reads, its figures are ours."""

import hashlib
import hmac
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.archive_samples import captured, keeping, new_archive
from tamizdat.archive import Archive
from tamizdat.archive.log.entries import PREAMBLE, preamble
from tamizdat.archive.log.record import HEADER, pack
from tamizdat.archive.store.copies import PART
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Forgotten
from tamizdat.ledger.statement import MAX_ENVELOPE
from tamizdat.places.folder import FolderPlace
from tamizdat.sealing.age import unseal

SPEC = (Path(__file__).parents[3] / "docs" / "spec" / "archive.md").read_text()
ENVELOPE = b'{"a":"statement"}'


@pytest.fixture
def worked() -> bytes:
    """The dump in the spec."""
    return bytes.fromhex("".join(re.findall(r"^ *\d+  ([0-9a-f]+)$", SPEC, re.MULTILINE)))


def test_the_worked_bytes_are_what_we_write(worked: bytes) -> None:
    one, _ = pack(0, 1, bytes(range(32)), ENVELOPE)
    two, _ = pack(1, 0, bytes(range(32, 64)), b"")
    assert preamble("example.org/ledger") + one + two == worked


def test_the_worked_bytes_are_an_archive(worked: bytes, tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    archive.close()
    (archive.folder / "entries.log").write_bytes(worked)
    with Archive.open(archive.folder) as again:
        assert (again.size, dict(again.statements())) == (2, {0: ENVELOPE})
        assert again.disclosure(0).salt == bytes(range(32))
        again.forget(0)
        with pytest.raises(Forgotten):
            again.disclosure(0)
    gone = bytearray(worked)
    gone[64:68] = bytes.fromhex("474f4e45")
    gone[120:169] = bytes(49)
    assert (archive.folder / "entries.log").read_bytes() == gone


def test_the_settings_are_as_shown(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    assert (archive.folder / "archive.json").read_text() in SPEC.splitlines()


def test_the_reader_in_the_spec_reads_an_archive(tmp_path: Path) -> None:
    [reader] = re.findall(r"```python\n(.*?)```", SPEC, re.DOTALL)
    archive = new_archive(tmp_path, captured("one"), captured("two"), captured("three"))
    archive.forget(1)
    archive.pad(8)
    done = subprocess.run(
        [sys.executable, "-c", reader, archive.folder / "entries.log"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"0 {captured('one').decode()}\n2 {captured('three').decode()}\n"


def test_sha256sum_checks_the_objects(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    for text in (b"one", b"two"):
        archive.objects.add([text])
    done = subprocess.run("sha256sum */*", shell=True, cwd=archive.folder / "objects", capture_output=True, check=True)
    for line, digest in zip(done.stdout.decode().splitlines(), sorted(map(sha256_hex, (b"one", b"two"))), strict=True):
        assert line == f"{digest}  {digest[:2]}/{digest}"


def test_the_figures_in_the_spec_are_ours() -> None:
    assert f"{MAX_ENVELOPE:,}" in SPEC
    assert f"{PART:,}" in SPEC
    assert (HEADER.size, PREAMBLE) == (88, 64)


def test_an_object_on_a_place_is_read_by_the_words_of_the_specification(tmp_path: Path) -> None:
    data = os.urandom(9_000_000)
    bucket = FolderPlace("bucket", tmp_path / "bucket")
    bucket.set_up()
    Archive.create(tmp_path / "archive", "example.org/ledger").close()
    kept = keeping(lambda: bucket)
    PlacedList.create(tmp_path / "archive", kept.mark)
    with Archive.open(tmp_path / "archive", kept) as archive:
        digest = archive.objects.add([data])

    def name(number: int, digest: str = digest) -> str:
        told = b"tamizdat/object/name/v1\0" + bytes.fromhex(digest) + number.to_bytes(8, "big")
        return hmac.new(kept.secret, told, "sha256").hexdigest()

    mark, line = (tmp_path / "archive" / "placed.log").read_text().splitlines()
    assert mark == f"tamizdat/placed/v1 {name((1 << 64) - 1, '00' * 32)[:16]}"
    assert line == f"{digest} {len(data)}"
    whole = b""
    for number in range(3):
        sealed = (tmp_path / "bucket" / name(number)[0] / name(number)).read_bytes()
        assert len(sealed) == 4_196_971
        plain = unseal(sealed, [kept.key])
        *lines, mac = plain[:511].rstrip(b" ").splitlines()
        assert lines == [b"tamizdat object v1", f"object {digest}".encode(), b"size 9000000", b"segment %d" % number]
        told = b"tamizdat/object/segment/v1\0" + b"".join(each + b"\n" for each in lines) + plain[512:]
        assert mac == b"mac " + hmac.new(kept.secret, told, "sha256").hexdigest().encode()
        whole += plain[512:][: min(4_193_792, 9_000_000 - len(whole))]
    assert hashlib.sha256(whole).hexdigest() == digest
