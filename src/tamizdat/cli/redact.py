"""Covering the people in clips and pictures, and saying who is in them: without that none is published.

An editor says of items (17 20-44) that nobody in them can be recognised ('--nobody') or that all who can be have
consented ('--consented'); '--undecided' takes it back. Or '--cover FILE --account NAME' proposes what is to be
covered, and another account approves it after looking at it: '--sheet FOLDER' writes pages with a frame for each second
and each at which a region begins, moves or ends, and the covered clip or picture; each page ends with a word, and
'--approve --looked WORD … --account OTHER' gives them back, which tells that every page was opened, and no more: look
at all of it, and play it. Each account is asked for its own passphrase. Until then the item waits; '--return --account
NAME' takes a proposal back. The workbench has a screen for this, on which regions are drawn.

The pictures and clips of a post that was written for everybody were public already: nobody is asked about them, but
people in them can be covered, '--media N' names its Nth file. Of a post that is shown by its author's consent a word
is asked as of a card's pictures, once for the post. What is covered is covered wherever the same file is shown.

FILE is JSON. Times are milliseconds, places are parts in 10,000 of the width and height as they are shown; in a
picture all times are 0. Between two key frames a region moves evenly. "solid" covers are black and nothing can be
seen through them. A "softened" region can be recognised by who knows the place and the clothes.

{"regions": [{"shape": "ellipse", "cover": "solid", "from": 1000, "to": 4000, "keys": [{"at": 1000, "x": 4100,
"y": 900, "width": 1200, "height": 2500}]}], "silences": [{"from": 1000, "to": 4000}]}

Without a number, what waits for a word is listed; with a number alone, what is covered in it, and which editions show
it uncovered. None of this is published but how many regions and silences there are. What was published stays
published: withdraw it first if it puts somebody in danger.
"""

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Never

from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import (
    LANGUAGE,
    MEDIA,
    clear,
    coverable,
    length_of,
    name_of,
    number_in_post,
    redact,
)
from tamizdat.archive.acts.releases import state_releases
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.redactions import PROPOSED, Redaction
from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.open_home import open_archive, open_home, sign_in
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.publish_items import called
from tamizdat.cli.redact_numbers import of_whom_it_can_be_said
from tamizdat.cli.redact_sheet import check_looked, copy_to_look_at, made, pages_of, write_sheet
from tamizdat.cli.terminal_text import counted
from tamizdat.covering import COVER, NOTHING, SOFTENED, Cover
from tamizdat.disk.files import copy_file, refusals
from tamizdat.encoding import Json
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.footage.probe import PICTURE
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.publishing.derived.clearance import Clearance, in_posts
from tamizdat.publishing.derived.item_words import Words, words
from tamizdat.publishing.derived.uncovered import uncovered
from tamizdat.statements.catalogued import CONSENTED, NOBODY, UNDECIDED, CataloguedItem, CataloguedPost
from tamizdat.statements.reviewed import APPROVED, RETURNED
from tamizdat.text.number_ranges import numbers_of
from tamizdat.workbench.auth.accounts import Account, Accounts

LARGEST = 16 << 20  #: bytes of a file of regions
_OF_AN_ITEM = ("covering", "cover", "verdict", "looked", "sheet", "copy", "account")
TOLD = {
    NOBODY: "nobody can be recognised",
    CONSENTED: "all who can be recognised consented",
    UNDECIDED: "nothing is decided",
}


def add(parser: Parser) -> None:
    """Add the arguments of ``redact``."""
    parser.add_argument(
        "typed", metavar="ITEM", nargs="*", help="the number of a picture, clip, sound or post; for a word also 20-44"
    )
    parser.add_argument("--media", metavar="N", type=int, help="of a post: its Nth file, the first is 1")
    said = parser.add_mutually_exclusive_group()
    for word, what in (
        (NOBODY, "say that nobody in it can be recognised"),
        (CONSENTED, "say that all who can be recognised consented to its being published"),
        (UNDECIDED, "take back either"),
    ):
        said.add_argument(f"--{word}", dest="covering", action="store_const", const=word, help=what)
    parser.add_argument("--cover", metavar="FILE", type=there, help="propose what this file says is to be covered")
    verdict = parser.add_mutually_exclusive_group()
    verdict.add_argument(
        "--approve", dest="verdict", action="store_const", const=APPROVED, help="approve what another proposed"
    )
    verdict.add_argument(
        "--return", dest="verdict", action="store_const", const=RETURNED, help="return it, or take back your own"
    )
    parser.add_argument(
        "--looked",
        metavar="WORD",
        nargs="+",
        default=[],
        help="with --approve: the word of each page of the frame sheet",
    )
    parser.add_argument(
        "--sheet", metavar="FOLDER", type=Path, help="write the frame sheet to look at before --approve"
    )
    parser.add_argument("--copy", metavar="FILE", type=Path, help="write it as it would be published")
    parser.add_argument("--account", metavar="NAME", help="whose work or word it is, with --cover, --approve, --return")


def run(args: Namespace, out: Out) -> int:
    """Do it, and say what was done. Raises :class:`UsageError`."""
    args.numbers = sorted(numbers_of(args.typed))
    if not args.numbers:
        if any(said for name, said in vars(args).items() if name in _OF_AN_ITEM) or args.media is not None:
            raise UsageError("Expected the number of an item, found none. 'tamizdat publish list' shows them.")
        return _list(args, out)
    if [args.covering, args.cover, args.verdict, args.sheet, args.copy].count(None) < 4:
        raise UsageError(
            "Expected one thing to do: a word on the people in it, --cover, --approve, --return, --sheet, or --copy."
        )
    if args.looked and args.verdict != APPROVED:
        raise UsageError("Expected --looked with --approve, and only with it.")
    if args.covering:
        if args.media is not None:
            raise UsageError("Expected the number of a post alone: this is said once, of all its pictures and clips.")
        return _say(args, out)
    if len(args.numbers) > 1:
        raise UsageError(f"Expected one item, found {len(args.numbers)}: each is covered by itself.")
    if (args.cover is not None or args.verdict is not None) != (args.account is not None):
        raise UsageError(
            "Expected --account with --cover, --approve or --return, and only with these. 'tamizdat desk accounts' "
            "lists the accounts."
        )
    with open_archive(args) as archive:
        if args.media is not None:
            args.numbers = [number_in_post(archive, args.numbers[0], args.media)]
        elif archive.index.posts.version(args.numbers[0]):
            return _show_post(args, archive, out)
    if args.cover is not None:
        return _propose(args, out)
    if args.verdict is not None:
        return _clear(args, out)
    if args.sheet is not None:
        return _sheet(args, out)
    return _copy(args, out) if args.copy is not None else _show(args, out)


def _list(args: Namespace, out: Out) -> int:
    """List what is released and waits, and what is covered."""
    with open_archive(args) as archive:
        clearance, found = Clearance(archive, words(archive)), 0
        for item in [*archive.index.items(release="public"), *in_posts(archive)]:
            latest, why = archive.index.redactions.latest(item.number), clearance.why_not(item)
            if latest is None and not why:
                continue
            found += 1
            state = latest.state if latest else "unsaid"
            out.show(f"{item.number:>8}  {state:<9}  {called(item)}")
            out.record({"item": item.number, "state": state, "waits": bool(why), "title": item.title})
    if not found:
        out.say("No released picture, clip or sound waits for a word on the people in it, and none is covered.")
    return 0


def _say(args: Namespace, out: Out) -> int:
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        numbers, passed = of_whom_it_can_be_said(archive, args.typed)
        posts = {number: version.post for number in numbers if (version := archive.index.posts.version(number))}
        covered = [number for number in numbers if archive.index.redactions.cover(number)]
        latest = {number: archive.index.redactions.latest(number) for number in numbers if number not in covered}
        waiting = [number for number, each in latest.items() if each and each.state == PROPOSED]
        if not args.dry_run:
            key: SigningKey = home.keyring.signing["desk"]
            state_releases(archive, key, [CataloguedPost(post, covering=args.covering) for post in posts.values()])
            for number in [each for each in numbers if each not in posts]:
                catalogue(archive, key, CataloguedItem(number, covering=args.covering))
    would = "would be recorded" if args.dry_run else "is recorded"
    out.say(
        f"That {TOLD[args.covering]} {would} of {counted(len(numbers), 'item')}. No public statement holds this word."
    )
    if passed:
        out.say(f"Passed over: {counted(passed, 'number')} of the ranges, of no picture, clip, sound or post.")
    if args.covering == UNDECIDED:
        out.warn("What an edition shows already stays. 'tamizdat publish withdraw' takes it off.")
    if covered:
        listed = ", ".join(map(str, covered))
        out.warn(
            f"A cover was approved for {listed}, and lies over it whatever is said; propose an empty one to lift it."
        )
    if waiting:
        out.warn(
            f"A cover was proposed for {', '.join(map(str, sorted(waiting)))}, and nobody approved it; until somebody "
            "does, that is not published, whatever is said. '--return --account NAME' takes it back."
        )
    out.record({"items": list[Json](numbers), "covering": args.covering, "passed_over": passed})
    return 0


def _propose(args: Namespace, out: Out) -> int:
    cover = _read(args.cover)
    home = open_home(args, "desk")
    account, today = _account(args, Accounts.open(home)), datetime.now(UTC).date().isoformat()
    [number] = args.numbers
    with open_archive(args) as archive:
        item, kind = coverable(archive, number)
        length = length_of(archive, item.original) if kind != PICTURE else 0
        tag, size = account.tag(name_of(number), LANGUAGE), archive.size
        key: SigningKey = home.keyring.signing["desk"]
        index = redact(archive, key, tag, number, cover, today, length, dry=args.dry_run)
        new = index is None or index >= size
    how = "would be proposed" if args.dry_run else "proposed" if new else "known already"
    out.say(
        f"{_regions(cover)} {how}. Another account looks at it ('tamizdat redact {number} --sheet FOLDER', or under "
        f"'Who is in it' in the workbench) and approves it ('tamizdat redact {number} --approve --looked WORD … "
        "--account OTHER')."
    )
    if any(each.cover == SOFTENED for each in cover.regions):
        out.warn("A softened region can be recognised by who knows the place and the clothes. A solid one cannot.")
    out.record({"item": number, "number": index, "new": new, "regions": len(cover.regions),
                "silences": len(cover.silences)})  # fmt: skip
    return 0


def _read(path: Path) -> Cover:
    """Return what a file says is to be covered. Raises :class:`UsageError` for any other file."""
    data = read_given(path, LARGEST)
    if len(data) > LARGEST:
        raise UsageError(f"Expected a file of at most {LARGEST:,} bytes, found a larger one.")
    try:
        said = json.loads(data.decode("utf-8"), parse_float=_no_fraction, parse_constant=_no_fraction)
        if isinstance(said, dict):
            said = {"regions": [], "silences": []} | said
        return COVER(said)
    except (ValueError, RecursionError, BadEncoding) as error:
        why = str(error)
        if isinstance(error, json.JSONDecodeError):
            why = f"It is no JSON from line {error.lineno}, column {error.colno} on."
        raise UsageError(
            f"Expected a file of regions and silences. {why} 'tamizdat redact --help' shows one."
        ) from None


def _no_fraction(text: str) -> Never:
    raise ValueError(f"Expected whole numbers, found {text}.")


def _account(args: Namespace, accounts: Accounts) -> Account:
    """Return the account whose word it is, once its own passphrase was given: nobody is two people by typing a name."""
    name = args.account
    account = accounts.named(name)
    if not account.may("catalogue"):
        raise UsageError(
            f"Expected the account of an editor, found {name!r}, which is none. 'tamizdat desk accounts' lists all."
        )
    if args.dry_run:
        return account
    return sign_in(args, accounts, name)


def _clear(args: Namespace, out: Out) -> int:
    home = open_home(args, "desk")
    account, today = _account(args, Accounts.open(home)), datetime.now(UTC).date().isoformat()
    [number] = args.numbers
    with open_archive(args) as archive:
        latest = _latest(archive, number)
        item, kind = coverable(archive, number)
        tag = account.tag(name_of(latest.item), LANGUAGE)
        key: SigningKey = home.keyring.signing["desk"]
        clear(archive, key, tag, latest.number, args.verdict, today, dry=True)  # whether this account may say it at all
        if args.verdict == APPROVED:
            check_looked(latest, copy_to_look_at(archive, item, kind, latest.cover), args.looked, number)
        clear(archive, key, tag, latest.number, args.verdict, today, dry=args.dry_run)
        earlier = uncovered(archive, item)
    would = "would be" if args.dry_run else "is"
    out.say(f"No. {latest.number}, {_regions(latest.cover)} of item {number}, {would} {args.verdict}.")
    if args.verdict == APPROVED:
        _say_earlier([each.edition for each in earlier], out)
    out.record({"item": number, "number": latest.number, "verdict": args.verdict,
                "editions": [each.edition for each in earlier]})  # fmt: skip
    return 0


def _latest(archive: Archive, number: int) -> Redaction:
    coverable(archive, number)
    latest = archive.index.redactions.latest(number)
    if latest is None:
        raise UsageError(
            f"Expected an item for which somebody proposed what is to be covered, found item {number}, for which "
            "nobody did. 'tamizdat redact --help' tells how."
        )
    return latest


def _say_earlier(editions: list[int], out: Out) -> None:
    if editions:
        listed = ", ".join(map(str, editions[-12:]))
        out.warn(
            f"Uncovered, it is in {counted(len(editions), 'published edition')} ({listed}). 'tamizdat publish' renews "
            "this desk's site; mirrors, files for reading offline (ZIM, torrents) and whoever copied one of these "
            "editions still have it. Tell who runs a mirror."
        )


def _sheet(args: Namespace, out: Out) -> int:
    [number] = args.numbers
    with open_archive(args) as archive:
        latest = _latest(archive, number)
        copy = made(archive, *coverable(archive, number), latest.cover)
        pages = pages_of(latest.cover, copy)
        frames = sum(map(len, pages))
        if not args.dry_run:
            with out.progress(frames, "frames", lambda done: counted(int(done), "frame")) as progress:
                write_sheet(latest, copy, pages, number, args.sheet, _regions(latest.cover), progress.advance)
    if args.dry_run:
        out.say(f"A frame sheet of {counted(frames, 'frame')} would be written.")
    else:
        out.say(
            f"Written: {counted(len(pages), 'page')}, {counted(frames, 'frame')}. Look at all of it, from 1.html on. "
            f"The word at the end of each goes to 'tamizdat redact {number} --approve --looked WORD … --account "
            "OTHER'. The folder shows what is not published yet: delete it then."
        )
    out.record({"item": number, "number": latest.number, "pages": 0 if args.dry_run else len(pages), "frames": frames})
    return 0


def _copy(args: Namespace, out: Out) -> int:
    [number] = args.numbers
    with open_archive(args) as archive:
        latest = archive.index.redactions.latest(number)
        copy = made(archive, *coverable(archive, number), latest.cover if latest else NOTHING)
        with refusals("the copy"):
            size = copy.stat().st_size
        if not args.dry_run:
            copy_file(copy, args.copy, "the copy")
    state = f"with no. {latest.number}, which is {latest.state}" if latest else "with nothing covered"
    out.say(f"{'Would be written' if args.dry_run else 'Written'}: {size:,} bytes, {state}.")
    out.record({"item": number, "bytes": size, "number": latest.number if latest else None})
    return 0


def _show_post(args: Namespace, archive: Archive, out: Out) -> int:
    """List the files of a post, each with what was said is to be covered in it."""
    [post] = args.numbers
    if args.cover is not None or args.verdict is not None or args.copy is not None:
        raise UsageError(f"Expected one of the files of post {post}, named with --media; found the post.")
    version = archive.index.posts.version(post)
    counting = version_that_counts(archive, version.post) if version else None
    files = archive.index.posts.media(counting.version.number) if counting else []
    for place in range(1, len(files) + 1):
        number = number_in_post(archive, post, place)
        latest = archive.index.redactions.latest(number)
        state = latest.state if latest else "unsaid"
        out.show(f"{number:>8}  {state:<9}  file {place} of post {post}")
        out.record({"item": number, "post": post, "media": place, "state": state})
    if not files:
        out.say(f"Post {post} has no pictures, clips or sounds here.")
    return 0


def _show(args: Namespace, out: Out) -> int:
    [number] = args.numbers
    with open_archive(args) as archive:
        item, kind = coverable(archive, number)
        every = words(archive)
        said = every.get(number, Words()).covering or "unsaid"
        latest = archive.index.redactions.latest(number)
        why, earlier = Clearance(archive, every).why_not(item), uncovered(archive, item)
    if item.kind == MEDIA:
        out.show(f"Item {number}, a {kind}, {item.path}.")
    else:
        out.show(f"Item {number}, a {kind}. The people in it: {TOLD.get(said, 'nothing is said of them')}.")
    if latest:
        out.show(f"No. {latest.number}, {latest.state}, of {latest.day}: {_regions(latest.cover)}")
        for each in latest.cover.regions:
            out.show(
                f"  {each.start:>9,} to {each.end:>9,} ms  {each.cover:<8}  {each.shape:<9}  "
                f"{counted(len(each.keys), 'key frame')}"
            )
        for silence in latest.cover.silences:
            out.show(f"  {silence.start:>9,} to {silence.end:>9,} ms  silence")
    out.say(why or "It may be published.")
    _say_earlier([each.edition for each in earlier], out)
    cover: Json = members_of(latest.cover) if latest else None
    out.record({"item": number, "kind": kind, "covering": said, "number": latest.number if latest else None,
                "state": latest.state if latest else None, "cover": cover, "waits": bool(why),
                "editions": [each.edition for each in earlier]})  # fmt: skip
    return 0


def _regions(cover: Cover) -> str:
    if not cover:
        return "a cover of nothing"
    return f"{counted(len(cover.regions), 'region')} and {counted(len(cover.silences), 'silence')}"
