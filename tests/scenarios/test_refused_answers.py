"""Answers of a feed that are refused as another's: kept until somebody says whose they are, and then taken in."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk
from support.field_and_desk import WORK
from support.web_server import WebPages
from tamizdat.archive import Archive
from tamizdat.archive.forgetting import destruction
from tamizdat.archive.forgetting.plan import planned
from tamizdat.archive.ingest import refused_answers
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.followed import Following
from tamizdat.archive.ingest.other_hands import AnotherFeed
from tamizdat.archive.ingest.refused_answers import unanswered, waiting
from tamizdat.cli.main import main
from tamizdat.errors import StorageFull
from tamizdat.home.setup import create_desk
from tamizdat.ledger.statement import peek_envelope
from tamizdat.posts.report import IngestReport

DAY = timedelta(days=1)


@pytest.fixture
def site() -> Iterator[WebPages]:
    with WebPages() as made:
        made.pages["/feed"] = (200, {}, rss("Notes", 1, 2))
        yield made


@pytest.fixture
def desk(tmp_path: Path, site: WebPages) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    visit(made, site, NOW)
    yield made
    assert made.archive.check().sound
    made.archive.close()


def rss(title: str, *days: int, said: str = "the {}th") -> bytes:
    items = "".join(
        f"<item><guid>/{day}</guid><pubDate>Sun, {day} Nov 2026 06:28:00 +0000</pubDate>"
        f"<description>{said.format(day)}</description></item>"
        for day in days
    )
    return f"<rss><channel><title>{title}</title>{items}</channel></rss>".encode()


def visit(desk: Desk, site: WebPages, when: datetime) -> IngestReport:
    report = IngestReport()
    follow(desk.archive, desk.key, f"{site.site}/feed", when, report)
    return report


def refused(desk: Desk, site: WebPages, when: datetime, *days: int, said: str = "the {}th") -> str:
    """Visit while the feed calls itself something else, and return why that is refused."""
    site.pages["/feed"] = (200, {"ETag": f'"{when}"'}, rss("A new beginning", *days, said=said))
    with pytest.raises(AnotherFeed) as told:
        visit(desk, site, when)
    return str(told.value)


def begun_anew(desk: Desk, site: WebPages) -> None:
    """Three days on which a blog that was begun anew wrote more than its feed holds."""
    for number in range(3):
        refused(desk, site, NOW + number * DAY + DAY, 21 + number, 22 + number)


def say_theirs(desk: Desk, site: WebPages) -> None:
    following = Following(desk.archive)
    following.named(f"{site.site}/feed").say_theirs()
    following.save()


def times(desk: Desk) -> dict[str, tuple[str, str]]:
    """When each post was seen, and for when it was given out."""
    return {name: (each.seen[:10], each.as_of[:10]) for name, each in desk.posts().items()}


def test_what_left_the_feed_before_somebody_looked_is_taken_in_as_of_its_day(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    assert set(desk.posts()) == {"1", "2"}, "until then nothing is stated of them"
    kept = desk.said("captured")[1:]
    assert [each.predicate["kind"] for each in kept] == ["refused"] * 3
    assert [str(each.predicate["seen"])[:10] for each in kept] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert {each.predicate["url"] for each in kept} == {f"{site.site}/feed"}
    say_theirs(desk, site)
    site.pages["/feed"] = (200, {}, rss("A new beginning", 25, 26))
    report = visit(desk, site, NOW + 9 * DAY)
    assert report.new == 6
    assert "Answers that had been refused were taken in: 3, of 2026-11-24 to 2026-11-26." in report.notes
    assert times(desk) == {
        **dict.fromkeys(("1", "2"), ("2026-11-23", "2026-11-23")),
        **dict.fromkeys(("21", "22"), ("2026-11-24", "2026-11-24")),
        "23": ("2026-11-25", "2026-11-25"),
        "24": ("2026-11-26", "2026-11-26"),
        **dict.fromkeys(("25", "26"), ("2026-12-02", "2026-12-02")),
    }
    assert unanswered(desk.archive) == {}
    size = desk.archive.size
    assert (visit(desk, site, NOW + 10 * DAY).new, desk.archive.size) == (0, size)


def test_words_that_were_changed_in_an_answer_that_was_refused_are_an_edit_of_that_day(
    desk: Desk, site: WebPages
) -> None:
    refused(desk, site, NOW + DAY, 21)
    refused(desk, site, NOW + 2 * DAY, 21, said="no longer the {}th")
    say_theirs(desk, site)
    assert visit(desk, site, NOW + 5 * DAY).edited == 1
    first, second = desk.archive.index.posts.versions(f"{site.site}/21")
    assert (first.text, second.text) == ("the 21th", "no longer the 21th")
    assert (first.as_of[:10], second.as_of[:10]) == ("2026-11-24", "2026-11-25")


def test_what_a_stranger_gave_out_is_not_taken_in_when_the_author_is_back(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    site.pages["/feed"] = (200, {}, rss("Notes", 1, 2, 3))
    assert visit(desk, site, NOW + 5 * DAY).new == 1
    assert set(desk.posts()) == {"1", "2", "3"}
    [kept] = unanswered(desk.archive).values()
    assert len(kept) == 3, "somebody has to say whose that was"
    following = Following(desk.archive)
    feed = following.named(f"{site.site}/feed")
    assert refused_answers.leave(desk.archive, feed) == 3
    following.save()
    assert unanswered(desk.archive) == {}
    visit(desk, site, NOW + 6 * DAY)
    begun_anew(desk, site)
    say_theirs(desk, site)
    assert len(waiting(desk.archive, Following(desk.archive).named(f"{site.site}/feed"))) == 3, "not those of before"


def test_who_said_that_it_is_not_theirs_can_still_say_that_it_is(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    following = Following(desk.archive)
    feed = following.named(f"{site.site}/feed")
    feed.switch(False)
    refused_answers.leave(desk.archive, feed)
    following.save()
    assert unanswered(desk.archive) == {}
    say_theirs(desk, site)
    assert visit(desk, site, NOW + 9 * DAY).new == 4


def test_what_was_said_not_to_be_theirs_is_not_taken_in_with_what_came_later(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    following = Following(desk.archive)
    feed = following.named(f"{site.site}/feed")
    feed.switch(False)
    refused_answers.leave(desk.archive, feed)
    feed.switch(True)
    following.save()
    refused(desk, site, NOW + 5 * DAY, 27, 28)
    say_theirs(desk, site)
    visit(desk, site, NOW + 6 * DAY)
    assert set(desk.posts()) == {"1", "2", "27", "28"}
    assert unanswered(desk.archive) == {}


def test_only_an_answer_that_says_something_new_is_kept(desk: Desk, site: WebPages) -> None:
    size = desk.archive.size
    refused(desk, site, NOW + DAY, 21, 22)
    for hours in (1, 2, 3):
        refused(desk, site, NOW + DAY + timedelta(hours=hours), 22)
    assert desk.archive.size == size + 1
    for hours in (4, 5, 6):  # a count in the words, which is another at each visit
        refused(desk, site, NOW + DAY + timedelta(hours=hours), 21, said=f"read {hours} times")
    assert desk.archive.size == size + 1
    refused(desk, site, NOW + 2 * DAY, 21, said="read 9 times")
    assert desk.archive.size == size + 2
    told = refused(desk, site, NOW + 2 * DAY, 23, said="read 9 times")
    assert "Of its answers 3 are kept as they came, of 2026-11-24 to 2026-11-25." in told


@pytest.mark.parametrize("bound", ["MOST", "ROOM"])
def test_a_stranger_fills_no_disk_and_the_bound_is_told(
    desk: Desk, site: WebPages, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_anew(desk, site)
    size = desk.archive.size
    monkeypatch.setattr(refused_answers, bound, 3 if bound == "MOST" else 3 * len(rss("A new beginning", 21, 22)))
    told = refused(desk, site, NOW + 5 * DAY, 26)
    assert "Of its answers 3 are kept" in told
    assert "That is as many as are kept: what comes from now on is lost." in told
    assert desk.archive.size == size


class Killed(BaseException):
    """The run ends here."""


def killed_at(number: int, do: Callable[..., Any]) -> Callable[..., Any]:
    """The same, of which the call of this number never returns: what it does is done for odd ones alone."""
    calls = 0

    def call(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number // 2 + 1:
            if number % 2:
                do(*given)
            raise Killed
        return do(*given)

    return call


def stated(desk: Desk) -> list[tuple[object, ...]]:
    """What is stated, without numbers and salts, which differ."""
    found = list[tuple[object, ...]]()
    for _, envelope in desk.archive.statements():
        each = peek_envelope(envelope)
        told = {name: each.predicate.get(name) for name in ("kind", "post", "seen", "as_of", "text", "url")}
        found.append((each.act, *(subject.sha256 for subject in each.subjects), *map(str, told.items())))
    return found


def test_a_run_that_is_killed_at_any_step_is_gone_on_with_and_nothing_is_stated_twice(
    tmp_path: Path, site: WebPages
) -> None:
    wanted, number = list[tuple[object, ...]](), -1
    while True:
        site.pages["/feed"] = (200, {}, rss("Notes", 1, 2))
        desk = Desk.make(tmp_path / f"archive{number}")
        visit(desk, site, NOW)
        begun_anew(desk, site)
        say_theirs(desk, site)
        survived = True
        with pytest.MonkeyPatch.context() as killing:
            if number >= 0:
                killing.setattr(Archive, "append", killed_at(number, Archive.append))
            try:
                visit(desk, site, NOW + 9 * DAY)
            except Killed:
                survived = False
        desk.archive.close()
        again = Desk(Archive.open(tmp_path / f"archive{number}"), desk.key)
        visit(again, site, NOW + 9 * DAY)
        found = stated(again)
        wanted = wanted or found
        assert sorted(map(str, found)) == sorted(map(str, wanted)), number
        assert unanswered(again.archive) == {}
        again.archive.close()
        if survived and number >= 0:
            break
        number += 1
    assert number > 8


def test_on_a_full_disk_it_is_told_and_the_next_visit_keeps_it(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/feed"] = (200, {}, rss("A new beginning", 21))
    with monkeypatch.context() as full:

        def refuse(*given: object) -> None:
            raise StorageFull("Expected room for an object, found none.")

        full.setattr(desk.archive.objects, "adopt_many", refuse)
        with pytest.raises(StorageFull):
            visit(desk, site, NOW + DAY)
    assert list(unanswered(desk.archive)) == [f"{site.site}/feed"], "that it is another's is known"
    refused(desk, site, NOW + 2 * DAY, 21)
    assert [len(each) for each in unanswered(desk.archive).values()] == [1]


def test_a_clock_that_jumps_changes_neither_which_came_first_nor_what_is_kept(desk: Desk, site: WebPages) -> None:
    for number, days in enumerate((4000, 1, 2)):  # it was years ahead, and was set back
        refused(desk, site, NOW + days * DAY, 21, said=f"version {number}")
    refused(desk, site, NOW + 3 * DAY, 22)
    say_theirs(desk, site)
    visit(desk, site, NOW + 3 * DAY)
    found = [each.text for each in desk.archive.index.posts.versions(f"{site.site}/21")]
    assert found == ["version 0", "version 1", "version 2"]
    assert unanswered(desk.archive) == {}


def test_a_kept_answer_whose_bytes_are_damaged_keeps_no_other_from_being_taken_in(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    [first, *_] = waiting(desk.archive, Following(desk.archive).named(f"{site.site}/feed"))
    path = desk.archive.objects.path(first.said.original)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole.replace(b"the 21th", b"the 99th"))
    say_theirs(desk, site)
    report = visit(desk, site, NOW + 9 * DAY)
    assert (report.new, report.kinds["damaged"]) == (3, 1)
    assert "21" not in desk.posts()
    path.write_bytes(whole)


def test_what_is_forgotten_goes_from_the_answers_that_were_refused_too(desk: Desk, site: WebPages) -> None:
    begun_anew(desk, site)
    site.pages["/feed"] = (200, {}, rss("Notes", 2, 23))  # its author writes under both names
    visit(desk, site, NOW + 4 * DAY)
    assert set(desk.posts()) == {"1", "2", "23"}
    plan = planned(desk.archive, [desk.posts()["23"].number])
    destruction.commit(desk.archive, desk.key, plan, "danger", "2026-12-03")
    destruction.finish(desk.archive, {})
    lying = [desk.archive.objects.path(each).read_bytes() for each in desk.archive.objects]
    assert not [each for each in lying if b"the 23th" in each]
    assert [each for each in lying if b"the 24th" in each]


# At the desk --------------------------------------------------------------------------------------------------------


def run(home: Path, *argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main([*argv, "--home", str(home)], out, err)
    return code, out.getvalue(), " ".join(err.getvalue().split())


def test_the_desk_is_told_and_says_in_one_word_whose_it_is(tmp_path: Path, site: WebPages) -> None:
    home, feed = tmp_path / "desk", f"{site.site}/feed"
    create_desk(home, "ourdesk", b"", WORK)
    assert run(home, "collect", feed)[0] == 0
    assert run(home, "status")[0] == 0
    site.pages["/feed"] = (200, {}, rss("A new\u202e beginning", 21))
    code, _, err = run(home, "collect", feed)
    assert (code, f"'tamizdat collect theirs {feed}'" in err) == (1, True)
    code, _, err = run(home, "status")
    assert (code, f"{feed} may be in other hands" in err, "1 answer is kept" in err) == (1, True, True)
    assert "refused as another's since 20" in run(home, "collect", "list")[1]
    site.pages["/feed"] = (200, {}, rss("A new\u202e beginning", 22))
    code, out, _ = run(home, "collect", "theirs", feed, "--dry-run")
    assert (code, "the 21th" in out, "\u202e" in out) == (0, True, False)
    code, out, _ = run(home, "collect", "theirs", feed)
    assert (code, "2 new" in " ".join(out.split())) == (0, True)
    assert run(home, "status")[0] == 0
    code, _, err = run(home, "collect", "theirs", feed)
    assert (code, "none was" in err) == (2, True)
    assert run(home, "collect", "theirs")[0] == 2
    site.pages["/feed"] = (200, {}, rss("Best slots", 23))
    assert run(home, "collect", feed)[0] == 1
    code, out, _ = run(home, "collect", "off", feed)
    assert (code, "1 answer that was refused" in out) == (0, True)
    assert run(home, "status")[0] == 0


def test_what_a_feed_calls_itself_forges_no_line_of_a_list(tmp_path: Path, site: WebPages) -> None:
    home, feed = tmp_path / "desk", f"{site.site}/feed"
    create_desk(home, "ourdesk", b"", WORK)
    forged = "Notes\nForged: nothing waits\x1b[2J\u202e" + "a" + "\u0301" * 900
    items = [{"id": "1", "content_text": "words"}]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": forged, "items": items}
    site.pages["/feed"] = (200, {}, json.dumps(said).encode())
    assert run(home, "collect", feed)[0] == 0
    assert len(run(home, "collect", "list")[1].splitlines()) == 1
    items[0] = {"id": "2", "content_text": f"other words\n{forged}"}
    site.pages["/feed"] = (200, {}, json.dumps({**said, "title": f"x {forged}"}).encode())
    assert run(home, "collect", feed)[0] == 1
    for words in (["collect", "list"], ["collect", "theirs", feed, "--dry-run"], ["status"]):
        shown = "".join(run(home, *words)[1:])
        assert not [line for line in shown.splitlines() if line.startswith("Forged")]
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        if "theirs" in words:
            assert max(map(len, shown.splitlines())) < 200


def test_an_entry_whose_id_holds_a_zero_is_told_and_blocks_no_release(tmp_path: Path, site: WebPages) -> None:
    home, feed = tmp_path / "desk", f"{site.site}/feed"
    create_desk(home, "ourdesk", b"", WORK)
    items = [{"id": "a\0b", "content_text": "no words"}, {"id": "2", "content_text": "words"}]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": items}
    site.pages["/feed"] = (200, {}, json.dumps(said).encode())
    code, out, err = run(home, "collect", feed)
    assert (code, "an id with a zero character" in err, "1 new" in out) == (3, True, True)
    assert run(home, "publish", "release", "--all")[0] == 0
