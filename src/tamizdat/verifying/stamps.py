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

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, timestamp
from tamizdat.errors import BadProof, CheckFailed, DamagedInput
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import split_note
from tamizdat.verifying.checkpoint_files import BESIDE, CERTIFICATES, CHECKPOINTS, names_of
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Unjudged, Verdict
from tamizdat.verifying.trust import Trust

if TYPE_CHECKING:
    from tamizdat.verifying.one_stamp import Existed, StampReader

AGREE: Final = timedelta(hours=72)  #: an authority that is away for a day or two is asked again


@dataclass
class Stamps:
    """The stamps of a folder; *files* are the paths of all that is in a site's."""

    evidence: Evidence
    trust: Trust
    files: Sequence[str] = ()
    certificates: Sequence[str] = ()  #: names of those that lie in the folder

    @cached_property
    def reader(self) -> "StampReader":
        """What judges each, and holds those that were found good."""
        from tamizdat.verifying.one_stamp import StampReader  # nothing is stamped yet on many sites

        return StampReader(self.evidence, self.trust)

    def read_certificates(self) -> None:
        """Read certificates, and what was said of them, where any lie."""
        named = [
            (match[0], match["digest"]) for match in map(BESIDE.fullmatch, self.files) if match and match["digest"]
        ]
        self.certificates = [path.rpartition("/")[2] for path, _ in named]
        if named:
            self.reader.read_certificates(named)

    def judge_site(self) -> None:
        """Judge every stamp of a site, and what all of them together say."""
        self.read_certificates()
        sizes: dict[int, list[str]] = {}
        for match in filter(None, map(BESIDE.fullmatch, self.files)):
            if match["size"]:
                sizes.setdefault(int(match["size"]), []).extend(filter(None, [match["stamp"]]))
        for size, names in sorted(sizes.items()):
            self.judge(size, names)
        if not any(sizes.values()):
            return
        told = {size: earliest(self.reader.found, size) for size, names in sizes.items() if names}
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
            if good := earliest(self.reader.found, head.size):
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
                    self.reader.judge(size, name, f"{CHECKPOINTS}{size}/stamps/{name}", text, claim)

    def _listed(self, size: int, names: Sequence[str]) -> None:
        """Raise CheckFailed if the list of these *names* is there and says something else."""
        path = f"{CHECKPOINTS}{size}/stamps.json"
        if self.evidence.folder.has(path) and self.evidence.folder.read(path) != names_of(names, self.certificates):
            raise CheckFailed(f"Expected {path} to name the files that lie there, found a list that does not.")

    def _lines(self, size: int) -> bytes:
        """Return the three lines that stamps of the ledger at *size* are on; raises BadProof and :class:`Unjudged`."""
        head = self.evidence.known_checkpoint()
        if self.evidence.entries is None:
            raise Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.")
        if size > head.size:
            raise BadProof(f"Expected stamps of a ledger of at most {head.size} entries, found some of {size}.")
        return Checkpoint(head.origin, size, self.evidence.entries.root(size)).encode()


def earliest(found: "Iterable[Existed]", size: int) -> tuple[datetime, list[str], Verdict] | None:
    """Return before when the first *size* entries existed, by whom, and how that is known; None if nothing says it."""
    those = sorted((each for each in found if each.size >= size), key=lambda each: each.time)
    pairs = ((one, two) for one, two in combinations(those, 2) if not one.keys & two.keys)
    agreeing = [(two.time, [one.by, two.by]) for one, two in pairs if two.time - one.time <= AGREE]
    if agreeing:
        return (*min(agreeing), Verdict.PROVED)
    return (those[0].time, [those[0].by], Verdict.VOUCHED) if those else None


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)
