r"""The export that Ghost gives to whoever runs a blog (Settings, Export content): tables of its database, as JSON.

::

    {"db": [{"meta": {"exported_on": 1753891082041, "version": "6.0.0"}, "data": {
      "posts": [{"id": "605ac141a2d5a6aa9e101ed4", "title": "五年了", "html": "<p>校舍塌了</p>", "lexical": …,
                 "type": "post", "status": "published", "visibility": "public",
                 "published_at": "2024-05-12T06:28:00.000Z", …}, …],
      "posts_meta": [{"post_id": "605a…", "feature_image_alt": "a wall", …}, …],
      "posts_authors": [{"post_id": …, "author_id": …, "sort_order": 0}, …], "posts_tags": […], "tags": […],
      "users": [{"id": …, "name": "林", "email": …, "password": …}, …], "members": …, "settings": …}}]}

A post's slices are its row, that of its ``posts_meta``, those that name its authors, and its tags. Whoever writes on
the blog may have a name there; nothing else of them is kept, nor any other table (``Plan.never_kept``).

What was **published for everybody** is public. For followers is what members or who pays may read (``visibility``), and
what was sent by mail alone. What waits for its hour, and what was taken back, is :data:`KEPT`. **Drafts that were never
published are not kept**: they are those of all who write on the blog, and nobody has said these words yet. Inside a
public post Ghost shows some parts to members alone, or by mail: these are no words of the post, and stand in its bytes.

Nothing in the export says which blog it is, and the addresses of its posts are made by a file that is not in it. Where
the desk says the blog's domain, a post has the id that it has in its feed. Times without an offset are UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.elements import Damage, Element, JsonValue, Window, decode, elements, seek
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members, publication
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Slice,
    checked_size,
    doubts,
    gaps,
    one_post,
    sound_elements,
)
from tamizdat.posts.formats.ghost_documents import markup_of
from tamizdat.posts.plain import KINDS, HtmlText, read_html
from tamizdat.posts.post import KEPT, Attachment, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "ghost/v1"
BEGINNING: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"db"\s*:\s*\[\s*\{\s*)?"meta"\s*:\s*\{[^{}]{0,400}"exported_on"[^{}]{0,400}\}'
)
EXPORTED: Final = re.compile(rb'"exported_on"\s*:\s*"?([0-9]{10,14})\b')
TABLE: Final = re.compile(r'"(?:posts|posts_meta|posts_authors|posts_tags|tags|users)"\s*+:\s*+(?=\[)')
LONGEST: Final = 1 << 10  #: characters of a table's name and what stands behind it
ROW: Final = re.compile(r'\{\s*"(?:id|title|uuid)"\s*:')
LISTS: Final = re.compile(r"(?:.*/)?members[^/]*\.csv")
PICTURE: Final = re.compile(r"(?:^|.*?/)content/((?:images|media|files)/[^?#]+)")
SITE: Final = "__GHOST_URL__"  #: what Ghost writes for the address of the blog
_COMMENT: Final = r"(?:(?!-->|<!--).)"  #: of one comment and no further: many that nothing ends cost no time
MEMBERS_ONLY: Final = re.compile(
    rf"<!--\s*kg-gated-block:begin(?!{_COMMENT}*?\bnonMember:true\b){_COMMENT}*+-->"
    r".*?(?:<!--\s*kg-gated-block:end\s*-->|\Z)",
    re.S,
)
MAILED: Final = re.compile(r"""["']email(?:-cta)?["']""")  #: a part that only who reads it by mail was shown
CLOSED: Final = "members-only"  #: that the bytes of a public post hold parts which not everybody was shown
OBJECT_ID: Final = re.compile(r"[0-9a-f]{24}")
UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
MAX_ROWS: Final = 100  #: authors, and tags, of one post
MAX_NAMES: Final = 4_096  #: who writes on one blog
DRAFTS: Final = "drafts that were never published; they are not kept"
PARTS: Final = "posts with parts that only members, or readers by mail, were shown: no words of theirs here"
ALONE: Final = (
    "What Ghost's export holds beside the posts (who writes, with passwords; members, settings …) is not kept."
)
UNSAID: Final = (
    "Ghost's export does not say which blog it is. Say it with --owner DOMAIN: then its posts have the ids that they "
    "have in its feed."
)
Rows = list[tuple[Slice, dict[str, JsonValue]]]


@dataclass
class _Tables:
    """What one file holds beside the posts, by the post's id: what is said of it, who wrote it, its tags."""

    meta: dict[str, Rows] = field(default_factory=dict)
    authors: dict[str, Rows] = field(default_factory=dict)
    tagged: dict[str, list[str]] = field(default_factory=dict)  #: ids of tags
    tags: dict[str, tuple[Slice, dict[str, JsonValue]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  #: of all who write on the blog
    wrote: set[str] = field(default_factory=set)  #: who wrote something that is kept
    kept: set[str] = field(default_factory=set)  #: ids of posts
    drafts: dict[int, int] = field(default_factory=dict)  #: how long they are, by where they begin
    rows: list[tuple[str, Slice]] = field(default_factory=list)  #: of all these tables, with the posts they are of


@dataclass
class _GhostPlan(Plan):
    tables: dict[str, _Tables] = field(default_factory=dict)  #: by file
    pictures: dict[str, str] = field(default_factory=dict)  #: files, by what follows ``content/`` in their addresses


def recognises(export: Export) -> bool:
    """Tell whether a file begins as Ghost's exports do."""
    return any(_is_export(export, path) for path in export.names())


def takes(export: Export, name: str) -> bool:
    """Tell whether a file beside it is a list of readers, which is not kept."""
    return LISTS.fullmatch(name) is not None


def _is_export(export: Export, path: str) -> bool:
    return path.endswith(".json") and BEGINNING.match(head(export, path)) is not None


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files, the rows of each that belong to posts, and where everything else stands."""
    made = _GhostPlan(NAME, [path for path in export.names() if _is_export(export, path)], unsaid=UNSAID)
    for path in export.names():
        if picture := PICTURE.fullmatch(path):  # of two blogs side by side nobody can tell whose it is
            made.pictures[picture[1]] = "" if picture[1] in made.pictures else path
    made.beside = frozenset(export.names()) - frozenset(made.sources)
    for path in made.sources:
        beginning = head(export, path)
        found, exported = BEGINNING.match(beginning), EXPORTED.search(beginning)
        kept, tables = [(0, found.end() if found else 0)], _Tables()
        with suppress(BadExport), export.open(path) as file:  # reading it tells what is wrong
            _look_through(Window(file), path, kept, tables)
        made.never_kept[path] = made.withheld[path] = sorted([*gaps(kept), *_unwanted(tables)])
        made.tables[path] = tables
        about = {number: name for number, name in tables.names.items() if number in tables.wrote}
        made.contexts[path] = {"authors": dict[str, Json](about)} if about else {}
        if when := _time(int(exported[1])) if exported else None:
            made.made[path] = when
        report.left.update({DRAFTS: len(tables.drafts)} if tables.drafts else {})
    if len(made.sources) == 1:
        made.as_of = next(iter(made.made.values()), None)
    if readers := sum(LISTS.fullmatch(path) is not None for path in export.names()):
        report.left[publication.READERS] += readers
    report.notes.append(ALONE)
    return made


def _look_through(window: Window, path: str, kept: list[tuple[int, int]], tables: _Tables) -> None:
    """Note what belongs to posts, and where these tables are."""
    for start, _, key in seek(window, TABLE, LONGEST):
        name = key.split('"', 2)[1]
        for element in sound_elements([] if name == "users" else kept, start, window, _rows(window, name)):
            row, where = element.value, Slice(path, element.offset, element.length)
            if name == "users":
                _note_name(row, tables.names)
            elif name != "posts":
                tables.rows.append((_text(row, "post_id"), where))
                _note_row(name, where, row, tables)
            elif _is_draft(row):
                tables.drafts[element.offset] = element.length
            elif number := _text(row, "id"):
                tables.kept.add(number)
                tables.wrote.add(_text(row, "author_id"))
    tables.wrote |= {_text(row, "author_id") for post in tables.kept for _, row in tables.authors.get(post, ())}


def _unwanted(tables: _Tables) -> list[tuple[int, int]]:
    """Return (offset, length) of drafts, and of the rows of other tables that no post needs that is kept."""
    tags = {tag for post in tables.kept for tag in tables.tagged.get(post, ())}
    used = {where.offset for tag, (where, _) in tables.tags.items() if tag in tags}
    left = (each for post, each in tables.rows if post not in tables.kept and each.offset not in used)
    return [*tables.drafts.items(), *((each.offset, each.length) for each in left)]


def _note_row(table: str, where: Slice, row: JsonValue, tables: _Tables) -> None:
    post = _text(row, "post_id")
    match table:
        case "tags":
            tables.tags.setdefault(_text(row, "id"), (where, _some(row, "id", "name", "visibility")))
        case "posts_tags":
            tables.tagged.setdefault(post, []).append(_text(row, "tag_id"))
        case "posts_meta":
            about = _some(row, "post_id", "feature_image_alt", "feature_image_caption", "email_only")
            tables.meta.setdefault(post, []).append((where, about))
        case _:
            tables.authors.setdefault(post, []).append((where, _some(row, "post_id", "author_id", "sort_order")))


def _note_name(row: JsonValue, names: dict[str, str]) -> None:
    """Note a name; for an address of mail the slug, unless Ghost has made that of the whole address."""
    name, slug = members.text(row, "name"), members.text(row, "slug")
    is_address = "@" in name and _letters(slug) == _letters(name)
    if len(names) < MAX_NAMES and (number := _text(row, "id")):
        names.setdefault(number, (name if name and "@" not in name else "" if is_address else slug)[:200])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _rows(window: Window, table: str) -> Iterator[Element | Damage]:
    """Yield the rows of a table; behind damage only what is surely one of it."""
    sound = True
    for found in elements(window, ROW):
        if isinstance(found, Damage):
            sound = False
        elif not sound and not _is_of(table, found.value):
            return
        yield found


def _is_of(table: str, row: JsonValue) -> bool:
    names = {"posts": ("title", "slug", "status"), "posts_meta": ("post_id", "meta_title"),
             "posts_authors": ("post_id", "author_id"), "posts_tags": ("post_id", "tag_id")}  # fmt: skip
    return isinstance(row, Mapping) and all(each in row for each in names.get(table, ("id", "name", "slug")))


def _some(row: JsonValue, *names: str) -> dict[str, JsonValue]:
    """Return some members of a row: a blog may have many."""
    return {name: value for name in names if (value := members.at(row, name)) is not None}


def _text(row: JsonValue, name: str) -> str:
    """Return a string, or a number as one: ids were numbers once."""
    return members.text(row, name) or members.digits(row, name)


def _is_draft(row: JsonValue) -> bool:
    """Tell whether a row is one that was never published, nor is to be at a certain time."""
    out = members.text(row, "status") in ("published", "scheduled", "sent")
    return isinstance(row, Mapping) and not out and members.at(row, "published_at") is None


def owner(context: Context) -> str:
    """Return the address of the blog that the desk named; "" if it named none."""
    return publication.site(context)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every post that is kept."""
    assert isinstance(plan, _GhostPlan)
    for path in plan.sources:
        try:
            with open_file(path) as file:
                window = Window(file)
                for _, _, key in seek(window, TABLE, LONGEST):
                    for element in _rows(window, key.split('"', 2)[1]):
                        if isinstance(element, Damage):
                            report.problem(element.kind, path, element.offset, element.detail)
                        elif key.startswith('"posts"') and element.offset not in plan.tables[path].drafts:
                            yield from _found(plan, Slice(path, element.offset, element.length), element.value, report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _found(plan: _GhostPlan, where: Slice, row: JsonValue, report: IngestReport) -> Iterator[Found]:
    tables, path = plan.tables[where.source], where.source
    number = _text(row, "id")
    tagged = dict.fromkeys(tag for tag in tables.tagged.get(number, ()) if tag in tables.tags)
    more = [*tables.meta.get(number, ())[:1], *tables.authors.get(number, ())[:MAX_ROWS],
            *(tables.tags[tag] for tag in [*tagged][:MAX_ROWS])]  # fmt: skip
    try:
        with one_post():
            if row is None:
                raise BadPost("", "damaged")
            made = _post(row, [about for _, about in more], plan.context_of(path))
    except BadPost as error:
        report.problem(error.kind, path, where.offset, str(error))
        return
    if CLOSED in made.private_details:
        report.left[PARTS] += 1
    own = [each.url for each in made.attachments if each.url.startswith(("/", f"{made.author.id or 'none:'}/"))]
    names = (found[1] for url in own if (found := PICTURE.match(url)))
    media = dict.fromkeys(filter(None, (plan.pictures.get(name) for name in names)))
    yield Found((where, *(each for each, _ in more)), made, tuple(media), as_of=plan.made.get(path))


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a row, and of the rows of other tables that belong to it."""
    with one_post():
        row, *more = (decode(each) for each in raw)
        return _post(row, more, context)


def _post(row: JsonValue, more: Sequence[JsonValue], context: Context) -> Post:
    site, audience = owner(context), _audience(row, more)
    title, said = members.text(row, "title").strip(), members.text(row, "custom_excerpt").strip()
    words, odd = _words(row, audience, site)
    written = members.at(row, "html")
    when = None if members.text(row, "status") == "scheduled" else members.at(row, "published_at")
    text = checked_size("\n\n".join(each for each in ("" if words.text.startswith(said) else said, words.text) if each))
    picture = tuple(_picture(row, more, site))
    if not (title or text or words.media or picture):
        raise BadPost("a post without a title, words and pictures")
    published, updated = _time(when), _time(members.at(row, "updated_at"))
    odd += doubts(written if isinstance(written, str) else "", published, when) if audience != KEPT else ()
    return Post(
        id=_id(row, site),
        author=Author(site, publication.host(context), _names(row, more, context)),
        text=text,
        published=published,
        kind="Article" if title else "Note",
        summary=title,
        audience=audience,
        attachments=(*picture, *words.media),
        tags=tuple(name for each in more if members.at(each, "post_id") is None
                   and members.text(each, "visibility") != "internal" and (name := members.text(each, "name"))),
        links=words.links,
        updated=updated if updated and published and updated > published else None,
        private_details=(CLOSED,) if audience == "public" and _has_closed_parts(row) else (),
        doubts=odd,
    )  # fmt: skip


def _id(row: JsonValue, site: str) -> str:
    """Return the id that the post has in the blog's feed; where nobody says which blog it is, its own."""
    number, unique = _text(row, "id").lower(), members.text(row, "uuid").lower()
    known = OBJECT_ID.fullmatch(number) or UUID.fullmatch(unique)
    if known is None:
        raise BadPost("a post without a number of its own")
    return f"{site}/rss/#{known[0]}" if site else f"urn:{'ghost' if len(known[0]) == 24 else 'uuid'}:{known[0]}"


def _names(row: JsonValue, more: Sequence[JsonValue], context: Context) -> str:
    """Return the names of those who wrote it, in the order in which they stand below it."""
    listed = [each for each in more if members.at(each, "author_id") is not None]
    listed.sort(key=lambda each: members.whole(each, "sort_order") or 0)
    numbers = [_text(each, "author_id") for each in listed] or [_text(row, "author_id")]
    return ", ".join(filter(None, (members.text(context, "authors", number) for number in dict.fromkeys(numbers))))


def _words(row: JsonValue, audience: str, site: str) -> tuple[HtmlText, tuple[str, ...]]:
    """Return the words as Ghost has shown them; only where it never did, those of the document that was written."""
    markup, odd = members.text(row, "html"), tuple[str, ...]()
    if not markup.strip():
        markup, strange = markup_of(members.text(row, "lexical"), members.text(row, "mobiledoc"))
        odd = tuple(f"form: {each}" for each in strange)
    if audience == "public":
        markup = MEMBERS_ONLY.sub("", markup)
    return read_html(markup.replace(SITE, site), f"{site}/" if site else ""), odd


def _has_closed_parts(row: JsonValue) -> bool:
    """Tell whether the bytes of a post hold what only members, or readers by mail, were shown."""
    written = (members.text(row, name) for name in ("lexical", "mobiledoc"))
    return MEMBERS_ONLY.search(members.text(row, "html")) is not None or any(map(MAILED.search, written))


def _picture(row: JsonValue, more: Sequence[JsonValue], site: str) -> Iterator[Attachment]:
    """Yield the picture above the post."""
    url = members.text(row, "feature_image") or members.text(row, "image")
    about = next((each for each in more if members.at(each, "post_id") is not None
                  and members.at(each, "author_id") is None), None)  # fmt: skip
    if url:
        alt = members.text(about, "feature_image_alt") or read_html(members.text(about, "feature_image_caption")).text
        url = url.replace(SITE, site)
        ending = url.partition("?")[0].rpartition(".")[2].lower()
        yield Attachment(KINDS.get(ending, "image/jpeg"), f"{site}{url}" if url.startswith("/") else url, alt)


def _time(value: JsonValue) -> str | None:
    """Return a time of the database: UTC, as a string or as milliseconds since 1970."""
    if type(value) is int:
        with suppress(OverflowError):
            return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)).isoformat() if value > 0 else None
        return None
    found = read_time(members.text(value))
    return f"{found}+00:00" if found and len(found) == 19 else found


def _audience(row: JsonValue, more: Sequence[JsonValue]) -> str:
    status = members.text(row, "status")
    by_mail = status == "sent" or any(members.at(each, "email_only") in (True, 1) for each in more)
    if status not in ("published", "sent"):
        return KEPT
    return "public" if members.text(row, "visibility") in ("", "public") and not by_mail else "followers"
