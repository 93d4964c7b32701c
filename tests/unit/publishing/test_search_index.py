"""The index of the published search holds every word of every text, and each segment changes by itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.sample_site import content, file, people, post, reference, shown, site, translation
from tamizdat.publishing.model import EarlierPages, SiteContent
from tamizdat.publishing.site import pages, search_index
from tamizdat.publishing.site.search_index import LONGEST, choices, fold_table, found_of, scripts, traits_of, words_of
from tamizdat.publishing.site.site_index import SiteIndex, key_of
from tamizdat.statements.derived import Picture
from tamizdat.statements.post_context import Context, Link
from tamizdat.statements.transcribed import Cue
from tamizdat.text.tokens import tokens

STATIC = Path(search_index.__file__).parent / "static"
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def read(data: bytes) -> Any:
    """The facts of one script."""
    text = data.decode()
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


def looked_up(files: dict[str, bytes], segment: int, word: str) -> set[int]:
    """Numbers under which *word* stands."""
    words = read(files[f"search/{segment}/{ord(word[0]) % 32:02x}.js"])["words"]
    places = words.get(word, "")
    pairs = zip(places[::2], places[1::2], strict=True)
    return {segment * 1024 + DIGITS.index(high) * 64 + DIGITS.index(low) for high, low in pairs}


def test_every_token_of_every_text_leads_to_its_item() -> None:
    view = SiteIndex(shown())
    files = {path: data for group in search_index.search_groups(view) for path, data in group.make().items()}
    for number, one in view.things.items():
        for _, text, *_seconds in found_of(one)[0][4]:
            for token in tokens(text):
                assert number in looked_up(files, number // 1024, token), (number, token)


def test_the_quick_way_to_words_finds_the_same_words() -> None:
    texts = [
        "It’s the “earthquake”, 12 May – co-op.",
        "naïve café",
        "A" * 100 + " b",
        "x_y z",
        "",
        "1st İstanbul",
        "中文abc",
    ]
    for text in texts:
        assert words_of((1, "post", "", "", [("en", text)])) == set(tokens(text)), text


def test_words_of_two_characters_are_found_inside_sentences_and_in_both_scripts() -> None:
    files = scripts(0, [post(5, "云溪镇地震十二年，遇難學生的名單")])
    for word in ("地震", "遇难", "学生", "名单"):
        assert looked_up(files, 0, word) == {5}


def test_the_text_of_an_entry_stands_beside_it() -> None:
    one = post(33, "原文", summary="题", translations=(translation("en", "words"),))
    entry = read(scripts(0, [one])["search/0/t1.js"])["texts"][0]
    assert entry == [33, "post", one.published, "林夏", [["zh-Hans", "题\n原文"], ["en", "words"]]]
    person = people(1)[0]
    assert read(next(data for path, data in scripts(11, [person]).items() if "/t" in path))["texts"][0][1] == "person"


def test_what_is_beyond_the_longest_text_is_neither_shown_nor_found() -> None:
    files = scripts(0, [post(5, "字" * LONGEST + "尾巴")])
    assert looked_up(files, 0, "尾巴") == set()


def test_a_word_that_is_remembered_wrong_makes_the_segment_anew_and_stands_in_it_no_more() -> None:
    """A disk turned a bit of what a post was found under: the name that was taken out of it must not stay."""
    then, now = [post(5, "Tashi came"), post(6, "a gate")], [post(5, "somebody came"), post(6, "a gate")]
    made = scripts(0, then)

    class Remembered(EarlierPages):
        words = "tashi came"

        def text(self, path: str) -> str:
            return made[path].decode()

        def tells(self, number: int) -> bool:
            return number != 5

        def between(self, first: int, end: int) -> set[int]:
            return {5, 6}

        def words_of(self, number: int) -> str:
            return self.words

    for words in ("tashi came", "tbshi came"):
        Remembered.words = words
        assert scripts(0, now, Remembered()) == scripts(0, now), words


def test_a_segment_depends_on_its_own_items_only() -> None:
    def told(what: SiteContent) -> dict[str, object]:
        return {each.key: each.shown_with for each in pages.groups(site(), what) if each.key.startswith("search/")}

    whole = shown()
    before, after = told(whole), told(replace(whole, people=whole.people[:-1]))
    assert {key for key in before if before[key] != after.get(key)} == {"search/12/"}


def test_the_table_of_characters_is_the_one_that_the_archive_folds_with() -> None:
    """If this fails, the folding was changed: write ``fold_table()`` into static/fold.js."""
    assert (STATIC / "fold.js").read_bytes() == fold_table()


def test_scripts_can_hold_whatever_was_written() -> None:
    hostile = '</script><!-- \u2028\u2029 ");alert(1);(" \\ \x07'
    for data in scripts(0, [post(5, hostile)]).values():
        read(data)


def test_facts_tell_of_each_thing_when_it_was_written_and_what_it_can_be_asked_for_by() -> None:
    one = post(33, "原文", translations=(translation("en", "words"),), published="1970-01-01T00:01:00+00:00")
    told = read(scripts(0, [one, post(35, "x", language="ar", published=None)])["search/0/facts.js"])
    assert told["places"] == [[33, 1], [35, 1]]
    assert (told["since"], told["wide"], told["when"]) == (0, 1, "8A")
    assert (told["narrow"], told["of"]) == (1, "AB")
    assert told["traits"] == [
        ["post", key_of(one.voice.id), "zh en", "present", "1970"],
        ["post", key_of(one.voice.id), "ar", "present", ""],
    ]


def test_choices_are_those_that_something_has() -> None:
    told = choices(SiteIndex(shown()))
    assert told["state"] == ["present", "edited", "gone"]
    assert told["language"] == ["ar", "bo", "en", "zh"]
    assert told["kind"] == ["post", "picture", "clip", "person"]
    assert told["year"] == sorted(told["year"], reverse=True)


def test_a_post_is_found_by_where_its_short_link_led() -> None:
    led = Context(links=(Link("https://t.co/AAAAAAAAA1", "https://lists.example/names"),))
    files = scripts(0, [post(5, "看这里 https://t.co/AAAAAAAAA1", context=led)])
    assert looked_up(files, 0, "lists") == looked_up(files, 0, "names") == {5}


def test_a_full_segment_tells_of_its_things_in_seven_digits_each() -> None:
    many = [post(each, "x", published=f"20{each % 20:02}-01-01T00:00:00+00:00") for each in range(1024)]
    facts = scripts(0, many)["search/0/facts.js"]
    assert read(facts)["places"] == [[0, 1024]]
    assert len(facts) < 7 * 1024 + 2_000


def test_a_post_with_a_clip_is_asked_for_as_one_and_called_one_in_lists() -> None:
    names = ("clip-1.mp4", "poster-1.jpg", "small-1.jpg")
    files, media = zip(*(file(each, each.encode()) for each in names), strict=True)
    one = post(5, "x", pictures=(Picture(names, "", reference(2)),), files=files, media=media)
    assert traits_of(one)[0] == "post clip"
    front = dict(pages.render(site(), content(posts=(one,))))["index.html"].decode()
    assert '<span class="facts">Clip</span>' in front


def test_what_is_said_in_a_clip_is_a_line_a_cue_with_its_second_and_a_long_transcript_is_parted_between_cues() -> None:
    [clip] = [each for each in shown().items if each.tracks]
    texts = found_of(clip)[0][4]
    assert texts[1:] == [
        ("zh", "老师: 他们都不在了。\n谁知道 成都的名单？\n五年了，没有人回答。", [1.2, 3.4, 61.5]),
        ("en", "老师: They are all gone.\nWho knows the list of Chengdu?\nFive years, and nobody answers.",
         [1.2, 3.4, 61.5]),
    ]  # fmt: skip
    [zh, en] = clip.tracks or ()
    long = replace(en, cues=tuple(Cue(1000 * at, 1000 * at + 900, "", f"word{at} " * 30) for at in range(60)))
    pieces = [each for each in found_of(replace(clip, tracks=(zh, long)))[0][4] if each[0] == "en"]
    assert len(pieces) > 1
    assert [second for piece in pieces for second in piece[2]] == list(range(60))  # type: ignore[misc]  # of clips it has three
    assert all(piece[1].count("\n") + 1 == len(piece[2]) for piece in pieces)  # type: ignore[misc]
