"""Stories: what an editor tells in chapters of prose, clips, posts, people and maps.

Without a second word it lists them. 'add' takes a text file (.md or .txt) or JSON (.json), and 'show' writes either, so
a story can be worked on in any editor: 'story show 205 day.md', edit, 'story add day.md --story 205'. Every version is
a signed statement, and the ones before are kept.

A text begins with '# ' and the title, with 'language: en' on the line below; '## ' begins a chapter. Paragraphs are
parted by empty lines, and one alone may be {57}, what has this number; {41 0:01 - 0:09}, a part of a clip; {wall}, the
wall of names; or {map}, with a line like 'Beichuan: 31.83, 104.46' for each place below it.

A new version is a draft. 'propose' gives it to translators, 'release' to the next edition ('publish' builds it);
'withdraw' takes the story off the site. What it shows of the archive has to be released by itself: what is not is
left out of the page, and 'publish' tells so.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.stories import checked_version, state_story
from tamizdat.archive.acts.story_text import read_document, read_text, written_document, written_text
from tamizdat.archive.views.stories import StoryVersion
from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.terminal_text import WIDTH, printable
from tamizdat.disk.files import write_file
from tamizdat.errors import UsageError
from tamizdat.statements.composed import DRAFT, PROPOSED, PUBLIC, WITHDRAWN, Story
from tamizdat.text.excerpt import columns, shorten

MAX_BYTES: Final = 4 << 20  #: of a file
TEXTS: Final = (".md", ".txt")
DOCUMENT: Final = ".json"


def add(parser: Parser) -> None:
    """Add the arguments of ``story``."""
    parser.needs_action = False
    taken = parser.action("add", "state a new story, or a version of one")
    taken.add_argument("file", metavar="FILE", type=there, help="the story: .md, .txt or .json")
    taken.add_argument("--story", metavar="NUMBER", type=int, help="of which it is a version (else it is a new one)")
    show = parser.action("show", "write the latest version of a story")
    show.add_argument("number", metavar="NUMBER", type=int, help="which")
    show.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a new file: .md, .txt or .json")
    for name, summary in (
        ("propose", "give the latest version to translators"),
        ("release", "let the latest version be published"),
        ("withdraw", "take a story off the site"),
    ):
        one = parser.action(name, summary)
        one.add_argument("number", metavar="NUMBER", type=int, help="which")
        if name != "propose":
            one.add_argument("--reason", metavar="TEXT", default="", help="why; it is published")


def run(args: Namespace, out: Out) -> int:
    """Do what the second word says."""
    if args.action in (None, "show"):
        with open_archive(args) as archive:
            return _list(archive, out) if args.action is None else _show(archive, args.number, args.file, out)
    told = _read(args.file) if args.action == "add" else None
    desk = open_home(args, "desk").keyring.signing["desk"]
    today = datetime.now(UTC).date().isoformat()
    with open_archive(args) as archive:
        number = args.story if told is not None else args.number
        known = _known(archive, number) if number is not None else None
        release = {"add": DRAFT, "propose": PROPOSED, "release": PUBLIC, "withdraw": WITHDRAWN}[args.action]
        if told is None:
            assert known is not None, "its number is demanded"
            told = known.told
        about = (release, today, number, getattr(args, "reason", ""))
        if args.dry_run:
            checked_version(archive, told, *about)
        else:
            known = state_story(archive, desk, told, *about)
    _tell(known, told, release, args.dry_run, out)
    return 0


def _tell(known: StoryVersion | None, told: Story, release: str, dry: bool, out: Out) -> None:
    done = {
        DRAFT: "kept as a draft", PROPOSED: "open to translators", PUBLIC: "released; 'publish' builds it",
        WITHDRAWN: "withdrawn; 'publish' takes it off the site",
    }[release]  # fmt: skip
    which = f"Story {known.number}" if known else "The new story"
    chapters, items = len(told.chapters), len(told.items)
    out.say(
        f"{which}: {chapters} chapter{'' if chapters == 1 else 's'}, {items} thing{'' if items == 1 else 's'} shown. "
        f"{'It would be' if dry else 'It is'} {done}."
    )
    about = {"story": known.number if known else None, "release": release, "chapters": chapters, "items": items}
    out.record({**about, "number": known.latest if known and not dry else None})


def _list(archive: Archive, out: Out) -> int:
    stories = archive.index.stories
    every = stories.every()
    for each in every:
        shown = stories.shown(each.number)
        state = each.release if shown is None or shown.latest == each.latest else f"{each.release}, public before"
        head = f"{each.number:>7}  {state:<20}  {each.told.language:<8}  "
        out.show((head + shorten(printable(each.told.title), WIDTH - columns(head))).rstrip())
        out.record({
            "story": each.number, "number": each.latest, "release": each.release, "language": each.told.language,
            "title": each.told.title, "shown": None if shown is None else shown.latest,
        })  # fmt: skip
    if not every:
        out.say("There is no story yet. 'tamizdat story add FILE' takes one in.")
    return 0


def _show(archive: Archive, number: int, file: Path | None, out: Out) -> int:
    found = _known(archive, number)
    document = file is not None and file.suffix.lower() == DOCUMENT
    text = (written_document if document else written_text)(found.told)
    if file is None:
        out.document(text)
        return 0
    _checked_ending(file)
    if file.exists():
        raise UsageError("Expected the name of a new file, found one that is there. Choose another name.")
    write_file(file, text.encode(), "the story")
    out.say(f"Story {number} written, as its version {found.latest} says it ({found.release}).")
    out.record({"story": number, "number": found.latest, "release": found.release, "bytes": len(text.encode())})
    return 0


def _read(file: Path) -> Story:
    ending = _checked_ending(file)
    data = read_given(file, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise UsageError(f"Expected a file of at most {MAX_BYTES:,} bytes, found a larger one.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"Expected a file in UTF-8, found byte {error.start:,} that is not. Save it as UTF-8."
        ) from error
    return (read_document if ending == DOCUMENT else read_text)(text)


def _checked_ending(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in (*TEXTS, DOCUMENT):
        raise UsageError(f"Expected a file that ends in {', '.join((*TEXTS, DOCUMENT))}, found {ending or 'none'}.")
    return ending


def _known(archive: Archive, number: int) -> StoryVersion:
    found = archive.index.stories.story(number)
    if found is None:
        raise UsageError(f"Expected the number of a story, found {number}. 'tamizdat story' lists them.")
    return found
