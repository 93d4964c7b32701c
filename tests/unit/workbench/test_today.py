"""Today: numbers and small drawings in place of a wall of text; every number of a drawing is told in words."""

import json
import re
from datetime import date
from pathlib import Path

from support.visitor import Room
from tamizdat.publishing.stamp_days import note_day
from tamizdat.translation.statistics import by_year, statistics


def propose(room: Room, post: int, *words: str) -> None:
    version = room.archive.index.posts.versions(room.post(post))[-1].number
    path, form = f"/translate/{room.number(post)}/en", {f"target-{at}": each for at, each in enumerate(words)}
    assert room.visitor("translator").post(f"{path}/propose", version=version, latest="", **form).status == 303


def judge(room: Room, who: str, post: int, verdict: str) -> None:
    latest = room.archive.index.translations.latest(room.post(post), "en")
    assert latest
    path = f"/translate/{room.number(post)}/en/{'approve' if verdict == 'approved' else 'review'}"
    assert room.visitor(who).post(path, verdict=verdict, translated=latest.number).status == 303


def test_the_numbers_of_a_language_follow_each_step(room: Room) -> None:
    before = statistics(room.archive, "en")
    assert (before.waiting, before.proposed, before.reviewed, before.approved, before.total) == (3, 0, 0, 0, 3)
    propose(room, 3, "Three families.")
    assert statistics(room.archive, "en").proposed == 1
    judge(room, "reviewer", 3, "reviewed")
    assert statistics(room.archive, "en").reviewed == 1
    judge(room, "editor", 3, "approved")
    after = statistics(room.archive, "en")
    assert (after.waiting, after.proposed, after.reviewed, after.approved, after.total) == (2, 0, 0, 1, 3)
    assert 0 < after.words < before.words
    room.edit(3, "今天去了四户人家。")
    assert statistics(room.archive, "en").waiting == 3, "what was edited since waits again"
    assert json.dumps(after.record()), "for other programs"


def test_no_name_is_in_the_statistics(room: Room) -> None:
    propose(room, 3, "Three families.")
    told = json.dumps(statistics(room.archive, "en").record())
    assert not any(name in told for name in ("translator", "lin", "林", room.post(3)))


def test_a_drawing_tells_its_numbers_in_words_and_needs_no_script_or_style_of_its_own(room: Room) -> None:
    propose(room, 3, "Three families.")
    page = room.visitor("editor").get("/").text
    assert 'role="img" aria-label="0 approved, 0 reviewed, 1 proposed, 2 waiting"' in page
    svg = re.search(r"<svg class=\"plot bar\".*?</svg>", page, re.S)
    assert svg
    widths = [float(each) for each in re.findall(r'width="([\d.]+)"', svg[0])]
    assert (len(widths), round(sum(widths))) == (2, 1000)
    assert " style=" not in page
    assert "<script>" not in page


def test_an_editor_sees_by_day_which_authority_gave_no_stamp_and_others_do_not(room: Room) -> None:
    assert "Time stamps that failed" not in room.visitor("editor").get("/").text
    note_day(room.bench.home, date(2026, 11, 28), {"http://stamps.example/tsr": "It gave no answer: <refused>."})
    page = room.visitor("editor").get("/").text
    assert "<bdi>http://stamps.example/tsr</bdi>" in page
    assert "It gave no answer: &lt;refused&gt;." in page
    assert "28 November 2026" in page
    assert "Time stamps that failed" not in room.visitor("translator").get("/").text


def test_the_title_counts_what_waits_for_one_alone(room: Room) -> None:
    assert "<title>Today · desk</title>" in room.visitor("reviewer").get("/").text
    propose(room, 3, "Three families.")
    assert "<title>(1) Today · desk</title>" in room.visitor("reviewer").get("/").text
    assert "<title>Today · desk</title>" in room.visitor("translator").get("/").text, "nobody reviews their own words"


def test_years_without_posts_are_years_of_none() -> None:
    assert by_year({"2008-05": 3, "2008-06": 1, "2011-01": 2, "": 7}) == {"2008": 4, "2009": 0, "2010": 0, "2011": 2}
    assert by_year({"": 7}) == {}


class EmptyRoom(Room):
    """A desk into which nothing came yet."""

    def take(self, *given: object, **files: object) -> None:
        """Takes in nothing."""


def test_an_editor_of_an_empty_desk_is_told_how_to_begin_and_a_translator_only_that_it_is_empty(tmp_path: Path) -> None:
    room = EmptyRoom(tmp_path)
    editors = room.visitor("editor").get("/").text
    links = re.findall(r'<a href="(/[a-z/]+)">', editors.partition('<ol class="steps">')[2].partition("</ol>")[0])
    assert links == ["/collect", "/accounts", "/publish/release", "/publish"]
    assert "No posts are here yet." in room.visitor("editor").get("/publish/release").text
    translators = room.visitor("translator").get("/").text
    assert "No posts are here yet." in translators
    assert 'class="steps"' not in translators
    room.close()


def test_the_language_in_which_something_can_be_done_comes_first(room: Room) -> None:
    room.join("crane", "translator", languages=("ar", "en"))
    for post in (1, 2, 3):
        propose(room, post, "One.", "512." if post == 1 else "Two.", "Three.")
    page = room.visitor("crane").get("/").text
    assert re.findall(r'<h2 id="o\d">([^<]+)</h2>', page) == ["Arabic", "English"]
    assert "Nothing of it is for you now." in page
