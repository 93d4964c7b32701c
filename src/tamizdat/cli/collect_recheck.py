"""``collect recheck``: every post that is kept, asked for again one by one, at the hosts that were said yes to."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from tamizdat.archive import Archive
from tamizdat.archive.ingest.askable import Askable, askable
from tamizdat.archive.ingest.recheck import RecheckReport, recheck
from tamizdat.archive.ingest.rechecks import CheckedHost, Rechecks, to_ask
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import UsageError
from tamizdat.home.home import alone
from tamizdat.network.addresses import is_inside
from tamizdat.network.connect import is_direct
from tamizdat.witness.on_disks import require_current_on_disks

RECHECK: Final = "recheck"
LOCKED: Final = "asking for posts"
PATIENCE: Final = 600.0  #: seconds in which somebody else who collects is waited for
SHOWN: Final = 12  #: posts that are told one by one


def collect_recheck(args: Namespace, out: Out) -> int:
    """List what could be asked for, or ask the host that is named, or those that were named before.

    Raises :class:`UsageError` for a host that has none of the posts.
    """
    if args.dry_run:
        with open_archive(args) as archive:
            _list(archive, _askable(archive, out), out)
        return 0
    home = open_home(args, "desk")
    desk = home.keyring.signing["desk"]
    with alone(args.home, LOCKED), open_archive(args) as archive:
        require_current_on_disks(home, archive)
        found = _askable(archive, out)
        hosts = _named(args.address, archive, found)
        if not hosts:
            _list(archive, found, out)
            return 0
        codes = [0]
        for host in hosts:
            known, now = found.hosts.get(host, []), datetime.now(UTC)
            checked = Rechecks(archive).of(host)
            checked.begin(each.post for each in known)
            count = to_ask(checked, known, args.address is not None, now)
            if not count and args.address is None:
                continue
            out.say(f"{host}: {counted(count, 'post')} of {len(known):,}.")
            with out.progress(count, "asking for posts", lambda done: f"{int(done):,}") as progress:
                report = recheck(
                    archive, desk, host, known, args.address is not None, progress=progress.advance,
                    collecting=lambda: alone(args.home, "collecting", PATIENCE),
                )  # fmt: skip
            codes.append(_say(report, out))
        if len(codes) == 1:
            out.say(
                "No post is due: a host rests for a week after a round, and what was missing is asked for a day later."
            )
    return max(codes)


def _askable(archive: Archive, out: Out) -> Askable:
    with out.progress(archive.index.posts.count(), "looking at posts", lambda done: f"{int(done):,}") as progress:
        return askable(archive, progress.advance)


def stop_asking(host: str, args: Namespace, out: Out) -> bool:
    """Let a host be asked no more; return False if it was never named."""
    if "/" in host:  # a feed: that can be left while posts are asked for
        return False
    host = host.lower()
    with alone(args.home, LOCKED), open_archive(args) as archive:
        hosts = Rechecks(archive)
        if host not in hosts:
            return False
        if not args.dry_run:
            hosts.remove(host)
            hosts.save()
    out.say(f"{host} {'would be' if args.dry_run else 'is'} asked for no post any more; what is kept stays.")
    out.record({"host": host, "on": False})
    return True


def _named(given: str | None, archive: Archive, found: Askable) -> list[str]:
    if given is None:
        return [each.host for each in Rechecks(archive).all() if each.host in found.hosts]
    host = given.lower()
    if host not in found.hosts:
        names = ", ".join(sorted(found.hosts)[:8]) or "there is none"
        raise UsageError(
            f"Expected a host at which kept posts can be asked for ({names}), found {given[:120]!r}. Nothing was "
            "asked. 'tamizdat collect recheck --dry-run' lists them."
        )
    return [host]


def _list(archive: Archive, found: Askable, out: Out) -> None:
    hosts, now = Rechecks(archive), datetime.now(UTC)
    for host, known in sorted(found.hosts.items(), key=lambda each: (-len(each[1]), each[0])):
        if not known:
            continue
        inside = " (inside this network)" if is_inside(urlsplit(f"//{host}").hostname or "") else ""
        checked = hosts.of(host) if host in hosts else CheckedHost(host)
        last = f", last round {checked.ended[:10]}" if checked.ended else ""
        missing = f", {len(checked.missing):,} not there once" if checked.missing else ""
        out.show(f"{host}{inside}: {counted(len(known), 'post')}{last}{missing}")
        out.record({"host": host, "posts": len(known), "ended": checked.ended or None, "missing": len(checked.missing),
                    "now": to_ask(checked, known, True, now), "on": host in hosts})  # fmt: skip
    for why, counts in found.others.items():
        of = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
        out.say(f"Not asked for: {of}: {why.value}.")
        out.record({"unaskable": why.name.lower(), "posts": dict(counts)})
    names = [host for host, known in found.hosts.items() if known]
    if not names:
        out.say("No post is kept that can be asked for by itself.")
        return
    way = "directly from this computer's line" if any(map(is_direct, names)) else "through the proxy"
    out.say(
        f"Nothing was asked. A host would see that somebody asks for each of these posts, in no order, {way}. To ask "
        "one, now and whenever 'collect recheck' is said again:"
    )
    out.show(f"\n  tamizdat collect recheck {max(names, key=lambda each: len(found.hosts[each]))}\n")


def _say(report: RecheckReport, out: Out) -> int:
    said = {"there": report.there, "edited": report.edited, "gone": report.gone, "withheld": len(report.withheld),
            "not seen": report.unseen.total()}  # fmt: skip
    told = ", ".join(f"{number:,} {name}" for name, number in said.items() if number or name == "there")
    out.say(f"Asked for {counted(report.asked, 'post')}: {told}.")
    if report.once:
        out.say(
            f"{len(report.once):,} not there for the first time. A post counts as gone if the site says the same in a "
            "day or later:"
        )
    for post in report.once[:SHOWN]:
        out.show(f"  {post}")
    for why, number in report.unseen.most_common():
        out.say(f"{number:,} could not be seen: {why}. Nothing follows from that.")
    for post in report.withheld[:SHOWN]:
        out.say(f"Withheld by a demand of the law (451): {post}")
    for note in report.notes:
        out.say(note)
    if report.left and not report.stopped:
        out.say(f"Still to come in this round: {report.left:,}. The same command goes on with it.")
    out.record({"host": report.host, "asked": report.asked, "there": report.there, "edited": report.edited,
                "gone": report.gone, "missing_once": [*report.once], "withheld": [*report.withheld],
                "unseen": dict(report.unseen), "left": report.left, "notes": [*report.notes]})  # fmt: skip
    return 1 if report.stopped else 0
