"""The queue: everything is reachable, narrowed and ordered, and "next" gives different posts to different people."""

import re
from datetime import timedelta

from support.collecting_desk import assigned, tweet, x_files
from support.visitor import Room, Visitor
from tamizdat.workbench.leases import LEASE

MADE = "Sun May 12 {:02}:30:00 +0000 20{:02}"


def numbers(visitor: Visitor, query: str = "") -> list[int]:
    """The posts on a page of the queue, by number, in order."""
    page = visitor.get(f"/translate?language=en{query}").text
    return [int(each) for each in re.findall(r'class="task" href="/translate/(\d+)/en', page)]


def fill(room: Room, count: int) -> None:
    """Posts of another voice: one each year, and a thread of three."""
    posts = [tweet(100 + each, f"第{each}条。", created_at=MADE.format(6, each % 24)) for each in range(count)]
    for each in range(3):
        above = {"in_reply_to_status_id_str": str(199 + each), "in_reply_to_user_id_str": "99"} if each else {}
        posts.append(tweet(200 + each, f"串里的第{each}条。", created_at=MADE.format(8 + each, 10), **above))
    account = {"account": {"accountId": "99", "username": "wang", "accountDisplayName": "王"}}
    room.take_files(x_files(posts) | {"data/account.js": assigned("account", [account])}, "many", room.now)


def test_every_waiting_post_is_reached_by_pages_in_both_orders(room: Room) -> None:
    fill(room, 60)
    visitor = room.visitor("translator")
    every = [number for start in (0, 25, 50) for number in numbers(visitor, f"&from={start}")]
    assert len(every) == len(set(every)) == 66
    assert {room.number(post) for post in (1, 2, 3, 100, 159, 202)} <= set(every)
    newest = [number for start in (0, 25, 50) for number in numbers(visitor, f"&order=newest&from={start}")]
    assert set(newest) == set(every)
    assert newest[0] in (room.number(123), room.number(147)), "of 2023"
    assert every[0] == room.number(100), "of 2000"
    assert 'rel="next"' in visitor.get("/translate?language=en&order=newest").text
    assert numbers(visitor, "&from=4000") == every[50:], "behind the end is the last page"


def test_it_is_narrowed_by_voice_day_length_and_thread_and_no_address_holds_a_name(room: Room) -> None:
    fill(room, 30)
    room.take({300: "很长的话。" * 60}, "long")
    visitor = room.visitor("translator")
    page = visitor.get("/translate?language=en").text
    voice = re.search(r'<option value="(\d+)">[^<]*@wang', page)
    assert voice
    assert not {room.number(post) for post in (1, 2, 3, 300)} & set(numbers(visitor, f"&voice={voice[1]}"))
    assert numbers(visitor, "&length=long") == [room.number(300)]
    within = numbers(visitor, "&since=2010-01-01&until=2010-12-31")
    assert within == [room.number(post) for post in (110, 200, 201, 202)]
    whole = [room.number(post) for post in (200, 201, 202)]
    assert [numbers(visitor, f"&thread={each}") for each in whole] == [whole] * 3
    assert "thread of 3" in page
    assert not re.search(r'href="[^"]*(wang|lin)', page)
    assert visitor.get("/translate?language=en&since=2010").status == 400
    assert "Nothing that waits fits" in visitor.get("/translate?language=en&since=2031-01-01").text


def test_what_an_editor_puts_first_is_first_for_everybody_and_after_a_restart(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(3)
    assert numbers(editor)[0] != number
    assert editor.post(f"/queue/{number}/first", do="first", language="en").status == 303
    room.bench.close()
    room.archive.close()
    room.open()
    visitor = room.visitor("translator")
    assert numbers(visitor)[0] == number
    assert numbers(visitor, "&first=yes") == [number]
    assert visitor.get("/translate/next?language=en").to == f"/translate/{number}/en"
    assert visitor.post(f"/queue/{number}/first", do="not-first").status == 403
    editor = room.visitor("editor")
    assert editor.post(f"/queue/{number}/first", do="not-first", language="en").status == 303
    assert numbers(visitor)[0] != number


def test_next_gives_different_posts_to_different_people(room: Room) -> None:
    room.join("second", "translator")
    room.join("third", "translator")
    people = [room.visitor(name) for name in ("translator", "second", "third", "editor")]
    given = [each.get("/translate/next?language=en").to for each in people]
    assert len(set(given[:3])) == 3
    assert given[3] in given[:3], "nothing else waits: better two at one post than somebody without work"
    assert people[0].get("/translate/next?language=en").to == given[0], "one's own stays one's own"


def test_a_post_that_was_given_back_goes_to_somebody_else(room: Room) -> None:
    room.join("second", "translator")
    first, second = room.visitor("translator"), room.visitor("second")
    given = first.get("/translate/next?language=en").to
    assert first.post(f"{given}/give-back").status == 303
    assert first.get("/translate/next?language=en").to not in (given, "/translate")
    assert second.get("/translate/next?language=en").to == given


def test_a_lease_ends_by_itself_and_goes_on_while_somebody_types(room: Room) -> None:
    room.join("second", "translator")
    first, second = room.visitor("translator"), room.visitor("second")
    given = first.get("/translate/next?language=en").to
    room.now += timedelta(seconds=LEASE - 60)
    first.post(f"{given}/draft", **{"target-0": "The school", "seen-0": "0"})
    room.now += timedelta(seconds=LEASE - 60)
    assert second.get("/translate/next?language=en").to != given
    room.now += timedelta(seconds=120)
    assert second.get("/translate/next?language=en").to == given


def test_the_queue_names_who_is_at_a_post_without_a_time_and_the_post_opens_for_whoever_wants_it(room: Room) -> None:
    room.join("magpie", "translator")
    room.join("heron", "translator", languages=("ar",))
    magpie, other, far = room.visitor("magpie"), room.visitor("translator"), room.visitor("heron")
    given = magpie.get("/translate/next?language=en").to
    page = other.get("/translate?language=en").text
    assert "<bdi>magpie</bdi> is at it" in page
    assert not re.search(r"magpie</bdi> is at it[^<]*\d", page)
    assert "magpie" not in far.get("/translate?language=ar").text + far.get("/translate?language=en").text
    assert "is at it" not in magpie.get("/translate?language=en").text, "one's own is not told"
    assert other.get(given).status == 200
    version = room.archive.index.posts.versions(room.post(1))[-1].number
    words = {"target-0": "The school fell.", "target-1": "512."}
    assert other.post(f"{given}/propose", version=version, latest="", **words).status == 303


def test_leases_are_on_no_disk_and_come_back_after_a_restart_with_a_draft_alone(room: Room) -> None:
    room.join("second", "translator")
    first, second = room.visitor("translator"), room.visitor("second")
    typed = first.get("/translate/next?language=en").to
    first.post(f"{typed}/draft", **{"target-0": "The school", "seen-0": "0"})
    looked_at = second.get("/translate/next?language=en").to
    size = room.archive.size
    room.bench.close()
    room.archive.close()
    room.open()
    assert room.archive.size == size
    third = room.visitor("editor")
    assert third.get("/translate/next?language=en").to == looked_at, "only looked at: it was in memory"


def test_reviewers_are_given_different_translations_too(room: Room) -> None:
    room.join("another", "reviewer")
    translator = room.visitor("translator")
    for post, words in ((1, ("The school fell.", "512.")), (3, ("Three families.",))):
        version = room.archive.index.posts.versions(room.post(post))[-1].number
        form = {f"target-{place}": text for place, text in enumerate(words)}
        where = f"/translate/{room.number(post)}/en"
        assert translator.post(f"{where}/propose", version=version, latest="", **form).status == 303
    given = [room.visitor(name).get("/translate/next?language=en").to for name in ("reviewer", "another")]
    assert len(set(given)) == 2
    assert all(each.endswith("/review") for each in given)


def test_what_comes_in_is_in_the_queue_at_once(room: Room) -> None:
    visitor = room.visitor("translator")
    before = numbers(visitor)
    room.take_files(x_files([tweet(900, "新的一条。")]), "later", room.now)
    assert set(numbers(visitor)) - set(before) == {room.number(900)}
