"""Words that a post says since it was released: an editor sees them beside the old ones, and decides."""

from datetime import timedelta

import pytest

from support.collecting_desk import NOW, assigned, tweet, x_files
from support.visitor import Room
from tamizdat.archive.acts.releases import state_release
from tamizdat.publishing.editor_queue import waiting_removals, waiting_versions
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


# -- deletions ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def deleted(room: Room) -> Room:
    """A released post that its author deleted."""
    taken(room, OLD, 0)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
    delete(room)
    return room


def delete(room: Room, text: str = OLD) -> None:
    gone = tweet(9, text, deleted_at="Tue Nov 24 07:00:00 +0000 2026")
    room.take_files(x_files([], deleted_tweets=assigned("deleted_tweets", [gone])), "deleted", NOW + timedelta(days=2))


def decide(room: Room, decision: str, **more: str) -> str:
    path, [waits] = f"/items/{room.number(9)}", waiting_removals(room.archive)
    assert f'name="removal" value="{waits.index}"' in room.visitor("editor").get(path).text
    return room.visitor("editor").post(path, removal=str(waits.index), decision=decision, **more).to


def release(room: Room) -> str:
    return room.archive.index.releases.of(room.post(9)).release


def test_today_tells_above_all_else_that_a_released_post_was_deleted_and_shows_its_words(deleted: Room) -> None:
    page = deleted.visitor("editor").get("/").text
    assert "Deleted by its author on 24 November 2026; the words are still shown" in page
    assert OLD in page
    assert page.index("Deleted since it was released") < page.index("<section", page.index("<section") + 1)


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_who_releases_nothing_is_not_asked_about_a_deletion(deleted: Room, role: str) -> None:
    visitor = deleted.visitor(role)
    assert "Deleted since it was released" not in visitor.get("/").text
    assert "Keep showing it" not in visitor.get(f"/items/{deleted.number(9)}").text


def test_one_button_keeps_a_deleted_post_as_evidence_and_it_waits_no_more(deleted: Room) -> None:
    assert decide(deleted, "keep").endswith("?done=said")
    assert (release(deleted), waiting_removals(deleted.archive)) == ("public", [])
    editor = deleted.visitor("editor")
    assert "Keep showing it" not in editor.get(f"/items/{deleted.number(9)}").text
    assert "Deleted since it was released" not in editor.get("/").text


def test_another_button_withdraws_it_with_the_reason_that_was_typed(deleted: Room) -> None:
    decide(deleted, "withdraw", reason="Its author asked.")
    said = deleted.archive.index.releases.of(deleted.post(9))
    assert (said.release, said.reason, waiting_removals(deleted.archive)) == ("withdrawn", "Its author asked.", [])


def test_keeping_a_deleted_post_releases_no_words_that_nobody_read(changed: Room) -> None:
    delete(changed, NEW)
    decide(changed, "keep")
    assert [(each.before, each.after) for each in waiting_versions(changed.archive)] == [(OLD, NEW)]


@pytest.mark.parametrize("form", [{"removal": "0", "decision": "keep"}, {"removal": "999999", "decision": "withdraw"}])
def test_a_decision_about_another_deletion_decides_nothing(deleted: Room, form: dict[str, str]) -> None:
    assert deleted.visitor("editor").post(f"/items/{deleted.number(9)}", **form).status == 400
    assert (release(deleted), len(waiting_removals(deleted.archive))) == ("public", 1)


def test_a_deletion_without_a_decision_stays_where_it_is(deleted: Room) -> None:
    [waits] = waiting_removals(deleted.archive)
    answer = deleted.visitor("editor").post(f"/items/{deleted.number(9)}", removal=str(waits.index), decision="")
    assert (answer.status, waiting_removals(deleted.archive)) == (400, [waits])
