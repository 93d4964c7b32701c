"""An export of which nothing can be unpacked is refused by the reason, and by what to do; never as a format unknown."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tamizdat.errors import DamagedInput, TamizdatError, UsageError
from tamizdat.posts.export import open_export
from tamizdat.posts.report import IngestReport
from tamizdat.posts.unreadable import check_readable

POST = b'{"orderedItems": []}'


def zip_of(method: int = zipfile.ZIP_STORED, **members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as zip:
        for name, data in members.items():
            zip.writestr(name, data)
    return made.getvalue()


def locked() -> bytes:
    data = bytearray(zip_of(outbox=POST))
    data[6] |= 1
    data[data.rindex(b"PK\1\2") + 8] |= 1
    return bytes(data)


def tar_cut(pack: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        member = tarfile.TarInfo("outbox.json")
        member.size = 1 << 16
        tar.addfile(member, io.BytesIO(bytes(1 << 16)))
    whole = pack(made.getvalue())
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("name", "data", "why", "what"),
    [
        ("locked.zip", locked(), "locked with a password", "Unpack it with its password"),
        ("lzma.zip", zip_of(zipfile.ZIP_LZMA, outbox=POST), "packed by method 14", "with the program that packed it"),
        ("cut.tar.gz", tar_cut(lambda tar: gzip.compress(tar, 0)), "ends too early", "download it again"),
        ("cut.tar", tar_cut(bytes), "ends too early", "download it again"),
        ("empty.zip", zip_of(), "no file in it", "download it again"),
        ("out.zip", zip_of(zipfile.ZIP_STORED, **{"../outbox.json": POST}), "leads out of", "Ask who made it"),
    ],
)
def test_why_nothing_can_be_read_is_said_and_what_to_do(
    tmp_path: Path, name: str, data: bytes, why: str, what: str
) -> None:
    (tmp_path / name).write_bytes(data)
    report = IngestReport()
    export = open_export(tmp_path / name, report)
    with pytest.raises(TamizdatError) as refused:
        check_readable(export.names(), report)
    export.close()
    assert why in str(refused.value)
    assert what in str(refused.value)
    assert isinstance(refused.value, UsageError if name == "empty.zip" else DamagedInput)


def test_a_link_beside_files_that_can_be_read_is_no_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "link").symlink_to("notes.txt")
    report = IngestReport()
    check_readable(open_export(tmp_path, report).names(), report)
    assert dict(report.kinds) == {"link": 1}
