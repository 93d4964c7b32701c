"""A consignment's stream is plain tar; what is not plain tar of ours is refused before a byte reaches a disk."""

import io
import subprocess
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest

from support.kinds import some_of
from tamizdat.errors import BadConsignment
from tamizdat.sealing.pax import (
    BLOCK,
    END_OF_ARCHIVE,
    MAX_RECORDS,
    Member,
    member,
    member_header,
    members,
    members_by_name,
)

TIME = "2011-04-03T02:11:09Z"


def listed(stream: bytes, length: int | None = None) -> list[Member]:
    return list(members(io.BytesIO(stream), len(stream) if length is None else length))


def test_stock_tar_lists_and_extracts_the_stream(tmp_path: Path) -> None:
    files = {"card/ཨ/采访.txt": b"note", f"card/{'n' * 200}/{'m' * 200}.MP4": b"x" * 1000, "card/empty": b""}
    stream = b"".join(member(name, data, TIME) for name, data in files.items()) + END_OF_ARCHIVE
    assert len(stream) % BLOCK == 0
    (tmp_path / "stream").write_bytes(stream)
    subprocess.run(["tar", "xf", "stream"], cwd=tmp_path, check=True)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert (tmp_path / "card/empty").stat().st_mtime == 1301796669
    assert {each.name: each.size for each in listed(stream)} == {name: len(data) for name, data in files.items()}


def test_a_member_says_nothing_of_who_made_it() -> None:
    info = tarfile.TarInfo.frombuf(member_header("card/a", 1, TIME)[:512], "utf-8", "strict")
    assert (info.uid, info.gid, info.uname, info.gname, info.mode) == (0, 0, "", "", 0o644)


@pytest.mark.parametrize("modified", ["1909-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"])
def test_any_year_fits_into_a_header(modified: str) -> None:
    assert listed(member("card/a", b"x", modified) + END_OF_ARCHIVE)[0].name == "card/a"


def test_a_file_that_does_not_end_within_what_has_arrived_is_not_among_them() -> None:
    stream = member("card/a", b"a" * 600, TIME) + member("card/b", b"b" * 600, TIME)
    for length in range(0, len(stream), 100):
        names = [each.name for each in listed(stream, length)]
        assert names == ["card/a", "card/b"][: (length >= 1112) + (length >= 2648)], length


def test_what_arrived_may_end_in_the_middle_of_an_extended_header() -> None:
    """A name that is not ASCII takes three blocks more; a payload may end between any two of them."""
    stream = member("card/a", b"a", TIME) + member("card/采访.MP4", b"b" * 600, TIME) + END_OF_ARCHIVE
    for length in range(0, len(stream), BLOCK):
        names = [each.name for each in listed(stream, length)]
        assert names == ["card/a", "card/采访.MP4"][: (length >= 1024) + (length >= 1024 + 3 * BLOCK + 600)], length


def tar(
    kind: bytes = tarfile.REGTYPE, name: str = "card/a", link: str = "", form: Literal[1, 2] = tarfile.GNU_FORMAT
) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info.tobuf(form, "utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.DIRTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.CONTTYPE,
        tarfile.GNUTYPE_SPARSE,
        b"Z",
    ],
)
def test_only_plain_files_are_accepted(kind: bytes) -> None:
    with pytest.raises(BadConsignment):
        listed(tar(kind, link="/etc/passwd") + bytes(BLOCK) + END_OF_ARCHIVE)


@pytest.mark.parametrize(
    "name",
    [
        "../card/a",
        "card/../../a",
        "/card/a",
        "card//a",
        "card/./a",
        "card/a\\b",
        "card/C:a",
        "card/a\nb",
        "card/a ",
        "card/\udcff",
        "elsewhere/a",
        "card",
        "previews",
        "inventory.json/a",
        "SHA256SUMS2",
        "card/" + "x" * 256,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_in_either_form_of_tar(name: str) -> None:
    forms: tuple[Literal[1, 2], ...] = (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    for form in forms:
        with pytest.raises(BadConsignment):
            listed(tar(name=name, form=form) + END_OF_ARCHIVE)


def with_checksum(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header)


@pytest.mark.parametrize("size", [b"\xff" * 10 + b"\xfe\x00", b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7])
def test_a_size_in_base_256_negative_or_of_exabytes_is_refused(size: bytes) -> None:
    header = bytearray(tar(form=tarfile.PAX_FORMAT))
    header[124:136] = size
    with pytest.raises(BadConsignment, match="octal"):
        listed(with_checksum(header) + END_OF_ARCHIVE)


def test_a_file_that_claims_exabytes_is_simply_not_there_yet() -> None:
    assert listed(pax(record("size", "9" * 18)) + tar(form=tarfile.PAX_FORMAT) + END_OF_ARCHIVE) == []


def test_records_that_claim_a_gigabyte_are_refused_before_memory_is_taken() -> None:
    header = bytearray(tar(tarfile.XHDTYPE, form=tarfile.PAX_FORMAT))
    header[124:136] = b"10000000000\0"
    with pytest.raises(BadConsignment, match="at most 16,384"):
        listed(with_checksum(header) + END_OF_ARCHIVE)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE, tarfile.GNUTYPE_SPARSE])
def test_extended_headers_in_a_row_are_refused_at_the_second(kind: bytes) -> None:
    with pytest.raises(BadConsignment):
        listed(tar(kind, form=tarfile.PAX_FORMAT) * 5000 + END_OF_ARCHIVE)


def pax(text: bytes) -> bytes:
    header = bytearray(tar(tarfile.XHDTYPE, form=tarfile.PAX_FORMAT))
    header[124:136] = f"{len(text):011o}\0".encode()
    return with_checksum(header) + text + bytes(-len(text) % BLOCK)


def record(keyword: str, value: str) -> bytes:
    body = f" {keyword}={value}\n".encode()
    size = len(body) + len(str(len(body)))
    return str(size if len(str(size)) + len(body) == size else size + 1).encode() + body


class Counting(io.BytesIO):
    """A stream that remembers the largest piece that was asked for."""

    largest = 0

    def read(self, count: int | None = -1, /) -> bytes:
        assert count is not None
        assert count >= 0
        self.largest = max(self.largest, count)
        return super().read(count)


HOSTILE_FILL = {
    "extended headers of GNU's sparse files": lambda: tar(tarfile.GNUTYPE_SPARSE) + b"0" * (BLOCK - 12) + b"\1" * 12,
    "pax records of nothing": lambda: pax(b"6 a=b\n" * 2000),
    "pax records of sparse maps": lambda: pax(b"GNU.sparse.map=" + b"1,1," * 3000),
    "a long name in GNU's form": lambda: tar(tarfile.GNUTYPE_LONGNAME),
    "files without end": lambda: member("card/" + "a" * 90, b"", TIME),
    "files with long names": lambda: member("card/" + "/".join(["采" * 80] * 16), b"", TIME),
}


OTHERS = [each for name, each in HOSTILE_FILL.items() if name != "files without end"]  # slow, and as long names are


@pytest.mark.parametrize("fill", some_of(HOSTILE_FILL.values(), *OTHERS), ids=HOSTILE_FILL.keys())
def test_sixteen_mebibytes_of_hostile_headers_take_less_memory_than_they_are(fill: Callable[[], bytes]) -> None:
    one = fill()
    stream = Counting(one * ((16 << 20) // len(one)))
    tracemalloc.start()
    with suppress(BadConsignment):
        for _ in members(stream, 16 << 20):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
    assert stream.largest <= MAX_RECORDS


def test_a_stream_of_more_files_than_a_manifest_can_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamizdat.sealing.pax.MAX_MEMBERS", 2000)

    class Endless(io.BytesIO):
        """One empty file again and again."""

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return super().seek(offset % BLOCK, whence)

    stream = Endless(member("card/a", b"", TIME))
    assert len(list(members(stream, 1000 * BLOCK))) == 1000
    with pytest.raises(BadConsignment, match="at most 2,000 files"):
        for _ in members(stream, 2001 * BLOCK):
            pass


def test_a_sparse_header_that_ends_within_its_map_is_a_bad_consignment() -> None:
    """Python's tarfile raises IndexError for it, which ended every 'receive' of a desk."""
    header = bytearray(tar(tarfile.GNUTYPE_SPARSE))
    header[482] = 1  # "more of the map follows"
    for cut in range(0, 3 * BLOCK, 100):
        with pytest.raises(BadConsignment):
            listed(with_checksum(header) + b"1" * cut)


@pytest.mark.parametrize(
    "text",
    [
        b"22 path=../../../etc/x\n",
        b"13 size=-512\n",
        b"14 GNU.sparse.major=1\n",
        b"27 GNU.sparse.name=/etc/pass\n",
        b"99999999999999999999 path=x\n",
        b"0 path=x\n",
        b"garbage",
        b"12 path=a\0b\n",
        b"14 linkpath=a\n",
        b"10 path=\xff\n",
        b"12 size=+00\n",
        b"10 size=\xb2\n",
        record("path", "card/b") + record("path", "card/c"),
    ],
)
def test_hostile_pax_records_are_refused(text: bytes) -> None:
    with pytest.raises(BadConsignment):
        listed(pax(text) + tar(form=tarfile.PAX_FORMAT) + bytes(BLOCK) + END_OF_ARCHIVE)


@pytest.mark.parametrize("stream", [b"", b"\xff" * 4096, b"\0" * 100, b"PK\x03\x04" * 500])
def test_bytes_that_are_no_tar_have_no_files(stream: bytes) -> None:
    try:
        assert listed(stream) == []
    except BadConsignment:
        return


def test_a_name_that_is_there_twice_is_refused_so_that_no_file_takes_the_place_of_another() -> None:
    stream = member("card/a", b"first", TIME) + member("card/b", b"x", TIME) + member("card/a", b"other", TIME)
    assert len(listed(stream)) == 3
    with pytest.raises(BadConsignment, match="one name twice"):
        members_by_name(io.BytesIO(stream), len(stream))


def test_an_end_before_the_manifest_is_refused_and_one_after_it_is_the_end() -> None:
    """Zeros are also what a failing disk gives: nobody waits for what would come behind them."""
    begun, manifest = member("card/a", b"first", TIME), member("manifest.json", b"{}", TIME)
    assert [*members_by_name(io.BytesIO(begun), len(begun))] == ["card/a"], "more may come"
    with pytest.raises(BadConsignment, match="before the end"):
        members_by_name(io.BytesIO(begun + END_OF_ARCHIVE), len(begun + END_OF_ARCHIVE))
    whole = begun + manifest + END_OF_ARCHIVE
    assert [*members_by_name(io.BytesIO(whole), len(whole))] == ["card/a", "manifest.json"]


def test_a_prefix_before_a_name_which_stock_tar_would_follow_is_refused() -> None:
    stream = bytearray(member("card/a", b"first", TIME))
    at = next(at for at in range(0, len(stream), BLOCK) if stream[at + 156 : at + 157] == b"0")
    stream[at + 345 : at + 353] = b"../../..".ljust(8, b"\0")
    stream[at + 148 : at + 156] = b" " * 8
    stream[at + 148 : at + 156] = b"%06o\0 " % sum(stream[at : at + BLOCK])
    with pytest.raises(BadConsignment, match="ustar prefix"):
        listed(bytes(stream))
