"""Take in posts: an export, a feed, an account; and captured web pages.

  PATH            an export as it was downloaded, or a WACZ or WARC
  https://…       a feed, which is followed from then on
  https://…/@…    an account of Mastodon's API, followed
  at://HANDLE     an account of Bluesky, followed; also its page at bsky.app
  (nothing)       all that is followed is visited again
  list            what is followed, and how the last visit went
  off URL         do not visit it any more; 'on URL' again
  theirs URL      what was refused as another's is still its author's: take it in
  recheck HOST    each post that is kept, asked for again one by one
  removed         what is gone, by its platform's word, and how long it lived
  capture URL     a page, by a browser in a box
  units           service and timer of systemd that visit what is followed

Read are archives of X/Twitter, exports of Mastodon, Telegram Desktop, Facebook, Instagram, Threads and TikTok (as
JSON), Pixelfed, Misskey, WhatsApp, Matrix (Element), Nostr, Substack, Ghost and LiveJournal, statuses of Mastodon's
API, repositories of Bluesky, RSS, Atom and JSON feeds, files of twarc and of Weibo crawlers, and any table with a
mapping beside it (docs/spec/posts.md); which it is, is decided by content. What came in several parts is unpacked into
one folder first. Of a folder every export in it is read, each by itself; what no format is found in is named. The bytes
are kept as they are. A post that was edited keeps both texts, and one counts as gone only when the platform says so.
The same command again takes only what is new; an older export taken in after a newer one changes nothing that is newer.

Letters are left where they are: of an account's export only what it published is kept. Mastodon writes direct
messages between the posts, Telegram private chats between the channels; they are left out, unless --direct-messages
asks for them. Of TikTok's one file everything but the posts is left out, and so are, of Ghost's, readers, passwords,
settings and drafts that were never published.

What answers under another name, with nothing of what was known, is refused: the address may be in other hands. The
refused answers of a feed are kept as they came; 'theirs URL --dry-run' shows them, 'theirs URL' takes them in, each as
of its day, and 'off URL' leaves them as evidence.

An account of Mastodon's API is followed with its boosts and edits, back to its first post. Of Bluesky the signed
repository is fetched from the account's own server, and the keys from the directory. One host is asked for one thing
at a time, and left alone for as long as it asks for.

'recheck' lists at which hosts kept posts can be asked for without signing in: pages of feeds' entries, and statuses of
Mastodon's API. 'recheck HOST' asks that host, in an order drawn by lot, for a post every few seconds, 500 in a run;
'recheck' by itself goes on at all hosts that were named once, 'off HOST' ends that. A post counts as gone when the
answer is 404 or 410 twice, a day apart, while the site gives out others; a status that was edited is taken in. A
sign-in, a wall, a redirect, an outage, 451 say nothing of it. X, Facebook and others answer nobody soundly who has not
signed in; what an account of Bluesky has deleted is told by following it.

--media lists the pictures, clips and sounds that posts name and that came with no file; with --yes it fetches them.
Each host sees that somebody fetches these files, and nothing else of the desk; through a proxy, if there is one. The
same command again goes on with what is still missing.

Of a WACZ or WARC the file is kept whole. Hashes and signature of a WACZ are checked, and one that does not hold is
refused. Its pages are found by 'find', and are not published; 'publish page' gives one out. 'capture' takes in what
the servers answered, a picture of the whole page and its words. Every host that the page names sees that somebody
looked, from this line or from the proxy's; nothing inside this network is reached. Not as root.

Exit code 3 says that something was damaged, or that no post was found; the rest was taken, and the report says what
was not, and why.
"""

from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.accounts import followed_as
from tamizdat.archive.ingest.identity import part
from tamizdat.archive.ingest.visits import visit_all
from tamizdat.cli.collect_exports import collect_path, exit_code, say_intake
from tamizdat.cli.collect_followed import THEIRS, WORDS, due, follow_list, run_word, say_theirs, watch
from tamizdat.cli.collect_media import collect_media
from tamizdat.cli.collect_pages import CAPTURE, collect_page
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import timestamp
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.keys import SigningKey
from tamizdat.posts.fetch import is_address
from tamizdat.witness.on_disks import require_current_on_disks


def add(parser: Parser) -> None:
    """Add the arguments of ``collect`` to its parser."""
    parser.add_argument("source", metavar="PATH|URL|WORD", nargs="?", help="what to take in, or one of the words above")
    parser.add_argument(
        "address",
        metavar="URL|HOST",
        nargs="?",
        help="after on, off and theirs: what is followed; after capture: the page; after recheck: a host",
    )
    parser.add_argument("--opml", metavar="FILE", type=Path, help="follow the feeds of a list; with 'list', write one")
    parser.add_argument("--watch", action="store_true", help="visit each feed about once an hour, until Ctrl-C")
    parser.add_argument(
        "--media", action="store_true", help="list the pictures, clips and sounds that posts name and that are not here"
    )
    parser.add_argument(
        "--yes", metavar="HOST,HOST", action="append", help="with --media: fetch them from these hosts, and no other"
    )
    parser.add_argument("--direct-messages", action="store_true", help="also keep the direct messages of an export")
    parser.add_argument(
        "--part", metavar="VERSION", type=int, help="undo that this version was taken for one of another post"
    )
    parser.add_argument(
        "--owner",
        metavar="HANDLE",
        help="whose export it is, if it does not say so: a handle, a number, the domain of a blog; - if nobody knows",
    )


def run(args: Namespace, out: Out) -> int:
    """Collect, and report. Raises :class:`UsageError` for options that do not go together."""
    if args.source in WORDS and args.source != THEIRS:
        return run_word(args, out)
    if args.source == CAPTURE:
        return collect_page(args, out)
    if args.address is not None and args.source != THEIRS:
        raise UsageError(
            f"Expected one thing to collect, found a second, {args.address[:80]!r}. Collect them one by one."
        )
    if args.watch:
        if args.source or args.opml or args.dry_run:
            raise UsageError("Expected --watch by itself, found it with something to collect, --opml or --dry-run.")
        return watch(args, _visit_watched, out)
    if args.source not in (None, THEIRS) and not is_address(args.source):
        there(args.source)
    home = open_home(args, "desk")
    desk = home.keyring.signing["desk"]
    if args.yes and not args.media:
        raise UsageError("Expected --yes together with --media: it says which hosts may be asked for files.")
    with home.alone("collecting"), open_archive(args) as archive:
        require_current_on_disks(home, archive)
        if args.part is not None:
            part(archive, desk, args.part, timestamp(datetime.now(UTC)))
            out.say("Parted: it counts under its own id from now on. What was stated before stays in the ledger.")
            return 0
        if args.media:
            return collect_media(archive, desk, args, out)
        if args.opml:
            return _visit_all(follow_list(args, archive, out), archive, desk, args.dry_run, out)
        if args.source == THEIRS:
            urls = say_theirs(args, archive, out)
            return _visit_all(urls, archive, desk, False, out) if urls else 0
        if args.source is None or is_address(args.source):
            urls = [args.source] if args.source else due(archive, out)
            if not urls and archive.index.posts.followed():
                return 0
            return _visit_all(urls, archive, desk, args.dry_run, out)
        before = len(archive.index.posts.unfetched())
        code = collect_path(Path(args.source), archive, desk, args, out)
        lacking = len(archive.index.posts.unfetched())
    if lacking > before:
        out.say(
            f"{counted(lacking, 'picture, clip or sound', 'pictures, clips and sounds')} named by posts "
            f"{'is' if lacking == 1 else 'are'} not here: 'tamizdat collect --media' lists their addresses, and how to "
            "fetch them while they are there."
        )
    return code


def _visit_watched(
    urls: Sequence[str], archive: Archive, desk: SigningKey, is_asked: Callable[[], bool], out: Out
) -> int:
    return _visit_all(urls, archive, desk, False, out, is_asked) if urls else 0


def _visit_all(
    urls: Sequence[str],
    archive: Archive,
    desk: SigningKey,
    dry_run: bool,
    out: Out,
    is_asked: Callable[[], bool] | None = None,
) -> int:
    """Visits feeds, one after the other; one that fails does not keep the others from being visited.

    While they are watched, *is_asked* tells whether it is to end.
    """
    if not urls:
        raise UsageError("Expected the name of an export or the address of a feed: none is followed yet.")
    codes, one = [0], len(urls) == 1 and is_asked is None
    if dry_run:
        for url in map(followed_as, urls):
            out.say(f"{url} would be visited.")
            out.record({"feed": url, "changed": False})
        return 0
    for visit in visit_all(urls, archive, desk, out.say, is_asked or (lambda: False)):
        if visit.error and one:
            raise visit.error
        if isinstance(visit.error, TamizdatError):
            out.warn(str(visit.error))
            codes.append(visit.error.exit_code)
            continue
        if visit.error:
            out.warn(
                f"Expected to visit this feed, and met a fault in tamizdat itself ({type(visit.error).__name__}). The "
                "others are visited all the same. Please report it; with this address alone, collect says where it "
                "happened."
            )
            codes.append(1)
            continue
        if visit.changed:
            say_intake(visit.report, out)
        else:
            out.say("Nothing has changed there since the last visit.")
        out.record({"feed": visit.url, "changed": visit.changed})
        codes.append(exit_code(visit.report) if visit.changed else 0)
    return max(codes)
