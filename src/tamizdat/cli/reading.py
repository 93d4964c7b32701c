"""The reading of names: recordings in which volunteers read them aloud, each matched with a person of the list.

Without a second word it says how many names are read, and lists the recordings that wait for a match or for consent;
'missing' lists the names that nobody has read. A recording is of one name: whoever reads several sends several.

A recording comes on a card, or by 'add': a file, or with --post the sounds of a post that came by a feed. What the file
was called, and who brought it, is not kept. 'match' says whose name it reads. Before it is published, whoever speaks in
it has to be told that a voice can be recognised, and to consent: 'match --consented', or 'consent --given' later. That
releases the recording, and is in no public statement; 'consent --withdrawn' takes it off the site again.

'publish' makes one sound of all of them, in the order of the wall, and its pages. Listening and matching is quicker in
the workbench ('tamizdat desk'; People, The reading).
"""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.readings import is_heard_by_all, match, say_consent, unmatch
from tamizdat.archive.ingest.recordings import keep_recording, may_be_read
from tamizdat.archive.views.people import Person
from tamizdat.archive.views.readings import Reading
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.publish_items import called
from tamizdat.cli.terminal_text import counted, printable
from tamizdat.errors import UsageError
from tamizdat.footage.probe import CLIP, SOUND, form_of
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import Release
from tamizdat.statements.recited import CONSENTS, GIVEN, UNASKED
from tamizdat.text.excerpt import shorten

WIDTH: Final = 48  #: columns of a name
SHOWN: Final = 200  #: names that nobody has read, one by one
TOLD: Final = {
    GIVEN: "consented, told that a voice can be recognised",
    "withdrawn": "took the consent back",
    UNASKED: "not asked yet",
}


def add(parser: Parser) -> None:
    """Add the arguments of ``reading``."""
    parser.needs_action = False
    taken = parser.action("add", "take recordings in, each of one name")
    taken.add_argument("files", metavar="FILE", type=Path, nargs="*", help="a recording: m4a, mp3, opus, wav, …")
    taken.add_argument("--post", metavar="NUMBER", type=int, help="the sounds of this post")
    for name, summary in (("match", "say whose name is read in a recording"), ("unmatch", "say that it is no reading"),
                          ("consent", "say whether who speaks in it consents")):  # fmt: skip
        one = parser.action(name, summary)
        one.add_argument("recording", metavar="RECORDING", type=int, help="its number")
        if name == "match":
            one.add_argument("person", metavar="PERSON", type=int, help="the number of the person")
            one.add_argument(
                "--consented", action="store_const", const=GIVEN, default="", dest="consent",
                help="who speaks was told that a voice can be recognised, and consents; release it",
            )  # fmt: skip
        if name == "consent":
            said = one.add_mutually_exclusive_group(required=True)
            for word in CONSENTS:
                said.add_argument(f"--{word}", action="store_const", const=word, dest="consent", help=TOLD[word])
    parser.action("missing", "list the names that nobody has read")


def run(args: Namespace, out: Out) -> int:
    """Do what the second word says."""
    if args.action in (None, "missing"):
        with open_archive(args) as archive:
            return _list(archive, out) if args.action is None else _missing(archive, out)
    if args.action == "add" and args.files and not any(path.exists() for path in args.files):
        there(str(args.files[0]))
    desk = open_home(args, "desk").keyring.signing["desk"]
    with open_archive(args) as archive:
        if args.action == "add":
            return _add(archive, desk, args, out)
        today = datetime.now(UTC).date().isoformat()
        if args.action == "match":
            said = match(archive, desk, args.recording, args.person, today, args.consent, args.dry_run)
        elif args.action == "consent":
            said = say_consent(archive, desk, args.recording, args.consent, today, args.dry_run)
        else:
            said = unmatch(archive, desk, args.recording, today, args.dry_run)
        _tell(archive, said, args.dry_run, out)
    return 0


def _add(archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    """Take in each; what cannot be taken is told, and the rest goes on."""
    if bool(args.files) == (args.post is not None):
        raise UsageError("Expected files, or --post and the number of a post.")
    if args.post is not None:
        for digest, path in _sounds_of(archive, args.post):
            with archive.objects.whole(digest) as source:
                _told_as(keep_recording(archive, desk, source, path, args.dry_run), args.dry_run, out)
        return 0
    failed = 0
    for path in args.files:
        try:
            if not path.is_file():
                raise UsageError("Expected a file, found none there.")
            _told_as(keep_recording(archive, desk, path, path.name, args.dry_run), args.dry_run, out)
        except UsageError as error:
            failed += 1
            out.warn(f"{printable(path.name)}: {error}")
    return 3 if failed else 0


def _sounds_of(archive: Archive, number: int) -> Sequence[tuple[str, str]]:
    """Return digest and path of each sound of a post. Raises :class:`UsageError` for a post without any."""
    posts = archive.index.posts
    version = posts.version(number)
    found = []
    for digest, path, *_ in posts.media(posts.versions(version.post)[-1].number) if version else ():
        if not archive.objects.has(digest):
            continue
        with archive.objects.open(digest) as file:
            form = form_of(file)
        if form and form.kind in (CLIP, SOUND):  # a container may hold sound alone
            found.append((digest, path))
    if not found:
        raise UsageError(f"Expected the number of a post with a sound that is here, found {number}, which is none.")
    return found


def _told_as(number: int | None, dry: bool, out: Out) -> None:
    if number is None:
        out.say("It would be taken in.")
    else:
        out.say(f"Recording {number}. 'tamizdat reading match {number} PERSON' says whose name it reads.")
    out.record({"recording": number, "dry": dry})


def _tell(archive: Archive, said: Reading, dry: bool, out: Out) -> None:
    would = "Would be stated" if dry else "Stated"
    if said.person is None:
        out.say(f"{would}: recording {said.recording} is no reading. The next edition takes it off the site.")
    else:
        person = archive.index.people.person(said.person)
        assert person is not None, "it was looked for"
        out.say(f"{would}: recording {said.recording} reads the name {person.name} (person {said.person}).")
        if person.release != Release.PUBLIC:
            out.warn("This person is not released, so nobody hears it yet.")
        out.say(f"Who speaks in it: {TOLD[said.consent]}.")
    if said.consent == UNASKED:
        out.say(
            f"Tell who speaks that a voice can be recognised. If they consent: 'tamizdat reading consent "
            f"{said.recording} --given'."
        )
    out.record({"recording": said.recording, "person": said.person, "consent": said.consent})


def _list(archive: Archive, out: Out) -> int:
    matched = {each.recording: each for each in archive.index.readings.all()}
    people = {each.number: each for each in archive.index.people.all()}
    heard = _heard(archive)
    named = [each for each in people.values() if each.release == Release.PUBLIC]
    out.say(f"Read: {sum(each.number in heard for each in named):,} of {counted(len(named), 'released name')}.")
    for item in archive.index.files():
        reading = matched.get(item.number)
        if reading is None and may_be_read(item):
            out.show(f"{item.number:>8}  waits for a match  {called(item, WIDTH)}")
            out.record({"recording": item.number, "person": None, "consent": None})
        elif reading is not None and reading.person is not None:
            name = people[reading.person].name if reading.person in people else ""
            state = "read" if is_heard_by_all(archive, reading) else reading.consent
            state = "not released" if state == GIVEN else state
            out.show(f"{item.number:>8}  {state:<17}  {shorten(name, WIDTH)} ({reading.person})")
            out.record({"recording": item.number, "person": reading.person, "consent": reading.consent})
    return 0


def _heard(archive: Archive) -> set[int | None]:
    return {each.person for each in archive.index.readings.all() if is_heard_by_all(archive, each)}


def missing(archive: Archive) -> list[Person]:
    """Return the released people whose name nobody has read, by number."""
    heard = _heard(archive)
    return [each for each in archive.index.people.all(Release.PUBLIC) if each.number not in heard]


def _missing(archive: Archive, out: Out) -> int:
    found = missing(archive)
    for each in found[: None if out.as_json else SHOWN]:
        out.show(f"{each.number:>8}  {shorten(each.name, WIDTH)}")
        out.record({"person": each.number, "name": each.name})
    more = f" ({len(found) - SHOWN:,} more; --json lists all)" if len(found) > SHOWN else ""
    out.say(f"{counted(len(found), 'released name')} that nobody has read{more}.")
    return 0
