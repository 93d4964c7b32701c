"""The armour is strict: whatever is tolerated could be changed on the way without anybody noticing."""

import base64

import pytest

from tamizdat.errors import BadAgeHeader
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import seal, unseal
from tamizdat.sealing.age_armor import dearmor, is_armored

BEGIN, END = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"


def armored(data: bytes, newline: bytes = b"\n") -> bytes:
    text = base64.b64encode(data)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return newline.join((BEGIN, *lines, END, b""))


@pytest.mark.parametrize("size", [1, 2, 3, 47, 48, 49, 96, 100])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_armour_comes_off(size: int, newline: bytes) -> None:
    assert dearmor(armored(bytes(range(size)), newline)) == bytes(range(size))
    assert dearmor(b" \n\t" + armored(bytes(range(size)), newline) + b"\n\n ") == bytes(range(size))


def test_an_armoured_file_is_unsealed() -> None:
    key = SealingKey(bytes(32))
    assert unseal(armored(seal(b"text", [key.recipient])), [key]) == b"text"


def test_binary_files_are_not_taken_for_armour() -> None:
    assert not is_armored(b"age-encryption.org/v1\n")
    assert not is_armored(b"")


TEXT = armored(bytes(100))


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("nothing", b""),
        ("only the first line", BEGIN),
        ("no end", TEXT.replace(END, b"")),
        ("another label", TEXT.replace(b"AGE ENCRYPTED FILE", b"PGP MESSAGE")),
        ("lower case", TEXT.replace(BEGIN, BEGIN.lower())),
        ("text before", b"hello\n" + TEXT),
        ("text after", TEXT + b"hello"),
        ("a second block", TEXT + TEXT),
        ("a header line", TEXT.replace(BEGIN, BEGIN + b"\nVersion: 1\n")),
        ("an empty line", TEXT.replace(BEGIN, BEGIN + b"\n")),
        ("an empty line at the end", TEXT.replace(END, b"\n" + END)),
        ("a space after a line", TEXT.replace(b"A\n", b"A \n", 1)),
        ("a space before a line", TEXT.replace(b"\nA", b"\n A", 1)),
        ("a short line in the middle", TEXT.replace(b"A\n", b"\n", 1)),
        ("a long line", TEXT.replace(b"A\n", b"AAAAA\n", 1)),
        ("a long last line", armored(bytes(48)).replace(b"A\n", b"AAAAA\n", 1)),
        ("no padding", TEXT.replace(b"=", b"")),
        ("stray bits", TEXT.replace(b"A==", b"B==")),
        ("a checksum", TEXT.replace(END, b"=abcd\n" + END)),
        ("a bare CR", TEXT.replace(b"\n", b"\r")),
        ("CR CR LF", TEXT.replace(b"\n", b"\r\r\n")),
        ("URL-safe letters", TEXT.replace(b"AA", b"-_", 1)),
        ("a NUL", TEXT.replace(b"AA", b"A\0", 1)),
    ],
)
def test_refused(what: str, data: bytes) -> None:
    with pytest.raises(BadAgeHeader):
        dearmor(data)
