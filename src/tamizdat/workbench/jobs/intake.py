"""What the workbench takes in, as jobs: an upload, looked over first; what is followed, visited. As ``collect`` does.

All of it goes the ways of the command: the same readers, the same one way out to the network and its proxy, one
collecting at a time on a desk, whoever does it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.ingest.exports import Failed, Intake, Names, Pages, Part, Taken, Unread, take_in
from tamizdat.archive.ingest.followed import Followed, Following
from tamizdat.archive.ingest.media import MediaReport, fetch_media, named_media
from tamizdat.archive.ingest.refused_answers import Refused, entries, leave, unanswered
from tamizdat.archive.ingest.visits import Visit, visit_all
from tamizdat.archive.ingest.web_archives import WebReport
from tamizdat.archive.ingest.web_archives import take_in as take_in_web
from tamizdat.archive.views.pages import open_kept
from tamizdat.captures.capture import captured, now_in_utc
from tamizdat.captures.page_text import markup_of, seems
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import DamagedInput
from tamizdat.home.home import Home
from tamizdat.keys import SigningKey
from tamizdat.posts.opml import MAX_OPML, Outline, read_opml
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.uploads import Uploads

LOCKED: Final = "collecting"
SHOWN: Final = 8  #: refused answers whose entries are shown


@dataclass
class Read:
    """What was found in one thing of an upload: an export, a web archive, or why it cannot be read."""

    where: str = ""
    report: IngestReport | None = None
    pages: WebReport | None = None
    error: str = ""


@dataclass
class Account:
    """What was found in an upload, or taken in of it."""

    name: str
    taken: bool
    read: list[Read] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  #: what is wrong with names of files
    unread: tuple[str, ...] = ()
    feeds: int = 0  #: in a list of feeds (OPML)
    new_feeds: int = 0  #: of them, not followed before

    @property
    def holds_anything(self) -> bool:
        """Whether there is anything to take in."""
        posts = any(each.report and not each.report.empty for each in self.read)
        return posts or bool(self.feeds) or any(each.pages for each in self.read)


class _Counting:
    def __init__(self, job: Job) -> None:
        self._job = job

    def advance(self, size: int) -> None:
        self._job.advance(size)


def read_upload(
    home: Home, archive: Archive, desk: SigningKey, uploads: Uploads, key: str, how: Intake, job: Job
) -> Account:
    """Look over the upload of this *key*, or take it in and throw the uploaded file away.

    Raises :class:`UsageError` for what is no upload, and what reading one raises.
    """

    @contextmanager
    def counting() -> Iterator[_Counting]:
        yield _Counting(job)

    kept = uploads.take(key)
    found, where, whole = Account(kept.name, not how.dry), "", False
    try:
        with home.alone(LOCKED):
            listed = _feeds_in(kept.path)
            if listed:
                found.feeds, found.new_feeds = len(listed), _follow(archive, listed, how.dry)
            how = replace(how, batched=lambda: job.advance(0))
            for event in () if listed else take_in(kept.path, archive, desk, how, counting):
                match event:
                    case Part(where):
                        pass
                    case Names(report):
                        found.names += [str(each) for each in report.problems]
                    case Taken(report):
                        found.read.append(Read(where, report))
                    case Pages(web):
                        found.read.append(Read(where, pages=web))
                    case Failed(which, error):
                        found.read.append(Read(which or where, error=str(error)))
                    case Unread(names):
                        found.unread = names
        whole = True
    finally:
        uploads.end(kept, gone=whole and not how.dry)
    return found


def _feeds_in(path: Path) -> list[Outline]:
    """Return the feeds of a file that is a list of feeds (OPML); none for any other."""
    if path.stat().st_size > MAX_OPML:
        return []
    try:
        return read_opml(path.read_bytes())
    except DamagedInput:
        return []


def _follow(archive: Archive, listed: Sequence[Outline], dry: bool) -> int:
    """Follow the feeds of a list, and return how many are new; they are visited with all others."""
    following = Following(archive)
    new = [each for each in listed if each.url not in following]
    if not dry:
        for each in listed:
            following.of(each.url, each.title)
        following.save()
    return len(new)


def lacking(archive: Archive) -> dict[str, list[str]]:
    """Return the addresses of pictures, clips and sounds that posts name and that are not here, by host."""
    found = named_media(archive)
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def fetch(home: Home, archive: Archive, desk: SigningKey, hosts: Sequence[str], job: Job) -> MediaReport:
    """Fetch what is not here from the hosts that an editor said yes to, and from no other."""
    with home.alone(LOCKED):
        named = named_media(archive)
        addresses = [address for host in hosts for address in named.get(host, ())]
        job.total = len(addresses)
        return fetch_media(archive, desk, addresses, hosts, lambda: datetime.now(UTC), lambda size: job.advance(1))


def visit(home: Home, archive: Archive, desk: SigningKey, urls: Sequence[str], job: Job) -> list[Visit]:
    """Visit these addresses and follow them from now on; the job counts them, and tells whether it was stopped."""

    def begin(url: str) -> None:
        job.about = url

    made: list[Visit] = []
    with home.alone(LOCKED):
        for each in visit_all(urls, archive, desk, begin, job.stop.is_set):
            made.append(each)
            job.add(1)
    if len(made) < len(urls):
        job.problem = _("It was stopped. What was whole by then is kept.")
    return made


@dataclass(frozen=True)
class CapturedNow:
    """A page that was captured and taken in: its number, the server's answer, what it seems to be, who was asked."""

    number: int | None
    status: int
    seems: str
    hosts: tuple[str, ...]
    refused: tuple[str, ...]
    problems: tuple[str, ...]


def capture(home: Home, archive: Archive, desk: SigningKey, address: str, job: Job) -> CapturedNow:
    """Capture the page at *address* by a browser in a box, and take it in; raises as ``captured`` and ``take_in``."""
    with home.alone(LOCKED):
        now = now_in_utc()
        with captured(address, archive.staging, now, advance=job.advance) as found:
            report = take_in_web(archive, desk, found.path, now, hosts=found.hosts)
    number = report.pages[-1] if report.pages else None
    page = archive.index.pages.page(number) if number is not None else None
    guess = ""
    if page is not None:
        with open_kept(archive.objects, page.object) as web:
            guess = seems(page.status, markup_of(web.answer(page.entry)), page.text)
    return CapturedNow(number, found.status, guess, found.hosts, found.refused, tuple(map(str, report.problems)))


def to_visit(archive: Archive) -> list[str]:
    """Return the addresses to visit now: all that are on, but for those that are to be left alone for a while."""
    now = datetime.now(UTC)
    return [
        each.url
        for each in Following(archive).all()
        if each.on and not each.is_gone_for_good and each.due(now) <= timestamp(now)
    ]


def followed(archive: Archive) -> list[Followed]:
    """Return what is followed."""
    return Following(archive).all()


def switch(home: Home, archive: Archive, url: str, on: bool) -> None:
    """Visit an address again, or not any more; what is kept of it stays. Raises :class:`UsageError` for another."""
    with home.alone(LOCKED):
        following = Following(archive)
        feed = following.named(url)
        feed.switch(on)
        if not on:
            leave(archive, feed)
        following.save()


def say_theirs(home: Home, archive: Archive, desk: SigningKey, url: str, job: Job) -> list[Visit]:
    """Take in what was refused as another's, because it is still its author's, and visit the address."""
    with home.alone(LOCKED):
        following = Following(archive)
        following.named(url).say_theirs()
        following.save()
    return visit(home, archive, desk, [url], job)


def refused(archive: Archive) -> dict[str, tuple[list[Refused], list[Post]]]:
    """Return the addresses whose answers were refused, with what was kept, and the entries of the last answers."""
    found = {}
    for url, kept in unanswered(archive).items():
        told: dict[tuple[str, str], Post] = {}
        for each in kept[-SHOWN:]:
            told |= {(post.id, post.said): post for post in entries(archive, each)}
        found[url] = (kept, list(told.values()))
    return found
