"""Finding: every script, by whom, when, in which state; what is typed is never a language."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.archive_samples import captured, catalogued
from support.collecting_desk import Desk, in_folder, manifest, tweet, x_files
from support.transcribing_desk import DAY, approve, capture, transcribe
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.stories import state_story
from tamizdat.archive.acts.story_text import read_text
from tamizdat.archive.acts.versions import gone
from tamizdat.archive.search.query import holds, snippet, term_of, terms
from tamizdat.archive.search.written_and_told import spoken_at
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.proposals import propose

POST = "https://x.com/i/status/"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "archive")


def take(desk: Desk, *texts: str, folder: str = "x", made: str = "2026-01-10T08:00:00.000Z", start: int = 1) -> None:
    """Takes in posts 1, 2, 3 … of 12, 13, 14 … May 2013."""
    tweets = [
        tweet(number, text, created_at=f"Sun May {min(11 + number, 31)} 06:28:00 +0000 2013")
        for number, text in enumerate(texts, start)
    ]
    files = x_files(tweets, manifest=manifest(len(tweets), made))
    assert not desk.take(in_folder(desk.archive.folder.parent / folder, files)).problems


def found(desk: Desk, query: str = "", **options: Any) -> list[str]:
    """The last parts of what was found: ids of posts, else kind and number."""
    told = desk.archive.search.find(query, **options)
    assert told.total >= len(told.hits)
    return [hit.post.rsplit("/", 1)[-1] or f"{hit.kind} {hit.number}" for hit in told.hits]


def shown(desk: Desk, query: str) -> list[str]:
    return [hit.marked("[", "]") for hit in desk.archive.search.find(query).hits]


@pytest.mark.parametrize(
    ("text", "queries", "others"),
    [
        (
            "四川地震遇難學生的名單",
            ["地震", "遇难学生", "遇難學生", "名单", "学", "四川 名單", "单"],
            ["难生", "学难", "震遇生"],
        ),
        ("In C++ or C#", ["c++", "C#", "c"], ["f#", "d++"]),
        ("a c and a d", ["c"], ["c++", "c#"]),
        ("五年了，名单在这里", ["五年了", "年了，名", "这里"], ["了名", "年，了"]),
        (
            "RT @Ürümqi: Schools of Łódź",
            ["urum", "ÜRÜMQI", "school", "lodz", "rt sch", '"schools of"'],
            ["rumqi", '"school"', '"of schools"'],
        ),
        ("Майдан и ёлка", ["майд", "ЕЛКА", "и"], ["айдан", "мои"]),
        ("السِّجن والحرية في أُورُمچي", ["سجن", "السجن", "والحرية", "حرية", "اورم"], ["جن", "رية"]),
        ("བོད་པའི་ཕ་ཡུལ།", ["བོད་པ", "བོད་པའི", "ཕ་ཡུལ", "ཡུལ"], ["བོ", "པ་བོད", "ཡུ"]),
        ("กรุงเทพมหานคร", ["กรุงเทพ", "เทพ", "นคร"], ["กรง", "พเท"]),
        ("東京の地震とバス", ["東京", "地震", "バス", "ﾊﾞｽ"], ["京東"]),
        ("광주민주화운동", ["민주화", "광주"], ["주민화"]),
        ("🕯 六四 8964", ["🕯", "六四 🕯", "89", "8964"], ["964", "🕯🕯"]),
        ("iPhone手机 2009年", ["iphone手机", "手机", "iph", "2009年", "2009"], ["hone", "009"]),
    ],
)  # fmt: skip
def test_words_are_found_wherever_they_stand(desk: Desk, text: str, queries: list[str], others: list[str]) -> None:
    take(desk, text, "无关的话 nothing of the kind")
    for query in queries:
        assert found(desk, query) == ["1"], query
    for query in others:
        assert found(desk, query) == [], query


NUMBERS = (
    "5219", "5,219", "5 219", "5\u00a0219", "5\u202f219", "5.219", "5’219", "٥٢١٩", "٥٬٢١٩", "５，２１９",
    "共5219人", "共5,219人",
)  # fmt: skip


@pytest.mark.parametrize("query", [*NUMBERS[:10], '"5,219"', "“5219”"])
def test_a_number_is_found_however_its_thousands_are_written(desk: Desk, query: str) -> None:
    others = ("五千二百一十九", "52", "2195", "219 5", "5 or 219", "15219", "15,219", "5,2 19")
    take(desk, *(f"there are {each} of them" for each in (*NUMBERS, *others)))
    assert sorted(found(desk, query, limit=100), key=int) == [str(each) for each in range(1, len(NUMBERS) + 1)]


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("1,512,000 people", "1512000", True),
        ("1512000 people", "1,512 000", True),
        ("1,512,000 people", "1512", True),  # as of words, the beginning is enough
        ("1,512,000 people", '"1512"', True),
        ("1512000 people", '"1512"', False),
        ("12.05.2008", "12.05.2008", True),
        ("1,512 of 2,008", "1512 2008", True),
        ("id 1234567890123456789", "1,234,567,890,123,456,789", False),  # an identifier: no number has so many digits
        ("1,234,567,890,123,456,789", "1,234,567,890,123,456,789", True),
        ("1,234,567,890,123,456,789", "1234567890123456789", False),
        ("192.168.100.200", "192.168.100.200", True),
        ("512 or 219", "512, 219", True),
        ("1 5219", "1,5,219", False),
    ],
)
def test_what_is_no_number_with_its_thousands_apart_is_left_as_it_was_typed(
    text: str, query: str, is_found: bool
) -> None:
    assert all(holds(text, term) for term in terms(query)) == is_found


def test_a_number_is_marked_whole_however_it_is_written() -> None:
    for query in NUMBERS[:10]:
        for text in ("there were 5,219 of them", "there were 5219 of them"):
            cut = snippet(text, terms(query))
            assert [cut.text[start:end] for start, end in cut.marks] == [text.split()[2]], (query, text)


HAN = "遇難难學学生的地震名单單"


@given(st.text(HAN, min_size=1, max_size=12), st.text(HAN, min_size=1, max_size=4))
def test_a_row_of_characters_is_found_exactly_where_it_stands(text: str, words: str) -> None:
    term, simple = term_of(words), str.maketrans("難學單", "难学单")
    assert term is not None
    assert holds(text, term) == (words.translate(simple) in text.translate(simple))
    cut = snippet(text, [term])
    for start, end in cut.marks:
        assert words.translate(simple) in cut.text[start:end].translate(simple)
    assert bool(cut.marks) == holds(text, term)


@pytest.mark.parametrize(
    "query",
    [
        '"', '""', "*", "a*", "NEAR(a b)", "tokens:地震", "a OR b", "NOT 地震", "-地震", "^地震", "{tokens}: a", "(",
        "a + b", "'; DROP TABLE held; --",
        "\ue000kpost", '"\ue000kpost" *', "\x00", "\ud800", "%", "地震\x00", "\\", "“", "「地",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_a_language(desk: Desk, query: str) -> None:
    take(desk, "四川 school")
    assert found(desk, query) == []
    assert found(desk, query, person="@lin", kind="post") == []
    assert found(desk) == ["1"]


def test_words_like_operators_are_words(desk: Desk) -> None:
    take(desk, "near and far or not", "something else")
    assert found(desk, "NEAR OR") == found(desk, "and NOT") == ["1"]


def test_a_person_is_found_by_handle_name_or_id(desk: Desk) -> None:
    take(desk, "一", "二")
    state_person(desk.archive, desk.key, PersonEntry(name="林", names={"en": "Lin Xia"}, age="7", state="checked"))
    person = desk.archive.index.posts.versions(f"{POST}1")[0].author
    assert found(desk, person="@lin") == found(desk, person="@LIN") == ["2", "1"]
    assert found(desk, person="@li") == []
    assert found(desk, person="li") == ["person " + str(desk.archive.index.people.all()[0].number), "2", "1"]
    assert found(desk, person="林", kind="post") == ["2", "1"]
    assert found(desk, person="lin xi", kind="person", state="checked") == found(desk, "xia")
    assert "://" not in person or found(desk, person=person) == ["2", "1"]
    assert found(desk, "lin", kind="post") == []  # whom it is by is not what it says
    with pytest.raises(UsageError, match="neither letters nor digits"):
        found(desk, person="@")


def test_days_are_those_of_the_author_and_both_ends_count(desk: Desk) -> None:
    take(desk, "一", "二", "三")
    assert found(desk, since="2013-05-13") == ["3", "2"]
    assert found(desk, until="2013-05-13") == ["2", "1"]
    assert found(desk, since="2013-05-13", until="2013-05-13") == ["2"]
    assert found(desk, since="2013", until="2013-05") == ["3", "2", "1"]
    assert found(desk, until="2012") == found(desk, since="2013-06") == found(desk, since="2014", until="2012") == []
    assert found(desk, "二", since="2013-12", until="2013-12") == []
    for wrong in ("2013-13", "May", "13", "2013-02-30", "0000", "20130512", "2013-05-12T00:00"):
        with pytest.raises(UsageError, match="Expected a day, a month or a year"):
            found(desk, since=wrong)


def test_language_and_state_and_release(desk: Desk) -> None:
    take(desk, "一", "二", "三")
    take(desk, "一。", "二", "三", folder="later", made="2026-02-10T08:00:00.000Z")
    said = gone(desk.archive, f"{POST}2", "http", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")
    assert said is not None
    state(desk.archive, desk.key, [said.to_statement()])
    state_release(desk.archive, desk.key, CataloguedPost(f"{POST}3", release="public", tags=("school",)))
    assert found(desk, state="edited") == ["1"]
    assert found(desk, state="gone") == ["2"]
    assert found(desk, state="present") == found(desk, state="public") == found(desk, "school") == ["3"]
    assert found(desk, state=["restricted", "gone"]) == ["2"]
    assert found(desk, state="restricted") == ["2", "1"]
    assert found(desk, language="zh") == ["3", "2", "1"]
    assert found(desk, language="zh-Hans") == found(desk, language="en") == []
    for options in ({"state": "lost"}, {"kind": "cat"}, {"language": "zh hans"}, {"language": '"'}):
        with pytest.raises(UsageError):
            found(desk, **options)


def test_translations_clips_and_people_are_found(desk: Desk) -> None:
    desk.archive.append([captured("gate"), catalogued(0, "gate", title="The gate of 云溪")])
    take(desk, "四川地震")
    version = desk.archive.index.posts.versions(f"{POST}1")[0]
    propose(desk.archive, desk.key, "ab" * 16, version, "en", ["Earthquake in Sichuan"], [], "2026-11-25")
    number = state_person(desk.archive, desk.key, PersonEntry(name="王小明", language="zh-Hans", school="云溪小学"))
    assert found(desk, "云溪") == [f"person {number}", "item 0"]
    assert [hit.kind for hit in desk.archive.search.find("earthq").hits] == ["translation"]
    assert found(desk, "earthquake", language="en", since="2013-05-12", until="2013-05-12", person="@lin") == ["1"]
    assert found(desk, "sichuan", state=["proposed", "present"]) == ["1"]
    assert found(desk, kind="item") == ["item 0"]
    assert found(desk, language="zh", kind="person") == [f"person {number}"]
    propose(desk.archive, desk.key, "ab" * 16, version, "en", ["A quake in Sichuan"], [], "2026-11-26")
    assert found(desk, "earthquake") == []
    assert found(desk, "quake") == ["1"]
    state_person(desk.archive, desk.key, PersonEntry(name="王小红"), number)
    assert found(desk, "云溪") == ["item 0"]


def test_what_is_said_in_clips_and_told_in_stories_is_found_also_in_translations_and_leads_to_the_second(
    desk: Desk,
) -> None:
    archive, key = desk.archive, desk.key
    clip = capture(archive, key)
    cues = Cue(1_000, 2_000, "老师", "他们都不在了。"), Cue(62_000, 63_000, "", "谁知道\n成都的名单？")
    number = transcribe(archive, key, clip, cues)
    [hit] = archive.search.find("成都的名单").hits
    assert (hit.kind, hit.number, hit.state, hit.release) == ("transcript", clip, "proposed", "restricted")
    assert spoken_at(archive.index, hit.post, None, terms("成都的名单")) == 62_000
    assert spoken_at(archive.index, hit.post, None, terms("nowhere")) is None
    assert spoken_at(archive.index, f"{POST}1", None, terms("成都")) is None
    approve(archive, key, number)
    catalogue(archive, key, CataloguedItem(clip, release="public"))
    [hit] = archive.search.find("老师", kind="transcript").hits
    assert (hit.state, hit.release) == ("approved", "public")
    version = archive.index.transcripts.versions(hit.post)[-1]
    translated = propose(archive, key, "ab" * 16, version, "en", ["Teacher", "Gone.", "Who knows the list?"], [], DAY)
    [hit] = archive.search.find("the list").hits
    assert (hit.kind, hit.post, hit.language) == ("translation", version.post, "en")
    assert spoken_at(archive.index, hit.post, translated, terms("the list")) == 62_000
    other = transcribe(archive, key, clip, (Cue(0, 900, "", "没有人"), *cues[:1]))
    assert [each.earlier for each in archive.search.find("成都").hits] == [True], "it was approved, and is shown"
    assert spoken_at(archive.index, version.post, None, terms("成都")) == 62_000
    assert archive.index.transcripts.latest(clip) == archive.index.transcripts.transcript(other)
    first, second = (
        f"# A list\nlanguage: en\n\n## One\n\n{each}\n" for each in ("They asked for names.", "Nobody came.")
    )
    story = state_story(archive, key, read_text(first), "draft", DAY)
    [hit] = archive.search.find("asked for names").hits
    assert (hit.kind, hit.number, hit.release) == ("story", story.number, "restricted")
    state_story(archive, key, read_text(second), "public", DAY, story.number)
    assert archive.search.find("asked for names").total == 0
    assert found(desk, "nobody came") == [str(story.number)], "story/N"
    archive.search.discard()
    assert [archive.search.find(each).total for each in ("nobody came", "成都", "the list")] == [1, 1, 1]


def test_the_version_that_counts_is_found_and_earlier_words_are_told(desk: Desk) -> None:
    take(desk, "四川地震 遇难学生", "别的")
    take(desk, "四川地震 遇难孩子", "别的", folder="later", made="2026-02-10T08:00:00.000Z")
    now, before = desk.archive.search.find("遇难孩子"), desk.archive.search.find("遇难学生")
    assert (now.total, now.hits[0].earlier, now.hits[0].state) == (1, False, "edited")
    assert (before.total, before.hits[0].earlier) == (1, True)
    assert before.hits[0].marked("[", "]") == "四川地震 [遇难学生]"
    assert desk.archive.search.find("地震").total == 1
    assert desk.archive.search.find("孩子 学生").hits[0].earlier
    assert found(desk, "孩子四川") == []  # no phrase goes from one version into another


def test_the_newest_come_first_page_by_page(desk: Desk) -> None:
    take(desk, *(f"地震 {number}" for number in range(1, 11)))
    assert found(desk, "地震", limit=3) == ["10", "9", "8"]
    assert found(desk, "地震", limit=3, offset=8) == ["2", "1"]
    told = desk.archive.search.find("地震", limit=3, offset=50)
    assert (told.total, told.hits) == (10, ())
    for options in ({"limit": 0}, {"limit": 100_000}, {"offset": -1}):
        with pytest.raises(UsageError, match="Expected to be asked for"):
            found(desk, "地震", **options)
    with pytest.raises(UsageError, match="Look for fewer"):
        found(desk, "字 " * 1000)
    with pytest.raises(UsageError, match="Look for fewer"):
        found(desk, "字词" * 1_000)
    with pytest.raises(UsageError, match="at most 4,000 characters"):
        found(desk, "x" * 4_001)


def test_a_snippet_is_one_line_around_the_first_place(desk: Desk) -> None:
    take(
        desk,
        "很长的话。" * 300 + "\n最后是遇難\u200b學生的\t名單" + "，还有" * 200,
        "Cafe\u0301 Cafe\u0301s and more cafés",
        "短\n话",
    )
    [line] = shown(desk, "学生 名单")
    assert "[學生]的 [名單]" in line
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) < 200
    assert shown(desk, "cafe") == ["[Cafe\u0301] [Cafe\u0301s] and more [cafés]"]
    assert shown(desk, "")[0] == "短 话"


def test_a_word_at_the_border_of_slices_is_marked(desk: Desk) -> None:
    for length in (1995, 1999, 2000, 2001):
        text = "的" * length + "遇难学生" + "的" * 3000
        term = term_of("遇难学生")
        assert term is not None
        cut = snippet(text, [term])
        assert [cut.text[start:end] for start, end in cut.marks] == ["遇难学生"], length


def test_a_change_takes_the_old_words_out(desk: Desk) -> None:
    take(desk, "一")
    number = state_person(desk.archive, desk.key, PersonEntry(name="王小明"))
    assert found(desk, "小明") == [f"person {number}"]
    for name in ("王大明", "王小红", "王小明", "李小明"):
        state_person(desk.archive, desk.key, PersonEntry(name=name), number)
    assert found(desk, "李小明", state="restricted") == [f"person {number}"]
    assert found(desk, "王") == []
    state_person(desk.archive, desk.key, PersonEntry(name="李小明", release="public"), number)
    assert found(desk, "小明", state="restricted") == []
    assert found(desk, "小明", state="public") == [f"person {number}"]


def test_an_empty_archive_has_nothing(desk: Desk) -> None:
    assert found(desk) == found(desk, "地震") == []
    assert desk.archive.search.behind() == 0
    take(desk, "地震")
    assert found(desk, "地震") == ["1"]


def test_a_long_query_is_cut_into_terms() -> None:
    assert [term.tokens for term in terms('地震 "the school" “五年了” x-y')] == [
        ("地震",),
        ("the", "school"),
        ("五年", "年了"),
        ("x", "y"),
    ]
    assert [term.prefix for term in terms('地 地震 the "the" 地the')] == [True, False, True, False, True]


def test_a_post_is_found_by_its_address_however_it_is_written(desk: Desk) -> None:
    take(desk, "一", "二 https://x.com/i/status/1")
    for address in ("https://x.com/i/status/1", "http://twitter.com/lin/status/1?s=20", "https://m.x.com/a/status/1/"):
        assert "1" in found(desk, address), address
    assert found(desk, "https://x.com/i/status/1") == ["2", "1"]
    assert found(desk, "https://x.com/i/status/3") == found(desk, "://") == []


def test_what_is_found_is_what_reading_every_text_finds(desk: Desk) -> None:
    dice = random.Random(20080512)
    alphabet = "遇難难学生的 ab cd，é བོད་པ སججн🕯7"
    texts = ["".join(dice.choices(alphabet, k=dice.randint(1, 30))) for _ in range(40)]
    take(desk, *texts[:20])
    take(desk, *texts[20:], folder="more", start=21)
    nothing = 0
    for _ in range(150):
        text = dice.choice(texts)
        at = dice.randrange(len(text))
        query = text[at : at + dice.randint(1, 6)] + dice.choice(["", f" {dice.choice(alphabet)}"])
        wanted = terms(query)
        expected = [str(number) for number, each in enumerate(texts, 1) if all(holds(each, term) for term in wanted)]
        found_now = found(desk, query, limit=100)
        assert sorted(found_now, key=int) == (expected if wanted or not query.strip() else []), query
        nothing += not found_now
    assert nothing < 100
