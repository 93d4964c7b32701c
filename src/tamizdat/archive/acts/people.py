"""Listing people: each entry, and each change to one, is a ``catalogued`` statement that says the whole entry.

What a person typed is cleaned and checked here, by length and characters; what stands in the ledger already, by its
form alone.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.people import STATES, TEXTS
from tamizdat.encoding import OVERRIDES
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement
from tamizdat.statements.catalogued import CataloguedPerson, CataloguedWall, PersonEntry, Release, Wall

LONG: Final = ("note", "reason")  #: may have lines
MAX_TEXT: Final = 300  #: characters
MAX_LONG: Final = 20_000  #: characters
MAX_SOURCES: Final = 200
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  #: a BCP 47 tag


def state_person(archive: Archive, desk: SigningKey, entry: PersonEntry, number: int | None = None) -> int:
    """State the whole *entry* of a new person, or of person *number*.

    Returns the index of the statement that says so, which is the one before if nothing changed. Raises
    :class:`UsageError`.
    """
    return state_people(archive, desk, [(number, entry)])[0]


def state_people(archive: Archive, desk: SigningKey, entries: Sequence[tuple[int | None, PersonEntry]]) -> list[int]:
    """State many entries, all or none, with one flush; raises as :func:`state_person`."""
    people = archive.index.people
    indexes: list[int | None] = []
    statements: list[Statement] = []
    for number, given in entries:
        entry, known = cleaned(given), people.person(number) if number is not None else None
        if number is not None and known is None:
            raise UsageError(f"Expected the number of a person, found {number}. `tamizdat people` lists them.")
        if known is not None and known.entry() == entry:
            indexes.append(known.latest)
            continue
        statements.append(CataloguedPerson(number, entry).to_statement())
        indexes.append(None)
    stated = iter(state(archive, desk, statements))
    return [next(stated) if index is None else index for index in indexes]


def state_wall(archive: Archive, desk: SigningKey, sentence: str, language: str) -> int:
    """Choose the sentence of the wall, an empty one takes it away; return the index of the statement.

    Raises :class:`UsageError`.
    """
    wall = Wall(_clean("sentence", sentence), _language("language", language))
    return state(archive, desk, [CataloguedWall(wall).to_statement()])[0]


def cleaned(entry: PersonEntry) -> PersonEntry:
    """Return the entry without white space around its words; :class:`UsageError` names what is wrong, never its
    words."""
    texts = {each: _clean(each, getattr(entry, each)) for each in TEXTS}
    if not texts["name"]:
        raise UsageError("name: expected a name, found none.")
    texts["state"] = _one_of("state", texts["state"] or STATES[0], STATES)
    texts["release"] = _one_of("release", texts["release"] or Release.RESTRICTED, tuple(Release))
    _language("language", texts["language"])
    return PersonEntry(**texts, names=_names(entry.names), sources=_sources(entry.sources))


def _names(names: Mapping[str, str]) -> dict[str, str]:
    kept = {_language("names", language): _clean("names", name) for language, name in names.items()}
    if "" in kept:
        raise UsageError("names: expected a language for each name, such as en or bo.")
    return {language: name for language, name in sorted(kept.items()) if name}


def _sources(sources: Sequence[int | str]) -> tuple[int | str, ...]:
    if len(sources) > MAX_SOURCES:
        raise UsageError(
            f"sources: expected at most {MAX_SOURCES} numbers of items or ids of posts, found {len(sources)}."
        )
    return tuple(_source(each) for each in dict.fromkeys(sources))


def _source(value: int | str) -> int | str:
    if isinstance(value, int) and 0 <= value < 1 << 53:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20]{1,2048}", value):
        raise UsageError("sources: expected the number of an item or the id of a post, such as https://…")
    return _clean("sources", value, 2100)


def _clean(name: str, value: str, most: int | None = None) -> str:
    """Text without white space around it; its line ends are line feeds."""
    text = re.sub(r"\r\n?", "\n", value).strip()
    most = most or (MAX_LONG if name in LONG else MAX_TEXT)
    if len(text) > most:
        raise UsageError(f"{name}: expected at most {most:,} characters, found {len(text):,}.")
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cs", "Zl", "Zp") or character in OVERRIDES or (kind == "Cc" and character not in "\n\t"):
            raise UsageError(f"{name}: expected text without control characters, found U+{ord(character):04X}.")
    if name not in LONG and ("\n" in text or "\t" in text):
        raise UsageError(f"{name}: expected one line, found several.")
    return text


def _language(name: str, value: str) -> str:
    if value and not LANGUAGE.fullmatch(value):
        raise UsageError(f"{name}: expected a language tag such as en, zh-Hans, bo or ar.")
    return value


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise UsageError(f"{name}: expected one of {', '.join(allowed)}.")
    return str(value)
