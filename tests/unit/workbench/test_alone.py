"""Two people look at everything: whoever is alone at a desk reads so where the work stands still, and what to do."""

import pytest

from support.visitor import Room

WAITS = "nobody else at this desk may do that yet"
INVITE = '<a href="/accounts">Invite a second person</a>'


def leave(room: Room, *who: str) -> None:
    for account in room.bench.accounts.all():
        if account.name in who:
            room.bench.accounts.set_disabled(account.id, True)


def proposed(room: Room, who: str) -> str:
    """Propose a translation as *who*; return the path of the work."""
    version = room.archive.index.posts.versions(room.post(3))[-1].number
    path = f"/translate/{room.number(3)}/en"
    form = {"target-0": "Three families today.", "target-1": "The police waited downstairs."}
    assert room.visitor(who).post(f"{path}/propose", version=version, latest="", **form).status == 303
    return path


def test_an_editor_alone_is_told_that_a_translation_waits_and_is_led_to_an_invitation(room: Room) -> None:
    editor = room.visitor("editor")
    assert WAITS not in editor.get(f"/translate/{room.number(3)}/en").text
    assert "only one here" not in editor.get("/").text
    leave(room, "translator", "reviewer")
    assert WAITS in editor.get(f"/translate/{room.number(3)}/en").text, "before the work, not after it"
    page = editor.get(f"{proposed(room, 'editor')}/review").text
    assert WAITS in page
    assert INVITE in page
    today = editor.get("/").text
    assert "You are the only one here who may review." in today
    assert INVITE in today


def test_a_translator_of_a_language_that_nobody_reviews_is_told_whom_to_ask(room: Room) -> None:
    leave(room, "editor")
    reviewer = next(each for each in room.bench.accounts.all() if each.name == "reviewer")
    room.bench.accounts.set_roles(reviewer.id, reviewer.roles, ["ar"])
    page = room.visitor("translator").get(f"/translate/{room.number(3)}/en").text
    assert WAITS in page
    assert "Ask an editor to invite a second person." in page
    assert INVITE not in page


@pytest.mark.parametrize("who", ["reviewer", "editor"])
def test_one_other_who_may_review_is_enough(room: Room, who: str) -> None:
    leave(room, *({"reviewer", "editor"} - {who}))
    assert WAITS not in room.visitor("translator").get(f"/translate/{room.number(3)}/en").text
