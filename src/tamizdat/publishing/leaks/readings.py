r"""Captured bytes as anybody may read them: in their encoding, as JSON, as XML, with every escape resolved.

A file of an export, or an answer of a feed, hides words from a search for them without meaning to::

    "\u8bc1\u8a00"  "&#35777;&#35328;"  "&amp;#35777;"  GB18030, UTF-16   → 证言
    ?text=%E8%AF%81%E8%A8%80  data:text/html;base64,6K+B6KiA         → 证言
    burned the\n      list, burned&nbsp;the list                        → burned the list

Each is searched as it is, and with white space of whatever kind and length as one space: a page breaks its lines
anywhere, and what is read from it has none of these breaks.
"""

import base64
import codecs
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final
from urllib.parse import unquote

from tamizdat.publishing.leaks.scanner import WIDTHLESS
from tamizdat.text.references import resolve_references

ENCODINGS: Final = ("utf-8", "utf-16", "gb18030", "big5hkscs", "shift_jis", "euc_kr", "cp1251", "cp1256", "latin-1")
NESTED: Final = 4  #: how often escapes are resolved that stand in what escapes resolved to
_ESCAPE: Final = re.compile(r"(?:\\+u[0-9a-fA-F]{4})+")
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]+)*")  #: twelve bytes and more
_ALPHABET: Final = str.maketrans("-_", "+/")
_UTF8: Final = codecs.getincrementaldecoder("utf-8")  #: does without the end of a last letter
_LATER_BYTES: Final = bytes(range(0x80, 0xC0))  #: of a letter of UTF-8, after its first
_SPACE: Final = re.compile(r"\s+")
_MARK: Final = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")


def readings(data: bytes, encoding: str = "") -> Iterator[str]:
    """Yield the texts that *data* may be read as; *encoding* is what its capture says of it."""
    for text in _decoded(data, encoding):
        yield from _resolved(text)


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    """In its own encoding and in UTF-8; where that fails, in all that are common for what people write."""
    yield data.decode("utf-8", "replace")
    tried = {"utf-8"}
    for name in (encoding, *(() if _is_utf8(data) else ENCODINGS)):
        if name and name.lower() not in tried:
            tried.add(name.lower())
            try:
                yield data.decode(name, "replace")
            except (LookupError, UnicodeError):
                continue


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _resolved(text: str) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [text]
    for _ in range(NESTED):
        found: list[str] = []
        for each in waiting:
            if each not in seen:
                seen.add(each)
                yield each
                if (spaced := _SPACE.sub(" ", WIDTHLESS.sub("", each))) != each:
                    yield spaced
                found += (_unescaped_json(each), resolve_references(each), _without_marks(each))
                found += (_unquoted(each), _unpacked(each))
        waiting = [each for each in found if each and each not in seen]


def _unescaped_json(text: str) -> str:
    """Every string of it, if it is JSON; else with what looks like JSON's escapes resolved."""
    if "\\" not in text and "{" not in text:
        return text
    lines = [strings for line in (text, *text.split("\n")) if (strings := strings_in_json(line)) is not None]
    return "\n".join([*lines, _ESCAPE.sub(_character, text).replace("\\/", "/").replace("\\n", "\n")])


def strings_in_json(text: str) -> str | None:
    """Return every string of a text in JSON, names of members too, a line each; None if it is none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        waiting: list[object] = [json.loads(text, parse_int=str, parse_float=str)]
    except (ValueError, RecursionError):
        return None
    found: list[str] = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            found.append(value)
    return "\n".join(found)


def _character(match: re.Match[str]) -> str:
    """Return the characters of escapes in a row; halves that make one character stand beside each other."""
    units = bytes.fromhex(match[0].replace("\\", "").replace("u", ""))
    return units.decode("utf-16-be", "replace")


def _unquoted(text: str) -> str:
    """With the escapes of addresses resolved: those of UTF-8, and what Chinese addresses had before.

    Text that has both, or a stray one of neither, is read either way: what one address has hides nothing of another.
    """
    if "+" not in text and not _PERCENT.search(text):
        return text
    spaced = text.replace("+", " ")
    try:
        return unquote(spaced, errors="strict")
    except UnicodeDecodeError:
        return f"{unquote(spaced)}\n{unquote(spaced, 'gb18030')}"


def _unpacked(text: str) -> str:
    """Every text in base64 in it; of one in lines each, and all together: their ends may part a letter."""
    found = []
    lines = chain.from_iterable({match[0], *match[0].split()} for match in _BASE64.finditer(text))
    for each in lines:
        letters = "".join(each.split()).translate(_ALPHABET)
        try:
            data = base64.b64decode(letters + "=" * (-len(letters) % 4))
            found.append(_UTF8().decode(data.lstrip(_LATER_BYTES)))
        except ValueError:  # it is none, or of something else
            continue
    return "\n".join(found)


def _without_marks(text: str) -> str:
    """Without tags, which may stand within a word."""
    return _MARK.sub("", text) if "<" in text else text
