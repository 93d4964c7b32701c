"""What ``export --zim`` and ``export --torrent`` do: copies of the published edition to be taken along."""

from argparse import Namespace
from datetime import UTC, datetime

from tamizdat.cli.console import Out
from tamizdat.cli.export_book import write_new
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cutting_room.clearance import require_still_shown
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE, role_of
from tamizdat.offline.edition import EDITION, EditionFolder, files_of, read_edition
from tamizdat.offline.torrent import WARNING, has_both, make_torrent
from tamizdat.offline.zim import make_zim
from tamizdat.text.quantities import amount


def make_copy(args: Namespace, out: Out) -> int:
    """Write the copies that were asked for; raises :class:`UsageError` beside options of other exports."""
    if args.what or args.folder or args.only or args.voice or args.parts or args.language:
        raise UsageError("Expected --zim FILE or --torrent FILE alone: they are of the whole edition.")
    site = args.site or args.home / SITE
    if args.torrent and (site / EDITION).is_file():
        has_both(site, files_of(site))  # before the edition is verified, which takes minutes where it says no
    edition = read_edition(site)
    if role_of(args.home) == "desk":
        with open_archive(args) as archive:
            require_still_shown(archive, site, datetime.now(UTC).date().isoformat())
    if args.dry_run:
        size = sum((site / path).stat().st_size for path in edition.files)
        for file in filter(None, (args.zim, args.torrent)):
            out.say(f"{file}: edition {edition.number} of {edition.day}, {amount(size)} of files, would be written.")
        return 0
    if args.zim:
        size = make_zim(edition, args.zim)
        out.say(f"{args.zim}: edition {edition.number} of {edition.day}, {amount(size)}.")
        out.say(f"Kiwix opens it. 'tamizdat verify {args.zim}' reads the site out of it and checks it.")
        out.record({"file": str(args.zim), "edition": edition.number, "bytes": size})
    if args.torrent:
        _torrent(args, edition, out)
    return 0


def _torrent(args: Namespace, edition: EditionFolder, out: Out) -> None:
    addresses = open_home(args, "desk").addresses
    torrent = make_torrent(edition, addresses)
    write_new(args.torrent, torrent.data, "the torrent")
    out.say(
        f"{args.torrent}: edition {edition.number} of {edition.day}, the folder “{torrent.name}”. No tracker is named."
    )
    if not torrent.v2:
        out.say("It is by version 1 of BitTorrent alone: by both it would be too large for most clients.")
    if torrent.seeds:
        out.say(f"Web seeds, from which it can be fetched without anybody seeding: {', '.join(torrent.seeds)}")
    else:
        out.say("It has no web seed: somebody must seed it. (A site in a folder of its host can be one: --address.)")
    for each in torrent.unfit:
        out.warn(f"{each} is no web seed: clients look for the folder “{torrent.name}”, and it is not called so there.")
    out.warn(WARNING)
    out.show(f"\n  {torrent.magnet}\n")
    out.record({
        "file": str(args.torrent), "edition": edition.number, "name": torrent.name, "v1": torrent.v1, "v2": torrent.v2,
        "seeds": list(torrent.seeds), "unfit": list(torrent.unfit), "magnet": torrent.magnet,
    })  # fmt: skip
