"""Recordings at the workbench: sent, heard, matched with a person, and asked about; what is none is refused whole."""

import io
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg, run
from support.recordings import sent
from support.visitor import Room, Visitor
from tamizdat.archive.acts.people import state_people
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.recited import GIVEN, UNASKED, WITHDRAWN

pytestmark = [pytest.mark.needs_box, needs_ffmpeg]
NAMES = ("王小明", "李雨", "王小明")


def silence(seconds: float = 0.3) -> bytes:
    """A recording in which nothing is heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, 4000, 0, "NONE", ""))
        file.writeframes(b"\x80" * int(4000 * seconds))
    return out.getvalue()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("room"))
    entries = [PersonEntry(each, "zh-Hans", release="public") for each in NAMES]
    room.people = state_people(room.archive, room.bench.key, [(None, each) for each in entries])  # type: ignore[attr-defined]
    yield room
    room.close()


@pytest.fixture(scope="module")
def editor(room: Room) -> Visitor:
    return room.visitor("editor")


def people(room: Room) -> list[int]:
    found: list[int] = room.people  # type: ignore[attr-defined]
    return found


def test_a_recording_is_heard_matched_and_released_with_its_speakers_consent(
    room: Room, editor: Visitor, tmp_path: Path
) -> None:
    first, second, _ = people(room)
    editor.get("/readings")
    answer = editor.send("/readings", "李雨.m4a", sent(tmp_path / "a.m4a"))
    assert answer.status == 303
    assert answer.to.endswith(f"?person={second}"), "the person of that name is offered"
    number = int(answer.to.split("?")[0].rpartition("/")[2])
    item = room.archive.index.item(number)
    assert item
    assert "Recordings that wait to be heard" in editor.get("/").text
    assert "Recordings that wait" not in room.visitor("translator").get("/").text
    assert (item.modified, "李雨" in item.path, item.release) == (None, False, "restricted")
    page = editor.get(answer.to)
    assert f'src="/items/{number}/original"' in page.text
    assert f'value="{second}" required checked' in page.text
    assert editor.post(f"/readings/{number}", do="match", latest="").status == 400, "nobody was chosen"
    answer = editor.post(f"/readings/{number}", do="match", person=first, latest="")
    assert answer.status == 303, answer.text
    said = room.archive.index.readings.of(number)
    assert said
    assert (said.person, said.consent) == (first, UNASKED)
    item = room.archive.index.item(number)
    assert item
    assert item.release == "restricted", "nobody was asked"
    other = editor.post(f"/readings/{number}", do="next", person=second, latest="")
    assert (other.status, "meanwhile" in other.text) == (400, True), "in another tab"
    assert "Who speaks is to be asked" in editor.get("/readings").text
    assert f'value="{WITHDRAWN}"' in editor.get(f"/readings/{number}").text, "whoever is asked may say no"
    assert editor.post(f"/readings/{number}", do=GIVEN, latest=said.number).status == 303
    said = room.archive.index.readings.of(number)
    assert said
    item = room.archive.index.item(number)
    assert item
    assert (said.consent, item.release) == (GIVEN, "public")
    assert "1 of 3 released names" in editor.get("/readings").text
    other = editor.send("/readings", "again.m4a", sent(tmp_path / "b.m4a", 880))
    offered = editor.get(other.to).text
    assert offered.count('name="person"') == 2, "whose name is read is not offered"
    assert editor.get(f"{other.to}?again=yes&q=%E7%8E%8B%E5%B0%8F%E6%98%8E").text.count('name="person"') == 2
    assert editor.post(f"/readings/{number}", do=WITHDRAWN, latest=said.number).status == 303
    item = room.archive.index.item(number)
    assert item
    assert item.release == "withdrawn"


def moving(path: Path) -> bytes:
    """A clip with sound."""
    run(
        "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:s=32x32:d=0.2", "-f", "lavfi", "-i", "sine=d=0.2", path
    )
    return path.read_bytes()


@pytest.mark.parametrize(
    ("what", "name", "expected"),
    [
        ("clip", "a.mp4", "moving pictures"),
        ("silence", "a.wav", "found silence"),
        ("long", "a.wav", "one of 75 seconds"),
        ("text", "a.m4a", "in which none is"),
        ("nothing", "a.opus", "0 bytes"),
    ],
)
def test_what_is_no_recording_of_one_name_is_refused_and_nothing_is_kept(
    room: Room, editor: Visitor, tmp_path: Path, what: str, name: str, expected: str
) -> None:
    makers: dict[str, Callable[[], bytes]] = {
        "clip": lambda: moving(tmp_path / "c.mp4"),
        "silence": silence,
        "long": lambda: silence(75),
        "text": lambda: b"They are gone.\n" * 40,
        "nothing": bytes,
    }
    data = makers[what]()
    size = room.archive.size
    answer = editor.send("/readings", name, data)
    assert answer.status == 400
    assert expected in answer.text
    assert room.archive.size == size


def test_a_translator_hears_no_recording(room: Room) -> None:
    translator = room.visitor("translator")
    assert translator.get("/readings").status == 403
    assert translator.get(f"/readings/{people(room)[0]}").status == 403
