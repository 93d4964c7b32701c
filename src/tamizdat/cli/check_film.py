"""What ``check --film`` does: a film's edit list, held against what may be shown."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.terminal_text import counted, printable
from tamizdat.cutting_room.edit_lists.files import read_list
from tamizdat.cutting_room.film import Used, held_against
from tamizdat.encoding import Json
from tamizdat.home.home import SITE
from tamizdat.transcripts import clock
from tamizdat.translation.packet_xml import MAX_BYTES

SHOWN = 6  #: stretches, names and codes of one file


def hold_film(args: Namespace, out: Out) -> int:
    """Tell what a film uses and whether it may be shown; 1 if something may not. Raises as :func:`held_against`."""
    path = args.film / "Info.fcpxml" if args.film.suffix.lower() == ".fcpxmld" else args.film
    uses = read_list(read_given(path, MAX_BYTES, "film's edit list"))
    with open_archive(args) as archive:
        found = held_against(archive, args.home / SITE, uses, datetime.now(UTC).date().isoformat())
    for each in found:
        _say(each, out)
    strange = sum(each.number is None for each in found)
    wrong = sum(bool(each.why) for each in found)
    known = len({each.number for each in found} - {None})
    told = f" {counted(strange, 'file')} not of this desk." if strange else ""
    out.say(f"{Path(args.film).name}: {counted(known, 'item')} of this desk, {wrong} of them not to be shown so.{told}")
    return 1 if wrong else 0


def _say(used: Used, out: Out) -> None:
    names = ", ".join(printable(each) for each in used.names[:SHOWN]) or "no name"
    where = _spans(used.spans) or ", ".join(used.codes[:SHOWN]) or "where is not told"
    times = counted(used.times, "time")
    if used.number is None:
        out.say(f"Not of this desk: {names} ({times}).")
    else:
        what = f"original of item {used.number} ({printable(used.path)})" if used.path else f"item {used.number}"
        line = f"{what}: {times}, {where}. {used.why or 'It may be shown.'}{' ' if used.told else ''}{used.told}"
        (out.warn if used.why or used.told else out.say)(line[0].upper() + line[1:])
    about: dict[str, Json] = {"item": used.number, "original": used.path or None, "names": list[Json](used.names)}
    about |= {"times": used.times, "codes": list[Json](used.codes), "why": used.why, "told": used.told}
    spans: list[Json] = [[round(1000 * start), round(1000 * end)] for start, end in used.spans]
    out.record({**about, "milliseconds": spans})


def _spans(spans: Sequence[tuple[Fraction, Fraction]]) -> str:
    shown = [f"{clock.written(round(1000 * start))}-{clock.written(round(1000 * end))}" for start, end in spans[:SHOWN]]
    more = [f"{len(spans) - SHOWN:,} more"] if len(spans) > SHOWN else []
    return ", ".join(shown + more)
