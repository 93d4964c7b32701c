"""Parcels are lost after they were acknowledged, in more places than may be lost: the desk has them sealed again."""

import os
import re
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, PASSPHRASE, Interruption, Pulled, World
from tamizdat.carrying.again import Standing, ask_again
from tamizdat.carrying.missing_groups import Lacking
from tamizdat.carrying.receive import Underway
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive import say_arrival
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, [MemoryPlace(f"place{number}") for number in range(3)])
    world.write("note.txt", NOTE)
    for number in range(4):
        world.write(f"clip{number}.bin", bytes([number + 1]) * 900_000, 1_300_000_000 - number)
    return world


def seal(world: World, until: int | None = None) -> int:
    """Seal with small parcels, or be killed when so many bytes were read; how many groups were sealed again."""
    if until is None:
        return world.seal(parcel_size=lambda: SMALL_PLAINTEXT).again
    with pytest.raises(Pulled):
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT, progress=Interruption(until))
    return 0


def lose(world: World, payload: int) -> int:
    """All shares of the group that holds a payload are lost in every place; how many there were."""
    lost = 0
    for place, name in world.parcels():
        header = world.opened(place.get(name))
        if header.stage != "filler" and header.first <= payload < header.first + header.k:
            place.delete(name)
            lost += 1
    return lost


def underway(world: World) -> Underway:
    [found] = world.receive().underway
    return found


def test_of_an_open_consignment_what_is_lacking_is_sealed_again_and_the_receipt_holds(world: World) -> None:
    seal(world, until=3_000_000)
    world.send()
    assert lose(world, 2) == 3
    code = underway(world).again
    assert Lacking.parse(code).has_gaps
    assert ask_again(world.field, code).standing == Standing.OPEN
    assert seal(world) == 1
    world.send()
    arrival = world.receive()
    assert arrival.underway == []
    assert world.archived() == world.on_card()
    assert world.wipe(world.receipt()).kept == ()


def test_without_a_loss_nothing_is_asked_for(world: World) -> None:
    seal(world, until=3_000_000)
    world.send()
    assert underway(world).again == "", "it goes on, as far as anybody can tell"
    assert underway(world).again, "nothing came since: if the device says that all is away, something was lost"


def test_what_waits_in_the_spool_is_not_sealed_a_second_time(world: World) -> None:
    seal(world, until=3_000_000)
    world.send()
    lose(world, 2)
    code = underway(world).again
    ask_again(world.field, code)
    assert seal(world, until=3_000_000) == 0
    ask_again(world.field, code)  # the person types it once more
    assert seal(world) == 0, "the run before has sealed it, and it waits"
    world.send()
    assert world.receive().underway == []
    assert world.archived() == world.on_card()


def test_of_a_consignment_that_is_sealed_to_the_end_the_files_that_are_lacking_come_in_another(world: World) -> None:
    seal(world)
    world.send()
    lose(world, 4)
    asked = ask_again(world.field, underway(world).again)
    assert (asked.standing, asked.files + asked.kept) == (Standing.SEALED, 5)
    assert asked.kept >= 1
    assert world.seal(parcel_size=lambda: SMALL_PLAINTEXT).files == asked.files
    world.send()
    arrival = world.receive(salvage=True)
    assert [each.closed for each in arrival.underway] == [True], "the desk waits for it no longer"
    assert world.archived() == world.on_card()


def test_before_more_is_sealed_what_waits_is_sent(world: World) -> None:
    seal(world, until=3_000_000)
    world.send()
    lose(world, 0)
    code = underway(world).again
    seal(world)
    asked = ask_again(world.field, code)
    assert asked.standing == Standing.WAITS
    assert asked.waiting == len(world.spool())
    assert world.seal().number == 0, "nothing of it was forgotten"


def test_the_desk_says_the_command_and_the_field_what_to_do(world: World) -> None:
    seal(world, until=3_000_000)
    world.send()
    lose(world, 2)
    shown = StringIO()
    say_arrival(world.receive(), Out(False, shown, shown))
    [command] = re.findall(r"tamizdat (send --again \S+)", shown.getvalue())
    field = [*command.split(), "--home", str(world.field.folder), "--allow-swap", "--dry-run"]
    for words, told in ((field, "run the same 'tamizdat seal' again"), ([*field[:2], "ABCD", *field[3:]], "once more")):
        given, giving = os.pipe()
        os.write(giving, PASSPHRASE + b"\n")
        os.close(giving)
        shown = StringIO()
        code = main([*words, "--passphrase-fd", str(given)], shown, shown)
        os.close(given)
        assert (code == 0, told in " ".join(shown.getvalue().split())) == (words is field, True)
    assert seal(world) == 0, "a dry run keeps nothing"


def test_what_is_not_a_code_of_this_device_changes_nothing(world: World) -> None:
    seal(world)
    stranger = Lacking.of(bytes(32), 0, (), 3).code()
    with pytest.raises(UsageError, match="another device"):
        ask_again(world.field, stranger)
    with pytest.raises(BadEncoding):
        ask_again(world.field, stranger[:-1] + ("0" if stranger[-1] != "0" else "4"))
    assert world.seal().number == 0
