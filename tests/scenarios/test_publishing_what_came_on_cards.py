"""Notes, documents and recordings of a card are released like pictures, made anew, and verified by a reader."""

import subprocess
from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg
from support.published_desk import House
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Leak
from tamizdat.statements.catalogued import CataloguedItem, PersonEntry
from tamizdat.verifying import verify

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R/Info<</Author(Tenzin)>>>>\n"
)
NOTE = "他们拿走了名单。\n".encode()


def recording(path: Path) -> bytes:
    command = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=d=1", "-metadata", "artist=Tenzin", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


@needs_ffmpeg
def test_what_is_no_picture_is_released_made_anew_and_verified(tmp_path: Path) -> None:
    house = House(tmp_path)
    files = {"notes/a.txt": NOTE, "report.pdf": PDF, "say.wav": recording(tmp_path / "say.wav")}
    numbers = {path: house.capture(path, data, title="T") for path, data in files.items()}
    sidecar = house.capture("C0001M01.XML", b"<x/>", title="T")
    report = house.publish()
    assert [number for number, _ in report.skipped] == [sidecar]
    folders = {path: house.site / "items" / str(number) for path, number in numbers.items()}
    assert (folders["notes/a.txt"] / "text.txt").read_bytes() == NOTE + b"\n"
    assert (folders["report.pdf"] / "page-2.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert (folders["say.wav"] / "sound.mp4").is_file()
    everything = b"".join(path.read_bytes() for path in house.site.rglob("*") if path.is_file())
    assert b"Tenzin" not in everything
    assert not [path for path, data in files.items() if sha256_hex(data).encode() in everything]
    assert verify(house.site).holds
    assert "sound.mp4" in (folders["say.wav"] / "index.html").read_text()
    assert "他们拿走了名单。" in (folders["notes/a.txt"] / "index.html").read_text()


def test_a_note_that_tells_what_is_withheld_is_not_published_wherever_its_lines_end(tmp_path: Path) -> None:
    house = House(tmp_path)
    person = PersonEntry("王小明", "zh-Hans", place="third street of Beichuan", release="restricted")
    state_person(house.archive, house.desk, person)
    number = house.capture("a.txt", "名单：王小\n明，八岁".encode("gb18030"), title="A list")
    with pytest.raises(Leak, match=r"text\.txt.*王小明"):
        house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(number, release="restricted"))
    house.capture("b.txt", b"She lives in third street\nof Beichuan", title="A list")
    with pytest.raises(Leak, match=r"known of person.*text\.txt"):
        house.publish()
    assert not house.site.exists()
