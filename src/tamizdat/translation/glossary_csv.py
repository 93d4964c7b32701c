"""The glossary as a table for people: one line a term, in UTF-8 with a mark at its beginning, for spreadsheets.

::

    number,language,variants,kind,note,retired,into:en,into:ar
    41,zh,豆腐渣工程 | 豆腐渣,term,shoddy building,no,tofu-dregs construction | tofu dregs,
    ,zh,陈老师,person,,no,Teacher Chen,

A line without a number is a new term, unless there is one of the same language with the same variants. Several words
in a cell stand between bars. Importing what was exported changes nothing. A cell that a spreadsheet would run (``=…``,
``+…``, ``-…``, ``@…``) is written with an apostrophe before it, which is taken away again.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadPacket, UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import TermEntry
from tamizdat.translation.glossary import Term, checked, state_term, terms

COLUMNS: Final = ("number", "language", "variants", "kind", "note", "retired")
INTO: Final = "into:"
BAR: Final = " | "
MAX_BYTES: Final = 16 << 20
_RUN: Final = tuple("=+-@\t\r'")


def export_csv(archive: Archive) -> tuple[bytes, int]:
    """Return the whole glossary as CSV in UTF-8, also what was retired, and the number of terms."""
    known = terms(archive, retired=True)
    into = sorted({language for each in known for language in each.targets})
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([*COLUMNS, *(f"{INTO}{language}" for language in into)])
    for each in known:
        table.writerow([_harmless(cell) for cell in _cells(each, into)])
    return b"\xef\xbb\xbf" + text.getvalue().encode(), len(known)


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
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected a glossary of at most {MAX_BYTES >> 20} MiB, found a larger one. Split it.")
    try:
        text = data.decode("utf-8-sig")
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise BadPacket("Expected a table (CSV) in UTF-8, found bytes that are not. Save it as CSV UTF-8.") from None
    names = table[0] if table else []
    languages = [name.removeprefix(INTO) for name in names[len(COLUMNS) :]]
    if tuple(names[: len(COLUMNS)]) != COLUMNS or not all(name.startswith(INTO) for name in names[len(COLUMNS) :]):
        raise BadPacket(
            f"Expected a table with the columns {', '.join(COLUMNS)}, {INTO}en …; found {len(names)} columns, not all "
            "of them these. 'tamizdat translate glossary export' writes one to begin with."
        )
    for line, row in enumerate(table[1:], 2):
        if not any(row):
            continue
        cells = [_plain(cell) for cell in row] + [""] * (len(names) - len(row))
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


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN) else cell
