"""What ``export --cut`` does: clips of the published edition, made ready for a cutting program."""

from argparse import Namespace
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.export_book import numbers_of
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.terminal_text import counted
from tamizdat.cutting_room.clearance import kept_back
from tamizdat.cutting_room.folder import write_folder
from tamizdat.cutting_room.shots import shots
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE
from tamizdat.publishing.book import choose
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.text.dates import duration
from tamizdat.text.quantities import amount

SHOWN = 12  #: tellings one by one


def take_out(args: Namespace, what: list[str], folder: str, out: Out) -> int:
    """Write the folder; raises :class:`UsageError` for what is no clip of the edition, or not released any more."""
    site = args.site or args.home / SITE
    chosen = choose(site, numbers_of(what), [])
    with open_archive(args) as archive:
        posts = Posts.of(archive)
        if gone := [number for number in chosen if not is_public(archive, posts, number)]:
            for number in gone:
                del chosen[number]
            out.warn(f"Left out, for it is not released any more: {', '.join(map(str, gone[:SHOWN]))}.")
        for number, why in kept_back(archive, chosen):
            del chosen[number]
            out.warn(f"Left out: item {number}. {why}")
        found, others = shots(site, chosen)
        if others:
            out.warn(f"Left out, for it is neither clip nor sound: {', '.join(map(str, others[:SHOWN]))}.")
        if not found:
            raise UsageError("Expected clips or sounds of the edition that are released, found none among these.")
        length = sum(each.seconds for each in found)
        cues = sum(len(each.cues) for each in found)
        said = f"{counted(len(found), 'shot')}, {duration(length, 'en')}, {counted(cues, 'cue')}"
        numbers = list(dict.fromkeys(each.number for each in found))
        about: dict[str, Json] = {"folder": folder, "items": list[Json](numbers), "cues": cues}
        if args.dry_run:
            out.say(f"{folder}: {said} would be written.")
            out.record(about)
            return 0
        with out.progress(int(length), "encoding", lambda seconds: f"{duration(seconds, 'en')} of film") as progress:
            rest = 0

            def advance(thousandths: int) -> None:
                nonlocal rest
                whole, rest = divmod(rest + thousandths, 1000)
                progress.advance(whole)

            made = write_folder(archive, found, Path(folder), advance)
    for told in made.told[:SHOWN]:
        out.warn(told)
    if len(made.told) > SHOWN:
        out.say(f"{len(made.told):,} things in all; the first {SHOWN} were told.")
    out.say(f"{folder}: {said}, {counted(made.files, 'file')}, {amount(made.size)}. README.txt tells what is what.")
    out.record({**about, "files": made.files, "bytes": made.size, "told": list[Json](made.told)})
    return 0
