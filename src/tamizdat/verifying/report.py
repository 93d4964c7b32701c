"""The answer of a verification: a chain of links, each with a verdict and the reason for it.

::

    unknown  root             Compare this fingerprint over a second channel: 7QZ4-…
    proved   edition          Edition 2 of 2026-11-23 (the date is the desk's word) is in the ledger, signed by …
    broken   item 17 media    Expected items/17/picture.jpg with the SHA-256 9b3f…, found 51aa….
    vouched  item 17 source   That this was made from the original is the desk's word: the original is withheld. …

*proved*: recomputed here from bytes and keys. *vouched*: only the desk's word. *broken*: it does not hold.
*unknown*: it cannot be judged here, for instance because it stands on a link that is broken: a picture that equals
the digest in a statement proves nothing when the statement's signature fails.

Every failure is collected, none ends the check. No verdict says "authentic": unaltered since it entered the ledger,
and who vouched for it, is all that can be known.
"""

from collections.abc import Sequence
from dataclasses import field

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, spoken
from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.verifying.links import Link, Links, Verdict

__all__ = ["Claim", "Link", "Report", "Seen", "Unjudged", "Verdict"]


@dataclass(frozen=True)
class Seen:
    """What a reader remembers of the newest edition under one root, so that an older or other one is noticed."""

    origin: str
    roster: int  #: version
    edition: int  #: number
    digest: str  #: SHA-256 of edition.json
    size: int  #: of the ledger
    ledger: str  #: the ledger's root at that size


class Unjudged(CheckFailed):
    """What this link needs is missing because an earlier one broke; that one is reported, this one is unknown."""


@dataclass
class Report:
    """All links, the root they hang from, and what to remember for the next time (under ``root``)."""

    links: Links = field(default_factory=Links)
    root: bytes | None = None
    seen: Seen | None = None
    subject: str = ""  #: the link that answers what the reader asked, if it is one
    existed: list[dict[str, Json]] = field(default_factory=list)  #: how many entries before when, by whom
    shaky: set[str] = field(default_factory=set)  #: links that broke, or stand on one that did

    @property
    def holds(self) -> bool:
        """Return whether no link is broken or stands on a broken one. 'Unknown' by itself is no failure."""
        return not self.shaky

    @property
    def broken(self) -> list[Link]:
        """Return the links that do not hold."""
        return [link for link in self.links if link.verdict is Verdict.BROKEN]

    def worst(self, but: str = "") -> Link:
        """Return what to tell first of a report that does not hold, other than the link named *but*."""
        shaky = [link for link in self.links if link.name in self.shaky and link.name != but]
        return next((link for link in shaky if link.verdict is Verdict.BROKEN), shaky[0])

    def link(self, name: str, *ground: str) -> "Claim":
        """Judge one link: an error inside breaks it, and it is no stronger than the links it stands on."""
        return Claim(self, name, ground)

    def facts(self) -> dict[str, Json]:
        """Return the report for ``--json``, but for its links, which come last."""
        return {
            "holds": self.holds,
            "root": self.root.hex() if self.root else None,
            "fingerprint": spoken(self.root) if self.root else None,
            "existed": list[Json](self.existed),
        }


class Claim:
    """What a link will say if nothing contradicts it."""

    def __init__(self, report: Report, name: str, ground: Sequence[str]) -> None:
        self._report, self._name, self._ground = report, name, ground
        self.detail, self.verdict = "", Verdict.PROVED

    def say(self, detail: str, verdict: Verdict = Verdict.PROVED) -> None:
        """Set the reason, and the verdict if it is not 'proved'."""
        self.detail, self.verdict = detail, verdict

    def __enter__(self) -> "Claim":
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Add the link. A mistake of our own is none of its failures, and goes on its way."""
        shaky = self._report.shaky
        if isinstance(error, DamagedInput | CheckFailed):
            self.say(str(error), Verdict.UNKNOWN if isinstance(error, Unjudged) else Verdict.BROKEN)
            shaky.add(self._name)
        elif error is not None:
            return False
        elif weak := [each for each in self._ground if each in shaky]:
            self.say(
                f"It agrees, but it proves nothing, for it depends on links that do not hold: {', '.join(weak)}.",
                Verdict.UNKNOWN,
            )
            shaky.add(self._name)
        self._report.links.append(Link(self._name, self.verdict, self.detail))
        return True
