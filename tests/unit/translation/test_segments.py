"""Segments of real kinds of posts, script by script."""

import pytest

from tamizdat.translation.segments import joined, segments


def sources(text: str, language: str) -> list[str]:
    return [each.source for each in segments(text, language)[0]]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("zh", "没有了。谁知道？“五年了。”他说。", ["没有了。", "谁知道？", "“五年了。”", "他说。"]),
        ("", "没有了。谁知道？", ["没有了。", "谁知道？"]),
        ("en", "没有了。谁知道？", ["没有了。", "谁知道？"]),
        ("ja", "地震です。カメラは？はい", ["地震です。", "カメラは？", "はい"]),
        ("en", "Mr. Smith went home. He said 3.5 per cent.", ["Mr. Smith went home.", "He said 3.5 per cent."]),
        ("ar", "مرحبا. كيف حالك؟ أنا بخير!", ["مرحبا.", "كيف حالك؟", "أنا بخير!"]),
        ("ug", "بۇ بىر سىناق. ئىككىنچى؟", ["بۇ بىر سىناق.", "ئىككىنچى؟"]),
        ("bo", "བཀྲ་ཤིས་བདེ་ལེགས། ང་བདེ་པོ་ཡིན།", ["བཀྲ་ཤིས་བདེ་ལེགས།", "ང་བདེ་པོ་ཡིན།"]),
        ("bo", "༄༅། །ཕ་དང༌། མ་གཉིས། ཡོད།", ["༄༅། །ཕ་དང༌། མ་གཉིས།", "ཡོད།"]),
        ("th", "สวัสดี\nลาก่อน", ["สวัสดี", "ลาก่อน"]),
        ("zh", "一\n\n二\r\n三\u2028四", ["一", "二", "三", "四"]),
        ("zh", "#念名字 今天念三个。", ["#念名字 今天念三个。"]),
    ],
)
def test_sentences(language: str, text: str, wanted: list[str]) -> None:
    assert sources(text, language) == wanted


@pytest.mark.parametrize(
    "text", ["", " \n", "😀😀", "http://t.co/abc", "512", "@lin", "RT @lin: http://t.co/x 😀", "“…”"]
)
def test_without_words_there_is_nothing_to_translate(text: str) -> None:
    assert segments(text, "zh") == ([], text)
    assert joined([], text, [], "en") == text


def test_addresses_and_who_is_addressed_are_kept() -> None:
    text = "@lin @wang 看 http://t.co/a 这里 http://t.co/b https://t.co/c"
    found, tail = segments(text, "zh")
    assert [(each.lead, each.source) for each in found] == [("@lin @wang ", "看 http://t.co/a 这里")]
    assert tail == " http://t.co/b https://t.co/c"
    assert sources("谢谢 @lin 和 @wang", "zh") == ["谢谢 @lin 和 @wang"], "inside a sentence a handle is a word"
    assert sources("看（http://t.co/a）", "zh") == ["看（http://t.co/a）"]


@pytest.mark.parametrize(
    ("text", "own", "targets", "language", "wanted"),
    [
        ("没有了。谁？\n\n五年了", "zh", ["Gone.", "Who?", "Five years."], "en", "Gone. Who?\n\nFive years."),
        ("Gone. Who?\n\nFive.", "en", ["没有了。", "谁？", "五年了"], "zh-Hans", "没有了。谁？\n\n五年了"),
        ("没有了。 谁？", "zh", ["沒有了。", "誰？"], "zh-Hant", "沒有了。 誰？"),
        ("没有了。谁？", "zh", ["ཚར་སོང་།", "སུ་རེད།"], "bo", "ཚར་སོང་། སུ་རེད།"),
        ("没有了。谁？", "zh", ["انتهى.", "من؟"], "ar", "انتهى. من؟"),
        ("没有了RT @wang: 谁", "zh", ["Gone", "Who"], "en", "Gone RT @wang: Who"),
        ("没有了//@wang:谁//@li：我", "zh", ["Gone", "Who", "Me"], "en", "Gone //@wang: Who //@li：Me"),
        ("没有了//@wang:谁", "zh", ["沒有了", "誰"], "ja", "沒有了//@wang:誰"),
        ("看http://t.co/x", "zh", ["Look"], "en", "Look http://t.co/x"),
        ("看http://t.co/x", "zh", ["見る"], "ja", "見るhttp://t.co/x"),
        ("Look http://t.co/x", "en", ["看"], "zh", "看 http://t.co/x"),
        ("没有了😀。谁", "zh", ["Gone 😀.", " Who\n"], "en", "Gone 😀. Who"),
        ("“没有了。”谁？", "zh", ["“Gone.”", "Who?"], "en", "“Gone.” Who?"),
    ],
)
def test_targets_are_joined_as_their_script_wants(
    text: str, own: str, targets: list[str], language: str, wanted: str
) -> None:
    found, tail = segments(text, own)
    assert joined(found, tail, targets, language) == wanted


def test_every_segment_needs_a_target() -> None:
    found, tail = segments("没有了。谁？", "zh")
    with pytest.raises(ValueError, match="zip"):
        joined(found, tail, ["Gone."], "en")
