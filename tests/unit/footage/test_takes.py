"""Takes, as cameras write them: pieces in order, with what belongs to them, and nothing lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.footage.card import list_card
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.takes import Take, takes

FULL = 4_290_772_992  #: a piece just below 4 GiB


def of(*paths: str) -> list[Take]:
    return takes(dict.fromkeys(paths, 1000))


def test_avchd_pieces_that_go_on_are_one_take_with_their_sidecars() -> None:
    stream = [f"PRIVATE/AVCHD/BDMV/STREAM/0000{number}.MTS" for number in range(4)]
    sizes = dict(zip(stream, (FULL, FULL, 900, 700), strict=True)) | {"PRIVATE/AVCHD/BDMV/CLIPINF/00000.CPI": 9}
    [long, short] = takes(sizes)
    assert long.pieces == tuple(stream[:3])
    assert long.beside == ("PRIVATE/AVCHD/BDMV/CLIPINF/00000.CPI",)
    assert short.pieces == (stream[3],)


def test_p2_has_its_sound_in_files_of_their_own() -> None:
    sound = [f"CONTENTS/AUDIO/0001AB0{number}.MXF" for number in range(4)]
    [take] = of("CONTENTS/VIDEO/0001AB.MXF", *sound, "CONTENTS/CLIP/0001AB.XML", "CONTENTS/ICON/0001AB.BMP")
    assert (take.system, take.pieces) == ("P2", ("CONTENTS/VIDEO/0001AB.MXF",))
    assert set(sound) < set(take.beside)


@pytest.mark.parametrize("root", ["XDROOT/Clip/", "PRIVATE/M4ROOT/CLIP/"])
def test_xavc_has_its_metadata_and_thumbnail(root: str) -> None:
    thumb = root.replace("Clip", "Thmbnl").replace("CLIP", "THMBNL") + "C0001T01.JPG"
    ending = "MXF" if "XD" in root else "MP4"
    [one, two] = of(f"{root}C0001.{ending}", f"{root}C0001M01.XML", thumb, f"{root}C0002.{ending}")
    assert (one.pieces, len(one.beside)) == ((f"{root}C0001.{ending}",), 2)
    assert two.pieces == (f"{root}C0002.{ending}",)


def test_red_braw_and_chapters() -> None:
    red = [f"A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB_00{number}.R3D" for number in (1, 2)]
    found = of(*red, "A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB.RMD")
    assert [each.pieces for each in found] == [tuple(red)]
    [braw] = of("A001_11230914_C001.braw", "A001_11230914_C001.sidecar")
    assert braw.pieces == ("A001_11230914_C001.braw",)
    [gopro] = of("DCIM/100GOPRO/GX010042.MP4", "DCIM/100GOPRO/GX020042.MP4", "DCIM/100GOPRO/GX010042.THM")
    assert gopro.pieces == ("DCIM/100GOPRO/GX010042.MP4", "DCIM/100GOPRO/GX020042.MP4")


@pytest.mark.parametrize("names", [("GOPR0042.MP4", "GP010042.MP4", "GP020042.MP4"), ("GS010042.360", "GS020042.360")])
def test_chapters_of_older_and_of_round_cameras_are_one_take(names: tuple[str, ...]) -> None:
    [take] = of(*(f"DCIM/100GOPRO/{each}" for each in names))
    assert take.pieces == tuple(f"DCIM/100GOPRO/{each}" for each in names)


def test_still_and_motion_of_one_moment_are_together() -> None:
    [live, other] = of("DCIM/100APPLE/IMG_0001.HEIC", "DCIM/100APPLE/IMG_0001.MOV", "DCIM/100APPLE/IMG_0002.MP4")
    assert set(live.files) == {"DCIM/100APPLE/IMG_0001.HEIC", "DCIM/100APPLE/IMG_0001.MOV"}
    assert other.files == ("DCIM/100APPLE/IMG_0002.MP4",)


@given(st.dictionaries(st.text("aC0/.MRDG1", min_size=1, max_size=12), st.sampled_from([1, FULL]), max_size=20))
def test_every_file_is_in_exactly_one_take(sizes: dict[str, int]) -> None:
    assert sorted(path for each in takes(sizes) for path in each.files) == sorted(sizes)


def test_sidecars_leave_with_the_texts_before_the_footage(tmp_path: Path) -> None:
    for name in ("00000.MTS", "00000.CPI", "00000.MPL", "INDEX.BDM", "A001.RMD", "note.txt", "MVI.THM"):
        (tmp_path / name).write_bytes(b"x")
    stages = {each.path: each.stage for each in list_card(tmp_path).files}
    assert {path for path, stage in stages.items() if stage == "originals"} == {"00000.MTS", "MVI.THM"}
    assert kind_of("00000.CPI") is None
