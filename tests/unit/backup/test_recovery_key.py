"""The recovery key on paper: what is read back is the key; what is not enough or not right is told, unrepeated."""

import itertools

import pytest

from tamizdat.backup.recovery_key import WORDS, divide, read_key, short_name
from tamizdat.backup.sheet import make_sheets, page
from tamizdat.errors import BadEncoding, KeyMissing, TamizdatError, UsageError
from tamizdat.keys import SealingKey

KEY = SealingKey(bytes(range(32)))


def test_the_words_of_a_whole_sheet_give_the_key() -> None:
    [words] = divide(KEY)
    assert len(words.split()) == WORDS
    assert read_key([words]).seed == KEY.seed


def test_any_two_of_three_shares_give_the_key_in_any_order_and_a_third_does_no_harm() -> None:
    shares = divide(KEY, 2, 3)
    for pair in itertools.permutations(shares, 2):
        assert read_key(pair).seed == KEY.seed
    assert read_key([*shares, shares[0]]).seed == KEY.seed


#: sheets of KEY, as they were printed by the first version that printed any
PRINTED = (
    "avoid pecan academic academic ajar extend cage forecast quiet sprinkle type demand viral birthday laser regular "
    "dismiss leaves acquire main coastal salary payment intimate security burden arena yelp carve unwrap modify fancy "
    "wrote"
)
PRINTED_SHARE_1 = (
    "crisis moment academic acid aircraft stilt liberty uncover national believe flash involve aluminum boring income "
    "laundry warmth adult dominant ruin march adorn finger rich frost formal ladle browser faint husky alien fawn plan"
)
PRINTED_SHARE_3 = (
    "crisis moment academic always actress declare junk universe evaluate phantom dilemma freshman breathe wisdom "
    "envelope cultural ocean garbage email satoshi domain cards marathon smirk resident ultimate crucial coding raisin "
    "hearing duke owner fridge"
)


def test_sheets_that_were_printed_years_ago_are_read() -> None:
    assert read_key([PRINTED]).seed == KEY.seed
    assert read_key([PRINTED_SHARE_1, PRINTED_SHARE_3]).seed == KEY.seed


def test_one_share_too_few_is_told_with_how_many_are_needed() -> None:
    shares = divide(KEY, 3, 5)
    with pytest.raises(KeyMissing, match=r"Expected 3 different shares .* found 2"):
        read_key([shares[0], shares[4], shares[0]])


def test_words_may_be_typed_in_rows_with_their_numbers_in_capitals_or_by_their_first_four_letters() -> None:
    [sheet] = make_sheets(KEY, "ourdesk", "2T1P", "2026-11-28")
    assert read_key(sheet.rows()).seed == KEY.seed
    assert read_key([sheet.words.upper()]).seed == KEY.seed
    assert read_key(word[:4] for word in sheet.words.split()).seed == KEY.seed


def test_a_sheet_on_a_terminal_parts_the_fingerprint_at_no_hyphen() -> None:
    fingerprint = "-".join(["2T1P"] * 13)
    [sheet] = make_sheets(KEY, "ourdesk", fingerprint, "2026-11-28")
    assert f"\n{fingerprint}\n" in sheet.as_text()


def test_what_the_codes_hold_may_be_typed_in() -> None:
    [whole] = make_sheets(KEY, "ourdesk", "2T1P", "2026-11-28")
    assert read_key([whole.scanned]).seed == KEY.seed
    assert read_key([whole.scanned[:40].lower(), whole.scanned[40:]]).seed == KEY.seed
    shares = make_sheets(KEY, "ourdesk", "2T1P", "2026-11-28", 2, 3)
    assert read_key([shares[0].scanned, shares[2].scanned]).seed == KEY.seed


@pytest.mark.parametrize("at", [0, 5, WORDS - 1])
def test_a_word_that_was_mistaken_for_another_is_noticed(at: int) -> None:
    words = divide(KEY)[0].split()
    words[at] = "academic" if words[at] != "academic" else "zero"
    with pytest.raises(BadEncoding, match="Compare all words"):
        read_key(words)


def test_two_words_that_changed_places_are_noticed() -> None:
    words = divide(KEY)[0].split()
    words[10], words[11] = words[11], words[10]
    with pytest.raises(BadEncoding):
        read_key(words)


def test_shares_of_two_keys_do_not_fit_together() -> None:
    with pytest.raises(BadEncoding, match="one recovery key"):
        read_key([divide(KEY, 2, 3)[0], divide(SealingKey(bytes(32)), 2, 3)[1]])


def test_a_word_that_is_none_is_told_by_its_place_and_a_row_that_was_left_out_by_the_count() -> None:
    words = divide(KEY)[0].split()
    with pytest.raises(BadEncoding, match=r"word 7 of the 1\. sheet"):
        read_key([*words[:6], "zzzz", *words[7:]])
    with pytest.raises(BadEncoding, match="found 30 words"):
        read_key(words[3:])


def test_no_message_repeats_what_was_typed() -> None:
    words = divide(KEY, 2, 3)[0].split()
    mistyped = KEY.to_text()[:-1] + ("Q" if KEY.to_text()[-1] != "Q" else "P")
    for typed in (words, words[:-1], [*words[:3], "secretword", *words[4:]], [mistyped]):
        with pytest.raises(TamizdatError) as caught:
            read_key(typed)
        assert not any(word in str(caught.value) for word in typed if len(word) > 7)


@pytest.mark.parametrize(("needed", "shares"), [(1, 3), (4, 3), (0, 1), (2, 17)])
def test_shares_that_make_no_sense_are_refused(needed: int, shares: int) -> None:
    with pytest.raises(UsageError, match="like 2 of 3"):
        divide(KEY, needed, shares)


def test_the_page_to_print_has_a_code_and_all_words_for_each_share_and_loads_nothing() -> None:
    sheets = make_sheets(KEY, "ourdesk", "2T1P-9G73", "2026-11-28", 2, 3)
    text = page(sheets)
    assert text.count("<svg") == 3
    assert all(f"{number:>2} {word}" in text for sheet in sheets for number, word in enumerate(sheet.words.split(), 1))
    assert short_name(KEY.recipient) in text
    assert KEY.to_text() not in text, "a share does not hold the key"
    assert not any(sign in text for sign in ("<script", "src=", "<link", "@import", "url("))


def test_a_sheet_on_the_terminal_fits_80_columns() -> None:
    [sheet] = make_sheets(KEY, "ourdesk", "2T1P-9G73", "2026-11-28")
    assert KEY.to_text() in sheet.as_text()
    assert max(len(line) for line in sheet.as_text().splitlines() if line != KEY.to_text()) <= 80
