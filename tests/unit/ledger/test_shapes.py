"""What a message repeats of a value from outside."""

import pytest

from tamizdat.ledger.shapes import shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("他们说学校倒了，16页。", "'他们说学校倒了，16页。'"),
        ("བོད་ཡིག", "'བོད་ཡིག'"),
        (["قائمة اليوم", 3, None, True], "['قائمة اليوم', 3, None, True]"),
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
