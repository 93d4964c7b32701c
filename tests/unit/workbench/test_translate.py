"""Translating and reviewing at the workbench: drafts that are not lost, words that are not written over, verdicts."""

import json
import re
import threading
from datetime import timedelta
from typing import Any

import pytest

from support.visitor import Answer, Room, Visitor
from tamizdat.statements.catalogued import TermEntry
from tamizdat.translation import glossary


def path(room: Room, post: int = 1) -> str:
    return f"/translate/{room.number(post)}/en"


def save(visitor: Visitor, where: str, **form: Any) -> tuple[int, dict[str, Any]]:
    """As the page's script does."""
    answer = visitor.ask("POST", f"{where}/draft", form, {"accept": "application/json", "form-token": visitor.token})
    return answer.status, json.loads(answer.text)


def field(number: int | str, text: str, seen: int = 0) -> dict[str, Any]:
    return {"notes" if number == "notes" else f"target-{number}": text, f"seen-{number}": seen}


def propose(room: Room, visitor: Visitor, *targets: str, post: int = 1, notes: str = "", **more: str) -> Answer:
    """Proposes from the page as it is now."""
    where = path(room, post)
    latest = room.archive.index.translations.latest(room.post(post), "en")
    version = room.archive.index.posts.versions(room.post(post))[-1].number
    form = {f"target-{number}": text for number, text in enumerate(targets)}
    return visitor.post(
        f"{where}/propose",
        version=version,
        latest=latest.number if latest else "",
        notes=notes,
        **form,
        **more,
        **{"seen-notes": 0},
    )


def state(room: Room, post: int = 1) -> str:
    latest = room.archive.index.translations.latest(room.post(post), "en")
    return latest.state if latest else ""


def test_the_whole_way_of_a_translation(room: Room) -> None:
    translator, reviewer, editor = (room.visitor(role) for role in ("translator", "reviewer", "editor"))
    answer = propose(room, translator, "The school fell.", "The list has 512 people now.", notes="One.\n\nTwo.")
    assert answer.to.startswith("/translate/next?language=en&after=")
    latest = room.archive.index.translations.latest(room.post(1), "en")
    assert latest
    assert latest.target == "The school fell. The list has 512 people now."
    assert latest.notes == ("One.", "Two.")
    assert latest.day == "2026-11-25"
    where = path(room)
    assert "/review" in reviewer.get("/translate/next?language=en").to
    assert reviewer.post(f"{where}/review", verdict="reviewed", translated=latest.number).status == 303
    assert state(room) == "reviewed"
    assert editor.get("/translate/next?language=en").to == f"{where}/review"
    assert editor.post(f"{where}/approve", translated=latest.number).status == 303
    assert state(room) == "approved"


def test_no_name_of_an_account_enters_the_ledger(room: Room) -> None:
    propose(room, room.visitor("translator"), "The school fell.", "The list has 512 people now.")
    latest = room.archive.index.translations.latest(room.post(1), "en")
    assert latest
    room.visitor("reviewer").post(f"{path(room)}/review", verdict="reviewed", translated=latest.number, note="private!")
    ledger = (room.home.folder / "archive" / "entries.log").read_bytes()
    for secret in (b"reviewer", b"private!", room.accounts["translator"].id.encode()):
        assert secret not in ledger.replace(b'"reviewed"', b"")


def test_a_returned_translation_comes_back_to_its_translator_with_a_private_note(room: Room) -> None:
    translator = room.visitor("translator")
    propose(room, translator, "The school fell.", "The list has 512 people now.")
    latest = room.archive.index.translations.latest(room.post(1), "en")
    assert latest
    form = {"verdict": "returned", "translated": latest.number, "note": "Which school?"}
    assert room.visitor("reviewer").post(f"{path(room)}/review", **form).status == 303
    assert "Returned to you" in translator.get("/").text
    assert translator.get("/translate/next?language=en").to == path(room)
    page = translator.get(path(room)).text
    assert "Which school?" in page
    assert "The list has 512 people now.</textarea>" in page


def test_a_draft_outlives_a_killed_desk(room: Room) -> None:
    visitor = room.visitor("translator")
    visitor.get(path(room))
    assert save(visitor, path(room), **field(0, "The school"))[0] == 200
    room.open()  # the other one was not closed: as after a kill
    assert "The school</textarea>" in visitor.get(path(room)).text
    assert "Your drafts" in visitor.get("/").text


def test_two_tabs_do_not_write_over_each_other_silently(room: Room) -> None:
    one, other = room.visitor("translator"), room.visitor("translator")
    assert save(one, path(room), **field(0, "from one"))[0] == 200
    status, told = save(other, path(room), **field(0, "from the other"))
    there = told["elsewhere"]["0"]
    assert (status, there["target"]) == (409, "from one")
    assert "from one</textarea>" in one.get(path(room)).text
    assert save(other, path(room), **field(0, "from the other", seen=there["revision"]))[0] == 200


def test_two_tabs_may_save_different_sentences_and_notes(room: Room) -> None:
    one, other = room.visitor("translator"), room.visitor("translator")
    assert save(one, path(room), **field(0, "first"))[0] == 200
    assert save(other, path(room), **field(1, "second"))[0] == 200
    assert save(one, path(room), **field("notes", "note"))[0] == 200
    assert save(other, path(room), **field(0, "first"))[0] == 200, "the same words are no difference"


def test_without_scripts_a_clash_is_shown_and_saving_again_decides(room: Room) -> None:
    one, other = room.visitor("translator"), room.visitor("translator")
    one.post(f"{path(room)}/draft", **field(0, "from one"))
    page = other.post(f"{path(room)}/draft", **field(0, "from the other"))
    assert page.status == 409
    assert "from the other</textarea>" in page.text
    assert "There it says:" in page.text
    seen = re.search('name="seen-0" value="([0-9]+)"', page.text)
    assert seen
    assert other.post(f"{path(room)}/draft", **field(0, "from the other", seen=int(seen[1]))).status == 303
    assert "from the other</textarea>" in one.get(path(room)).text


def test_a_clash_stops_a_proposal(room: Room) -> None:
    one, other = room.visitor("translator"), room.visitor("translator")
    save(one, path(room), **field(0, "from one"))
    assert propose(room, other, "from the other", "second").status == 409
    assert state(room) == ""


def test_somebody_elses_proposal_meanwhile_stops_mine(room: Room) -> None:
    room.join("second", "translator")
    one, other = room.visitor("translator"), room.visitor("second")
    propose(room, other, "The school fell.", "512 people.")
    version = room.archive.index.posts.versions(room.post(1))[-1].number
    form = {"version": version, "latest": "", **field(0, "Mine."), **field(1, "Mine 512.")}
    answer = one.post(f"{path(room)}/propose", **form)
    assert answer.status == 400
    assert "Somebody else proposed a translation meanwhile" in answer.text
    assert "Mine 512.</textarea>" in answer.text
    assert "It was proposed so, otherwise than you have it:" in answer.text
    one.post(
        f"{path(room)}/draft",
        take="0:proposed",
        **{"seen-0": re.findall('name="seen-0" value="([0-9]+)"', answer.text)[0]},
    )
    taken = one.get(path(room)).text
    assert "The school fell.</textarea>" in taken
    assert taken.count("otherwise than you have it") == 1, "only where it is otherwise"


def test_of_two_who_propose_at_the_same_moment_one_is_asked_to_look_again(room: Room) -> None:
    visitors = [room.visitor("translator"), room.visitor("reviewer")]
    statuses: list[int] = []

    def attempt(visitor: Visitor) -> None:
        version = room.archive.index.posts.versions(room.post(3))[-1].number
        form = {"version": version, "latest": "", **field(0, f"Words of {visitor.cookie[-5:]}.")}
        statuses.append(visitor.post(f"{path(room, 3)}/propose", **form).status)

    threads = [threading.Thread(target=attempt, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 400]
    assert len(room.archive.index.translations.history(room.post(3), "en")) == 1


def test_an_edit_meanwhile_stops_a_proposal_and_keeps_the_sentences_that_stayed(room: Room) -> None:
    visitor = room.visitor("translator")
    before = room.archive.index.posts.versions(room.post(1))[-1].number
    visitor.post(f"{path(room)}/draft", **field(0, "The school fell."), **field(1, "512 people."))
    room.edit(1, "校舍塌了。名单现在有 513 人。")
    answer = visitor.post(f"{path(room)}/propose", version=before, latest="")
    assert answer.status == 400
    assert "edited while you translated" in answer.text
    assert "The school fell.</textarea>" in answer.text
    assert "512 people.</textarea>" not in answer.text


def test_a_translation_of_an_edited_post_is_stale_and_shows_the_difference(room: Room) -> None:
    propose(room, room.visitor("translator"), "The school fell.", "The list has 512 people now.")
    latest = room.archive.index.translations.latest(room.post(1), "en")
    room.edit(1, "校舍塌了。名单现在有 513 人。")
    reviewer = room.visitor("reviewer")
    page = reviewer.get(f"{path(room)}/review").text
    assert "<del>512</del><ins>513</ins>" in page
    assert latest
    answer = reviewer.post(f"{path(room)}/review", verdict="reviewed", translated=latest.number)
    assert answer.status == 400
    assert "Edited since it was translated" in room.visitor("translator").get("/").text


def test_a_newer_translation_is_not_reviewed_unseen(room: Room) -> None:
    translator = room.visitor("translator")
    propose(room, translator, "The school fell.", "512.")
    old = room.archive.index.translations.latest(room.post(1), "en")
    propose(room, translator, "The school fell down.", "512.")
    assert old
    answer = room.visitor("reviewer").post(f"{path(room)}/review", verdict="reviewed", translated=old.number)
    assert answer.status == 400
    assert "newer translation" in answer.text


def test_other_languages_than_ones_own_are_closed(room: Room) -> None:
    visitor = room.visitor("translator")
    for language in ("ar", "de"):
        assert visitor.get(f"/translate/{room.number(1)}/{language}").status == 403
    assert visitor.get(f"/translate/{room.number(1)}/zh").status == 404
    assert visitor.get(f"/translate/{room.number(1)}/EN").status == 404
    room.join("all", "translator", languages=())
    assert room.visitor("all").get(f"/translate/{room.number(1)}/bo").status == 200


def test_drafts_of_others_are_told_and_not_shown(room: Room) -> None:
    room.join("second", "translator")
    save(room.visitor("second"), path(room), **field(0, "secret draft"))
    page = room.visitor("translator").get(path(room)).text
    assert "\u2068second\u2069 is at this post now." in page
    assert "secret draft" not in page


def test_terms_are_marked_and_checked_and_the_memory_helps(room: Room) -> None:
    entry = TermEntry("zh", ("名单",), {"en": ("list",)})
    glossary.state_term(room.archive, room.bench.key, entry)
    propose(room, room.visitor("translator"), "The school fell.", "The list has 512 people now.")
    latest = room.archive.index.translations.latest(room.post(1), "en")
    assert latest
    room.visitor("reviewer").post(f"{path(room)}/review", verdict="reviewed", translated=latest.number)
    room.take({9: "名单现在有 512 人。真的。"}, "x9")
    visitor = room.visitor("translator")
    page = visitor.get(path(room, 9)).text
    assert '<span class="term">名单</span>' in page
    assert "The list has 512 people now." in page
    where = f"{path(room, 9)}/checks/0"
    headers = {"accept": "application/json", "form-token": visitor.token}
    told = json.loads(visitor.ask("POST", where, {"target": "Now 513 people."}, headers).text)["findings"]
    assert {each["kind"] for each in told} == {"number", "added", "glossary"}
    answer = visitor.post(f"{path(room, 9)}/draft", take="0:0")
    assert answer.to == f"{path(room, 9)}?done=saved#s0"
    assert "The list has 512 people now.</textarea>" in visitor.get(path(room, 9)).text


def test_a_number_that_differs_is_shown_before_it_is_proposed(room: Room) -> None:
    visitor = room.visitor("translator")
    answer = propose(room, visitor, "The school fell.", "The list has 521 people now.")
    assert answer.status == 400
    assert state(room) == ""
    assert "The number 512 of the source is not in the translation." in answer.text
    assert '<a href="#s1">Sentence 2</a>' in answer.text
    assert ">The list has 521 people now.</textarea>" in answer.text.replace("\n", "")
    looked = re.search(r'name="looked" value="([^"]+)"', answer.text)
    assert looked
    seen = re.search(r'name="seen-1" value="([0-9]+)"', answer.text)
    assert seen
    assert save(visitor, path(room), **field(1, "The list has 215 people now.", int(seen[1])))[0] == 200
    other = propose(room, visitor, "The school fell.", "The list has 215 people now.", looked=looked[1])
    assert other.status == 400, "other numbers than those that were shown"
    again = re.search(r'name="looked" value="([^"]+)"', other.text)
    assert again
    assert propose(room, visitor, "The school fell.", "The list has 215 people now.", looked=again[1]).status == 303
    assert state(room) == "proposed"


def test_a_number_that_the_page_showed_already_is_not_asked_about(room: Room) -> None:
    visitor = room.visitor("translator")
    save(visitor, path(room), **field(0, "The school fell."), **field(1, "The list has 521 people now."))
    looked = re.search(r'name="looked" value="([^"]+)"', visitor.get(path(room)).text)
    assert looked
    assert propose(room, visitor, "The school fell.", "The list has 521 people now.", looked=looked[1]).status == 303


@pytest.mark.parametrize("take", ["0:7", "0:x", "9:0", ":", "0:-1", "0:" + "9" * 50])
def test_a_suggestion_that_is_not_there_is_not_taken(room: Room, take: str) -> None:
    visitor = room.visitor("translator")
    assert visitor.post(f"{path(room)}/draft", take=take).status in (303, 400)
    assert "校舍塌了" in visitor.get(path(room)).text


def test_speakers_of_a_chain_are_kept_in_what_is_proposed(room: Room) -> None:
    propose(room, room.visitor("translator"), "No answer.", "The letter came back", "Please publish the list", post=2)
    latest = room.archive.index.translations.latest(room.post(2), "en")
    assert latest
    assert latest.target == "No answer. RT @chen: The letter came back //@li: Please publish the list"


def test_words_are_shown_as_words_whatever_they_are(room: Room) -> None:
    visitor = room.visitor("translator")
    evil = "</textarea><script>alert(1)</script>"
    save(visitor, path(room), **field(0, evil), **field("notes", evil))
    visitor.post(f"{path(room)}/note", note=evil)
    page = visitor.get(path(room)).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") == 3


def test_lines_spaces_and_scripts_come_back_as_they_were_typed(room: Room) -> None:
    visitor = room.visitor("translator")
    text = "\nབོད་ཡིག \r\n\r\n  عربي\u200f 中文 "
    save(visitor, path(room), **field(0, text))
    shown = visitor.get(path(room)).text
    assert "\n\nབོད་ཡིག \n\n  عربي\u200f 中文 </textarea>" in shown, "HTML takes one line feed after the tag away"


def test_private_notes_are_taken_back_by_their_author_only(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    translator.post(f"{path(room)}/note", note="mine")
    [note] = room.bench.notes.of(room.post(1), "en")
    reviewer.post(f"{path(room)}/note", remove=note.id)
    assert "mine" in reviewer.get(path(room)).text
    translator.post(f"{path(room)}/note", remove=note.id)
    assert room.bench.notes.of(room.post(1), "en") == []


def test_a_thousand_sentences_can_be_saved_at_once(room: Room) -> None:
    room.take({60: "".join(f"第{number}句。" for number in range(1000))}, "x60")
    visitor = room.visitor("translator")
    form = {f"target-{number}": f"Sentence {number}." for number in range(1000)}
    form |= {f"seen-{number}": "0" for number in range(1000)}
    assert visitor.post(f"{path(room, 60)}/draft", **form).status == 303
    assert "Sentence 999.</textarea>" in visitor.get(path(room, 60)).text


def test_a_closed_laptop_loses_nothing_that_was_saved(room: Room) -> None:
    visitor = room.visitor("translator")
    save(visitor, path(room), **field(0, "before the night"))
    room.now += timedelta(days=3)
    again = room.visitor("translator")
    assert "before the night</textarea>" in again.get(path(room)).text
