"""A desk with a card, a post and a person, published once, and packages of evidence made of it."""

import hashlib
import re
from pathlib import Path

from support.collecting_desk import tweet
from support.published_desk import NOON, House
from tamizdat.archive.acts.people import state_person
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.package import Made, write
from tamizdat.evidence.selection import choose
from tamizdat.statements.catalogued import PersonEntry

DAY = "2026-11-23"
EVERYTHING = frozenset(("device", "manifest", "salts", "tags", "times"))
PATH = "DCIM/100CANON/གངས་ 100%.MOV"


class EvidenceDesk:
    """The desk. ``clip``, ``post`` and ``person`` are numbers; ``other`` is a file that is never chosen."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.house.archive.append([self.house.roster])
        self.clip = self.house.capture(PATH, b"no clip, but bytes of one" * 99)
        self.other = self.house.capture("notes/hidden source.txt", b"a name that nobody chose")
        self.house.take(tweet(57, "校舍塌了"), now=NOON)
        self.post = self.house.number("https://x.com/i/status/57")
        self.house.release(57, bytes_shown=True)
        self.house.translate(57, "The school fell")
        self.person = state_person(self.house.archive, self.house.desk, PersonEntry("王小明", age="7"))
        self.take_more()
        self.house.publish()

    def take_more(self) -> None:
        """What else is there before the edition."""

    def contents(self, *asked: str, what: tuple[str, ...] = ()) -> Contents:
        """What a package of all three (or of *what*) tells."""
        archive = self.house.archive
        chosen = what or (str(self.clip), str(self.post), str(self.person))
        return Contents(archive, choose(archive, chosen), frozenset(asked), self.house.site, DAY)

    def package(self, folder: Path, *asked: str, pdf: bool = False) -> Made:
        """A package in *folder*."""
        return write(self.contents(*asked), folder, pdf)


def relisted(folder: Path) -> None:
    """Writes the lists anew, as whoever changes a package would."""
    payload = sorted((path for path in (folder / "data").rglob("*") if path.is_file()), key=str)
    info = re.sub(r"(?<=Payload-Oxum: ).*", f"{sum(each.stat().st_size for each in payload)}.{len(payload)}",
                  (folder / "bag-info.txt").read_text())  # fmt: skip
    (folder / "bag-info.txt").write_text(info)
    for name, files in (
        ("manifest-sha256.txt", payload),
        ("tagmanifest-sha256.txt", [folder / name for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")]),
    ):
        lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
        (folder / name).write_text("".join(lines))
