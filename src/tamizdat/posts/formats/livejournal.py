r"""A journal of LiveJournal or Dreamwidth, as it gives it to its owner month by month, and as ljdump fetches it.

::

    <?xml version="1.0" encoding='utf-8'?>
    <livejournal>
    <entry><itemid>14592</itemid><eventtime>2013-05-12 14:28:00</eventtime><logtime>2013-05-12 10:28:11</logtime>
    <subject>五年了</subject><event>校舍塌了 &lt;lj user="wang"&gt;</event><security>usemask</security>
    <allowmask>1</allowmask><current_mood></current_mood></entry> …

    L-57    <?xml …?><event><itemid>57</itemid><anum>0</anum><url>https://lin.livejournal.com/14592.html</url>…
            <props><taglist>校舍</taglist><revtime>1368343680</revtime>…</props></event>            ljdump, one a file

Only public entries are for everybody; what friends could read (``usemask``) is for followers, what nobody could is
:data:`KEPT`, and so is an entry whose export was made without that column. In ljdump's files a missing ``security`` is
the interface's own way to say public.

``eventtime`` is the clock of who wrote, without a zone; it may be any time. The month's file does not say whose it is,
and numbers are those of one journal: with ``--owner`` a post has the address that it has in the journal's feed, without
it an id that holds the second at which the server took it. **A community's export has everybody's entries under no
name**: the voice is the journal. Where ljdump tells who wrote (``poster``), it is theirs.

An export is as old as the newest ``logtime`` in it, by the server's clock. Comments are other people's words, and not
kept.
"""

import re
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from tamizdat.encoding import canonical, sha256_hex
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members, publication
from tamizdat.posts.formats.feed_audience import FRIENDS
from tamizdat.posts.formats.feed_encoding import decoded
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Slice,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.formats.xml_feed import BadXml, read_entry, read_tree, read_xml
from tamizdat.posts.formats.xml_node import Node
from tamizdat.posts.plain import read_html, text_of
from tamizdat.posts.post import KEPT, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time
from tamizdat.posts.typed_paragraphs import paragraphs

NAME: Final = "livejournal/v1"
SERVICE: Final = "livejournal.com"
MAX_FILE: Final = 32 << 20  #: bytes of a month
MAX_ENTRY: Final = 4 << 20  #: bytes of an entry in a file of its own
MOST_MENDED: Final = 1_000
JOURNAL: Final = re.compile(rb"<livejournal\b[^>]*>\s*<entry\b")
DUMPED: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<event>\s*<")
FIELD: Final = re.compile(rb"<(?:itemid|eventtime|logtime)>")
COMMENTS: Final = re.compile(
    rb"<livejournal\b[^>]*>\s*<(?:comments|maxid)\b|\A\s*(?:<\?xml[^>]*>\s*)?<comments>\s*<comment"
)
ADDRESS: Final = re.compile(r"https?://([a-z0-9.-]{4,253})/(?:([\w-]{1,64})/)?([0-9]{1,20})\.html")
TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?")
TAKEN: Final = re.compile(rb"<logtime>(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)</logtime>|<revtime>(\d{9,11})</revtime>")
#: a person or a community whom an entry names: the program writes their name there
NAMED: Final = re.compile(r"<(?:lj|user)\b[^<>]*?\b(?:user|comm|name)\s*=\s*[\"']?([\w-]{1,64})[^<>]*>", re.I)
OTHERS: Final = "files of comments, which are other people's words; they are not kept"
UNSAID: Final = (
    "The export of a journal does not say whose it is. Say it with --owner NAME (of NAME.livejournal.com) or --owner "
    "NAME.dreamwidth.org, and before anything else of it is collected: then its posts have the addresses that they "
    "have in its feed."
)


def recognises(export: Export) -> bool:
    """Tell whether a file holds entries of a journal."""
    return any(_is_journal(head(export, path)) for path in export.names())


def _is_journal(beginning: bytes) -> bool:
    narrow = beginning.replace(b"\0", b"")
    return bool((JOURNAL.search(narrow) or DUMPED.search(narrow)) and FIELD.search(narrow))


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files of entries; those of comments are counted."""
    made = Plan(NAME, [])
    for path in export.names():
        beginning = head(export, path)
        if _is_journal(beginning):
            made.sources.append(path)
            made.contexts[path] = {"whole": True} if DUMPED.search(beginning) else {}
        elif COMMENTS.search(beginning):
            report.left[OTHERS] += 1
    return made


def owner(context: Context) -> str:
    """Return the address of the journal that the desk named; "" if it named none."""
    named = members.text(context, "handle")
    return publication.site({"handle": named.replace("_", "-")}, SERVICE)


def times(plan: Plan, open_file: Open) -> Iterator[str]:
    """Yield when the server took each entry, and when one was changed: its clock is that of UTC."""
    for path in plan.sources:
        with suppress(BadExport), open_file(path) as file:
            for found in TAKEN.finditer(file.read(MAX_FILE)):
                taken, changed = (each.decode() if each else "" for each in found.groups())
                yield _instant(changed) or f"{taken.replace(' ', 'T')}+00:00"


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every entry."""
    if not owner(plan.context) and any("whole" not in plan.contexts[path] for path in plan.sources):
        report.notes.append(UNSAID)
    for path in plan.sources:
        context = plan.context_of(path)
        most = MAX_ENTRY if context.get("whole") else MAX_FILE
        try:
            with open_file(path) as file:
                data = file.read(most + 1)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
            continue
        if len(data) > most:
            report.problem("size", path, detail=f"at most {most:,} bytes are read")
        elif context.get("whole"):
            yield from _found(Slice(path, 0, len(data)), data, context, report)
        else:
            yield from _month(path, data, plan, report)


def _month(path: str, data: bytes, plan: Plan, report: IngestReport) -> Iterator[Found]:
    journal = read_xml(data)
    for problem in journal.problems:
        report.problem(problem.kind, path, problem.offset, str(problem))
    plan.contexts[path] |= {"open": journal.open, "encoding": journal.encoding}
    context = plan.context_of(path)
    for entry in journal.entries:
        if len(entry.pieces) != 1:
            report.problem("damaged", path, entry.pieces[0][0], "an entry inside another")
            continue
        [(offset, length)] = entry.pieces
        yield from _found(Slice(path, offset, length), data[offset : offset + length], context, report)


def _found(where: Slice, raw: bytes, context: Context, report: IngestReport) -> Iterator[Found]:
    try:
        made = post([raw], context)
    except BadPost as error:
        report.problem(error.kind, where.source, where.offset, str(error))
        return
    yield Found((where,), made)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry."""
    with one_post():
        if context.get("whole"):
            text = decoded(raw[0]).text
            sound = read_tree(text, 0)
            entry = sound or read_tree(text, MOST_MENDED)
            if entry is None or entry.name != "event":
                raise BadPost("a file that is no XML", "damaged")
            return _post(entry, context, is_public=sound is not None)  # what is damaged may have said otherwise
        try:
            entry = read_entry(members.text(context, "open"), raw[0], members.text(context, "encoding") or "utf-8")
        except BadXml as error:
            raise BadPost(str(error), "damaged") from error
        return _post(entry, context, is_public=False)


def _said(entry: Node, name: str) -> str:
    found = entry.child(name)
    return found.text().strip() if found else ""


def _post(entry: Node, context: Context, is_public: bool) -> Post:
    """Return the post of an element; *is_public*: one of which nothing is said is for everybody."""
    properties, number, taken = entry.child("props") or Node("", "props", {}), _number(entry), _said(entry, "logtime")
    site, address = _place(entry, context, number)
    if not number and not address:
        raise BadPost("an entry without its number")
    published = _time(_said(entry, "eventtime"))
    written = _said(entry, "event").replace("\r\n", "\n")
    is_markup = _said(properties, "opt_preformatted") in ("1", "true")
    html = NAMED.sub(lambda found: f"<b>{found[1]}</b>", written)
    words = read_html(html if is_markup else paragraphs(html), f"{site}/" if site else "")
    title, text = text_of(NAMED.sub(r"\1", _said(entry, "subject"))), checked_size(words.text)
    if not (title or text or words.media):
        raise BadPost("an entry without a title, words and pictures")
    revised, who, journal = _instant(_said(properties, "revtime")), _said(entry, "poster"), _journal(site, context)
    by_other = bool(who) and who.replace("_", "-").lower() != journal
    audience = _audience({each.text().strip().lower() for each in entry.all("security")}, is_public)
    return Post(
        id=address or f"urn:livejournal:{sha256_hex(canonical([number, taken]))[:32]}",
        author=Author(f"{site or 'urn:livejournal'}#by-{who}", who) if by_other else Author(site, _host(site)),
        text=text,
        published=published,
        kind="Article" if title else "Note",
        summary=title,
        url=address,
        audience="direct" if by_other and audience == KEPT else audience,
        attachments=words.media,
        links=words.links,
        tags=tuple(each.strip() for each in _said(properties, "taglist").split(",") if each.strip()),
        updated=revised,
        private_details=tuple(_told_beside(properties)),
        doubts=doubts(written, published, _said(entry, "eventtime")),
    )


def _number(entry: Node) -> str:
    """Return the number that an entry has in its address: with ljdump in two parts, or alone."""
    alone, first, last = (members.digits(_said(entry, name)) for name in ("ditemid", "itemid", "anum"))
    return alone or (str(int(first) * 256 + int(last)) if first and last else first)


def _place(entry: Node, context: Context, number: str) -> tuple[str, str]:
    """Return the address of the journal and that of the entry, as far as they are known."""
    if found := ADDRESS.fullmatch(_said(entry, "url")):
        site = f"https://{found[1]}{f'/{found[2]}' if found[2] else ''}"
        return site, f"{site}/{found[3]}.html"
    site = owner(context)
    return site, f"{site}/{number}.html" if site and number else ""


def _host(site: str) -> str:
    return site.removeprefix("https://")


def _journal(site: str, context: Context) -> str:
    """Return the name of the journal: the first part of its host, or what follows that."""
    host, _, path = _host(site).partition("/")
    return path.replace("_", "-").lower() or host.partition(".")[0] or members.text(context, "handle").lower()


def _time(written: str) -> str | None:
    """Return the clock of who wrote it, which has no zone."""
    return read_time(written.replace(" ", "T")) if TIME.fullmatch(written) else None


def _instant(seconds: str) -> str | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(seconds), UTC).isoformat() if members.digits(seconds) else None
    return None


def _audience(said: Set[str], is_public: bool) -> str:
    """Return for whom an entry was, by each word that stands there; *is_public*: none means everybody."""
    if said == {"public"} or (is_public and not said):
        return "public"
    return "followers" if said and said <= {"public", *FRIENDS} else KEPT


def _told_beside(properties: Node) -> Iterator[str]:
    """Yield what an entry tells besides its words: where it was written."""
    if _said(properties, "current_coords"):
        yield "coordinates"
    if _said(properties, "current_location"):
        yield "place"
