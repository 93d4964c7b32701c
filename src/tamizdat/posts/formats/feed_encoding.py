"""In which encoding a feed is: what its bytes, its server and its declaration say of it, held against each other.

A mark of byte order is believed; then the charset of the HTTP header and the declaration, in this order, if the bytes
are sound in it; where one of the two is UTF-8 and the bytes are, it is that. A single word that the bytes contradict
gives way to UTF-8, if they are sound in that; as does one of an encoding in which each byte is a character, in which
nothing can be unsound. What is UTF-8 by its declaration, or by having none, and is not, is in the encoding in which it
is everyday words (:mod:`tamizdat.text.likely_encoding`), if there is one, and that is told. Otherwise the declared one
stays, and what is not in it is U+FFFD. ``iso-8859-1`` and ``us-ascii`` are windows-1252, ``gb2312`` is GB 18030, as
everywhere on the web.

>>> told = decoded('<?xml version="1.0" encoding="utf-8"?><rss>校舍塌了'.encode("gbk"), "GBK")
>>> told.text[-1], told.encoding, told.doubt
('了', 'gb18030', 'declared as utf-8, read as gb18030')
"""

import codecs
import re
from collections.abc import Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.text.likely_encoding import likely_encoding

#: The Encoding Standard's (https://encoding.spec.whatwg.org/), by Python's names. Python knows others, which no feed
#: has and of which some take more than linear time, or execute escapes.
ENCODINGS: Final = frozenset([
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "big5", "big5hkscs", "cp950", "gb2312", "gbk",
    "gb18030", "hz", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949", "koi8-r", "koi8-u", "cp866",
    "cp874", "tis-620", "mac-roman", "mac-cyrillic", *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(1, 17)),
])  # fmt: skip
DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
HEAD: Final = 4096  #: bytes in which a declaration stands, whatever stands before it
MEANT: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "shift_jis": "cp932", "shift-jis": "cp932", "euc-kr": "cp949", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
ONE_BYTE: Final = frozenset(name for name in ENCODINGS if name.startswith(("cp125", "iso8859", "koi8", "mac", "cp86")))
STEP: Final = 64  #: bytes that are decoded together while characters are counted
WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Decoded:
    """Text, bytes that are not in its encoding as lone surrogates. *doubt* is what was said otherwise, for a report.

    *encoding* is "" if there is no text because nothing that was said can be.
    """

    text: str
    encoding: str
    doubt: str = ""


def decoded(data: bytes, charset: str = "") -> Decoded:
    """Return the text of a feed; *charset* is that of the HTTP header, if there is one."""
    marked = _mark(data)
    if marked:
        return Decoded(text_in(data, marked), marked)
    found = DECLARED.search(data[:HEAD])
    declared = found[1].decode() if found else ""
    said = [each for each in (charset, declared) if each]
    known = list(dict.fromkeys(name for each in said if (name := known_encoding(each)) and name not in WIDE))
    if any(name in ONE_BYTE for name in known):  # in which everything is sound; other text is hardly ever so in UTF-8
        known.append("utf-8")
    if not data.isascii():
        known.sort(key=lambda name: name != "utf-8")
    for name in dict.fromkeys([*known, "utf-8"]):
        if (text := _sound(data, name)) is not None:
            return Decoded(text, name, _doubt(charset, declared, name))
    if said and not known:
        return Decoded("", "", f"declared as {said[-1][:40]}, which no feed of the web is in")
    name = known_encoding(declared) or (known[0] if known else "utf-8")
    name = "utf-8" if name in WIDE else name
    if name == "utf-8" and (likely := likely_encoding(data)):
        where = f"declared as {(declared or charset)[:40]}" if said else "declared nowhere"
        return Decoded(text_in(data, likely), likely, f"{where}, read as {likely}, by its words")
    return Decoded(text_in(data, name), name, _doubt(charset, declared, name))


def text_in(data: bytes, encoding: str) -> str:
    """Return bytes as text; what is not in the encoding are lone surrogates; in UTF-16, U+FFFD."""
    return data.decode(encoding, "replace" if encoding in WIDE else "surrogateescape")


def known_encoding(name: str) -> str:
    """Return Python's name of the encoding that is meant; "" if it is none of the web's."""
    name = name.strip().lower()
    name = MEANT.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return name if found in ENCODINGS else ""


def _mark(data: bytes) -> str:
    """Return the encoding of which the first bytes are a mark: of byte order, or a tag in wide characters."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(mark):
            return name
    return ""


def _sound(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (LookupError, ValueError):
        return None


def _doubt(charset: str, declared: str, name: str) -> str:
    """Return what to tell of a declaration, or of a header without one, that was not followed."""
    followed = known_encoding(declared or charset or "utf-8")
    if followed == name or (followed == "cp1252" and name == "utf-8" and not declared):
        return ""
    return f"declared as {(declared or charset)[:40]}, read as {name}"


def byte_offsets(data: bytes, decoded: Decoded, characters: Sequence[int]) -> list[int]:
    """Return where these characters of the text, in rising order, begin in the bytes."""
    text, encoding = decoded.text, decoded.encoding
    if encoding == "utf-8" and len(text) == len(data):
        return list(characters)
    if encoding != "utf-8" and encoding not in WIDE and not _goes_back(data, text, encoding):
        return _counted(data, encoding, characters)
    found, before, offset = [], 0, 0
    for each in characters:
        offset += len(text[before:each].encode(encoding, "surrogateescape"))
        found.append(offset)
        before = each
    return found


def _goes_back(data: bytes, text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding, "surrogateescape") == data
    except UnicodeError:
        return False


def _counted(data: bytes, encoding: str, characters: Sequence[int]) -> list[int]:
    """Do the same where one character has several forms in bytes (Shift JIS, Big5): the bytes are decoded once more."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    found: list[int] = []
    count, at = 0, 0
    while at < len(data) and len(found) < len(characters):
        step = data[at : at + STEP]
        state = decoder.getstate()
        more = len(decoder.decode(step))
        if count + more > characters[len(found)]:
            decoder.setstate(state)
            for byte in range(at, at + len(step)):
                while len(found) < len(characters) and characters[len(found)] == count:
                    found.append(byte)
                count += len(decoder.decode(data[byte : byte + 1]))
        else:
            count += more
        at += len(step)
    return found + [len(data)] * (len(characters) - len(found))
