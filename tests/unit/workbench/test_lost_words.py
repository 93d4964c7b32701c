"""Never a lost word: a source edited at every moment, sign-ins that end, drafts that are deleted, tabs of before."""

import json
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import pytest

from support.visitor import WORDS, Answer, Room, Visitor
from tamizdat.workbench.drafts.translations import KEPT
from tamizdat.workbench.sealed_store import FILE

OLD, NEW = "校舍塌了。名单现在有 512 人。", "校舍塌了。名单现在有 513 人。"


def where(room: Room, post: int = 1) -> str:
    return f"/translate/{room.number(post)}/en"


def form_of(page: Answer) -> dict[str, str]:
    """Every field of the page's first form of sentences, as a browser would send it."""
    text = page.text[page.text.index('id="work"') :]
    text = text[: text.index("</form>")]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', text, re.S)
    return {name: unescape(value) for name, value in [*hidden, *areas]}


def field(room: Room, number: int = 1) -> str:
    """What stands in the field of a sentence now, for the translator."""
    return form_of(room.visitor("translator").get(where(room)))[f"target-{number}"]


def autosave(visitor: Visitor, form: dict[str, str], number: int, text: str) -> dict[str, Any]:
    """As the page's script does."""
    names = ("version", "text", "latest", f"seen-{number}", f"of-{number}")
    sent = {name: form[name] for name in names} | {f"target-{number}": text}
    headers = {"accept": "application/json", "form-token": visitor.token}
    answer = visitor.ask("POST", f"{where(visitor.room)}/draft", sent, headers)
    found: dict[str, Any] = json.loads(answer.text) | {"status": answer.status}
    if answer.status == 200:
        form[f"seen-{number}"] = str(found["revisions"][str(number)])
    return found


def test_words_of_a_sentence_that_an_edit_took_away_stand_beside_the_nearest_one(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room)))
    autosave(visitor, form, 0, "The school fell.")
    autosave(visitor, form, 1, "There are 512 on the list.")
    room.edit(1, NEW)
    page = visitor.get(where(room))
    assert "The post was edited since you began this draft" in page.text
    assert form_of(page)["target-0"] == "The school fell."
    old = page.text[page.text.index('class="old"') :]
    assert page.text.index('class="old"') > page.text.index('id="s1"')
    assert "There are 512 on the list." in old
    assert "<del>512</del><ins>513</ins>" in old
    assert form_of(page)["target-1"] == ""
    autosave(visitor, form_of(page), 0, "The school came down.")
    assert "There are 512 on the list." in visitor.get(where(room)).text, "it stays until it is taken or set aside"


def test_words_that_were_left_are_taken_without_losing_what_stands_there(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    room.edit(1, NEW)
    page = visitor.get(where(room))
    key = re.search('value="(take:[^"]+)"', page.text)
    assert key
    answer = visitor.post(f"{where(room)}/draft", **form_of(page) | {"target-1": "Begun anew.", "old": key[1]})
    assert answer.status == 303
    assert field(room) == "Begun anew.\nThere are 512."
    assert 'class="old"' not in visitor.get(where(room)).text
    assert visitor.post(f"{where(room)}/draft", old=key[1]).status == 400, "it was taken already"


def test_words_that_were_set_aside_are_folded_and_come_back(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    room.edit(1, NEW)
    key = re.search('value="(aside:[^"]+)"', visitor.get(where(room)).text)
    assert key
    visitor.post(f"{where(room)}/draft", old=key[1])
    page = visitor.get(where(room)).text
    assert "1 sentence that you set aside" in page
    assert "There are 512." in page[page.index("set aside") :]
    visitor.post(f"{where(room)}/draft", old=key[1])
    assert "that you set aside" not in visitor.get(where(room)).text
    assert "There are 512." in visitor.get(where(room)).text


def test_what_another_tab_saves_while_a_translation_is_proposed_stays_a_draft(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, other = room.visitor("translator"), room.visitor("translator")
    begun = form_of(visitor.get(where(room)))
    autosave(visitor, begun, 0, "The school fell.")
    autosave(visitor, begun, 1, "There are 512.")
    form = form_of(visitor.get(where(room)))
    late, append = form_of(other.get(where(room))), room.archive.append

    def saved_meanwhile(envelopes: Sequence[bytes]) -> list[int]:
        autosave(other, late, 1, "There are 512 on the list.")
        return append(envelopes)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.archive, "append", saved_meanwhile)
        assert visitor.post(f"{where(room)}/propose", **form).status == 303
    assert field(room) == "There are 512 on the list."


def test_an_edit_that_is_undone_gives_the_sentence_its_words_back(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    room.edit(1, NEW)
    autosave(visitor, form_of(visitor.get(where(room))), 0, "The school fell.")
    room.take({1: OLD}, "undone", room.now)
    page = visitor.get(where(room))
    assert form_of(page)["target-1"] == "There are 512."
    assert 'class="old"' not in page.text


def test_an_edit_between_loading_and_saving_is_told_and_the_words_go_to_their_own_sentence(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room)))
    room.edit(1, "今天下雨。校舍塌了。名单现在有 513 人。")
    told = autosave(visitor, form, 0, "The school fell.")
    assert told["status"] == 200
    assert told["meanwhile"]["says"] == ["The post was edited while you translated."]
    assert {each["text"] for each in told["meanwhile"]["changes"]} >= {"今天下雨。", "512", "513"}
    assert told["elsewhere"] == {}, "nothing was changed elsewhere, so nothing is to be chosen"
    autosave(visitor, form, 1, "There are 512.")
    autosave(visitor, form, 1, "There are 512 now.")
    page = visitor.get(where(room))
    assert [form_of(page)[f"target-{number}"] for number in range(3)] == ["", "The school fell.", ""]
    assert page.text.count("There are 512 now.") == 1
    assert "<del>512</del><ins>513</ins>" in page.text[page.text.index('id="s2"') :], "beside the sentence most like it"


def test_an_edit_between_saving_and_proposing_stops_it_and_shows_the_difference(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "The school fell.", "target-1": "512 people."}
    room.edit(1, NEW)
    answer = visitor.post(f"{where(room)}/propose", **form)
    assert answer.status == 400
    assert "The post was edited while you translated" in answer.text
    assert answer.text.count("<del>512</del><ins>513</ins>") >= 2, "in the whole and at the sentence"
    assert "512 people." in answer.text
    assert form_of(answer)["target-1"] == ""
    assert room.archive.index.translations.latest(room.post(1), "en") is None


def test_the_same_words_that_came_in_again_are_no_edit(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "The school fell.", "target-1": "512 people."}
    room.edit(1, NEW)
    room.take({1: OLD}, "again", room.now)
    assert form["version"] != form_of(visitor.get(where(room)))["version"]
    assert visitor.post(f"{where(room)}/propose", **form).status == 303


def test_words_of_an_earlier_translation_are_not_taken_for_typed_ones(room: Room) -> None:
    visitor = room.visitor("translator")
    first = form_of(visitor.get(where(room))) | {"target-0": "The school fell.", "target-1": "512 people."}
    assert visitor.post(f"{where(room)}/propose", **first).status == 303
    form = form_of(visitor.get(where(room)))
    room.edit(1, NEW)
    visitor.post(f"{where(room)}/draft", **form | {"target-0": "The school came down."})
    assert 'class="old"' not in visitor.get(where(room)).text


def test_a_post_that_lost_all_its_sentences_still_shows_what_was_typed(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    room.edit(1, "https://x.example/1")
    page = visitor.get(where(room))
    assert page.status == 200
    assert "There are 512." in page.text
    assert 'id="propose"' not in page.text


def test_words_for_a_post_that_is_not_open_any_more_are_still_theirs(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    room.bench.accounts.set_roles(room.accounts["translator"].id, ["translator"], ["ar"])
    page = visitor.get("/").text
    assert "Drafts of posts that are not open to you any more" in page
    assert "There are 512." in page


def test_a_tab_of_before_a_proposal_never_writes_over_the_draft_after_it(room: Room) -> None:
    one, other = room.visitor("translator"), room.visitor("translator")
    form = form_of(one.get(where(room)))
    autosave(one, form, 0, "First.")
    old = form_of(other.get(where(room)))
    one.post(f"{where(room)}/propose", **form | {"target-0": "First.", "target-1": "512."})
    room.now = room.now.replace(minute=5)
    autosave(one, form_of(one.get(where(room))), 0, "Second, typed after the proposal.")
    told = autosave(other, old, 0, "Typed in the old tab.")
    assert told["status"] == 409
    assert told["elsewhere"]["0"]["target"] == "Second, typed after the proposal."
    assert told["meanwhile"]["says"] == ["You proposed a translation of this on another page."]


def test_a_deleted_draft_can_be_brought_back_for_seven_days(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "There are 512.")
    assert "dropped" in visitor.post(f"{where(room)}/drop").to
    assert field(room) == ""
    assert "They can be brought back for seven days" in visitor.get(where(room)).text
    visitor.post(f"{where(room)}/back")
    assert field(room) == "There are 512."
    visitor.post(f"{where(room)}/drop")
    room.now = room.now.fromtimestamp(room.now.timestamp() + KEPT + 1, room.now.tzinfo)
    again = room.visitor("translator")
    assert "brought back" not in again.get(where(room)).text
    assert again.post(f"{where(room)}/back").status == 400


def test_bringing_a_draft_back_loses_neither_its_words_nor_those_typed_since(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 0, "Before.")
    visitor.post(f"{where(room)}/drop")
    autosave(visitor, form_of(visitor.get(where(room))), 0, "Since.")
    visitor.post(f"{where(room)}/back")
    page = visitor.get(where(room)).text
    assert "Before." in page
    assert "Since.</textarea>" in page


def test_words_left_by_an_edit_outlive_the_proposal(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "Words for 512.")
    room.edit(1, NEW)
    form = form_of(visitor.get(where(room))) | {"target-0": "The school fell.", "target-1": "513."}
    assert visitor.post(f"{where(room)}/propose", **form).status == 303
    assert "You deleted a draft of this, or words of it" in visitor.get(where(room)).text
    visitor.post(f"{where(room)}/back")
    assert "Words for 512." in visitor.get(where(room)).text


def test_what_is_left_lies_sealed(room: Room) -> None:
    visitor = room.visitor("translator")
    autosave(visitor, form_of(visitor.get(where(room))), 1, "Unmistakable words.")
    room.edit(1, NEW)
    autosave(visitor, form_of(visitor.get(where(room))), 0, "x")
    visitor.post(f"{where(room)}/comment", **{"comment-0": "Unmistakable comment."})
    visitor.post(f"{where(room)}/drop")
    left = b"".join(path.read_bytes() for path in room.home.folder.glob(f"{FILE}*"))
    assert left
    assert b"Unmistakable" not in left


def test_a_draft_that_an_earlier_version_saved_opens_and_loses_nothing_to_an_edit(room: Room) -> None:
    account, post = room.accounts["translator"].id, room.post(1)
    lines = [["校舍塌了。", "", 0], ["名单现在有 512 人。", "There are 512.", 3]]
    row: dict[str, Any] = {"post": post, "language": "en", "saved": 1, "lines": lines, "notes": ["", 0]}
    room.bench.sealed.put(("drafts", account), ("draft", post, "en"), row)
    assert field(room) == "There are 512."
    room.edit(1, NEW)
    assert "There are 512." in room.visitor("translator").get(where(room)).text


# ---- sign-ins that end ----------------------------------------------------------------------------------------------


def end_sign_ins(room: Room, name: str = "translator") -> None:
    room.bench.accounts.sign_out_everywhere(room.accounts[name].id)


def kept_form(page: Answer) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'name="(kept[^"]*)" value="([^"]*)"', page.text)}


def test_after_signing_in_again_the_words_are_in_the_draft_which_is_open(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "The school\nfell & <rose>.", "target-1": "512."}
    end_sign_ins(room)
    page = visitor.post(f"{where(room)}/propose", **form)
    assert page.status == 401
    assert "What you typed is kept on this page" in page.text
    visitor.token = page.token
    wrong = visitor.post("/sign-in", name="translator", passphrase="wrong", **kept_form(page))
    assert wrong.status == 403
    answer = visitor.post("/sign-in", name="translator", passphrase=WORDS, **kept_form(wrong))
    assert answer.to == f"{where(room)}?done=again"
    opened = visitor.get(answer.to)
    assert form_of(opened)["target-0"] == "The school\nfell & <rose>."
    assert "press the button again if you meant it" in opened.text
    assert room.archive.index.translations.latest(room.post(1), "en") is None, "signing in proposes nothing"


def test_another_account_that_signs_in_does_not_get_the_words_under_its_name(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "Mine alone."}
    end_sign_ins(room)
    page = visitor.post(f"{where(room)}/draft", **form)
    visitor.token = page.token
    answer = visitor.post("/sign-in", name="reviewer", passphrase=WORDS, **kept_form(page))
    assert answer.status == 403
    assert "saved under nobody’s name" in answer.text
    assert "Mine alone.</textarea>" in answer.text
    assert "Save these words" not in answer.text
    assert room.bench.drafts.of(room.accounts["reviewer"]) == []
    assert visitor.get("/account").status == 200, "and is signed in"


def test_a_form_of_an_earlier_sign_in_of_the_same_account_is_offered_with_one_button(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "Typed before."}
    token = visitor.token
    visitor.sign_in("translator")
    visitor.token = token
    page = visitor.post(f"{where(room)}/propose", **form)
    assert page.status == 403
    assert "You signed in anew" in page.text
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert f'action="{where(room)}/draft"' in page.text, "a button that saves, and does not propose"
    visitor.token = page.token
    assert visitor.post(f"{where(room)}/draft", **sent).status == 303
    assert field(room, 0) == "Typed before."


def test_a_form_of_another_account_is_shown_and_saved_by_nobody(room: Room) -> None:
    visitor = room.visitor("translator")
    form = form_of(visitor.get(where(room))) | {"target-0": "Typed as translator."}
    token = visitor.token
    visitor.sign_in("reviewer")
    visitor.token = token
    page = visitor.post(f"{where(room)}/draft", **form)
    assert page.status == 403
    assert "Typed as translator." in page.text
    assert "saved under nobody’s name" in page.text
    assert room.bench.drafts.of(room.accounts["reviewer"]) == []


def test_a_page_learns_a_fresh_token_only_with_whose_it_is(room: Room) -> None:
    visitor = room.visitor("translator")
    page = re.search('data-account="([0-9a-f]{16})"', visitor.get(where(room)).text)
    assert page
    end_sign_ins(room)
    assert json.loads(visitor.get("/sign-in/state").text)["account"] == ""
    visitor.sign_in("translator")
    told = json.loads(visitor.get("/sign-in/state").text)
    assert told["account"] == page[1]
    headers = {"accept": "application/json", "form-token": told["token"]}
    assert visitor.ask("POST", f"{where(room)}/draft", {"target-0": "x", "seen-0": "0"}, headers).status == 200
    visitor.sign_in("reviewer")
    assert json.loads(visitor.get("/sign-in/state").text)["account"] != page[1]


@pytest.mark.parametrize("path", ["/account", "/accounts", "//evil.example/x", "/translate/../account", "/publish"])
def test_a_sign_in_carries_words_to_no_other_door(room: Room, path: str) -> None:
    visitor = Visitor(room)
    visitor.token = visitor.get("/sign-in").token
    form = {"kept-path": path, "kept-token": "x", "kept.target-0": "words", "kept.do": "everywhere"}
    answer = visitor.post("/sign-in", name="editor", passphrase=WORDS, **form)
    assert (answer.status, answer.to) == (303, "/")


def test_words_that_no_page_of_an_account_sent_are_not_saved_by_signing_in(room: Room) -> None:
    visitor = Visitor(room)
    visitor.token = visitor.get("/sign-in").token
    form = {"kept-path": f"{where(room)}/draft", "kept-token": "a.b", "kept.target-0": "planted", "kept.seen-0": "0"}
    answer = visitor.post("/sign-in", name="translator", passphrase=WORDS, **form)
    assert answer.status == 403
    assert room.bench.drafts.of(room.accounts["translator"]) == []


def test_a_note_typed_when_the_sign_in_ended_is_saved_after_the_next(room: Room) -> None:
    visitor = room.visitor("translator")
    visitor.get(where(room))
    end_sign_ins(room)
    page = visitor.post(f"{where(room)}/note", note="Ask her about the gate.")
    visitor.token = page.token
    visitor.post("/sign-in", name="translator", passphrase=WORDS, **kept_form(page))
    assert [each.text for each in room.bench.notes.of(room.post(1), "en")] == ["Ask her about the gate."]
