"""A sealing that was cut off is told at every instant: nobody hears that all is away of a card that is not sealed."""

import errno
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.field_and_desk import CLIP, NOTE, NOW, Interruption, Pulled, World
from tamizdat.carrying import seal as sealing
from tamizdat.carrying.begun import Unfinished, begun, unfinished
from tamizdat.carrying.deliver import Delivered
from tamizdat.carrying.seal import abandon, seal_card
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.send import say_delivered
from tamizdat.errors import UsageError
from tamizdat.field.device import FieldDevice
from tamizdat.home.home import alone


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("采访.txt", NOTE)
        made.write("C1.bin", CLIP)
        yield made


def said(world: World, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    code = main(["status", "--home", str(world.field.folder), "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def fails(*_: object, **__: object) -> None:
    raise Pulled


def cut_off_before_the_first_consignment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_open", fails)
    with pytest.raises(Pulled):
        world.seal()
    monkeypatch.undo()


@pytest.mark.parametrize("instant", ["list_card", "remembered", "unused_number"])
def test_a_sealing_that_is_killed_before_its_consignment_stands_is_told(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, instant: str
) -> None:
    monkeypatch.setattr(sealing, instant, fails)
    with pytest.raises(Pulled):
        world.seal()
    monkeypatch.undo()
    assert unfinished(world.field.folder) == Unfinished((), unopened=True, at_work=False)
    assert said(world, capsys)[0] == 1
    assert FieldDevice(world.field.folder, lambda: 0.0).is_unfinished
    delivered, out = world.send(), Out(as_json=False)
    assert say_delivered(delivered, out, world.field.folder) == 1
    assert "nothing says that its card is sealed" in " ".join(capsys.readouterr().out.split())
    world.seal()
    assert say_delivered(world.send(), out, world.field.folder) == 0
    assert "Everything that was sealed is away" in capsys.readouterr().out


def test_at_each_step_of_the_way_out_the_field_is_told_the_next_one(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(delivered: list[Delivered] | None = None) -> str:
        if delivered is None:
            main(["status", "--home", str(world.field.folder)])
        else:
            say_delivered(delivered, Out(as_json=False), world.field.folder)
        return " ".join(capsys.readouterr().out.split())

    world.seal()
    assert "sealed to the end; to be sent:" in (before := told())
    assert before.count("Next: 'tamizdat send'.") == 1
    assert "Keep the cards: only the desk's receipt says what has arrived" in told(world.send())
    assert "Next:" not in told()
    world.receive()
    world.wipe(world.receipt())
    assert "Keep the cards" not in told(world.send())


def test_killed_between_two_consignments_of_one_card_it_is_told(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(625_000))
    world.write("C2.bin", b"filmed meanwhile")
    monkeypatch.setattr(sealing, "_open_new", fails)
    with pytest.raises(Pulled):
        world.seal()
    monkeypatch.undo()
    world.send()
    code, status = said(world, capsys)
    assert (code, status["unopened"], status["sealed"]) == (1, True, [1])
    world.seal()
    world.send()
    assert said(world, capsys)[0] == 0


def test_killed_while_the_passphrase_is_tried_it_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with begun(world.field.folder):
        assert unfinished(world.field.folder).unopened
    assert not unfinished(world.field.folder), "what ends otherwise than by a kill was seen"
    (world.field.folder / "begun" / "0123456789abcdef").touch()  # as a kill leaves it
    assert said(world, capsys)[0] == 1
    world.seal()
    assert not unfinished(world.field.folder)


def test_another_card_that_is_sealed_whole_does_not_hide_the_one_that_was_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off_before_the_first_consignment(world, monkeypatch)
    (other := world.folder / "other").mkdir()
    (other / "note.txt").write_bytes(NOTE)
    seal_card(world.field, other, NOW)
    assert unfinished(world.field.folder).unopened
    world.seal()
    assert not unfinished(world.field.folder)


def test_what_is_refused_was_not_begun_and_forgets_nothing_that_was(world: World) -> None:
    (empty := world.folder / "empty").mkdir()
    for _ in range(2):
        with pytest.raises(UsageError):
            seal_card(world.field, empty, NOW)
        assert not unfinished(world.field.folder)
    with pytest.raises(Pulled):
        world.seal(opened=fails)
    away = world.card.rename(world.folder / "pulled out")
    world.card.mkdir()  # its mount point, empty
    with pytest.raises(UsageError):
        world.seal()
    assert unfinished(world.field.folder)
    world.card.rmdir()
    away.rename(world.card)
    world.seal()
    assert not unfinished(world.field.folder)


def test_what_is_abandoned_is_not_to_be_gone_on_with(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(opened=fails)
    abandon(world.field)
    assert not unfinished(world.field.folder)


def test_of_what_another_process_seals_at_this_moment_nobody_is_told_to_begin_anew(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(625_000))
    with alone(world.field.folder, "sealing"):
        assert unfinished(world.field.folder) == Unfinished((1,), unopened=False, at_work=True)
        main(["status", "--home", str(world.field.folder)])
        assert "being sealed" in capsys.readouterr().out
    main(["status", "--home", str(world.field.folder)])
    assert "unfinished" in capsys.readouterr().out


def test_a_mark_that_the_disk_damaged_keeps_nobody_from_sealing(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(opened=fails)
    [mark] = (world.field.folder / "begun").iterdir()
    mark.write_bytes(mark.read_bytes()[:-1])
    world.seal()
    assert unfinished(world.field.folder).unopened, "it says of no card"
    abandon(world.field)
    assert not unfinished(world.field.folder)


def test_a_full_disk_without_a_folder_for_marks_keeps_no_open_consignment_from_going_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(625_000))
    for mark in (folder := world.field.folder / "begun").iterdir():
        mark.unlink()
    folder.rmdir()  # as on a device that was set up before there were marks
    make = Path.mkdir

    def full(path: Path, *args: Any, **kwargs: Any) -> None:
        if path.name == "begun":
            raise OSError(errno.ENOSPC, "No space left on device")
        make(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", full)
    with begun(world.field.folder):
        world.seal()
    assert not unfinished(world.field.folder)


def test_who_types_a_passphrase_for_another_card_while_one_is_sealed_is_marked_still(world: World) -> None:
    with ExitStack() as other:
        world.seal(opened=lambda *_: other.enter_context(begun(world.field.folder)))
        assert unfinished(world.field.folder).unopened
    assert not unfinished(world.field.folder)


def test_another_card_at_the_same_mount_point_does_not_hide_the_one_that_was_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off_before_the_first_consignment(world, monkeypatch)
    first = world.card.rename(world.folder / "pulled out")
    world.write("C1.bin", b"another card of this camera")
    world.seal()
    assert unfinished(world.field.folder).unopened
    world.card.rename(world.folder / "put away")
    first.rename(world.card)
    world.seal()
    assert not unfinished(world.field.folder)


def test_a_card_that_is_mounted_elsewhere_by_now_is_the_one_that_was_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off_before_the_first_consignment(world, monkeypatch)
    seal_card(world.field, world.card.rename(world.folder / "CARD1"), NOW)
    assert not unfinished(world.field.folder)
