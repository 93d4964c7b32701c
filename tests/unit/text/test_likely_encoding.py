"""Bytes that do not say their encoding are read by their words, and where these do not tell, not at all."""

import pytest

from tamizdat.text import likely_encoding as module
from tamizdat.text.likely_encoding import likely_encoding

WORDS = {
    "gb18030": "学校塌了，没有人说话。我们在河边等了一个晚上，什么也没有等到。",
    "big5hkscs": "學校塌了，沒有人說話。我們在河邊等了一個晚上，什麼也沒有等到。",
    "cp932": "校舎が崩れた。誰も話さない。私たちは川のそばで一晩待った。",
    "euc_jp": "校舎が崩れた。誰も話さない。私たちは川のそばで一晩待った。",
    "cp949": "학교가 무너졌다. 아무도 말하지 않는다. 우리는 강가에서 밤새 기다렸다.",
    "koi8-r": "Школа рухнула. Никто не говорит. Мы ждали всю ночь у реки.",
    "koi8-u": "Школа впала. Ніхто не говорить. Ми чекали всю ніч біля річки.",
    "cp1251": "Школа рухнула. Никто не говорит. Мы ждали всю ночь у реки.",
}
#: texts in encodings of other languages, which no decoder of those above can tell from its own
OTHERS = {
    "cp1252": "L’école s’est effondrée, personne n’a parlé. Nous avons espéré, à côté, toute la journée d’été.",
    "cp1250": "Szkoła runęła. Nikt nie mówi. Czekaliśmy całą noc nad rzeką, nic nie przyszło, żółć gęślą jaźń.",
    "cp1253": "Το σχολείο κατέρρευσε. Κανείς δεν μιλάει. Περιμέναμε όλη τη νύχτα δίπλα στο ποτάμι.",
    "cp1255": "בית הספר קרס. אף אחד לא מדבר. חיכינו כל הלילה ליד הנהר ושום דבר לא הגיע.",
    "cp1256": "سقطت المدرسة ولا أحد يتكلم انتظرنا طوال الليل عند النهر ولم يأت شيء",
    "tis-620": "โรงเรียนพังลงมา ไม่มีใครพูด เรารออยู่ข้างแม่น้ำทั้งคืนและไม่มีอะไรมา",
    "utf-8": "Школа рухнула. 学校塌了。 학교가 무너졌다. 校舎が崩れた。",
    "ascii": "The school fell.",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_words_tell_their_encoding(encoding: str) -> None:
    markup = "<p class='a'>{}</p>\n<!-- no letters beyond -->" * 3
    assert likely_encoding(WORDS[encoding].encode(encoding)) == encoding
    assert likely_encoding(markup.format(*[WORDS[encoding]] * 3).encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", OTHERS)
def test_words_of_other_languages_and_encodings_tell_nothing(encoding: str) -> None:
    assert likely_encoding(OTHERS[encoding].encode(encoding, "ignore")) == ""


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1255", "אינו מדבר על הילדים שנעלמו באותו לילה."),
        ("cp1255", "המשטרה סגרה את הכביש ולא נתנה לאיש לעבור"),
        ("cp1253", "δεν ήρθε κανείς."),
        ("cp1253", "Ο πρόεδρος είπε ότι δεν ξέρει τίποτα"),
    ],
)
def test_a_sentence_of_another_alphabet_is_never_russian(encoding: str, text: str) -> None:
    assert likely_encoding(text.encode(encoding)) == ""


def test_what_is_cut_within_a_character_where_no_more_is_looked_at_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 41)
    assert likely_encoding(WORDS["gb18030"].encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("data", [b"", b"\xcb\xfb", bytes(range(256)), b"\xff" * 99, b"\xa1\xa1" * 99])
def test_too_little_and_what_is_no_text_tells_nothing(data: bytes) -> None:
    assert likely_encoding(data) == ""
