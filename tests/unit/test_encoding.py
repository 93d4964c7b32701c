"""One answer to "which bytes?", and one door for names that come from outside."""

import json
import math
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from tamizdat.encoding import (
    MAX_NAME,
    MAX_PATH,
    b64,
    canonical,
    parse_b64,
    parse_canonical,
    parse_hex,
    parse_timestamp,
    safe_path,
    script_call,
    sha256,
    sha256_hex,
    spoken,
    timestamp,
)
from tamizdat.errors import BadEncoding, BadPath
from tamizdat.sealing.parcel import parcel_name
from tamizdat.text.spoken import from_spoken


def test_members_are_sorted_by_utf16_code_units() -> None:
    """U+1F600 is larger than U+FB33 as a character, and smaller in UTF-16."""
    value: Any = {"\ufb33": 1, "\U0001f600": 2, "a": 3, "": 4}
    assert canonical(value) == '{"":4,"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 1 << 53, -(1 << 53), "\ud800", {"\udfff": 1}, {1: 2}, b"x", {1, 2}]
)
def test_what_json_cannot_hold_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(BadEncoding):
        canonical(value)


def test_a_value_nested_without_end_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(BadEncoding):
        canonical(value)


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


LETTERS = st.sampled_from('aé林\u007f\u2028\ud800\udfff\ue000\ufb33\uffff\U0001f600\x00\x1f"\\/\n')
TEXT = st.text(LETTERS | st.characters(), max_size=8)
EDGES = st.sampled_from([(1 << 53) - 1, 1 << 53, -(1 << 53) + 1, -(1 << 53), 10**400, -0.0, 1e21, math.nan, -math.inf])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | EDGES | TEXT
ODD = st.sampled_from([b"x", {1}, Colour.RED, Number.ONE, object, OrderedDict(b=1, a=2), (1, "x")])


def values(leaves: st.SearchStrategy[Any], names: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5))


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@given(values(SCALARS | ODD, TEXT | SCALARS))
@example({"\ue000": 1, "\U0001f600": 2})
@example({"a": {"\U0001f600": [1, {"\uffff": True, "\U00010000": False}]}})
@example({True: 1, "True": 2})
@example({None: 1})
@example({Colour.RED: Number.ONE})
@example([0, False, 0.0, 1, True, 1.0])
@example(nested(99))
@example(nested(100))
@example(nested(101))
@example({"a": [1 << 53]})
@example({"a": ("x", [], {}, ())})
def test_canonical_bytes_and_refusals_are_those_of_rfc8785(value: Any) -> None:
    """Most values are written without it."""
    assert outcome(canonical, value) == outcome(rfc8785.dumps, value)


def outcome(write: Callable[[Any], bytes], value: Any) -> bytes | None:
    """What is written, or None for a refusal."""
    try:
        return write(value)
    except (BadEncoding, rfc8785.CanonicalizationError, UnicodeEncodeError):
        return None


@given(values(SCALARS, TEXT), st.booleans(), st.booleans())
@example({"\ue000": 1, "\U0001f600": 2}, False, True)
@example({"\U0001f600": 2, "\ue000": 1}, False, False)
@example([(1 << 53) - 1], False, False)
@example([1 << 53], False, False)
@example("\u2028\x7f", True, False)
@example("\ud800", True, False)
def test_what_is_read_is_what_rfc8785_writes_and_nothing_else(value: Any, escaped: bool, ordered: bool) -> None:
    """Python's compact form: canonical but for the order of astral names, fractions, large numbers."""
    data = json.dumps(value, ensure_ascii=escaped, separators=(",", ":"), sort_keys=ordered).encode(
        errors="surrogatepass"
    )
    try:
        read = parse_canonical(data, "a document")
    except BadEncoding:
        assert data != outcome(rfc8785.dumps, value) or has_fraction(value)
    else:
        assert data == outcome(rfc8785.dumps, value) == outcome(rfc8785.dumps, read)


def has_fraction(value: Any) -> bool:
    """Fractions are canonical, and refused by the reader."""
    if isinstance(value, list | dict):
        return any(map(has_fraction, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)


def test_a_value_as_deep_as_python_goes_is_written_or_refused() -> None:
    for depth in (100, 500, 2_000, 100_000):
        assert outcome(canonical, nested(depth)) in (b"[" * (depth + 1) + b"]" * (depth + 1), None)


def test_a_value_that_holds_itself_twice_is_refused_at_once() -> None:
    value: list[Any] = []
    value += [value, value]
    assert outcome(canonical, value) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" {}",
        b"{}\n",
        b"{} {}",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"\\u0061":1}',
        b'["\\/"]',
        b'["\\u000A"]',
        b"[1.0]",
        b"[1.5]",
        b"[1e2]",
        b"[1E400]",
        b"[-0]",
        b"[01]",
        b"[+1]",
        b"[1,]",
        b"[0x10]",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[9007199254740992]",
        b"[" + b"9" * 5000 + b"]",
        b'["\\ud800"]',
        b'{"\\udc00":1}',
        b"'a'",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        b'["\x00"]',
        b'["\t"]',
        b"[" * 200_000,
        b"[" * 3000 + b"]" * 3000,
        b"// comment\n{}",
    ],
)
def test_json_in_any_other_bytes_is_refused(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        parse_canonical(data, "a document")


def test_canonical_json_is_read() -> None:
    assert parse_canonical('{"a":[1,true,null,"七"],"b":-9007199254740991}'.encode(), "a document") == {
        "a": [1, True, None, "七"],
        "b": -9007199254740991,
    }


def test_a_document_larger_than_allowed_is_refused_unread() -> None:
    with pytest.raises(BadEncoding, match="at most 3 bytes, found 4"):
        parse_canonical(b"1234", "a document", max_bytes=3)


def test_digests() -> None:
    assert sha256(b"").hex() == sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert parcel_name(b"") == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    assert sha256(memoryview(b"ab")[1:]) == sha256(bytearray(b"b"))


@pytest.mark.parametrize(
    "text", ["", "0", "00" * 31, "00" * 33, "0G" * 32, "AB" * 32, " " + "0" * 63, "٠" * 64, None, 5, b"00" * 32]
)
def test_digests_are_written_in_one_way(text: Any) -> None:
    with pytest.raises(BadEncoding):
        parse_hex(text, 32, "a digest")


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AA=", "AB==", "AAA", "AAB=", "AA==\n", " AA==", "AA==AA==", "A_-=", "ÄÄ==", "====", None, 5, b"AA=="],
)
def test_base64_is_written_in_one_way(text: Any) -> None:
    with pytest.raises(BadEncoding):
        parse_b64(text, "bytes")


def test_base64_of_a_stated_length() -> None:
    assert parse_b64(b64(b"abc"), "bytes", 3) == b"abc"
    assert parse_b64("", "bytes") == b""
    with pytest.raises(BadEncoding, match="4 bytes, found 3"):
        parse_b64(b64(b"abc"), "bytes", 4)


@pytest.mark.parametrize("length", [0, 1, 2, 5, 16, 20, 32])
def test_what_is_read_aloud_comes_back(length: int) -> None:
    for data in (bytes(length), b"\xff" * length, sha256(b"x")[:length]):
        heard = spoken(data)
        assert from_spoken(heard, length) == data
        assert from_spoken(heard.lower().replace("-", " ").replace("0", "o").replace("1", "l"), length) == data


@pytest.mark.parametrize("text", ["", "000", "00000", "000U", "00-0!", "0001", "0००0"])
def test_what_was_misheard_is_noticed(text: str) -> None:
    with pytest.raises(BadEncoding):
        from_spoken(text, 2)


def test_times_are_utc_to_the_second() -> None:
    chengdu = timezone(timedelta(hours=8))
    assert timestamp(datetime(2011, 4, 3, 10, 11, 9, 999_999, chengdu)) == "2011-04-03T02:11:09Z"
    assert parse_timestamp("2011-04-03T02:11:09Z", "a time") == datetime(2011, 4, 3, 2, 11, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2011-04-03",
        "2011-04-03T02:11:09",
        "2011-04-03T02:11:09+00:00",
        "2011-04-03T02:11:09.0Z",
        "2011-04-03 02:11:09Z",
        "2011-4-3T02:11:09Z",
        "2011-04-03T02:11:60Z",
        "2011-02-30T02:11:09Z",
        "2011-04-03T24:00:00Z",
        "٢٠١١-04-03T02:11:09Z",
        " 2011-04-03T02:11:09Z",
        "2011-04-03T02:11:09Z\n",
        None,
        1301796669,
    ],
)
def test_times_are_written_in_one_way(text: Any) -> None:
    with pytest.raises(BadEncoding):
        parse_timestamp(text, "a time")


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "DCIM/100CANON/MVI_0001.MOV",
        ".hidden/.trashes",
        "...a",
        "བོད་ཡིག/རྒྱལ་པོ།.mp4",
        "2008年5月/汶川 地震.jpg",
        "صور/می‌خواهم.mp4",  # with a zero-width non-joiner, as Persian is written
        "e\u0301 decomposed",
        "a'b\"c`d$e;f&g|h*i?j<k>l%2e%2e",
        "-rf",
        "~/x",
        "x" * MAX_NAME,
        "/".join(["x" * 99] * 40),
    ],
)
def test_real_names_are_accepted_unchanged(name: str) -> None:
    assert safe_path(name) == name


ATTACKS = [
    "",
    None,
    5,
    b"bytes",
    "/etc/passwd",
    "//server/share",
    "///",
    "/",
    ".",
    "..",
    "../x",
    "a/..",
    "a/../b",
    "a/../../b",
    "./a",
    "a/./b",
    "a//b",
    "a/",
    "...",
    "a/.../b",
    "a.",
    "a ",
    " /a",
    ". /a",
    ".. /a",
    "..\u00a0/\n",
    "..\\x",
    "a\\..\\..\\b",
    "\\\\server\\share",
    "\\\\?\\C:\\x",
    "C:x",
    "C:/Windows",
    "c:\\x",
    "file.txt:stream",
    "file.txt::$DATA",
    "a\x00b",
    "a\nb",
    "a\r",
    "a\tb",
    "a\x1b[2Jb",
    "a\x7fb",
    "a\x85b",
    "a\x9bb",
    "a\u2028b",
    "a\u2029b",
    "photo\u202egpj.exe",
    "\u2066a\u2069",
    "a\u202ab",
    "\ud800",
    "a/\udcff",
    "x" * (MAX_NAME + 1),
    "字" * 86,
    "a/" * (MAX_PATH // 2) + "a",
]


@pytest.mark.parametrize("name", ATTACKS)
def test_names_that_lead_elsewhere_are_refused(name: Any) -> None:
    with pytest.raises(BadPath):
        safe_path(name)


@pytest.mark.parametrize("name", [each for each in ATTACKS if isinstance(each, str) and len(each) > 4])
def test_a_refusal_never_repeats_the_name(name: str) -> None:
    """The refusal may end in a log or on a screen, and a name may be a source's."""
    with pytest.raises(BadPath) as refusal:
        safe_path(name)
    assert name not in str(refusal.value)
    assert name not in repr(refusal.value.__cause__)[: len(name)]


def test_a_script_is_one_call_with_json() -> None:
    assert script_call("tamizdatItems", canonical({"tile": 0, "lines": "1 名\n"})) == (
        b'tamizdatItems({"lines":"1 \xe5\x90\x8d\\n","tile":0});\n'
    )
