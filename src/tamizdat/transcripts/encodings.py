r"""The text of a subtitle file. Few say how they are encoded, and a wrong guess gives other words, not none.

Told by the bytes alone: a byte order mark; UTF-8; UTF-16 by the zeros between its letters. Else it is asked for:
a file in GB 18030 decodes as Windows-1252 too, and a reader would sign what nobody said.

>>> decoded(b"\xef\xbb\xbfhei")
'hei'
"""

import codecs
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.text.likely_encoding import likely_encoding

MAX_BYTES: Final = 16 << 20
LEAST_OF_A_SUBTITLE: Final = 6  #: characters by whose words an encoding is named
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: those that subtitles are saved in, by what a person may call them
ENCODINGS: Final = (
    "utf-8", "utf-16", "gb18030", "big5hkscs", "shift_jis", "euc-jp", "euc-kr", "windows-1250", "windows-1251",
    "windows-1252", "windows-1254", "windows-1256", "koi8-r", "koi8-u",
)  # fmt: skip


def decoded(data: bytes, encoding: str = "") -> str:
    """Return the text of a file; *encoding* is what a person says it is in, "" if they do not.

    Raises :class:`BadPacket` for a file that is too large, that is no text, or whose encoding its bytes do not tell.
    """
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected a file of at most {MAX_BYTES >> 20} MiB, found {len(data) >> 20} MiB.")
    if not data.strip(b"\0\r\n\t "):
        raise BadPacket("Expected a file with words, found an empty one.")
    mark, of_mark = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    chosen = of_mark or encoding or _guessed(data)
    try:
        text = data.removeprefix(mark).decode(chosen)
    except UnicodeDecodeError as error:
        line, found = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        raise BadPacket(
            f"Line {line}: expected text in {chosen.upper()}, found the byte {found:#04x}. If it is subtitles, name "
            f"the encoding it was saved in (--encoding), one of {', '.join(ENCODINGS)}, or save it as UTF-8."
            f"{_by_its_words(data)}"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadPacket(f"Line {line}: expected text, found a NUL. This is no file of subtitles.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _by_its_words(data: bytes) -> str:
    """Return which encoding it is, by its words: to be looked at, never to be believed."""
    likely = likely_encoding(data, LEAST_OF_A_SUBTITLE)
    named = {"cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc-kr", "cp1251": "windows-1251"}.get(likely, likely)
    return f" By its words it is {named}: try that, and read what comes out." if named else ""


def _guessed(data: bytes) -> str:
    """Return UTF-16 for what has a zero in every other byte, as Latin letters and line ends do, else UTF-8."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if 4 * max(even, odd) < min(len(data), 4096) // 2:  # times and line ends alone are more
        return "utf-8"
    return "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else "utf-8"
