"""A card that fails while it is sealed: what it gives gets out, what it does not is told, and stays on the card."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, NOTE, PASSPHRASE, World
from tamizdat.carrying import begun
from tamizdat.carrying.arrived import arrived
from tamizdat.carrying.begun import unfinished
from tamizdat.carrying.carried import remembered
from tamizdat.cli.main import main
from tamizdat.encoding import spoken
from tamizdat.footage.card import FAILS


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("采访.txt", NOTE)
        for number in range(4):  # the newest is read first
            made.write(
                f"{'good' if number % 3 else 'loose'}/C{number}.bin", os.urandom(len(CLIP)), 1_300_000_000 - number
            )
        yield made


class Loose:
    """A progress callback: a folder of the card is gone as soon as the first byte was read, until it is put back."""

    def __init__(self, world: World, folder: str = "loose") -> None:
        self._here, self._away = world.card / folder, world.folder / "away"

    def __call__(self, size: int) -> None:
        if self._here.exists():
            shutil.move(self._here, self._away)

    def back(self) -> None:
        shutil.move(self._away, self._here)


LOST = [
    ("loose/C0.bin", f"{FAILS}: No such file or directory"),
    ("loose/C3.bin", f"{FAILS}: No such file or directory"),
]


def test_what_a_loose_card_does_not_give_is_left_out_and_no_zeros_are_sent_in_its_place(world: World) -> None:
    given, loose = world.on_card(), Loose(world)
    sealed = world.seal(progress=loose)
    assert [(each.path, each.why) for each in sealed.left_out] == LOST
    assert (sealed.files, sealed.marked, sealed.is_lacking) == (3, (), True)
    assert sealed.parcels < 12, "two clips, of six payloads in all"
    world.send()
    [taken] = world.receive().unpacked
    assert taken.complete
    assert (taken.later, taken.marked) == (0, tuple(f"{path}: {why}" for path, why in LOST))
    assert world.archived() == {path: digest for path, digest in given.items() if not path.startswith("loose/")}
    assert set(world.states().values()) == {"whole"}


def test_nobody_is_told_that_all_is_away_until_the_card_has_given_the_rest(world: World) -> None:
    loose = Loose(world)
    world.seal(progress=loose)
    world.send()
    assert unfinished(world.field.folder).unopened
    loose.back()
    given = world.on_card()
    again = world.seal()
    assert (again.files, again.known, again.is_lacking) == (2, 3, False), "nothing is carried twice"
    assert not unfinished(world.field.folder)
    world.send()
    world.receive()
    assert world.archived() == given


def test_the_receipt_of_a_card_that_failed_wipes_what_it_gave_and_no_more(world: World) -> None:
    given, loose = world.on_card(), Loose(world)
    world.seal(progress=loose)
    world.send()
    receipt = world.receipt()
    loose.back()
    world.wipe(receipt)
    assert world.on_card() == {path: digest for path, digest in given.items() if path.startswith("loose/")}


def test_a_card_that_was_wiped_but_for_what_it_did_not_give_is_known_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first files, by which a card is known, are wiped with its first receipt."""
    monkeypatch.setattr(begun, "FILES", 1)
    loose = Loose(world, "good")
    world.seal(progress=loose)
    world.send()
    receipt = world.receipt()
    loose.back()
    world.wipe(receipt)
    assert unfinished(world.field.folder).unopened
    assert not world.seal().is_lacking
    assert not unfinished(world.field.folder)
    world.send()
    for each in world.receive().receipts:
        world.wipe(spoken(each.receipt))
    assert world.on_card() == {}


def test_a_clip_that_is_lost_in_the_middle_of_the_stream_moves_those_behind_it_to_their_right_places(
    world: World,
) -> None:
    """The desk writes payloads straight into the files that the inventory promised, until the headers say otherwise."""
    world.write("loose/more/C0.bin", os.urandom(3 * len(CLIP)), 1_290_000_000)
    world.write("C9.bin", os.urandom(3 * len(CLIP)), 1_280_000_000)
    given, loose = world.on_card(), Loose(world, "loose/more")
    sealed = world.seal(progress=loose)
    assert [each.path for each in sealed.left_out] == ["loose/more/C0.bin"]
    world.send()
    world.receive()
    del given["loose/more/C0.bin"]
    assert world.archived() == given


def test_of_what_cannot_be_read_no_digest_is_promised(world: World) -> None:
    loose = Loose(world)
    assert world.seal(prove_first=True, opened=lambda card, resumed: loose(0)).is_lacking
    world.send()
    world.receive()
    [card] = arrived(world.archive)
    with world.archive.objects.open(card.inventory or "") as file:
        promised = file.read().decode()
    assert promised.count('"sha256"') == 3, "of the note and two clips"


def test_the_command_says_what_is_lacking_what_to_do_and_that_work_remains(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.card / "loose"
    true = os.scandir

    def scandir(path: bytes) -> object:  # a card whose directory is damaged
        if path == os.fsencode(folder):
            raise OSError(5, "Input/output error")
        return true(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for heard in ("Sealed 3 files", "Nothing on this card is new"):
        receiving, giving = os.pipe()
        os.write(giving, PASSPHRASE + b"\n")
        os.close(giving)
        code = main(
            [
                "seal",
                str(world.card),
                "--home",
                str(world.field.folder),
                "--passphrase-fd",
                str(receiving),
                "--allow-swap",
            ]
        )
        said = " ".join("".join(capsys.readouterr()).split())
        assert code == 1
        assert heard in said
        assert f"Left out: loose: {FAILS}: Input/output error" in said
        assert "NOT ALL OF THIS CARD IS SEALED" in said
        assert "Do not format it" in said
        assert unfinished(world.field.folder).unopened
    assert len(remembered(world.field)) == 1


def test_that_a_clip_with_a_bad_spot_is_carried_again_whole_is_said_with_its_size(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, true = world.card / "good/C1.bin", os.preadv

    def preadv(handle: int, rooms: list[memoryview], offset: int) -> int:
        if os.fstat(handle).st_ino == clip.stat().st_ino and offset + len(rooms[0]) > 500_000:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return true(handle, rooms, offset)

    monkeypatch.setattr(os, "preadv", preadv)
    for _ in range(2):
        receiving, giving = os.pipe()
        os.write(giving, PASSPHRASE + b"\n")
        os.close(giving)
        argv = ["seal", str(world.card), "--home", str(world.field.folder), "--passphrase-fd", str(receiving)]
        assert main([*argv, "--allow-swap"]) == 1
        said = " ".join("".join(capsys.readouterr()).split())
        assert "carries these files once more, whole (1.2 MB), also if the same spot stays bad, and no others" in said
