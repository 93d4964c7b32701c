"""Words that a post says since it was released: an editor sees them beside the old ones, and decides."""

from datetime import timedelta

import pytest

from support.collecting_desk import NOW, tweet, x_files
from support.visitor import Room
from tamizdat.archive.acts.releases import state_release
from tamizdat.publishing.waiting import waiting_versions
from tamizdat.statements.catalogued import CataloguedPost

OLD, NEW = "他们拿走了名单。", "我错了，没有人拿走名单。"


def taken(room: Room, text: str, days: int) -> None:
    room.take_files(x_files([tweet(9, text)]), f"day-{days}", NOW + timedelta(days=days))


@pytest.fixture
def changed(room: Room) -> Room:
    """A released post that its author changed."""
    taken(room, OLD, 0)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
    taken(room, NEW, 1)
    return room


def test_today_lists_what_changed_since_it_was_released_with_the_difference(changed: Room) -> None:
    page = changed.visitor("editor").get("/").text
    assert "Changed by its author; the old words are still shown" in page
    assert "<ins>我错了，没有人</ins>" in page
    assert "<del>他们</del>" in page


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_who_releases_nothing_is_not_asked_about_it(changed: Room, role: str) -> None:
    visitor = changed.visitor(role)
    assert "old words are still shown" not in visitor.get("/").text
    assert "Show the new words" not in visitor.get(f"/items/{changed.number(9)}").text


def test_one_button_shows_the_new_words_and_nothing_waits_any_more(changed: Room) -> None:
    editor, path = changed.visitor("editor"), f"/items/{changed.number(9)}"
    [waits] = waiting_versions(changed.archive)
    assert f'name="words" value="{waits.index}"' in editor.get(path).text
    assert editor.post(path, words=str(waits.index)).to == f"{path}?done=said"
    assert waiting_versions(changed.archive) == []
    assert "Show the new words" not in editor.get(path).text


def test_saving_a_tag_releases_no_words_that_wait(changed: Room) -> None:
    editor, path = changed.visitor("editor"), f"/items/{changed.number(9)}"
    editor.post(path, release="public", tags="names")
    assert [each.after for each in waiting_versions(changed.archive)] == [NEW]


def test_what_came_in_while_an_editor_read_is_not_released_with_it(room: Room) -> None:
    taken(room, OLD, 0)
    editor, path = room.visitor("editor"), f"/items/{room.number(9)}"
    read = room.archive.index.posts.versions(room.post(9))[-1].number
    taken(room, NEW, 1)
    editor.post(path, release="public", read=str(read))
    assert [(each.before, each.after) for each in waiting_versions(room.archive)] == [(OLD, NEW)]


@pytest.mark.parametrize("index", ["0", "999999", "x"])
def test_a_version_of_another_post_is_not_released_as_this_one(changed: Room, index: str) -> None:
    answer = changed.visitor("editor").post(f"/items/{changed.number(9)}", words=index)
    assert answer.status == 400
    assert [each.after for each in waiting_versions(changed.archive)] == [NEW]
