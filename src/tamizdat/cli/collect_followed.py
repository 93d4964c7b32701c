"""What is followed, and when: ``collect list``, ``on``, ``off``, ``theirs``, ``removed``, ``--opml``, ``--watch``."""

import shlex
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.followed import Followed, Following
from tamizdat.archive.ingest.refused_answers import Refused, entries, leave, unanswered, waiting
from tamizdat.archive.ingest.removed import day, removed, spoken
from tamizdat.cli.collect_recheck import RECHECK, collect_recheck, stop_asking
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.receive_watch import Ending
from tamizdat.cli.terminal_text import counted, one_line
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import timestamp
from tamizdat.errors import InUse, PlaceError, UsageError
from tamizdat.home.home import alone, needs_passphrase
from tamizdat.keys import SigningKey
from tamizdat.posts.opml import MAX_OPML, Outline, read_opml, write_opml
from tamizdat.text.excerpt import shorten
from tamizdat.witness.on_disks import require_current_on_disks

THEIRS: Final = "theirs"  #: what is refused as another's is still its author's
WORDS: Final = ("list", "on", "off", THEIRS, "removed", "units", "recheck")  #: a file of such a name is ./list
EVERY: Final = timedelta(hours=1)  #: between two visits of a feed while it is watched
QUIET: Final = 24  #: visits in a row without news, after which it is visited less often
SELDOM: Final = timedelta(hours=4)
ROUND: Final = 60.0  #: seconds between two looks at which feeds are due
NAME: Final = 50  #: columns of a name, or of first words
WATCHING: Final = "watching feeds"
LOCKED: Final = "collecting"
SAID: Final = {"200": "new", "304": "unchanged"}  #: how the list tells of a visit

Visit = Callable[[Sequence[str], Archive, SigningKey, Callable[[], bool], Out], int]


def run_word(args: Namespace, out: Out) -> int:
    """Do what the word says that stands in place of something to collect."""
    if args.source == RECHECK:
        return collect_recheck(args, out)
    if args.source == "units":
        return _units(args, out)
    if args.source in ("on", "off"):
        return _switch(args, out)
    with open_archive(args) as archive:
        return _removed(archive, out) if args.source == "removed" else _list(archive, args, out)


def due(archive: Archive, out: Out) -> list[str]:
    """Return the addresses to visit now: all that are on, but for those that are to be left alone for a while."""
    now, found = datetime.now(UTC), []
    for feed in Following(archive).all():
        if not feed.on:
            continue
        if feed.is_gone_for_good:
            out.say(f"{feed.url} is not visited any more: its site says that it is gone for good (410).")
            continue
        if (until := feed.due(now)) > timestamp(now):
            failed = f"it failed {counted(feed.failures, 'time')} in a row"
            why = "its site asked for that" if feed.wait_until == until else failed
            out.say(f"{feed.url} is left alone until {until[:10]}, {until[11:16]} (UTC): {why}.")
            continue
        found.append(feed.url)
    return found


def follow_list(args: Namespace, archive: Archive, out: Out) -> list[str]:
    """Take in a list of feeds (OPML); return their addresses. Raises :class:`UsageError`."""
    with refusals("the list of feeds"):
        if not args.opml.is_file():
            raise UsageError("Expected the name of a list of feeds (OPML), found no file of this name.")
        with args.opml.open("rb") as file:
            outlines = read_opml(file.read(MAX_OPML + 1))
    following = Following(archive)
    new = [each for each in outlines if each.url not in following]
    for each in outlines:
        following.of(each.url, each.title)
    if not args.dry_run:
        following.save()
    out.say(f"{counted(len(outlines), 'feed')} in the list, {len(new):,} of them new.")
    out.record({"listed": len(outlines), "new": len(new)})
    return [each.url for each in outlines if following.named(each.url).on]


def watch(args: Namespace, visit: Visit, out: Out) -> int:
    """Visit each feed once an hour until somebody ends it; the passphrase is asked for once."""
    home = open_home(args, "desk")
    desk = home.keyring.signing["desk"]
    with alone(args.home, WATCHING), Ending() as ending:
        out.say("Watching. Each feed is visited once an hour, less often if it brings nothing. Ctrl-C ends it.")
        while not ending.is_asked():
            try:
                with alone(args.home, LOCKED), open_archive(args) as archive:
                    require_current_on_disks(home, archive)
                    visit(_now(archive), archive, desk, ending.is_asked, out)
            except InUse:  # somebody collects by hand
                pass
            except PlaceError as error:  # where the desk's objects lie
                out.warn(f"{error} It is tried again in an hour.")
            ending.wait(ROUND)
    out.say("The watch has ended.")
    return 0


def _now(archive: Archive) -> list[str]:
    now = datetime.now(UTC)
    return [each.url for each in Following(archive).all() if is_due(each, now)]


def is_due(feed: Followed, now: datetime) -> bool:
    """Tell whether a watched feed is to be visited now."""
    if not feed.on or feed.is_gone_for_good or feed.due(now) > timestamp(now):
        return False
    if not feed.visits:
        return True
    last = feed.visits[-1]
    quiet = last.times >= QUIET and last.said in ("200", "304") and not feed.gone_once
    since = now - datetime.fromisoformat(last.last)  # negative, if the clock was ahead then
    return not timedelta(0) <= since < (SELDOM if quiet else EVERY)


def _list(archive: Archive, args: Namespace, out: Out) -> int:
    feeds, refused = Following(archive).all(), unanswered(archive)
    if args.opml:
        if not args.dry_run:
            write_file(args.opml, write_opml([Outline(each.url, each.title) for each in feeds]), "the list of feeds")
        out.say(f"{counted(len(feeds), 'feed')} {'would be written' if args.dry_run else 'written'} to the list.")
        return 0
    for each in feeds:
        last = each.visits[-1] if each.visits else None
        said = SAID.get(last.said, last.said) if last else ""
        seen = f"{last.last[:16].replace('T', ' ')}  {said:<11}" if last else f"{'not visited yet':<29}"
        marks = [] if each.on else ["off"]
        marks += ["gone for good (410)"] if each.is_gone_for_good else []
        marks += [f"moved to {each.moved}"] if each.moved else []
        marks += [_told(each, refused[each.url])] if each.url in refused else []
        out.show("  ".join([seen, *map(one_line, filter(None, [each.url, each.title, *marks]))]))
        out.record({"feed": each.url, "title": each.title, "on": each.on, "moved": each.moved or None,
                    "last": last.last if last else None, "said": last.said if last else None,
                    "failures": each.failures, "another": each.another or None,
                    "refused": len(refused.get(each.url, ()))})  # fmt: skip
    if not feeds:
        out.say("No feed is followed yet. 'tamizdat collect https://…' follows one.")
    return 0


def _told(feed: Followed, refused: Sequence[Refused]) -> str:
    since = (
        f"refused as another's since {feed.another[:10]}" if feed.another else "was refused as another's for a while"
    )
    return f"{since}, {counted(len(refused), 'answer')} kept: 'tamizdat collect theirs', or 'off'"


def say_theirs(args: Namespace, archive: Archive, out: Out) -> list[str]:
    """Note that what was refused is still its author's, and tell what of it was kept; return what to visit now.

    With ``--dry-run`` it only tells what was kept. Raises :class:`UsageError` for an address of which nothing was
    refused.
    """
    if not args.address:
        raise UsageError("Expected the address of a feed after 'theirs'. 'tamizdat collect list' shows them.")
    following = Following(archive)
    feed = following.named(args.address)
    kept = waiting(archive, feed)
    if not kept and not feed.another and not feed.theirs:
        raise UsageError(f"Expected an address whose answers were refused as another's, found {feed.url}: none was.")
    told = set[tuple[str, str]]()
    for each in kept:
        out.show(f"{each.said.seen[:16].replace('T', ' ')}  {shorten(one_line(each.name), NAME)}  (no. {each.number})")
        for post in entries(archive, each):
            if (post.id, post.said) not in told:
                told.add((post.id, post.said))
                words = shorten(one_line(post.summary or post.text), NAME)
                out.show(f"  {one_line((post.published or 'no time')[:10])}  {words}")
        out.record({"refused": each.number, "seen": each.said.seen, "name": each.name, "size": each.said.size})
    if args.dry_run:
        out.say(f"{counted(len(kept), 'answer')} would be taken in, and {feed.url} visited.")
        return []
    feed.say_theirs()
    following.save()
    return [feed.url]


def _switch(args: Namespace, out: Out) -> int:
    if not args.address:
        raise UsageError(f"Expected the address of a feed after '{args.source}'. 'tamizdat collect list' shows them.")
    on = args.source == "on"
    if not on and stop_asking(args.address, args, out):
        return 0
    with alone(args.home, LOCKED), open_archive(args) as archive:
        following = Following(archive)
        feed = following.named(args.address)
        feed.switch(on)
        left = 0 if on else leave(archive, feed)
        if not args.dry_run:
            following.save()
    would = "would be" if args.dry_run else "is"
    out.say(f"{feed.url} {would} {'visited again' if on else 'not visited any more; what is kept of it stays'}.")
    if left:
        out.say(
            f"{counted(left, 'answer')} that {'was' if left == 1 else 'were'} refused as another's: nothing of that is "
            "taken in, and the bytes stay, as evidence of what stood there."
        )
    out.record({"feed": feed.url, "on": on})
    return 0


def _removed(archive: Archive, out: Out) -> int:
    number = 0
    for each in removed(archive):
        version, number = each.version, number + 1
        who = f"@{version.handle}" if version.handle else version.name
        lived = f"lived {spoken(each.lived)}" if each.lived is not None else ""
        said = [str(version.number), who, day(version.published) or "no time", f"gone {day(each.gone)}", lived]
        out.show("  ".join(map(one_line, filter(None, said))))
        out.record({"number": version.number, "post": version.post, "voice": version.author,
                    "published": version.published, "gone": each.gone, "word": each.word,
                    "lived": int(each.lived.total_seconds()) if each.lived is not None else None})  # fmt: skip
    if number:
        out.say(
            f"{counted(number, 'post')} kept here {'is' if number == 1 else 'are'} gone, by the platform's own word."
        )
    else:
        out.say("Of no post that is kept here does its platform say that it is gone.")
    return 0


def _units(args: Namespace, out: Out) -> int:
    """Print a service and a timer of systemd that visit what is followed; nothing of it tells what that is."""
    program = shutil.which("tamizdat")
    command = [program] if program else [sys.executable, "-P", "-m", "tamizdat.cli.main"]
    command = [*command, "collect", "--home", str(Path(args.home).absolute())]
    words = " ".join(_quoted(each) for each in command)
    asks = needs_passphrase(args.home)
    if asks:
        inner = " ".join(map(shlex.quote, [*command, "--passphrase-fd", "3"]))
        words = f"/bin/sh -c {_quoted(f'exec {inner} 3<%h/.config/desk.passphrase')}"
    lines = [
        "# Save as ~/.config/systemd/user/desk.service:",
        "[Unit]",
        "Description=Desk",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={words}",
        "SuccessExitStatus=1 3",
        "StandardOutput=null",
        "StandardError=null",
        "NoNewPrivileges=yes",
        "Nice=10",
        "",
        "# Save as ~/.config/systemd/user/desk.timer:",
        "[Unit]",
        "Description=Desk",
        "",
        "[Timer]",
        "OnCalendar=hourly",
        "RandomizedDelaySec=15min",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
        "",
        "# To ask for kept posts one by one too, at the hosts 'collect recheck' was told once: a second ExecStart,",
        "# with 'collect recheck' in place of 'collect'. A host rests a week between two rounds.",
        "# Then: systemctl --user daemon-reload; systemctl --user enable --now desk.timer",
    ]
    if asks:
        lines += [
            "# The desk's passphrase is read from ~/.config/desk.passphrase (chmod 600). Whoever reads that file and",
            "# the desk's folder has the desk's keys; 'tamizdat collect --watch' in a terminal needs no such file.",
            "# Try ExecStart once in a terminal: what it refuses (swap that is not encrypted), it says only there.",
        ]
    for line in lines:
        out.show(line)
    return 0


def _quoted(word: str) -> str:
    """Return a word as systemd wants it in ExecStart, its own signs (%, $) taken literally but for ``%h``."""
    kept = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$").replace("%", "%%").replace("%%h", "%h")
    return f'"{kept}"'
