"""What ``export --cut`` does: clips of the published edition, made ready for a cutting program."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.terminal_text import counted
from tamizdat.cutting_room.choice import chosen
from tamizdat.cutting_room.folder import write_folder
from tamizdat.encoding import Json
from tamizdat.home.home import SITE
from tamizdat.text.dates import duration
from tamizdat.text.quantities import amount

SHOWN = 12  #: tellings one by one


def take_out(args: Namespace, what: list[str], folder: str, out: Out) -> int:
    """Write the folder; raises as :func:`tamizdat.cutting_room.choice.chosen`."""
    site = args.site or args.home / SITE
    with open_archive(args, when_needed=True) as archive:
        choice = chosen(archive, site, what, datetime.now(UTC).date().isoformat())
        found = choice.shots
        for number, why in choice.left_out[:SHOWN]:
            out.warn(f"Left out: item {number}. {why}")
        if len(choice.left_out) > SHOWN:
            out.warn(f"Left out: {len(choice.left_out) - SHOWN:,} more.")
        length = choice.seconds
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
