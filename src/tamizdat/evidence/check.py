"""Checking a package from outside, link by link, as ``docs/spec/evidence.md`` names them.

::

    proved   files            100 files are as the lists say, and there is no other.
    unknown  papers           Nobody signed the chronology, the other papers and the order of things: compare …
    unknown  root             Compare this fingerprint over a second channel: 7QZ4-…
    proved   entry 17         captured: in the ledger under the checkpoint of 256 entries, opened, signed by …
    vouched  entry 18         In the ledger under the checkpoint of 256 entries; what it says is not opened here.
    proved   original a.jpg   Entry 17 is about these bytes.
    unknown  original b.jpg   Nothing here proves that the desk has these bytes: no statement that is opened …

No signature covers the lists of a package: an entry without its proof, or a file that no opened statement is about,
may be anybody's. Such a link keeps the package from holding, as one does that could not be judged.

Only what is in the folder is read, and nothing of it is believed that is not computed again.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import safe_path, sha256_hex, spoken
from tamizdat.errors import BadNote, BadRoster, CheckFailed
from tamizdat.evidence.layout import BAGIT, DECLARATION, INFO, MANIFEST, TAGS, UNFINISHED
from tamizdat.evidence.placement import Placement
from tamizdat.evidence.stamps_check import judge_others
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import TlogProof, verify_inclusion
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.roster_chain import check_follows
from tamizdat.ledger.statement import Statement, open_envelope
from tamizdat.statements import derived
from tamizdat.verifying.report import Claim, Report, Unjudged, Verdict
from tamizdat.verifying.trust import NOTHING, Trust
from tamizdat.verifying.untrusted_folder import LARGE, Folder

_LINE: Final = re.compile(r"([0-9a-f]{64})(?: [ *]|[ \t]+(?![ \t*]))(.+)")  #: one space where an archive bagged it anew
_OXUM: Final = re.compile(rb"^Payload-Oxum: (\d{1,18})\.(\d{1,12})\r?$", re.MULTILINE)
_ENTRY: Final = re.compile(r"(0|[1-9][0-9]{0,17}) ([0-9a-f]{64})")
PROOFS: Final = "data/proofs/"
_EXHIBIT: Final = re.compile(r"data/(originals/(?!ascmhl/)|working-copies/)")


#: what file managers put into folders by themselves
_OF_A_SYSTEM: Final = re.compile(r"(?:.*/)?(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)|(?:.*/)?__MACOSX/.*")
OTHER_FORM: Final = (
    " The disk, or what unpacked this, wrote names in another form of Unicode: unpack it on another disk, or with "
    "'python3 -m zipfile -e PACKAGE.zip FOLDER'."
)


def _hint(path: str) -> str:
    of_a_system = _OF_A_SYSTEM.fullmatch(path)
    return " macOS and Windows put such files into folders: delete it, and check again." if of_a_system else ""


def is_package(path: Path) -> bool:
    """Tell whether *path* is a folder that is a bag, or would be one if its writing had not been cut off."""
    return path.is_dir() and any((path / name).is_file() for name in (BAGIT, TAGS, MANIFEST, UNFINISHED))


def check_package(path: Path, root: bytes | None = None, trust: Trust = NOTHING) -> Report:
    """Check a package; *root* is the fingerprint that the reader has from elsewhere, *trust* decides about stamps."""
    check = _Check(Folder(path.resolve()), root, trust)
    check.run()
    return check.report


@dataclass
class _Check:
    folder: Folder
    expected: bytes | None
    trust: Trust
    report: Report = field(default_factory=Report)
    rosters: list[Roster] = field(default_factory=list)
    entries: dict[int, bytes] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    #: checkpoints that proofs lead to, by size, each with the roster whose log key signed it
    heads: dict[int, tuple[Checkpoint, Roster]] = field(default_factory=dict)

    def run(self) -> None:
        self._files()
        self._papers()
        with self.report.link("roster") as claim:
            self._roster(claim)
        with self.report.link("root", "roster") as claim:
            self._root(claim)
        if "root" in self.report.shaky:
            return
        with self.report.link("ledger", "root") as claim:
            lines = self.folder.read(f"{PROOFS}entries.txt", LARGE).decode("ascii", "replace").splitlines()
            matches = [_ENTRY.fullmatch(line) for line in lines]
            found = {int(each[1]): bytes.fromhex(each[2]) for each in matches if each}
            if len(found) != len(lines):
                raise CheckFailed(
                    "Expected a number and an entry in each line of proofs/entries.txt, found other lines."
                )
            self.entries = found
            claim.say(f"Entries of the ledger {self.rosters[-1].policy.log.name} that are spoken of: {len(found):,}.")
        statements: list[tuple[int, Statement]] = []
        for index in sorted(self.entries):
            with self.report.link(f"entry {index}", "root", "ledger") as claim:
                if (statement := self._entry(index, claim)) is not None:
                    statements.append((index, statement))
        judge_others(self.report, self.folder.base, self.heads, self.trust)
        self._sources(statements)
        covered = all(self.folder.has(f"{PROOFS}statements/{index}.tlog-proof") for index in self.entries)
        self._exhibits(Placement(statements, covered=covered))

    # The bag ------------------------------------------------------------------------------------------------------

    def _files(self) -> None:
        files, refused = self.folder.walk()
        wrong = {path: self.folder.why_refused(path) for path in refused}
        with self.report.link("bag") as claim:
            if UNFINISHED in files or BAGIT not in files:
                raise CheckFailed(
                    "Expected a whole package, found one whose writing was cut off: bagit.txt is written last. Run the "
                    "command that writes it again."
                )
            if (said := self.folder.read(BAGIT)) != DECLARATION:
                raise CheckFailed(
                    f"Expected bagit.txt of BagIt 1.0 in UTF-8, which packages of tamizdat have, found {said[:80]!r}. "
                    "A bag of another program is checked by 'bagit.py --validate FOLDER'."
                )
            claim.say("A bag by BagIt 1.0.")
        payload, tags = self._list(MANIFEST), self._list(TAGS)
        self.listed = payload
        for path, digest in {**payload, **tags}.items():
            if difference := self.folder.difference(path, digest):
                wrong.setdefault(path, difference)
        for path in files:
            if path not in payload and path not in tags and path != TAGS:
                wrong[path] = f"Expected only files that a list names, found {path}: it is one too many.{_hint(path)}"
        forms = {unicodedata.normalize("NFC", path) for path in payload}
        if any(path not in payload and unicodedata.normalize("NFC", path) in forms for path in files):
            for path in wrong.keys() - set(files):
                wrong[path] += OTHER_FORM
        for path in (BAGIT, INFO, MANIFEST):
            if path not in tags:
                wrong.setdefault(path, f"Expected {path} in {TAGS}, found it listed nowhere.")
        for path, why in sorted(wrong.items()):
            with self.report.link(f"file {path}"):
                raise self.folder.failure(why, [why])
        with self.report.link("files", "bag") as claim:
            if wrong:
                count = f"{len(wrong)} that are not, or cannot be read"
                raise self.folder.failure(f"Expected every file as the lists say, found {count}.", wrong.values())
            self._oxum([path for path in files if path.startswith("data/")])
            claim.say(f"Files: {len(payload):,}, all as the lists say, and there is no other.")

    def _list(self, name: str) -> dict[str, str]:
        """Return path → SHA-256 of a list; what cannot be read or should not be named is a broken link."""
        found: dict[str, str] = {}
        with self.report.link(f"list {name}") as claim:
            for line in self.folder.read(name, LARGE).decode("utf-8", "replace").splitlines():
                match = _LINE.fullmatch(line)
                if not match or match[2] in found:
                    raise CheckFailed(
                        f"Expected a SHA-256 and a path in each line of {name}, each once; found {line[:90]!r}."
                    )
                found[safe_path(match[2])] = match[1]
            claim.say(f"Files that are listed: {len(found):,}.")
        return found

    def _oxum(self, paths: Sequence[str]) -> None:
        match = _OXUM.search(self.folder.read(INFO))
        size = sum((self.folder.base / path).stat().st_size for path in paths)
        if not match or (int(match[1]), int(match[2])) != (size, len(paths)):
            said = f"{int(match[1])}.{int(match[2])}" if match else "none"
            raise CheckFailed(f"Expected the Payload-Oxum {size}.{len(paths)} in {INFO}, found {said}.")

    # The ledger ---------------------------------------------------------------------------------------------------

    def _roster(self, claim: Claim) -> None:
        while self.folder.has(path := f"{PROOFS}roster-{len(self.rosters) + 1}.json"):
            roster = Roster.open(self.folder.read(path))
            if self.rosters:
                check_follows(roster, self.rosters[-1])
            elif roster.version != 1:
                raise BadRoster(f"Expected version 1 of the list of keys in {path}, found {roster.version}.")
            self.rosters.append(roster)
        if not self.rosters:
            raise BadRoster(f"Expected the list of keys, {PROOFS}roster-1.json, found no such file.")
        newest = self.rosters[-1]
        claim.say(f"Whose signatures count: version {newest.version}, and all before it, signed by the root.")

    def _root(self, claim: Claim) -> None:
        if not self.rosters:
            raise CheckFailed("Expected a root, found no list of keys that holds.")
        every = list(dict.fromkeys(each.root.fingerprint for each in reversed(self.rosters)))
        self.report.root = found = every[0]  # the newest, which the desk names now
        if self.expected is None:
            earlier = f" (it took over from {' and '.join(map(spoken, every[1:]))})" if every[1:] else ""
            claim.say(f"Compare this fingerprint over a second channel: {spoken(found)}{earlier}", Verdict.UNKNOWN)
        elif self.expected not in every:  # each took over from the one before it, by its will
            raise CheckFailed(
                f"Expected the root {spoken(self.expected)}, found {spoken(found)}: another desk's package."
            )
        elif self.expected != found:
            claim.say(f"The root you gave handed over to this one, {spoken(found)}: give that from now on.")
        else:
            claim.say(f"It is the root that you gave: {spoken(self.expected)}")

    def _entry(self, index: int, claim: Claim) -> Statement | None:
        path = f"{PROOFS}statements/{index}"
        if not self.folder.has(f"{path}.tlog-proof"):
            if self.folder.has(f"{path}.json"):
                raise CheckFailed(f"Expected the proof {path}.tlog-proof beside the statement, found none.")
            raise Unjudged(
                "Nothing here proves that it is in the ledger: no checkpoint of this package covers it. It is the word "
                "of who gave you the package."
            )
        proof, entry = TlogProof.parse(self.folder.read(f"{path}.tlog-proof")), self.entries[index]
        if proof.index != index:
            raise CheckFailed(f"Expected the proof of entry {index}, found that of entry {proof.index}.")
        head = self._checkpoint(proof.checkpoint)
        verify_inclusion(index, head.size, leaf_hash(entry), proof.hashes, head.root)
        under = f"in the ledger under the checkpoint of {head.size:,} entries"
        if not self.folder.has(f"{path}.json"):
            claim.say(f"I{under[1:]}; what it says is not opened here.", Verdict.VOUCHED)
            return None
        envelope = self.folder.read(f"{path}.json")
        if (found := commitment(proof.extra or b"", envelope)) != entry:
            raise CheckFailed(f"Expected the statement of entry {index}, {entry.hex()}, found one of {found.hex()}.")
        statement = open_envelope(envelope, sorted(self.rosters[-1].keys_at("desk", index))).statement
        claim.say(f"{statement.act}: {under}, opened, signed by the desk.")
        return statement

    def _checkpoint(self, note: bytes) -> Checkpoint:
        for roster in reversed(self.rosters):
            try:
                head = Policy(roster.policy.log).open(note)[0]
            except BadNote:
                continue
            if self.heads.setdefault(head.size, (head, roster))[0] != head:
                raise CheckFailed(f"Expected one checkpoint of {head.size:,} entries, found two: a fork. Keep both.")
            return head
        raise CheckFailed(
            "Expected a checkpoint that the log's key signed, found one that no key of the roster signed."
        )

    def _sources(self, statements: Sequence[tuple[int, Statement]]) -> None:
        """Judge whether what editions show names the entries that are in the package."""
        for index, statement in statements:
            if statement.act != derived.ACT:
                continue
            with self.report.link(f"sources of {index}", f"entry {index}") as claim:
                named = derived.read(statement).references()
                known = [each for each in named if each.index in self.entries]
                for each in known:
                    if self.entries[each.index] != each.commitment:
                        raise CheckFailed(
                            f"Expected entry {each.index} as the statement names it, {each.commitment.hex()}, found "
                            f"{self.entries[each.index].hex()}."
                        )
                claim.say(
                    f"What an edition shows was made of the entries it names ({len(known)} of {len(named)} are here)."
                )

    def _exhibits(self, placement: Placement) -> None:
        strangers = placement.strangers(self.listed)
        for path, digest in sorted(self.listed.items()):
            if _EXHIBIT.match(path):
                kind = "original" if path.startswith("data/originals/") else "copy"
                name = path.partition("/")[2].partition("/")[2]
                index = placement.about(path, digest)
                ground = () if index is None else (f"entry {index}",)
                with self.report.link(f"{kind} {name}", f"file {path}", *ground) as claim:
                    if index is None:
                        raise Unjudged(
                            "Nothing here proves that the desk has these bytes: no statement that is opened is about "
                            "them. It is the word of who gave you the package."
                        )
                    why = placement.why_elsewhere(path, digest) or strangers.get(path, "")
                    if unknown := placement.why_unknown(path, digest, bool(why)):
                        raise Unjudged(unknown)
                    if why:
                        raise CheckFailed(f"{why} They were exchanged.")
                    called = placement.called(path, digest)
                    claim.say(f"Entry {index} is about these bytes{f', and calls them {called!a}' if called else ''}.")

    def _papers(self) -> None:
        """Tell that nobody signed what people read in a package, and by which number it is known to be the desk's."""
        with self.report.link("papers", "files") as claim:
            number = sha256_hex(self.folder.read(TAGS, LARGE))
            claim.say(
                "Nobody signed the chronology, the other papers and the order of things: compare the SHA-256 of "
                f"{TAGS} with what the desk told you over a second channel: {number}",
                Verdict.UNKNOWN,
            )
