"""The drill of a seizure: a laptop is taken while a card is sealed, sent and wiped, and searched for traces of it.

What is looked for: the names on the card, the digests of its files and of the previews that were made of them, and
every run of 31 of their bytes; all of it plain, in hexadecimal, in base64 and as UTF-16. Where: in the device's folder,
in the home folder, and where programs put what they need for a moment.
"""

import base64
import hashlib
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from blake3 import blake3
from PIL import Image

from support.field_and_desk import Interruption, Pulled, World
from tamizdat.footage.preview import preview
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

RUN = 16  #: bytes of a file's aligned runs: 31 bytes of it in a row hold one of these
NAMES = ("采访扎西.txt", "IMG_7730.JPG", "C0421-monastery.MXF")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home folder, with everything in it that programs write to unasked."""
    made = tmp_path / "home"
    for variable, name in (("HOME", "."), ("TMPDIR", "tmp"), ("XDG_CACHE_HOME", ".cache"), ("XDG_DATA_HOME", ".data")):
        (made / name).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(variable, str(made / name))
    monkeypatch.setattr("tempfile.tempdir", None)
    return made


@pytest.fixture
def world(tmp_path: Path, home: Path) -> Iterator[World]:
    picture = io.BytesIO()
    Image.effect_noise((320, 240), 70).convert("RGB").save(picture, "JPEG")
    with World(tmp_path, [MemoryPlace("one")]) as made:
        made.write(NAMES[0], "今天去了三户人家，他们说雪很早就来了。\n".encode() * 40)
        made.write(f"DCIM/{NAMES[1]}", picture.getvalue())
        made.write(f"CLIP/{NAMES[2]}", random.Random(3).randbytes(700_000))
        yield made


def test_a_laptop_that_is_taken_shows_nothing_of_a_card(world: World, home: Path) -> None:
    contents = [path.read_bytes() for path in world.card.rglob("*") if path.is_file()]
    made = preview(world.card / "DCIM" / NAMES[1])
    assert made is not None
    traces = Traces([*contents, made])
    assert traces.found_in(world.card), "what is looked for can be found"
    before = everything(home)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(690_000), parcel_size=lambda: SMALL_PLAINTEXT)
    assert traces.found_in(world.field.folder, home) == set(), "while it is sealed"
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    assert traces.found_in(world.field.folder, home) == set(), "when it is sealed"
    world.send()
    world.wipe(world.receipt())
    assert world.on_card() == {}
    assert traces.found_in(world.field.folder, home) == set(), "when all is away and the card is wiped"
    assert everything(home) == before


class Traces:
    """What tells of these *contents*, and of the names on the card, in every form that is looked for."""

    def __init__(self, contents: list[bytes]) -> None:
        words = [part for name in NAMES for part in {name, name.partition(".")[0]}]
        told = [word.encode() for word in words]
        for data in contents:
            told += [hashlib.new(kind, data).digest() for kind in ("md5", "sha1", "sha256", "sha512", "sha3_256")]
            told += [hashlib.blake2b(data).digest(), blake3(data).digest()]
        self._marks = {form for each in told for form in forms(each)}
        self._marks |= {form for word in words for form in (word.encode("utf-16-le"), word.encode("utf-16-be"))}
        coded = [data[at : at + 4_000] for data in contents for at in (0, len(data) // 2)]
        self._runs = runs(*contents, *(form for data in coded for form in forms(data)))

    def found_in(self, *folders: Path) -> set[str]:
        """The paths that tell of it."""
        return {
            str(path)
            for folder in folders
            for path in folder.rglob("*")
            if any(mark in path.name.encode() for mark in self._marks) or (path.is_file() and self._is_in(path))
        }

    def _is_in(self, path: Path) -> bool:
        data = path.read_bytes()
        if any(mark in data for mark in self._marks):
            return True
        return any(data[at : at + RUN] in self._runs for at in range(len(data) - RUN + 1))


def forms(data: bytes) -> set[bytes]:
    """The bytes plain, in hexadecimal, and in base64 wherever they begin in a longer text."""
    coded = [base64.b64encode(b"x" * skip + data)[4 * bool(skip) : -4] for skip in range(3)]
    url = [each.translate(bytes.maketrans(b"+/", b"-_")) for each in coded]
    plain = {data.hex().encode(), data.hex().upper().encode(), *coded, *url}
    return {data, *plain, *(each.decode("ascii").encode("utf-16-le") for each in plain)}


def runs(*contents: bytes) -> set[bytes]:
    """The aligned runs of all of them that are not one byte again and again."""
    found = {data[at : at + RUN] for data in contents for at in range(0, len(data) - RUN + 1, RUN)}
    return {run for run in found if len(set(run)) > 3}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
