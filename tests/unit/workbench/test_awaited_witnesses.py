"""An edition goes out whether or not its witnesses answer; until they do, nobody is left to think that it is broken."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.visitor import Room, Visitor
from support.witness_server import witnessing
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.roster import Roster
from tamizdat.witness import desk
from tamizdat.witness.ask import Answer, Outcome
from tamizdat.witness.record import Record
from tamizdat.workbench.jobs import publish

NOBODY = "http://127.0.0.1:9"  #: where nobody listens
AWAITED = "Not witnessed yet"


class Turns(threading.Event):
    """The end of a workbench that comes after so many *turns*, without a clock."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self._turns = turns

    def wait(self, timeout: float | None = None) -> bool:
        self._turns -= 1
        return self._turns < 0


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.create(tmp_path / "other/witness", "w.example")


@pytest.fixture
def at(room: Room, record: Record, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the desk's roster ask for that witness; gives what says at which address it is."""

    def watched(*given: Any) -> Roster:
        roster = newest_roster(*given)
        return replace(roster, policy=replace(roster.policy, witnesses=tuple(record.witnesses), quorum=1))

    for module in (publish, desk):
        monkeypatch.setattr(module, "newest_roster", watched)

    def where(address: str) -> None:
        monkeypatch.setattr(desk, "addresses_of", lambda home: {"w.example": address})

    where(NOBODY)
    return where


def published(room: Room) -> Visitor:
    """An editor who released an item, and published."""
    editor = room.visitor("editor")
    editor.post(f"/items/{room.number(3)}", release="public")
    editor.post("/publish", do="publish")
    room.bench.jobs.wait()
    return editor


def test_whoever_published_at_night_is_told_that_nothing_is_broken_and_need_not_stay_up_for_it(
    room: Room, record: Record, at: Callable[[str], None]
) -> None:
    editor = published(room)
    for path in ("/publish", "/"):
        page = editor.get(path).text
        assert AWAITED in page
        assert "<bdi>w.example</bdi>" in page
        assert "asked again every ten minutes" in page
    assert 'value="ask">Ask the witnesses again</button>' in editor.get("/publish").text
    assert AWAITED not in room.visitor("translator").get("/").text
    record.watch(newest_roster(room.archive, bytes.fromhex(room.home.settings["root"])).policy.log)
    with witnessing(record) as address:
        at(address)
        publish.keep_asking(lambda: room.home, room.archive, room.bench.jobs, room.bench.asked, Turns(1))
    assert [each.outcome for each in room.bench.asked] == [Outcome.SIGNED]
    assert not any(AWAITED in editor.get(path).text for path in ("/publish", "/"))
    at(NOBODY)
    publish.keep_asking(lambda: room.home, room.archive, room.bench.jobs, room.bench.asked, Turns(1))
    assert [each.outcome for each in room.bench.asked] == [Outcome.SIGNED], "who has signed is not asked again"


def test_a_witness_that_saw_another_ledger_is_an_alarm_and_nothing_to_wait_for(
    room: Room, at: Callable[[str], None]
) -> None:
    editor = published(room)
    room.bench.asked[:] = [Answer("w.example", Outcome.FORKED, detail="it has signed 99 entries of this ledger")]
    for path in ("/publish", "/"):
        page = editor.get(path).text
        assert "Publish nothing more before you know why" in page
        assert "99 entries" in page
        assert AWAITED not in page


def test_an_archive_that_cannot_be_read_now_does_not_end_the_asking(room: Room, at: Callable[[str], None]) -> None:
    published(room)
    (room.bench.site / "ledger/checkpoint").write_bytes(b"no note")
    publish.keep_asking(lambda: room.home, room.archive, room.bench.jobs, room.bench.asked, Turns(2))
    assert room.bench.asked == []
