"""What a backup is cut into: one size, one form, and nothing in it that was altered is taken for true."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamizdat.backup.file_list import Head, ListedFile, encode_list, parse_list
from tamizdat.backup.packs import PIECE, Pack, members, piece_sizes
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadBackup
from tamizdat.sealing.parcel import PLAINTEXT


def packed(*pieces: bytes) -> bytes:
    pack = Pack()
    for piece in pieces:
        pack.add(f"pieces/{sha256_hex(piece)}", piece)
    return pack.plaintext()


def test_a_pack_is_as_large_as_what_is_in_a_parcel_and_four_of_the_largest_pieces_fill_it() -> None:
    pack = Pack()
    for number in range(4):
        assert pack.fits(PIECE)
        piece = bytes([number]) * PIECE
        pack.add(f"pieces/{sha256_hex(piece)}", piece)
    assert not pack.fits(PIECE)
    assert len(pack.plaintext()) == len(Pack().plaintext()) == PLAINTEXT
    assert [len(data) for _, data in members(pack.plaintext())] == [PIECE] * 4


@settings(deadline=None, max_examples=20)
@given(st.lists(st.binary(max_size=2000), max_size=5, unique=True))
def test_what_is_packed_is_what_comes_out(pieces: list[bytes]) -> None:
    assert [bytes(data) for _, data in members(packed(*pieces))] == pieces


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 4095), st.integers(1, 255))
def test_a_pack_of_which_a_byte_was_changed_is_refused_whole(at: int, flip: int) -> None:
    plaintext = bytearray(packed(b"one" * 300, b"two"))
    plaintext[at] ^= flip
    with pytest.raises(BadBackup):
        list(members(bytes(plaintext)))


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\0", lambda data: data[:-1] + b"\1"])
def test_a_pack_of_another_length_or_with_something_behind_its_pieces_is_refused(change: object) -> None:
    with pytest.raises(BadBackup):
        list(members(change(packed(b"note"))))  # type: ignore[operator]


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_pieces_add_up_to_the_file(size: int) -> None:
    sizes = piece_sizes(size)
    assert sum(sizes) == size
    assert all(0 < each <= PIECE for each in sizes)


def listed(path: str, size: int) -> ListedFile:
    pieces = tuple(sha256_hex(bytes([number])) for number in range(len(piece_sizes(size))))
    return ListedFile(path, pieces[0] if len(pieces) == 1 else sha256_hex(b"x"), size, pieces)


FILES = [listed("keys.age", 300), listed("archive/empty", 0), listed("archive/entries.log", 2 * PIECE + 1)]
PACKS = [sha256_hex(b"pack")]
HEAD = Head(7, "2026-11-28T18:00:00Z", "ourdesk", "ab" * 32, 512, listed("", 2 * PIECE))


def test_a_list_and_a_head_are_read_as_they_were_written() -> None:
    assert parse_list(encode_list(FILES, PACKS)) == (FILES, PACKS)
    assert Head.parse(HEAD.encode()) == HEAD


@pytest.mark.parametrize("path", ["../settings", "/etc/x", "a/../../b", "archive//x", "a\0b"])
def test_no_path_of_a_list_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(BadBackup):
        parse_list(encode_list([listed(path, 1)], ()))


def test_a_list_that_was_cut_off_or_names_a_file_twice_is_refused() -> None:
    text = encode_list(FILES, PACKS)
    for wrong in (text[:-1], text[: text.rindex(b"piece")] + b"pack x\n", text + encode_list(FILES[:1], ())):
        with pytest.raises(BadBackup):
            parse_list(wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"v1", b"v2"), (b"number 7", b"number 0"), (b"2026-11-28", b"2026-13-28"), (b"piece ", b"pieces ")],
)
def test_a_head_that_is_none_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(BadBackup):
        Head.parse(HEAD.encode().replace(old, new, 1))
