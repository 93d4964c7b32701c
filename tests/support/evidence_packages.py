"""A desk with a card, a post and a person, published once, and packages of evidence made of it."""

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
        self.house.publish()

    def contents(self, *asked: str, what: tuple[str, ...] = ()) -> Contents:
        """What a package of all three (or of *what*) tells."""
        archive = self.house.archive
        chosen = what or (str(self.clip), str(self.post), str(self.person))
        return Contents(archive, choose(archive, chosen), frozenset(asked), self.house.site, DAY)

    def package(self, folder: Path, *asked: str, pdf: bool = False) -> Made:
        """A package in *folder*."""
        return write(self.contents(*asked), folder, pdf)
