"""Recordings as volunteers send them, and as they are published; a memorial whose names are read.

:func:`sent` makes one as a telephone does, with the sender's name, the place and the time in it; to publish it, it is
decoded and made anew. :func:`published_sound` is what that gives, made here without an encoder, of frames in which
nothing is heard: for all that does not listen.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

from support.media_samples import run
from support.published_desk import House
from tamizdat.archive.acts.people import state_people
from tamizdat.archive.acts.state import state
from tamizdat.footage.reencode import HOW
from tamizdat.ledger.statement import Subject
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.derived import SOUND, File, Footage
from tamizdat.statements.recited import Recited
from tamizdat.verifying.joined_sound import SILENT

DAY: Final = "2026-11-23"
NAMES: Final = ("王小明", "李雨", "Kelsang & Dolma", "陈安")
#: of a stream, as ffmpeg writes it: AAC of two channels
DESCRIPTION: Final = bytes.fromhex(
    "00000000000000010000006e6d703461000000000000000100000000000000000002001000000000bb80000000000036657364730000000003"
    "808080250001000480808017401500000000"
    "01f4000001f3b50580808005119056e5000680808001020000001462747274000000000001f4000001f3b5"
)
TELLTALE: Final = ("Anna", "Petrova", "Zurich", "07.41", "07:41", "47.3769", "2026-11-20")


def sent(path: Path, hertz: int = 440, seconds: float = 0.8) -> bytes:
    """A voice message in the form that the name's ending says, with all that a telephone tells of its owner."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = ("title=My voice", "artist=Anna Petrova", "location=+47.3769+8.5417/", "creation_time=2026-11-20T07:41:00Z",
             "comment=sent from Zurich")  # fmt: skip
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}",
        *(part for each in about for part in ("-metadata", each)), path)  # fmt: skip
    return path.read_bytes()


def published_sound(frames: int, last: bytes = SILENT) -> bytes:
    """A recording as it is published, of so many frames; *last* is the last of them."""
    sizes = b"".join(len(each).to_bytes(4, "big") for each in (*[SILENT] * (frames - 1), last))
    data = SILENT * (frames - 1) + last

    def box(kind: bytes, payload: bytes) -> bytes:
        return (len(payload) + 8).to_bytes(4, "big") + kind + payload

    def head(start: int) -> bytes:
        stbl = box(b"stsd", DESCRIPTION)
        stbl += box(b"stsz", bytes(8) + frames.to_bytes(4, "big") + sizes)
        stbl += box(b"stco", bytes(4) + (1).to_bytes(4, "big") + start.to_bytes(4, "big"))
        played = (1000).to_bytes(4, "big") + (frames * 1024 * 1000 // 48000).to_bytes(4, "big")
        mvhd = box(b"mvhd", bytes(12) + played + bytes(80))
        moov = box(b"moov", mvhd + box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", stbl)))))
        return box(b"ftyp", b"isom") + moov

    return head(len(head(0)) + 8) + box(b"mdat", data)


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

    def read(self, person: int, consent: str = "given", sound: bytes = b"") -> int:
        """A recording comes in that was made anew before, and an editor says whose name it reads; its number."""
        archive, data = self.house.archive, sound or published_sound(40 + len(self.recordings))
        out = io.BytesIO()
        Image.new("RGB", (96, 24), "white").save(out, "JPEG")
        number = self.house.capture(f"AUDIO/Anna Petrova {archive.size}.m4a", f"ID3 sent {archive.size}".encode())
        self.house.release_item(number)
        media = [(name, archive.objects.add([each]), len(each)) for name, each in (
            ("sound.mp4", data), ("poster.jpg", out.getvalue()), ("small.jpg", out.getvalue()))]  # fmt: skip
        said = Footage(
            number, archive.reference(number), SOUND, "", "", "", "en", HOW[SOUND],
            tuple(File(name, size) for name, _, size in media), DAY, tuple(Subject(*each[:2]) for each in media),
        )  # fmt: skip
        item = archive.index.item(number)
        assert item
        who = archive.reference(self.people[person])
        stated = Recited(said.source, who, consent, DAY, item.original)
        state(archive, self.house.desk, [said.to_statement(), stated.to_statement()])
        self.recordings.append(number)
        return number
