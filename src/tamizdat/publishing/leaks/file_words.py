r"""What stands in a file that may be words: of a text all of it, of other files what programs and cameras write there.

::

    text, HTML, XML, JSON     all of it, and the words of its tags
    JPEG, PNG                 every segment or chunk but the picture's own; what stands behind the picture
    MP4, MOV, HEIF            every box but what shows and sounds
    PDF                       streams unpacked, strings as they are meant
    ZIP (docx, odt, epub …)   names of files, and each small file, as here; one ZIP within another
    GZIP (also a WARC's)      what it unpacks to, as here
    anything else             its bytes

A camera writes its owner, a telephone where it is, a program who is signed in; before the picture or behind it. So a
file is read whole as far as :data:`WHOLE` bytes, of a larger one as many at its beginning and :data:`END` at its end,
and it is told that the rest was not. Whatever a file says of itself, no more than :data:`UNPACKED` bytes are made of
it, and what is damaged ends where it is damaged.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from tamizdat.disk.zip_reading import DAMAGE, PACKED
from tamizdat.publishing.leaks.page_words import texts_of, words_of_json, words_of_page

WHOLE: Final = 8 << 20  #: bytes of a file that is looked through whole
END: Final = 1 << 20  #: bytes at the end of a larger one
UNPACKED: Final = 8 << 20  #: bytes that are unpacked of one file, all in all
MEMBER: Final = 2 << 20  #: bytes of one stream, or file in a ZIP
MEMBERS: Final = 4_096  #: streams, chunks, boxes, files that are looked at
DEPTH: Final = 2  #: ZIPs within each other
UTF8: Final = 0x800  #: the flag of a file in a ZIP whose name is UTF-8
DIRECTORY: Final = 4 << 20  #: bytes of a ZIP's list of files
STRUCTURED: Final = 1 << 20  #: bytes of one segment, chunk or box
AT_ONCE: Final = 1 << 16  #: bytes that are unpacked together
TEXT: Final = 1 << 16  #: bytes by which a text is known, and of notes in which nothing stands by chance
_BEHIND: Final = 256 << 10  #: bytes behind the picture of a JPEG: a clip, a thumbnail, another program's notes
_CONTAINERS: Final = frozenset((b"moov", b"trak", b"mdia", b"udta", b"meta", b"ilst", b"edts", b"minf"))
_NO_WORDS: Final = frozenset((b"mdat", b"stbl", b"free", b"skip", b"wide"))
_XMP: Final = re.compile(rb"<x:xmpmeta\b.*?(?:</x:xmpmeta>|\Z)", re.S)
_STREAM: Final = re.compile(rb"\bstream\r?\n")
_ARRAY: Final = re.compile(rb"\[([^\[\]]{1,4000}+)\]\s*TJ")
#: with no end, for to look for it again from each beginning would take hours
_PDF_STRING: Final = re.compile(rb"\(((?:[^\\()]|\\.){1,4000}+)|<([0-9A-Fa-f\s]{4,8000}+)", re.S)
_PDF_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_PDF_LETTERS: Final = {b"n": b" ", b"r": b" ", b"t": b" ", b"b": b" ", b"f": b" "}
#: what stands before a text that is packed: ``keyword 0 0``, ``keyword 0 1 0 language 0 keyword 0``
_PNG_PACKED: Final = re.compile(rb"[^\0]{1,79}\0(?:\x01\0[^\0]{0,80}\0[^\0]{0,300}\0|\0(?=x))", re.S)
_CLOSED: Final = re.compile(r"</[A-Za-z][\w:.-]*\s*>")  #: says what opened it said, and looks like a part of a path
_GZIP: Final = b"\x1f\x8b\x08"


class Text(NamedTuple):
    """Words."""

    text: str


class Stretch(NamedTuple):
    """Bytes that hold some. *is_noted*: a program put notes there, and little else."""

    data: bytes
    is_noted: bool = False


Words = Text | Stretch


class FileWords:
    """The words of one file. *is_cut* tells after reading that not all of it was looked through."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left, self.is_cut = file, UNPACKED, False
        self._size = file.seek(0, io.SEEK_END)

    def __iter__(self) -> Iterator[Words]:
        self._file.seek(0)
        head = self._file.read(TEXT)
        if b"\0" not in head and not head.startswith(b"%PDF-"):
            yield from self._text()
            return
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) and not head.startswith(b"\xff\xfe\0\0"):
            yield from self._text()
        elif head.startswith(b"\xff\xd8"):
            yield from self._jpeg()
        elif head.startswith(b"\x89PNG\r\n\x1a\n"):
            yield from self._png()
        elif head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip") and not _is_still(head):
            yield from self._boxes()
        else:
            yield from self._bytes(self._front(), 0)
            if end := self._end():
                yield from _noted(end)
            if self._size > WHOLE and b"PK\5\6" in end[-0x10016:]:
                yield from self._zip(self._file, 0)

    def _front(self) -> bytes:
        self._file.seek(0)
        return self._file.read(WHOLE)

    def _end(self) -> bytes:
        if self._size <= WHOLE:
            return b""
        self.is_cut |= self._size > WHOLE + END
        self._file.seek(max(WHOLE, self._size - END))
        return self._file.read(END)

    def _text(self) -> Iterator[Words]:
        """Yield a text, of a long one its beginning and its end."""
        for data in (self._front(), self._end()):
            yield from _text(data)

    def _bytes(self, data: bytes, depth: int) -> Iterator[Words]:
        """Yield what stands in some bytes, whatever they are."""
        if data.startswith(b"PK\3\4"):
            yield from self._zip(io.BytesIO(data) if depth else self._file, depth)
        elif data.startswith(_GZIP):
            yield from self._gzip(data, depth)
        elif data.startswith(b"%PDF-"):
            yield from self._pdf(data)
        elif b"\0" not in data[:TEXT]:
            yield from _text(data)
        else:
            yield from _noted(data)

    def _jpeg(self) -> Iterator[Words]:
        """Yield each segment before the picture (ITU-T T.81, annex B), and what may lie behind it."""
        at = 2
        for _ in range(MEMBERS):
            self._file.seek(at)
            head = self._file.read(4)
            if len(head) < 4 or head[0] != 0xFF or head[1] in (0xD9, 0xDA):
                break
            if head[1] == 0xFF:  # filled up before the next segment
                at += 1
                continue
            length = int.from_bytes(head[2:], "big")
            yield from self._part(length - 2)
            at += 2 + max(2, length)
        else:
            self.is_cut = True
        self._file.seek(max(at, self._size - _BEHIND))
        yield from _noted(self._file.read(_BEHIND))

    def _png(self) -> Iterator[Words]:
        """Yield each chunk but those of the picture: ``length kind payload sum``; texts may be packed."""
        at = 8
        for _ in range(MEMBERS):
            self._file.seek(at)
            head = self._file.read(8)
            if len(head) < 8:
                return
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind != b"IDAT":
                yield from self._part(length)
                self._file.seek(at + 8)
                data = self._file.read(min(length, STRUCTURED))
                if packed := _PNG_PACKED.match(data) if kind in (b"zTXt", b"iTXt") else None:
                    yield from _text(self._inflated(data[packed.end() :]))
            at += 12 + length
        self.is_cut = True

    def _boxes(self) -> Iterator[Words]:
        """Yield the boxes of a file (ISO/IEC 14496-12, 4.2) but those that show and sound, and lists of places."""
        at, ends = 0, [self._size]  # of what is open: whoever made a file may have put any number into each other
        for _ in range(MEMBERS):
            while ends and at + 8 > ends[-1]:
                at = ends.pop()
            if not ends:
                return
            self._file.seek(at)
            head = self._file.read(16)
            length, kind, before = int.from_bytes(head[:4], "big"), head[4:8], 8
            if length == 1:
                length, before = int.from_bytes(head[8:16], "big"), 16
            length = length or ends[-1] - at
            if length < before:
                self.is_cut, at = True, ends[-1]
            elif kind in _CONTAINERS and kind != b"meta":
                ends.append(min(ends[-1], at + length))
                at += before
            else:
                if kind not in _NO_WORDS:
                    self._file.seek(at + before)
                    yield from self._part(min(length, ends[-1] - at) - before)
                at += length
        self.is_cut = True

    def _part(self, length: int) -> Iterator[Words]:
        """Yield what stands in a segment, chunk or box from here on."""
        self.is_cut |= length > STRUCTURED
        yield from _noted(self._file.read(max(0, min(length, STRUCTURED))), True)

    def _pdf(self, data: bytes) -> Iterator[Words]:
        """Yield the strings of a PDF, as it is and in its streams that are packed as most are."""
        yield from _pdf_strings(data)
        yield from _noted(data)
        for number, match in enumerate(_STREAM.finditer(data)):
            if number >= MEMBERS or not self._left:
                self.is_cut = True
                return
            if unpacked := self._inflated(data[match.end() : match.end() + MEMBER]):
                yield from _pdf_strings(unpacked)
                yield from _noted(unpacked)

    def _zip(self, file: BinaryIO, depth: int) -> Iterator[Words]:
        """Yield the names of the files in a ZIP, and what stands in each that is small."""
        if depth > DEPTH:
            return
        try:
            with zipfile.ZipFile(_Bounded(file)) as opened:
                listed = opened.infolist()
                # without a mark that it is UTF-8 a name is in whatever its maker used; it is read as of the first PCs
                unmarked = (each.filename for each in listed if not each.flag_bits & UTF8)
                yield Stretch("\n".join(unmarked).encode("cp437", "replace"), True)
                yield Text("\n".join((*(each.filename for each in listed), opened.comment.decode("utf-8", "replace"))))
                yield Text("\n".join(each.comment.decode("utf-8", "replace") for each in listed if each.comment))
                self.is_cut |= len(listed) > MEMBERS
                for each in listed[:MEMBERS]:
                    if each.compress_type not in PACKED or each.flag_bits & 1 or not self._left:
                        self.is_cut = True
                        continue
                    with opened.open(each) as member:
                        data = member.read(min(MEMBER, self._left))
                    self._left -= len(data)
                    self.is_cut |= each.file_size > len(data)
                    yield from self._bytes(data, depth + 1)
        except DAMAGE:
            self.is_cut = True

    def _gzip(self, data: bytes, depth: int) -> Iterator[Words]:
        """Yield what stands in packed bytes, of which many may follow each other, as in a WARC."""
        parts, at = list[bytes](), 0
        while depth <= DEPTH and len(parts) < MEMBERS and data.startswith(_GZIP, at):
            made, end = self._unpacked(data, at, 31)
            parts.append(made)
            if not end:
                break
            at = end
        self.is_cut |= bool(data[at:].strip(b"\0"))
        if parts:
            yield from self._bytes(b"".join(parts), depth + 1)

    def _inflated(self, data: bytes) -> bytes:
        """Return what some bytes unpack to, as far as they do and no more than is left."""
        return self._unpacked(data, 0, 15)[0]

    def _unpacked(self, data: bytes, start: int, window: int) -> tuple[bytes, int]:
        """Return what bytes from *start* on unpack to, and where they end; 0 if they do not, or too much is there."""
        made, most, packed = b"", min(MEMBER, self._left), zlib.decompressobj(window)
        try:
            for at in range(start, len(data) if most else 0, AT_ONCE):
                made += packed.decompress(data[at : at + AT_ONCE], most - len(made))
                if packed.eof:
                    self._left -= len(made)
                    return made, min(at + AT_ONCE, len(data)) - len(packed.unused_data)
                if len(made) >= most:
                    break
        except zlib.error:  # what came before is what others are shown
            pass
        self._left -= len(made)
        self.is_cut |= bool(made)
        return made, 0


class _Bounded(io.RawIOBase):
    """A file of which no more is read at once than a list of files may have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1, /) -> bytes:
        if size > DIRECTORY:
            raise zipfile.BadZipFile
        return self._file.read(DIRECTORY if size < 0 else size)


def _is_still(head: bytes) -> bool:
    """Return whether boxes hold a still picture, whose notes lie among what it shows."""
    return head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx ")


def _text(data: bytes) -> Iterator[Words]:
    """Yield a text in every encoding that it may have; of a short one the words of its tags or strings, too."""
    for text in texts_of(data) if data else ():
        begun = text[:TEXT].lstrip()[:1]
        yield Text(_CLOSED.sub(" ", text) if begun == "<" else text)
        if begun in ("<", "{", "[") and len(text) <= MEMBER:
            yield from map(Text, words_of_page(text) if begun == "<" else words_of_json(text))


def _noted(data: bytes, is_noted: bool = False) -> Iterator[Words]:
    """Yield bytes, and notes in them that are a text (XMP)."""
    yield Stretch(data, is_noted and len(data) <= TEXT)
    for match in _XMP.finditer(data):
        yield from _text(match[0])


def _pdf_strings(data: bytes) -> Iterator[Words]:
    """Yield the strings of a PDF (ISO 32000-1, 7.3.4), and as one those that stand on one line of a page."""
    yield Text("\n".join(map(_pdf_string, _PDF_STRING.findall(data))))
    lines = ("".join(map(_pdf_string, _PDF_STRING.findall(array))) for array in _ARRAY.findall(data))
    yield Text("\n".join(lines))


def _pdf_string(found: tuple[bytes, bytes]) -> str:
    literal, digits = found
    if digits:
        digits = b"".join(digits.split())
        data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        data = _PDF_ESCAPED.sub(_pdf_byte, literal)
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _pdf_byte(match: re.Match[bytes]) -> bytes:
    said = match[1]
    if said[:1].isdigit() and said[0] < 0x38:
        return bytes([int(said, 8) & 0xFF])
    return b"" if said in (b"\n", b"\r\n") else _PDF_LETTERS.get(said, said)
