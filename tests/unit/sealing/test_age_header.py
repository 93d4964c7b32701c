"""The header's grammar, and nothing beside it."""

import pytest

from tamizdat.errors import BadAgeHeader, BadAgeMac
from tamizdat.sealing.age_header import MAX_HEADER, Stanza, canonical_base64, encode_header, parse_header, unpadded

FILE_KEY = bytes(16)
STANZA = Stanza("kind", ("argument",), b"body")
GOOD = encode_header([STANZA], FILE_KEY)
V1 = b"age-encryption.org/v1\n"
MAC = b"--- " + b"A" * 43 + b"\n"


@pytest.mark.parametrize("size", [0, 1, 32, 47, 48, 49, 95, 96, 97])
def test_stanzas_come_back_whatever_the_size_of_their_body(size: int) -> None:
    stanzas = (Stanza("a", (), bytes(range(size))), Stanza("b", ("1", "2"), b""))
    header = parse_header(encode_header(stanzas, FILE_KEY) + b"payload")
    assert header.stanzas == stanzas
    header.check(FILE_KEY)


def test_the_size_ends_where_the_payload_begins() -> None:
    assert parse_header(GOOD + b"rest").size == len(GOOD)


def test_another_file_key_does_not_hold_the_mac() -> None:
    with pytest.raises(BadAgeMac):
        parse_header(GOOD).check(b"\1" + bytes(15))


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("nothing", b""),
        ("another format", b"PK\3\4"),
        ("another version", GOOD.replace(b"/v1\n", b"/v2\n")),
        ("a later version that begins alike", GOOD.replace(b"/v1\n", b"/v11\n")),
        ("CRLF", GOOD.replace(b"\n", b"\r\n")),
        ("a space before it", b" " + GOOD),
        ("no stanza", V1 + MAC),
        ("no MAC", V1 + b"-> kind\n\n"),
        ("a MAC without LF", V1 + b"-> kind\n\n" + MAC[:-1]),
        ("a MAC line of four dashes", V1 + b"-> kind\n\n-" + MAC),
        ("a MAC of 42 letters", V1 + b"-> kind\n\n--- " + b"A" * 42 + b"\n"),
        ("a MAC with padding", V1 + b"-> kind\n\n--- " + b"A" * 43 + b"=\n"),
        ("a MAC with stray bits", V1 + b"-> kind\n\n--- " + b"A" * 42 + b"B\n"),
        ("a space after the MAC", V1 + b"-> kind\n\n" + MAC[:-1] + b" \n"),
        ("a letter for the space before the MAC", V1 + b"-> kind\n\n---A" + MAC[4:]),
        ("two spaces before the MAC", V1 + b"-> kind\n\n---  " + MAC[4:]),
        ("a stanza without kind", V1 + b"-> \n\n" + MAC),
        ("a stanza without space", V1 + b"->kind\n\n" + MAC),
        ("two spaces between arguments", V1 + b"-> kind  argument\n\n" + MAC),
        ("a space after the arguments", V1 + b"-> kind \n\n" + MAC),
        ("a tab", V1 + b"-> kind\targument\n\n" + MAC),
        ("a letter beyond ASCII", V1 + "-> kïnd\n\n".encode() + MAC),
        ("a NUL", V1 + b"-> ki\0nd\n\n" + MAC),
        ("a body without its last line", V1 + b"-> kind\n" + b"A" * 64 + b"\n" + MAC),
        ("no body", V1 + b"-> kind\n" + MAC),
        ("a body line of 65", V1 + b"-> kind\n" + b"A" * 65 + b"\n\n" + MAC),
        ("a body line of 68, which base64 may have", V1 + b"-> kind\n" + b"A" * 68 + b"\n\n" + MAC),
        ("two short lines", V1 + b"-> kind\nAAAA\nAAAA\n" + MAC),
        ("padding in a body", V1 + b"-> kind\nAA==\n" + MAC),
        ("stray bits in a body", V1 + b"-> kind\nAB\n" + MAC),
        ("a body of one letter", V1 + b"-> kind\nA\n" + MAC),
        ("URL-safe base64", V1 + b"-> kind\nAA-_\n" + MAC),
        ("a space in a body", V1 + b"-> kind\nAAAA \n" + MAC),
        ("an empty line before the MAC", V1 + b"-> kind\nAAAA\n\n" + MAC),
    ],
)
def test_refused(what: str, data: bytes) -> None:
    with pytest.raises(BadAgeHeader):
        parse_header(data)


def test_a_header_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    spare = MAX_HEADER - len(encode_header([Stanza("x", (), b"")], FILE_KEY))
    assert parse_header(encode_header([Stanza("x" * (1 + spare), (), b"")], FILE_KEY)).size == MAX_HEADER
    with pytest.raises(BadAgeHeader):
        parse_header(encode_header([Stanza("x" * (2 + spare), (), b"")], FILE_KEY))


@pytest.mark.parametrize("text", [b"=", b"AA=", b"AA==", b"A", b"AAAAA", b"AB", b"AAB", b"A A", b"AAAA\n", b"\xff\xff"])
def test_base64_that_is_not_canonical_is_refused(text: bytes) -> None:
    with pytest.raises(BadAgeHeader):
        canonical_base64(text, "a test")


def test_base64_comes_back() -> None:
    for size in range(70):
        assert canonical_base64(unpadded(bytes(range(size))).encode(), "a test", size) == bytes(range(size))
        with pytest.raises(BadAgeHeader):
            canonical_base64(unpadded(bytes(size)).encode(), "a test", size + 1)
