"""What a server answered, as it stands in a WARC: status, headers, and the body undone of its encodings.

A body is taken out of chunks only if the headers say so **and** it is chunks from its first byte to its last.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Final

from tamizdat.dataclass import dataclass

try:
    import brotli
except ImportError:  # bodies packed so are kept, and not read
    brotli = None

from tamizdat.captures.chunks import unchunked
from tamizdat.captures.warc import BadWebArchive

MAX_BODY: Final = 64 << 20  #: bytes, unpacked
MAX_HEAD: Final = 1 << 18
_STATUS: Final = re.compile(rb"HTTP/(?:0\.9|1\.0|1\.1|2|2\.0|3) ([1-5][0-9][0-9])(?: [^\r\n]*)?")


@dataclass(frozen=True)
class Answer:
    """An answer; *body* as it was meant. *undecoded* names an encoding that is not read here (zstd)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    undecoded: str = ""

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset the headers name, "" for none."""
        found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", self.headers.get("content-type", ""))
        return found[1] if found else ""


def answer_in(block: bytes) -> Answer:
    """Return the answer in the block of a response record; raises :class:`BadWebArchive` if there is none."""
    end = re.search(rb"\r?\n\r?\n", block[:MAX_HEAD])
    if end is None:
        raise BadWebArchive(f"Expected the headers of an answer to end, found {len(block):,} bytes without an end.")
    first, *lines = re.split(rb"\r?\n", block[: end.start()])
    status = _STATUS.fullmatch(first)
    if status is None:
        raise BadWebArchive(f"Expected an answer of a web server, found {first[:24]!a}.")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return _decoded(int(status[1]), headers, block[end.end() :])


def _decoded(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        inside = unchunked(body)
        body = body if inside is None else inside
    for encoding in reversed([each.strip().lower() for each in headers.get("content-encoding", "").split(",")]):
        if encoding in ("", "identity"):
            continue
        unpack = _UNPACKED.get(encoding)
        if unpack is None or (unpack is _unbrotlied and brotli is None):
            return Answer(status, headers, body, encoding[:20])
        unpacked = unpack(body)
        if unpacked is None:  # some archives hold the unpacked body under the old headers
            return Answer(status, headers, body)
        body = unpacked
    return Answer(status, headers, body)


def _unbrotlied(body: bytes) -> bytes | None:
    """Return the body unpacked by Brotli (RFC 7932); None if it is not that, or is not whole."""
    assert brotli is not None
    unpacking = brotli.Decompressor()
    try:
        made = bytes(unpacking.process(body, output_buffer_limit=MAX_BODY + 1))
    except brotli.error:
        return None
    if len(made) > MAX_BODY:
        raise BadWebArchive(f"Expected an answer that unpacks to at most {MAX_BODY:,} bytes, found more.")
    return made if unpacking.is_finished() else None


def _inflated(body: bytes) -> bytes | None:
    """Return the body unpacked (gzip, zlib or bare deflate); None if it is none of these, or is not whole."""
    for bits in (47, -15):
        unpacking, made = zlib.decompressobj(bits), b""
        try:
            made = unpacking.decompress(body, MAX_BODY + 1)
        except zlib.error:
            continue
        if len(made) > MAX_BODY:
            raise BadWebArchive(f"Expected an answer that unpacks to at most {MAX_BODY:,} bytes, found more.")
        if unpacking.eof:
            return made
    return None


_UNPACKED: Final = {"gzip": _inflated, "x-gzip": _inflated, "deflate": _inflated, "br": _unbrotlied}
