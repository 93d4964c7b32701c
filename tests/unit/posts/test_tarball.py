"""Exports as they are downloaded, ``.tar.gz``, ``.tar``, ``.jsonl.gz``: sound, and made to make reading fail."""

import contextlib
import gzip
import io
import random
import tarfile
from pathlib import Path

import pytest

from support.shared import SHARED
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.posts import export_bounds, gzip_reader
from tamizdat.posts.export import BadExport, Export, open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.posts.tarball import _Extension, _number

CASE = SHARED / "cases" / "14"


def member(name: str, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as packed:
        for info, data in members:
            packed.addfile(info, io.BytesIO(data))
    return made.getvalue()


def opened(path: Path, data: bytes, packed: bool = True) -> tuple[Export, IngestReport]:
    report = IngestReport()
    path.write_bytes(gzip.compress(data) if packed else data)
    return open_export(path, report), report


def contents(export: Export) -> dict[str, bytes]:
    found = {}
    try:
        for name in export.names():
            with export.open(name) as file:
                found[name] = file.read()
    finally:
        export.close()
    return found


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_files_come_out_of_a_tar_as_they_went_in(tmp_path: Path, form: int, packed: bool) -> None:
    long = "media_attachments/" + "/".join(["下" * 12] * (2 if form == tarfile.USTAR_FORMAT else 9)) + "/a.jpg"
    files = {"outbox.json": b"{}" * 700, long: bytes(range(256)) * 9, "empty.json": b""}
    data = tar(
        *(member(f"./{name}", data) for name, data in files.items()), member("d", type=tarfile.DIRTYPE), form=form
    )
    export, report = opened(tmp_path / "a", data, packed)
    assert contents(export) == files
    assert not report.damaged


def test_any_byte_of_a_large_gzip_is_read_again_from_a_point_before_it(tmp_path: Path) -> None:
    old, gzip_reader.FIRST_GAP = gzip_reader.FIRST_GAP, 1 << 12  # type: ignore[misc] # so that points are dropped
    try:
        draw = random.Random(5)
        data = b"".join(b"%d %d\n" % (number, draw.getrandbits(40)) for number in range(120_000))
        half = len(data) // 2  # of two members, as some programs write, and padding
        (tmp_path / "a").write_bytes(gzip.compress(data[:half]) + gzip.compress(data[half:]) + bytes(99))
        reader = gzip_reader.GzipReader(tmp_path / "a")
        assert reader.rest() == len(data)
        for _ in range(60):
            at, size = draw.randrange(len(data)), draw.choice([1, 700, 70_000])
            assert reader.read_at(at, size) == data[at : at + size]
        assert reader.read_at(len(data), 5) == b""
        assert len(reader._points) <= gzip_reader.POINTS
        reader.close()
    finally:
        gzip_reader.FIRST_GAP = old  # type: ignore[misc]


def test_what_leads_out_hides_or_is_no_file_is_told_and_not_read(tmp_path: Path) -> None:
    # fmt: off
    data = tar(member("../out.js", b"x"), member("/abs.js", b"x"), member("a\\b.js", b"x"), member("outbox.json", b"1"),
               member("outbox.json", b"2"), member("l", type=tarfile.SYMTYPE, linkname="/etc/hostname"),
               member("h", type=tarfile.LNKTYPE, linkname="outbox.json"), member("n", type=tarfile.CHRTYPE),
               member("p", type=tarfile.FIFOTYPE), member("s", pax_headers={"GNU.sparse.size": "9"}))
    # fmt: on
    export, report = opened(tmp_path / "a.tgz", data)
    assert contents(export) == {"outbox.json": b"1"}
    assert report.kinds == {"path": 4, "link": 4, "damaged": 1}


def test_a_tar_that_swells_is_given_up_before_it_is_unpacked(tmp_path: Path) -> None:
    export, report = opened(tmp_path / "a.tgz", tar(member("outbox.json", b"{}"), member("zeros", bytes(40 << 20))))
    assert export.names() == ["outbox.json"]
    export.close()
    assert report.kinds == {"bomb": 1, "truncated": 1}


def test_a_member_that_swells_beside_others_that_do_not_is_left(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1 << 20)
    export, report = opened(tmp_path / "a.tgz", tar(member("noise", noise), member("zeros", bytes(20 << 20))))
    assert list(contents(export)) == ["noise"]
    assert report.kinds == {"bomb": 1}


@pytest.mark.parametrize("packed", [True, False])
def test_a_tar_that_is_cut_short_gives_what_it_has_and_says_so(tmp_path: Path, packed: bool) -> None:
    data = tar(member("a.json", b"a" * 600), member("b.json", random.Random(2).randbytes(5_000)))
    path = tmp_path / "a.tar"
    whole = gzip.compress(data) if packed else data
    path.write_bytes(whole[: 3_000 if packed else 4_096])
    report = IngestReport()
    export = open_export(path, report)
    assert export.names() == ["a.json", "b.json"]
    assert report.kinds == {"truncated": 1}
    with export.open("a.json") as file:
        assert file.read() == b"a" * 600
    with export.open("b.json") as file, pytest.raises(BadExport):
        file.read()
    export.close()


def test_one_packed_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    export, report = opened(tmp_path / "tweets.jsonl.gz", b'{"id": "5"}\n' * 9)
    assert contents(export) == {"tweets.jsonl": b'{"id": "5"}\n' * 9}
    assert not report.damaged


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes_of_a_tar_raise_nothing_but_our_own_errors(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    long = member("下" * 80, b"x" * 99, pax_headers={"path": "下" * 80, "size": "99"})
    data = bytearray(
        tar(member("a.json", b"{}" * 600), long, form=draw.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
    )
    packed = draw.random() < 0.5
    data = bytearray(gzip.compress(data, mtime=0)) if packed else data
    for _ in range(draw.choice([1, 3])):
        at = (
            draw.randrange(len(data)) if packed else draw.randrange(0, len(data), 512) + draw.choice([124, 148, 156, 0])
        )
        data[at : at + draw.choice([0, 1, 8])] = draw.randbytes(draw.choice([0, 1, 8]))
    path = tmp_path / "a"
    path.write_bytes(data)
    with contextlib.suppress(TamizdatError):
        contents(open_export(path, IngestReport()))


@pytest.mark.parametrize(
    "field", [b"\xff" * 12, b"\xc0" + bytes(11), b"\x80\0\0\x40" + bytes(8), b"8\0", b"79 ", b"7x\0"]
)
def test_a_number_that_is_none_or_absurd_is_refused(field: bytes) -> None:
    assert (_number(b"\x80" + (1 << 61).to_bytes(11, "big")), _number(b"0017 \0")) == (1 << 61, 15)
    with pytest.raises(BadExport):
        _number(field)


@pytest.mark.parametrize("data", [b"1x path=a\n", b"10path=abc\n", b"9 path=abcd\n", b"8 patha\n", b"2 \n"])
def test_records_of_a_pax_header_that_are_none_are_refused(data: bytes) -> None:
    sound = _Extension()
    sound.take_pax(b"10 path=a\n")
    assert sound.name == "a"
    with pytest.raises(BadExport):
        _Extension().take_pax(data)


def test_a_header_that_claims_a_long_name_takes_no_memory(tmp_path: Path) -> None:
    block = bytearray(tar(member("x" * 200, b""), form=tarfile.GNU_FORMAT)[:512])
    block[124:136] = b"77777777777\0"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    with pytest.raises(BadExport, match="8,589,934,591"):
        opened(tmp_path / "a.tgz", bytes(block))


@pytest.mark.parametrize(("magic", "name"), [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"Rar!\x1a\x07", "RAR")])
def test_an_archive_packed_otherwise_is_named_and_advice_given(tmp_path: Path, magic: bytes, name: str) -> None:
    with pytest.raises(UsageError, match=f"packed by {name}.*unpack it"):
        opened(tmp_path / "a", magic + bytes(600), packed=False)


@pytest.mark.skipif(not CASE.is_dir(), reason="cases of ../shared are not beside this checkout")
def test_a_mastodon_export_is_read_as_it_was_downloaded() -> None:
    report = IngestReport()
    [path] = CASE.iterdir()
    export = open_export(path, report)
    format = recognise(export)
    found = list(format.read(format.plan(export, report), export.open, report))
    export.close()
    assert format.NAME.startswith("mastodon/")
    assert found
    assert not report.damaged


def test_bounds_are_those_of_a_zip() -> None:
    assert export_bounds.swells(export_bounds.HARMLESS + 1, 1)
    assert not export_bounds.swells(export_bounds.HARMLESS, 1)
