"""A package with everything that can lie in one, and what whoever passes it on may do to it, with the right verdict.

The command, the page in a browser and the printed commands are held against the same changes; whoever makes one writes
the lists anew, which nobody signs. ``broken`` and ``unknown`` are what the whole is; ``holds`` is a change that tells
nothing.
"""

import re
import shutil
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from support.collecting_desk import tweet
from support.evidence_packages import EVERYTHING, PATH, EvidenceDesk, relisted
from support.published_desk import NOON, ORIGIN, key
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.state import state
from tamizdat.encoding import sha256
from tamizdat.evidence.package import write
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import sign_checkpoint, sign_roster
from tamizdat.ledger.statement import Subject
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.derived import TEXT, Footage
from tamizdat.statements.derived_post import File
from tamizdat.statements.reference import Reference

PICTURE_OF_A_POST: Final = {
    "extended_entities": {"media": [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]}
}
OLDER, LATER = b"what an edition showed first", b"what it shows now"


class ManyExhibits(EvidenceDesk):
    """A desk with two cards, two posts of which one has a picture, two people, a text shown twice, a web archive."""

    def take_more(self) -> None:
        house = self.house
        house.take(tweet(58, "看", **PICTURE_OF_A_POST), now=NOON, files={"tweets_media/58-a.jpg": b"its picture"})
        self.second = house.number("https://x.com/i/status/58")
        media = house.archive.index.ask("SELECT capture FROM media WHERE number = ?", self.second)
        self.picture = int(media[0][0])
        self.woman = state_person(house.archive, house.desk, PersonEntry("李华", age="9"))
        house.consignment = "d1" * 32
        house.receive()
        self.namesake = house.capture(PATH, b"another clip of the same name")
        self.beside = [house.capture(f"DCIM/{each}.MOV", b"beside it: " + each.encode()) for each in "ab"]
        self.web = self._web()
        for shown in OLDER, LATER:
            self.show(self.other, shown)

    def _web(self) -> int:
        data = b"no web archive, but bytes of one"
        digest = self.house.archive.objects.add([data])
        said = CapturedSource("web", "page.wacz", "wacz/1", len(data), "2026-11-23T12:00:00Z", original=digest)
        return state(self.house.archive, self.house.desk, [said.to_statement()])[0]

    def show(self, number: int, data: bytes, source: Reference | None = None) -> int:
        """State what an edition shows of a file, as a text."""
        archive = self.house.archive
        digest = archive.objects.add([data])
        source = source or archive.reference(number)
        files, media = (File("shown.txt", len(data)),), (Subject("shown.txt", digest),)
        shown = Footage(number, source, TEXT, "", "", "", "", "as it came", files, "2026-11-23", media=media)
        return state(archive, self.house.desk, [shown.to_statement()])[0]

    def everything(self, folder: Path) -> Path:
        """A package of all of it."""
        numbers = (self.clip, self.other, self.post, self.second, self.person, self.woman, self.namesake, *self.beside)
        write(self.contents(*EVERYTHING, what=tuple(map(str, numbers))), folder, False)
        return folder


Change = Callable[[Path, ManyExhibits], object]
BROKEN, UNKNOWN, HOLDS = "broken", "unknown", "holds"


def original(folder: Path, path: str) -> Path:
    """A file below ``originals/``."""
    return folder / "data/originals" / path


def moved(folder: Path, one: str, other: str) -> None:
    """Gives a file of a package, or a folder, another name."""
    target = original(folder, other)
    target.parent.mkdir(parents=True, exist_ok=True)
    original(folder, one).rename(target)


def exchanged(folder: Path, one: str, other: str) -> None:
    """Gives two files each other's bytes."""
    paths = original(folder, one), original(folder, other)
    held = [path.read_bytes() for path in paths]
    for path, data in zip(paths, reversed(held), strict=True):
        path.write_bytes(data)


def renumbered(folder: Path, index: int, now: str, proof: str = "") -> None:
    """Lets an entry stand at another place: *proof* is what its proof says, *now* the other files."""
    entries, statements = folder / "data/proofs/entries.txt", folder / "data/proofs/statements"
    entries.write_text(re.sub(rf"^{index} ", lambda _: f"{now} ", entries.read_text(), flags=re.MULTILINE))
    for ending in ("json", "tlog-proof"):
        (statements / f"{index}.{ending}").rename(statements / f"{now}.{ending}")
    path = statements / f"{now}.tlog-proof"
    path.write_text(re.sub(r"\nindex \d+\n", lambda _: f"\nindex {proof or now}\n", path.read_text()))


def forked(folder: Path, desk: ManyExhibits) -> None:
    """Lets a proof lead to another ledger of the same size, which the log's key signed too."""
    path = folder / f"data/proofs/statements/{desk.clip}.tlog-proof"
    proof = TlogProof.parse(path.read_bytes())
    entry = dict(line.split() for line in (folder / "data/proofs/entries.txt").read_text().splitlines())[str(desk.clip)]
    size = Checkpoint.parse(proof.checkpoint.partition(b"\n\n")[0] + b"\n").size
    tree = Tree(leaf_hash(bytes.fromhex(entry) if at == proof.index else b"another") for at in range(size))
    signed = sign_checkpoint(Checkpoint(ORIGIN, size, tree.root()), key(2).public, key(2).sign)
    path.write_bytes(replace(proof, hashes=tuple(tree.inclusion_proof(proof.index)), checkpoint=signed).encode())


def from_the_second_version_on(folder: Path, desk: ManyExhibits) -> None:
    """Leaves out the first version of the list of keys."""
    proofs = folder / "data/proofs"
    first = Roster.open((proofs / "roster-1.json").read_bytes())
    second = replace(first, version=2, previous=sha256(first.envelope), envelope=b"")
    (proofs / "roster-1.json").write_bytes(sign_roster(second, [(key(3).public, key(3).sign)]))


def with_a_file(path: str, data: bytes = b"planted") -> Change:
    """Puts a file into a package."""

    def change(folder: Path, _: ManyExhibits) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    return change


def line_of(path: str, edit: Callable[[bytes], bytes]) -> Change:
    """Writes a file of a package in another way."""
    return lambda folder, _: (folder / path).write_bytes(edit((folder / path).read_bytes()))


def proof_of_clip(edit: Callable[[bytes], bytes]) -> Change:
    """Writes the proof of an entry in another way."""
    return lambda folder, desk: line_of(f"data/proofs/statements/{desk.clip}.tlog-proof", edit)(folder, desk)


OTHERS: Final = "— other.example ".encode() + b64encode(bytes(72))
CLIP: Final = f"card-1/{PATH.replace('%', '~')}"
#: by name: the change, and what the package is after it; here in the folders of posts, people, pages, cards, items
PLACES: Final[dict[str, tuple[Change, str]]] = {
    "nothing": (lambda folder, desk: None, HOLDS),
    "a post under another post's number": (
        lambda f, d: moved(
            f, f"posts/{d.post}/version-{d.post}.json",
            f"posts/{d.second}/version-{d.post}.json"), BROKEN),
    "a post's folder under a number that is nobody's": (
        lambda f, d: moved(f, f"posts/{d.post}", f"posts/{1 << 40}"), UNKNOWN),
    "a post's folder under a person's number": (lambda f, d: moved(f, f"posts/{d.post}", f"posts/{d.person}"), BROKEN),
    "a person under another's number": (lambda f, d: moved(f, f"people/{d.person}", f"people/{d.post}"), BROKEN),
    "an entry in another person's folder": (
        lambda f, d: moved(
            f, f"people/{d.person}/entry-{d.person}.json",
            f"people/{d.woman}/entry-{d.person}.json"), BROKEN),
    "a post's number written in another way": (lambda f, d: moved(f, f"posts/{d.post}", f"posts/0{d.post}"), UNKNOWN),
    "a file of a card as a post": (lambda f, d: moved(f, CLIP, f"posts/{d.post}/version-{d.clip}.txt"), BROKEN),
    "a file of a card as a person": (lambda f, d: moved(f, CLIP, f"people/{d.clip}/entry-{d.clip}.json"), BROKEN),
    "a file of a card as a captured page": (lambda f, d: moved(f, CLIP, f"pages/{d.clip}/a.wacz"), BROKEN),
    "a file of a card as a post's picture": (
        lambda f, d: moved(f, CLIP, f"posts/{d.second}/media/{d.clip}-a.jpg"), BROKEN),
    "a post's picture under another post": (
        lambda f, d: moved(f, f"posts/{d.second}/media", f"posts/{d.post}/media"), BROKEN),
    "a post's picture by another name": (
        lambda f, d: moved(
            f, f"posts/{d.second}/media/{d.picture}-58-a.jpg",
            f"posts/{d.second}/media/{d.picture}-x.jpg"), HOLDS),
    "a post among the files of a card": (
        lambda f, d: moved(f, f"posts/{d.post}/version-{d.post}.json", "card-1/confession.txt"), UNKNOWN),
    "a post's picture among the files of a card": (
        lambda f, d: moved(f, f"posts/{d.second}/media/{d.picture}-58-a.jpg", "card-1/a.jpg"), UNKNOWN),
    "a file of a card by a name of its own": (lambda f, d: moved(f, CLIP, "card-1/DCIM/x.MOV"), HOLDS),
    "two files of a card exchanged": (lambda f, d: exchanged(f, CLIP, "card-1/notes/hidden source.txt"), BROKEN),
    "a file of another card": (lambda f, d: exchanged(f, CLIP, f"card-2/{PATH.replace('%', '~')}"), BROKEN),
    "a place that no package has": (lambda f, d: moved(f, CLIP, f"confession/{d.clip}.MOV"), UNKNOWN),
    "a file that nobody stated": (with_a_file("data/originals/card-1/planted.jpg"), UNKNOWN),
    "what an edition showed before": (
        lambda f, d: (f / f"data/working-copies/{d.other}/shown.txt").write_bytes(OLDER), BROKEN),
    "what an edition shows under another item": (
        lambda f, d: (f / f"data/working-copies/{d.other}").rename(f / f"data/working-copies/{d.clip}"), BROKEN),
    "what an edition shows by another name": (
        lambda f, d: moved(f, f"../working-copies/{d.other}/shown.txt", f"../working-copies/{d.other}/x.txt"), BROKEN),
}  # fmt: skip
#: the same in the ledger's proofs, of which one is enough, and in the lists
PROOFS: Final[dict[str, tuple[Change, str]]] = {
    "an entry that nobody covers": (
        line_of("data/proofs/entries.txt", lambda data: data + f"{7 << 40} {'ab' * 32}\n".encode()), UNKNOWN),
    "an entry that nobody covers, in a line without an end": (
        line_of("data/proofs/entries.txt", lambda data: data + f"{7 << 40} {'ab' * 32}".encode()), UNKNOWN),
    "an entry twice": (
        line_of("data/proofs/entries.txt", lambda data: data + data.splitlines(keepends=True)[0]), BROKEN),
    "a line that is no entry": (line_of("data/proofs/entries.txt", lambda data: data + b"#\n"), BROKEN),
    "no entries": (line_of("data/proofs/entries.txt", lambda data: b""), UNKNOWN),
    "an entry beyond the ledger": (lambda f, d: renumbered(f, d.clip, str(d.clip + 4096)), BROKEN),
    "an entry at another's place": (lambda f, d: renumbered(f, d.clip, str(d.clip + 1)), BROKEN),
    "an entry whose number is to be computed": (
        lambda f, d: renumbered(f, d.clip, f"x[$(touch computed)]{d.clip}"), BROKEN),
    "an entry whose number begins with 0": (lambda f, d: renumbered(f, d.clip, f"0{d.clip}"), BROKEN),
    "another ledger of the same size": (forked, BROKEN),
    "no first version of the list of keys": (from_the_second_version_on, BROKEN),
    "a statement without its proof": (
        lambda f, d: (f / f"data/proofs/statements/{d.clip}.tlog-proof").unlink(), BROKEN),
    "a statement that is not opened": (lambda f, d: (f / f"data/proofs/statements/{d.clip}.json").unlink(), UNKNOWN),
    "a statement written in another way": (
        lambda f, d: line_of(f"data/proofs/statements/{d.clip}.json", lambda data: data + b"\n")(f, d), BROKEN),
    "a proof with another hash": (proof_of_clip(lambda data: re.sub(rb"(index \d+\n)....", rb"\1AAAA", data)), BROKEN),
    "a proof with a hash too many": (
        proof_of_clip(lambda data: data.replace(b"=\n\n", b"=\n" + b64encode(bytes(32)) + b"\n\n", 1)), BROKEN),
    "a proof with another salt": (proof_of_clip(lambda data: re.sub(rb"extra ....", b"extra AAAA", data)), BROKEN),
    "a proof with words in it": (proof_of_clip(lambda data: data.replace(b"\nindex", b"\nsure\nindex")), BROKEN),
    "a checkpoint that another log signed": (
        proof_of_clip(lambda data: data.replace(b"desk.example/ledger", b"desk.exampel/ledger")), BROKEN),
    "a checkpoint that somebody else signed too": (
        proof_of_clip(lambda data: data.replace(b"=\n\n\xe2", b"=\n\n" + OTHERS + b"\n\xe2")), HOLDS),
    "a checkpoint in whose signature a letter is another": (
        proof_of_clip(lambda data: data[:-20] + (b"A" if data[-20:-19] != b"A" else b"B") + data[-19:]), BROKEN),
    "a bag of another version": (line_of("bagit.txt", lambda data: data.replace(b"1.0", b"0.97")), BROKEN),
    "a package whose writing was cut off": (with_a_file("tamizdat-unfinished"), BROKEN),
    "a file beside the payload": (with_a_file("read me first.txt"), BROKEN),
    "lists with the line ends of Windows": (lambda f, d: None, HOLDS),
}  # fmt: skip


CHANGES: Final = {**PLACES, **PROOFS}


def with_one_entry(whole: Path, folder: Path, desk: ManyExhibits) -> Path:
    """Makes a package of which all is left out but one file of a card."""
    shutil.copytree(whole, folder)
    for path in [
        *folder.glob("data/proofs/statements/*"),
        *folder.rglob("data/originals/**/*"),
        *folder.glob("data/working-copies/*/*"),
    ]:
        if path.is_file() and path.stem != str(desk.clip) and path != original(folder, CLIP):
            path.unlink()
    entries = folder / "data/proofs/entries.txt"
    entries.write_text(
        "".join(line for line in entries.read_text().splitlines(True) if line.startswith(f"{desk.clip} "))
    )
    relisted(folder)
    return folder


def changed(whole: Path, folder: Path, desk: ManyExhibits, name: str) -> str:
    """Makes a changed package in *folder*, and tells what it is."""
    shutil.copytree(whole, folder)
    change, verdict = CHANGES[name]
    change(folder, desk)
    relisted(folder)
    if "Windows" in name:
        for listed in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            data = (folder / listed).read_bytes().replace(b"\n", b"\r\n")
            if listed.startswith("tag"):
                digest = sha256((folder / "manifest-sha256.txt").read_bytes()).hex().encode()
                data = re.sub(rb"[0-9a-f]{64}(?=  manifest)", digest, data)
            (folder / listed).write_bytes(data)
    return verdict
