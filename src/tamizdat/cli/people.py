"""The list of people: show, import, export, change.

Without a second word the list is shown. Every change is a signed statement, and the entry before it is kept. Nobody is
shown to anyone outside before you release them; then all of the entry is, the note too, and 'publish' builds it.

The way to work on a long list is a spreadsheet: 'people export people.csv', edit, 'people import people.csv'. Rows
with a number change that person, rows without one add somebody; what is already said is not said again. Exit code 3
says that some rows were damaged; the others were taken.
"""

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.people import cleaned, state_people, state_wall, wall_of
from tamizdat.archive.acts.people_csv import MAX_SIZE, NAME, Problem, read_sources, take_in_table, write_table
from tamizdat.archive.views.people import LISTS, STATES, TEXTS, Person
from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.given_numbers import found_in_ranges
from tamizdat.cli.names_sought import say_how_sought, say_still_named
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, add_numbers
from tamizdat.cli.terminal_text import WIDTH, counted, printable
from tamizdat.disk.files import write_file
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.catalogued import PersonEntry, Release
from tamizdat.text.excerpt import columns, shorten
from tamizdat.text.number_ranges import by_themselves

SHOWN: Final = 20  #: problems told one by one
WIDE: Final = 24  #: columns of a name in the list, at most
SAID: Final = (
    "name=…, language=…, name:en=…, age=…, place=…, school=…, sources=…, state=…, note=…, known_as=…;…, elsewhere=…;…"
)


def add(parser: Parser) -> None:
    """Add the arguments of ``people``."""
    parser.needs_action = False
    parser.action("list", "show the list")
    table = parser.action("import", "take in a table (CSV)")
    table.add_argument("file", metavar="FILE", type=Path, help="the table")
    table = parser.action("export", "write the list as a table (CSV)")
    table.add_argument("file", metavar="FILE", help="a new file; - for standard output")
    new = parser.action("add", "add one person")
    new.add_argument("said", metavar="MEMBER=TEXT", nargs="+", help=SAID)
    change = parser.action("set", "change one person's entry")
    change.add_argument("number", metavar="NUMBER", type=int, help="whose")
    change.add_argument("said", metavar="MEMBER=TEXT", nargs="+", help=f"{SAID}; nothing after = empties it")
    for name, summary in (("release", "let people be published"), ("withdraw", "take people back")):
        several = parser.action(name, summary)
        add_numbers(several, "*", f"whom: 17, 20-44; of a range those whom --all would {name}")
        several.add_argument("--all", action="store_true", help="everybody whom it concerns")
        if name == "withdraw":
            several.add_argument("--reason", metavar="TEXT", default="", help="why; it is published")
    wall = parser.action("wall", "choose the sentence that the wall of names spells")
    wall.add_argument("--sentence", metavar="TEXT", help="the sentence; an empty one takes it away")
    wall.add_argument("--language", metavar="TAG", default="", help="its language, such as zh-Hans")


def run(args: Namespace, out: Out) -> int:
    """Do what the second word says."""
    if args.action in (None, "list", "export") or (args.action == "wall" and args.sentence is None):
        with open_archive(args) as archive:
            if args.action == "export":
                return _export(archive.index.people.all(), args.file, args.dry_run, out)
            return _wall(archive, out) if args.action == "wall" else _list(archive.index.people.all(), out)
    data = read_given(args.file, MAX_SIZE, "table (CSV)") if args.action == "import" else b""
    desk = open_home(args, "desk").keyring.signing["desk"]
    with open_archive(args) as archive:
        if args.action == "wall":
            return _choose(archive, desk, args, out)
        if args.action == "import":
            code = _import(archive, desk, data, args.dry_run, out)
            changed = [each.number for each in archive.index.people.all()]
        else:
            code, changed = 0, _change(archive, desk, args, out)
        if not args.dry_run:
            say_still_named(archive, args.home / SITE, changed, out)
        return code


def _list(people: Sequence[Person], out: Out) -> int:
    wide = max((columns(shorten(printable(each.name), WIDE)) for each in people), default=0)
    for person in people:
        out.show(_line(person, wide))
        out.record({"person": person.number, **members_of(person.entry())})
    released = sum(person.release == "public" for person in people)
    out.say(
        f"{counted(len(people), 'person', 'people')}, released: {released:,}."
        if people
        else "Nobody is on the list yet."
    )
    out.record({"people": len(people), "released": released})
    return 0


def _line(person: Person, wide: int) -> str:
    """Return number, name in so many columns, state, release; then what there is room for."""
    name = shorten(printable(person.name), WIDE)
    head = f"{person.number:>7}  {name}{' ' * (wide - columns(name))}  {person.state:<9}  {person.release:<10}  "
    rest = printable(", ".join(filter(None, (person.age, person.place, person.school))))
    return (head + shorten(rest, WIDTH - columns(head))).rstrip()


def _export(people: Sequence[Person], file: str, dry_run: bool, out: Out) -> int:
    table = write_table(people)
    if file == "-":
        out.document(table)
        return 0
    path = Path(file)
    if path.exists():
        raise UsageError(
            "Expected the name of a new file, found one that is there. Its rows may have been edited: choose another "
            "name."
        )
    if not dry_run:
        write_file(path, table.encode("utf-8-sig"), "the table")
    would = "would be " if dry_run else ""
    out.say(
        f"{counted(len(people), 'person', 'people')} {would}written. The table holds names that are not public: keep "
        "it as you keep the desk."
    )
    out.record({"exported": len(people)})
    return 0


def _import(archive: Archive, desk: SigningKey, data: bytes, dry_run: bool, out: Out) -> int:
    report = take_in_table(archive, desk, data, dry_run)
    would = "would be " if dry_run else ""
    out.say(f"{report.new:,} {would}new, {report.changed:,} {would}changed, {report.same:,} as they were.")
    if report.released:
        out.say(f"{report.released:,} of them {'would be' if dry_run else 'are now'} released: the table says so.")
    _problems(report.problems, out)
    say_how_sought((each.entry() for each in archive.index.people.all()), out)
    counts: dict[str, Json] = {"new": report.new, "changed": report.changed, "same": report.same}
    out.record({**counts, "released": report.released, "problems": len(report.problems)})
    return 3 if report.problems else 0


def _problems(problems: Sequence[Problem], out: Out) -> None:
    for problem in problems[:SHOWN]:
        out.warn(str(problem))
    if len(problems) > SHOWN:
        out.say(f"{len(problems):,} problems in all.")


def _change(archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> list[int]:
    """Do ``add``, ``set``, ``release`` or ``withdraw``; return the numbers of those whom it was about."""
    people = {person.number: person for person in archive.index.people.all()}
    entries: list[tuple[int | None, PersonEntry]]
    if args.action == "add":
        entries = [(None, _entry(PersonEntry(""), args.said))]
    elif args.action == "set":
        [person] = _named(people, [args.number])
        entries = [(person.number, _entry(person.entry(), args.said))]
    else:
        release = Release.PUBLIC if args.action == "release" else Release.WITHDRAWN
        reason = args.reason if release == Release.WITHDRAWN else ""
        chosen = _chosen(people, args, release, out)
        stated = [each for each in chosen if each.release != release]
        entries = [(each.number, replace(each.entry(), release=release, reason=reason)) for each in stated]
    for number, entry in entries if args.dry_run else ():  # which refuses the same
        cleaned(entry, people.get(number or -1))
    numbers = [] if args.dry_run else state_people(archive, desk, entries)
    say_how_sought((entry for _, entry in entries), out)
    changed = len(entries) if args.dry_run else sum(number not in _latest(people) for number in numbers)
    would = "would be " if args.dry_run else ""
    done = "added" if args.action == "add" else "changed"
    out.say(f"{changed:,} {'entry' if changed == 1 else 'entries'} {would}{done}.")
    if args.action == "add" and numbers:
        out.say(f"The new number is {numbers[0]}.")
    out.record({"changed": changed, "person": numbers[0] if args.action == "add" and numbers else None})
    return numbers if args.action == "add" else [number for number, _ in entries if number is not None]


def _latest(people: Mapping[int, Person]) -> set[int]:
    return {person.latest for person in people.values()}


def _named(people: Mapping[int, Person], numbers: Sequence[int]) -> list[Person]:
    if not numbers:
        raise UsageError("Expected the numbers of people, or --all; found neither. 'tamizdat people' lists them.")
    unknown = [number for number in numbers if number not in people]
    if unknown:
        raise UsageError(f"Expected the number of a person, found {unknown[0]}. 'tamizdat people' lists them.")
    return [people[number] for number in dict.fromkeys(numbers)]


def _chosen(people: Mapping[int, Person], args: Namespace, release: str, out: Out) -> list[Person]:
    """Return whom numbers name, and whom of ranges ``--all`` would concern; or all of these."""
    those = _all(people.values(), release)
    if args.all and args.numbers:
        raise UsageError("Expected the numbers of people, or --all; found both.")
    if args.all:
        return those
    named, _ = by_themselves(args.numbers)
    word = "who is not released" if release == Release.PUBLIC else "who is released"
    ranged = found_in_ranges(args.numbers, {each.number for each in those}.__contains__, f"somebody {word}", out)
    return _named(people, [*named, *ranged])


def _all(people: Iterable[Person], release: str) -> list[Person]:
    """Return those whom ``--all`` concerns: nobody who was withdrawn is released with the others."""
    return [person for person in people if person.release == ("restricted" if release == "public" else "public")]


def _entry(before: PersonEntry, said: Sequence[str]) -> PersonEntry:
    """Return the entry with what ``member=text`` says."""
    texts = {each: getattr(before, each) for each in TEXTS}
    names, sources, lists = dict(before.names), before.sources, {each: getattr(before, each) for each in LISTS}
    given = set[str]()
    for each in said:
        member, equals, text = each.partition("=")
        if member in given:
            raise UsageError(f"Expected each member once, found {printable(member)!r} twice.")
        given.add(member)
        if not equals or not (member in (*TEXTS, *LISTS, "sources") or member.startswith(NAME)):
            raise UsageError(f"Expected MEMBER=TEXT, members being {SAID}; found {printable(each)!r}.")
        if member.startswith(NAME):
            names[member[len(NAME) :]] = text
        elif member == "sources":
            sources = tuple(read_sources(text))
        elif member in LISTS:
            lists[member] = tuple(text.split(";"))
        elif member == "state" and text.strip() not in (*STATES, ""):  # typed here, and no column too far of a table
            raise UsageError(f"state: expected one of {', '.join(STATES)}; found {printable(text)!r}.")
        else:
            texts[member] = text
    return PersonEntry(**texts, **lists, names=names, sources=sources)


def _wall(archive: Archive, out: Out) -> int:
    sentence, language = archive.index.people.wall()
    out.say(
        f"The wall spells: {sentence} ({language or 'no language'})" if sentence else "The wall spells nothing yet."
    )
    out.record({"sentence": sentence, "language": language})
    return 0


def _choose(archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    if args.sentence and not args.language:
        raise UsageError("Expected the sentence's language, found none. Give it, such as --language zh-Hans.")
    wall_of(args.sentence, args.language)  # a dry run refuses the same
    if not args.dry_run and archive.index.people.wall() != (args.sentence.strip(), args.language):
        state_wall(archive, desk, args.sentence, args.language)
    out.say("The wall would spell it." if args.dry_run else "The wall will spell it with the next edition.")
    out.record({"sentence": args.sentence, "language": args.language})
    return 0
