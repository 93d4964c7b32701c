"""Media hash lists from outside: read in both forms, bounded, and never believed about paths."""

import hashlib

import pytest

from tamizdat.footage import mhl

V2 = """<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0"><hashes>
<hash><path size="3">DCIM/a.txt</path><c4 action="original">c45Jw</c4><md5>764EFA883DDA1E11DB47671C4A3BBD9E</md5></hash>
<directoryhash><path>DCIM</path><content><c4>c4</c4></content></directoryhash>
</hashes></hashlist>"""


def test_both_forms_are_read() -> None:
    digests = {"c4": "c45Jw", "md5": "764efa883dda1e11db47671c4a3bbd9e"}
    assert mhl.read(V2.encode()) == [mhl.Listed("DCIM/a.txt", 3, digests)]
    old = b"<hashlist><hash><file>a\\b.mov</file><size>9</size><xxhash64be>00FF</xxhash64be></hash></hashlist>"
    assert mhl.read(old) == [mhl.Listed("a/b.mov", 9, {"xxh64": "00ff"})]


@pytest.mark.parametrize("path", ["../up", "/etc/passwd", "a/../../b", "C:/x", ""])
def test_a_path_that_leads_out_is_passed_over(path: str) -> None:
    assert mhl.read(V2.replace("DCIM/a.txt", path).encode()) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no list",
        b"<html/>",
        V2.encode()[:-20],
        b'<!DOCTYPE hashlist [<!ENTITY a "b">]><hashlist><hash><file>&a;</file></hash></hashlist>',
    ],
)
def test_what_is_no_list_or_declares_entities_tells_nothing(data: bytes) -> None:
    assert mhl.read(data) is None
    assert mhl.chain_of(data) in (None, [])


def test_c4_is_that_of_the_standard() -> None:
    # the digest of "hi" and a line feed, as the reference program writes it
    wanted = "c45JwjSStebbqWE4Ukh496L9zUAZE7EbVveaDe4yzmnP5kow3C9JStUszZv73GPusuodQALjBedm4GWKA6f7zrBaKu"
    assert mhl.c4(hashlib.sha512(b"hi\n").digest()) == wanted
    assert len(mhl.c4(bytes(64))) == 90


def test_what_is_written_is_read_again() -> None:
    digests = {"c4": mhl.c4(bytes(64)), "md5": "0" * 32}
    record = mhl.Recorded("a & <b>/ཀ.mov", 7, "2026-11-23T09:00:00Z", digests)
    written = mhl.write([record], "2026-11-23T09:00:00Z", "1.0")
    assert mhl.read(written) == [mhl.Listed("a & <b>/ཀ.mov", 7, digests)]
    chain = [("0001_a_2026-11-23_090000Z.mhl", "c4x"), ("0002_a_2026-11-24_090000Z.mhl", "c4y")]
    assert mhl.chain_of(mhl.write_chain(chain)) == chain
    assert mhl.chain_of(mhl.write_chain([("../0001_a.mhl", "c4x")])) is None


def test_a_file_differs_if_one_kind_or_its_size_does() -> None:
    listed = [
        mhl.Listed(name, size, {"md5": "a", "c4": "b"}) for name, size in (("1", 1), ("2", 1), ("3", 2), ("4", 1))
    ]
    known = {"1": (1, {"md5": "a"}), "2": (1, {"md5": "a", "c4": "x"}), "3": (1, {"md5": "a"}), "4": (1, {"sha1": "a"})}
    assert mhl.compare(listed, known) == mhl.Compared(("1",), ("2", "3"), ("4",))
