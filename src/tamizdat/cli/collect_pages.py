"""What ``collect`` does with web archives, WARC and WACZ: take in, and say what a signature proves and what not."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.web_archives import WebReport, look_into, take_in
from tamizdat.captures.wacz_signature import DOMAIN, KEY, Signature
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import counted
from tamizdat.encoding import Json
from tamizdat.keys import SigningKey

SHOWN = 12  #: pages, and problems, that are named


def collect_web_archive(path: Path, archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    """Take in a WARC or WACZ, and report."""
    if args.dry_run:
        report = look_into(path)
    else:
        with out.progress(None, "collecting") as progress:
            report = take_in(archive, desk, path, datetime.now(UTC), progress.advance)
    say_web_archive(report, archive, out, args.dry_run)
    return 3 if report.damaged else 0


def say_web_archive(report: WebReport, archive: Archive, out: Out, dry_run: bool = False) -> None:
    """Print what was taken in of a web archive, what was not, and who vouches for it."""
    kind = "WACZ" if report.format.startswith("wacz") else "WARC"
    would = " would be taken in" if dry_run else ""
    if report.known and not dry_run:
        out.say(f"This {kind} was taken in before, as {report.file}; nothing was added.")
    out.say(f"{counted(len(report.pages), 'captured page')}{would} ({report.format}, {report.records:,} records).")
    for number in [] if dry_run else report.pages[:SHOWN]:
        page = archive.index.pages.page(number)
        if page is not None:
            beside = ", beside a post that is here" if archive.index.pages.posts_beside(page.url) else ""
            out.say(f"page {number}: {page.url} ({page.date}, answer {page.status}{beside})")
    if not dry_run and len(report.pages) > SHOWN:
        out.say(f"The others are found with 'tamizdat find --kind page' ({len(report.pages):,} in all).")
    for sentence in who_vouches(report.signature, kind):
        out.say(sentence)
    for what, number in sorted(report.left.items()):
        out.say(f"Left: {what} ({number:,}).")
    for url in report.missing[:SHOWN]:
        out.warn(f"{url}: its list of pages names it, and no record answers for it.")
    for problem in report.problems[:SHOWN]:
        out.warn(problem)
    told: dict[str, Json] = {
        "format": report.format, "file": report.file, "pages": list(report.pages), "known": report.known,
        "records": report.records, "beside": report.beside, "signature": report.signature.document(),
        "missing": list(report.missing), "problems": list(report.problems),
    }  # fmt: skip
    out.record(told)


def who_vouches(signature: Signature, kind: str) -> list[str]:
    """Return sentences about a signature: what it proves, and what is only somebody's word."""
    if signature.by == KEY:
        whose = f"Signed with a key that has no name ({signature.name[:16]}…): nothing was changed since."
        return [whose, f"Who holds it, and that it signed on {signature.created[:10]}, nobody vouches for."]
    if signature.by == DOMAIN:
        when = f"on {signature.created[:10]}, by its own word"
        if signature.stamped:
            trust = "one that an authority known here vouches for" if signature.stamper_known else "unknown here"
            when = f"by {signature.stamped}, as a time stamp service says ({signature.stamper[:80]}; {trust})"
        known = f"Signed by {signature.name}, for whose certificate an authority known here vouched"
        word = f"That the pages stood on the web so, {signature.name} vouches for; the signature does not prove it."
        return [f"{known}: nothing was changed since. It was signed {when}.", word]
    return [f"Nobody signed this {kind}: that its pages stood on the web so is the word of whoever gave it to you."]
