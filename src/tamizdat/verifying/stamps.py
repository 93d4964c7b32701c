"""The links ``stamp SIZE NAME``, ``stamps`` and ``item N stamps``: what existed before when, and who says so.

A stamp is on the three lines of a checkpoint, so it covers every entry of that ledger: whoever holds the ledger's
entries knows that a later checkpoint continues an earlier one, and the *earliest* stamp that covers an entry counts.

* A token of one authority, by a chain to a root that the reader trusts, is that authority's word: *vouched for*.
* A way to a block of Bitcoin is *proved* by that block's header, if the reader has it; else it names a block.
* "Existed before T" is *proved* by two authorities whose chains share no key, or by one and Bitcoin, that agree within
  :data:`AGREE`: neither could write an earlier time without the other. T is the later of the two.

A stamp on something else, or one that does not hold, breaks its link; one by an unknown or revoked authority is
unknown. Nothing here asks anybody: roots and headers are the reader's (:class:`.Trust`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex, timestamp
from tamizdat.errors import BadProof, CheckFailed, DamagedInput
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import split_note
from tamizdat.timestamps.chain import UNREADABLE, Revocations, chain_of, key_of, name_of, revocation
from tamizdat.timestamps.ots import Proof, block_hash, block_time, merkle_root
from tamizdat.timestamps.token import Token
from tamizdat.verifying.checkpoint_files import BESIDE, CERTIFICATES, CHECKPOINTS, names_of
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Claim, Unjudged, Verdict
from tamizdat.verifying.trust import Trust

AGREE: Final = timedelta(hours=72)  #: an authority that is away for a day or two is asked again
LEEWAY: Final = timedelta(hours=2)  #: by which a block's own time may be wrong
MOST: Final = 1 << 20  #: bytes of a stamp or a certificate


@dataclass(frozen=True)
class Existed:
    """One stamp that holds: the first *size* entries existed before *time*, says *by*, who has these *keys*."""

    size: int
    time: datetime
    by: str
    keys: frozenset[bytes]


@dataclass
class Stamps:
    """The stamps of a folder; *files* are the paths of all that is in a site's."""

    evidence: Evidence
    trust: Trust
    files: Sequence[str] = ()
    found: list[Existed] = field(default_factory=list)
    certificates: list[x509.Certificate] = field(default_factory=list)
    revoked: Revocations = field(default_factory=Revocations)

    def judge_site(self) -> None:
        """Judge every stamp of a site, and what all of them together say."""
        self.read_certificates()
        sizes: dict[int, list[str]] = {}
        for match in filter(None, map(BESIDE.fullmatch, self.files)):
            if match["size"]:
                sizes.setdefault(int(match["size"]), []).extend(filter(None, [match["stamp"]]))
        for size, names in sorted(sizes.items()):
            self.judge(size, names)
        told = {size: earliest(self.found, size) for size, names in sizes.items() if names}
        if not any(sizes.values()):
            return
        self.evidence.report.existed = [
            {"entries": size, "before": timestamp(each[0]), "by": list[Json](each[1]), "verdict": each[2]}
            for size, each in sorted(told.items())
            if each
        ]
        with self.evidence.report.link("stamps", "checkpoint", "ledger") as claim:
            claim.say("None that proves anything here: when this ledger existed is the desk's word.", Verdict.UNKNOWN)
            good = {size: each for size, each in sorted(told.items()) if each}
            if good:
                (size, (time, by, verdict)), last = next(iter(good.items())), max(good)
                size = last if good[last][0] == time else size
                more = "" if last == size else f" All {last} entries before {timestamp(good[last][0])}."
                claim.say(
                    f"The first {size} entries existed before {timestamp(time)}, by the word of {_and(by)}.{more}",
                    verdict,
                )

    def judge_item(self, number: int | None, inside: str) -> None:
        """Judge the stamps on the checkpoint that the proof of an item carries, whose files lie in *inside*."""
        try:
            text, _ = split_note(self.evidence.item_file(inside).proof.checkpoint)
            head = Checkpoint.parse(text)
        except (DamagedInput, CheckFailed):  # its statement's own link tells that
            return
        those, _ = self.evidence.folder.walk(f"{CHECKPOINTS}{head.size}/")
        names = [match["stamp"] for match in map(BESIDE.fullmatch, those) if match and match["stamp"]]
        if not names:
            return
        self.files = self.evidence.folder.walk(CERTIFICATES)[0]
        self.read_certificates()
        self.judge(head.size, names, text)
        name = "item" if number is None else f"item {number}"
        with self.evidence.report.link(f"{name} stamps", name) as claim:
            claim.say("None that proves anything here: when it existed is the desk's word.", Verdict.UNKNOWN)
            if good := earliest(self.found, head.size):
                claim.say(f"It existed before {timestamp(good[0])}, by the word of {_and(good[1])}.", good[2])

    def judge(self, size: int, names: Iterable[str], expected: bytes | None = None) -> None:
        """Judge the checkpoint of *size*, which others signed too, and its stamps."""
        report, names = self.evidence.report, sorted(names)
        ground = ["checkpoint", "ledger"] if self.evidence.whole else ["checkpoint"]
        try:
            text = self._lines(size) if expected is None else expected
            self._listed(size, names)
        except (DamagedInput, CheckFailed) as error:
            with report.link(f"checkpoint {size}"):
                raise error
        else:
            for name in names:
                with report.link(f"stamp {size} {name}", *ground) as claim:
                    data = self.evidence.folder.read(f"{CHECKPOINTS}{size}/stamps/{name}", MOST)
                    (self._token if name.endswith(".tsr") else self._proof)(size, text, data, claim)

    def _listed(self, size: int, names: Sequence[str]) -> None:
        """Raise CheckFailed if the list of these *names* is there and says something else."""
        path = f"{CHECKPOINTS}{size}/stamps.json"
        there = [
            match[0].rpartition("/")[2] for match in map(BESIDE.fullmatch, self.files) if match and match["digest"]
        ]
        if self.evidence.folder.has(path) and self.evidence.folder.read(path) != names_of(names, there):
            raise CheckFailed(f"Expected {path} to name the files that lie there, found a list that does not.")

    def _lines(self, size: int) -> bytes:
        """Return the three lines that stamps of the ledger at *size* are on; raises BadProof and :class:`Unjudged`."""
        head = self.evidence.known_checkpoint()
        if self.evidence.entries is None:
            raise Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.")
        if size > head.size:
            raise BadProof(f"Expected stamps of a ledger of at most {head.size} entries, found some of {size}.")
        return Checkpoint(head.origin, size, self.evidence.entries.root(size)).encode()

    def _token(self, size: int, text: bytes, data: bytes, claim: Claim) -> None:
        """Judge the answer of an authority."""
        token = Token.parse(data)
        if not token.covers(text):
            raise BadProof(f"Expected a time stamp on this checkpoint, found one on {token.stamped.imprint.hex()}.")
        others = [*_certificates(token.certificates), *self.certificates]
        signer, said = token.signer(others), _written(token.stamped.said)
        if signer is None:
            claim.say(f"Its time is {said}; the certificate of who signed it does not lie here.", Verdict.UNKNOWN)
            return
        token.verify(signer)
        try:
            chain = chain_of(signer, others, self.trust.roots, token.stamped.time)
        except CheckFailed as error:
            claim.say(f"{name_of(signer)} says {said}, and nobody here vouches for it: {error}", Verdict.UNKNOWN)
            return
        try:
            why = revocation(chain, token.stamped.time, self.revoked)
        except UNREADABLE:
            why = "what was said of its certificates cannot be read"
        if why:
            claim.say(f"{name_of(signer)} says {said}, but {why}.", Verdict.UNKNOWN)
            return
        keys = frozenset(map(key_of, chain))
        root = sha256_hex(chain[-1].public_bytes(Encoding.DER))
        whole = token.stamped.time + timedelta(
            microseconds=-token.stamped.time.microsecond % 1_000_000
        )  # not before it
        self.found.append(Existed(size, whole, name_of(signer), keys))
        way = ", ".join(map(name_of, chain[1:]))
        until = f"{signer.not_valid_after_utc:%Y-%m-%d}"
        claim.say(
            f"Existed before {said}, says {name_of(signer)} (whose certificate is good until {until}), by {way}"
            f" (SHA-256 {root}).",
            Verdict.VOUCHED,
        )

    def _proof(self, size: int, text: bytes, data: bytes, claim: Claim) -> None:
        """Judge an OpenTimestamps proof."""
        proof = Proof.parse(data)
        if not proof.covers(text):
            raise BadProof(f"Expected an OpenTimestamps proof of this checkpoint, found one of {proof.digest.hex()}.")
        ways = list(proof.tree.ways())
        blocks = sorted({end.height for end, _ in ways if end.height is not None})
        waits = sorted({end.calendar for end, _ in ways if end.calendar is not None})
        claim.say(f"It waits for {_and(waits) or 'what nobody here knows'}.", Verdict.UNKNOWN)
        if blocks:
            named = ", ".join(map(str, blocks))
            claim.say(
                f"It names Bitcoin's block {named}; with that block's header (--block-header) it can be proved.",
                Verdict.UNKNOWN,
            )
        for header in self.trust.headers:
            time = block_time(header) + LEEWAY
            for end, message in ways:
                if end.height is not None and message == merkle_root(header):
                    self.found.append(Existed(size, time, f"Bitcoin's block {end.height}", frozenset([b"Bitcoin"])))
                    said = f"It is in Bitcoin's block {end.height} by the header you gave, {block_hash(header)}"
                    claim.say(f"{said}: existed before {timestamp(time)}. Look that block up.")
                    return

    def read_certificates(self) -> None:
        """Read certificates, and what was said of them; a file whose name is not its digest breaks a link."""
        lists, answers = [], []
        for path in self.files:
            match = BESIDE.fullmatch(path)
            if not match or not match["digest"]:
                continue
            data = b""
            try:
                data = self.evidence.folder.read(path, MOST)
                if sha256_hex(data) != match["digest"]:
                    raise CheckFailed(f"Expected a file with the SHA-256 of its name, found {sha256_hex(data)}.")
                if path.endswith(".der"):
                    self.certificates += (read := [*_certificates([data])])
                    if not read:
                        raise CheckFailed(f"Expected DER, found bytes that are not from byte 0 of {len(data)} on.")
                elif path.endswith(".crl"):
                    lists.append(x509.load_der_x509_crl(data))
                else:
                    answers.append(ocsp.load_der_ocsp_response(data))
            except (DamagedInput, CheckFailed, *UNREADABLE) as error:
                with self.evidence.report.link(f"file {path}"):
                    raise CheckFailed(
                        f"Expected what was said of a certificate, found what is none: {error}"
                    ) from error
        self.revoked = Revocations(tuple(lists), tuple(answers))


def earliest(found: Iterable[Existed], size: int) -> tuple[datetime, list[str], Verdict] | None:
    """Return before when the first *size* entries existed, by whom, and how that is known; None if nothing says it."""
    those = sorted((each for each in found if each.size >= size), key=lambda each: each.time)
    pairs = ((one, two) for one, two in combinations(those, 2) if not one.keys & two.keys)
    agreeing = [(two.time, [one.by, two.by]) for one, two in pairs if two.time - one.time <= AGREE]
    if agreeing:
        return (*min(agreeing), Verdict.PROVED)
    return (those[0].time, [those[0].by], Verdict.VOUCHED) if those else None


def _certificates(data: Iterable[bytes]) -> Iterator[x509.Certificate]:
    """Yield those that can be read: others lie in tokens by chance, and prove nothing."""
    for each in data:
        try:
            found = x509.load_der_x509_certificate(each)
            key_of(found), found.subject, found.issuer
        except UNREADABLE:
            continue
        yield found


def _written(said: str) -> str:
    """Return an authority's own text of its time as others write times; fractions stay."""
    return re.sub(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(.*)", r"\1-\2-\3T\4:\5:\6", said)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)
