"""Check a published site, one item of it, or a package of evidence, as a reader who trusts nobody.

PATH is the folder of a site or of an item (a picture or clip, a post, a person), or one of an item's files: its
statement, proof or openings, a picture or clip, its page; or the folder of a package ('tamizdat export --evidence'),
a ZIM file, a torrent with its folder beside it, or the evidence that a ledger was forked. Every link of the chain is
judged by itself:

  proved       recomputed here, from bytes and keys
  vouched for  the desk says so; it cannot be recomputed (an original is withheld)
  broken       it does not hold
  unknown      it cannot be judged here, or only by you: compare the fingerprint
  awaited      witnesses have not signed yet; until they have, it does not hold

What it says is "unaltered since" and "who vouched for it". Whether what a clip shows or a post says is true, whether a
translation is good, no program can say.

Time stamps are judged by the roots that this system trusts, or by --stamp-roots. "Existed before" is proved by two
authorities whose chains share no key, or by one and Bitcoin, that agree; what one says alone it vouches for. A proof of
OpenTimestamps names a block; with that block's header it is proved.

The newest edition seen is remembered, so that an older one, or another history, is noticed the next time. The
memory names the sites that were checked on this computer; --no-memory leaves none.
"""

import json
import os
import re
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from itertools import chain
from operator import itemgetter
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.terminal_text import WIDTH, wrap
from tamizdat.cli.verify_stamps import trust_of
from tamizdat.cli.witness_keys import read_witnesses
from tamizdat.disk.files import make_private
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.evidence.check import check_package, is_package
from tamizdat.ledger.shapes import hexadecimal, record, text, whole
from tamizdat.offline.check import check_copy, is_copy
from tamizdat.parallel import map_in_order
from tamizdat.text.excerpt import columns
from tamizdat.text.spoken import from_spoken
from tamizdat.verifying import Link, Report, Seen, Verdict, verify
from tamizdat.verifying.witnesses import TOO_FEW

SAID = {Verdict.PROVED: "proved", Verdict.VOUCHED: "vouched for", Verdict.BROKEN: "broken", Verdict.UNKNOWN: "unknown"}
AWAITED = "awaited"
#: what is said where nothing keeps a report from holding but signatures of witnesses that are missing
LACKS_IN_EDITION = (
    "The desk signed this edition, and of what was checked nothing was altered; those who watch that it keeps one "
    "ledger have not signed. An edition goes out at once, so that what was withdrawn is gone at once: check again in a "
    "few hours. If they have not signed by tomorrow, do not rely on it before you know why: they may have been shown "
    "another ledger."
)
LACKS = (
    "The desk signed this, and of what was checked nothing was altered; when this package was made, those who watch "
    "that the desk keeps one ledger had not signed. Ask for one that is made after they signed. If there is none by "
    "tomorrow, do not rely on it before you know why: they may have been shown another ledger."
)
UNPROVED = (
    "Nothing is broken, but what is 'unknown' of it nothing here proves: anyone could have put it in. Ask who gave you "
    "the package for one in which the statements about it are opened (export --evidence --with salts --with times), "
    "made after the next edition."
)
#: what is remembered of a site, each member of its type
SEEN = record(
    Seen, origin=text, roster=whole, edition=whole, digest=hexadecimal(32), size=whole, ledger=hexadecimal(32)
)  # fmt: skip
FEW = 6  #: links of one kind that are listed one by one
MARGIN = 31  #: columns for the verdict and the name of a link


def add(parser: Parser) -> None:
    """Add the arguments of ``verify`` to its parser."""
    parser.add_argument(
        "path",
        metavar="PATH",
        type=Path,
        help="a site's folder, an item's folder or file, a page; a package; a ZIM, a torrent",
    )
    parser.add_argument("--root", metavar="FINGERPRINT", help="the root's fingerprint, from a second channel")
    parser.add_argument("--require-root", action="store_true", help="exit with 1 if no --root is given to compare")
    parser.add_argument(
        "--stamp-roots", metavar="FILE", type=Path, action="append", help="roots of stamping authorities that you trust"
    )
    parser.add_argument(
        "--block-header", metavar="HEX|FILE", action="append", help="a block's header, from your own node"
    )
    parser.add_argument(
        "--witness", metavar="FILE|KEY", action="append", default=[],
        help="a witness you know, by its verifier keys: it must have signed, whatever the roster demands",
    )  # fmt: skip
    parser.add_argument("--each", action="store_true", help="list every item, however many there are")
    parser.add_argument("--memory", metavar="FILE", type=Path, help="remember here which editions were seen")
    parser.add_argument("--no-memory", action="store_true", help="neither read nor write what was seen before")


def run(args: Namespace, out: Out) -> int:
    """Check, tell each link, and return 0 if it holds."""
    root = parse_root(args.root)
    trust = replace(trust_of(args), witnesses=read_witnesses(args.witness))
    there(str(args.path))
    if is_package(args.path):
        return _tell(args, check_package(args.path, root, trust), root, out)
    memory_file = None if args.no_memory else (args.memory or default_memory())
    memory = load_memory(memory_file) if memory_file else {}
    if is_copy(args.path):
        report = check_copy(args.path, root, memory, trust)
    else:
        report = verify(args.path, root, memory, trust, map_in_order)
    if memory_file and report.holds and report.seen and report.root:
        save_memory(memory_file, {**memory, report.root.hex(): report.seen})
    return _tell(args, report, root, out)


def _tell(args: Namespace, report: Report, root: bytes | None, out: Out) -> int:
    out.record(report.facts(), links=(link._asdict() for link in report.links))
    for line in lines(report, args.each, compared=root is not None, package=is_package(args.path)):
        out.show(line)
    return 0 if report.holds and (root or not args.require_root) else 1


def parse_root(text: str | None) -> bytes | None:
    """Return the 32 bytes of a root's fingerprint; None for none.

    It is given as it is read aloud (52 letters and digits in groups of four), or as 64 hexadecimal digits. Raises
    :class:`UsageError` for anything else.
    """
    if text is None:
        return None
    try:
        return parse_hex(text, 32, "the root") if re.fullmatch("[0-9a-f]{64}", text) else from_spoken(text, 32)
    except BadEncoding as error:
        raise UsageError(f"--root: {error}") from error


def lines(report: Report, each: bool, compared: bool, package: bool = False) -> Iterator[str]:
    """Yield the report for people, of a site or a *package*; *compared*: they gave the root's fingerprint."""
    counts = Counter[str]()
    shown = report.links if each else gathered(report.links)
    what = "package" if package else "site"
    yield from (_line(link) for link in shown if link.name == report.subject)  # what was asked is answered first
    yield from (_line(link) for link in shown if link.name != report.subject)
    for link in report.links:
        counts[_said(link)] += 1
    counted = ", ".join(f"{counts[said]} {said}" for said in (*SAID.values(), AWAITED) if counts[said])
    unproved = {name for name in report.shaky if package and name.startswith(("entry ", "original ", "copy "))}
    lacking = {link.name for link in report.links if _lacks(link)}
    if report.subject == "fork" and report.holds:
        closing = "Two ledgers under one key: this is proof, whoever gave it to you."
    elif not report.holds and report.shaky == unproved and not report.broken:
        closing = f"NOT ALL OF IT IS PROVED: {counted}. {UNPROVED}"
    elif not report.holds and not report.broken:
        closing = f"It could not be checked: {counted}. Nothing of it is known to be broken, and not all of it holds."
    elif not report.holds and {link.name for link in report.broken} == report.shaky - unproved == lacking:
        closing = f"IT IS NOT WITNESSED YET: {counted}. {LACKS_IN_EDITION if 'witnesses' in report.shaky else LACKS}"
    elif not report.holds:
        closing = f"IT DOES NOT HOLD: {counted}. Do not rely on what is broken, nor on what depends on it."
    elif compared:
        closing = f"It holds, under the root you gave: no link is broken ({counted})."
    else:
        closing = (
            f"No link is broken, under a root you have not compared ({counted}). Anyone can make a {what} under a root "
            "of their own: get the fingerprint from the desk over a second channel, and give it with --root."
        )
    yield ""
    yield wrap(closing)


def gathered(links: Iterable[Link]) -> list[Link]:
    """Return *links* with many items in few lines: those of one kind that are all well are told once."""
    kinds: dict[tuple[str, Verdict], list[tuple[int, Link]]] = {}
    counts = Counter[tuple[str, Verdict]]()
    for place, link in enumerate(links):
        kind = re.sub(r"\d+", "N", link.name), link.verdict
        counts[kind] += 1
        if counts[kind] < FEW or not _is_gathered(*kind):
            kinds.setdefault(kind, []).append((place, link))
    for (name, verdict), alike in kinds.items():
        if (count := counts[name, verdict]) >= FEW and _is_gathered(name, verdict):
            of = "items:" if " " in name[5:] else "items: each"  # "items" is a link of its own
            told = Link(name.replace("item N", of), verdict, f"{count:,} of them; --each lists them.")
            alike[:] = [(alike[0][0], told)]  # where the first of them would stand
    return [link for _, link in sorted(chain.from_iterable(kinds.values()), key=itemgetter(0))]


def _is_gathered(name: str, verdict: Verdict) -> bool:
    return "N" in name and verdict is not Verdict.BROKEN


def _said(link: Link) -> str:
    """Return the verdict in words: of witnesses that have not signed yet it is not told that something is broken."""
    return AWAITED if _lacks(link) else SAID[link.verdict]


def _lacks(link: Link) -> bool:
    """Tell whether fewer witnesses signed, yet, than are demanded; a package has such a link for each checkpoint."""
    asked = link.name.partition(" ")[0] == "witnesses"
    return asked and link.verdict is Verdict.BROKEN and link.detail.startswith(TOO_FEW)


def _line(link: Link) -> str:
    """``proved       edition           Edition 2 of …``, with the reason in a column of its own."""
    head = f"{_said(link):<13}{link.name:<18}"
    if not head.endswith(" "):  # a long name of a file: the reason begins on the next line
        head = f"{head}\n{' ' * MARGIN}"
    first, *others = wrap(link.detail, WIDTH - MARGIN).split("\n")  # a fingerprint stays whole, on a line of its own
    return "\n".join([head + first, *(" " * min(MARGIN, max(0, WIDTH - columns(each))) + each for each in others)])


def default_memory() -> Path:
    """Return where programs keep such things: ``$XDG_STATE_HOME``, else ``~/.local/state``."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "tamizdat" / "seen.json"


def load_memory(path: Path) -> dict[str, Seen]:
    """Return what was seen before, by root; nothing if there is no file yet.

    Raises :class:`UsageError` if the file is damaged, for that must not go unnoticed.
    """
    try:
        stored = json.loads(path.read_bytes())
        return {parse_hex(root, 32, "a root").hex(): SEEN(facts) for root, facts in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, BadEncoding, RecursionError) as error:
        raise UsageError(
            f"What was seen before cannot be read from {path}: the file is damaged. Without it an older edition would "
            "go unnoticed. If you accept that, delete it, or run with --no-memory."
        ) from error


def save_memory(path: Path, memory: Mapping[str, Seen]) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    make_private(path.parent)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    said = json.dumps({root: asdict(seen) for root, seen in memory.items()}, indent=1) + "\n"
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(said)  # for its owner only: it names the sites that were checked here
    new.replace(path)
