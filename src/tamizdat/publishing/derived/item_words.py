"""What the desk says of an item: its words, and whether it is released. One ``catalogued`` statement, the latest wins.

::

    {"item": 17, "release": "public", "title": "The gate", "caption": "…", "alt": "…", "language": "en"}

``release`` is ``public``, ``restricted`` (what everything is until somebody says otherwise) or ``withdrawn``, which
may come with a ``reason`` that is published. A member that is absent leaves what was said before. ``language`` is
that of title, caption and alt, a BCP 47 tag. The statement itself stays private.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, Subject, peek_envelope, sign_statement
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.rules import checked_text

ACT: Final = "catalogued"
PUBLIC: Final = "public"
WITHDRAWN: Final = "withdrawn"
RELEASES: Final = (PUBLIC, "restricted", WITHDRAWN)
MEMBERS: Final = ("release", "title", "caption", "alt", "language", "reason")
MAX_TEXT: Final = 20_000  #: characters of a caption; more belongs into a story


@dataclass(frozen=True)
class Words:
    """The parts of what was said that the archive's index does not hold."""

    language: str = "en"
    reason: str = ""


def catalogue(archive: Archive, desk: SigningKey, number: int, said: Mapping[str, str]) -> int:
    """Says *said* of item *number*; returns the index of the new statement. Raises :class:`UsageError`."""
    item = archive.index.item(number)
    if item is None:
        raise UsageError(f"Expected the number of an item, found {number}, which is none. `tamizdat find` lists them.")
    predicate: dict[str, Json] = {"item": number, **_checked(said)}
    statement = Statement(ACT, (Subject("original", item.original),), predicate)
    return archive.append([sign_statement(statement, [(desk.public, desk.sign)])])[0]


def _checked(said: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(said) - set(MEMBERS))
    if unknown or not said:
        raise UsageError(f"Expected something to say: {', '.join(MEMBERS)}; found {', '.join(unknown) or 'nothing'}.")
    if said.get("release", PUBLIC) not in RELEASES:
        raise UsageError(f"Expected a release that is one of {', '.join(RELEASES)}.")
    if not LANGUAGE.fullmatch(said.get("language", "en")):
        raise UsageError("Expected a language tag such as en, zh-Hans, bo or ar.")
    return {name: checked_text(name, text, MAX_TEXT, lines=True) for name, text in said.items()}


def words(archive: Archive) -> dict[int, Words]:
    """Language and reason of every item of which they were said."""
    found: dict[int, Words] = {}
    for number, statement in _catalogued(archive):
        item = archive.index.item(number)
        if item is None or item.original not in {each.sha256 for each in statement.subjects}:
            continue
        before, said = found.get(number, Words()), statement.predicate
        language, reason = said.get("language"), said.get("reason")
        found[number] = Words(
            language if isinstance(language, str) else before.language,
            reason if isinstance(reason, str) else before.reason,
        )
    return found


def _catalogued(archive: Archive) -> Iterator[tuple[int, Statement]]:
    for index in archive.index.releases.about_items():
        statement = peek_envelope(archive.disclosure(index).envelope)
        number = statement.predicate.get("item")
        if type(number) is int and ("language" in statement.predicate or "reason" in statement.predicate):
            yield number, statement


def released(archive: Archive) -> list[Item]:
    """The items that may be shown, by number."""
    return archive.index.items(release=PUBLIC)


def reasons(archive: Archive, said: Mapping[int, Words]) -> dict[int, str]:
    """What is told of why something was withdrawn, by number: of items, posts and people."""
    found = {number: each.reason for number, each in said.items()}
    found |= {number: stated[-1][1] for number, stated in archive.index.releases.reasons().items()}
    return found | {person.number: person.reason for person in archive.index.people.all()}


def stated_reasons(archive: Archive) -> dict[int, list[tuple[int, str]]]:
    """Every reason that was stated, by number: the index of the statement, and the reason."""
    found = archive.index.releases.reasons()
    for index, statement in _catalogued(archive):
        reason, number = statement.predicate.get("reason"), statement.predicate.get("item")
        if isinstance(reason, str) and type(number) is int:
            found.setdefault(number, []).append((index, reason))
    for person in archive.index.people.all():
        found[person.number] = [(each.latest, each.reason) for each in archive.index.people.history(person.number)]
    return found
