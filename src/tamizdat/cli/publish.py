"""Publish what is released: a folder of plain files that anyone can copy, serve, read and check.

Nothing is published until it is released, one by one or many at once. Originals never are: pictures and clips are
made anew without metadata; of posts the text is shown, the captured bytes only with --bytes. Posts that were not
written for everybody cannot be released, with one exception: what authors wrote for their followers, out of their own
archive, or kept back in their blog, by number or with --consented, after 'publish consent' recorded that they agree.

'tamizdat publish' makes a new edition if anything differs from the last one; --dry-run lists what would be added,
changed and removed. A post that says something else than when it was released stays as it was and is listed, with the
command that shows the new words; one that was deleted since is listed until it is released again or withdrawn. 'publish
list' shows items and posts with their numbers.

Without an address the site names none, and works wherever its folder lies. With --address pages and feeds name it, so
that links that people share show a card and search engines find the pages; the desk remembers it.
"""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tamizdat.archive import Archive
from tamizdat.archive.search.clocks import Clocks, check_zone
from tamizdat.cli.console import Out
from tamizdat.cli.garbage import garbage_waits
from tamizdat.cli.names_sought import say_accounts_not_sought
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, add_numbers
from tamizdat.cli.publish_choice import say_unknown
from tamizdat.cli.publish_items import list_all, record_consent, release
from tamizdat.cli.publish_page import add_give_page, give_page
from tamizdat.cli.publish_told import say_edition, say_telling_bytes
from tamizdat.cli.publish_withdraw import correct, withdraw
from tamizdat.cli.witnesses_told import say_answers
from tamizdat.encoding import Json, sha256_hex, spoken
from tamizdat.errors import KeyMissing, UsageError
from tamizdat.home.home import Home
from tamizdat.home.new_folder import missing_folder
from tamizdat.home.rotate import newest_roster
from tamizdat.home.site_folder import require_nothing_private
from tamizdat.home.withheld import is_handed_over, reason
from tamizdat.publishing.derived.hidden_voices import hidden_voices, hide_voices
from tamizdat.publishing.rebuild import rebuild
from tamizdat.publishing.remembered_edition import is_dropped
from tamizdat.publishing.site.address import checked_address
from tamizdat.statements import published
from tamizdat.statements.catalogued import SOUND
from tamizdat.witness.desk import ask_witnesses, require_current
from tamizdat.witness.on_disks import PATIENCE
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.jobs.publish import publish_for

if TYPE_CHECKING:
    from tamizdat.places.site_files import SiteFiles


LISTED: Final = "17, 20-44, as 'publish list' shows them"


def add(parser: Parser) -> None:
    """Add the arguments of ``publish`` to its parser."""
    parser.needs_action = False
    parser.add_argument("--out", metavar="DIR", type=Path, help="the site's folder (default: site, in the desk's)")
    parser.add_argument(
        "--address", metavar="URL", action="append",
        help="where the site is served, remembered; again for each mirror; '' forgets them",
    )  # fmt: skip
    parser.add_argument(
        "--to", metavar="PLACE", action="append", default=[],
        help="put the edition out there too: a place of 'places add --site', or a folder; again for several",
    )  # fmt: skip
    parser.add_argument(
        "--although-restored", action="store_true",
        help="after a restore: somebody looked at what readers did not see, or saw otherwise",
    )  # fmt: skip
    parser.action("list", "list items and posts: number, release, kind, size or language, title or first words")
    _add_release(parser.action("release", "release items or posts, and say what they are"))
    _add_consent(parser.action("consent", "record that authors consent to show what was not for everybody"))
    _add_hide_changed(parser.action("hide-changed", "hide posts of voices while a change or deletion of one waits"))
    add_give_page(parser.action("page", "give out a captured page as a file, after a search for traces of the desk"))
    clock = parser.action("clock", "set the clock of a voice, by which 'find' takes days; list the clocks")
    clock.add_argument("voice", metavar="HANDLE", nargs="?", help="a handle, or the id of an account")
    clock.add_argument("zone", metavar="ZONE", nargs="?", help="a time zone, such as Asia/Shanghai; '' takes it off")
    taken = parser.action("withdraw", "take back items, posts or people; their page says when, and why")
    add_numbers(taken, "+", f"{LISTED}; of a range what is released")
    taken.add_argument("--reason", default="", help="why; this is published")
    said = parser.action("correct", "say why the text or translation of a post, or words of an item, changed")
    add_numbers(said, "+", f"{LISTED}; of a range what is released")
    said.add_argument("--reason", required=True, help="why; published with the correction, when there is one")


def _add_consent(parser: Parser) -> None:
    add_numbers(parser, "*", f"{LISTED}, of posts")
    parser.add_argument(
        "--voice", metavar="HANDLE",
        help="all that this account wrote for its followers; with --withdrawn all it agreed to, drafts too",
    )  # fmt: skip
    parser.add_argument("--day", metavar="DAY", required=True, help="the day on which the author said so: 2026-11-20")
    parser.add_argument("--version", metavar="VERSION", type=int, help="of one post: these words of it, which wait")
    parser.add_argument("--withdrawn", action="store_true", help="the author withdrew it: take the posts down")
    parser.add_argument("--reason", default="", help="with --withdrawn: why; this is published")


def _add_hide_changed(parser: Parser) -> None:
    parser.add_argument("voices", metavar="HANDLE", nargs="*", help="handles or ids of accounts; none lists them")
    parser.add_argument("--show", action="store_true", help="take them off the list")


def _hide_changed(args: Namespace, archive: Archive, out: Out) -> int:
    """Set for which voices a change or deletion hides the post; list them."""
    folder = archive.folder
    if args.dry_run or not args.voices:
        listed = hidden_voices(folder)
    else:
        listed = hide_voices(folder, args.voices, not args.show)
    say_unknown(archive, [] if args.show else args.voices, out)
    hidden = "Posts of these voices are hidden while a change or deletion of them waits for you:"
    out.say(hidden if listed else "Of no voice are posts hidden while a change or deletion of them waits for you.")
    for voice in sorted(listed):
        out.show(f"  {voice}")
    out.record({"hidden": list[Json](sorted(listed))})
    return 0


def _clock(args: Namespace, archive: Archive, out: Out) -> int:
    """Set by which clock days of a voice are; list the clocks. Raises :class:`UsageError` for half of it."""
    clocks = Clocks(archive.folder)
    if (args.voice is None) != (args.zone is None):
        raise UsageError("Expected a handle and a time zone, or nothing, to list the clocks; found only a handle.")
    if args.voice is not None:
        check_zone(args.zone)  # a dry run refuses the same
        say_unknown(archive, [args.voice] if args.zone else [], out)
    if args.voice is not None and not args.dry_run:
        clocks.set(args.voice, args.zone)
        archive.search.discard()  # it is made anew, with these days
    own = "Days of these voices are those of their own clock:"
    out.say(own if clocks.zones else "No voice has a clock set: days are as the platform tells them.")
    for voice, zone in sorted(clocks.zones.items()):
        out.show(f"  {voice}  {zone}")
    out.record({"clocks": dict(sorted(clocks.zones.items()))})
    return 0


def _add_release(parser: Parser) -> None:
    add_numbers(parser, "*", f"{LISTED}; of a range what --all would release")
    parser.add_argument("--all", action="store_true", help="all pictures, clips, and posts written for everybody")
    parser.add_argument("--voice", metavar="HANDLE", help="all posts of this account, by its handle, id or name")
    parser.add_argument("--since", metavar="DAY", help="all posts from this day on (as the platform dates them)")
    parser.add_argument("--until", metavar="DAY", help="all posts up to and with this day")
    parser.add_argument(
        "--consented", action="store_true", help="all posts of which their author's consent is recorded"
    )
    parser.add_argument("--version", metavar="VERSION", type=int, help="of one post: these words of it, which waited")
    parser.add_argument("--bytes", action="store_true", help="of posts: publish the captured bytes too")
    parser.add_argument(
        "--bytes-tell",
        metavar="WHAT",
        help="what these bytes, or a text of a card, may tell: coordinates,place,device,people,members-only",
    )
    parser.add_argument(
        "--tag", metavar="WORD", action="append", help="of posts: a subject; may be given again; '' takes all away"
    )
    parser.add_argument("--embargo", metavar="DAY", help="of posts: not shown before this day; '' lifts it")
    parser.add_argument(
        "--alt", action="append", help="of one item or post: what who cannot see it is told; again for each picture"
    )
    parser.add_argument(
        "--sound", choices=SOUND, help="of clips: 'none' publishes them without their sound, 'kept' takes that back"
    )
    for name, text in (
        ("title", "of one item: a title"),
        ("caption", "of items: a caption"),
        ("language", "of items: the language of these: en, zh-Hans, bo …"),
    ):
        parser.add_argument(f"--{name}", help=text)


def run(args: Namespace, out: Out) -> int:
    """List, release, withdraw, correct, or make an edition."""
    if args.action in ("list", "page"):
        with open_archive(args) as archive:
            return list_all(archive, out) if args.action == "list" else give_page(args, archive, out)
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        if args.action is None and is_handed_over(home.settings):
            return _rebuild(args, home, archive, out)
        desk = home.keyring.signing["desk"]
        match args.action:
            case "release":
                return release(args, desk, archive, out)
            case "withdraw":
                return withdraw(args, desk, archive, out)
            case "consent":
                return record_consent(args, desk, archive, datetime.now(UTC).date().isoformat(), out)
            case "clock":
                return _clock(args, archive, out)
            case "hide-changed":
                return _hide_changed(args, archive, out)
            case "correct":
                return correct(args, desk, archive, out)
        return _edition(args, home, archive, out)


def _rebuild(args: Namespace, home: Home, archive: Archive, out: Out) -> int:
    """Make the last edition of an archive that was handed over again; it can make no other.

    Raises :class:`KeyMissing` for what would be another.
    """
    if args.address is not None or args.dry_run:
        raise KeyMissing(reason(home.settings))
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"])).envelope
    site = args.out or args.home / "site"
    made = rebuild(
        archive, roster, site, reason(home.settings), name=home.settings["name"], addresses=tuple(home.addresses)
    )
    done = "It was put in its place, byte for byte" if made.written else "It stands in its place, byte for byte"
    out.say(f"Edition {made.number} of {made.date}: {done} as the desk signed it. Nothing new was signed.")
    out.record({"edition": made.number, "date": made.date, "new": False, "written": made.written})
    return 0


def _edition(args: Namespace, home: Home, archive: Archive, out: Out) -> int:
    today = datetime.now(UTC).date()
    args.out = args.out.resolve() if args.out else None  # a folder that is made meanwhile would change what '..' means
    if args.out:
        require_nothing_private(home, str(args.out))
    targets = _targets(home, args.to)
    addresses = home.addresses
    if args.address is not None:
        addresses = list(dict.fromkeys(checked_address(each) for each in args.address if each))
        if args.dry_run and addresses != home.addresses:
            out.say("With another address every page is made anew: that is a new edition.")
    if not args.dry_run:
        silent = require_current(home, archive, [site for site, _ in targets])
        if silent:
            out.warn(
                f"Nothing could be learned of what is published at {', '.join(silent)}: it gave no answer within "
                f"{PATIENCE:.0f} seconds, or cannot be asked. If a newer edition lies there, this one contradicts it."
            )
    accounts = Accounts.open(home)
    editions = archive.index.by_act(published.ACT)
    if editions and (last := published.read(archive.statement(editions[-1])).date) > today.isoformat():
        out.warn(
            f"The last edition is of {last}, and this computer's clock says {today}: one of both is wrong. An edition "
            "is signed with its day. Set the clock before you publish."
        )
    if is_dropped(archive):
        out.say("The last run was cut off, or what it left for this one is lost: it takes longer this once.")
    with out.progress(None, "making media without metadata") as progress, garbage_waits():
        edition = publish_for(
            home, archive, accounts, today, args.out, addresses=addresses,
            although_restored=args.although_restored, dry_run=args.dry_run, progress=progress.advance,
        )  # fmt: skip
    if not args.dry_run and addresses != home.addresses:  # of an order that is refused nothing is remembered
        home.set_addresses(addresses)
    if args.dry_run:
        say_telling_bytes(archive, out)
    say_edition(archive, edition, args.dry_run, out)
    say_accounts_not_sought((each.name for each in accounts.all() if each.name != each.credit), out)
    remains = 0
    if not args.dry_run and edition.number:
        roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        remains = say_answers(ask_witnesses(home, archive, args.out), roster.policy, out)
        out.say(
            f"The site is in {args.out or args.home / 'site'}. Readers compare its fingerprint over a second channel:"
        )
        out.show(f"\n  {spoken(roster.root.fingerprint)}\n")
        if home.addresses:
            out.say(f"Its pages and feeds name {home.addresses[0]} as its address; '--address URL' changes that.")
        if targets:
            from tamizdat.cli.mirror import say_put_out
            from tamizdat.mirror.put_out import put_out

            with out.progress(None, "putting the edition out") as progress:
                results = put_out(args.out or args.home / "site", targets, progress.advance)
            return max(remains, say_put_out(results, out))
    return remains


def _targets(home: Home, names: Sequence[str]) -> "list[tuple[SiteFiles, Path]]":
    """Return the places of a site by their names, each with its record; a folder may be named by its path."""
    if not names:
        return []
    from tamizdat.places.site_files import FolderSite, open_site_files  # which opens connections: as long as all else

    known = {each.name: each for each in home.places("sites")}
    targets: list[tuple[SiteFiles, Path]] = []
    for name in dict.fromkeys(names):
        place = known.get(name)
        if place is None and "/" not in name:
            raise UsageError(
                f"Expected a place of the site, or a folder with a '/' in its path, found {name!r}. 'tamizdat places "
                "add NAME URL --site' adds one."
            )
        folder = str(Path(name).absolute())
        require_nothing_private(home, place.url if place else folder)
        if place is None:
            missing_folder(folder)  # refused on a disk that is not plugged in
        files = open_site_files(place.name, place.url, place.options) if place else FolderSite(name, Path(folder))
        record = place.name if place else sha256_hex(folder.encode())[:16]
        targets.append((files, home.folder / "sites" / f"{record}.put"))
    return targets
