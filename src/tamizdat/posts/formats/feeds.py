"""RSS 0.9 to 2.0, Atom 0.3 and 1.0 and JSON Feed 1.x: what a site gives out of its latest posts.

::

    <entry><id>tag:a.example,2013:5</id><published>2013-05-12T14:28:00+08:00</published><content …>…</content></entry>
    <item><guid>https://a.example/5</guid><pubDate>Sun, 12 May 2013 14:28:00 +0800</pubDate><description>…</item>
    {"id": "https://a.example/5", "date_published": "2013-05-12T14:28:00+08:00", "content_text": "…"}

An entry is an ``Article`` when it has a title, and a ``Note`` otherwise; what it is known by and which of its words are
its text, :mod:`~tamizdat.posts.formats.feed_entries` tells. That a post is no more in a feed says nothing: feeds hold
the latest. A feed is read as far as any reader reads it, and what had to be mended for that is told.

Whose feed it is, a document may say of itself as it likes. What was fetched is therefore filed under the address it was
fetched from (:class:`FetchedFeed`); only of a file that somebody handed in, the feed's own word is all there is.

A whole feed is at most :data:`MAX_FEED` bytes and is read at once.
"""

import contextlib
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Final, TypeVar

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import Damage, JsonValue, NotJson, Window, decode, elements, enter
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.feed_times import read_feed_time
from tamizdat.posts.formats import members
from tamizdat.posts.formats.feed_entries import (
    Reading,
    describe_json,
    describe_xml,
    json_key,
    json_post,
    xml_base,
    xml_key,
    xml_post,
)
from tamizdat.posts.formats.feed_fields import Fields
from tamizdat.posts.formats.feed_identity import Key, here, identity, only_site, person, said_of, shared
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Slice, checked_size, one_post
from tamizdat.posts.formats.xml_feed import BadXml, read_entry, read_xml
from tamizdat.posts.formats.xml_node import Node
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

T = TypeVar("T")
_ENTRY: Final = re.compile(rb"<(?:\w+:)?(?:item|entry)\b")
_MADE: Final = re.compile(rb"<(?:lastBuildDate|(?:atom:)?updated|dc:date)>([^<>]{6,100})<")
NAME: Final = "feed/v4"  #: those before ``feed/v3`` are in feeds_earlier.py
MAX_FEED: Final = 32 << 20
ROOT: Final = re.compile(rb"<(?:[\w.-]{1,64}:)?(?:rss|feed)[\s>]", re.I)
#: RDF and elements of this name stand in much else: pages, pictures, dictionaries
RDF: Final = re.compile(rb"<(?:[\w.-]{1,64}:)?rdf[\s>]", re.I)
RSS_1: Final = re.compile(rb"purl\.org/(?:net/)?rss|netscape\.com/(?:rdf|publish)")
ENTRY: Final = re.compile(rb"<(?:[\w.-]{1,64}:)?entry\s[^>]{0,1000}(?:w3\.org/2005/Atom|purl\.org/atom)", re.I)
JSON_FEED: Final = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
START: Final = re.compile(r'\{\s*"id"\s*:')


def recognises(export: Export) -> bool:
    """Tell whether there is a feed. Only a file alone, or a folder of feeds: an archive of X holds no feed."""
    return any(is_feed(head(export, path)) for path in export.names()[:1000])


def is_feed(beginning: bytes) -> bool:
    """Tell whether a file that begins so is a feed."""
    narrow = beginning.replace(b"\0", b"")
    if ROOT.search(narrow) or ENTRY.search(narrow) or (RDF.search(narrow) and RSS_1.search(narrow)):
        return True
    return bool(JSON_FEED.search(narrow) and b"{" in narrow[:8])


@dataclass
class _Parsed:
    """Where the entries of a file stand, what they are known by, and what was wrong with it as a whole."""

    digest: bytes
    entries: list[tuple[tuple[int, int], ...]]
    problems: list[BadXml]
    keys: list[Key] = field(default_factory=list)
    nodes: list[Node | None] = field(default_factory=list)  #: of entries that need not be parsed again


@dataclass
class Listed:
    """What a feed holds: ids and links of its entries; and the addresses that are its own."""

    posts: list[tuple[str, str]] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)


@dataclass
class _FeedPlan(Plan):
    """The feeds, read once already, for what they say of themselves."""

    parsed: dict[str, _Parsed] = field(default_factory=dict)


def plan(export: Export, report: IngestReport, about: Context | None = None) -> Plan:
    """Return the feeds, and what they say of themselves. *about* is known of all beforehand."""
    made = _FeedPlan(NAME, [])
    for path in export.names():
        if not is_feed(head(export, path)):
            continue
        if export.size(path) > MAX_FEED:
            report.problem("size", path)
            continue
        made.sources.append(path)
        if when := made_at(head(export, path)):
            made.made[path] = when
        try:
            with export.open(path) as file, one_post():
                made.contexts[path], made.parsed[path] = _describe(file.read(MAX_FEED), about or {})
            if len(made.parsed) > 1:  # of one feed there is room for all
                for each in made.parsed.values():
                    each.nodes.clear()
        except BadExport:
            pass  # `read` tells of it
        except BadPost as error:  # what it says of itself cannot be read; its entries may be
            report.problem(error.kind, path, 0, str(error))
    return made


def made_at(beginning: bytes) -> str | None:
    """Return when a feed says it was made: of the copies that people saved, it tells which is the older one."""
    before = _ENTRY.split(beginning, maxsplit=1)[0]
    found = _MADE.search(before)
    return read_feed_time(found[1].decode("latin-1").strip()) if found else None


@dataclass(frozen=True)
class FetchedFeed:
    """The format of a feed that was fetched from *address*: that, and not what the feed says, is its voice.

    *charset* is the one of the HTTP header; *fetched* the address that answered in the end, if it is another.
    """

    address: str
    charset: str = ""
    fetched: str = ""
    NAME: str = NAME

    def recognises(self, export: Export) -> bool:
        """Tell whether there is a feed."""
        return recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return the plan of :func:`plan`, each context with what is known of the fetching."""
        known = {"address": self.address, "charset": self.charset, "fetched": self.fetched}
        about: Context = {name: value for name, value in known.items() if value}
        made = plan(export, report, about)
        made.contexts = {path: {**made.context_of(path), **about} for path in made.sources}
        return made

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        """Yield every entry."""
        return read(plan, open_file, report)

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post of an entry."""
        return post(raw, context)


def describe(data: bytes) -> Context:
    """Return the context of a feed's entries: its kind, address, title, author, language, and the tags around them."""
    return _describe(data, {})[0]


def _describe(data: bytes, about: Context) -> tuple[Context, _Parsed]:
    found = _describe_json(data, about) if _is_json(data) else _describe_xml(data, about)
    context, parsed = found
    if not any(context[name] for name in ("id", "site", "self")):
        context["id"] = only_site(parsed.keys)
    if several := shared(parsed.keys):
        context["shared"] = several
    return context, parsed


def listed(plan: Plan) -> dict[str, Listed]:
    """Return what the feeds of a plan hold, by the ids of their voices; an id made of words is not among it."""
    found: dict[str, Listed] = {}
    for path, parsed in plan.parsed.items() if isinstance(plan, _FeedPlan) else ():
        context = plan.context_of(path)
        feed = found.setdefault(person("", context).id, Listed())
        feed.posts += [(identity(key, "", context), key.link) for key in parsed.keys]
        feed.addresses |= {said_of(context, name) for name in ("site", "self", "address", "fetched", "id")} - {""}
    return found


_Described = tuple[Context, _Parsed]


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _describe_json(data: bytes, about: Context) -> _Described:
    said: dict[str, JsonValue] = {}
    window, digest = Window(io.BytesIO(data)), hashlib.sha256(data).digest()
    try:
        for name, value in enter(window, "items"):
            said[name] = value
    except NotJson:
        context: Context = {"kind": "json", **describe_json(said)}
        return context, _Parsed(digest, [], [BadXml("no list of items", "form", window.offset)])
    entries, values, problems = list[tuple[tuple[int, int], ...]](), list[JsonValue](), list[BadXml]()
    for element in elements(window, START):
        if isinstance(element, Damage):
            problems.append(BadXml(element.detail, element.kind, element.offset))
            continue
        if element.lenient:
            problems.append(BadXml("commas too many", "syntax", element.offset))
        entries.append(((element.offset, element.length),))
        values.append(element.value)
    with contextlib.suppress(NotJson):  # what a feed says of itself may stand behind its items
        for name, value in () if "title" in said else enter(Window(io.BytesIO(data)), ""):
            said[name] = value
    context = {"kind": "json", **describe_json(said)}
    base = here({**context, **about})
    return context, _Parsed(digest, entries, problems, _keys(values, lambda value: json_key(value, base)))


def _keys(entries: Iterable[T], key: Callable[[T], Key]) -> list[Key]:
    """Return what each entry is known by; one that cannot be read is known by its place, and told when it is read."""
    found = []
    for number, each in enumerate(entries):
        try:
            with one_post():
                found.append(key(each))
        except BadPost:
            found.append(Key("", "", "", str(number)))
    return found


def _describe_xml(data: bytes, about: Context) -> _Described:
    feed = read_xml(data, members.text(about, "charset"))
    context: Context = {"kind": "xml", "open": feed.open, "encoding": feed.encoding, **describe_xml(Node("", "", {}))}
    try:
        with one_post():
            context |= describe_xml(feed.head)
    except BadPost as error:  # such as a title of two million characters; the entries are none the worse
        feed.problems.append(BadXml(f"what the feed says of itself: {error}", error.kind))
    seen = {**context, **about}
    keys = _keys(feed.entries, lambda each: xml_key(each.node, Fields(each.node), xml_base(each.node, seen)))
    digest, pieces = hashlib.sha256(data).digest(), [each.pieces for each in feed.entries]
    nodes = [each.node if each.alone else None for each in feed.entries]
    return context, _Parsed(digest, pieces, feed.problems, keys, nodes)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every entry."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                data = file.read(MAX_FEED + 1)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
            continue
        parsed = plan.parsed.get(path) if isinstance(plan, _FeedPlan) else None
        if parsed is None or parsed.digest != hashlib.sha256(data).digest():
            try:
                with one_post():
                    parsed = _describe(data, plan.context_of(path))[1]
            except BadPost:
                continue  # `plan` told of it
        yield from _read(path, data, parsed, plan.context_of(path), report)


def _read(path: str, data: bytes, parsed: _Parsed, context: Context, report: IngestReport) -> Iterator[Found]:
    for problem in parsed.problems:
        report.problem(problem.kind, path, problem.offset, str(problem))
    if not parsed.entries and not any(each.kind != "syntax" for each in parsed.problems):
        report.problem("form", path, 0, "a feed without any entry")
    nodes, parsed.nodes = parsed.nodes or [None] * len(parsed.entries), []
    nodes.reverse()
    for pieces in parsed.entries:
        raw = [data[offset : offset + length] for offset, length in pieces]
        try:
            with one_post():
                found = _post(raw, context, nodes.pop())
        except BadPost as error:
            report.problem(error.kind, path, pieces[0][0], str(error))
            continue
        if found.left:
            report.left[found.left] += 1
            continue
        if found.comments:
            report.left["comments"] += found.comments
        if found.undated:
            report.problem("time", path, pieces[0][0], f"it cannot be read: {found.undated[:80]}")
        yield Found(tuple(Slice(path, offset, length) for offset, length in pieces), found.post)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry."""
    with one_post():
        return _post(raw, context).post


def post_v3(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``feed/v3`` read it, which knew neither what describes a picture nor typed paragraphs."""
    with one_post():
        return _post(raw, context, v3=True).post


def _post(raw: Sequence[bytes], context: Context, node: Node | None = None, v3: bool = False) -> Reading:
    """Read an entry from its bytes; *node* is what they are, if that is known."""
    data = b"".join(raw)
    if context.get("kind") == "json":
        return _finished(json_post(decode(data), context))
    opened, encoding = members.text(context, "open"), members.text(context, "encoding")
    try:
        node = node or read_entry(opened, data, encoding)
    except BadXml as error:
        raise BadPost(str(error), error.kind) from error
    return _finished(xml_post(node, context, () if _is_sound(data, encoding) else ("encoding",), v3))


def _is_sound(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (LookupError, ValueError):
        return False
    return True


def _finished(found: Reading) -> Reading:
    post = found.post
    if not post.text and not post.summary and not post.attachments and not found.left:
        raise BadPost("an entry without words")
    checked_size(post.text)
    return found
