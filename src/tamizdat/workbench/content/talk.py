"""Comments and suggested wordings as a page of sentences shows them."""

from collections.abc import Sequence, Set
from dataclasses import replace

from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass
from tamizdat.translation.proposals import review
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.comments import Exchange, words_digest
from tamizdat.workbench.content.translation_view import Work
from tamizdat.workbench.content.typed_words import known_sources
from tamizdat.workbench.drafts.translations import sentence_keys
from tamizdat.workbench.notes import Note
from tamizdat.workbench.workbench import Workbench


@dataclass(frozen=True)
class Talk:
    """All exchanges about a translation: by the place of their sentence, and those whose sentence is gone."""

    at: dict[int, list[Exchange]]
    gone: list[Exchange]

    @property
    def open_of(self) -> list[Exchange]:
        """Those that are not settled."""
        every = [one for many in self.at.values() for one in many] + self.gone
        return [each for each in every if not each.first.settled]

    def wordings(self, place: int) -> list[Exchange]:
        """Return the suggested wordings for one sentence that are open."""
        return [each for each in self.at.get(place, []) if each.first.wording and not each.first.settled]


def talk_of(bench: Workbench, work: Work, sources: Sequence[str], account: Account) -> Talk:
    """Return the exchanges about a translation, beside these sentences.

    About a sentence that is gone they are shown if the account may still see it in another version, or has begun the
    exchange; then without the sentence.
    """
    places = {key: place for place, key in enumerate(sentence_keys(sources))}
    at: dict[int, list[Exchange]] = {}
    gone: list[Exchange] = []
    for each in bench.comments.of(work.reading.post, work.language):
        place = places.get(each.first.of)
        (gone if place is None else at.setdefault(place, [])).append(each)
    known = known_sources(bench.archive, work) if gone else set()
    return Talk(at, [one for each in gone if (one := _about_gone(each, known, account))])


def _about_gone(exchange: Exchange, known: Set[str], account: Account) -> Exchange | None:
    if exchange.first.source in known:
        return exchange
    return replace(exchange, first=replace(exchange.first, source="")) if exchange.first.by == account.id else None


def concerned(bench: Workbench, work: Work, writer: Account) -> set[str]:
    """Return the ids of the accounts that a new comment concerns: the translator, and who has commented."""
    known = bench.accounts.known_by(work.reading.post, work.language)
    found = {known[work.latest.by].id} if work.latest and work.latest.by in known else set()
    for each in bench.comments.of(work.reading.post, work.language):
        found |= {each.first.by, *(one.by for one in each.answers)}
    return found - {writer.id}


def reason_of(bench: Workbench, work: Work) -> Note | None:
    """Return the newest note of whoever returned the newest translation; None if it was not, or without a note."""
    if work.latest is None or work.latest.state != "returned":
        return None
    known = bench.accounts.known_by(work.reading.post, work.language)
    said = bench.archive.index.translations.reviews(work.latest.number)
    by = {known[each.by].id for each in said if each.verdict == "returned" and each.by in known}
    found = [each for each in bench.notes.of(work.reading.post, work.language) if each.by in by]
    return found[-1] if found else None


def review_agreed(bench: Workbench, translator: Account, number: int) -> bool:
    """Mark a translation reviewed if a reviewer agreed to exactly its words; tell whether one did."""
    made = bench.archive.index.translations.translation(number)
    if made is None or made.state != "proposed":
        return False
    words = words_digest(made.text, [each.target for each in made.segments], made.notes)
    for each in bench.comments.agreements(made.post, made.language):
        by = bench.accounts.account(each.by)
        if each.words == words and by and by.id != translator.id and by.may("review") and by.speaks(made.language):
            tag, day = by.tag(made.post, made.language), bench.today().isoformat()
            review(bench.archive, bench.key, tag, number, "reviewed", day)
            return True
    return False


def agreed_words(talk: Talk, latest: Translation, reviewer: Account) -> str:
    """Return the digest of a translation's words with a reviewer's open wordings in them; empty without any."""
    targets = [each.target for each in latest.segments]
    mine = [each.first for many in talk.at.values() for each in many]
    mine = [each for each in mine if each.by == reviewer.id and each.wording and not each.settled]
    keys = {key: place for place, key in enumerate(sentence_keys(each.source for each in latest.segments))}
    for each in mine:
        if each.of in keys:
            targets[keys[each.of]] = each.wording
    return words_digest(latest.text, targets, latest.notes) if mine else ""
