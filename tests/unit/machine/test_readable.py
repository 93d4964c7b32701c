"""Pieces of what a model heard become subtitles that can be read, and no word is lost, doubled or moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.machine.readable import readable
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.legibility import hints


def parted(text: str, language: str, lasts: int = 20_000) -> list[str]:
    return [each.text for each in readable(Cue(1_000, 1_000 + lasts, "", text), language)]


def test_what_can_be_read_stays_and_what_is_long_is_parted_behind_sentences() -> None:
    assert parted("They are gone.", "en", 2_000) == ["They are gone."]
    long = "They came at night and took the lists away. Nobody in the school was asked, and nobody said a word to us."
    assert parted(long, "en", 9_000) == [
        "They came at night and\ntook the lists away.",
        "Nobody in the school was asked,\nand nobody said a word to us.",
    ]
    assert parted("他们夜里来的，把名单都拿走了。学校里没有人被问到，也没有人对我们说过一句话。", "zh") == [
        "他们夜里来的，把名单都拿走了。",
        "学校里没有人被问到，",
        "也没有人对我们说过一句话。",
    ]


@pytest.mark.parametrize("text", ["x" * 300, "他" * 300, "a " * 200 + "b", "...", "?" * 200 + "a", "ཀ་" * 90])
def test_words_that_cannot_be_parted_well_are_parted_somehow_or_stay(text: str) -> None:
    found = parted(text, "en")
    assert "".join("".join(found).split()) == "".join(text.split())


@given(st.text(alphabet="abc 他们。.,!\u0f0b…-", min_size=1, max_size=400), st.integers(100, 60_000))
def test_no_word_is_lost_and_times_go_on_without_a_gap(text: str, lasts: int) -> None:
    words = " ".join(text.split())
    if not any(map(str.isalnum, words)):
        return
    found = list(readable(Cue(500, 500 + lasts, "", words), "en"))
    assert "".join("".join(each.text for each in found).split()) == "".join(words.split())
    assert [found[0].start, *(each.end for each in found)] == [*(each.start for each in found), 500 + lasts]
    assert all(each.start < each.end and each.text.strip() == each.text != "" for each in found)
    assert not {each.kind for each in hints(found, "en")} & {"overlap", "gap", "order", "empty", "lines"}
