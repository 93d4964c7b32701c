"""Translations: what waits, packets out and in, the memory, the glossary.

Without a second word it says what waits for translators, reviewers and editors, by language, with words and age;
'--json' tells the same to other programs, by year of publication too. It names nobody.

Posts go out as packets, with who speaks, what was said before, what the glossary and the memory know: as XLIFF 1.2
(FILE.xlf) for programs of translators such as OmegaT, as PO (FILE.po) for gettext's editors, as a table (FILE.csv) for
spreadsheets. What comes back, as XLIFF 2, too, is proposed in the name of an account of the workbench, and waits there
for a review by another. A post of which only a part is translated becomes that account's draft. The same packet again
proposes nothing new.

Memories of other programs ('origin add NAME FILE.tmx') are suggested under their names, count as nobody's words, and
are thrown out as one ('origin drop NAME').

Exit code 3 says that something in a packet or a table was damaged, altered, overtaken or of no post here; the rest was
taken.
"""

import contextlib
from argparse import Namespace
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.files import write_file
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.publishing.names_going_out import told_of
from tamizdat.translation.glossary_csv import export_csv, import_csv
from tamizdat.translation.origins import Origins
from tamizdat.translation.packet_csv import export_packet_csv, import_packet_csv
from tamizdat.translation.packet_xml import MAX_BYTES
from tamizdat.translation.packets import Judged, format_of, proposals, take, under_embargo
from tamizdat.translation.po import export_po, import_po
from tamizdat.translation.queue import counts, languages, waiting
from tamizdat.translation.statistics import statistics
from tamizdat.translation.tmx import export_tmx, import_tmx
from tamizdat.translation.xliff import export_xliff, import_xliff
from tamizdat.workbench.auth.accounts import Account, Accounts

WRITERS = {"xliff": export_xliff, "po": export_po, "csv": export_packet_csv}
READERS = {"xliff": import_xliff, "po": import_po, "csv": import_packet_csv}
LIMIT = 20  #: posts in a packet, unless said otherwise
SHOWN = 12  #: problems told one by one


def add(parser: Parser) -> None:
    """Add the arguments of ``translate``."""
    parser.needs_action = False
    export = parser.action("export", "write a packet of posts for a translator")
    export.add_argument("file", metavar="FILE", type=Path, help="where to write the packet: .xlf, .po or .csv")
    export.add_argument("--to", metavar="LANGUAGE", required=True, help="the language to translate into, like en or ar")
    export.add_argument("--post", metavar="ID", action="append", help="this post; may be given again for more")
    export.add_argument(
        "--embargoed", action="store_true", help="also posts under an embargo; each says until which day it is"
    )
    export.add_argument("--limit", metavar="N", type=int, default=LIMIT, help="the next N that wait (else 20)")
    taken = parser.action("import", "propose what came back in a packet")
    taken.add_argument("file", metavar="FILE", type=there, help="the packet: .xlf, .po or .csv")
    taken.add_argument("--account", metavar="NAME", required=True, help="the account whose work it is")
    memory = parser.action("memory", "write what was reviewed as TMX, for other programs")
    memory.add_argument("file", metavar="FILE.tmx", type=Path, help="where to write it")
    memory.add_argument("--to", metavar="LANGUAGE", help="only what is in this language")
    memory.add_argument(
        "--all", action="store_true", help="also sentences of posts that are not released, or under an embargo"
    )
    origin = parser.action("origin", "memories of others (TMX): list them, take one in, throw one out")
    origin.add_argument("way", choices=("list", "add", "drop"), help="which of the three")
    origin.add_argument("name", metavar="NAME", nargs="?", help="what it is called here, like 'UN 2019'")
    origin.add_argument("file", metavar="FILE.tmx", nargs="?", type=Path, help="with add: the memory")
    glossary = parser.action("glossary", "read or write the glossary as a table (CSV)")
    glossary.add_argument("way", choices=("import", "export"), help="which of the two")
    glossary.add_argument("file", metavar="FILE.csv", type=Path, help="the table")


def run(args: Namespace, out: Out) -> int:
    """Do it, and say what was done."""
    verbs = {
        "export": _export,
        "import": _import,
        "memory": _memory,
        "glossary": _glossary,
        "origin": _origin,
        None: _waiting,
    }
    return verbs[getattr(args, "action", None)](args, out)


def _waiting(args: Namespace, out: Out) -> int:
    with open_archive(args) as archive:
        found = counts(archive, languages(archive) or ["en"])
        told = {language: statistics(archive, language) for language in found}
    for language, roles in found.items():
        out.show(f"{language:12} " + "   ".join(f"{number:>6,} for {role}s" for role, number in roles.items()))
        each = told[language]
        if each.total:
            since = f", the oldest of {each.oldest}" if each.oldest else ""
            out.show(
                f"{'':12} {counted(each.words, 'word')} to do{since}; approved: {each.approved:,} of "
                f"{counted(each.total, 'post')}"
            )
        out.record({**each.record(), **roles})
    if not any(number for roles in found.values() for number in roles.values()):
        out.say("Nothing waits.")
    return 0


def _export(args: Namespace, out: Out) -> int:
    write = WRITERS[format_of(args.file)]
    with open_archive(args) as archive:
        closed = under_embargo(archive)
        posts, left = (args.post, 0) if args.post else _next(archive, args, closed)
        if left:
            out.say(
                f"Left out, because they are under an embargo: {counted(left, 'post')}. With --embargoed they go out "
                "too, each marked with its day, for a translator who must begin before and can keep them."
            )
        if not posts:
            out.say(f"No post waits to be translated into {args.to}; nothing was written.")
            out.record({"posts": 0, "left": left})
            return 0
        packet = write(archive, posts, args.to, args.embargoed)
        named = told_of(archive, [packet])
    if not args.dry_run:
        write_file(args.file, packet, "the packet")
    would = "would be" if args.dry_run else "is" if len(posts) == 1 else "are"
    out.say(f"{counted(len(posts), 'post')} {would} in the packet, {len(packet):,} bytes.")
    if not args.dry_run:
        out.say(
            "It is readable by whoever gets it: send it over a way you trust, and delete it when the work is in. "
            "A note that begins with PUBLISH: is published with the translation; no other note is."
        )
    early = sorted(closed[post] for post in posts if post in closed)
    if early:
        out.warn(
            f"Under an embargo in it: {counted(len(early), 'post')}, the longest until {early[-1]}: whoever gets the "
            "packet has the words now. Say so to the translator, and give it to nobody else."
        )
    _warn_of_names(named, out)
    told = {"posts": len(posts), "bytes": len(packet), "embargoed": len(early), "left": left}
    out.record({**told, "names": list[Json](named)})
    return 0


def _warn_of_names(named: Sequence[str], out: Out) -> None:
    """Tell whose withheld names are in what goes out: a translator may have to know them, and nobody else."""
    for each in named:
        out.warn(f"In it is {each}. Give it to nobody who may not know that name.")


def _next(archive: Archive, args: Namespace, closed: Collection[str]) -> tuple[list[str], int]:
    """Return the next posts that wait and may go out, and how many were left out because they are under an embargo."""
    if args.limit < 1:
        raise UsageError(f"Expected a limit of at least 1, found {args.limit}.")
    left_out = () if args.embargoed else closed
    posts = [each.post for each in waiting(archive, args.to, "translator", limit=args.limit + len(left_out))]
    going = [post for post in posts if post not in left_out]
    return going[: args.limit], len(posts) - len(going)


def _import(args: Namespace, out: Out) -> int:
    read = READERS[format_of(args.file)]
    packet = read(read_given(args.file, MAX_BYTES))
    home = open_home(args, "desk")
    account = Accounts.open(home).named(args.account)
    if not account.may("translate") or not account.speaks(packet.language):
        raise UsageError(
            f"Expected an account that works on translations into {packet.language}, found {args.account!r}, which "
            "does not. 'tamizdat desk accounts' lists all."
        )
    today = datetime.now(UTC).date().isoformat()
    with open_archive(args) as archive:
        judged = proposals(archive, packet)
        new: list[int] = []
        refused: list[str] = []
        kept: dict[str, int] = {}
        if not args.dry_run:
            desk = home.keyring.signing["desk"]
            new, refused = take(archive, desk, account.tag, packet, judged, today)
            kept = _kept(archive, home, account, packet.language, judged)
    _tell(judged, new, refused, kept, args.dry_run, out)
    return 3 if judged.wrong or refused else 0


def _kept(archive: Archive, home: Home, account: Account, language: str, judged: Judged) -> dict[str, int]:
    """Keep what is begun in the account's drafts; return by post how many segments are there now."""
    from tamizdat.workbench.content.packet_drafts import keep  # with the workbench's own packages
    from tamizdat.workbench.sealed_store import Sealed

    begun = [each for each in judged.unfinished if each.begun]
    if not begun:
        return {}
    with contextlib.closing(Sealed(home)) as sealed:
        return keep(archive, sealed, account, language, begun, int(datetime.now(UTC).timestamp()))


def _tell(judged: Judged, new: list[int], refused: list[str], kept: dict[str, int], dry_run: bool, out: Out) -> None:
    ready = len(judged.proposals)
    if dry_run:
        out.say(f"{counted(ready, 'translation')} could be proposed; {len(judged.unfinished):,} not finished.")
    else:
        known = ready - len(new) - len(refused)
        out.say(
            f"{counted(len(new), 'translation')} proposed, {known:,} known, {len(judged.unfinished):,} not finished."
        )
    for each in [each for each in judged.unfinished if each.begun or each.same][:SHOWN]:
        post, of = each.version.post, len(each.targets)
        draft = f"; in the account's draft now: {counted(kept[post], 'segment')}" if kept.get(post) else ""
        out.say(f"{post}: not translated: {each.missing} of {counted(of, 'segment')}; nothing was proposed{draft}.")
        if each.same:
            out.say(f"{post}: the translation of segment {_listed(each.same)} is its source, letter by letter.")
    for post, place, finding in judged.findings[:SHOWN]:
        out.say(f"{post}, segment {place}: {finding}")
    if len(judged.findings) > SHOWN:
        out.say(f"{len(judged.findings):,} things to look at in all; the first {SHOWN} were told.")
    problems = [*judged.wrong, *refused]
    for problem in problems[:SHOWN]:
        out.warn(problem)
    if len(problems) > SHOWN:
        out.say(f"{len(problems):,} problems in all; the first {SHOWN} were told.")
    facts = {"ready": ready, "proposed": len(new), "unfinished": len(judged.unfinished), "wrong": len(problems)}
    out.record({**facts, "drafts": len(kept), "findings": len(judged.findings)})


def _listed(places: Sequence[int]) -> str:
    return ", ".join(map(str, places[:SHOWN])) + (" …" if len(places) > SHOWN else "")


def _memory(args: Namespace, out: Out) -> int:
    with open_archive(args) as archive:
        data, pairs = export_tmx(archive, args.to, args.all)
        named = told_of(archive, [data])
    if not args.dry_run:
        write_file(args.file, data, "the memory")
    out.say(f"{counted(pairs, 'pair')} of sentences {'to be written' if args.dry_run else 'written'}.")
    _warn_of_names(named, out)
    out.record({"pairs": pairs, "bytes": len(data), "names": list[Json](named)})
    return 0


def _origin(args: Namespace, out: Out) -> int:
    wanted = {"list": 0, "add": 2, "drop": 1}[args.way]
    if sum(each is not None for each in (args.name, args.file)) != wanted:
        raise UsageError(
            "Expected 'origin list', 'origin add NAME FILE.tmx' or 'origin drop NAME', found other words. Give a name "
            "with spaces in quotation marks."
        )
    with open_archive(args) as archive:
        origins = Origins(archive)
        if args.way == "add":
            pairs = list(dict.fromkeys(import_tmx(read_given(args.file, MAX_BYTES))))
            today = datetime.now(UTC).date().isoformat()
            number = len(pairs) if args.dry_run else origins.add(args.name, pairs, today)
            out.say(f"{counted(number, 'pair')} {'to be taken in' if args.dry_run else 'taken in'}, of {args.name!r}.")
        elif args.way == "drop" and not args.dry_run:
            out.say(f"{counted(origins.drop(args.name), 'pair')} thrown out, of {args.name!r}.")
        found = origins.all()
    for each in found if args.way == "list" else ():
        out.show(f"{each.name:30} {counted(each.pairs, 'pair'):>15}, taken in {each.day}")
        out.record({"origin": each.name, "pairs": each.pairs, "day": each.day})
    if args.way == "list" and not found:
        out.say("There are no memories from outside.")
    return 0


def _glossary(args: Namespace, out: Out) -> int:
    if args.way == "export":
        with open_archive(args) as archive:
            data, number = export_csv(archive)
            named = told_of(archive, [data])
        if not args.dry_run:
            write_file(args.file, data, "the glossary")
        out.say(f"{counted(number, 'term')} {'to be written' if args.dry_run else 'written'}.")
        _warn_of_names(named, out)
        out.record({"terms": number, "bytes": len(data), "names": list[Json](named)})
        return 0
    data = read_given(args.file, MAX_BYTES)
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        new, changed, wrong = import_csv(archive, home.keyring.signing["desk"], data, args.dry_run)
    would = "would be " if args.dry_run else ""
    out.say(f"{counted(new, 'term')} {would}new, {changed:,} {would}changed.")
    for problem in wrong[:SHOWN]:
        out.warn(problem)
    out.record({"new": new, "changed": changed, "wrong": len(wrong)})
    return 3 if wrong else 0
