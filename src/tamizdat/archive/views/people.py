"""The list of people: each entry, and each change to one, is a ``catalogued`` statement; the latest counts.

The first statement about a person carries no number, its own index becomes the person's number; a later one gives that
number and the whole entry anew, so that what is known of somebody is always one statement::

    31 catalogued  {"person": null, "said": {"name": "王小明", "state": "reported", "release": "restricted", …}}
    58 catalogued  {"person": 31,   "said": {"name": "王小明", "state": "checked",  "release": "public",     …}}
    →  person 31   checked, public

Subject of both is the SHA-256 of the canonical JSON of ``said``. Everything in an entry is text, for an age is often
"about 7"; ``sources`` are numbers of items and ids of posts. Nothing of a person is shown before ``release`` is
``public``. ``docs/spec/people.md`` has the members.

The sentence that the wall of names spells is stated alike: ``{"wall": {"sentence": "…", "language": "zh-Hans"}}``.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tamizdat.archive.views.items import Row
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.rules import checked_text

if TYPE_CHECKING:
    from tamizdat.archive.archive import Archive

ACT: Final = "catalogued"
STATES: Final = ("reported", "checked", "confirmed")
RELEASES: Final = ("restricted", "public", "withdrawn")
TEXTS: Final = ("name", "language", "age", "place", "school", "state", "note", "release", "reason")
LONG: Final = ("note", "reason")  #: may have lines
MAX_TEXT: Final = 300  #: characters
MAX_LONG: Final = 20_000  #: characters
MAX_SOURCE: Final = 2100  #: characters of a post's id
MAX_SOURCES: Final = 200

TABLES: Final = {
    "people": "number INTEGER PRIMARY KEY, person INTEGER, name TEXT, language TEXT, names TEXT, age TEXT, place TEXT,"
    " school TEXT, sources TEXT, state TEXT, note TEXT, release TEXT, reason TEXT",
    "walls": "number INTEGER PRIMARY KEY, sentence TEXT, language TEXT",
}
LOOKUPS: Final = {"entries_of": "people (person, number)"}

# An entry must have been begun at its number; a beginning that was forgotten has no act left.
_BEGUN: Final = (
    "(number = person OR EXISTS (SELECT 1 FROM people AS first WHERE first.number = this.person"
    " AND first.person = this.person)"
    " OR EXISTS (SELECT 1 FROM entries WHERE entries.number = this.person AND act IS NULL))"
)
_ENTRIES: Final = (
    "SELECT person, number, name, language, names, age, place, school, sources, state, note, release, reason"  # noqa: S608
    f" FROM people AS this WHERE {_BEGUN}"
)
_LATEST: Final = " AND NOT EXISTS (SELECT 1 FROM people AS other WHERE other.person = this.person AND other.number > this.number)"  # fmt: skip  # noqa: E501


@dataclass(frozen=True)
class Person:
    """An entry: ``number`` is the person's, ``latest`` the index of the statement that says this."""

    number: int
    latest: int
    name: str
    language: str = ""  #: of the name, place and school
    names: tuple[tuple[str, str], ...] = ()  #: (language, name) in others, by language
    age: str = ""
    place: str = ""
    school: str = ""
    sources: tuple[int | str, ...] = ()
    state: str = STATES[0]
    note: str = ""
    release: str = RELEASES[0]
    reason: str = ""

    def said(self) -> dict[str, Json]:
        """The entry as it is stated."""
        texts: dict[str, Json] = {each: getattr(self, each) for each in TEXTS}
        return texts | {"names": dict(self.names), "sources": list(self.sources)}


class People:
    """Questions about people; reached as ``archive.index.people``."""

    def __init__(self, ask: Callable[..., list[tuple[Any, ...]]]) -> None:
        self._ask = ask

    def all(self, release: str | None = None) -> list[Person]:
        """Everybody, by number; only those of this release, if it is given."""
        found = [_person(row) for row in self._ask(f"{_ENTRIES}{_LATEST} ORDER BY person")]
        return [person for person in found if release in (None, person.release)]

    def person(self, number: int) -> Person | None:
        """The entry of one person as it now is; None if nobody has this number."""
        found = self._ask(f"{_ENTRIES} AND person = ? ORDER BY number DESC LIMIT 1", number)
        return _person(found[0]) if found else None

    def history(self, number: int) -> list[Person]:
        """Every entry that was stated for a person, the oldest first."""
        return [_person(row) for row in self._ask(f"{_ENTRIES} AND person = ? ORDER BY number", number)]

    def wall(self) -> tuple[str, str]:
        """The sentence of the wall of names, and its language; both empty if nobody chose one."""
        found = self._ask("SELECT sentence, language FROM walls ORDER BY number DESC LIMIT 1")
        return (found[0][0], found[0][1]) if found else ("", "")


def rows(number: int, statement: Statement) -> Iterator[Row]:
    """What one statement adds to the index. What is said in another form, or of other bytes, adds nothing."""
    if statement.act != ACT:
        return
    subject = statement.subjects[0]
    match subject.name, statement.predicate:
        case "person", {"person": int() | None as person, "said": dict(said)} if _holds(subject, said):
            values = _columns(said)
            if values is not None and type(person) is not bool and (person is None or 0 <= person < number):
                marks = ", ".join("?" * (2 + len(values)))
                yield f"INSERT INTO people VALUES ({marks})", (number, number if person is None else person, *values)  # noqa: S608
        case "wall", {"wall": dict(wall)} if _holds(subject, wall):
            match wall:
                case {"sentence": str(sentence), "language": str(language)}:
                    yield "INSERT INTO walls VALUES (?, ?, ?)", (number, sentence, language)


def say(archive: "Archive", desk: SigningKey, said: Mapping[str, Json], number: int | None = None) -> int:
    """Says *said*, the whole entry, of a new person or of person *number*; returns the index of the statement that
    says so, which is the one before if nothing changed. Raises :class:`UsageError`."""
    return say_all(archive, desk, [(number, said)])[0]


def say_all(
    archive: "Archive", desk: SigningKey, entries: Sequence[tuple[int | None, Mapping[str, Json]]]
) -> list[int]:
    """Many entries, all or none, with one flush; as :func:`say`."""
    people = archive.index.people
    indexes: list[int | None] = []
    envelopes: list[bytes] = []
    for number, said in entries:
        known = people.person(number) if number is not None else None
        entry = typed(said, known)
        if number is not None and known is None:
            raise UsageError(f"Expected the number of a person, found {number}. `tamizdat people` lists them.")
        if known is not None and known.said() == entry:
            indexes.append(known.latest)
            continue
        subject = Subject("person", sha256_hex(canonical(entry)))
        envelopes.append(_signed(desk, subject, {"person": number, "said": entry}))
        indexes.append(None)
    stated = iter(archive.append(envelopes))
    return [next(stated) if index is None else index for index in indexes]


def say_wall(archive: "Archive", desk: SigningKey, sentence: str, language: str) -> int:
    """Chooses the sentence of the wall; an empty one takes it away. Returns the index of the statement."""
    wall: dict[str, Json] = {
        "sentence": checked_text("sentence", sentence.strip(), MAX_TEXT),
        "language": _language("language", language),
    }
    return archive.append([_signed(desk, Subject("wall", sha256_hex(canonical(wall))), {"wall": wall})])[0]


def typed(said: Mapping[str, Json], known: Person | None = None) -> dict[str, Json]:
    """Return the whole entry as :func:`complete` does, if a person may type its texts (:mod:`tamizdat.text.rules`).

    What *known* says already is not judged again: who is to be withdrawn can be, whatever was once stated of them.
    Raises :class:`UsageError`.
    """
    before = known.said() if known else {}
    for name, value in said.items():
        if value == before.get(name):
            continue
        several = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
        for each in several:
            if isinstance(each, str):
                longest = MAX_LONG if name in LONG else MAX_SOURCE if name == "sources" else MAX_TEXT
                checked_text(name, each.strip(), longest, lines=name in LONG)
    return complete(said)


def complete(said: Mapping[str, Json]) -> dict[str, Json]:
    """The whole entry: absent members empty, white space around words gone. :class:`UsageError` names what is wrong,
    never its words."""
    unknown = set(said) - {*TEXTS, "names", "sources"}
    if unknown:
        raise UsageError(f"Expected members of an entry, found {len(unknown)} others. They are: {', '.join(TEXTS)}, …")
    entry: dict[str, Json] = {each: _clean(each, said.get(each, "")) for each in TEXTS}
    if not entry["name"]:
        raise UsageError("name: expected a name, found none.")
    entry["state"] = _one_of("state", entry["state"] or STATES[0], STATES)
    entry["release"] = _one_of("release", entry["release"] or RELEASES[0], RELEASES)
    _language("language", entry["language"])
    return entry | {"names": _names(said.get("names", {})), "sources": _sources(said.get("sources", []))}


def _names(value: Json) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        raise UsageError("names: expected a name for each language.")
    cleaned = {_language("names", language): _clean("names", name) for language, name in value.items()}
    if "" in cleaned:
        raise UsageError("names: expected a language for each name, such as en or bo.")
    return {language: name for language, name in sorted(cleaned.items()) if name}


def _sources(value: Json) -> list[Json]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_SOURCES:
        raise UsageError(f"sources: expected at most {MAX_SOURCES} numbers of items or ids of posts.")
    return [_source(each) for each in dict.fromkeys(value)]


def _source(value: Json) -> int | str:
    if type(value) is int and 0 <= value < 1 << 53:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20]{1,2048}", value):
        raise UsageError("sources: expected the number of an item or the id of a post, such as https://…")
    return _clean("sources", value, MAX_SOURCE)


def _clean(name: str, value: Json, most: int | None = None) -> str:
    """Text without white space around it; its line ends are line feeds."""
    if not isinstance(value, str):
        raise UsageError(f"{name}: expected text.")
    text = re.sub(r"\r\n?", "\n", value).strip()
    most = most or (MAX_LONG if name in LONG else MAX_TEXT)
    if len(text) > most:
        raise UsageError(f"{name}: expected at most {most:,} characters, found {len(text):,}.")
    if name not in LONG and ("\n" in text or "\t" in text):
        raise UsageError(f"{name}: expected one line, found several.")
    return text


def _language(name: str, value: Json) -> str:
    if not isinstance(value, str) or not (value == "" or LANGUAGE.fullmatch(value)):
        raise UsageError(f"{name}: expected a language tag such as en, zh-Hans, bo or ar.")
    return value


def _one_of(name: str, value: Json, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise UsageError(f"{name}: expected one of {', '.join(allowed)}.")
    return str(value)


def _signed(desk: SigningKey, subject: Subject, predicate: dict[str, Json]) -> bytes:
    return sign_statement(Statement(ACT, (subject,), predicate), [(desk.public, desk.sign)])


def _holds(subject: Subject, said: dict[str, Any]) -> bool:
    return subject.sha256 == sha256_hex(canonical(said))


def _columns(said: dict[str, Json]) -> tuple[Any, ...] | None:
    """The entry as a row; None if it is not in the form we state."""
    try:
        entry = complete(said)
    except UsageError:
        return None
    written = {name: json.dumps(entry[name], ensure_ascii=False) for name in ("names", "sources")}
    order = ("name", "language", "names", "age", "place", "school", "sources", "state", "note", "release", "reason")
    return tuple(written.get(each, entry[each]) for each in order)


def _person(row: tuple[Any, ...]) -> Person:
    number, latest, name, language, names, age, place, school, sources, *rest = row
    told = (age, place, school, tuple(json.loads(sources)))
    return Person(number, latest, name, language, tuple(json.loads(names).items()), *told, *rest)
