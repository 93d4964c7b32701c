"""WARC: records and their places, digests, and everything that is not quite a WARC."""

import base64
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable

import brotli
import pytest

from support.web_samples import URL, answer, packed, page, record
from tamizdat.captures import http_message
from tamizdat.captures.chunks import unchunked
from tamizdat.captures.http_message import answer_in
from tamizdat.captures.warc import BadWebArchive, record_at, records

SUBTITLES = b"1\r\n00:00:01,000 --> 00:00:02,000\r\nThe school\r\n\r\n"
RECORDS = [record("warcinfo", "", b"software: test\r\n"), page(), record("resource", "urn:x", bytes(200_000))]


@pytest.mark.parametrize(
    "data",
    [b"".join(RECORDS), packed(RECORDS), gzip.compress(b"".join(RECORDS), mtime=0)],
    ids=["plain", "a member each", "one member"],
)
def test_each_record_is_found_again_at_its_place(data: bytes) -> None:
    found = list(records(io.BytesIO(data)))
    assert [each.type for each in found] == ["warcinfo", "response", "resource"]
    for each in reversed(found):
        again, block = record_at(io.BytesIO(data), each.place, 1 << 20)
        assert (again.id, len(block)) == (each.id, each.size)
    assert len({each.place for each in found}) == 3


def test_a_digest_that_does_not_hold_is_told_of_its_record_alone() -> None:
    spoiled = page().replace(b"WARC-Block-Digest: sha1:", b"WARC-Block-Digest: sha1:A", 1).replace(b"=\r\n", b"\r\n")
    spoiled = spoiled.replace("校舍塌了".encode(), "校舍还在".encode())
    first, second = records(io.BytesIO(spoiled + page()))
    assert first.broken
    assert not second.broken


def test_a_digest_without_a_value_is_none_as_wget_writes_it_without_digests() -> None:
    without = re.sub(rb"WARC-Block-Digest: [^\r]+", b"WARC-Block-Digest: \r\nWARC-Payload-Digest: ", page())
    [found] = records(io.BytesIO(without))
    assert not found.broken
    [strange] = records(io.BytesIO(page().replace(b"Digest: sha1:", b"Digest: crc7:")))
    assert strange.broken == "warc-block-digest is of a kind that is not known"


@pytest.mark.parametrize("over", ["stored", "meant"])
def test_a_payload_digest_may_be_over_the_body_with_or_without_its_chunks(over: str) -> None:
    body, plain = b"6\r\nchunks\r\n0\r\n\r\n", b"chunks"
    digest = hashlib.sha256(body if over == "stored" else plain).hexdigest()
    block = answer(body, "text/plain", Transfer_Encoding="chunked")
    [found] = records(io.BytesIO(record("response", URL, block, WARC_Payload_Digest=f"sha256:{digest}")))
    assert not found.broken
    other = hashlib.sha256(b"other").hexdigest()
    [found] = records(io.BytesIO(record("response", URL, block, WARC_Payload_Digest=f"sha256:{other}")))
    assert found.broken == "warc-payload-digest does not hold"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data[:-40], "end of the file"),
        (lambda data: data.replace(b"WARC/1.1", b"WARC/9.9"), "a WARC record"),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Length: -"), "in digits"),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Length: 1\r\nContent-Length: "), "once"),
        (lambda data: data.replace(b"WARC-Date: 2026", b"WARC-Date: last year"), "WARC-Date"),
        (lambda data: data + b"more", "a WARC record"),
        (lambda data: data.replace(b"\r\n\r\nHTTP", b"\r\nno colon\r\n\r\nHTTP"), "Name: value"),
        (lambda data: b"WARC/1.1\r\n" + b"A: b\r\n" * 20_000 + data, "lines of a head"),
    ],
)
def test_what_breaks_the_format_ends_the_reading(spoil: "type[bytes]", why: str) -> None:
    with pytest.raises(BadWebArchive, match=why):
        list(records(io.BytesIO(spoil(page()))))


def test_records_that_stand_before_the_damage_are_given() -> None:
    reading = records(io.BytesIO(packed([page(), page()])[:-30]))
    assert next(reading).uri == URL
    with pytest.raises(BadWebArchive):
        next(reading)


def test_subtitles_under_a_header_that_says_chunked_lose_no_byte() -> None:
    block = answer(SUBTITLES, "text/plain", Transfer_Encoding="chunked")
    assert answer_in(block).body == SUBTITLES
    assert unchunked(b"5\r\nab") is None
    assert unchunked(b"2\r\nab\r\n0\r\n\r\nmore") is None
    assert unchunked(b"2;name=value\r\nab\r\n0\r\nTrailer: x\r\n\r\n") == b"ab"


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_a_packed_body_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    packed_body = pack(b"words" * 100)
    assert answer_in(answer(packed_body, Content_Encoding=encoding)).body == b"words" * 100
    assert answer_in(answer(packed_body[:-4], Content_Encoding=encoding)).body == packed_body[:-4]


def test_an_encoding_that_is_not_read_is_named() -> None:
    assert answer_in(answer(b"\x28\xb5\x2f\xfd", Content_Encoding="zstd")).undecoded == "zstd"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_body_that_swells_is_refused(
    encoding: str, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_message, "MAX_BODY", 1 << 20)
    with pytest.raises(BadWebArchive, match="at most"):
        answer_in(answer(pack(bytes((1 << 20) + 2)), Content_Encoding=encoding))


def test_a_record_larger_than_asked_for_is_not_read() -> None:
    with pytest.raises(BadWebArchive, match="at most 10 bytes"):
        record_at(io.BytesIO(page()), next(records(io.BytesIO(page()))).place, 10)


def test_digests_in_hexadecimal_and_base32_are_both_understood() -> None:
    block = answer(b"x")
    for text in (hashlib.sha256(block).hexdigest(), base64.b32encode(hashlib.sha256(block).digest()).decode()):
        [found] = records(io.BytesIO(record("response", URL, block, WARC_Block_Digest=f"sha256:{text}")))
        assert not found.broken
