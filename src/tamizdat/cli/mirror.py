"""Copy a site, check it, serve it again; watch the ledgers of others as their witness.

SOURCE is the address of a site, a folder, or a place (s3://, webdav://, sftp://; its login with --option). TARGET is a
folder, or places too: then a copy is kept here and put out there. Only what changed is fetched. The copy is checked as
'tamizdat verify' does and must continue the copy before; then this mirror signs the ledger's checkpoint, and the copy
takes the place of the one before. If SOURCE cannot be reached, the other addresses that the copy before lists are
tried. What an edition withdraws is gone from the copy as well. If that fails the copy stays
as it was; if the ledger was forked, the evidence is kept in a file that 'tamizdat verify FILE' explains to anyone.

--serve gives out the copy (or, without a SOURCE, the folder TARGET) to whoever asks, and writes down no request.
--witness answers desks that ask for a signature under their newest checkpoint: of the ledgers that were copied here,
and of those that --watch names. The key is made at the first run, in the folder 'witness' of the home folder. After
that folder was restored from a copy it signs nothing until the newest site was copied once more.

--onion shows the lines that make Tor serve it as an onion service. What is fetched goes through the proxy that the
environment names (ALL_PROXY=socks5h://127.0.0.1:9050), an onion service only through one.
"""

import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser
from tamizdat.cli.place_settings import read_options
from tamizdat.cli.terminal_text import counted, entries
from tamizdat.cli.verify import parse_root
from tamizdat.disk.files import write_file
from tamizdat.disk.installed import REMEDY
from tamizdat.encoding import Json, sha256_hex, spoken
from tamizdat.errors import BadNote, CheckFailed, PlaceUnreachable, ToolMissing, UsageError
from tamizdat.ledger.note import Verifier
from tamizdat.mirror.copy import copy_site
from tamizdat.mirror.onion import SITE, torrc
from tamizdat.mirror.put_out import PutOut, put_out
from tamizdat.mirror.run import Copied
from tamizdat.places.site_files import FolderSite, SiteFiles, open_site_files
from tamizdat.publishing.site.address import MIRRORS
from tamizdat.text.quantities import amount
from tamizdat.witness import PREFIX
from tamizdat.witness.record import Forked, Record

PORT: Final = 8481
KEYS: Final = "keys.txt"  #: in that folder, what a desk is given
WITNESS: Final = "witness"  #: the witness's folder, in the home folder


def add(parser: Parser) -> None:
    """Add the arguments of ``mirror`` to its parser."""
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="a site: https://…, a folder, s3://…, sftp://…")
    parser.add_argument("targets", metavar="TARGET", nargs="*", help="a folder for the copy, or places")
    parser.add_argument("--root", metavar="FINGERPRINT", help="the root's fingerprint, from a second channel")
    parser.add_argument(
        "--option", metavar="NAME=VALUE", action="append", default=[], help="of places: logins, as 'places add' takes"
    )
    parser.add_argument("--serve", action="store_true", help="give the copy out to whoever asks")
    parser.add_argument("--witness", action="store_true", help="answer desks that ask for a signature")
    parser.add_argument(
        "--watch",
        metavar="KEY",
        action="append",
        default=[],
        help="be the witness of this ledger too: its verifier key, and its origin where that is another name",
    )
    parser.add_argument("--name", metavar="NAME", default="", help="the name this witness signs with; at the first run")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this computer alone)")
    parser.add_argument("--port", metavar="N", type=int, default=PORT, help=f"the port (default {PORT})")
    parser.add_argument(
        "--onion", action="store_true", help="show the lines for torrc; what serves stays on this computer"
    )


def run(args: Namespace, out: Out) -> int:
    """Copy, put out, serve. Raises :class:`UsageError`."""
    folder, places = _targets(args)
    if not (args.source or args.serve or args.witness or args.watch or args.onion):
        raise UsageError(
            "Expected SOURCE and TARGET, or --serve or --witness, found neither. See 'tamizdat mirror --help'."
        )
    if args.onion and args.host != "127.0.0.1":
        raise UsageError("Expected --onion to serve this computer alone, found --host: it would be reached beside Tor.")
    if args.source and folder is None:
        raise UsageError("Expected a TARGET after SOURCE: a folder for the copy, or a place. Found none.")
    logs = [_log(each) for each in args.watch]
    if args.dry_run:
        out.say(f"Would copy {args.source} and check it." if args.source else "Would serve.")
        return 0
    record = Record.create(args.home / WITNESS, args.name)
    for log, origin in logs:
        record.watch(log, origin)
    code = 0
    if args.source and (args.targets or not args.serve):
        code = _copy(args, record, folder, places, out)
    if args.onion:
        _say_onion(args, out)
    if args.witness or args.watch:
        _say_witness(args, record, out)
    if args.serve or args.witness:
        _serve(args, folder if args.serve else None, record if args.witness else None, out)
    return code


def _targets(args: Namespace) -> tuple[Path | None, list[str]]:
    """Return the folder that holds the copy, and the URLs of places it is put out to."""
    if args.serve and args.source and not args.targets:
        if ":" in args.source:
            raise UsageError("Expected a TARGET for the copy that --serve gives out, found only a SOURCE.")
        return Path(args.source), []
    folders = [each for each in args.targets if ":" not in each]
    places = [each for each in args.targets if ":" in each]
    if folders:
        return Path(folders[0]), [*(str(Path(each).absolute()) for each in folders[1:]), *places]
    if places:
        return args.home / "mirrors" / sha256_hex(str(args.source).encode())[:16], places
    return None, []


def _copy(args: Namespace, record: Record, folder: Path | None, places: list[str], out: Out) -> int:
    assert folder is not None, "there is a target"
    options = read_options(args.option)
    source = _source(args.source, options)
    try:
        with out.progress(None, "copying") as progress:
            sources = [source, *_elsewhere(args.source, folder)]
            done = _copy_from_any(args, sources, folder, record, progress.advance, out)
    except Forked as error:
        if error.evidence is not None:
            out.warn(f"The evidence is in {error.evidence}. 'tamizdat verify' says what it proves; show it to others.")
            out.record({"fork": str(error.evidence)})
        raise
    _say_copied(done, args.root is not None, out)
    if not places:
        return 0
    targets = [
        (open_site_files(each, each, options), folder.parent / f"{sha256_hex(each.encode())[:16]}.put")
        for each in places
    ]
    with out.progress(None, "putting out") as progress:
        results = put_out(folder, targets, progress.advance)
    return say_put_out(results, out)


def _copy_from_any(
    args: Namespace,
    sources: list[SiteFiles],
    folder: Path,
    record: Record,
    advance: Callable[[int], None],
    out: Out,
) -> Copied:
    """Copy from the first of *sources* that can be reached; raises as :func:`~tamizdat.mirror.copy.copy_site`."""
    *first, last = sources
    for source in first:
        try:
            return copy_site(source, folder, record, parse_root(args.root), int(time.time()), advance)
        except PlaceUnreachable as error:
            out.warn(f"{error} Another address of the same site is tried.")
    return copy_site(last, folder, record, parse_root(args.root), int(time.time()), advance)


def _elsewhere(source: str, folder: Path) -> list[SiteFiles]:
    """Return where else the site is, by the list in the copy before; from an onion service only to others."""
    listed = folder / MIRRORS
    if not source.startswith(("https:", "http:")) or not listed.is_file():
        return []
    hidden = (urlsplit(source).hostname or "").endswith(".onion")
    every = listed.read_text("ascii", "replace").splitlines()
    others = [each for each in every if each.rstrip("/") != source.rstrip("/")]
    found: list[SiteFiles] = []
    for each in others:
        with suppress(UsageError):  # an onion service, and no proxy
            found += [open_site_files(each, each, {})] if not hidden or ".onion/" in each else []
    return found


def _source(text: str, options: dict[str, str]) -> SiteFiles:
    if ":" in text:
        secure = text.startswith(("https:", "http:"))
        return open_site_files(text, text, {} if secure else options)
    folder = Path(text)
    if not folder.is_dir():
        raise UsageError(
            f"Expected the address or the folder of a site, found no folder {text!r}. Is the disk plugged in?"
        )
    return FolderSite(text, folder.absolute())


def _say_copied(done: Copied, compared: bool, out: Out) -> None:
    what = f"Edition {done.edition} of {done.date}, a ledger of {entries(done.entries)}"
    moved = f"{counted(done.fetched, 'file')} fetched, {amount(done.transferred)}; {done.removed:,} removed"
    out.say(f"{what}: {'copied and checked' if done.changed else 'it is copied already'} ({moved}).")
    if not compared:
        out.say("Compare its fingerprint over a second channel, and give it with --root:")
        out.show(f"\n  {spoken(done.root)}\n")
    for link in done.report.broken:
        out.warn(f"{link.name}: {link.detail}")
    out.record(
        {
            "edition": done.edition, "entries": done.entries, "fetched": done.fetched, "bytes": done.transferred,
            "removed": done.removed, "changed": done.changed, "root": done.root.hex(),
        }
    )  # fmt: skip


def say_put_out(results: list[PutOut], out: Out) -> int:
    """Say what came of each place; return 1 if one of them is not done."""
    for each in results:
        if each.problem:
            out.warn(f"“{each.place}” is not done ({counted(each.put, 'file')} put): {each.problem} Run it again.")
        else:
            out.say(f"“{each.place}”: {counted(each.put, 'file')} put ({amount(each.sent)}), {each.removed:,} removed.")
        facts: dict[str, Json] = {"place": each.place, "put": each.put, "removed": each.removed, "bytes": each.sent}
        out.record({**facts, "problem": each.problem or None})
    return 1 if any(each.problem for each in results) else 0


def _log(text: str) -> tuple[Verifier, str]:
    """Return the key of a ledger and its origin, "" where that is the key's name."""
    vkey, _, origin = text.strip().partition(" ")
    try:
        return Verifier.parse(vkey), origin
    except BadNote as error:
        raise UsageError(
            f"This is no key of a ledger. {error} The desk shows it with 'tamizdat keys roster'."
        ) from error


def _say_onion(args: Namespace, out: Out) -> None:
    out.say("Add these lines to /etc/tor/torrc and restart Tor; the address is then in the file 'hostname' there:")
    out.show(f"\n{torrc(SITE, args.port)}")
    out.record({"torrc": torrc(SITE, args.port)})


def _say_witness(args: Namespace, record: Record, out: Out) -> None:
    keys = record.folder / KEYS
    lines = [each.encode() for each in record.witnesses]
    write_file(keys, "".join(f"{line}\n" for line in lines).encode(), "the witness's keys")
    out.say(f"This is the witness {record.name}. Its two keys, which may be shown to anybody, are in the file")
    out.show(f"\n  {keys}\n")
    out.say("A desk adds them with 'tamizdat keys roster --add-witness FILE'. The first of them, to be compared:")
    out.show(f"\n  {lines[0]}\n")
    out.record({"witness": record.name, "keys": list[Json](lines), "file": str(keys)})
    for watched in record.all_logs():
        if watched.behind is not None:
            out.warn(
                f"It signs nothing for {watched.keys[-1].name}: its folder was copied or restored, so that it does not "
                "know what it signed last. Copy the newest site of that ledger: 'tamizdat mirror URL FOLDER'."
            )


def _serve(args: Namespace, folder: Path | None, record: Record | None, out: Out) -> None:
    try:
        from tamizdat.mirror.serve import mirror_application  # what serves is an extra
        from tamizdat.web.server import listen, serve
    except ModuleNotFoundError:
        raise ToolMissing(f"Expected the packages that serve pages, found none. {REMEDY}") from None
    if folder is not None and not (folder / "index.html").is_file():
        raise CheckFailed(f"Expected the folder of a site to give out, found none at {str(folder)!r}. Copy one first.")
    listening = listen(args.host, args.port)
    port = listening.getsockname()[1]
    here = f"http://{args.host}:{port}"
    if folder is not None:
        out.say(f"The copy is at {here}/")
    if record is not None:
        out.say(f"The witness answers at {here}{PREFIX} (--witness-address {record.name}=URL at the desk).")
    out.say("No request is written down. Ctrl-C ends it.")
    out.record({"serving": here, "port": port})
    with suppress(KeyboardInterrupt):
        serve(mirror_application(folder, record), listening)
