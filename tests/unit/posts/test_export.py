"""A zip that was made to make unpacking fail."""

import io
import zipfile
from pathlib import Path

import pytest

from tamizdat.posts.export import BadExport, open_export
from tamizdat.posts.report import IngestReport

METHODS = [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 95, 99]


def packed(path: Path, method: int) -> Path:
    """A zip with a stored member, and one whose entries name *method*."""
    made = io.BytesIO()
    known = method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(made, "w") as zip:
        zip.writestr("plain.txt", b"plain")
        zip.writestr("other.txt", b"x" * 999, method if known else zipfile.ZIP_DEFLATED)
    data = bytearray(made.getvalue())
    at = data.rindex(b"PK\1\2")  # the list's entry of the second member
    data[at + 10 : at + 12] = method.to_bytes(2, "little")
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("method", METHODS)
def test_a_member_packed_otherwise_than_deflated_is_refused_and_told(tmp_path: Path, method: int) -> None:
    report = IngestReport()
    export = open_export(packed(tmp_path / "a.zip", method), report)
    assert export.names() == ["plain.txt"]
    assert f"packed by method {method}" in str(report.problems[0])
    export.close()


@pytest.mark.parametrize("step", range(1, 60, 3))
def test_a_deflated_member_with_a_changed_byte_is_damage_of_the_export(tmp_path: Path, step: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip:
        zip.writestr("a.txt", b"".join(b"%d " % number for number in range(99)))
    data = bytearray(path.read_bytes())
    data[35 + step] ^= 1 << step % 8
    path.write_bytes(data)
    export = open_export(path, IngestReport())
    with export.open("a.txt") as file, pytest.raises(BadExport):
        file.read()
    export.close()


def test_a_member_without_a_name_is_passed_over_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as zip:
        zip.writestr("plain.txt", b"plain")
        zip.writestr("NAME", b"nameless")
    path.write_bytes(path.read_bytes().replace(b"NAME", b"\0AME"))  # a name ends at its first NUL
    report = IngestReport()
    export = open_export(path, report)
    assert (export.names(), dict(report.kinds)) == (["plain.txt"], {"path": 1})
    export.close()
