"""A disk that the outbox has filled while a card is sealed: said once, however often sending makes room."""

from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.carrying.deliver import Delivery
from tamizdat.cli.console import Out
from tamizdat.cli.seal import _FullDisk


def test_a_disk_that_is_full_a_hundred_times_is_said_to_be_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Out(as_json=False)
    with World(tmp_path) as world, out.progress(1000, "sealing") as progress:
        delivery = Delivery(world.field)
        full_disk = _FullDisk(world.field, delivery, out)
        waited: list[tuple[str, ...]] = []

        def sends() -> None:
            waited.append(progress.waits_for)
            delivery.moved.set()

        progress._show = lambda *_: sends()
        progress._every = 0.0
        for _ in range(100):
            assert full_disk.gets_room(progress)
            assert progress.waits_for == ()
    assert waited[:100] == [("room on this disk",)] * 100
    assert capsys.readouterr().err.count("filled this disk") == 1
