"""The glossary as a table for people: one line a term, in UTF-8 with a mark at its beginning, for spreadsheets.

::

    number,language,variants,kind,note,retired,into:en,into:ar
    41,zh,豆腐渣工程 | 豆腐渣,term,shoddy building,no,tofu-dregs construction | tofu dregs,
    ,zh,陈老师,person,,no,Teacher Chen,

A line without a number is a new term, unless there is one of the same language with the same variants. Several words
in a cell stand between bars. Importing what was exported changes nothing, also when a spreadsheet has saved it with its
own separator (:mod:`.tables`).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadPacket, UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import TermEntry
from tamizdat.translation.glossary import Term, checked, state_term, terms
from tamizdat.translation.tables import read_table, write_table

COLUMNS: Final = ("number", "language", "variants", "kind", "note", "retired")
INTO: Final = "into:"
BAR: Final = " | "


def export_csv(archive: Archive) -> tuple[bytes, int]:
    """Return the whole glossary as CSV in UTF-8, also what was retired, and the number of terms."""
    known = terms(archive, retired=True)
    into = sorted({language for each in known for language in each.targets})
    head = [*COLUMNS, *(f"{INTO}{language}" for language in into)]
    return write_table([head, *(_cells(each, into) for each in known)]), len(known)


def _cells(term: Term, into: Sequence[str]) -> list[str]:
    about = [str(term.number), term.language, BAR.join(term.variants), term.kind, term.note]
    return [*about, "yes" if term.retired else "no", *(BAR.join(term.targets.get(each, ())) for each in into)]


def import_csv(archive: Archive, desk: SigningKey, data: bytes, dry_run: bool = False) -> tuple[int, int, list[str]]:
    """State the terms of a table; return how many are new, how many were changed, and which lines were refused and why.

    Raises :class:`BadPacket` for what is no such table.
    """
    known = {each.number: each for each in terms(archive, retired=True)}
    written = {(each.language, each.variants): each.number for each in known.values()}
    new = changed = 0
    wrong: list[str] = []
    for line, number, entry in _rows(data):
        number = written.get((entry.language, entry.variants)) if number is None else number
        try:
            before = known.get(number) if number is not None else None
            term = checked(entry, before)
            if not dry_run or (number is not None and before is None):
                state_term(archive, desk, entry, number)
            new += number is None
            changed += before is not None and before.entry() != term.entry()
        except UsageError as error:
            wrong.append(f"Line {line}: {error}")
    return new, changed, wrong


def _rows(data: bytes) -> Iterator[tuple[int, int | None, TermEntry]]:
    table = read_table(data, "a glossary")
    names = table[0] if table else []
    languages = [name.removeprefix(INTO) for name in names[len(COLUMNS) :]]
    if tuple(names[: len(COLUMNS)]) != COLUMNS or not all(name.startswith(INTO) for name in names[len(COLUMNS) :]):
        raise BadPacket(
            f"Expected a table with the columns {', '.join(COLUMNS)}, {INTO}en …, between commas, semicolons or tabs; "
            f"found {ascii(', '.join(names))[:200]}. 'tamizdat translate glossary export' writes one to begin with."
        )
    for line, row in enumerate(table[1:], 2):
        if not any(row):
            continue
        cells = row + [""] * (len(names) - len(row))
        if len(cells) != len(names) or not (cells[0] == "" or cells[0].isdecimal()) or len(cells[0]) > 15:
            raise BadPacket(f"Line {line}: expected {len(names)} cells and a number, or nothing, in the first.")
        yield line, int(cells[0]) if cells[0] else None, _entry(cells, languages)


def _entry(cells: Sequence[str], languages: Sequence[str]) -> TermEntry:
    _, language, variants, kind, note, retired = cells[: len(COLUMNS)]
    into = {each: _words(cell) for each, cell in zip(languages, cells[len(COLUMNS) :], strict=True)}
    return TermEntry(
        language=language,
        variants=_words(variants),
        targets={each: words for each, words in into.items() if words},
        note=note,
        kind=kind or "term",
        retired=retired.strip().lower() in ("yes", "true", "1"),
    )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cell.split("|") if each.strip())
