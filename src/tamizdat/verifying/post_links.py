"""The links of a post and of a person, beyond those that every item has.

::

    item N ── shown             every page of it shows exactly the statement's text and translations
       ├───── source ── text    the captured bytes, and the text in them
       ├───── translation en ── review en       which words one account proposed for this text, and who agreed
       ├───── gone, earlier     what the platform said later, and what stood there before: the desk's word
       └───── record            of a person: what the subject's digest is about

What is private in the ledger is opened where the statement says so; see :mod:`.openings`. An opened statement counts
like a disclosed one: signed by a key of the desk that counts at its index. That it is entry number so-and-so follows
from the public statement, which is in the ledger and names index and commitment; the whole ledger shows the entry.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadEncoding, BadStatement, CheckFailed, DamagedInput
from tamizdat.ledger.statement import Statement
from tamizdat.verifying.item_statement import Item, Named, record_digest, whole
from tamizdat.verifying.openings import MOST, OPENINGS, Openings, text_in
from tamizdat.verifying.page_text import said_on
from tamizdat.verifying.report import Unjudged, Verdict

TAG = re.compile("[0-9a-f]{32}")  #: what an account is called in its work on one post and language

if TYPE_CHECKING:
    from tamizdat.verifying.evidence import Chain


def judge_person(chain: "Chain", item: Item, name: str) -> None:
    """``item N record`` and ``item N source`` of a person."""
    with chain.report.link(f"{name} record", name) as claim:
        if item.record != record_digest(item):
            raise BadStatement("Expected a record with the SHA-256 of its subject, found another.")
        claim.say("The entry is the one that the statement's subject names.")
    with chain.report.link(f"{name} source", name) as claim:
        chain.named_rightly([item.source])
        claim.say("What the desk lists of this person, and from which sources, is its word.", Verdict.VOUCHED)


class PostLinks:
    """The links of one post, whose statement is *item*; its files lie in folder *inside*."""

    def __init__(self, chain: "Chain", item: Item, inside: str, name: str) -> None:
        self.chain, self.item, self.inside, self.name, self.said = chain, item, inside, name, item.said
        self.translated: dict[str, dict[str, Any]] = {}  #: language → what its opened statement says
        self.slices: list[int] = []
        self.digest = sha256_hex(self.said["text"].encode())

    def judge(self, pages: Iterable[str]) -> None:
        """All of them; *pages* are the paths of its pages."""
        self._shown(list(pages))
        try:
            self.openings: Openings | CheckFailed | DamagedInput = self._read()
        except (CheckFailed, DamagedInput) as error:
            self.openings = error
        self._source()
        self._text()
        for each in self.said["translations"]:
            self._translation(each)
            self._review(each)
        if self.said["gone"]:
            self._told("gone", [self.said["gone"]["named"]], "That the platform removed it, and when")
        if self.said["earlier"]:
            self._told(
                "earlier", [each["named"] for each in self.said["earlier"]], "That it said something else before"
            )

    def _read(self) -> Openings:
        path = self.inside + OPENINGS
        if not (self.chain.folder.has(path) or self.said["bytes"] or self.said["translations"]):
            return Openings()
        return Openings.parse(self.chain.folder.read(path, MOST))

    def _opened(self, named: Named, act: str) -> Statement:
        """The private statement that *named* names."""
        if not isinstance(self.openings, Openings):
            raise self.openings
        self.chain.named_rightly([named])
        statement = self.chain.signed(self.openings.envelope(named), named.index)
        if statement.act != act:
            raise BadStatement(f"Expected that entry {named.index} is a statement '{act}', found '{statement.act}'.")
        return statement

    def _shown(self, pages: list[str]) -> None:
        with self.chain.report.link(f"{self.name} shown", self.name) as claim:
            expected = {"text": self.said["text"]}
            expected |= {f"translation {each['language']}": each["target"] for each in self.said["translations"]}
            for page in pages:
                found = said_on(self.chain.folder.read(page))
                if {says for says, _ in found} != expected.keys() or any(
                    expected[says] != text for says, text in found
                ):
                    raise CheckFailed(f"Expected {page} to show the statement's text and translations, found others.")
            claim.say("Its pages show exactly the statement's text and translations.")
            if not pages:
                claim.say("No page of it lies here.", Verdict.UNKNOWN)

    def _source(self) -> None:
        source = self.item.source
        with self.chain.report.link(f"{self.name} source", self.name) as claim:
            self.chain.named_rightly([source])
            if not self.said["bytes"]:
                if isinstance(self.openings, Openings) and self.openings.raw is not None:
                    raise BadStatement(
                        "Expected no captured bytes, for the statement says that none are shown; found some."
                    )
                claim.say(f"Its captured bytes, observed in entry {source.index}, are withheld: the desk's word.",
                          Verdict.VOUCHED)  # fmt: skip
                return
            observed = self._opened(source, "observed")
            _about(observed, self._raw())
            if (observed.predicate.get("text"), observed.predicate.get("post")) != (self.digest, self.said["post"]):
                raise BadStatement("Expected an observation of this post and this text, found one of another.")
            self.slices = _lengths(observed.predicate.get("from"))
            claim.say(f"The captured bytes are those that the desk observed in entry {source.index}.")

    def _raw(self) -> bytes:
        if not isinstance(self.openings, Openings):
            raise self.openings
        if self.openings.raw is None:
            raise CheckFailed("Expected the captured bytes that the statement says are shown, found none.")
        return self.openings.raw

    def _text(self) -> None:
        with self.chain.report.link(f"{self.name} text", self.name, f"{self.name} source") as claim:
            claim.say("How its text was read from the captured bytes is the desk's word.", Verdict.VOUCHED)
            if not (self.said["bytes"] and self.said["reading"]):
                return
            if not self.slices:
                raise Unjudged("It cannot be judged without the captured bytes, which do not hold.")
            if text_in(self._raw(), self.slices, self.said["reading"]) != self.said["text"]:
                raise CheckFailed("Expected the text that stands in the captured bytes, found another.")
            claim.say(f"It stands in the captured bytes, at {self.said['reading']['member']}.")

    def _translation(self, shown: dict[str, Any]) -> None:
        language, named = shown["language"], shown["translated"]
        with self.chain.report.link(f"{self.name} translation {language}", self.name) as claim:
            statement = self._opened(named, "translated")
            said = self.translated[language] = statement.predicate
            if said.get("text") != self.digest or said.get("post") != self.said["post"]:
                raise BadStatement("Expected a translation of this text of this post, found one of another.")
            if any(said.get(each) != shown[each] for each in ("language", "target", "notes", "day")):
                raise BadStatement("Expected the words, notes and day that were proposed, found others.")
            _about(statement, shown["target"].encode())
            claim.say(
                f"The words that one account proposed for this text, entry {named.index}. Whose it is, the desk knows."
            )

    def _review(self, shown: dict[str, Any]) -> None:
        language, translated = shown["language"], shown["translated"]
        ground = f"{self.name} translation {language}"
        with self.chain.report.link(f"{self.name} review {language}", self.name, ground) as claim:
            about = {
                "translated": {"index": translated.index, "commitment": translated.commitment.hex()},
                "language": language,
                "post": self.said["post"],
            }
            reviews = []
            for named in shown["reviewed"]:
                statement = self._opened(named, "reviewed")
                _about(statement, shown["target"].encode())
                reviews.append(statement.predicate)
                if any(statement.predicate.get(each) != about[each] for each in about):
                    raise BadStatement("Expected a review of this translation, found one of another.")
            indexes = [translated.index, *(each.index for each in shown["reviewed"])]
            verdicts = [each.get("verdict") for each in reviews]
            in_order = indexes == sorted(set(indexes))
            if not in_order or verdicts[-1] != "approved" or set(map(str, verdicts)) != {"reviewed", "approved"}:
                raise BadStatement("Expected a translation that was reviewed and then approved, found another course.")
            if language not in self.translated:
                raise Unjudged("It cannot be judged without the opened translation.")
            translator, *others = tags = [each.get("by") for each in (self.translated[language], *reviews)]
            if translator in others or not all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in tags):
                raise BadStatement("Expected the word of other accounts, found the translator's own.")
            claim.say(
                "Reviewed and approved by other accounts than the translator's. Whether by others, the desk knows.",
                Verdict.VOUCHED,
            )

    def _told(self, what: str, named: list[Named], claimed: str) -> None:
        with self.chain.report.link(f"{self.name} {what}", self.name) as claim:
            self.chain.named_rightly(named)
            entries = ", ".join(str(each.index) for each in named)
            claim.say(f"{claimed}, is the desk's word; it was stated in {entries}.", Verdict.VOUCHED)


def _about(statement: Statement, data: bytes) -> None:
    """Raise :class:`BadStatement` unless *data* is what a statement is about, and nothing else."""
    if [each.sha256 for each in statement.subjects] != [sha256_hex(data)]:
        raise BadStatement(f"Expected a statement '{statement.act}' about what is shown, found one about other bytes.")


def _lengths(value: Any) -> list[int]:
    """How long each slice is, by the opened ``observed``."""
    try:
        lengths = [whole(each["length"]) for each in value]
    except (BadEncoding, KeyError, TypeError) as error:
        raise BadStatement("Expected the lengths of the slices that were observed, found none.") from error
    if not lengths:
        raise BadStatement("Expected at least one slice that was observed, found none.")
    return lengths
