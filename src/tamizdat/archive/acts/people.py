"""Listing people: each entry, and each change to one, is a ``catalogued`` statement that says the whole entry.

What a person typed is cleaned and checked here, by length and characters; what stands in the ledger already, by its
form alone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.people import STATES, TEXTS, Person
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement
from tamizdat.statements.catalogued import CataloguedPerson, CataloguedWall, PersonEntry, Release, Wall
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.rules import checked_text

LONG: Final = ("note", "reason")  #: may have lines
# The bounds of docs/spec/people.md.
MAX_TEXT: Final = 300  #: characters
MAX_LONG: Final = 20_000  #: characters
MAX_SOURCE: Final = 2100  #: characters of a post's id: at most 2,048 behind its scheme
MAX_SOURCES: Final = 200
MAX_LIST: Final = 500  #: other names, words in which one is another's


def state_person(archive: Archive, desk: SigningKey, entry: PersonEntry, number: int | None = None) -> int:
    """State the whole *entry* of a new person, or of person *number*.

    Returns the index of the statement that says so, which is the one before if nothing changed. Raises
    :class:`UsageError`.
    """
    return state_people(archive, desk, [(number, entry)])[0]


def state_people(archive: Archive, desk: SigningKey, entries: Sequence[tuple[int | None, PersonEntry]]) -> list[int]:
    """State many entries, all or none, with one flush; return the indexes of the statements.

    Raises :class:`UsageError`, as :func:`state_person` does.
    """
    people = archive.index.people
    indexes: list[int | None] = []
    statements: list[Statement] = []
    for number, given in entries:
        known = people.person(number) if number is not None else None
        entry = cleaned(given, known)
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
    """Choose the sentence of the wall and return the index of the statement; an empty sentence takes it away.

    Raises :class:`UsageError`.
    """
    return state(archive, desk, [CataloguedWall(wall_of(sentence, language)).to_statement()])[0]


def wall_of(sentence: str, language: str) -> Wall:
    """Return what would be stated of the wall. Raises :class:`UsageError`."""
    return Wall(checked_text("sentence", sentence.strip(), MAX_TEXT), _language("language", language))


def cleaned(entry: PersonEntry, known: Person | None = None) -> PersonEntry:
    """Return the entry without white space around its words, if a person may type them (:mod:`tamizdat.text.rules`).

    Texts that *known* has already are not judged again: whoever is to be withdrawn can be, whatever was once stated of
    them. Raises :class:`UsageError`, which names what is wrong and never repeats the words.
    """
    before = known.entry() if known else PersonEntry("")
    texts = {each: _clean(each, getattr(entry, each), getattr(before, each)) for each in TEXTS}
    if not texts["name"]:
        raise UsageError("name: expected a name, found none.")
    texts["state"] = _one_of("state", texts["state"] or STATES[0], STATES)
    texts["release"] = _one_of("release", texts["release"] or Release.RESTRICTED, tuple(Release))
    _language("language", texts["language"])
    return PersonEntry(
        **texts,
        names=_names(entry.names, before.names),
        sources=_sources(entry.sources, before.sources),
        known_as=_list("known_as", entry.known_as, before.known_as),
        elsewhere=_list("elsewhere", entry.elsewhere, before.elsewhere),
    )


def _names(names: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    kept = {
        _language("names", language): _clean("names", name, before.get(language, ""))
        for language, name in names.items()
    }
    if "" in kept:
        raise UsageError("names: expected a language for each name, such as en or bo; found a name without one.")
    return {language: name for language, name in sorted(kept.items()) if name}


def _list(name: str, texts: Sequence[str] | None, before: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return texts that the desk keeps for itself; None if there are none."""
    found = dict.fromkeys(_clean(name, each, each.strip() if each in (before or ()) else "") for each in texts or ())
    if len(found) > MAX_LIST:
        raise UsageError(f"{name}: expected at most {MAX_LIST} texts, found {len(found)}.")
    return tuple(each for each in found if each) or None


def _sources(sources: Sequence[int | str], before: Sequence[int | str]) -> tuple[int | str, ...]:
    if len(sources) > MAX_SOURCES:
        raise UsageError(
            f"sources: expected at most {MAX_SOURCES} numbers of items or ids of posts, found {len(sources)}."
        )
    return tuple(each if each in before else _source(each) for each in dict.fromkeys(sources))


def _source(value: int | str) -> int | str:
    if isinstance(value, int) and 0 <= value < 1 << 53:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20]{1,2048}", value):
        raise UsageError("sources: expected the number of an item or the id of a post, such as https://…")
    return checked_text("sources", value.strip(), MAX_SOURCE)


def _clean(name: str, value: str, before: str) -> str:
    """Return the text without white space around it, its line ends line feeds."""
    several = name in LONG
    text = value.strip()
    return text if text == before else checked_text(name, text, MAX_LONG if several else MAX_TEXT, lines=several)


# Messages name the field and never repeat what was typed: a column too far, and it is what was told of somebody.


def _language(name: str, value: str) -> str:
    if value and not LANGUAGE.fullmatch(value):
        raise UsageError(f"{name}: expected a language tag such as en, zh-Hans, bo or ar.")
    return value


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise UsageError(f"{name}: expected one of {', '.join(allowed)}.")
    return str(value)
