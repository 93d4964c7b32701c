"""Releasing many at once in the browser: by the rules of the command, from what was on the screen."""

import io
import re

import pytest

from support.visitor import Answer, Room, Visitor
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.views.posts import Posts, Version
from tamizdat.cli.main import main
from tamizdat.statements.catalogued import CataloguedPost, Release
from tamizdat.workbench.content.release_filter import all_posts
from tamizdat.workbench.screens.release import PATH


@pytest.fixture
def editor(room: Room) -> Visitor:
    return room.visitor("editor")


def released(room: Room) -> set[int]:
    """Numbers of the posts of the room that are released, as X counts them."""
    return {each for each in (1, 2, 3) if room.archive.index.releases.of(room.post(each)).release == Release.PUBLIC}


def read(page: Answer) -> str:
    found = re.search(r'name="read" value="([0-9a-f]{64})"', page.text)
    assert found
    return found[1]


def do(room: Room, visitor: Visitor, what: str, **fields: object) -> Answer:
    """Does it to what the filter shows now."""
    asked = {"state": fields.get("state", "restricted"), "voice": fields.get("voice", "")}
    page = visitor.get(f"{PATH}?state={asked['state']}&voice={asked['voice']}")
    answer = visitor.post(PATH, act=what, **{"read": read(page), **asked, **fields})
    room.bench.jobs.wait()
    return visitor.get(answer.to) if answer.status == 303 else answer


def test_what_is_ticked_is_released_and_tagged_and_the_page_tells_how_many(room: Room, editor: Visitor) -> None:
    assert "3 can be released together" in editor.get(PATH).text
    told = do(room, editor, "release", number=[room.number(1), room.number(3)], tags="school, 学校", until="")
    assert "2 were released." in told.text
    assert released(room) == {1, 3}
    assert room.archive.index.releases.of(room.post(3)).tags == ("school", "学校")
    assert "1 can be released" in editor.get(PATH).text


def test_of_posts_that_nobody_looks_at_no_words_are_read_for_what_is_stated_of_them(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"state": "restricted", "read": read(editor.get(PATH)), "number": room.number(1)}
    asked: list[int] = []
    posts = type(room.archive.index.posts)
    version = posts.version

    def counted(self: Posts, number: int) -> Version | None:
        asked.append(number)
        return version(self, number)

    monkeypatch.setattr(posts, "version", counted)
    editor.post(PATH, act="tag", tags="school", **fields)
    room.bench.jobs.wait()
    assert room.archive.index.releases.of(room.post(1)).tags == ("school",)
    assert not {room.number(2), room.number(3)} & set(asked), "of twenty thousand it took a second"


def test_all_that_fit_are_released_on_every_page_and_withdrawn_with_a_reason(room: Room, editor: Visitor) -> None:
    do(room, editor, "release", which="all")
    assert released(room) == {1, 2, 3}
    told = do(room, editor, "withdraw", state="public", number=room.number(2), reason="asked by its author")
    assert "1 was withdrawn." in told.text
    said = room.archive.index.releases.of(room.post(2))
    assert (said.release, said.reason) == (Release.WITHDRAWN, "asked by its author")
    do(room, editor, "restrict", state="public", which="all")
    assert released(room) == set()


def test_the_filter_leaves_out_answers_reposts_other_voices_and_other_days(room: Room, editor: Visitor) -> None:
    with_repost = room.number(2)
    assert f"/items/{with_repost}" in editor.get(f"{PATH}?without=answers").text
    for query in ("since=2013-05-13", "until=2013-05-11", "voice=nobody"):
        assert "Nothing fits." in editor.get(f"{PATH}?{query}").text
    assert "3 can be released" in editor.get(f"{PATH}?since=2013-05-12&until=2013-05-12").text
    assert editor.get(f"{PATH}?since=yesterday").status == 400
    assert editor.get(f"{PATH}?state=secret").status == 400


def test_whoever_comes_to_withdraw_sees_how_much_is_released_and_one_press_leads_there(
    room: Room, editor: Visitor
) -> None:
    do(room, editor, "release", number=[room.number(1), room.number(3)])
    page = editor.get(f"{PATH}?without=answers").text
    assert 'not released <span class="tally">1</span>' in page
    page = editor.get(f"{PATH}?voice=&since=2000-01-01&state=public").text
    assert 'state=public&amp;since=2000-01-01" aria-current="page">released <span class="tally">2</span>' in page
    assert f'value="{room.number(3)}" checked' not in page, "nobody withdraws all by one press"
    assert f'value="{room.number(2)}" checked' in editor.get(f"{PATH}?state=restricted").text
    do(room, editor, "release", number=room.number(2))
    assert 'aria-current="page">released <span class="tally">3</span>' in editor.get(PATH).text, (
        "what there is, is shown"
    )
    do(room, editor, "withdraw", state="public", number=[room.number(1), room.number(2)])
    assert 'withdrawn <span class="tally">2</span>' in editor.get(PATH).text
    assert editor.post(PATH, act="withdraw", read="").status in (400, 409), "a form that says nothing does nothing"
    assert released(room) == {3}


def test_words_for_few_and_what_is_withdrawn_are_left_out_and_told_as_the_command_does(
    room: Room, editor: Visitor
) -> None:
    few = room.take_private("只给朋友看")
    editor.post(f"/items/{room.number(1)}", release="withdrawn")
    page = editor.get(PATH).text
    assert "They were not written for everybody" in page
    assert f'<a href="/items/{few}">{few}</a>' in page
    assert "2 can be released together" in page
    do(room, editor, "release", which="all", number=few)
    assert released(room) == {2, 3}
    assert room.archive.index.releases.of("https://a.example/1").release == Release.RESTRICTED
    out, err = io.StringIO(), io.StringIO()
    assert main(["publish", "release", "--all", "--dry-run", "--home", str(room.home.folder)], out, err) == 0
    assert "Nothing would be released" in out.getvalue()


def test_what_came_in_since_the_editor_looked_is_not_released_with_the_rest(room: Room, editor: Visitor) -> None:
    page = editor.get(PATH)
    room.take({9: "写于之后"}, "later")
    answer = editor.post(PATH, act="release", which="all", state="restricted", read=read(page))
    assert answer.status == 409
    assert "Nothing was done. Look again." in answer.text
    room.edit(3, "今天去了四户人家。")
    assert editor.post(PATH, act="release", which="all", read=read(page)).status == 409
    assert released(room) == set()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"act": "release"}, "Nothing is chosen"),
        ({"act": "erase"}, "Choose what is to be done"),
        ({"act": "tag", "which": "all", "tags": " , "}, "at least one tag"),
        ({"act": "release", "which": "all", "until-day": "soon"}, "Expected a day"),
    ],
)
def test_half_a_form_does_nothing_and_says_what_is_missing(
    room: Room, editor: Visitor, form: dict[str, str], told: str
) -> None:
    answer = do(room, editor, form.pop("act"), **form)
    assert told in answer.text
    assert released(room) == set()


def test_a_leak_names_the_post_whose_words_it_holds_with_a_link_to_it(room: Room, editor: Visitor) -> None:
    few = room.take_private("北门的守卫第二天才来所以我们等到了天亮")
    editor.post(f"/items/{room.number(3)}", release="public", tags="北门的守卫第二天才来所以我们等到了天亮")
    editor.post("/publish", do="foresee")
    room.bench.jobs.wait()
    page = editor.get("/publish").text
    assert "The next edition was not computed" in page
    assert f'<a href="/items/{few}">post {few}</a>' in page


@pytest.mark.parametrize("who", ["translator", "reviewer"])
def test_only_editors_release(room: Room, who: str) -> None:
    visitor = room.visitor(who)
    assert visitor.get(PATH).status == 403
    assert visitor.post(PATH, act="release", which="all").status == 403


def test_a_release_that_is_forgotten_though_others_came_after_it_is_not_listed(room: Room, editor: Visitor) -> None:
    first, _ = (
        state_release(room.archive, room.bench.key, CataloguedPost(room.post(each), release=Release.PUBLIC))
        for each in (1, 3)
    )
    before = {room.number(each): all_posts(room.archive).state(room.number(each)) for each in (1, 3)}
    assert before == dict.fromkeys(before, Release.PUBLIC)
    room.archive.forget(first)
    posts = all_posts(room.archive)
    assert [posts.state(room.number(each)) for each in (1, 3)] == [Release.RESTRICTED, Release.PUBLIC]
    assert f'value="{room.number(1)}"' not in editor.get(f"{PATH}?state=public").text
