"""One place in one run of receiving, whatever the order in which its parcels come and fail."""

import queue
import threading
import time
from typing import cast

import pytest

from tamizdat.carrying import source as module
from tamizdat.carrying.source import Answer, Opened, Source
from tamizdat.errors import PlaceUnreachable
from tamizdat.home.home import PlaceSettings
from tamizdat.places import Place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import Header

FAILS, COMES = "a" * 64, "b" * 64


class Settings(PlaceSettings):
    def open(self) -> Place:
        place = MemoryPlace(self.name)
        for name in (FAILS, COMES):
            place.put(name, b"parcel")
        return place


def test_of_a_place_that_is_given_up_what_it_gave_meanwhile_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever settles may be busy for long: what was fetched and opened then waited a moment, and was thrown away."""
    monkeypatch.setattr(module, "TOO_LONG", -1.0)
    answers: queue.Queue[Answer | None] = queue.Queue(maxsize=1)
    opened, begun, full = Opened(cast(Header, None), None, 6, None), threading.Event(), threading.Event()

    def open_parcel(place: Place, name: str) -> Opened:
        if name == FAILS:
            assert begun.wait(60)
            raise PlaceUnreachable("It gave nothing.")
        begun.set()
        while not answers.full():  # the other one has failed, and nobody has settled that yet
            time.sleep(0.001)
        full.set()
        return opened

    source = Source(Settings(1, "slow", "", {}), answers, set())
    source.start(open_parcel)
    assert full.wait(60)
    source.over.wait(0.5)  # until it is given up, and what came meanwhile would be thrown away
    found = {answer.name: answer for answer in iter(lambda: answers.get(timeout=60), None)}
    assert isinstance(found[FAILS].failure, PlaceUnreachable)
    assert found[COMES].opened is opened
    assert source.over.is_set()
