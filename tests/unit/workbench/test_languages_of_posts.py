"""The language of a post: corrected by an editor, taken back, and a translation into one that is new."""

import pytest

from support.visitor import Room


def test_an_editor_corrects_the_language_of_a_post_and_queue_and_search_follow(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(3)
    page = editor.get(f"/items/{number}").text
    assert 'name="language" list="languages" value="zh"' in page
    assert editor.post(f"/items/{number}", language="en").to == f"/items/{number}?done=said"
    page = editor.get(f"/items/{number}").text
    assert "This is the desk’s word" in page
    assert ">Translate into English<" not in page
    version = room.archive.index.posts.versions(room.post(3))[-1]
    assert version.language == "en"
    assert f"/translate/{number}/en" not in room.visitor("translator").get("/translate").text
    assert room.archive.search.find("三户", language="en").hits
    assert not room.archive.search.find("三户", language="zh").hits
    assert editor.post(f"/items/{number}", language="").status == 303
    assert room.archive.index.posts.versions(room.post(3))[-1].language == "zh"
    assert f"/translate/{number}/en" in room.visitor("translator").get("/translate").text


def test_a_later_version_of_a_post_is_in_the_language_that_the_editor_said(room: Room) -> None:
    room.visitor("editor").post(f"/items/{room.number(3)}", language="zh_hant")
    room.edit(3, "今天去了四户人家。")
    assert {each.language for each in room.archive.index.posts.versions(room.post(3))} == {"zh-Hant"}


@pytest.mark.parametrize("given", ["Klingon?", "../en", "e", "<b>"])
def test_what_is_no_language_is_refused_with_what_was_typed(room: Room, given: str) -> None:
    editor, number = room.visitor("editor"), room.number(3)
    size = room.archive.size
    assert editor.post(f"/items/{number}", language=given).status == 400
    assert room.archive.size == size
    assert "Choose a language" in editor.get(f"/items/{number}/translate?language={given}").text


def test_a_translation_into_a_language_that_is_new_begins_on_the_page_of_the_post(room: Room) -> None:
    room.join("polyglot", "translator", languages=())
    visitor, number = room.visitor("polyglot"), room.number(3)
    assert "Translate into another language" in visitor.get(f"/items/{number}").text
    assert visitor.get(f"/items/{number}/translate?language=FR").to == f"/translate/{number}/fr"
    assert "Translate into French" in visitor.get(f"/translate/{number}/fr").text
    assert "Translate into another language" not in room.visitor("translator").get(f"/items/{number}").text
    assert room.visitor("translator").get(f"/translate/{number}/fr").status == 403
    assert room.visitor("translator").post(f"/items/{number}", language="en").status == 403
