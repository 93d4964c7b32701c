"""Subtitle files: what is written is read back as it was, or it was told; and no bytes break a reader."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from support.kinds import examples
from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.text.rules import checked_text
from tamizdat.transcripts.cues import checked_cues
from tamizdat.transcripts.files import READ, read, write


def _typed(text: str) -> bool:
    try:
        return bool(checked_text("words", text, 2_000, lines=True).strip())
    except UsageError:
        return False


PIECES = some.sampled_from(
    ["a", "b c", "<", "&", ">", "&lt;", "&amp;", "-->", "{", "}", "\\N", "\\", "5", "00:00:01.000", "，", "老师",
     "سلام", "<i>", "{\\an8}", "[00:00:01]", "NOTE", "STYLE", "WEBVTT", "Dialogue:", "x: y", "]]>", "😀", "\n", " ",
     "1\n2"]
)  # fmt: skip
WORDS = some.lists(PIECES | some.text(max_size=4), min_size=1, max_size=6).map("".join).filter(_typed)
SPEAKERS = some.just("") | some.sampled_from(["teacher", "老师", "A & B", "<x>", 'say "it"', "a, b"])
CUES = some.lists(
    some.builds(Cue, some.integers(0, 10**7), some.integers(1, 9_000), SPEAKERS, WORDS), min_size=1, max_size=5
).map(lambda found: checked_cues([replace(each, end=each.start + each.end) for each in found]))


@pytest.mark.parametrize("ending", [".vtt", ".ttml"])
@settings(max_examples=examples(25))
@given(CUES)
def test_webvtt_and_ttml_bring_back_every_cue_with_its_speaker(ending: str, cues: tuple[Cue, ...]) -> None:
    written = write(cues, ending, "zh-Hans")
    assert read(written.data, ending).cues == cues
    assert written.told == ()
    assert read(written.data, ending).told == ()


@pytest.mark.parametrize("ending", [".srt", ".ass", ".txt"])
@settings(max_examples=examples(25))
@given(CUES)
def test_other_formats_bring_back_every_cue_of_which_nothing_was_told_and_lose_none(
    ending: str, cues: tuple[Cue, ...]
) -> None:
    try:
        written = write(cues, ending, "en")
    except UsageError as error:
        if "cannot carry" in str(error):
            return
        raise
    told = {int(str(each).split()[1].strip(":")) for each in written.told}
    if len(told) == len(cues) or (ending == ".txt" and told):
        return  # what is told there is that a person, not a program, can read it
    again = read(written.data, ending)
    whole = [each for each in cues if "".join(each.text.split())]
    kept = [each for at, each in enumerate(whole, 1) if at not in told]
    assert [each for each in again.cues if each in kept] == kept
    if not any("formatting" in str(each) for each in again.told):
        assert len(again.cues) == len(whole)


@pytest.mark.parametrize("ending", sorted(READ))
@settings(max_examples=examples(25))
@given(some.binary(max_size=200) | some.lists(PIECES, max_size=12).map(lambda each: "\n".join(each).encode()))
def test_a_reader_takes_any_bytes_or_says_what_is_wrong_with_them(ending: str, data: bytes) -> None:
    for head in (b"", b"WEBVTT\n\n", b"[Events]\n"):
        try:
            found = read(head + data, ending)
        except BadPacket as error:
            if "xpected" not in str(error):
                raise
        else:
            assert all(each.start < each.end and each.text for each in found.cues)
