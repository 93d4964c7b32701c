"""Answers of Bluesky's interface: a page of an account's feed, or of the records in its repository.

::

    {"cursor": …, "feed": [{"post": {"uri": "at://did:plc:…/app.bsky.feed.post/3k…", "cid": …, "author": {"did": …,
      "handle": "lin.example", "displayName": "林"}, "record": {…}, "embed": {…}}, "reason": …}, …]}    getAuthorFeed
    {"cursor": …, "records": [{"uri": "at://…", "cid": …, "value": {…}}, …]}                            listRecords

Nothing in them is signed: a repository (:mod:`tamizdat.posts.formats.bluesky`) is the better source of the same posts,
under the same ids. An element with a ``reason`` is what the account reposted, or pinned.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.posts.elements import JsonValue, NotJson, Window, decode, elements, enter
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.bluesky_record import URI, is_covered, read_author, read_record
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Removal, Slice, one_post, posts_in
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "bluesky-json/v1"
PAGE: Final = re.compile(
    rb'\s*\{\s*(?:"cursor"\s*:\s*"[^"]*"\s*,\s*)?"(?P<list>feed|records)"\s*:\s*\[\s*(?:\{\s*"(?:post|uri|cid|reason|reply)"|\])'
)
START: Final = re.compile(r'\{\s*"(?:post"\s*:\s*\{|uri"\s*:\s*"at://)')


def recognises(export: Export) -> bool:
    """Tell whether a file begins as such a page does, and names a record of Bluesky."""
    return any(_list_of(export, path) for path in export.names())


def _list_of(export: Export, path: str) -> str:
    if not path.endswith((".json", ".txt")) and len(export.names()) > 1:
        return ""
    beginning = head(export, path)
    found = PAGE.match(beginning)
    return found["list"].decode() if found and b"at://did:" in beginning else ""


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the pages."""
    made = Plan(NAME, [path for path in export.names() if _list_of(export, path)])
    made.contexts = {path: {"list": _list_of(export, path)} for path in made.sources}
    return made


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post of every page."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _read(plan, path, Window(file), report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: Plan, path: str, window: Window, report: IngestReport) -> Iterator[Found | Removal]:
    context = plan.context_of(path)
    try:
        for _ in enter(window, members.text(context, "list")):
            pass
    except NotJson:
        report.problem("form", path, window.offset, "no list of posts")
        return
    for element, made in posts_in(elements(window, START), path, report, lambda value: _post(value, context)):
        yield Found((Slice(path, element.offset, element.length),), made)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an element."""
    with one_post():
        return _post(decode(raw[0]), context)


def _post(element: JsonValue, context: Context) -> Post:
    if members.text(context, "list") == "records":
        uri = members.text(element, "uri")
        found = URI.fullmatch(uri)
        return read_record(uri, members.at(element, "value"), Author(found[1] if found else ""))
    shown = members.at(element, "post")
    made = read_record(
        members.text(shown, "uri"), members.at(shown, "record"), read_author(members.at(shown, "author")),
        members.at(shown, "embed"),
    )  # fmt: skip
    did = members.text(shown, "author", "did")
    if not made.id.startswith(f"at://{did}/"):
        raise BadPost("a post said to be of another account than its address")
    made = replace(made, sensitive=made.sensitive or is_covered(members.each(shown, "labels")))
    reposter = read_author(members.at(element, "reason", "by"))
    if not reposter.id:
        return made
    when = read_time(members.at(element, "reason", "indexedAt"))
    uri = members.text(element, "reason", "uri")
    uri = uri if URI.fullmatch(uri) else f"{made.id}#reposted-by-{reposter.id[:300]}"
    return Post(uri, reposter, "", when, "Announce", shared=made)
