"""``collect --media``: pictures, clips and sounds that posts name and that are not here, listed and fetched."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.ingest.media import fetch_media, named_media
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.network.addresses import is_inside
from tamizdat.network.connect import is_direct

KINDS: Final = ("picture, clip or sound", "pictures, clips and sounds")
SHOWN: Final = 12  #: problems told one by one


def collect_media(archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    """List what could be fetched, or fetch it from the hosts that were said yes to.

    Raises :class:`UsageError` for hosts of which no post names a file.
    """
    if args.source is not None:
        raise UsageError("Expected --media alone: it is about all posts that are here. Collect the export first.")
    named = named_media(archive)
    count = sum(map(len, named.values()))
    out.say(f"{counted(count, *KINDS)} named by posts {'is' if count == 1 else 'are'} not here.")
    hosts = [each.strip().lower() for each in ",".join(args.yes or ()).split(",") if each.strip()]
    unknown = [each for each in hosts if each not in named]
    if unknown and len(unknown) == len(hosts):
        raise UsageError(
            f"Expected a host that posts name files of ({', '.join(sorted(named)[:8]) or 'there is none now'}), found "
            f"{', '.join(map(repr, unknown))}. Nothing was asked."
        )
    if unknown:
        out.say(f"No post names {', '.join(unknown)}: asked only if one of the others sends there.")
    if not hosts or args.dry_run:
        _list(named, out)
        return 0
    addresses = [address for host in named if host in hosts for address in named[host]]
    with out.progress(len(addresses), "fetching") as progress:
        report = fetch_media(
            archive, desk, addresses, hosts, lambda: datetime.now(UTC), lambda size: progress.advance(1)
        )
    out.say(f"{counted(report.new, *(f'new {each}' for each in KINDS))}, {report.size:,} bytes.")
    for address, why in report.problems[:SHOWN]:
        out.warn(f"{address[:200]}: {why}")
    if len(report.problems) > SHOWN:
        out.say(f"{len(report.problems):,} could not be had; they are listed again by --media --dry-run.")
    if report.left:
        out.say(f"{report.left:,} are still to come: the same command goes on with them.")
    out.record({"media": report.new, "size": report.size, "problems": len(report.problems), "left": report.left})
    return 3 if report.problems else 0


def _list(named: dict[str, list[str]], out: Out) -> None:
    for host, addresses in sorted(named.items(), key=lambda each: (-len(each[1]), each[0])):
        inside = " (inside this network)" if is_inside(host.rpartition(":")[0] or host) else ""
        out.say(f"{host}{inside}: {len(addresses):,}")
        for address in addresses:
            out.say(f"  {address}")
    out.record({"hosts": {host: len(addresses) for host, addresses in named.items()}})
    if named:
        way = "directly from this computer's line" if any(map(is_direct, named)) else "through the proxy"
        out.say(f"Nothing was asked. Each host would see that somebody fetches these files, {way}. To fetch them:")
        out.show(f"\n  tamizdat collect --media --yes {','.join(sorted(named)[:3])}\n")
