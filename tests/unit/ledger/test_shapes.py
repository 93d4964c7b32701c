"""What a message repeats of a value from outside."""

import re
import unicodedata
from pathlib import Path

import pytest

import tamizdat
from tamizdat.ledger.shapes import shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("他们说学校倒了，16页。", "'他们说学校倒了，16页。'"),
        ("བོད་ཡིག", "'བོད་ཡིག'"),
        (["قائمة اليوم", 3, None, True], "['قائمة اليوم', 3, None, True]"),
        ("\u0643\u064e\u062a\u064e\u0628\u064e", "'\u0643\u064e\u062a\u064e\u0628\u064e'"),  # with its vowels
        ("\u06cc\u06f1\u06f4\u06f0\u06f0", "'\u06cc\u06f1\u06f4\u06f0\u06f0'"),
        ("\u0643\u061c\u200f\u06dd", "'\u0643\\u061c\\u200f\\u06dd'"),
        ("n\u0430me", "'n\\u0430me'"),  # a Cyrillic letter among Latin ones
        ("caf\u00e9", "'caf\\xe9'"),
        ("a\u200bb\u202ec\u3000d", "'a\\u200bb\\u202ec\\u3000d'"),
        ("\U00020000\x00\n", "'\\U00020000\\x00\\n'"),
        ("\\u4e00", "'\\\\u4e00'"),
        ("它说：'不'", "\"它说：'不'\""),
        ("字" * 80, "'" + "字" * 58 + "…"),
    ],
)
def test_words_are_repeated_to_be_read_and_what_may_deceive_is_written_out(value: object, written: str) -> None:
    assert shown(value) == written


def test_the_browser_repeats_the_same_letters_and_none_that_is_unseen_or_turns_the_line() -> None:
    script = (Path(tamizdat.__file__).parent / "publishing/site/static/verify.js").read_text("utf-8")
    read = re.compile(re.search(r"const READ = /(\[.*?\])/;", script)[1])  # type: ignore[index]
    marks = set()
    for letter in map(chr, [*range(0x10000), *range(0x10000, 0x110000, 101)]):
        repeated = shown(letter) == f"'{letter}'"
        assert repeated or letter in "\\'" or shown(letter).isascii()
        if letter <= "\uffff" and letter not in "\\'":
            assert repeated == bool(read.fullmatch(letter)), ascii(letter)
        kind, name = unicodedata.category(letter), unicodedata.name(letter, "")
        if repeated:
            assert letter.isprintable()
            assert kind[0] not in "CZ" or letter == " "
            marks |= {letter} if kind[0] == "M" else set()
        elif kind[0] in "ML" and name.startswith(("ARABIC ", "TIBETAN ")):
            assert not "\u0610" <= letter <= "\u06ff", "a letter or a sign of the Arabic script"
            assert not "\u0f00" <= letter <= "\u0fbc"
    assert marks > set("\u064b\u0651\u0652\u0670\u0f71\u0f72")
