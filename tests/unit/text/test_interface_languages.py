"""The languages of the interface: complete, with the plurals, days and spans of each; what nobody checked is marked."""

from datetime import date

import pytest
from babel.dates import format_date

from tamizdat.text import catalogue, languages
from tamizdat.text.catalogue import (
    FIELD,
    LOCALES,
    WORKBENCH,
    completeness,
    counted,
    counted_translations,
    endonym,
    grouped,
    interface_tags,
    is_checked,
    messages,
    read_catalog,
    script_messages,
    translations,
)
from tamizdat.text.dates import day_pattern, duration, month_names, written_day, written_month, written_time
from tamizdat.text.languages import NAMES, SCRIPT_NAMES, direction, is_traditional, language_and_script
from tamizdat.text.negotiation import negotiated, offered

LANGUAGES = list(interface_tags())
OTHERS = [each for each in LANGUAGES if each != "en"]
COUNTS = (0, 1, 2, 5, 11, 21)


def test_the_languages_are_those_of_the_files_and_english_comes_first() -> None:
    assert LANGUAGES[0] == "en"
    assert set(LANGUAGES) == {"en", "zh", "zh-Hant", "bo", "ug", "ar", "ru", "fr", "es", "fa"}
    assert interface_tags()["zh"] == "zh-Hans"
    assert len({endonym(each) for each in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_of_the_site_is_there_in_every_language(language: str) -> None:
    said, english = messages(language), messages("en")
    assert said.keys() == english.keys()
    alike = {key for key in said if said[key] == english[key] and any(each.isalpha() for each in english[key])}
    assert not {key for key in alike if not key.startswith(("language_", "script_"))} - SAME_WORDS
    broken = "This does not hold."
    assert script_messages(language).keys() >= {"broken", broken, "Checking…"}


#: written alike in some language: French and Spanish share them with English
SAME_WORDS = {
    "page_of", "pages", "document", "contributors", "corrections", "original_alone", "original", "note", "kind",
    "filter_document", "no_video", "open", "age", "place", "state", "name", "reason", "text", "about_version",
    "menu", "navigation",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["0 posts", "1 post", "2 posts", "5 posts", "11 posts", "21 posts"]),
        ("zh", ["0 条", "1 条", "2 条", "5 条", "11 条", "21 条"]),
        ("zh-Hant", ["0 條", "1 條", "2 條", "5 條", "11 條", "21 條"]),
        ("bo", ["གཏམ་ 0", "གཏམ་ 1", "གཏམ་ 2", "གཏམ་ 5", "གཏམ་ 11", "གཏམ་ 21"]),
        ("ug", ["0 يازما", "1 يازما", "2 يازما", "5 يازما", "11 يازما", "21 يازما"]),
        ("ar", ["لا منشورات (0)", "منشور واحد (1)", "منشوران (2)", "5 منشورات", "11 منشورًا", "21 منشورًا"]),
        ("ru", ["0 записей", "1 запись", "2 записи", "5 записей", "11 записей", "21 запись"]),
        ("fr", ["0 message", "1 message", "2 messages", "5 messages", "11 messages", "21 messages"]),
        ("es", ["0 mensajes", "1 mensaje", "2 mensajes", "5 mensajes", "11 mensajes", "21 mensajes"]),
        ("fa", ["0 فرسته", "1 فرسته", "2 فرسته", "5 فرسته", "11 فرسته", "21 فرسته"]),
    ],
)
def test_a_count_has_the_form_of_its_language(language: str, expected: list[str]) -> None:
    assert [counted("posts", each, language) for each in COUNTS] == expected


@pytest.mark.parametrize("language", OTHERS)
def test_every_plural_of_every_message_has_its_number_in_it_once(language: str) -> None:
    found = counted_translations(language)
    for message in read_catalog(LOCALES / "en.po"):
        if not message.context or not isinstance(message.id, tuple):
            continue
        one, many = message.id
        for count in COUNTS:
            said = found.npgettext(message.context, one, many, count)
            assert said.count("{count}") == 1, (message.context, count, said)


@pytest.mark.parametrize(
    ("language", "spans"),
    [
        ("zh", ["0 秒", "1 秒", "2 分钟", "5 小时", "11 天", "21 年"]),
        ("zh-Hant", ["0 秒", "1 秒", "2 分鐘", "5 小時", "11 天", "21 年"]),
        ("bo", ["སྐར་ཆ་ 0", "སྐར་ཆ་ 1", "སྐར་མ་ 2", "ཆུ་ཚོད་ 5", "ཉིན་ 11", "ལོ་ 21"]),
        ("ug", ["0 سېكۇنت", "1 سېكۇنت", "2 مىنۇت", "5 سائەت", "11 كۈن", "21 يىل"]),
        ("ar", ["0 ث", "1 ث", "2 د", "5 س", "11 يومًا", "21 سنة"]),
        ("ru", ["0 с", "1 с", "2 мин", "5 ч", "11 дней", "21 год"]),
        ("fr", ["0 s", "1 s", "2 min", "5 h", "11 jours", "21 ans"]),
        ("es", ["0 s", "1 s", "2 min", "5 h", "11 días", "21 años"]),
        ("fa", ["0 ثانیه", "1 ثانیه", "2 دقیقه", "5 ساعت", "11 روز", "21 سال"]),
    ],
)
def test_a_span_is_told_in_the_words_of_its_language(language: str, spans: list[str]) -> None:
    seconds = (0, 1, 2 * 60, 5 * 3600, 11 * 86_400, 21 * 31_557_600)
    assert [duration(each, language) for each in seconds] == spans


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_written_as_the_common_locale_data_have_it(language: str) -> None:
    locale = "en_GB" if language == "en" else interface_tags()[language].replace("-", "_")
    for month in range(1, 13):
        for day in (1, 2, 5, 11, 21):
            when = date(2026, month, day)
            assert written_day(when.isoformat(), language) == format_date(when, "long", locale)


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_counts_have_the_digits_of_the_addresses_beside_them(language: str) -> None:
    told = (
        written_time("2026-11-21T14:05:00+08:00", language) + grouped(1_234_567, language) + written_month(11, language)
    )
    assert {each for each in told if each.isdigit()} <= set("0123456789")
    assert {"{day}", "{month}", "{year}"} <= {
        f"{{{each}}}" for each in day_pattern(language).replace("}", "{").split("{")
    }
    assert len(month_names(language)) == 12


def test_a_clock_keeps_its_order_among_letters_that_run_from_right_to_left() -> None:
    assert written_time("2026-11-03T14:28:00+08:00", "ar") == "3 نوفمبر 2026، \u206614:28 (UTC+8)\u2069"
    assert written_time("2026-11-03T14:28:00+08:00", "ru") == "3 ноября 2026\u202fг., 14:28 (UTC+8)"
    assert written_time("2026-11-03T14:28:00+08:00", "zh-Hant") == "2026年11月3日 14:28 (UTC+8)"


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_names_all_others_and_no_name_stands_for_two(language: str) -> None:
    told = [messages(language)[f"language_{each}"] for each in NAMES]
    assert len(set(told)) == len(NAMES)
    assert all(messages(language)[f"script_{each}"] for each in SCRIPT_NAMES)
    assert language_and_script("zh-Hant", language) not in told


def test_the_names_in_the_code_are_those_of_the_catalogue() -> None:
    english = messages("en")
    assert {key: english[f"language_{key}"] for key in NAMES} == dict(NAMES)
    assert {key: english[f"script_{key}"] for key in SCRIPT_NAMES} == dict(SCRIPT_NAMES)
    assert languages.language_name("ug", "en") == "Uyghur"


# -- what nobody has checked -------------------------------------------------------------------------------------------


def test_what_nobody_checked_says_so_and_english_has_nothing_to_check() -> None:
    assert is_checked("en", keyed=True)
    assert is_checked("en", keyed=False)
    for language in OTHERS:
        unchecked = [each for each in read_catalog(catalogue._path(language)) if "unchecked" in each.flags]
        assert is_checked(language, keyed=True) == (not any(each.context for each in unchecked))


@pytest.mark.parametrize("language", [each for each in OTHERS if completeness(each, FIELD)])
def test_the_english_stands_beside_what_would_be_dangerous_in_wrong_words(language: str) -> None:
    found = translations(language)
    for english in ("Destroy now", "Wiping the card", "Panic", "Receipt: 26 letters and digits", "Release it"):
        if not is_checked(language, keyed=False) and found.gettext(english) != english:
            assert found.gettext(english).endswith(f"· \u2068{english}\u2069")
    assert "\u2068" not in found.gettext("Saved.")


@pytest.mark.parametrize("language", OTHERS)
def test_a_verdict_against_a_page_stands_there_in_english_too(language: str) -> None:
    said = script_messages(language)
    assert said["broken"].endswith("· \u2068broken\u2069") or is_checked(language, keyed=True)
    broken = said["This does not hold."]
    assert "This does not hold" in broken or is_checked(language, keyed=True)
    assert "\u2068" not in said["proved"]


# -- who gets which ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "header", "language"),
    [
        ([], "", "en"),
        ([], "de-CH, de;q=0.9", "en"),
        ([], "bo-CN, zh-CN;q=0.8", "bo"),
        ([], "zh-TW", "zh-Hant"),
        ([], "zh-Hant-HK;q=0.9, en;q=0.3", "zh-Hant"),
        ([], "zh-CN", "zh"),
        ([], "en;q=0.2, ar;q=0.7", "ar"),
        ([], "ar;q=0, en", "en"),
        ([], "*", "en"),
        ([], "../../etc/passwd, ar", "ar"),
        ([], ",;q=;;,ug", "ug"),
        ([], "ar;q=9", "en"),
        ([], "x" * 10_000, "en"),
        (["ug"], "ar", "ug"),
        (["../x", ""], "ar", "ar"),
        (["tlh"], "", "en"),
    ],
)
def test_a_person_gets_what_they_chose_else_what_their_browser_asks_for(
    chosen: list[str], header: str, language: str
) -> None:
    assert negotiated(chosen, header, LANGUAGES) == language


def test_a_language_without_words_of_the_workbench_is_not_offered_there() -> None:
    assert set(offered(WORKBENCH)) >= {"en", "zh", "zh-Hant", "ug", "ar"}
    assert not set(offered(WORKBENCH)) & {"ru", "fr", "es", "fa"}
    assert set(offered(FIELD)) >= {*offered(WORKBENCH), "ru", "fr", "es", "fa"}, "these are about footage, not words"
    assert negotiated([], "fr, ar;q=0.5", offered(WORKBENCH)) == "ar"


def test_traditional_characters_are_told_by_script_and_by_region() -> None:
    assert [each for each in ("zh", "zh-Hans-TW", "zh-Hant", "zh-HK", "yue-MO", "ja-TW") if is_traditional(each)] == [
        "zh-Hant", "zh-HK", "yue-MO",
    ]  # fmt: skip
    assert direction("zh-Hant") == "ltr"
