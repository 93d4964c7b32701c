"""Recordings as volunteers send them: each in another form, with their name, the place and the time in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from support.media_samples import run
from support.published_desk import House
from tamizdat.archive.acts.people import state_people
from tamizdat.archive.acts.readings import match
from tamizdat.statements.catalogued import PersonEntry

DAY: Final = "2026-11-23"
NAMES: Final = ("王小明", "李雨", "Kelsang & Dolma", "陈安")
SENT: Final = ("AUDIO/Anna Petrova 2026-11-20 07.41.m4a", "AUDIO/ptt-77.opus", "AUDIO/reading two.mp3")
TELLTALE: Final = ("Anna", "Petrova", "Zurich", "07.41", "07:41", "ptt-77", "reading two", "47.3769", "2026-11-20")


def recording(path: Path, hertz: int = 440, seconds: float = 0.8) -> bytes:
    """A voice message in the form that the name's ending says, with all that a telephone tells of its owner."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = ("title=My voice", "artist=Anna Petrova", "location=+47.3769+8.5417/", "creation_time=2026-11-20T07:41:00Z",
             "comment=sent from Zurich")  # fmt: skip
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}",
        *(part for each in about for part in ("-metadata", each)), path)  # fmt: skip
    return path.read_bytes()


@dataclass
class Memorial:
    """A desk with people on its list, and recordings that came in."""

    house: House
    names: Sequence[str] = NAMES
    people: list[int] = field(default_factory=list)
    recordings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        entries = [PersonEntry(each, "zh-Hans", release="public") for each in self.names]
        self.people = state_people(self.house.archive, self.house.desk, [(None, each) for each in entries])

    def send(self, path: str, hertz: int = 440, seconds: float = 0.8) -> int:
        """A recording comes in, and is released; nobody said yet whose name it reads."""
        data = recording(self.house.folder / "sent" / path, hertz, seconds)
        self.recordings.append(self.house.capture(path, data, covering="undecided"))
        return self.recordings[-1]

    def read(self, recording: int, person: int, consent: str = "given") -> None:
        """An editor says whose name it reads."""
        match(self.house.archive, self.house.desk, recording, self.people[person], DAY, consent)
