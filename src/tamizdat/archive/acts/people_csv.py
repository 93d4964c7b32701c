"""The list of people as a table (CSV, RFC 4180), for a spreadsheet and back without a loss.

::

    number,name,language,name:en,age,place,school,sources,state,public note,release,reason,known as,elsewhere
    31,王小明,zh-Hans,Wang Xiaoming,7,,,31 https://x.com/i/status/57,checked,,restricted,,小明,
    ,བཀྲ་ཤིས།,bo,,,,,,,,,,,

* A row with a number is that person; one without is somebody new, unless somebody was already entered with exactly
  these words: the same file taken in twice says nothing the second time.
* A column that the file does not have leaves what was said; an empty cell empties it.
* ``public note`` is published with the person. A column named ``note`` is left: in whoever's table, it was not written
  for the public.
* ``name:`` and a language is the name in that language. ``sources`` are separated by white space.
* ``known as`` (what else somebody is called) and ``elsewhere`` (words in which a name of theirs is another's) have one
  on each line; neither is ever published.
* Written is UTF-8 with commas, all cells quoted. Read are also semicolons and tabs (Excel writes them where the comma
  divides numbers), a mark at the beginning (BOM), UTF-16 with one, and line breaks inside quoted cells.

Cells that a spreadsheet would run are guarded (:mod:`tamizdat.text.spreadsheet`).

A row that is damaged is told by its number in the spreadsheet (the first line is 1) and its column, never by a name.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from difflib import get_close_matches
from typing import Final

from tamizdat.archive.acts.people import cleaned, state_people
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.people import LISTS, TEXTS, Person
from tamizdat.dataclass import dataclass
from tamizdat.errors import DamagedInput, UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import PersonEntry, Release, entry_digest
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.spreadsheet import guarded, table_of, unguarded

BEFORE: Final = ("number", "name", "language")
AFTER: Final = (
    "age",
    "place",
    "school",
    "sources",
    "state",
    "public note",
    "release",
    "reason",
    "known as",
    "elsewhere",
)
LIST_OF: Final = {"known as": "known_as", "elsewhere": "elsewhere"}  #: columns of texts on lines of their own
NOTE: Final = "public note"
NAME: Final = "name:"
MAX_SIZE: Final = 64 << 20  #: bytes (docs/spec/people.md)
MAX_CELL: Final = 100_000  #: characters
ALIKE: Final = 0.75  #: of two names of columns: "known_as" and "known as" are, "nickname" and "name" are not


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row of the table."""

    row: int
    what: str

    def __str__(self) -> str:
        return f"Row {self.row:,}: {self.what}"


@dataclass(frozen=True)
class Row:
    """One row: whose it is (None for somebody new), and what the cells say."""

    row: int
    person: int | None
    said: dict[str, str]
    names: dict[str, str]
    sources: tuple[int | str, ...] | None = None  #: None where the table has no such column
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: by member, of the columns that it has


@dataclass
class TableReport:
    """The result of taking in a table: how many people are new, changed or the same, and what is wrong."""

    new: int = 0
    changed: int = 0
    same: int = 0
    released: int = 0  #: of these people, how many become public by it
    problems: list[Problem] = field(default_factory=list)


def write_table(people: Sequence[Person]) -> str:
    """Return the table of these people as CSV text, from which :func:`read_table` reads the same entries."""
    languages = sorted({language for person in people for language, _ in person.names})
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*BEFORE, *(NAME + language for language in languages), *AFTER])
    for person in people:
        names = dict(person.names)
        before = (str(person.number), person.name, person.language, *(names.get(each, "") for each in languages))
        said = {each: getattr(person, each) for each in TEXTS}
        said |= {"sources": " ".join(map(str, person.sources)), NOTE: person.note}
        said |= {column: "\n".join(getattr(person, each)) for column, each in LIST_OF.items()}
        writer.writerow(map(guarded, (*before, *(said[each] for each in AFTER))))
    return file.getvalue()


def read_table(data: bytes) -> tuple[list[Row], list[Problem]]:
    """Read the rows of a table, and what is wrong with those that were left out.

    Raises :class:`DamagedInput` for what is no such table.
    """
    problems: list[Problem] = []
    records = _records(data, problems)
    columns = _columns(next(records, (1, []))[1], problems)
    rows: list[Row] = []
    numbers: set[int] = set()
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(number, columns, cells)
            if row.person is not None and row.person in numbers:
                raise UsageError("number: stands in the table twice; the first row was taken.")
        except UsageError as error:
            problems.append(Problem(number, str(error)))
            continue
        numbers |= {row.person} if row.person is not None else set()
        rows.append(row)
    return rows, problems


def take_in_table(archive: Archive, desk: SigningKey, data: bytes, dry_run: bool = False) -> TableReport:
    """State the entries of a table that are not yet stated, all of them with one flush, and return how many."""
    rows, problems = read_table(data)
    report = TableReport(problems=problems)
    people = {person.number: person for person in archive.index.people.all()}
    entered = Counter(
        key for number in people for key in {entry_digest(one.entry()) for one in archive.index.people.history(number)}
    )
    entries: list[tuple[int | None, PersonEntry]] = []
    for row in rows:
        known = people.get(row.person) if row.person is not None else None
        try:
            entry = _entry(row, known)
        except UsageError as error:
            problems.append(Problem(row.row, str(error)))
            continue
        key = entry_digest(entry)
        if (known and known.entry() == entry) or (known is None and entered[key] > 0):
            report.same += 1
            entered[key] -= known is None
            continue
        report.new += known is None
        report.changed += known is not None
        report.released += entry.release == Release.PUBLIC and (known is None or known.release != Release.PUBLIC)
        entries.append((row.person, entry))
    problems.sort(key=lambda problem: problem.row)
    if not dry_run:
        state_people(archive, desk, entries)
    return report


def _entry(row: Row, known: Person | None) -> PersonEntry:
    """Return the whole entry that a row makes of what was said before."""
    if row.person is not None and known is None:
        raise UsageError("number: nobody has it. Leave the cell empty for somebody new.")
    before = known.entry() if known else PersonEntry("")
    sources = before.sources if row.sources is None else row.sources
    texts = {each: row.said.get(each, getattr(before, each)) for each in TEXTS}
    lists = {each: row.lists.get(each, getattr(before, each)) for each in LISTS}
    return cleaned(PersonEntry(**texts, **lists, names={**before.names, **row.names}, sources=sources), known)


# -- reading ---------------------------------------------------------------------------------------------------------


def _records(data: bytes, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with their numbers; a damaged one is a problem, and what follows is read on."""
    if len(data) > MAX_SIZE:
        raise DamagedInput(f"Expected a table of at most {MAX_SIZE:,} bytes, found {len(data):,}.")
    text, separator = table_of(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(number, "its quotation marks do not fit, or a cell is endless; it was left."))


def _columns(first: Sequence[str], problems: list[Problem]) -> list[str]:
    """Return the name of each column, "" for one that is left out.

    The first row may be data of a stranger's: nothing of it is repeated.
    """
    columns, strange = list[str](), list[str]()
    for at, cell in enumerate(first):
        name = cell.strip()
        name = name.lower() if name.lower() in (*BEFORE, *AFTER) else name
        if name.lower().startswith(NAME) and LANGUAGE.fullmatch(name[len(NAME) :].strip()):
            name = NAME + name[len(NAME) :].strip()
        elif name not in (*BEFORE, *AFTER):
            strange += [f"column {at + 1} is none of this list's; it was left.{_nearest(name)}"] if name else []
            name = ""
        columns.append(name)
    if strange:  # what counts is told once
        strange[-1] += f" Columns that count: {', '.join((*BEFORE, f'{NAME}en', *AFTER))}."
    problems += [Problem(1, each) for each in strange]
    if "name" not in columns and "number" not in columns:
        raise DamagedInput(
            "Expected a table whose first row names its columns, one of them “number” or “name”; found neither. "
            "'tamizdat people export' writes one to begin with."
        )
    twice = [name for name, count in Counter(filter(None, columns)).items() if count > 1]
    if twice:
        raise DamagedInput(f"Expected a table that names each of its columns once, found twice: {', '.join(twice)}.")
    return columns


def _nearest(name: str) -> str:
    """Return a sentence on the column that a strange one may be meant for; nothing if none is like it.

    Never the public one: what is in a column "private note" was not written for it.
    """
    ours = [each for each in (*BEFORE, *AFTER, f"{NAME}en") if each != NOTE]
    near = get_close_matches(name.lower().replace("_", " "), ours, 1, ALIKE)
    return f" Is “{near[0]}” meant?" if near else ""


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise UsageError(f"it has {len(cells):,} cells, the first row names {len(columns):,} columns.")
    person = None
    said: dict[str, str] = {}
    names: dict[str, str] = {}
    sources: tuple[int | str, ...] | None = None
    lists: dict[str, tuple[str, ...]] = {}
    for at, column in enumerate(columns):
        cell = cells[at] if at < len(cells) else ""
        if len(cell) > MAX_CELL:
            raise UsageError(f"{column}: expected at most {MAX_CELL:,} characters, found {len(cell):,}.")
        value = unguarded(cell).strip()
        if column == "number":
            person = _number(value)
        elif column == "sources":
            sources = tuple(read_sources(value))
        elif column == NOTE:
            said["note"] = value
        elif column in LIST_OF:
            lists[LIST_OF[column]] = tuple(value.splitlines())
        elif column in TEXTS:
            said[column] = value
        elif column:
            names[column[len(NAME) :]] = value
    return Row(number, person, said, names, sources, lists)


def _number(value: str) -> int | None:
    if value and not re.fullmatch("[0-9]{1,15}", value):
        raise UsageError("number: expected the number of a person, or nothing for somebody new.")
    return int(value) if value else None


def read_sources(value: str) -> Iterable[int | str]:
    """Yield the sources that a cell lists with white space between: numbers of items, ids of posts as text."""
    for each in value.split():
        digits = each.rstrip(",;")
        yield int(digits) if re.fullmatch("[0-9]{1,15}", digits) else each
