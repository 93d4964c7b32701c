"""Comments at a sentence, and wordings that a reviewer suggests: the work stays its translator's."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from support.collecting_desk import NOW, tweet, x_files
from support.visitor import Answer, Room, Visitor
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.views.translations import Translation
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.workbench.comments import _COMMENT, Comments, Exchange


def where(room: Room, post: int = 1) -> str:
    return f"/translate/{room.number(post)}/en"


def latest(room: Room, post: int = 1) -> Translation:
    found = room.archive.index.translations.latest(room.post(post), "en")
    assert found
    return found


def propose(room: Room, visitor: Visitor, *targets: str, **more: Any) -> Answer:
    known = room.archive.index.translations.latest(room.post(1), "en")
    version = room.archive.index.posts.versions(room.post(1))[-1].number
    form = {f"target-{number}": text for number, text in enumerate(targets)}
    return visitor.post(f"{where(room)}/propose", version=version, latest=known.number if known else "", **form, **more)


def judge(room: Room, visitor: Visitor, verdict: str, **more: Any) -> Answer:
    return visitor.post(f"{where(room)}/review", verdict=verdict, translated=latest(room).number, **more)


def test_a_wording_is_taken_by_its_translator_whose_work_it_stays_and_is_reviewed(room: Room) -> None:
    translator, reviewer, editor = (room.visitor(name) for name in ("translator", "reviewer", "editor"))
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    first = latest(room)
    answer = judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people.", "comment-1": "No comma."})
    assert "done=agreed" in answer.to
    assert latest(room).state == "returned"
    page = translator.get(where(room)).text
    assert "No comma." in page
    assert "list<del>,</del> has" in page
    [exchange] = room.bench.comments.of(room.post(1), "en")
    taken = translator.post(f"{where(room)}/draft", take=f"1:{exchange.first.id}")
    assert taken.to == f"{where(room)}?done=saved#s1"
    answer = propose(room, translator, "The school fell.")
    assert "done=made" in answer.to
    assert latest(room).target == "The school fell. The list has 512 people."
    assert latest(room).by == first.by, "it is the translator's"
    assert latest(room).state == "reviewed"
    assert room.bench.comments.of(room.post(1), "en")[0].first.settled
    assert editor.post(f"{where(room)}/approve", translated=latest(room).number).status == 303
    assert latest(room).state == "approved"


def test_anything_else_than_the_wording_that_was_agreed_to_is_reviewed_anew(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    propose(room, translator, "The school FELL.", "The list of 512 people.")
    assert latest(room).state == "proposed"
    assert not room.bench.comments.of(room.post(1), "en")[0].first.settled, "it was not taken"
    propose(room, translator, "The school fell.", "The list has 512 people.")
    assert latest(room).state == "proposed", "an agreement counts for the next proposal alone"


def test_nobody_agrees_by_a_wording_that_another_suggested(room: Room) -> None:
    room.join("second", "reviewer")
    translator, reviewer, second = (room.visitor(name) for name in ("translator", "reviewer", "second"))
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    said = {"wording-1": "The list has 512 people.", "translated": latest(room).number}
    reviewer.post(f"{where(room)}/comment", **said)
    assert room.bench.comments.of(room.post(1), "en")[0].first.wording
    assert judge(room, second, "agreed").status == 400
    assert judge(room, second, "returned").status == 400, "nor is the other's word a reason"
    assert latest(room).state == "proposed"


def test_a_note_for_readers_that_nobody_reviewed_is_not_agreed_to(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    propose(room, translator, "The school fell.", "The list has 512 people.", notes="Unseen.", **{"seen-notes": "0"})
    assert latest(room).notes == ("Unseen.",)
    assert latest(room).state == "proposed"


def test_who_may_not_review_any_more_has_agreed_to_nothing(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    room.bench.accounts.set_disabled(room.accounts["reviewer"].id, True)
    propose(room, translator, "The school fell.", "The list has 512 people.")
    assert latest(room).state == "proposed"


def test_a_reviewer_who_takes_a_wording_back_or_returns_it_otherwise_has_agreed_to_nothing(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    assert room.bench.comments.agreements(room.post(1), "en")
    [exchange] = room.bench.comments.of(room.post(1), "en")
    reviewer.post(f"{where(room)}/comment", uncomment=exchange.first.id)
    assert room.bench.comments.agreements(room.post(1), "en") == []
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    judge(room, reviewer, "returned", note="Look again.")
    assert room.bench.comments.agreements(room.post(1), "en") == []


def test_a_translator_suggests_no_wording_and_agrees_to_nothing_of_their_own(room: Room) -> None:
    room.join("both", "translator", "reviewer")
    both = room.visitor("both")
    propose(room, both, "The school fell.", "The list, has 512 people.")
    judge(room, both, "agreed", **{"wording-1": "The list has 512 people."})
    assert latest(room).state == "proposed"
    assert room.bench.comments.of(room.post(1), "en") == []
    translator = room.visitor("translator")
    translator.post(f"{where(room)}/comment", **{"wording-1": "By no reviewer.", "translated": latest(room).number})
    assert room.bench.comments.of(room.post(1), "en") == []


def test_the_words_that_were_returned_are_not_called_proposed_again(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    answer = propose(room, translator, "The school fell.", "The list, has 512 people.")
    assert answer.status == 400
    assert "nothing new was proposed" in answer.text
    propose(room, translator, "The school fell.", "The list has 512 people.")
    assert latest(room).state == "reviewed", "and the agreement still counts"


def test_another_reviewer_who_objects_makes_an_agreement_void(room: Room) -> None:
    translator, reviewer, editor = (room.visitor(name) for name in ("translator", "reviewer", "editor"))
    propose(room, translator, "The school fell.", "The list, has 512 people.")
    judge(room, reviewer, "agreed", **{"wording-1": "The list has 512 people."})
    judge(room, editor, "returned", note="Not people: children.")
    propose(room, translator, "The school fell.", "The list has 512 people.")
    assert latest(room).state == "proposed"


def test_returning_says_why_and_the_reason_stands_beside_the_message(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "512.")
    answer = judge(room, reviewer, "returned")
    assert answer.status == 400
    assert "Write why you return it" in answer.text
    assert latest(room).state == "proposed"
    reviewer.post(f"{where(room)}/note", note="An older note.")
    room.now = room.now.replace(minute=1)
    assert judge(room, reviewer, "returned", note="Which list?").status == 303
    page = translator.get(where(room)).text
    told = page[page.index("It was returned to you.") : page.index('id="work"')]
    assert "Which list?" in told
    assert "An older note." not in told


def test_a_comment_is_answered_settled_and_opened_again(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "512.")
    reviewer.post(f"{where(room)}/comment", **{"comment-1": "512 what?", "translated": latest(room).number})
    assert "New comments" in translator.get("/").text
    page = translator.get(where(room)).text
    assert page.index("512 what?") > page.index('id="s1"')
    assert "New comments" not in translator.get("/").text, "it was read"
    [exchange] = room.bench.comments.of(room.post(1), "en")
    said = exchange.first.id
    translator.post(f"{where(room)}/draft", **{f"answer-{said}": "People."})
    assert "New comments" in reviewer.get("/").text
    assert "People." in reviewer.get(f"{where(room)}/review").text
    reviewer.post(f"{where(room)}/comment", settle=said)
    assert room.bench.comments.of(room.post(1), "en")[0].first.settled
    translator.post(f"{where(room)}/draft", **{f"answer-{said}": "Or children?"})
    assert not room.bench.comments.of(room.post(1), "en")[0].first.settled


def test_a_comment_typed_beside_another_button_is_kept(room: Room) -> None:
    translator = room.visitor("translator")
    propose(room, translator, "The school fell.", "512.", **{"comment-1": "Is 512 right?"})
    assert [each.first.text for each in room.bench.comments.of(room.post(1), "en")] == ["Is 512 right?"]


def test_words_that_nobody_may_type_refuse_no_other_words(room: Room) -> None:
    translator = room.visitor("translator")
    form = {"target-0": "The school fell.", "seen-0": "0", "comment-0": "fine", "comment-1": "odd \u202e one"}
    answer = translator.post(f"{where(room)}/draft", **form)
    assert answer.status == 400
    assert "fine" in answer.text
    assert "The school fell.</textarea>" not in answer.text, "which is saved, and is not told to be lost"
    assert "The school fell.</textarea>" in translator.get(where(room)).text
    assert room.bench.comments.of(room.post(1), "en") == [], "none was added, so none is there twice"


def test_a_comment_stays_with_its_sentence_through_an_edit(room: Room) -> None:
    translator = room.visitor("translator")
    translator.post(f"{where(room)}/draft", **{"comment-0": "On the school.", "comment-1": "On the list."})
    room.edit(1, "今天下雨。校舍塌了。")
    page = translator.get(where(room)).text
    assert page.index('id="s1"') < page.index("On the school.")
    gone = page[page.index("Comments on sentences that are not there any more") :]
    assert "On the list." in gone
    assert "名单现在有 512 人。" in gone


def test_a_comment_on_a_quotation_that_was_withdrawn_repeats_it_to_nobody(room: Room) -> None:
    user = {"id_str": "34", "screen_name": "wang"}
    words = "灯笼在北门亮了一夜。"
    quoted = {"id_str": "8", "full_text": words, "lang": "zh", "user": user}
    room.take_files(x_files([tweet(9, "看她写的", quoted_status=quoted)]), "q", NOW)
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    form = {"comment-1": "Which gate?", "target-1": "The lanterns burned.", "seen-1": "0"}
    assert "灯笼在北门亮了一夜" in translator.get(where(room, 9)).text
    translator.post(f"{where(room, 9)}/draft", **form)
    assert "Which gate?" in reviewer.get(where(room, 9)).text
    room.take_files(x_files([tweet(8, words)]), "its own", NOW)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(8), release="withdrawn"))
    own, other = translator.get(where(room, 9)).text, reviewer.get(where(room, 9)).text
    assert "灯笼" not in own + other
    assert "Which gate?" in own, "what one typed oneself is not lost"
    assert "The lanterns burned." in own
    assert "Which gate?" not in other


def test_a_comment_of_somebody_else_cannot_be_deleted(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    translator.post(f"{where(room)}/draft", **{"comment-0": "Mine."})
    [exchange] = room.bench.comments.of(room.post(1), "en")
    reviewer.post(f"{where(room)}/draft", uncomment=exchange.first.id)
    assert room.bench.comments.of(room.post(1), "en") == [exchange]
    translator.post(f"{where(room)}/draft", uncomment=exchange.first.id)
    assert room.bench.comments.of(room.post(1), "en") == []


@pytest.mark.parametrize("first", ["answer", "remove"])
def test_a_comment_is_not_answered_while_its_author_deletes_it(
    room: Room, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    room.visitor("translator").post(f"{where(room)}/draft", **{"comment-0": "Mine."})
    [one], place = room.bench.comments.of(room.post(1), "en"), (room.post(1), "en")
    author = next(each for each in room.bench.accounts.all() if each.id == one.first.by)
    acts: dict[str, Callable[[], object]] = {
        "answer": lambda: room.bench.comments.answer(author, *place, one.first.id, "Yes.", 1),
        "remove": lambda: room.bench.comments.remove(author, *place, one.first.id),
    }
    other = threading.Thread(target=acts["remove" if first == "answer" else "answer"])
    read = Comments.of

    def slowly(self: Comments, post: str, language: str) -> list[Exchange]:
        found = read(self, post, language)
        if threading.current_thread() is not other and not other.ident:
            other.start()
            other.join(0.3)
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Comments, "of", slowly)
        acts[first]()
    other.join()
    kept = sorted(each.text for each in room.bench.sealed.all(("comments", *place), _COMMENT))
    assert kept == (["Mine.", "Yes."] if first == "answer" else []), "never an answer to nothing"


def test_no_comment_enters_the_ledger(room: Room) -> None:
    translator, reviewer = room.visitor("translator"), room.visitor("reviewer")
    propose(room, translator, "The school fell.", "512.")
    judge(room, reviewer, "agreed", **{"wording-1": "A secret wording.", "comment-1": "A secret comment."})
    ledger = (room.home.folder / "archive" / "entries.log").read_bytes()
    assert b"secret" not in ledger


def test_what_others_do_meanwhile_is_told_to_an_open_page(room: Room) -> None:
    room.join("second", "translator")
    one, other = room.visitor("translator"), room.visitor("second")
    one.get(where(room))
    asked = f"{where(room)}/meanwhile?latest="
    assert '"says":[]' in one.get(asked).text
    other.post(f"{where(room)}/draft", **{"target-1": "512.", "seen-1": "0"})
    told = one.get(asked).text
    assert "Others who have a draft of this: \u2068second\u2069" in told, "who opened it first is at it"
    assert "\u2068translator\u2069 is at this post now." in other.get(asked).text
    propose(room, other, "The school fell.", "512.")
    assert "second proposed a translation meanwhile." in one.get(asked).text
    open_review = f"{where(room)}/meanwhile?latest={latest(room).number}&state=proposed"
    assert '"says":[]' in room.visitor("reviewer").get(open_review).text
    judge(room, room.visitor("editor"), "reviewed")
    assert "marked reviewed meanwhile" in room.visitor("reviewer").get(open_review).text


def test_a_second_translation_stands_beside_the_source_once_it_is_approved(room: Room) -> None:
    room.join("poly", "translator", "reviewer", "editor", languages=("en", "ar"))
    room.join("arab", "translator", languages=("ar",))
    version = room.archive.index.posts.versions(room.post(1))[-1].number
    arabic = f"/translate/{room.number(1)}/ar"
    form = {"version": version, "latest": "", "target-0": "سقطت المدرسة.", "target-1": "512 اسمًا."}
    room.visitor("arab").post(f"{arabic}/propose", **form)
    assert "beside=ar" not in room.visitor("translator").get(where(room)).text
    found = room.archive.index.translations.latest(room.post(1), "ar")
    assert found
    room.visitor("poly").post(f"{arabic}/review", verdict="reviewed", translated=found.number)
    room.visitor("poly").post(f"{arabic}/approve", translated=found.number)
    page = room.visitor("translator").get(f"{where(room)}?beside=ar").text
    assert '<p class="second" lang="ar" dir="rtl">سقطت المدرسة.</p>' in page
    assert 'class="second"' not in room.visitor("translator").get(f"{where(room)}?beside=de").text


def test_guides_are_shown_where_one_translates_and_written_by_reviewers(room: Room) -> None:
    translator, reviewer, editor = (room.visitor(name) for name in ("translator", "reviewer", "editor"))
    assert reviewer.post("/guides/en", guide="British spelling.", seen="0").status == 303
    assert reviewer.post(f"/guides/voice/{room.number(1)}", guide="She never jokes.", seen="0").status == 303
    page = translator.get(where(room)).text
    assert "British spelling." in page
    assert "She never jokes." in page
    assert translator.post("/guides/en", guide="Mine.", seen="1").status == 403
    clash = editor.post("/guides/en", guide="American spelling.", seen="0")
    assert clash.status == 400
    assert "American spelling.</textarea>" in clash.text
    assert "British spelling." in clash.text
    assert reviewer.post("/guides/de", guide="x", seen="0").status == 403, "not a language of this account"
    assert reviewer.get("/guides/voice/999").status == 404


def test_the_conversation_is_the_same_from_each_of_its_posts(room: Room) -> None:
    answers = {101: 100, 102: 101, 103: 102, 104: 101, 105: 100}
    posts = [tweet(100, "开始。")] + [
        tweet(number, f"第{number}。", in_reply_to_status_id_str=str(above), in_reply_to_screen_name="lin")
        for number, above in answers.items()
    ]
    room.take_files(x_files(posts), "thread", NOW)
    visitor = room.visitor("translator")
    shown = set()
    for post in (100, *answers):
        page = visitor.get(where(room, post)).text
        conversation = page[page.index('class="conversation"') : page.index("</aside>")]
        shown.add(tuple(number for number in range(100, 106) if f'"/items/{room.number(number)}"' in conversation))
    assert shown == {(100, 101, 102, 103, 104, 105)}


def test_a_term_of_the_text_stands_in_the_form_of_the_glossary(room: Room) -> None:
    reviewer = room.visitor("reviewer")
    page = reviewer.get("/glossary/new?language=zh&into=en&variant=名单&target=list").text
    assert "名单</textarea>" in page
    assert "en list</textarea>" in page
    assert 'id="add-term" href="/glossary/new?language=zh&amp;into=en"' in reviewer.get(where(room)).text
