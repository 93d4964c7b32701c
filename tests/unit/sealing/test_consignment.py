"""The stream is plain tar in a fixed order; what is not plain tar of ours is refused before a byte reaches a disk."""

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Literal

import pytest

from tamizdat.errors import BadConsignment
from tamizdat.sealing.consignment import (
    BLOCK,
    END_OF_ARCHIVE,
    Cutter,
    Group,
    Member,
    closing_members,
    member,
    member_header,
    member_padding,
    members,
    padme,
)
from tamizdat.sealing.parcel import HEADER, PAYLOAD, PLAINTEXT

TIME = "2011-04-03T02:11:09Z"


def cut(k: int, parts: list[tuple[str, bytes]]) -> list[Group]:
    """The groups that stages of these bytes are cut into; the buffers are dirty, as reused ones are."""
    groups: list[Group] = []
    cutter = Cutter(k, groups.append, lambda: bytearray(b"!" * PLAINTEXT))
    for number, (stage, data) in enumerate(parts):
        if number:
            cutter.end_stage(stage)
        cutter.write(data)
    cutter.close()
    return groups


def stream_of(groups: list[Group]) -> bytes:
    return b"".join(bytes(buffer[HEADER:]) for group in groups for buffer in group.buffers)


def listed(stream: bytes, length: int | None = None) -> list[Member]:
    return list(members(io.BytesIO(stream), len(stream) if length is None else length))


# Cutting --------------------------------------------------------------------------------------------------------------


def test_the_groups_are_the_stream_and_zeros_after_it() -> None:
    data = bytes(range(251)) * 60_000
    groups = cut(2, [("inventory", data[:1000]), ("originals", data[1000:])])
    stream = stream_of(groups)
    assert stream.startswith(data)
    assert not any(stream[len(data) :])
    assert len(stream) % PAYLOAD == 0


def test_groups_are_numbered_and_begin_where_the_one_before_ended() -> None:
    groups = cut(3, [("inventory", bytes(PAYLOAD * 7))])
    assert [(group.number, group.first, len(group.buffers)) for group in groups] == [(0, 0, 3), (1, 3, 3), (2, 6, 2)]


def test_the_payload_that_ends_a_stage_ends_its_group() -> None:
    """Nothing of a finished stage waits for the next one, and nothing is filled up between them."""
    groups = cut(4, [("inventory", b"i" * 100), ("texts", b"t" * PAYLOAD), ("originals", b"o" * PAYLOAD * 9)])
    assert [(group.stage, len(group.buffers)) for group in groups] == [
        ("inventory", 1),
        ("texts", 1),
        ("originals", 4),
        ("originals", 4),
        ("originals", 1),
    ]


@pytest.mark.parametrize("size", [PAYLOAD - 1024, PAYLOAD - 1023, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 1, 0])
def test_the_end_of_the_archive_always_fits(size: int) -> None:
    stream = stream_of(cut(2, [("inventory", b"x" * size)]))
    assert len(stream) == -(-(size + len(END_OF_ARCHIVE)) // PAYLOAD) * PAYLOAD


def test_a_stage_that_ends_exactly_with_a_payload_flushes_it() -> None:
    groups = cut(4, [("inventory", b"i" * PAYLOAD), ("texts", b"t" * PAYLOAD), ("manifest", b"")])
    assert [len(group.buffers) for group in groups] == [1, 1, 1]


def test_empty_stages_make_no_groups_of_their_own() -> None:
    groups = cut(2, [("inventory", b"i"), ("texts", b""), ("previews", b""), ("manifest", b"m")])
    assert len(groups) == 1


@pytest.mark.parametrize(
    ("count", "rounded"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (5, 5), (9, 10), (17, 18), (33, 36), (100, 104), (1000, 1024), (15_000, 15_360)],
)
def test_padme_rounds_as_its_paper_says(count: int, rounded: int) -> None:
    assert padme(count) == rounded


# Tar ------------------------------------------------------------------------------------------------------------------


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


def test_the_closing_members_stand_in_their_order() -> None:
    stream = closing_members([("SHA256SUMS", b"1"), ("manifest.signature", b"2"), ("manifest.json", b"3")], TIME)
    assert [each.name for each in listed(stream + END_OF_ARCHIVE)] == [
        "SHA256SUMS",
        "manifest.signature",
        "manifest.json",
    ]
    assert len(member_padding(1)) == 511


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


def test_a_negative_size_does_not_send_us_back_for_ever() -> None:
    header = bytearray(tar())
    header[124:136] = b"\xff" * 10 + b"\xfe\x00"  # base 256, -512
    with pytest.raises(BadConsignment, match="negative"):
        listed(with_checksum(header) + END_OF_ARCHIVE)


def test_a_file_that_claims_exabytes_is_simply_not_there_yet() -> None:
    header = bytearray(tar())
    header[124:136] = b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7
    assert listed(with_checksum(header) + END_OF_ARCHIVE) == []


def test_a_header_that_claims_a_gigabyte_is_refused_before_memory_is_taken() -> None:
    header = bytearray(tar(tarfile.XHDTYPE))
    header[124:136] = b"10000000000\0"
    with pytest.raises(BadConsignment, match="64 KiB"):
        listed(with_checksum(header) + END_OF_ARCHIVE)


def test_headers_nested_without_end_are_refused() -> None:
    with pytest.raises(BadConsignment):
        listed(tar(tarfile.XHDTYPE) * 5000 + END_OF_ARCHIVE)


def pax(text: bytes) -> bytes:
    header = bytearray(tar(tarfile.XHDTYPE))
    header[124:136] = f"{len(text):011o}\0".encode()
    return with_checksum(header) + text + bytes(-len(text) % BLOCK)


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
    ],
)
def test_hostile_extended_headers_are_refused_or_passed_over(text: bytes) -> None:
    try:
        found = listed(pax(text) + tar() + bytes(BLOCK) + END_OF_ARCHIVE)
    except BadConsignment:
        return
    assert {each.name for each in found} <= {"card/a"}


@pytest.mark.parametrize("stream", [b"", b"\xff" * 4096, b"\0" * 100, b"PK\x03\x04" * 500])
def test_bytes_that_are_no_tar_have_no_files(stream: bytes) -> None:
    try:
        assert listed(stream) == []
    except BadConsignment:
        return
