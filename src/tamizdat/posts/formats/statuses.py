"""Posts as Mastodon's API gives them out, and as programs that back up an account keep them.

::

    [{"id": "7", "uri": "https://a.example/users/lin/statuses/7", "created_at": "2024-05-12T06:28:00.000Z",
      "edited_at": null, "visibility": "public", "spoiler_text": "", "content": "<p>…</p>", "reblog": null,
      "account": {"id": "1", "username": "lin", "acct": "lin", "uri": "https://a.example/users/lin", …},
      "media_attachments": [{"type": "image", "url": "https://…", "description": "…"}], "poll": null, …}]
    {"account": {…}, "statuses": [{…}, …], "favourites": […]}      mastodon-archive, its pictures in a folder beside
    [{"account": {…}, "content": "<p>…</p>", "created_at": "2024-05-12T06:30:00.000Z", …}, …]     a post's edits

A list, one status, or one after the other (JSON lines) are read alike. Pleroma, GoToSocial and others have this API.
The id of a post is its ``uri``, which is the ``id`` of the same post in an export of its server.

What answers the question for a post's edits (``/api/v1/statuses/7/history``) names no post: a version of it is the
status, and beside it the edit (two slices). A post that answers another names it by a number that only its own server
knows; where the answered account is known, the address is made of it.

Direct messages are letters here too, and withheld as in an outbox (:mod:`.mastodon`).
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, decode, elements, enter, go_on, values
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import (
    author_of,
    is_device,
    language_tag,
    media_type,
    without_quote_line,
)
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
from tamizdat.posts.plain import read_html
from tamizdat.posts.post import Attachment, Author, Choice, Post, reference
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "mastodon-api/v1"
HINT: Final = re.compile(rb'"(?:account|spoiler_text|visibility|in_reply_to_id|reblog|media_attachments|statuses)"\s*:')
START: Final = re.compile(
    r'\{\s*(?:"_v"\s*:|"id"\s*:\s*"?[^",\s]+"?\s*,\s*"(?:created_at|uri|shortcode)"|"account"\s*:\s*\{)'
)
LISTS: Final = ("statuses", "favourites", "bookmarks", "mentions")  #: in a backup
AUDIENCES: Final = {
    "public": "public", "unlisted": "unlisted", "private": "followers", "direct": "direct", "limited": "followers",
    "local": "followers", "list": "followers", "mutuals_only": "followers", "mutual": "followers",
    "circle": "followers", "public_unlisted": "unlisted", "login": "followers",
}  # fmt: skip
LETTERS: Final = "direct messages"
MAX_NESTED: Final = 3  #: a repost of a post that quotes a post
_OWN: Final = re.compile(
    r"(https?://[^/\s]+)(/users/[^/]+/statuses/|/ap/users/[^/]+/statuses/|/p/[^/]+/|/notice/)[^/\s]+"
)


def recognises(export: Export) -> bool:
    """Tell whether there is a file of statuses."""
    return any(True for _ in _sources(export))


def _sources(export: Export) -> Iterator[str]:
    return (path for path in export.names() if (found := first_status(export, path)) and "pf_type" not in found)


def first_status(export: Export, path: str) -> dict[str, JsonValue] | None:
    """Return the first status of a file, None if it does not begin with one."""
    if not path.endswith((".json", ".jsonl", ".ndjson", ".txt")) and "." in path.rsplit("/", 1)[-1]:
        return None
    if not HINT.search(head(export, path)):
        return None
    try:
        with export.open(path) as file:
            for _, each in _every(Window(file)):
                if isinstance(each, Element) and each.value is not None:
                    return dict(each.value) if isinstance(each.value, dict) and is_status(each.value) else None
                if isinstance(each, Damage) and each.offset > 1 << 16:
                    break
    except (BadExport, NotJson):
        pass
    return None


def is_status(value: JsonValue) -> bool:
    """Tell whether a value is a status, and no answer of another interface."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("account"), dict)
        and isinstance(value.get("created_at"), str)
        and bool({"visibility", "spoiler_text", "reblog", "media_attachments"} & value.keys())
        and bool(_number(value))
    )


def _every(window: Window, told: dict[str, JsonValue] | None = None) -> Iterator[tuple[str, Element | Damage]]:
    """Yield what a file holds, with the name of the list it stands in ("" for posts). Raises :class:`NotJson`."""
    first = window.space()
    if first == "[":
        yield from (("", each) for each in elements(window, START))
        return
    if first not in ("{", "n"):  # a letter in the first line is kept as null
        raise NotJson("neither a list nor an object")
    while len(window.text) - window.at < 1 << 16 and window.more():
        pass
    if not re.match(r'\{\s*"(?:account|statuses)"', window.text[window.at : window.at + 80]) or not re.search(
        r'"statuses"\s*:\s*\[', window.text[window.at :]
    ):
        yield from (("", each) for each in values(window, START))
        return
    following = enter(window, *LISTS)
    while True:
        try:
            name = _skip(following, told)
        except NotJson:  # the end of the object, or what is none
            return
        yield from (("" if name == "statuses" else name, each) for each in elements(window, START))
        following = go_on(window, *LISTS)


def _skip(following: Generator[tuple[str, JsonValue], None, str], told: dict[str, JsonValue] | None) -> str:
    """Go on to the next list and return its name; the account on the way there goes into *told*."""
    while True:
        try:
            member, value = next(following)
        except StopIteration as end:
            return str(end.value)
        if told is not None and member == "account":
            told[member] = value


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files of statuses, whose backup each is, and where letters stand in them."""
    return plan_of(NAME, export, list(_sources(export)))


def plan_of(name: str, export: Export, sources: list[str]) -> Plan:
    """Return the plan of these files of statuses."""
    made = Plan(name, sources)
    for path in export.names():
        if path not in sources:
            made.media.setdefault(path.rsplit("/", 1)[-1], []).append(path)
    for path in sources:
        told: dict[str, JsonValue] = {}
        letters: list[tuple[int, int]] = []
        try:
            with export.open(path) as file:
                for _, each in _every(Window(file), told):
                    if isinstance(each, Element) and _is_letter(each.value):
                        letters.append((each.offset, each.length))
        except (BadExport, NotJson):
            pass  # `read` tells of it
        if isinstance(told.get("account"), dict):
            author = account_author(told["account"], "")
            made.contexts[path] = {"id": author.id, "handle": author.handle, "name": author.name}
        if letters:
            made.withheld[path] = letters
    return made


def _is_letter(value: JsonValue) -> bool:
    return "direct" in (members.text(value, "visibility"), members.text(value, "status", "visibility"))


def owner(context: Context) -> str:
    """Return the id of the account that a backup says it is of; "" for statuses alone, which anybody can fetch."""
    return members.text(context, "id")


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every status."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from read_file(path, Window(file), plan, report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
        except NotJson:
            report.problem("form", path, 0, "no statuses")


def read_file(
    path: str, window: Window, plan: Plan, report: IngestReport, reader: Callable[[JsonValue], Post] | None = None
) -> Iterator[Found]:
    """Yield the statuses of a file; what is damaged goes into *report*. Raises :class:`NotJson` if there are none."""
    letters = {offset for offset, _ in plan.withheld.get(path, ())}
    for other, each in _every(window):
        if isinstance(each, Damage):
            report.problem(each.kind, path, each.offset, each.detail)
            continue
        if each.offset in letters:
            report.left[LETTERS] += 1
            continue
        if other:
            report.left[other] += 1
            continue
        if each.lenient:
            report.problem("syntax", path, each.offset, "commas too many")
        try:
            with one_post():
                found = (reader or read_status)(each.value)
        except BadPost as error:
            report.problem(error.kind, path, each.offset, str(error))
            continue
        files = (_file_of(attachment, plan.media) for attachment in found.attachments)
        media = tuple(dict.fromkeys(file for file in files if file))
        yield Found((Slice(path, each.offset, each.length),), found, media)


def _file_of(attachment: Attachment, files: dict[str, list[str]]) -> str:
    """Return the file of a backup that lies under the whole path of an attachment's address; "" if there is none."""
    try:
        path = unquote(urlsplit(attachment.url).path)
    except ValueError:
        return ""
    name = path.rsplit("/", 1)[-1]
    return next((each for each in files.get(name, ()) if name and f"/{each}".endswith(path)), "")


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a status; or, with an edit beside it, the version that this edit made."""
    with one_post():
        status = decode(raw[0])
        return read_edit(status, decode(raw[1])) if len(raw) > 1 else read_status(status)


def read_edit(status: JsonValue, edit: JsonValue) -> Post:
    """Return the version of a post that one of its edits made. Raises :class:`BadPost` if it is no edit of a post."""
    when = read_time(members.at(edit, "created_at"))
    if when is None or not isinstance(members.at(edit, "content"), str):
        raise BadPost("an edit without text or time")
    said = ("content", "spoiler_text", "sensitive", "media_attachments", "poll")
    about = dict(status) if isinstance(status, dict) else {}
    words = {name: members.at(edit, name) for name in said}
    return read_status(about | words | {"edited_at": members.at(edit, "created_at")})


def read_status(status: JsonValue, depth: int = 0) -> Post:
    """Return the post of a status, or the repost that it is. Raises :class:`BadPost`."""
    post_id = members.text(status, "uri") or members.text(status, "url")
    if not post_id or not isinstance(members.at(status, "account"), dict):
        raise BadPost("a status without an address, or without its account")
    content = members.at(status, "content")
    if not isinstance(content, str) and content is not None:
        raise BadPost("a status without text")
    published, updated = read_time(members.at(status, "created_at")), read_time(members.at(status, "edited_at"))
    updated = updated if updated != published else None
    author = account_author(members.at(status, "account"), post_id)
    shared = members.at(status, "reblog")
    if isinstance(shared, dict) and depth < MAX_NESTED:
        return Post(post_id, author, "", published, "Announce", audience=_audience(status),
                    shared=read_status(shared, depth + 1), doubts=doubts("", published))  # fmt: skip
    read = read_html(content or "", members.text(status, "url") or post_id, spaces=True)
    quotes = tuple(_quotes(status, depth))
    names = [name for each in quotes for name in (each.id, each.url) if name]
    text, named = without_quote_line(read.text, names, "quote-inline" in (content or ""))
    if named and not quotes:
        quotes = (reference(named, author_of(named)),)
    reply_to, answered = _answered(status, post_id, author)
    media = {each.url: each for each in _attachments(status)}
    return Post(
        id=post_id,
        author=author,
        text=checked_size(text),
        published=published,
        summary=members.text(status, "spoiler_text"),
        language=language_tag(members.text(status, "language")),
        url=members.text(status, "url") or post_id,
        reply_to=reply_to,
        answered=answered,
        audience=_audience(status),
        quotes=quotes,
        attachments=tuple(media.values()),
        tags=tuple(name for tag in members.each(status, "tags") if (name := members.text(tag, "name").lstrip("#"))),
        links=tuple(link for link in read.links if link[0] in text),
        updated=updated,
        sensitive=members.at(status, "sensitive") is True,
        choices=tuple(
            Choice(title, members.whole(option, "votes_count"))
            for option in members.each(status, "poll", "options")
            if (title := members.text(option, "title"))
        ),
        private_details=tuple(_private_details(status)),
        doubts=doubts(content or "", published),
    )


def _number(status: JsonValue, name: str = "id") -> str:
    """Return a number that the server gave; some programs write it as one, servers as a string of any letters."""
    return members.text(status, name) or members.digits(status, name)


def _audience(status: JsonValue) -> str:
    audience = AUDIENCES.get(members.text(status, "visibility"), "unknown")
    local = any(members.at(status, name) is True for name in ("local_only", "localOnly"))
    return "followers" if local and audience in ("public", "unlisted") else audience


def account_author(account: JsonValue, status: str) -> Author:
    """Return an account: by its own id if the server tells it, else by the address of its post, else its page."""
    handle = members.text(account, "username") or members.text(account, "acct").partition("@")[0]
    known = members.text(account, "uri") or members.text(account, "pleroma", "ap_id")
    of = author_of(status)
    own = known or (of.id if of and of.handle.lower() == handle.lower() else "") or members.text(account, "url")
    return Author(own, handle, members.text(account, "display_name"))


def _answered(status: JsonValue, own: str, author: Author) -> tuple[str, Author | None]:
    """Return the address of the post that this one answers, and whose that is, as far as a status tells them."""
    number, whose = _number(status, "in_reply_to_id"), _number(status, "in_reply_to_account_id")
    if not number and not whose:
        return "", None
    form = _OWN.fullmatch(own) or _OWN.fullmatch(members.text(status, "url"))
    local = "@" not in members.text(status, "account", "acct")
    if whose and whose == _number(members.at(status, "account")):
        return f"{form[1]}{form[2]}{number}" if form and number and local else "", author
    for mention in members.each(status, "mentions"):
        if whose and _number(mention) == whose:
            name, acct = members.text(mention, "username"), members.text(mention, "acct")
            answered = Author(members.text(mention, "url"), name or acct.partition("@")[0])
            return _address_of(form, number, name, acct) if form and local and number else "", answered
    return f"{form[1]}{form[2]}{number}" if form and form[2] == "/notice/" and number and local else "", None


def _address_of(form: re.Match[str], number: str, name: str, acct: str) -> str:
    if form[2] == "/notice/":
        return f"{form[1]}/notice/{number}"
    if "@" in acct or "/ap/" in form[2]:  # of another server: the page under which this one shows it
        return f"{form[1]}/@{acct}/{number}"
    return f"{form[1]}/p/{name}/{number}" if form[2].startswith("/p/") else f"{form[1]}/users/{name}/statuses/{number}"


def _quotes(status: JsonValue, depth: int) -> Iterator[Post]:
    """Yield what a status quotes: whole, or its address. Of a quote that was not allowed the server tells neither."""
    quote = members.at(status, "quote")
    inner = members.at(quote, "quoted_status") if isinstance(members.at(quote, "state"), str) else quote
    inner = inner if isinstance(inner, dict) else members.at(status, "pleroma", "quote")
    if isinstance(inner, dict) and members.text(inner, "uri") and depth < MAX_NESTED:
        yield read_status(inner, depth + 1)
        return
    address = (
        members.text(inner, "uri") or members.text(status, "pleroma", "quote_url") or members.text(status, "quote_url")
    )
    if address:
        yield reference(address, author_of(address))


def _attachments(status: JsonValue) -> Iterator[Attachment]:
    for each in members.each(status, "media_attachments"):
        address = members.text(each, "url") or members.text(each, "remote_url")
        if address:
            told = members.text(each, "mime") or members.text(each, "pleroma", "mime_type")
            kind = told or media_type(address, members.text(each, "type"))
            yield Attachment(kind, address, members.text(each, "description"))


def _private_details(status: JsonValue) -> Iterator[str]:
    place = members.at(status, "place")
    if isinstance(place, dict):
        yield "coordinates" if {"lat", "latitude", "long", "longitude"} & place.keys() else "place"
    if is_device(members.at(status, "application", "name")):
        yield "device"
