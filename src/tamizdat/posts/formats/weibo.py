"""Weibo, as two widespread crawlers write it: weibo-crawler (CSV, JSON), weibo-search (CSV).

::

    id,bid,正文,头条文章url,原始图片url,…,完整日期,…,是否原创,源用户id,源用户昵称,源微博id,…     12345.csv
    {"user": {…}, "weibo": [{"user_id": 12345, "screen_name": "林", "id": 4454572602912349, "bid": "…", "text": "…",
      "pics": "https://…,…", "full_created_at": "2019-12-28 11:57:05", "source": "…", "retweet": {…}}, …]}
    id,bid,user_id,用户昵称,微博正文,…,发布时间,发布工具,微博图片url,微博视频url,retweet_id,ip,…

Times have no offset and are those of Weibo, +08:00 (the crawlers take "five minutes ago" by their own clock; that
cannot be told from the file). Place, address of origin and device are private details. A repost without words of its
own is an ``Announce``; with words it quotes. Where the repeated post is gone, Weibo puts a sentence in its place, and
the crawlers no account: it is a mere reference then. These crawlers do not tell for whom a post was; ``visible``, which
Weibo does, is heard where somebody let it through.

The CSV of weibo-crawler has no account but in its file's name. Its columns have grown; a file that was gone on with
by a newer version has rows longer than its first line. Of these number and words alone are taken, and it is told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.encoding import Json
from tamizdat.posts.elements import Damage, JsonValue, NotJson, Window, decode, elements, enter
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Removal,
    Slice,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.formats.rows import csv_rows, fields, header_of
from tamizdat.posts.plain import to_plain
from tamizdat.posts.post import Attachment, Author, Post, reference
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "weibo/v1"
LIST: Final = "weibo"
CRAWLER: Final = ("id", "bid", "正文")
SEARCH: Final = ("id", "bid", "user_id", "用户昵称", "微博正文")
#: columns by what crawlers call the same in JSON
COLUMNS: Final = {
    "id": "id", "bid": "bid", "user_id": "user_id", "用户id": "user_id", "用户昵称": "screen_name", "正文": "text",
    "微博正文": "text", "头条文章url": "article_url", "原始图片url": "pics", "微博图片url": "pics",
    "视频url": "video_url", "微博视频url": "video_url", "位置": "location", "发布位置": "location",
    "完整日期": "full_created_at", "日期": "created_at", "发布时间": "created_at", "工具": "source",
    "发布工具": "source", "话题": "topics", "ip": "ip", "retweet_id": "retweet_id",
}  # fmt: skip
INNER: Final = "源"
INNER_POST: Final = "源微博"
OWN_WORDLESS: Final = ("", "转发微博", "轉發微博", "Repost", "转发")
HTML: Final = re.compile(r"<(?:a\s+\S+=|span\s+class=|br\s*/?>|img\s)")
BEGINNING: Final = re.compile(rb'\s*\{\s*"(?:user"\s*:\s*\{|weibo"\s*:\s*\[)')
START: Final = re.compile(r'\{\s*"(?:user_id|screen_name|id|bid)"\s*:')
PICTURE: Final = re.compile(r"_([0-9]{9,20})[_.-]")
ZONE: Final = "+08:00"
LIVE: Final = re.compile("//")
LIVE_COLUMNS: Final = ("Live Photo视频url", "源微博Live Photo视频url")


def recognises(export: Export) -> bool:
    """Tell whether a file has the columns, or the members, that these crawlers write."""
    return any(_form(export, path) for path in export.names())


def _form(export: Export, path: str) -> str:
    if not path.endswith((".csv", ".json")):
        return ""
    beginning = head(export, path)
    if path.endswith(".csv"):
        header, _ = header_of(beginning)
        return "csv" if tuple(header[:3]) == CRAWLER or tuple(header[:5]) == SEARCH else ""
    is_list = BEGINNING.match(beginning) and (b'"screen_name"' in beginning or b'"bid"' in beginning)
    return "json" if is_list else ""


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the tables and lists, and the pictures that bear a post's number in their names."""
    made = Plan(NAME, [path for path in export.names() if _form(export, path)])
    for path in made.sources:
        context: Context = {"form": _form(export, path)}
        if context["form"] == "csv":
            header, _ = header_of(head(export, path))
            names: list[Json] = [*header]
            stem = path.rsplit("/", 1)[-1].removesuffix(".csv")
            context |= {"header": names, "account": stem if stem.isascii() and stem.isdigit() else ""}
        made.contexts[path] = context
    for path in export.names():
        found = PICTURE.search(path.rsplit("/", 1)[-1])
        if found and path not in made.sources:
            made.media.setdefault(found[1], []).append(path)
    return made


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post."""
    for path in plan.sources:
        context = plan.context_of(path)
        try:
            with open_file(path) as file:
                if context["form"] == "csv":
                    rows = csv_rows(file)
                    next(rows, None)  # the names of the columns
                    for row in rows:
                        if row.damage:
                            report.problem(row.damage, path, row.offset)
                        else:
                            yield from _found(plan, Slice(path, row.offset, row.size), row.raw, context, report)
                else:
                    yield from _read_list(plan, path, Window(file), context, report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read_list(
    plan: Plan, path: str, window: Window, context: Context, report: IngestReport
) -> Iterator[Found | Removal]:
    try:
        for _ in enter(window, LIST):
            pass
    except NotJson:
        report.problem("form", path, window.offset, "no list of posts")
        return
    for element in elements(window, START):
        if isinstance(element, Damage):
            report.problem(element.kind, path, element.offset, element.detail)
        else:
            where = Slice(path, element.offset, element.length)
            yield from _found(plan, where, element.value, context, report)


def _found(
    plan: Plan, where: Slice, said: bytes | JsonValue, context: Context, report: IngestReport
) -> Iterator[Found]:
    try:
        with one_post():
            made = _post(_row(said, context) if isinstance(said, bytes) else said)
    except BadPost as error:
        report.problem(error.kind, where.source, where.offset, str(error))
        return
    if "form" in made.doubts:  # a row of another version's columns
        report.problem("form", where.source, where.offset, "more columns than names; only number and words were taken")
        made = replace(made, doubts=tuple(each for each in made.doubts if each != "form"))
    if any(LIVE.search(said) for said in _live(said, context)):
        report.left["clips of live photos: their addresses are in the file alone"] += 1
    media = tuple(plan.media.get(made.id.rpartition("/")[2], ()))
    yield Found((where,), made, media)


def _live(said: bytes | JsonValue, context: Context) -> Iterator[str]:
    """Yield what a row, or an element of a list, has of the clips of live photos."""
    if isinstance(said, bytes):
        names, row = context.get("header"), fields(said)
        cells = dict(zip(names, row, strict=False)) if isinstance(names, list) and len(row) <= len(names) else {}
        yield from (cells.get(each, "") for each in LIVE_COLUMNS)
    else:
        for each in (said, members.at(said, "retweet")):
            found = members.at(each, "live_photo_url")
            yield from map(members.text, found if isinstance(found, list) else [found])


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a row, or of an element of the list."""
    with one_post():
        return _post(_row(raw[0], context) if context.get("form") == "csv" else decode(raw[0]))


def _row(raw: bytes, context: Context) -> JsonValue:
    """Return a row of CSV as the JSON of the same crawler has it."""
    names = context.get("header")
    header = [str(each) for each in names] if isinstance(names, list) else []
    row = fields(raw)
    shifted = len(row) > len(header)
    cells = dict(zip(header, row[: 3 if shifted else None], strict=False))
    own: dict[str, JsonValue] = {"user_id": context.get("account", ""), "shifted": shifted}
    inner: dict[str, JsonValue] = {}
    for name, value in cells.items():
        if name in COLUMNS:
            own[COLUMNS[name]] = value
        elif name.startswith(INNER):
            key = name.removeprefix(INNER_POST) if name.startswith(INNER_POST) else name.removeprefix(INNER)
            inner |= {COLUMNS[key]: value} if key in COLUMNS else {}
    return own | ({"retweet": inner} if any(inner.values()) else {})


def _post(value: JsonValue, deep: bool = True) -> Post:
    number = _plain(value, "id")
    written = members.at(value, "text")
    if not re.fullmatch("[0-9]{5,20}", number) or not isinstance(written, str):
        raise BadPost("a post without number or words")
    text = members.text(written)
    text = checked_size(to_plain(text) if HTML.search(text) else text)
    account, bid = _plain(value, "user_id"), _plain(value, "bid")
    author = Author(f"https://weibo.com/u/{account}" if account else "", "", members.text(value, "screen_name"))
    published = _time(value)
    inner = _inner(value) if deep else None
    wordless = inner is not None and text.strip() in OWN_WORDLESS
    article = members.text(value, "article_url")
    return Post(
        id=f"https://m.weibo.cn/detail/{number}",
        author=author,
        text=text,
        published=published,
        kind="Announce" if wordless else "Note",
        url=f"https://weibo.com/{account}/{bid}" if account and bid else f"https://m.weibo.cn/detail/{number}",
        shared=inner if wordless else None,
        quotes=(inner,) if inner and not wordless else (),
        attachments=tuple(_attachments(value)),
        tags=tuple(filter(None, (each.strip() for each in members.text(value, "topics").split(",")))),
        links=(("头条文章", article),) if article else (),
        audience=_audience(value),
        private_details=tuple(dict.fromkeys((*_private_details(value), *(inner.private_details if inner else ())))),
        doubts=(*doubts(written, published), *(("form",) if members.at(value, "shifted") is True else ())),
    )


def _plain(value: JsonValue, name: str) -> str:
    """Return a number or text; the crawlers put a tabulator behind numbers, for spreadsheets."""
    found = members.at(value, name)
    return str(found) if type(found) is int and abs(found) < 1 << 64 else members.text(found).strip()


def _inner(value: JsonValue) -> Post | None:
    repeated = members.at(value, "retweet")
    number = _plain(repeated, "id") or _plain(value, "retweet_id")
    if not re.fullmatch("[0-9]{5,20}", number):
        return None
    if isinstance(repeated, Mapping) and _plain(repeated, "user_id"):
        try:
            return replace(_post(repeated, deep=False), doubts=())
        except BadPost:
            pass
    return reference(f"https://m.weibo.cn/detail/{number}")


def _time(value: JsonValue) -> str | None:
    found = read_time(members.text(value, "full_created_at")) or read_time(members.text(value, "created_at"))
    return f"{found}{ZONE}" if found and len(found) == 19 else found


def _attachments(value: JsonValue) -> Iterator[Attachment]:
    for name, kind in (("pics", "image/jpeg"), ("video_url", "video/mp4")):
        said = members.at(value, name)
        urls = said if isinstance(said, list) else re.split("[,;]", members.text(said))
        for url in urls:
            if isinstance(url, str) and "//" in url:
                yield Attachment(kind, members.text(url).strip())


def _audience(value: JsonValue) -> str:
    """Return for whom it was, by what Weibo itself says where a crawler kept that; it sees all that its login may.

    Its ``type`` is 0 for everybody, 1 for the author alone, other numbers for a group, for friends, for followers.
    """
    kind = members.at(value, "visible", "type")
    return "public" if kind in (None, 0, "0") else "direct" if kind in (1, "1") else "followers"


def _private_details(value: JsonValue) -> Iterator[str]:
    if members.text(value, "location") or members.text(value, "ip"):
        yield "place"
    if members.text(value, "source"):
        yield "device"
