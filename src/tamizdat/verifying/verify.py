"""The chain, link by link: what ``tamizdat verify`` and a sceptic's own tool do (``docs/spec/verification.md``).

::

    roster ← root            whose keys count; the reader compares the root's fingerprint over a second channel
    checkpoint ← witnesses   the whole ledger in three lines, signed by the roster's log key
    edition ← newest         which files and items, at which place of the ledger; not older than what was seen
    ledger ← history         the entries give the checkpoint's root, and begin with the ledger that was seen
    files, items             every file is listed and every listed file is there, unaltered
    item N                   its statement: signed by a desk key in its range, in the ledger, in the edition
    item N media             the bytes of its pictures and clips
    item N source            that they were made from the original: the desk's word

Each arrow is one ``with self.report.link(…)``; nothing is believed because of where it lies or what it is called.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import BadProof, BadStatement, CheckFailed, DamagedInput, UsageError
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import verify_disclosure
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import open_envelope, peek_envelope
from tamizdat.ledger.tiles import WIDTH, read_log
from tamizdat.verifying.claims import FILES, Edition, Item, Items, parse_files
from tamizdat.verifying.folder import LARGE, Folder
from tamizdat.verifying.listing import EDITION, EDITION_PROOF, made_after
from tamizdat.verifying.report import Report, Seen, Unjudged, Verdict

Thing = TypeVar("Thing")
ITEM = re.compile(r"items/(0|[1-9][0-9]{0,14})/(statement\.json)?")
STATEMENT, PROOF = "statement.json", "statement.tlog-proof"


def verify(path: Path, root: bytes | None = None, memory: Mapping[str, Seen] | None = None) -> Report:
    """Check a site's folder, or one item: its folder, its statement, its proof or one of its media.

    *root* is the fingerprint that the reader has from elsewhere. *memory* is what earlier reports gave as
    ``seen``, by the hexadecimal root; store ``report.seen`` there afterwards.
    """
    base, inside, asked = _locate(path)
    check = _Check(Folder(base), root, memory or {})
    if inside is None:
        check.site()
    else:
        check.one_item(inside, asked)
    return check.report


class _Check:
    """One run: what was read so far, and the report. What could not be read is None and breaks its own link only."""

    def __init__(self, folder: Folder, given: bytes | None, memory: Mapping[str, Seen]) -> None:
        self.folder, self.given, self.memory, self.report = folder, given, memory, Report()
        self.files: list[str] = []
        self.refused: list[str] = []
        self.roster: Roster | None = None
        self.note = b""
        self.checkpoint: Checkpoint | None = None
        self.edition: Edition | None = None
        self.items: Items | None = None
        self.entries: list[bytes] | None = None

    def site(self) -> None:
        """Everything in a site's folder."""
        self.files, self.refused = self.folder.walk()
        self.trust()
        self.head("ledger/checkpoint")
        self.published()
        self.whole_ledger()
        self.not_older()
        self.listed_items()
        there = {int(match[1]) for match in map(ITEM.fullmatch, self.files) if match and match[2]}
        for number in sorted(there | (self.items.places.keys() if self.items else set())):
            self.item(number, f"items/{number}/")
        self.all_files()
        self.remember()

    def one_item(self, inside: str, asked: str | None) -> None:
        """One item by itself, and its edition where that lies above it."""
        self.trust()
        self.head(inside + PROOF)
        if self.folder.has(EDITION):
            self.published()
            self.not_older()
            self.listed_items()
        else:
            with self.report.link("edition") as claim:
                claim.say("This item was checked by itself; no edition lies above it.", Verdict.UNKNOWN)
        try:
            number = Item.parse(peek_envelope(self.folder.read(inside + STATEMENT))).number
        except (DamagedInput, CheckFailed):
            number = None
        folder = ITEM.fullmatch(inside)
        self.item(int(folder[1]) if folder else number, inside, asked)

    def trust(self) -> None:
        with self.report.link("roster") as claim:
            self.roster = roster = Roster.open(self.folder.read("roster.json"))
            self.report.root = roster.root.fingerprint
            claim.say(f"Version {roster.version}, signed by its root, for the ledger {roster.policy.log.name!r}.")
        with self.report.link("root", "roster") as claim:
            found, origin = self._roster().root.fingerprint, self._roster().policy.log.name
            if self.given is not None:
                if self.given != found:
                    raise CheckFailed(f"Expected the root {spoken(self.given)}, found {spoken(found)}: another's site.")
                claim.say("It is the root you gave.")
            elif found.hex() in self.memory:
                claim.say(f"It is the root you saw here before: {spoken(found)}.", Verdict.UNKNOWN)
            elif any(seen.origin == origin for seen in self.memory.values()):
                raise CheckFailed(f"You saw {origin!r} before under another root; this one is {spoken(found)}. Ask.")
            else:
                claim.say(f"Compare this fingerprint over a second channel: {spoken(found)}.", Verdict.UNKNOWN)

    def head(self, path: str) -> None:
        """The checkpoint, which lies in the ledger or inside a proof."""
        with self.report.link("checkpoint", "root") as claim:
            data = self.folder.read(path)
            self.note = TlogProof.parse(data).checkpoint if path.endswith(".tlog-proof") else data
            found, _ = Policy(self._roster().policy.log).open(self.note)  # witnesses are the next link
            self.checkpoint = found
            claim.say(f"The ledger's key signed it: {found.size:,} entries of {found.origin!r}.")
        with self.report.link("witnesses", "checkpoint") as claim:
            self._checkpoint()
            policy = self._roster().policy
            _, witnessed = policy.open(self.note)
            claim.say(f"Witnessed by {', '.join(witnessed)}.")
            if not policy.quorum and not witnessed:
                claim.say("None, and no stamps: when this ledger existed is the desk's word.", Verdict.UNKNOWN)

    def disclosed(self, envelope: bytes, data: bytes) -> int:
        """The ledger's index of a statement, signed by a desk key that counts there; raises otherwise."""
        roster, checkpoint, proof = self._roster(), self._checkpoint(), TlogProof.parse(data)
        if proof.checkpoint != self.note:
            raise BadProof("Expected a proof for this checkpoint, found one for another: it is of another edition.")
        signed_by = open_envelope(envelope, [each.key for each in roster.keys if each.role == "desk"]).signed_by
        if not signed_by & roster.keys_at("desk", proof.index):
            raise BadStatement(f"Expected a key of the desk that counts at entry {proof.index}; this one does not.")
        verify_disclosure(envelope, proof, checkpoint)
        return proof.index

    def published(self) -> None:
        with self.report.link("edition", "root", "checkpoint") as claim:
            envelope = self.folder.read(EDITION)
            self.edition = said = Edition.parse(peek_envelope(envelope))
            index = self.disclosed(envelope, self.folder.read(EDITION_PROOF))
            if said.origin != self._checkpoint().origin:
                raise BadStatement("Expected an edition of this ledger, found one of another origin.")
            claim.say(
                f"Edition {said.number}, signed by the desk and unaltered since it became entry {index}."
                f" Its date, {said.date}, is the desk's word."
            )

    def whole_ledger(self) -> None:
        with self.report.link("ledger", "root", "checkpoint") as claim:
            head = self._checkpoint()
            if head.size > WIDTH * len(self.files):  # before anything is allocated for that many
                raise BadProof(f"Expected the tiles of {head.size:,} entries, found fewer files than that takes.")
            self.entries = read_log(head.size, head.root, lambda path: self.folder.read(f"ledger/{path}", LARGE))
            claim.say(f"Its {head.size:,} entries give the checkpoint's root.")

    def not_older(self) -> None:
        seen = self.memory.get(self.report.root.hex()) if self.report.root else None
        with self.report.link("newest", "edition") as claim:
            edition, roster = self._edition(), self._roster()
            digest = sha256_hex(self.folder.read(EDITION))
            claim.say("You saw none before; newer ones may exist.", Verdict.UNKNOWN)
            if seen:
                if (edition.number, roster.version) < (seen.edition, seen.roster) or roster.version < seen.roster:
                    raise CheckFailed(f"You saw edition {seen.edition}; this is the older edition {edition.number}.")
                before = digest if edition.number == seen.edition else edition.previous
                if edition.number <= seen.edition + 1 and before != seen.digest:
                    raise CheckFailed(f"This is not the edition {seen.edition} you saw, nor made after it.")
                claim.say(f"Not older than edition {seen.edition}, which you saw; newer ones may exist.")
        if seen:
            with self.report.link("history", "ledger") as claim:
                if self._checkpoint().size < seen.size:
                    raise CheckFailed(f"You saw a ledger of {seen.size:,} entries; this one is shorter. It was cut.")
                if not self.files:  # one item by itself
                    claim.say("Check the whole site to compare its ledger with the one you saw.", Verdict.UNKNOWN)
                    return
                if self.entries is None:
                    raise Unjudged("The ledger's entries are needed to compare it with the one you saw.")
                if root_over(map(leaf_hash, self.entries[: seen.size])).hex() != seen.ledger:
                    raise CheckFailed(f"The first {seen.size:,} entries are not those you saw: it was rewritten.")
                claim.say(f"It begins with the {seen.size:,} entries you saw.")

    def listed_items(self) -> None:
        with self.report.link("items", "edition") as claim:
            self.items = items = Items.parse(self.folder.read("edition/items.txt", LARGE))
            edition = self._edition()
            if (len(items.places), items.root) != (edition.items, edition.items_root):
                raise BadProof("Expected the list of items that the edition names, found another.")
            claim.say(f"{edition.items} items, as the edition names them.")

    def item(self, number: int | None, inside: str, asked: str | None = None) -> None:
        """One item, in folder *inside*; *asked* is the one file the reader wants to know about."""
        name, item = f"item {number}" if number is not None else "item", None
        with self.report.link(name, "root", "checkpoint", *(["items"] if self.items else [])) as claim:
            envelope = self.folder.read(inside + STATEMENT)
            item = Item.parse(peek_envelope(envelope))
            if item.number != number:
                raise BadStatement(f"Expected the statement of item {number}, found that of item {item.number}.")
            if self.items and self.items.places.get(number, (0, ""))[1] != sha256_hex(envelope):
                raise BadStatement("Expected the statement that the edition lists, found another.")
            index = self.disclosed(envelope, self.folder.read(inside + PROOF))
            if item.source >= index:
                raise BadStatement("Expected a source that entered the ledger earlier, found a later one.")
            claim.say(f"Its statement is signed by the desk and unaltered since it became entry {index}.")
        with self.report.link(f"{name} media", name) as claim:
            if item is None:
                raise Unjudged("Its statement cannot be read, so nothing says which media are right.")
            if asked and asked not in dict(item.media):
                raise CheckFailed(f"Expected a file that the statement names; {asked!r} is none of them.")
            wrong = [each for each, digest in item.media if not self.folder.equals(inside + each, digest)]
            if wrong:
                raise CheckFailed(f"Expected the bytes that the statement names, found others: {', '.join(wrong)}.")
            claim.say(f"Byte for byte what the statement names: {', '.join(each for each, _ in item.media)}.")
        with self.report.link(f"{name} source", name) as claim:
            if item is None:
                raise Unjudged("Its statement cannot be read.")
            if self.entries is not None and self.entries[item.source : item.source + 1] != [item.commitment]:
                raise BadProof(f"Expected the original's commitment as entry {item.source}, found another there.")
            claim.say(
                f"That it was made from the withheld original, committed as entry {item.source}, is the desk's word.",
                Verdict.VOUCHED,
            )

    def all_files(self) -> None:
        """Every file is listed, every listed file is there; those made after the list follow from the others."""
        wrong = dict.fromkeys(self.refused, "Expected no link, device or odd name in a site; it was not opened.")
        with self.report.link("files", "edition") as claim:
            data = self.folder.read(FILES, LARGE)
            listed = parse_files(data)
            made = made_after(self.folder, self.files, self.items, self.entries)
            for path in {*self.files, *listed}:
                if path not in listed and path not in made:
                    wrong[path] = "The edition does not list this file."
                elif path in listed and not self.folder.equals(path, listed[path]):
                    wrong[path] = "Expected the bytes that the edition lists, found others or none."
            wrong |= dict.fromkeys((path for path in made if not made[path]), "It is not what the other files say.")
            said = self.edition
            if said is not None and (sha256_hex(data), len(listed)) != (said.files_digest, said.files):
                raise CheckFailed("Expected the list of files that the edition names, found another.")
            if wrong:
                raise CheckFailed(f"Files that are not as the edition lists them: {len(wrong)}.")
            self._edition()
            claim.say(f"{len(listed)} files, all as listed, and no other.")
        for path, detail in sorted(wrong.items()):
            with self.report.link(f"file {path}"):
                raise CheckFailed(detail)

    def remember(self) -> None:
        """What to keep for the next time: this edition if all of it holds, otherwise what was kept before."""
        self.report.seen = self.memory.get(self.report.root.hex()) if self.report.root else None
        roster, head, said = self.roster, self.checkpoint, self.edition
        if self.report.holds and roster and head and said:
            digest = sha256_hex(self.folder.read(EDITION))
            self.report.seen = Seen(head.origin, roster.version, said.number, digest, head.size, head.root.hex())

    def _roster(self) -> Roster:
        return _needed(self.roster, "the roster")

    def _checkpoint(self) -> Checkpoint:
        return _needed(self.checkpoint, "the checkpoint")

    def _edition(self) -> Edition:
        return _needed(self.edition, "the edition")


def _needed(value: Thing | None, what: str) -> Thing:
    if value is None:
        raise Unjudged(f"It cannot be judged without {what}, which could not be read or does not hold.")
    return value


def _locate(path: Path) -> tuple[Path, str | None, str | None]:
    """The folder that holds roster.json; the item's folder below it (None: the whole site); the one file asked for."""
    folder = path.parent.resolve() if path.is_file() else path.resolve()
    if path.is_dir() and not (folder / STATEMENT).exists():
        if not any((folder / name).exists() for name in ("roster.json", "edition", "ledger")):
            raise UsageError(
                "Expected the folder of a site or of an item, found neither roster.json nor statement.json."
            )
        return folder, None, None
    if not (folder / STATEMENT).exists():
        raise UsageError("Expected a site's folder, or an item with its statement.json beside it; found neither.")
    asked = None if path.is_dir() or path.name in (STATEMENT, PROOF) else path.name
    for base in (folder, *folder.parents[:3]):
        if (base / "roster.json").exists():
            return base, "".join(f"{name}/" for name in folder.relative_to(base).parts), asked
    return folder, "", asked
