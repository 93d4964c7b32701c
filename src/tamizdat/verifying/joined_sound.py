"""Many recordings as one sound: the frames of each, as they are, one recording after the other, silence in between.

Nothing is decoded or encoded, so that anybody makes the very same bytes of the published recordings. Each is an MP4
with AAC (two channels, 48,000 samples a second) and nothing else; a frame is 1,024 samples, 21.3 milliseconds::

    ftyp
    moov   mvhd, trak (tkhd, mdia (mdhd, hdlr, minf (smhd, dinf (dref), stbl (stsd, stts, stsc, stsz, co64))))
    mdat   frames of the first recording, 28 silent frames, frames of the second, 28 silent frames, …

A recording and the silence after it are one chunk. The boxes are those of ISO/IEC 14496-12, the description of the
stream (``esds``) that of 14496-1; all times of creation are zero.

>>> cues([62, 34])
[(0, 1322), (1920, 2645)]
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from tamizdat.errors import BadStatement

RATE: Final = 48_000  #: samples a second
FRAME: Final = 1_024  #: samples
SILENT: Final = bytes.fromhex("211004608c1c")  #: a frame of two channels in which nothing is heard
GAP: Final = 28  #: silent frames after each recording: 597 milliseconds
STREAM: Final = bytes.fromhex("119056e500")  #: the stream's own description: AAC-LC, 48,000 samples, two channels
_DESCRIBED: Final = b"\x05\x80\x80\x80"  #: what stands before the length of that description
_WITHIN: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"")  #: each in the one before
_UNITY: Final = b"".join(each.to_bytes(4, "big") for each in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))


def cues(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Return from when to when each recording is heard, in milliseconds; *counts* are their frames."""
    begins = accumulate(counts, lambda at, count: at + count + GAP, initial=0)
    return [(_milliseconds(at), _milliseconds(at + count)) for at, count in zip(begins, counts, strict=False)]


def joined(sounds: Sequence[Callable[[], bytes]], every: Sequence[Sequence[int]]) -> Iterator[bytes]:
    """Yield the joined sound of recordings, each of which is read when its turn comes; *every* are their frames.

    Raises :class:`BadStatement` for one that is none.
    """
    yield _head(every)
    for each in sounds:
        data = each()
        sizes, start = frames_of(data)
        yield data[start : start + sum(sizes)]
        yield SILENT * GAP


def frames_of(sound: bytes) -> tuple[list[int], int]:
    """Return the size of each frame of a published recording, and where the first begins.

    Raises :class:`BadStatement` for what is no such recording.
    """
    found, at, start, end = dict[bytes, bytes](), 0, 0, 0
    while at + 8 <= len(sound):
        length = int.from_bytes(sound[at : at + 4], "big")
        if length < 8 or at + length > len(sound):
            break
        kind, payload = sound[at + 4 : at + 8], sound[at + 8 : at + length]
        if kind == b"mdat":
            start, end = at + 8, at + length
        elif kind == b"moov":
            found = _tables(payload)
        at += length
    stsz, stco = found.get(b"stsz", b""), found.get(b"stco", b"")
    one, count = (int.from_bytes(stsz[begin : begin + 4], "big") for begin in (4, 8))
    sizes = [one] * min(count, len(sound)) if one else _numbers(stsz[12:])
    chunks = _numbers(stco[8:])
    in_order = bool(chunks) and chunks[0] == start and chunks == sorted(chunks)
    if not sizes or len(sizes) != count or sum(sizes) != end - start or not in_order or at != len(sound):
        raise BadStatement(
            f"Expected a recording whose {end - start} bytes of sound are its frames, one after the other, found"
            f" {len(sizes)} frames of {sum(sizes)} bytes."
        )
    described = found.get(b"stsd", b"").partition(_DESCRIBED)[2][1:]
    if described[:2] != STREAM[:2]:  # what comes after these only says that nothing more does
        raise BadStatement(
            f"Expected AAC of two channels with {RATE:,} samples a second, found a description that begins with "
            f"{described[:2].hex() or 'nothing'}."
        )
    return sizes, start


def _tables(data: bytes, level: int = 1) -> dict[bytes, bytes]:
    """Return the boxes in *data* by kind, with those that lie within the one that leads on to the tables."""
    found, at = dict[bytes, bytes](), 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length < 8 or at + length > len(data):
            break
        payload = data[at + 8 : at + length]
        if kind in found:
            raise BadStatement(f"Expected a recording of one stream, found two boxes {kind.decode('latin-1')!r} in it.")
        found |= {kind: payload} | (_tables(payload, level + 1) if kind == _WITHIN[level] else {})
        at += length
    return found


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _head(every: Sequence[Sequence[int]]) -> bytes:
    """Return all that stands before the first frame."""
    frames = sum(len(each) + GAP for each in every)
    size = sum(sum(each) + GAP * len(SILENT) for each in every)
    ftyp = _box(b"ftyp", b"isom", 0x200, b"isommp41")
    moov = _moov(every, frames, 0)
    start = len(ftyp) + len(moov) + 16
    return ftyp + _moov(every, frames, start) + b"\0\0\0\x01mdat" + (size + 16).to_bytes(8, "big")


def _moov(every: Sequence[Sequence[int]], frames: int, start: int) -> bytes:
    played, samples = _milliseconds(frames), (frames * FRAME).to_bytes(8, "big")
    chunks = accumulate((sum(each) + GAP * len(SILENT) for each in every), initial=start)
    offsets = b"".join(at.to_bytes(8, "big") for at, _ in zip(chunks, every, strict=False))
    counts = b"".join(_words(at, len(each) + GAP, 1) for at, each in enumerate(every, 1))
    silence = _words(*[len(SILENT)] * GAP)
    sizes = b"".join(_words(*each) + silence for each in every)
    table = _box(
        b"stbl",
        _box(b"stsd", 0, 1, _box(b"mp4a", bytes(6), b"\0\x01", bytes(8), b"\0\x02\0\x10", 0, RATE << 16, _esds())),
        _box(b"stts", 0, 1, frames, FRAME),
        _box(b"stsc", 0, len(every), counts),
        _box(b"stsz", 0, 0, frames, sizes),
        _box(b"co64", 0, len(every), offsets),
    )
    data = _box(b"dinf", _box(b"dref", 0, 1, _box(b"url ", 1)))
    media = _box(
        b"mdia",
        _box(b"mdhd", 1 << 24, bytes(16), RATE, samples, b"\x55\xc4\0\0"),
        _box(b"hdlr", 0, 0, b"soun", bytes(12), b"SoundHandler\0"),
        _box(b"minf", _box(b"smhd", 0, 0), data, table),
    )
    header = _box(b"tkhd", 3, 0, 0, 1, 0, played, bytes(8), b"\0\0\0\x01\x01\0\0\0", _UNITY, 0, 0)
    rate_and_volume = b"\0\x01\0\0\x01\0" + bytes(10)
    return _box(
        b"moov", _box(b"mvhd", 0, 0, 0, 1000, played, rate_and_volume, _UNITY, bytes(24), 2),
        _box(b"trak", header, media),
    )  # fmt: skip


def _esds() -> bytes:
    """Return the description of the stream: nothing of the rates of its recordings."""
    stream = b"\x05" + bytes([len(STREAM)]) + STREAM
    decoder = b"\x40\x15" + bytes(11) + stream
    inner = b"\0\x01\0\x04" + bytes([len(decoder)]) + decoder + b"\x06\x01\x02"
    return _box(b"esds", 0, b"\x03" + bytes([len(inner)]) + inner)


def _box(kind: bytes, *parts: bytes | int) -> bytes:
    data = b"".join(each if isinstance(each, bytes) else each.to_bytes(4, "big") for each in parts)
    return (len(data) + 8).to_bytes(4, "big") + kind + data


def _words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def _milliseconds(frames: int) -> int:
    return frames * FRAME * 1000 // RATE
