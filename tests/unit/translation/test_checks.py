"""Checks: what they find, what they leave in peace, and how often they are wrong on sound translations."""

import json
import random
import re

import pytest

from support.shared import SAMPLES, needs_shared
from tamizdat.translation.checks import KINDS, Finding, check
from tamizdat.translation.glossary import Term, hits


def kinds(source: str, target: str, language: str = "en") -> list[str]:
    found = check(source, target, language)
    assert all(each.kind in KINDS and str(each).endswith(".") for each in found)
    return [each.kind for each in found]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("名单现在有 512 人。", "There are 512 people on the list now.", "en"),
        ("名单现在有五百一十二人。", "There are five hundred and twelve people on the list now.", "en"),
        ("名单现在有 512 人。", "Now the list has five hundred twelve names.", "en"),
        ("２００８年５月１２日", "May 12, 2008", "en"),
        ("2008年5月12日", "12 мая 2008 года", "ru"),
        ("5月12日", "12 أيار", "ar"),
        ("٥١٢ شخصاً", "512 people", "en"),
        ("512 people", "٥١٢ شخصاً", "ar"),
        ("༥༡༢ མི", "512 people", "en"),
        ("3.5万人", "35,000 people", "en"),
        ("3.5万人", "35 thousand people", "en"),
        ("1.2亿元", "120 million yuan", "en"),
        ("1.2亿元", "0.12 billion yuan", "en"),
        ("16万8千人", "168,000 people", "en"),
        ("五十万人", "half a million people", "en"),
        ("1,234 people", "1.234 Menschen", "de"),
        ("12 345 человек", "12,345 people", "en"),
        ("14点28分", "2:28 p.m.", "en"),
        ("下午2点28分", "14:28", "en"),
        ("14:28", "14h28", "fr"),
        ("08年", "in 2008", "en"),
        ("民国97年", "in 2008", "en"),
        ("20世纪80年代", "the 1980s", "en"),
        ("19世纪", "the nineteenth century", "en"),
        ("90后", "those born in the 1990s", "en"),
        ("第1次", "for the first time", "en"),
        ("千万不要", "Never do that", "en"),
        ("万一", "in case", "en"),
        ("一一念出来", "read out one by one", "en"),
        ("五年了", "A lustrum has passed", "en"),
        ("2900千瓦", "2,900 kilowatts", "en"),
        ("1️⃣ 我们要名单", "We want the list", "en"),
        ("30%", "30 per cent", "en"),
        ("a 10 m wall", "10米高的墙", "zh"),
        ("£5m", "500万英镑", "zh"),
        ("3 to 10 million", "3百万到1000万", "zh"),
        ("3.3万", "33,000", "en"),
        ("20 people", "عشرون شخصاً", "ar"),
    ],
)
def test_numbers_written_otherwise_are_the_same_numbers(source: str, target: str, language: str) -> None:
    assert "number" not in kinds(source, target, language)


@pytest.mark.parametrize(
    ("source", "target", "written"),
    [
        ("名单现在有 513 人。", "There are 512 people on the list now.", "513"),
        ("名单现在有五百一十三人。", "There are 512 people on the list now.", "五百一十三"),
        ("3.5万人", "350,000 people", "3.5万"),
        ("1.2亿元", "12 million yuan", "1.2亿"),
        ("2008年5月12日", "May 12, 2009", "2008年"),
        ("14点28分", "2:38 p.m.", "28"),
        ("٥١٣ شخصاً", "512 people", "٥١٣"),
        ("￥25,000", "25,004 yuan", "25,000"),
    ],
)
def test_another_number_is_found(source: str, target: str, written: str) -> None:
    assert Finding("number", written) in check(source, target, "en")


@pytest.mark.parametrize(
    ("source", "target", "language", "written"),
    [
        ("他们走了，没有人回答。", "Of 512 pupils they left, and nobody answered.", "en", "512"),
        ("2008年5月12日", "12 May 2008, at 14:28", "en", "14:28"),
        ("The list is with us.", "名单上有 37 人，在我们手里。", "zh", "37"),
        ("القائمة عندنا", "We have the list of 512.", "en", "512"),
    ],
)
def test_an_invented_number_is_found(source: str, target: str, language: str, written: str) -> None:
    assert Finding("added", written) in check(source, target, language)


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("五百一十二人", "512 people", "en"),
        ("Five hundred and twelve people", "512 人", "zh"),
        ("今天是第七天", "This is day 7", "en"),
        ("عشرون شخصاً", "20 people", "en"),
        ("Vingt-sept personnes", "27 people", "en"),
        ("没有人回答", "Nobody answered [of 512]", "en"),
        ("60s", "1960-х", "ru"),
    ],
)
def test_a_number_that_the_source_has_in_words_is_none_that_was_invented(
    source: str, target: str, language: str
) -> None:
    assert "added" not in kinds(source, target, language)


def test_links_and_handles_must_come_along() -> None:
    source = "看 http://t.co/abc。谢谢 @chen_teacher"
    assert kinds(source, "Look at http://t.co/abc. Thanks, @Chen_Teacher") == []
    assert check(source, "Look. Thanks, teacher Chen", "en") == [
        Finding("link", "http://t.co/abc"),
        Finding("handle", "@chen_teacher"),
    ]


def test_the_beginning_of_an_address_that_was_cut_off_need_not_come_along() -> None:
    source = "RT @wang: 照片 https://t.example/whole 在这里 https://t.co/Ab1…"
    assert [each.kind for each in check(source, "RT @wang: pictures https://t.example/whole are here", "en")] == []
    assert [each.kind for each in check(source, "RT @wang: pictures are here https://t.co/Ab1…", "en")] == ["link"]


def test_a_link_the_source_has_not_is_found() -> None:
    assert Finding("link", "http://evil.example/x") in check("看这里", "Look here: http://evil.example/x", "en")


@pytest.mark.parametrize("source", ["写信给 lin@example.org", "@陈老师谢谢你们大家的支持和鼓励我们会继续念下去"])
def test_what_is_no_certain_handle_is_left_in_peace(source: str) -> None:
    assert "handle" not in kinds(source, "A translation of about this length, and more")


def test_missing_and_invented_speakers_are_found() -> None:
    source = "没有了 RT @wang: 五年了"
    assert kinds(source, "Gone. RT @wang: Five years.") == []
    assert kinds(source, "Gone. @wang: Five years.") == ["speaker"]
    assert kinds("没有了", "Gone. RT @wang: Five years.") == ["speaker"]


def test_the_glossary_is_looked_for_in_the_target() -> None:
    school = Term(1, 1, "zh", ("豆腐渣工程",), {"en": ("tofu-dregs construction", "tofu dregs"), "ru": ("тофу",)})
    source = "這是豆腐渣工程"
    found = hits(source, [school])
    assert check(source, "This is Tofu-Dregs Construction", "en", found) == []
    assert check(source, "These tofu dregs", "en", found) == []
    assert check(source, "This is shoddy construction", "en", found) == [
        Finding("glossary", "豆腐渣工程 → tofu-dregs construction / tofu dregs")
    ]
    assert check(source, "هذا بناء", "ar", found) == [], "the glossary says nothing about Arabic"


def test_what_is_not_translated_is_found() -> None:
    assert kinds("没有了", " \n") == ["empty"]
    assert kinds("😀 http://t.co/x", "") == []
    assert kinds("没有了", "没有了") == ["same"]
    assert kinds("没有人知道为什么", "没有人知道 why") == ["untranslated"]
    assert kinds("The list is long", "The list is long", "fr") == ["same"]
    assert kinds("NBA!", "NBA!", "zh") == []
    assert kinds("他说的是“冤”字", "He meant the character “冤” (injustice)") == []


def test_lengths_far_from_expected_are_found_and_added_words_do_not_count() -> None:
    source = "我把名单又抄了一遍，抄的时候才发现，有三个孩子的名字写错了一个字。"
    sound = "I copied the list once more, and noticed that three children's names had one character wrong."
    assert kinds(source, sound) == []
    assert kinds(source, "I copied it.") == ["length"]
    assert kinds(source, sound * 5) == ["length"]
    assert kinds(source, f"{sound} [{sound * 5}]") == []


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "\ud800",
        "@" * 5000,
        "9" * 80_000,
        "一" * 30_000,
        "http://" * 10_000,
        pytest.param("http://a" + ")" * 200_000, marks=pytest.mark.long),
        " ".join(f"http://a.b/{number}" for number in range(5_000)),
        pytest.param(" ".join(map(str, range(40_000))), marks=pytest.mark.long),
        pytest.param("1:" * 100_000, marks=pytest.mark.long),
        pytest.param("[" * 200_000, marks=pytest.mark.long),
        "3.٫" * 999,
        pytest.param("@a " * 50_000, marks=pytest.mark.long),
        "RT @a: " * 10_000,
    ],
    ids=lambda text: text[:12].encode("ascii", "backslashreplace").decode(),
)
def test_no_text_stops_a_check(text: str) -> None:
    check(text, "x", "en")
    check("没有", text, "zh")
    check(text, text[:-1], "")


@needs_shared
def test_sound_translations_have_few_findings_and_changed_digits_many() -> None:
    lines = (SAMPLES / "pud" / "pud_zh_en_ar_ru.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    chance = random.Random(3)
    for ours, theirs, most, least in (
        ("zh", "en", 8, 0.85),
        ("en", "zh", 6, 0.8),
        ("zh", "ar", 5, 0.7),
        ("zh", "ru", 10, 0.65),  # five of them have other numbers than their source
    ):
        sound = [row for row in rows if not check(row[ours], row[theirs], theirs)]
        assert len(rows) - len(sound) <= most, (ours, theirs)
        changed = found = 0
        for row in sound:
            digits = list(re.finditer(r"\d", row[theirs]))
            if digits:
                at = chance.choice(digits).start()
                other = str((int(row[theirs][at]) + chance.randrange(1, 10)) % 10)
                altered = row[theirs][:at] + other + row[theirs][at + 1 :]
                changed += 1
                found += any(each.kind == "number" for each in check(row[ours], altered, theirs))
        assert found >= least * changed, (ours, theirs, found, changed)
