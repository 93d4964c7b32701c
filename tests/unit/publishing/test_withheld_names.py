"""Names of people who are withheld are found however somebody writes them; what is another's is settled by words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import tweet
from support.published_desk import House, status
from support.sample_site import post
from support.transcribing_desk import capture
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person, state_wall
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import Leak
from tamizdat.publishing.derived.statement_record import StatementRecord
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.leaks.even_words import evened
from tamizdat.publishing.leaks.names import NameSearch, Unsought, Withheld, why_not_sought
from tamizdat.publishing.leaks.scanner import Known, LeakScanner, Told
from tamizdat.publishing.leaks.secrets import Shown, all_secrets
from tamizdat.publishing.names_in_captures import NamesInCaptures
from tamizdat.publishing.remembered_posts import DraftedPosts, rows_of
from tamizdat.publishing.withheld_names import NameLeaks
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry


def found(name: str, text: str, *, elsewhere: tuple[str, ...] = (), **others: tuple[str, ...]) -> list[str]:
    """The lines of *text* in which the name is found."""
    search = NameSearch([Withheld(1, (name,), elsewhere)], **others)
    return [line for number in search.met(text) for line in search.names[number].lines(text)]


WRITTEN = {
    "Tashi Dolma": (
        "tashi dolma", "TASHI  DOLMA", "Tashi-Dolma’s", "Tashi\u2010Dolma", "#TashiDolma", "tashi_dolma.jpg",
        "Dolma, Tashi", "x.com/tashidolma/1", "/Tashi%20Dolma", "Tashi&nbsp;Dolma",
        "Tash&#105; Dolma", "Tashi\nDolma", "Tashi\u3000Do\u00adlma", "Ｔａｓｈｉ Ｄｏｌｍａ",
        "Tāshi Dolma", "DrTashiDolma", "interviewtashidolma.mp4", "IMG2011TashiDolma", "T a s h i Dolma",
        "Tashi%2520Dolma", "2011tashidolma", "Mr Ta-shi Dol-ma",
    ),
    "Liu Xiaobo": ("Liu Xiao-bo", "Liu Xiao Bo", "Xiao Bo Liu", "liu-xiao-bo.jpg", "Liú Xiǎobō"),
    "Liú Xiǎobō": ("LiuXiaobo", "Liu Xiao-bo"),
    "Xiaoming": ("Xiao-ming", "xiao ming", "#xiao_ming"),
    "Tsering": ("@drtsering", "#freetsering", "x.com/mrtsering/1", "freetsering.jpg", "DrTsering"),
    "Aygül": ("Ay-gül", "aygul_2"),
    "O'Brien": ("O’Brien", "Oʼbrien", "O`Brien’s", "OBrien", "obrien"),
    "O’Brien": ("O'Brien",),
    "Jose": ("José", "Jose\u0301 and", "JOSÉ"),
    "José": ("Jose", "Ｊｏｓé"),
    "Sophie": ("Soﬁe, Sophie",),
    "Pema": ("Pema", "met Pema.", "PEMA", "Pema’s", "(Pema)", "d’Pema", "DrPema", "PemaTsering", "她和Pema来了",
             "pema_t.jpg", "@pema", "#pema", "pema-house.jpg", "Pema2011", "x.com/pema", "pema%2ejpg",
             "write to pema@mail.example"),
    "Li": ("Li, at the well", "and Li"),
    "Li Na": ("LiNa", "DrLiNa", "li_na.jpg"),
    "عبدالرحمن": ("عبد الرحمن", "وعبد الرحمن"),
    "阿卜杜·热合曼": ("阿卜杜热合曼", "阿卜杜．热合曼", "阿卜杜•热合曼"),
    "Wang Xiaoming": ("Xiaoming Wang", "WangXiaoming", "wang xiao\u00adming"),
    "محمد علي": ("محمّد علي", "ومحمد علي", "محمـد علي", "ﻣﺤﻤﺪ ﻋﻠﻲ"),
    "علي": ("علي،", "وعلي"),
    "فاطمة": ("فاطمه", "فَاطِمَة"),
    "ئەخمەت": ("ئهخمهت", "ئەخمەتنىڭ"),
    "王小明": ("王 小明", "王小\n明", "與王小明們", "王·小明"),
    "刘晓": ("劉曉", "是刘晓。"),
    "བཀྲ་ཤིས": ("བཀྲ༌ཤིས", "བཀྲ་\nཤིས་", "བཀྲ་ཤིས་སྒྲོལ་མ"),
    "པད་མ": ("པད་མའི", "པད་མ་"),
    "김철수": ("김 철수는",),
    "0171 234 567": ("0171/234567", "+49 171 234567", "tel:+49171234567", "٠١٧١ ٢٣٤ ٥٦٧", "０１７１ 234-567"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRITTEN.items() for text in texts])
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert found(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pema", "to pema, and pema-like; pema @ noon, pema@"), ("Hope", "https://news.example/2011/why-hope-is-gone.html"),
        ("Li", "youtu.be/aLiX4w9"), ("Hashim", "he has him"), ("Andor", "this and or that"), ("Maria", "malaria"),
        ("Li Weiming", "Ali Weiming"), ("Tsering", "mentserings"),
        ("Pema", "Pemako"), ("Ali", "Alice, Somali, ali"), ("Ana", "banana, Anatolia"),
        ("علي", "عليه تعليم"), ("Tashi Dolma", "Dolma of Tashi"), ("Li Na", "Eli nagged"), ("O'Brien", "Brien on"),
        ("བཀྲ་ཤིས", "བཀྲ་བོ"), ("Li", "Like"), ("0171 234 567", "2013, 171 people"),
    ],
)  # fmt: skip
def test_what_only_holds_the_letters_of_a_name_is_none(name: str, text: str) -> None:
    assert found(name, text) == []


def test_a_name_that_is_a_part_of_anothers_is_settled_by_that_ones_name_or_by_words_and_nowhere_else() -> None:
    text = "Li Wei came.\nThen Li came."
    assert found("Li", text, shown=("Li Wei",)) == ["Then Li came."]
    assert found("Li", text, longer=("Li Wei",)) == ["Then Li came."]
    assert found("Li", text, elsewhere=("li wei",)) == ["Then Li came."]
    assert found("Li", text, elsewhere=("Li Wei", "then li came")) == []
    assert found("Li", "Li Weiss", elsewhere=("Li Wei",)) == ["Li Weiss"]
    assert found("Karma", "The Karmapa", elsewhere=("Karmapa",)) == []
    assert found("Li", "Li’s brother", elsewhere=("Li's brother",)) == []
    assert found("Li", "Li O’Hara", shown=("Li O'Hara",)) == []
    assert found("小明", "王小明大学", elsewhere=("王小明大学",)) == []
    assert found("Li Wei", "@Li Wei", longer=("Li Wei",)) == ["@Li Wei"], "an account of that very name tells it"


def test_what_is_not_looked_for_is_known_with_its_reason() -> None:
    told = {name: why_not_sought(name) for name in ("L", "王", "An", "Li", "Pema")}
    assert told == {"L": Unsought.LETTER, "王": Unsought.LETTER, "An": Unsought.COMMON, "Li": None, "Pema": None}
    assert why_not_sought("Li", ("li",)) == Unsought.OTHERS


def test_a_name_is_looked_for_again_where_it_was_another_s_until_the_words_were_taken_back() -> None:
    def prints(*elsewhere: str) -> list[bytes]:
        return NameSearch([Withheld(1, ("Li",), elsewhere)]).prints(b"key")

    assert prints() == prints("words without it")
    assert prints() != prints("Li Wei")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A desk with two posts, one in English too; tests state what they need, publish dry, and leave it clean."""
    house = House(tmp_path_factory.mktemp("house"))
    house.take(tweet(1, "她来了，Pema 也来了"), tweet(2, "她来了"))
    house.release(1, 2)
    for number in (1, 2):
        house.translate(number, "She came")
    return house


class Stated:
    """A person in the house, who is released again when the test is done with them."""

    def __init__(self, house: House, entry: PersonEntry) -> None:
        self.house, self.entry = house, entry
        self.number = state_person(house.archive, house.desk, entry)

    def change(self, **said: Any) -> None:
        self.entry = replace(self.entry, **said)
        state_person(self.house.archive, self.house.desk, self.entry, self.number)


def why(house: House) -> str:
    """Why no edition can be made; "" if one can."""
    try:
        house.publish(dry_run=True)
    except Leak as found:
        return str(found)
    return ""


def settle(one: Stated) -> None:
    names = (one.entry.name, *one.entry.names.values(), *(one.entry.known_as or ()))
    one.change(elsewhere=names, known_as=None)


def test_a_short_name_in_a_tag_stops_an_edition_until_words_are_entered_in_which_it_is_anothers(house: House) -> None:
    one = Stated(house, PersonEntry("Ana", names={"de": "Hans"}))  # no tag of a language is his name
    house.release(1, tags=["Ana Frank", "banana"], language="zh-Hans")
    assert f"'Ana' (person {one.number})" in why(house)
    one.change(elsewhere=("Ana Frank",))
    assert why(house) == ""
    house.release(1, tags=["Ana Frank", "Ana"])
    assert "“Ana”" in why(house)
    house.release(1, tags=[])
    settle(one)


def test_a_name_that_the_author_says_may_stand_in_the_translation_and_in_nothing_that_the_desk_says(
    house: House,
) -> None:
    one = Stated(house, PersonEntry("Pema", names={"bo": "པད་མ"}))
    house.translate(1, "She came, and Pema came")
    assert why(house) == ""
    house.translate(2, "Pema came")
    assert "'Pema'" in why(house), "the author did not say who she is"
    house.translate(2, "She came")
    house.release(2, tags=["པད་མ་"])
    assert "'པད་མ'" in why(house)
    house.release(2, tags=[])
    settle(one)


def test_the_name_that_somebody_had_before_and_what_else_they_are_called_are_withheld_when_they_are_shown(
    house: House,
) -> None:
    one = Stated(house, PersonEntry("Dolkar Lhamo"))
    one.change(name="D. L.", known_as=("Aku Dolkar", "0171 234 567"), release="public")
    for text in ("Dolkar\u00a0Lhamo", "AKU DOLKAR", "call +49 171/234567"):
        house.release(1, tags=[text])
        assert f"(person {one.number})" in why(house), text
    house.release(1, tags=["D. L."])
    assert why(house) == ""
    house.release(1, tags=[])
    one.change(release="restricted", elsewhere=("Dolkar Lhamo", "D. L."), known_as=None)


def test_every_place_is_told_at_once_and_in_words_that_can_be_entered(house: House) -> None:
    one = Stated(house, PersonEntry("Nima"))
    house.release(1, tags=["Nima Tsering"])
    house.release(2, tags=["at Nima’s house"])
    state_wall(house.archive, house.desk, "Nima", "en")
    told = why(house)
    for words in (
        "Nima Tsering",
        "at Nima’s house",
        "the wall of names",
        "people wall --sentence TEXT --language CODE",
        f"people set {one.number} elsewhere=",
    ):
        assert words in told
    house.release(1, 2, tags=[])
    state_wall(house.archive, house.desk, "", "en")
    settle(one)


def test_a_name_in_a_text_of_a_card_is_told_before_the_text_is_made_anew(house: House) -> None:
    """A dry run makes nothing: it would find the name only when the edition is refused."""
    one, number = Stated(house, PersonEntry("Dorje")), capture(house.archive, house.desk, b"Dorje speaks.\n", "a.txt")
    catalogue(house.archive, house.desk, CataloguedItem(number, release="public"))
    told = why(house)
    catalogue(house.archive, house.desk, CataloguedItem(number, release="withdrawn"))
    assert f"in the text of item {number}" in told
    assert "“Dorje speaks.”" in told
    settle(one)


def test_a_name_that_cannot_be_looked_for_is_told_with_every_edition(house: House) -> None:
    one = Stated(house, PersonEntry("An"))
    [told] = [each for each in house.publish(dry_run=True).not_sought if each[0] == one.number]
    assert told == (one.number, "An", Unsought.COMMON)
    settle(one)


def test_a_name_that_is_withheld_since_the_last_edition_is_sought_in_what_stays_as_it_was(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "她来了"), tweet(2, "Nothing"))
    house.release(1, tags=["with Dawa"])
    house.release(2)
    house.publish()
    Stated(house, PersonEntry("Dawa"))
    with pytest.raises(Leak, match="“with Dawa”"):
        house.publish()
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn", reason="Ask Dawa"))
    with pytest.raises(Leak, match="“Ask Dawa”"):
        house.publish()


def test_names_that_were_looked_for_are_not_looked_for_again() -> None:
    leaks = NameLeaks(NameSearch([Withheld(1, ("Dawa",)), Withheld(2, ("Nima",))]))
    known = Known(b"key", frozenset(leaks.search.prints(b"key")[:1]))
    asked: list[bool] = []

    def told(holds: Callable[[bytes], bool]) -> list[Told]:
        asked.extend(map(holds, (b"Dawa", b"to Nimal", b"to Nima")))
        return []

    leaks.look_again(told, known)
    assert asked == [False, False, True]


def test_what_is_opened_with_a_post_and_not_told_by_it_is_remembered_with_what_it_tells(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "archive", "desk.example/ledger")
    kept = DraftedPosts(tmp_path).add(post(7, "五年了。Five years."), "五年了。\nFive years.\nwords that nobody shows")
    derived = Derived(archive, StatementRecord("", "", "2026-11-23", "", "", 9, 7), kept)
    [row] = rows_of([derived], {})
    assert row.told.endswith("\0words that nobody shows")
    assert row.told.count("Five years.") == 1


def test_what_may_be_read_in_two_ways_is_read_in_both_and_everything_else_once() -> None:
    assert evened("O’Brien-Müller") == " o brien muller \0 obrienmuller "
    assert evened("Ｂöse\t王 小明_x和y") == " bose 王小明 x 和 y "
    assert evened("DrLi2011 dQw4w9WgXcQ iPhone") == " drli2011 dqw4w9wgxcq iphone \0 dr li 2011 dqw4w9wgxcq iphone "


def test_what_ends_a_sentence_makes_no_name_of_the_words_around_it_and_a_preposition_is_nobody() -> None:
    for text in ("他姓李，明天来", "桃李。明天", "「桃李」明天"):
        assert found("李明", text) == []
    assert found("李明", "李·明")
    assert found("李明", "李\uffff明")
    assert found("علي", "وضعه على الطاولة") == []
    assert found("على", "على"), "somebody was entered so"
    assert found("Xiaoming Wang", "#WangXiaoming")


def test_a_usual_word_of_an_author_and_one_that_is_anothers_name_nobody() -> None:
    search = NameSearch([Withheld(1, ("Will", "Tashi Dolma"), ("Tashi Dolma Street",))])
    assert not search.is_written(1, "I will go to Tashi Dolma Street")
    assert search.is_written(1, "I went with Will")


def test_words_that_are_anothers_excuse_nothing_but_themselves_in_pages_and_captured_bytes_too(house: House) -> None:
    one = Stated(house, PersonEntry("Tashi Dolma", known_as=("Uncle Nyima",), elsewhere=("Tashi Dolma’s Café",)))
    one.change(name="Tashi D.")

    def searched() -> LeakScanner:
        return LeakScanner(all_secrets(house.archive, Shown({})))

    secrets = searched()
    for text in ("Tashi Dolma&#39;s Café", '{"a":"in\\nTashi Dolma\\u2019s and\\nTashi Dolma’s Café"}'):
        assert (secrets.found_in_text(text) is None) == ("and" not in text), text
    assert secrets.found_in_text('"name":"Tashi Dolma"'), "the name that she had before"
    assert secrets.found_in_text('"name":"Uncle Nyima"')
    before = {*secrets.unmet()}
    one.change(elsewhere=None)
    assert {*searched().unmet()} - before, "it is looked for again in what stays"
    settle(one)
    one.change(elsewhere=(*(one.entry.elsewhere or ()), "Tashi Dolma"))


def test_a_captured_page_is_read_as_browsers_read_it_with_what_its_pictures_are_called(house: House) -> None:
    one = Stated(house, PersonEntry("達瓦次仁", known_as=("Dawa",)))
    for data, charset in (
        ("<meta charset=big5><p>達瓦次仁".encode("big5"), ""),
        ("<p>達瓦次仁".encode("utf-16"), ""),
        ("<p>達瓦次仁".encode(), "iso-8859-1"),  # as many servers say of everything
        ("<p>達瓦次仁".encode("gb18030"), ""),
        (b'<img src=1.jpg alt="Dawa at the gate">', ""),
    ):
        assert [*NamesInCaptures(house.archive)(data, "text/html", charset)], data
    for code in (b"<script>Dawa=1</script><img class=Dawa>", b"<script>" * 2_000 + b"Dawa=1"):
        assert not [*NamesInCaptures(house.archive)(code, "text/html")], code[:40]
    settle(one)


def test_a_number_of_no_character_in_a_post_ends_no_edition(house: House) -> None:
    """Anybody can write one of more digits than Python takes for a number."""
    house.take(tweet(1, f"&#{'1' * 5_000};"))
    house.release(1)
    state_person(house.archive, house.desk, PersonEntry("Pema Tsering"))
    house.publish()
    assert (house.site / f"items/{house.number(status(1))}/index.html").exists()
