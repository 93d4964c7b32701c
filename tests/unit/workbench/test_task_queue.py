"""What waits for whom, also while a queue is kept because finding it takes long; and faults that tell no words."""

import logging
import sys

from support.visitor import Room, Visitor
from tamizdat.web.server import PlacesOnly
from tamizdat.workbench import templating


def proposed(room: Room, visitor: Visitor, post: int, *targets: str) -> None:
    version = room.archive.index.posts.versions(room.post(post))[-1].number
    form = {f"target-{number}": text for number, text in enumerate(targets)}
    where = f"/translate/{room.number(post)}/en"
    assert visitor.post(f"{where}/propose", version=version, latest="", **form).status == 303


def test_what_was_done_meanwhile_is_left_out_of_the_queue_at_once(room: Room) -> None:
    translator, place = room.visitor("translator"), f"/translate/{room.number(1)}/en"
    assert place in translator.get("/translate?language=en").text
    proposed(room, translator, 1, "The school fell.", "512.")
    assert place not in translator.get("/translate?language=en").text
    assert translator.get("/translate/next?language=en").to.partition("?")[0] not in (place, "/translate")


def test_the_order_is_mend_approve_review_update_new(room: Room) -> None:
    room.join("all", "translator", "reviewer", "editor")
    room.take({10: "回来了。", 11: "好的。", 12: "改了。", 13: "给人看。"}, "more")
    mine, other, third = room.visitor("all"), room.visitor("translator"), room.visitor("reviewer")
    proposed(room, mine, 10, "Back.")
    for post, words in ((11, "Good."), (12, "Changed."), (13, "To see.")):
        proposed(room, other, post, words)
    for post, verdict in ((10, "returned"), (11, "reviewed")):
        latest = room.archive.index.translations.latest(room.post(post), "en")
        assert latest
        where = f"/translate/{room.number(post)}/en/review"
        assert third.post(where, verdict=verdict, translated=latest.number, note="Why.").status == 303
    room.edit(12, "又改了。")
    page = mine.get("/translate?language=en").text
    order = [page.index(f"/translate/{room.number(post)}/en") for post in (10, 11, 13, 12, 1)]
    assert order == sorted(order)


def test_a_language_of_ones_own_only(room: Room) -> None:
    visitor = room.visitor("translator")
    assert "not one of your languages" in visitor.get("/translate?language=ar").text
    assert visitor.get("/translate/next?language=ar").to == "/translate?language=ar"
    assert visitor.get("/translate/ar").to == "/translate?language=ar"


def test_a_language_that_is_new_at_the_desk_has_a_queue_for_whoever_works_in_all(room: Room) -> None:
    room.join("polyglot", "translator", languages=())
    visitor = room.visitor("polyglot")
    page = visitor.get("/translate?language=fr").text
    assert "Nothing is translated into French yet" in page
    assert f"/translate/{room.number(1)}/fr" in page
    assert visitor.get("/translate/next?language=fr").to.endswith("/fr")
    assert "en, fr, zh-Hant" in visitor.get("/translate?language=..").text


def test_the_report_of_a_fault_tells_places_and_no_words() -> None:
    try:
        raise ValueError("the words of a source")
    except ValueError:
        record = logging.LogRecord("uvicorn", logging.ERROR, "x", 1, "fault", (), sys.exc_info())
    told = PlacesOnly("%(message)s").format(record)
    assert "ValueError" in told
    assert "test_task_queue.py" in told
    assert "source" not in told


def test_times_are_written_as_people_write_them() -> None:
    assert templating.written_moment("2013-05-12T14:28:00+08:00") == "12 May 2013, 14:28 (UTC+8)"
    assert templating.written_moment("2013-05-12T14:28:00") == "12 May 2013, 14:28"
    assert templating.written_moment(0) == "1 January 1970, 00:00 (UTC)"
    assert templating.written_moment(None) == "no date"
    assert templating.written_day("2026-11-25") == "25 November 2026"
    assert templating.written_day("soon") == "soon"
