"""The links of a post, beyond those that every item has.

::

    item N ── shown             every page of it shows exactly the statement's text and translations
       ├───── source ── text    the captured bytes, and the text in them
       ├───── translation en ── review en       which words one account proposed for this text, and who agreed
       └───── gone, earlier     what the platform said later, and what stood there before: the desk's word

What is private in the ledger is opened where the statement says so; see :mod:`.openings`. An opened statement counts
like a disclosed one: signed by a key of the desk that counts at its index. That it is entry number so-and-so follows
from the public statement, which is in the ledger and names index and commitment; the whole ledger shows the entry.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement, CheckFailed
from tamizdat.ledger.shapes import shown
from tamizdat.ledger.statement import Statement
from tamizdat.statements.derived import Post, Translation
from tamizdat.statements.observed import read as read_observed
from tamizdat.statements.post_context import whole_text
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import APPROVED, REVIEWED
from tamizdat.statements.reviewed import read as read_reviewed
from tamizdat.statements.translated import Translated
from tamizdat.statements.translated import read as read_translated
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.item_file import ItemFile
from tamizdat.verifying.openings import text_in
from tamizdat.verifying.page_text import said_on
from tamizdat.verifying.report import Verdict

T = TypeVar("T")
DIGEST: Final = re.compile("[0-9a-f]{64}")
BEFORE: Final = 20  #: characters that a message repeats before the first that differs


class PostLinks:
    """The links of one post, whose statement is *item*, in *file*."""

    def __init__(self, evidence: Evidence, item: Post, file: ItemFile, name: str) -> None:
        self.evidence, self.item, self.file, self.name = evidence, item, file, name
        self.translated: dict[str, Translated] = {}  #: language → the opened statement
        self.slices: list[int] = []  #: the lengths of the captured slices, in bytes
        self.digest = sha256_hex(item.text.encode())
        self.whole = sha256_hex(whole_text(item.text, item.context).encode()) if item.context else self.digest

    def judge(self, pages: Iterable[str]) -> None:
        """Judge all of them; *pages* are the paths of its pages."""
        item = self.item
        self._shown(list(pages))
        self._source()
        self._text()
        for each in item.translations:
            self._translation(each)
            self._review(each)
        if item.gone:
            self._told("gone", [item.gone.reference], "That the platform removed it, and when")
        if item.earlier:
            self._told("earlier", [each.reference for each in item.earlier], "That it said something else before")

    def _opened(self, named: Reference, read: Callable[[Statement], T]) -> T:
        """Return the private statement that *named* names, read as the act that it should be."""
        openings = self.file.openings
        self.evidence.named_rightly([named])
        envelope = openings.envelope(named)
        self.evidence.signed(envelope, named.index)
        return read(envelope.statement())

    def _shown(self, pages: list[str]) -> None:
        expected = {"text": self.item.text}
        expected |= {f"translation {each.language}": each.target for each in self.item.translations}
        if self.item.context:
            expected |= self.item.context.words()
            if self.item.context.sensitive and self.item.summary:
                expected = {f"covered {says}": words for says, words in expected.items()}
        judge_shown(self.evidence, self.name, pages, expected)

    def _source(self) -> None:
        source = self.item.source
        with self.evidence.report.link(f"{self.name} source", self.name) as claim:
            self.evidence.named_rightly([source])
            if not self.item.bytes_shown:
                if (raw := self.file.openings.raw) is not None:
                    raise BadStatement(
                        f"Expected no captured bytes, for the statement says that none are shown, found {len(raw)}"
                        " bytes."
                    )
                claim.say(
                    f"Its captured bytes, observed in entry {source.index}, are withheld: the desk's word.",
                    Verdict.VOUCHED,
                )
                return
            said = self._opened(source, read_observed)
            _same("captured bytes with the SHA-256", said.raw, sha256_hex(self._raw()))
            _same("an observation of the post", self.item.post, said.post)
            _same("an observation of the text with the SHA-256", self.digest, said.text)
            self.slices = [each.length for each in said.slices]
            claim.say(f"The captured bytes are those that the desk observed in entry {source.index}.")

    def _raw(self) -> bytes:
        if (raw := self.file.openings.raw) is None:
            raise BadStatement("Expected the captured bytes that the statement says are shown, found none.")
        return raw

    def _text(self) -> None:
        with self.evidence.report.link(f"{self.name} text", self.name, f"{self.name} source") as claim:
            claim.say("How its text was read from the captured bytes is the desk's word.", Verdict.VOUCHED)
            pointer = self.item.pointer
            if not self.item.bytes_shown or pointer is None:
                return
            lengths = needed(self.slices or None, "the captured bytes")
            _same(
                f"the statement's text at {pointer.member} of the captured bytes,",
                self.item.text,
                text_in(self._raw(), lengths, pointer),
            )
            claim.say(f"It stands in the captured bytes, at {pointer.member}.")

    def _translation(self, told: Translation) -> None:
        with self.evidence.report.link(f"{self.name} translation {told.language}", self.name) as claim:
            said = self.translated[told.language] = self._opened(told.translated, read_translated)
            _same("a translation of the post", self.item.post, said.post)
            _same("a translation of the text with the SHA-256", self.whole, said.text)
            _same("the language that was proposed,", said.language, told.language)
            _same("the words that were proposed,", said.target, told.target)
            _same("the notes that were proposed,", list(said.notes), list(told.notes))
            _same("the day of the proposal,", said.day, told.day)
            claim.say(
                f"The words that one account proposed for this text, entry {told.translated.index}. Whose account it"
                " is, only the desk knows."
            )

    def _review(self, told: Translation) -> None:
        ground = f"{self.name} translation {told.language}"
        with self.evidence.report.link(f"{self.name} review {told.language}", self.name, ground) as claim:
            reviews = [self._opened(each, read_reviewed) for each in told.reviewed]
            words = sha256_hex(told.target.encode())
            for each in reviews:
                _same("a review of entry", told.translated.index, each.translated.index)
                _same("a review of the commitment", told.translated.commitment.hex(), each.translated.commitment.hex())
                _same("a review of the language", told.language, each.language)
                _same("a review of the post", self.item.post, each.post)
                _same("a review of words with the SHA-256", words, each.words)
            _check_course([told.translated, *told.reviewed], [each.verdict for each in reviews])
            translator = needed(self.translated.get(told.language), "the opened translation").by
            if any(each.by == translator for each in reviews):
                raise BadStatement(
                    "Expected reviews by other accounts than the translator's, found one by the translator's:"
                    f" {translator}."
                )
            claim.say(
                "Reviewed and approved by other accounts than the translator's. That other people use them is the"
                " desk's word.",
                Verdict.VOUCHED,
            )

    def _told(self, what: str, named: Sequence[Reference], claimed: str) -> None:
        with self.evidence.report.link(f"{self.name} {what}", self.name) as claim:
            self.evidence.named_rightly(named)
            entries = ", ".join(str(each.index) for each in named)
            claim.say(f"{claimed}, is the desk's word; it was stated in {entries}.", Verdict.VOUCHED)


def grounds_of_pages(evidence: Evidence, name: str) -> list[str]:
    """Return the links that what pages of item *name* say stands on."""
    return [name] if evidence.whole else [name, f"{name} page"]


def judge_shown(evidence: Evidence, name: str, pages: Sequence[str], expected: dict[str, str]) -> None:
    """Judge that *pages*, the paths of those of item *name*, have the *expected* words (:func:`check_shown`)."""
    with evidence.report.link(f"{name} shown", *grounds_of_pages(evidence, name)) as claim:
        for page in pages:
            check_shown(page, said_on(evidence.folder.read(page)), expected)
        claim.say("Its pages show exactly the statement's text and translations.")
        if not evidence.above:
            claim.say(
                "Only the words were compared, which agree, not what stands around them or hides them.", Verdict.UNKNOWN
            )
        if not pages:
            claim.say("No page of it lies here.", Verdict.UNKNOWN)


def check_shown(page: str, found: Sequence[tuple[str, str]], expected: dict[str, str]) -> None:
    """Raise :class:`CheckFailed` unless the words on a page are exactly those of the statement."""
    for says, words in found:
        if says not in expected:
            raise CheckFailed(f"Expected {page} to show the statement's words only, found a {says!r} it does not have.")
        if words != expected[says]:
            wanted, instead = _apart(expected[says], words)
            raise CheckFailed(f"Expected {page} to show as {says!r} {wanted}, found {instead}.")
    told = {says for says, _ in found}
    for says in expected:
        if says not in told:
            raise CheckFailed(f"Expected {page} to show the {says!r} of the statement, found a page without it.")


def _check_course(named: Sequence[Reference], verdicts: Sequence[str]) -> None:
    """Raise :class:`BadStatement` unless a translation was reviewed and then approved, in the order of entries."""
    indexes = [each.index for each in named]
    if indexes != sorted(set(indexes)):
        raise BadStatement(f"Expected reviews in the order of their entries, found {', '.join(map(str, indexes))}.")
    if verdicts[-1] != APPROVED or set(verdicts) != {REVIEWED, APPROVED}:
        raise BadStatement(
            f"Expected a translation that was reviewed and then approved, found that it was {', '.join(verdicts)}."
        )


def _same(what: str, expected: object, found: object) -> None:
    """Raise :class:`BadStatement` unless two values are equal; *what* says what they are."""
    if expected != found:
        wanted, instead = _apart(expected, found)
        raise BadStatement(f"Expected {what} {wanted}, found {instead}.")


def _apart(expected: object, found: object) -> tuple[str, str]:
    """Two values as a message repeats them: digests whole, long texts from shortly before where they differ."""
    if not isinstance(expected, str) or not isinstance(found, str):
        return shown(expected), shown(found)
    if DIGEST.fullmatch(expected) and DIGEST.fullmatch(found):
        return expected, found
    at = next(
        (at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found))
    )
    start = at - BEFORE if at > 2 * BEFORE else 0
    return shown(expected[start:]), shown(found[start:])
