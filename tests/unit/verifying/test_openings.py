"""What is opened beside a post: its form, and where in the captured bytes a post's own text may stand."""

import re
from itertools import starmap
from pathlib import Path

import pytest

from tamizdat.encoding import Json, b64, canonical
from tamizdat.errors import BadStatement, CheckFailed
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.statement import PAYLOAD_TYPE
from tamizdat.publishing.derived.text_pointer import find
from tamizdat.statements.derived import TextPointer
from tamizdat.statements.reference import Reference
from tamizdat.verifying.openings import OWN, Opening, Openings, text_in

SPEC = Path(__file__).resolve().parents[3] / "docs/spec/verification.md"
SALT = b"s" * 32
ENVELOPE: dict[str, Json] = {
    "payload": "e30=",
    "payloadType": PAYLOAD_TYPE,
    "signatures": [{"keyid": "00" * 8, "sig": b64(bytes(64))}],
}
ONE = canonical(ENVELOPE), b64(SALT)


def test_an_opening_is_found_by_what_it_opens() -> None:
    opened = Openings.read(b64(b"raw"), [Opening(*ONE)])
    assert opened.raw == b"raw"
    assert opened.envelope(Reference(3, commitment(SALT, canonical(ENVELOPE)))).payload == b"{}"
    with pytest.raises(CheckFailed, match="entry 3"):
        opened.envelope(Reference(3, bytes(32)))


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        ("?", []), ("QR==", []), (None, [(ONE[0], b64(b"short"))]), (None, [(ONE[0], "?")]), (None, [ONE, ONE]),
        (None, [ONE, (b"{}", ONE[1])]), (None, [(canonical({**ENVELOPE, "signatures": []}), b64(SALT))]),
    ],
)  # fmt: skip
def test_another_form_is_refused(raw: str | None, pairs: list[tuple[bytes, str]]) -> None:
    with pytest.raises(BadStatement, match="opens, in its form"):
        Openings.read(raw, starmap(Opening, pairs))


def at(member: str, slice: int = 0, escaped: bool = False) -> TextPointer:
    return TextPointer(slice, member, escaped)


def test_a_text_is_read_out_of_its_slice() -> None:
    tweet, note = b'{"tweet":{"full_text":"a &amp;lt; b\\n"}}', '{"noteTweet":{"core":{"text":"长文"}}}'.encode()
    lengths = [len(tweet), len(note)]
    assert text_in(tweet + b"\n" + note, lengths, at("/noteTweet/core/text", 1)) == "长文"
    assert text_in(tweet, lengths[:1], at("/tweet/full_text")) == "a &amp;lt; b\n"
    assert text_in(tweet, lengths[:1], at("/tweet/full_text", escaped=True)) == "a &lt; b\n", "once, in this order"
    assert text_in(b'{"text":"a","text":"b"}', [23], at("/text")) == "b"


@pytest.mark.parametrize(
    ("raw", "lengths", "pointer"),
    [
        (b'{"quoted_status":{"text":"theirs"}}', [35], at("/quoted_status/text")),
        (b'{"text":"mine"}\n{"text":"theirs"}', [15, 17], at("/text", 1)),
        (b'{"text":"mine"}', [15], at("/text", 1)),
        (b'{"text":"mine"}', [14], at("/text")),
        (b'{"text":"mine"}', [16], at("/text")),
        (b'{"text":"mine"}', [15, 0], at("/text")),
        (b'{"text":"mine"} {}', [15, 2], at("/text")),
        (b'{"text":["mine"]}', [17], at("/text")),
        (b'{"text":null}', [13], at("/text")),
        (b'["text"]', [8], at("/text")),
        (b'{"text":"mine",}', [16], at("/text")),
        (b'{"text":"mine","n":NaN}', [23], at("/text")),
        (b"\xef\xbb\xbf" + b'{"text":"mine"}', [18], at("/text")),
        (b'{"text":"\xff"}', [12], at("/text")),
        (b"[" * 100_000, [100_000], at("/text")),
    ],
)
def test_what_is_not_a_posts_own_text_in_sound_json_is_refused(
    raw: bytes, lengths: list[int], pointer: TextPointer
) -> None:
    with pytest.raises(BadStatement):
        text_in(raw, lengths, pointer)


def test_a_number_longer_than_any_computer_counts_is_passed_over() -> None:
    raw = b'{"n":' + b"9" * 10_000 + b',"text":"mine"}'
    assert text_in(raw, [len(raw)], at("/text")) == "mine"


def test_the_places_are_those_of_the_specification_in_its_order() -> None:
    listed = re.search(r"```text example=own\n(.*?)```", SPEC.read_text("utf-8"), re.DOTALL)
    assert listed
    assert tuple((int(number), member) for number, member in map(str.split, listed[1].splitlines())) == OWN
    for number, member in OWN:
        value: Json = "the words"
        for name in reversed(member.split("/")[1:]):
            value = {name: value}
        pieces = [*[b"{}"] * number, canonical(value)]
        reading = find(pieces, "the words")
        assert reading == TextPointer(number, member, escaped=False)
        assert text_in(b"\n".join(pieces), [len(each) for each in pieces], reading) == "the words"
