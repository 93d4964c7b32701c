"""What went wrong is said in the language of the page, and nothing of what was found is lost."""

import pytest

from tamizdat.errors import BadArchive, PlaceSilent, StorageFull, UnknownReceipt, UsageError, WrongPassphrase
from tamizdat.field.device import OF_ANOTHER
from tamizdat.field.said import KINDS, REASONS, TOO_OFTEN, Said, reason, said
from tamizdat.text.catalogue import FIELD, translations
from tamizdat.text.negotiation import offered
from tamizdat.text.passphrases import TOO_SHORT, rule

WITH_WORDS = [each for each in offered(FIELD) if translations(each).gettext(TOO_OFTEN) != TOO_OFTEN]


def test_the_languages_of_the_page_have_all_kinds_of_faults() -> None:
    assert WITH_WORDS == ["ar", "bo", "es", "fa", "fr", "ru", "ug", "zh", "zh-Hant"]
    for language in WITH_WORDS:
        for words in [*KINDS.values(), OF_ANOTHER]:
            assert said(UsageError(words), language).text != words, f"{language}: {words}"


@pytest.mark.parametrize(
    "error",
    [
        WrongPassphrase("Expected the passphrase of this device."),
        UnknownReceipt("This receipt belongs to no consignment of this device; nothing was deleted."),
        StorageFull("The outbox has filled this disk."),
        PlaceSilent("Place “blue” could not find an object: it did not answer in time, though it takes connections."),
        BadArchive("Expected the journal's groups in order; it was damaged."),
    ],
)
def test_of_a_fault_that_names_what_was_found_the_kind_is_said_and_the_english_stands_beside(error: Exception) -> None:
    for language in WITH_WORDS:
        assert said(error, language) == Said(translations(language).gettext(KINDS[type(error)]), str(error))
    assert said(error, "en") == Said(str(error))


def test_a_passphrase_that_is_too_short_is_refused_in_the_language_of_the_page() -> None:
    found = said(UsageError(rule(TOO_SHORT)), "zh")
    assert found.english == ""
    assert "12" in found.text
    assert "Expected" not in found.text


def test_a_fault_of_no_kind_of_ours_is_told_as_one_of_the_program() -> None:
    assert said(RuntimeError("x"), "bo").english == "x"


def test_an_error_without_words_is_told_by_its_kind() -> None:
    for language in offered(FIELD):
        assert said(StorageFull(""), language) == Said(translations(language).gettext(KINDS[StorageFull]))


def test_why_a_file_of_a_card_stays_is_said_in_the_language_of_the_page() -> None:
    for language in WITH_WORDS:
        assert all(reason(why, language) != why for why in REASONS), language
        assert reason("cannot be read: Permission denied", language).endswith(": Permission denied")
    assert reason("no preview: cannot be decoded", "fr") == "no preview: cannot be decoded"
