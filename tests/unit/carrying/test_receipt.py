"""The receipt: whoever lacks one byte cannot make it, and nobody makes a tag of it without it."""

import pytest
from blake3 import blake3

from tamizdat.carrying.receipt import RECEIPT, file_tag, leaf, receipt
from tamizdat.encoding import sha256, spoken
from tamizdat.text.spoken import from_spoken

KEY = bytes(range(32))
PAYLOADS = [b"first", b"second", b"third"]


def proof(key: bytes, payloads: list[bytes]) -> bytes:
    return receipt(key, [leaf(key, payload) for payload in payloads])


def test_it_is_26_letters_and_digits() -> None:
    text = spoken(proof(KEY, PAYLOADS))
    assert len(text.replace("-", "")) == 26
    assert from_spoken(text, RECEIPT) == proof(KEY, PAYLOADS)


@pytest.mark.parametrize(
    ("key", "payloads"),
    [
        (bytes(32), PAYLOADS),
        (KEY, PAYLOADS[:2]),
        (KEY, [*PAYLOADS, b""]),
        (KEY, [PAYLOADS[1], PAYLOADS[0], PAYLOADS[2]]),
        (KEY, [b"first", b"second", b"thire"]),
        (KEY, [b"firsts", b"econd", b"third"]),
        (KEY, []),
    ],
)
def test_another_key_order_count_or_byte_gives_another_receipt(key: bytes, payloads: list[bytes]) -> None:
    assert proof(key, payloads) != proof(KEY, PAYLOADS)


def test_it_is_computed_as_its_specification_says() -> None:
    leaves = b"".join(blake3(payload, key=KEY).digest() for payload in PAYLOADS)
    derived = blake3(KEY, derive_key_context="tamizdat receipt v1").digest()
    assert proof(KEY, PAYLOADS) == blake3(leaves, key=derived).digest(length=16)


def test_a_tag_is_for_one_file_at_one_path_under_one_receipt() -> None:
    tag = file_tag(b"r" * 16, "a/b", 3, sha256(b"abc"))
    assert len(tag) == 16
    others = [
        file_tag(b"s" * 16, "a/b", 3, sha256(b"abc")),
        file_tag(b"r" * 16, "a/c", 3, sha256(b"abc")),
        file_tag(b"r" * 16, "a/b", 4, sha256(b"abc")),
        file_tag(b"r" * 16, "a/b", 3, sha256(b"abd")),
        file_tag(b"r" * 16, "a/b\x003", 0, sha256(b"abc")),
    ]
    assert len({tag, *others}) == 6
