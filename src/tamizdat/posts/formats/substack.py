"""The export that Substack gives to whoever writes a publication (Settings, Export).

::

    posts.csv                         post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,…
                                      140001.five-years,2024-05-12T06:28:00.000Z,true,…,newsletter,everyone,五年了,…
    posts/140001.five-years.html      <p>校舍塌了</p>…                           the words, without head and title
    posts/140001.opens.csv            who opened the letter, and when           (and .delivers.csv)
    email_list.NAME.csv               who reads it, by their addresses of mail

A post is its row and the whole of its page; what stands under the title (*subtitle*) is the first paragraph. Nothing in
the export says which publication it is. If the desk does, a post has the address that it has in the publication's feed.

Whatever is not published is :data:`KEPT`, drafts among it; what was published and is for those who pay, or whose
``audience`` is another word than ``everyone``, is for followers. **Lists of readers are never kept**: they are counted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.elements import JsonValue
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
    one_post,
)
from tamizdat.posts.formats.rows import csv_rows, header_of, named
from tamizdat.posts.plain import media_type_of, read_html
from tamizdat.posts.post import KEPT, Attachment, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "substack/v1"
COLUMNS: Final = frozenset(["post_id", "post_date", "is_published", "audience", "title"])
MAX_PAGE: Final = 4 << 20  #: bytes
LISTS: Final = re.compile(r"(?:.*/)?(?:email_list[^/]*|[^/]*\.(?:opens|delivers)|subscribers?[^/]*)\.csv")
_PAGE: Final = re.compile(r"((?:.*/)?)posts/([0-9]{1,20})(?:\.[^/]*)?\.html")
_ID: Final = re.compile(r"([0-9]{1,20})(?:\.([A-Za-z0-9_%-]{1,300}))?")
SERVICE: Final = "substack.com"
NO_WORDS: Final = "drafts without a page, and so without words"
UNSAID: Final = (
    "Substack's export does not say which publication it is. Say it with --owner NAME (of NAME.substack.com, or the "
    "publication's own domain): then its posts have the addresses that they have in its feed."
)


@dataclass
class _SubstackPlan(Plan):
    pages: dict[tuple[str, str], str] = field(default_factory=dict)  #: by the table's folder, and the post's number
    empty: frozenset[str] = frozenset()  #: pages of 0 bytes: these posts have no words


def recognises(export: Export) -> bool:
    """Tell whether a table has the columns of Substack's."""
    return any(_is_table(export, path) for path in export.names())


def takes(export: Export, name: str) -> bool:
    """Tell whether a file beside the table is the page of a post, or a list of readers, which is not kept."""
    return LISTS.fullmatch(name) is not None or _PAGE.fullmatch(name) is not None


def _is_table(export: Export, path: str) -> bool:
    return path.rsplit("/", 1)[-1] == "posts.csv" and COLUMNS.issubset(header_of(head(export, path))[0])


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the tables, and the pages of the posts that stand in them."""
    made = _SubstackPlan(NAME, [], unsaid=UNSAID)
    for path in export.names():
        if found := _PAGE.fullmatch(path):
            made.pages[found[1], found[2]] = path
    for table in (path for path in export.names() if _is_table(export, path)):
        names: list[Json] = [*header_of(head(export, table))[0]]
        made.contexts[table] = {"header": names}
        used = (_page_of(made, table, number) for number in _numbers(export, table, names))
        made.sources += [table, *dict.fromkeys(page for page in used if page)]
    made.empty = frozenset(path for path in made.sources if export.size(path) == 0)
    made.sources = [path for path in made.sources if path not in made.empty]
    if readers := sum(LISTS.fullmatch(path) is not None for path in export.names()):
        report.left[publication.READERS] += readers
    return made


def _page_of(plan: _SubstackPlan, table: str, post_id: str) -> str:
    return plan.pages.get((table.removesuffix("posts.csv"), post_id.partition(".")[0].strip()), "")


def _numbers(export: Export, table: str, header: Sequence[Json]) -> Iterator[str]:
    try:
        with export.open(table) as file:
            for row in csv_rows(file):
                try:
                    yield "" if row.damage else _row(row.raw, header)["post_id"]
                except BadPost:
                    continue  # `read` tells of it
    except BadExport:
        return


def _row(raw: bytes, header: object) -> dict[str, str]:
    names = [str(each) for each in header] if isinstance(header, list) else []
    return {name: members.text(value) for name, value in ({"post_id": ""} | dict(named(raw, names))).items()}


def owner(context: Context) -> str:
    """Return the address of the publication that the desk named; "" if it named none."""
    return publication.site(context, SERVICE)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every post that has words or a title."""
    assert isinstance(plan, _SubstackPlan)
    held = frozenset(plan.sources)
    for table in (path for path in plan.sources if path in plan.contexts):
        try:
            with open_file(table) as file:
                rows = csv_rows(file)
                next(rows, None)  # the names of the columns
                for row in rows:
                    if row.damage:
                        report.problem(row.damage, table, row.offset)
                    else:
                        yield from _found(plan, Slice(table, row.offset, row.size), row.raw, held, open_file, report)
        except BadExport as error:
            report.problem("damaged", table, detail=str(error))


def _found(
    plan: _SubstackPlan, where: Slice, row: bytes, held: frozenset[str], open_file: Open, report: IngestReport
) -> Iterator[Found]:
    context = plan.context_of(where.source)
    try:
        with one_post():
            said = _row(row, context.get("header"))
            page = _page_of(plan, where.source, said["post_id"])
            raw, slices = [row], [where]
            if page in held:
                with open_file(page) as file:
                    raw.append(file.read(MAX_PAGE + 1))
                slices.append(Slice(page, 0, len(raw[1])))
                if len(raw[1]) > MAX_PAGE:
                    raise BadPost(f"a page of more than {MAX_PAGE:,} bytes", "size")
            elif page not in plan.empty and not _is_out(said):
                report.left[NO_WORDS] += 1
                return
            elif page not in plan.empty:  # a later export with it would look like an edit
                raise BadPost("the page of this post", "missing")
            found = post(raw, context)
    except BadPost as error:
        report.problem(error.kind, where.source, where.offset, str(error))
        return
    yield Found(tuple(slices), found)


def _is_out(said: Mapping[str, str]) -> bool:
    return said.get("is_published", "").strip().lower() == "true"


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a row, and of its page if it has one."""
    with one_post():
        said = _row(raw[0], context.get("header"))
        numbered = _ID.fullmatch(said["post_id"].strip())
        if numbered is None:
            raise BadPost("a row without the number of a post")
        site, slug = owner(context), numbered[2] or ""
        page = raw[1].decode("utf-8", "replace") if len(raw) > 1 else ""
        words = read_html(page, f"{site}/" if site else "")
        title, above = said.get("title", "").strip(), said.get("subtitle", "").strip()
        text = checked_size("\n\n".join(each for each in (above, words.text) if each))
        sound = said.get("podcast_url", "").strip()
        if not (title or text or words.media or sound):
            raise BadPost("a post without a title, words and pictures")
        address = f"{site}/p/{slug}" if site and slug else ""
        published = read_time(_time(said.get("post_date", "")))
        odd = ("encoding",) if "\ufffd" in page and b"\xef\xbf\xbd" not in raw[1] else ()
        return Post(
            id=address or f"urn:substack:{numbered[1]}",
            author=Author(site, publication.host(context, SERVICE)),
            text=text,
            published=published,
            kind="Article" if title else "Note",
            summary=title,
            url=address,
            audience=_audience(said),
            attachments=(*words.media, *([Attachment(media_type_of(sound) or "audio/mpeg", sound)] if sound else ())),
            links=words.links,
            doubts=(*(doubts(page, published, said.get("post_date")) if _is_out(said) else ()), *odd),
        )


def _time(written: str) -> JsonValue:
    return written.strip() or None


def _audience(said: Mapping[str, str]) -> str:
    if not _is_out(said):
        return KEPT
    return "public" if said.get("audience", "").strip().lower() == "everyone" else "followers"
