"""Cards as cameras write them: all of it is carried, shown as takes, previewed if it can be, and told if it cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import camera_cards
from support.field_and_desk import World
from support.media_samples import needs_ffmpeg
from tamizdat.carrying.arrived import arrived, files_of
from tamizdat.carrying.card_stream import NO_PREVIEW
from tamizdat.footage.reencode import remake
from tamizdat.footage.takes import takes

pytestmark = needs_ffmpeg


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("cameras")) as made:
        for card in (camera_cards.avchd, camera_cards.xavc, camera_cards.p2, camera_cards.red_and_braw):
            card(made.card)
        made.sealed = made.seal()  # type: ignore[attr-defined]
        made.send()
        made.receive()
        yield made


def test_every_file_arrives(world: World) -> None:
    assert world.archived() == world.on_card()


def test_the_desk_sees_takes_with_previews_and_no_take_twice(world: World) -> None:
    [card] = arrived(world.archive)
    files = {each.path: each for each in files_of(world.archive, card.id)}
    found = {take.pieces[0]: take for take in takes({path: each.size for path, each in files.items()}) if take.pieces}
    assert found["CONTENTS/VIDEO/0001AB.MXF"].beside == (
        "CONTENTS/AUDIO/0001AB00.MXF", "CONTENTS/AUDIO/0001AB01.MXF", "CONTENTS/CLIP/0001AB.XML",
        "CONTENTS/ICON/0001AB.BMP",
    )  # fmt: skip
    assert len(found["A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB_001.R3D"].files) == 3
    seen = {path for path, item in files.items() if world.archive.index.preview_of(item)}
    assert seen >= {
        "PRIVATE/AVCHD/BDMV/STREAM/00000.MTS", "PRIVATE/AVCHD/BDMV/STREAM/00001.MTS", "XDROOT/Clip/C0001.MXF",
        "M4ROOT/CLIP/C0001.MP4", "CONTENTS/VIDEO/0001AB.MXF",
    }  # fmt: skip


def test_what_nobody_can_preview_is_told_when_it_is_sealed(world: World) -> None:
    left_out = world.sealed.left_out  # type: ignore[attr-defined]
    told = {
        item.path.removesuffix(".jpg") for item in left_out if "maker" in item.why and item.why.startswith(NO_PREVIEW)
    }
    red = "A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB_00"
    assert told == {f"{red}1.R3D", f"{red}2.R3D", "A001_11230914_C001.braw"}
    assert not [item for item in left_out if "CONTENTS/AUDIO" in item.path]


def test_sidecars_leave_before_the_footage(world: World) -> None:
    stages = {each.path: each.kind for each in world.archive.index.files()}
    assert {stages[path] for path in stages if path.endswith((".CPI", ".MPL", ".BDM", ".RMD", ".XML", ".sidecar"))} == {
        "text"
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("PRIVATE/AVCHD/BDMV/STREAM/00000.MTS", "clip"),
        ("XDROOT/Clip/C0001.MXF", "clip"),
        ("CONTENTS/VIDEO/0001AB.MXF", "clip"),
        ("CONTENTS/AUDIO/0001AB00.MXF", "sound"),
    ],
)
def test_clips_and_sound_of_professional_cards_can_be_published(
    world: World, tmp_path: Path, path: str, kind: str
) -> None:
    made = remake(world.card / path, kind, tmp_path)
    assert made[0].name == ("clip.mp4" if kind == "clip" else "sound.mp4")
