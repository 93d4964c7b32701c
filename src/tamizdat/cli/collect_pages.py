"""What ``collect`` does with web archives, WARC and WACZ: take in, and say what a signature proves and what not."""

from argparse import Namespace

from tamizdat.archive import Archive
from tamizdat.archive.ingest.web_archives import WebReport, take_in
from tamizdat.archive.views.pages import open_kept
from tamizdat.captures.box import refuse_root
from tamizdat.captures.capture import captured, now_in_utc
from tamizdat.captures.page_text import markup_of, seems
from tamizdat.captures.wacz_signature import DOMAIN, KEY, Signature
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.terminal_text import counted, one_line
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.posts.fetch import check_address, is_address
from tamizdat.witness.on_disks import require_current_on_disks

CAPTURE = "capture"  #: the word behind collect
SHOWN = 12  #: pages, and problems, that are named
OWN = "This desk captured it itself."
SEEMS = {
    "captcha": "It seems to be a check whether a person is there, and not the page (a guess: look at it).",
    "login": "It seems to be a page to log in, and not the page (a guess: look at it).",
    "error": "The server answered with an error; what it said is kept.",
}


def collect_page(args: Namespace, out: Out) -> int:
    """Capture a page, take it in, and say who was asked and what it seems to be.

    Raises :class:`UsageError` for what is no web address, and for root.
    """
    if not args.address or not is_address(args.address):
        raise UsageError(f"Expected a web address after 'capture', found {args.address or 'none'!r}.")
    address = check_address(args.address).geturl()
    refuse_root()
    if args.dry_run:
        out.say(f"{address} would be opened in a browser, with all that it shows; each host of it sees this line.")
        return 0
    home = open_home(args, "desk")
    with home.alone("collecting"), open_archive(args) as archive:
        require_current_on_disks(home, archive)
        now = now_in_utc()
        with captured(address, archive.staging, now) as found:
            report = take_in(archive, home.keyring.signing["desk"], found.path, now, hosts=found.hosts)
        say_web_archive(report, archive, out)
        guess = _seems(archive, report)
    out.say(f"The server answered {found.status}; these hosts were asked: {', '.join(found.hosts[:SHOWN])}.")
    if len(found.hosts) > SHOWN:
        out.say(f"({len(found.hosts):,} in all.)")
    if guess in SEEMS:
        out.warn(SEEMS[guess])
    for each in found.refused[:SHOWN]:
        out.warn(f"Not loaded: {each}")
    told: dict[str, Json] = {
        "captured": found.url, "final": found.final, "status": found.status, "seems": guess,
        "hosts": list(found.hosts), "not_loaded": list(found.refused), "picture": found.has_picture,
    }  # fmt: skip
    out.record(told)
    return 3 if report.damaged else 0


def _seems(archive: Archive, report: WebReport) -> str:
    """Return what the last page of it seems to be instead of a page: a guess, but for "error"."""
    page = archive.index.pages.page(report.pages[-1]) if report.pages else None
    if page is None:
        return ""
    with open_kept(archive.objects, page.object) as web:
        return seems(page.status, markup_of(web.answer(page.entry)), page.text)


def say_web_archive(report: WebReport, archive: Archive, out: Out, dry_run: bool = False) -> None:
    """Print what was taken in of a web archive, what was not, and who vouches for it."""
    kind = "WACZ" if report.format.startswith("wacz") else "WARC"
    would = " would be taken in" if dry_run else ""
    if report.known and not dry_run:
        out.say(f"This {kind} was taken in before, as {report.file}; nothing was added.")
    out.say(
        f"{counted(len(report.pages), 'captured page')}{would} ({report.format}, {counted(report.records, 'record')})."
    )
    for number in [] if dry_run else report.pages[:SHOWN]:
        page = archive.index.pages.page(number)
        if page is not None:
            beside = ", beside a post that is here" if archive.index.pages.posts_beside(page.url) else ""
            out.say(f"page {number}: {page.url} ({page.date}, answer {page.status}{beside})")
    if not dry_run and len(report.pages) > SHOWN:
        out.say(f"The others are found with 'tamizdat find --kind page' ({len(report.pages):,} in all).")
    own = archive.index.pages.is_own(report.file)
    for sentence in [OWN] if own else who_vouches(report.signature, kind):
        out.say(sentence)
    for what, number in sorted(report.left.items()):
        out.say(f"Left ({number:,}): {what}.")
    for url in report.missing[:SHOWN]:
        out.warn(f"{url}: its list of pages names it, and no record answers for it.")
    for problem in report.problems[:SHOWN]:
        out.warn(one_line(problem))
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
