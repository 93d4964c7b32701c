"""What a package tells: the statements about what was chosen, the checkpoints over them, and all that goes beyond."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from tamizdat import __version__
from tamizdat.archive import Archive
from tamizdat.carrying.arrived import Arrived
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement, Forgotten
from tamizdat.evidence import proofs
from tamizdat.evidence.custody import Edition
from tamizdat.evidence.proofs import DEVICE, MANIFEST, SAID, SALTS, TIMES, Head, Told
from tamizdat.evidence.selection import PAGE, PERSON, Exhibit
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.names_going_out import strings, told_of
from tamizdat.statements import captured, catalogued, derived, published, read
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.derived import Item


@dataclass
class Contents:
    """What was chosen, with the parts that were *asked* for; *site* is where an edition lies, *day* that of making."""

    archive: Archive
    exhibits: Sequence[Exhibit]
    asked: frozenset[str]
    site: Path
    day: str

    @cached_property
    def rosters(self) -> list[Roster]:
        """Return every version of the list of keys."""
        return proofs.rosters(self.archive)

    @cached_property
    def heads(self) -> list[Head]:
        """Return the checkpoints that are known."""
        return proofs.heads(self.archive, self.rosters, self.site)

    @cached_property
    def told(self) -> dict[int, Told]:
        """Return every statement that the package speaks of, by index."""
        every = {index for each in self.exhibits for index in each.statements}
        return {each.index: each for each in proofs.tell(self.archive, every, self.heads, self.asked)}

    @cached_property
    def used(self) -> list[Head]:
        """Return the checkpoints that proofs lead to, and the newest."""
        sizes = {each.head.size: each.head for each in self.told.values() if each.head}
        sizes[self.heads[-1].size] = self.heads[-1]
        return [sizes[size] for size in sorted(sizes)]

    @cached_property
    def unwitnessed(self) -> list[int]:
        """Return the sizes of checkpoints that proofs lead to, and that too few witnesses signed for their roster."""
        return sorted({each.head.size for each in self.told.values() if each.head and not each.head.witnessed})

    @cached_property
    def uncovered(self) -> list[int]:
        """Return the statements that no checkpoint covers yet: nothing in the package proves that they are there."""
        return [each.index for each in self.told.values() if each.head is None]

    @cached_property
    def unproved(self) -> int:
        """Return of how many originals nothing in the package proves that the desk has them."""
        opened = [each.statement for each in self.told.values() if each.envelope is not None]
        about = {subject.sha256 for each in opened for subject in each.subjects}
        return sum(original.sha256 not in about for each in self.exhibits for original in each.originals)

    @cached_property
    def shown(self) -> dict[int, Item]:
        """Return what an edition last showed of each exhibit, by number."""
        found: dict[int, Item] = {}
        for each in self.told.values():
            if each.statement.act == derived.ACT and each.envelope is not None:
                try:
                    item = derived.read(each.statement)
                except BadStatement:
                    continue
                found[item.number] = item
        return found

    @cached_property
    def editions(self) -> list[Edition]:
        """Return the editions that were published, in order."""
        found = []
        for index in self.archive.index.by_act(published.ACT):
            try:
                said = published.read(self.archive.statement(index))
            except (BadStatement, Forgotten):
                continue
            found.append(Edition(index, said.number, said.date))
        return found

    @cached_property
    def cards(self) -> dict[str, Arrived]:
        """Return the consignments in which exhibits came, by id."""
        return {each.card.id: each.card for each in self.exhibits if each.card}

    @property
    def unheard(self) -> list[int]:
        """Return the numbers of recordings of names that are left out: who speaks does not consent (any more)."""
        return [each.number for each in self.exhibits if each.unheard]

    @property
    def withdrawn(self) -> list[int]:
        """Return the numbers of exhibits that were taken off the site."""
        return [each.number for each in self.exhibits if each.withdrawn]

    @property
    def size(self) -> int:
        """Return the bytes of the originals."""
        return sum(original.size for each in self.exhibits for original in each.originals)

    @property
    def size_shown(self) -> int:
        """Return the bytes of what editions show of the exhibits, as far as it is here."""
        objects, unheard = self.archive.objects, {*self.unheard}
        shown = [each for number, item in self.shown.items() if number not in unheard for each in item.media]
        return sum(objects.size(each.sha256) for each in shown if objects.has(each.sha256))

    def tells(self) -> list[str]:
        """Return what the package tells beyond the selection, a sentence each."""
        opened = [each for each in self.told.values() if each.envelope is not None]
        versions = f"{len(self.rosters)} versions" if len(self.rosters) > 1 else "1 version"
        lines = [
            (f"the ledger's origin ({self.archive.origin}), the root's fingerprint, the desk's keys and since when "
            f"each counts (the roster, {versions})"),
            ("how many entries the ledger has, and where in it each statement about an exhibit stands: whoever has two "
            "packages sees in which order, and how far apart, their exhibits came in"),
            "that these things are at this desk: names of files and folders as they came",
            ("what is inside the originals: a camera writes position, serial number, owner's name and seconds into its "
            "files, a platform writes into a post who wrote it, when, and with which program"),
            f"the day on which the package was made ({self.day}) and the version of this program ({__version__})",
        ]  # fmt: skip
        if opened:
            acts = Counter(each.statement.act for each in opened)
            lines.append(
                f"what these statements say, whole: {', '.join(f'{n} × {act}' for act, n in sorted(acts.items()))}"
            )
        said = [read(each.statement) for each in opened if each.statement.act in (captured.ACT, catalogued.ACT)]
        if any(isinstance(each, captured.CapturedSource) for each in said):
            lines.append("of each export a post came in: its format, name and SHA-256, and whose export it is")
        if SALTS in self.asked and any(isinstance(each, CataloguedPost) and each.consent for each in said):
            lines.append("that an author consented, or withdrew it, and on which day")
        if TIMES in self.asked:
            lines.append("when files were last changed and taken in, to the second")
        over = self.archive.index.redactions.over
        if covered := [str(each.number) for each in self.exhibits if any(over(one.sha256) for one in each.originals)]:
            lines.append(
                "who is covered on the site: the originals show everybody, and let everybody be heard "
                f"(no. {', '.join(covered)})"
            )
        if gone := self.withdrawn:
            lines.append(f"what was withdrawn from the site, whole, and why it was (no. {', '.join(map(str, gone))})")
        if people := [str(each.number) for each in self.exhibits if each.kind == PERSON]:
            lines.append(
                "every entry that was ever made of a person, whole: names they had before, what else they are called, "
                f"why they were withdrawn; no edition shows that (no. {', '.join(people)})"
            )
        pages = [each for each in self.exhibits if each.kind == PAGE]
        if web_archives := {original.sha256 for each in pages for original in each.originals}:
            lines.append(self._told_by_web_archives(web_archives))
        lines += self.named
        if self.cards and DEVICE in self.asked:
            lines.append(f"the long-term key and the name of the device that sealed a card ({len(self.cards)})")
        if self.cards and MANIFEST in self.asked:
            lines.append(
                f"the closing manifest of each card ({len(self.cards)}): name, size, time and SHA-256 of every file on "
                "it, chosen or not"
            )
        if (words := sum(len(each.words) for each in self.exhibits)) and SAID in self.asked:
            lines.append(
                f"what devices said of their own files ({words}): where somebody stood, in which networks, names and "
                "numbers of the device, and a key that is the same in all else that this person signed with it"
            )
            if zips := {word.item.original for each in self.exhibits for word in each.words if word.inside}:
                lines.append(
                    f"the whole of each ZIP in which such words came ({len(zips)}), with every other file in it, and "
                    "what was said of that, chosen or not"
                )
        if any(each.stamped for each in self.used):
            lines.append("the times of the checkpoints' stamps, to the second, as the site tells them too")
        return lines

    @cached_property
    def named(self) -> list[str]:
        """Return whose withheld names are in it, as far as words are read; who was chosen is known."""
        chosen = {each.number for each in self.exhibits if each.kind == PERSON}
        return told_of(self.archive, self._every_word(), but=chosen)

    def _every_word(self) -> Iterator[str | bytes | BinaryIO]:
        """Yield the words of statements that are opened, of names of files, and originals."""
        for each in self.told.values():
            if each.envelope is not None:
                yield from strings(each.statement.predicate)
        for exhibit in self.exhibits:
            yield exhibit.title
            for original in exhibit.originals:
                yield original.path
                if original.data is not None:
                    yield original.data
                elif self.archive.objects.has(original.sha256):
                    with self.archive.objects.open(original.sha256) as file:
                        yield file

    def _told_by_web_archives(self, digests: set[str]) -> str:
        chosen = {each.number for each in self.exhibits}
        others = [page for digest in sorted(digests) for page in self.archive.index.pages.of_file(digest)
                  if page.number not in chosen]  # fmt: skip
        were = "page that was" if len(others) == 1 else "pages that were"
        more = f", with {len(others)} {were} not chosen" if others else ""
        return (
            f"all of {len(digests)} web archive{'s' if len(digests) > 1 else ''}{more}: what a browser asked for and "
            "got, to the second, and which browser it was"
        )

    def left_out(self) -> list[tuple[str, int]]:
        """Return each part that was not asked for, and how many statements stay closed without it."""
        lacking = Counter(part for each in self.told.values() for part in each.lacks)
        if self.cards:
            lacking.update({part: 0 for part in (MANIFEST, DEVICE) if part not in self.asked})
        if SAID not in self.asked and any(each.words for each in self.exhibits):
            lacking[SAID] = 0
        return sorted(lacking.items())
