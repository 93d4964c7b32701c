"""The chain, link by link: what a sceptic's own tool does too (``docs/spec/verification.md``).

::

    roster ← root            whose keys count; the reader compares the root's fingerprint over a second channel
    checkpoint ← witnesses   the whole ledger in three lines, signed by the roster's log key
    edition ← newest         which files and items, at which place of the ledger; not older than what was seen
    ledger ← history         the entries give the checkpoint's root, and begin with the ledger that was seen
    files, items             every file is listed and every listed file is there, unaltered
    item N                   its statement: signed by a desk key in its range, in the ledger, in the edition
    item N media             the bytes of its pictures and clips
    item N source            what it was made from; for posts and people, :mod:`.posts` goes on from here

Each arrow is one ``with self.report.link(…)``; nothing is believed because of where it lies or what it is called.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import BadProof, BadStatement, CheckFailed
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import verify_disclosure
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, open_envelope, peek_envelope
from tamizdat.ledger.tiles import WIDTH, read_log
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, ITEMS, PROOF, STATEMENT, Edition, Items
from tamizdat.verifying.item_statement import Item, Named
from tamizdat.verifying.post_links import PostLinks, judge_person
from tamizdat.verifying.report import Report, Seen, Unjudged, Verdict
from tamizdat.verifying.untrusted_folder import LARGE, Folder

Thing = TypeVar("Thing")


class Chain:
    """One run: what was read so far, and the report. What could not be read is None and breaks its own link only."""

    def __init__(self, folder: Folder, given: bytes | None, memory: Mapping[str, Seen]) -> None:
        self.folder, self.given, self.memory, self.report = folder, given, memory, Report()
        self.roster: Roster | None = None
        self.note = b""
        self.checkpoint: Checkpoint | None = None
        self.edition: Edition | None = None
        self.items: Items | None = None
        self.entries: list[bytes] | None = None
        self.whole = False  #: whether the whole site is checked, so that the ledger's entries should be known
        self._nodes: list[bytes] = []  #: the roots over 256 entries each
        self._earlier: dict[bytes, Checkpoint] = {}  #: notes of earlier editions that hold
        self._sources: dict[Named | str, int] = {}  #: what items were made from, and posts' ids → the item

    def trust(self) -> None:
        """The roster and the root it hangs from."""
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
        proof = TlogProof.parse(data)
        checkpoint = self._checkpoint_of(proof.checkpoint)
        self.signed(envelope, proof.index)
        verify_disclosure(envelope, proof, checkpoint)
        return proof.index

    def signed(self, envelope: bytes, index: int) -> Statement:
        """The statement in *envelope*, signed by a desk key that counts at *index*; raises otherwise."""
        roster, _ = self._roster(), self._checkpoint()
        opened = open_envelope(envelope, {each.key for each in roster.keys if each.role == "desk"})
        if not opened.signed_by & roster.keys_at("desk", index):
            raise BadStatement(f"Expected a key of the desk that counts at entry {index}; this one does not.")
        return opened.statement

    def named_rightly(self, named: Iterable[Named]) -> None:
        """Raise :class:`BadProof` if the ledger was read and a commitment is not its entry."""
        for each in named:
            if self.entries is not None and self.entries[each.index : each.index + 1] != [each.commitment]:
                raise BadProof(f"Expected the commitment that is named as entry {each.index}, found another there.")

    def _checkpoint_of(self, note: bytes) -> Checkpoint:
        """The checkpoint in a proof: the edition's, or that of an earlier one, with which its ledger must begin."""
        head = self._checkpoint()
        if note == self.note:
            return head
        if note not in self._earlier:
            found, _ = Policy(self._roster().policy.log).open(note)
            if found.size > head.size or (found.size == head.size and found.root != head.root):
                raise BadProof("Expected a proof for this checkpoint or an earlier one, found one of another ledger.")
            if self.whole and self.entries is None:
                raise Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.")
            if self.whole and self._root_of_first(found.size) != found.root:
                raise BadProof(f"Expected a ledger that begins with that of {found.size:,} entries; it was forked.")
            self._earlier[note] = found
        return self._earlier[note]

    def _root_of_first(self, size: int) -> bytes:
        """The root over the first *size* entries."""
        full, entries = size // WIDTH, self.entries or []
        for at in range(len(self._nodes), full):
            self._nodes.append(root_over(map(leaf_hash, entries[at * WIDTH : (at + 1) * WIDTH])))
        rest = entries[full * WIDTH : size]
        return root_over([*self._nodes[:full], *([root_over(map(leaf_hash, rest))] if rest else [])])

    def published(self) -> None:
        """The edition."""
        with self.report.link("edition", "root", "checkpoint") as claim:
            envelope = self.folder.read(EDITION)
            self.edition = said = Edition.parse(peek_envelope(envelope))
            proof = self.folder.read(EDITION_PROOF)
            self._checkpoint()
            if TlogProof.parse(proof).checkpoint != self.note:
                raise BadProof("Expected the edition's proof for this checkpoint, found one for another.")
            index = self.disclosed(envelope, proof)
            if said.origin != self._checkpoint().origin:
                raise BadStatement("Expected an edition of this ledger, found one of another origin.")
            claim.say(
                f"Edition {said.number}, signed by the desk and unaltered since it became entry {index}."
                f" Its date, {said.date}, is the desk's word."
            )

    def whole_ledger(self, files: int) -> None:
        """Its entries; *files* is how many there are, so that nothing is allocated for a ledger that cannot be."""
        with self.report.link("ledger", "root", "checkpoint") as claim:
            head = self._checkpoint()
            if head.size > WIDTH * files:
                raise BadProof(f"Expected the tiles of {head.size:,} entries, found fewer files than that takes.")
            self.entries = read_log(head.size, head.root, lambda path: self.folder.read(f"ledger/{path}", LARGE))
            claim.say(f"Its {head.size:,} entries give the checkpoint's root.")

    @property
    def seen(self) -> Seen | None:
        """What the reader remembers under this root."""
        return self.memory.get(self.report.root.hex()) if self.report.root else None

    def not_older(self, whole: bool) -> None:
        """The edition against the one remembered, and the ledger if the *whole* of it was read."""
        seen = self.seen
        with self.report.link("newest", "edition") as claim:
            edition, roster = self.known_edition(), self._roster()
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
                if not whole:
                    claim.say("Check the whole site to compare its ledger with the one you saw.", Verdict.UNKNOWN)
                    return
                if self.entries is None:
                    raise Unjudged("The ledger's entries are needed to compare it with the one you saw.")
                if self._root_of_first(seen.size).hex() != seen.ledger:
                    raise CheckFailed(f"The first {seen.size:,} entries are not those you saw: it was rewritten.")
                claim.say(f"It begins with the {seen.size:,} entries you saw.")

    def listed_items(self) -> None:
        """The list of items."""
        with self.report.link("items", "edition") as claim:
            self.items = items = Items.parse(self.folder.read(ITEMS, LARGE))
            edition = self.known_edition()
            if (len(items.digests), items.root) != (edition.items, edition.items_root):
                raise BadProof("Expected the list of items that the edition names, found another.")
            claim.say(f"{edition.items} items, as the edition names them.")

    def item(self, number: int | None, inside: str, pages: Sequence[str], asked: str | None = None) -> None:
        """One item, in folder *inside*, with its *pages*; *asked* is the one file the reader wants to know about."""
        name = f"item {number}" if number is not None else "item"
        item = self._statement(name, number, inside)
        if item is None or item.kind != "person":
            self._media(name, item, inside, asked)
        if item is not None and item.kind == "post":
            PostLinks(self, item, inside, name).judge(pages)
        elif item is not None and item.kind == "person":
            judge_person(self, item, name)
        else:
            with self.report.link(f"{name} source", name) as claim:
                source = _needed(item, "its statement").source
                self.named_rightly([source])
                claim.say(
                    f"That it was made from the withheld original, entry {source.index}, is the desk's word.",
                    Verdict.VOUCHED,
                )

    def _statement(self, name: str, number: int | None, inside: str) -> Item | None:
        """What is said of an item in public; None if it cannot be read."""
        item: Item | None = None
        with self.report.link(name, "root", "checkpoint", *(["items"] if self.items else [])) as claim:
            envelope = self.folder.read(inside + STATEMENT)
            item = Item.parse(peek_envelope(envelope))
            if item.number != number:
                raise BadStatement(f"Expected the statement of item {number}, found that of item {item.number}.")
            if self.items and self.items.digests.get(number) != sha256_hex(envelope):
                raise BadStatement("Expected the statement that the edition lists, found another.")
            proof = self.folder.read(inside + PROOF)
            index = self.disclosed(envelope, proof)
            if any(each.index >= index for each in item.names):
                raise BadStatement("Expected to be told of what entered the ledger earlier, found something later.")
            self._once(item)
            claim.say(f"Its statement is signed by the desk and unaltered since it became entry {index}.")
            if not self.whole and TlogProof.parse(proof).checkpoint != self.note:
                claim.detail += " By an earlier checkpoint: that this ledger continues that one, the whole site shows."
        return item

    def _once(self, item: Item) -> None:
        """No two items are made from one source, and no two are one post."""
        own: list[Named | str] = [item.source, *([item.said["post"]] if item.kind == "post" else [])]
        for each in own:
            if self._sources.setdefault(each, item.number) != item.number:
                raise BadStatement(f"Expected an item of its own, found what item {self._sources[each]} shows already.")

    def _media(self, name: str, item: Item | None, inside: str, asked: str | None) -> None:
        with self.report.link(f"{name} media", name) as claim:
            item = _needed(item, "its statement")
            if asked and asked not in dict(item.media) and (asked, item.kind) != ("index.html", "post"):
                raise CheckFailed(f"Expected a file that the statement names; {asked!r} is none of them.")
            wrong = [each for each, digest in item.media if not self.folder.equals(inside + each, digest)]
            if wrong:
                raise CheckFailed(f"Expected the bytes that the statement names, found others: {', '.join(wrong)}.")
            self.named_rightly(item.pictures)
            claim.say(f"Byte for byte what the statement names: {', '.join(each for each, _ in item.media)}.")
            if not item.media:
                claim.say("The statement names no files.")

    def _roster(self) -> Roster:
        return _needed(self.roster, "the roster")

    def _checkpoint(self) -> Checkpoint:
        return _needed(self.checkpoint, "the checkpoint")

    def known_edition(self) -> Edition:
        """The edition, or :class:`Unjudged`."""
        return _needed(self.edition, "the edition")


def _needed(value: Thing | None, what: str) -> Thing:
    if value is None:
        raise Unjudged(f"It cannot be judged without {what}, which could not be read or does not hold.")
    return value
