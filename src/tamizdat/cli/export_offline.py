"""What ``export --zim`` and ``export --torrent`` do: copies of the published edition to be taken along."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.cli.console import Out
from tamizdat.cli.export_book import write_new
from tamizdat.cli.open_home import open_archive
from tamizdat.cutting_room.clearance import require_still_shown
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE, role_of
from tamizdat.offline.edition import EditionFolder, read_edition
from tamizdat.offline.torrent import WARNING, make_torrent
from tamizdat.offline.zim import is_zim_of, make_zim
from tamizdat.publishing.names_going_out import people_in
from tamizdat.text.quantities import amount


def make_copy(args: Namespace, out: Out) -> int:
    """Write the copies that were asked for; raises :class:`UsageError` beside options of other exports."""
    if args.what or args.folder or args.only or args.voice or args.parts or args.language:
        raise UsageError("Expected --zim FILE or --torrent FILE alone: they are of the whole edition.")
    zim = _zim(args.zim, args.torrent)
    site = args.site or args.home / SITE
    edition = read_edition(site)
    if role_of(args.home) == "desk":
        with open_archive(args) as archive:
            require_still_shown(archive, site, datetime.now(UTC).date().isoformat())
            _check_names(archive, filter(None, (zim, args.torrent)))
    what = f"edition {edition.number} of {edition.day}"
    if args.dry_run:
        size = sum((site / path).stat().st_size for path in edition.files)
        for file in filter(None, (zim, args.torrent)):
            out.say(f"{file}: {what}, {amount(size)} of files, would be written.")
        return 0
    if args.torrent and zim.exists():
        if not is_zim_of(zim, edition):
            raise UsageError(
                f"Expected the ZIM file of {what}, whole, or none yet, found another: {zim}. Move it away, or name "
                "another beside the torrent with --zim."
            )
        out.say(f"{zim}: {what}; it is there already.")
    else:
        size = make_zim(edition, zim)
        out.say(f"{zim}: {what}, {amount(size)}.")
        out.say(f"Kiwix opens it. 'tamizdat verify {zim}' reads the site out of it and checks it.")
        out.record({"file": str(zim), "edition": edition.number, "bytes": size})
    if args.torrent:
        _torrent(args.torrent, zim, edition, out)
    return 0


def _check_names(archive: Archive, files: Iterable[Path]) -> None:
    """Raise :class:`UsageError` for a file by whose name everybody who gets it would learn another's."""
    for person in people_in(archive, "\n".join(file.name for file in files)):
        raise UsageError(
            f"Expected a file whose name everybody may read, found the name of person {person} in it, which you "
            "withhold. Choose another."
        )


def _zim(zim: Path | None, torrent: Path | None) -> Path:
    """Return where the ZIM file goes; raises :class:`UsageError` for a torrent of another ending, or that is there.

    A torrent is of the ZIM that was asked for with it, else of one of its own name, beside it.
    """
    if torrent and torrent.suffix != ".torrent":
        raise UsageError(f"Expected a file whose name ends in .torrent, as clients ask for, found {torrent.name!r}.")
    if torrent and torrent.exists():
        raise UsageError(f"Expected a file that does not exist yet, found one: {torrent}.")
    if zim is None:
        assert torrent is not None, "one of them was asked for"
        return torrent.with_suffix(".zim")
    return zim


def _torrent(file: Path, zim: Path, edition: EditionFolder, out: Out) -> None:
    with out.progress(zim.stat().st_size, "hashing") as progress:
        torrent = make_torrent(zim, edition.addresses, progress.advance)
    write_new(file, torrent.data, "the torrent")
    out.say(f"{file}: the torrent of that file. No tracker is named.")
    out.say(f"Somebody must seed it: any client does, with the folder in which “{torrent.name}” lies.")
    if torrent.seeds:
        out.say(f"Or lay the file there, then it is fetched with nobody seeding: {', '.join(torrent.seeds)}")
    out.warn(WARNING)
    out.show(f"\n  {torrent.magnet}\n")
    out.record({
        "file": str(file), "edition": edition.number, "name": torrent.name, "info_hash": torrent.info_hash,
        "seeds": list(torrent.seeds), "magnet": torrent.magnet,
    })  # fmt: skip
