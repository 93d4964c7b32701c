"""The words of a text that came on a card: notes, subtitles, tables, sidecars, as plain text and nothing else.

A text brings no statement of its encoding, so it is told by its bytes: a byte order mark; UTF-8; UTF-16 by the zeros
between its letters; the commonest letters of some languages (:mod:`tamizdat.text.likely_encoding`); GB 18030, in which
Chinese programs save; else Windows-1252, in which every byte is something. What is no text by its bytes (a NUL that
UTF-16 does not explain) has no words. Markup is shown as it stands, never followed.

Shown and published are the same words: control characters, overrides of direction and what hides words
(:mod:`tamizdat.text.rules`) give way to U+FFFD, line ends are line feeds.
"""

import codecs
import unicodedata
from collections.abc import Iterator
from typing import Final

from tamizdat.text.likely_encoding import likely_encoding
from tamizdat.text.rules import visible_text

LARGEST: Final = 8 << 20  #: bytes that are looked at
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STRANGE: Final = frozenset({"Cc", "Cn", "Co", "Cs"})  #: controls, and what is no letter anywhere
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13, 27}


def words_of(data: bytes) -> tuple[str, str] | None:
    """Return the words of a text and the encoding they were read in; None for what is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return visible_text(data[len(mark) :].decode(encoding, "replace")), encoding
    if b"\0" in data:
        return _utf16(data)
    for encoding in _tried(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.start >= len(data) - 3 and len(data) >= LARGEST:  # cut by ourselves
                return visible_text(data[: error.start].decode()), encoding
            continue
        return None if _is_binary(data) else (visible_text(text), encoding)
    return None if _is_binary(data) else (visible_text(data.decode("cp1252", "replace")), "windows-1252")


def _tried(data: bytes) -> Iterator[str]:
    yield "utf-8"
    if likely := likely_encoding(data):
        yield likely
    yield "gb18030"


def _utf16(data: bytes) -> tuple[str, str] | None:
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    encoding = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else ""
    text = data.decode(encoding, "replace") if encoding else ""
    strange = sum(unicodedata.category(each) in _STRANGE and each not in "\t\r\n\f" for each in text[:2048])
    return (visible_text(text), encoding) if text.strip("\0\ufffd") and strange * 50 <= min(len(text), 2048) else None


def _is_binary(data: bytes) -> bool:
    head = data[:8192]
    return sum(byte in _CONTROLS for byte in head) * 20 > len(head)
