"""The export Mastodon gives to its users (a folder, or a zip; unpack the .tar.gz first), and an outbox alone.

::

    actor.json     {"id": "https://a.example/users/lin", "preferredUsername": "lin", "name": "林", …}
    outbox.json    {"@context": …, "id": "outbox.json", "type": "OrderedCollection", "totalItems": 12, "orderedItems": [
                     {"type": "Create", "published": …, "object": {"type": "Note", "content": "<p>…</p>", …}},
                     {"type": "Announce", "object": "https://b.example/users/wang/statuses/7", …}]}
    media_attachments/files/…/original/5d0c.jpg     as in the note's attachment: {"url": "/media_attachments/…", …}

The activities are ActivityStreams already. ``totalItems`` is held against what was read, when the file is a whole
export and not a page of it. For whom a post was written is decided by its ``to`` and ``cc``.

An outbox holds direct messages too: letters, between the posts. They are found first (``Plan.withheld``), and each is
kept as ``null`` and spaces of its length, so that the places of all else are those of the file as it came.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, decode, elements, enter
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
from tamizdat.posts.plain import ToPlain
from tamizdat.posts.plain_earlier import to_plain_v1
from tamizdat.posts.plain_earlier import to_plain_v2 as to_plain
from tamizdat.posts.post import PUBLIC, Attachment, Author, Post, reference
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "mastodon/v2"  #: v1 read HTML as Python's html.parser does
KINDS: Final = {"Note": "Note", "Article": "Article", "Question": "Note", "Page": "Article"}
OUTBOX: Final = re.compile(rb'"type"\s*:\s*"OrderedCollection(?:Page)?"')
ACTOR: Final = re.compile(rb'"type"\s*:\s*"(?:Person|Service|Group|Organization|Application)"')
START: Final = re.compile(r'\{\s*"(?:id|@context|type)"\s*:\s*"(?:[^"]*/activity"|Create"|Announce")')
LEFT: Final = {"Like": "likes", "Follow": "contacts", "Add": "pinned posts", "Remove": "pinned posts"}
WRITTEN: Final = ("Create", "Update", "Announce", *KINDS)  #: activities that say something to somebody
LETTERS: Final = "direct messages"  #: what the report calls them
EVERYBODY: Final = (PUBLIC, "as:Public", "Public")


def recognises(export: Export) -> bool:
    """Tell whether there is an outbox."""
    return any(True for _ in _outboxes(export))


def _outboxes(export: Export) -> Iterator[str]:
    for path in export.names():
        if path.endswith(".json"):
            beginning = head(export, path)
            if OUTBOX.search(beginning) and b"activitystreams" in beginning and b"likes.json" not in beginning[:200]:
                yield path


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the outbox, whose it is, and where letters stand in it."""
    made = Plan(NAME, list(_outboxes(export)))
    for path in export.names():
        name = path.rsplit("/", 1)[-1]
        if name == "actor.json" and ACTOR.search(head(export, path)):
            _read_actor(made, export, path, report)
        elif name in ("likes.json", "bookmarks.json"):
            report.left[name.removesuffix(".json")] += 1
        if "media_attachments/" in path:
            made.media.setdefault(name, []).append(path)
    made.withheld = {path: letters for path in made.sources if (letters := list(_letters(export, path)))}
    return made


def _letters(export: Export, path: str) -> Iterator[tuple[int, int]]:
    """Yield where the direct messages of an outbox stand: offset and length in bytes. Damage is told later."""
    try:
        with export.open(path) as file:
            window = Window(file)
            for _ in enter(window, "orderedItems"):
                pass
            for element in elements(window, START):
                if isinstance(element, Element) and _is_letter(element.value):
                    yield element.offset, element.length
    except (BadExport, NotJson):
        return


def _is_letter(activity: JsonValue) -> bool:
    if members.text(activity, "type") not in WRITTEN:
        return False
    inner = members.at(activity, "object")
    own = _audience(inner) if isinstance(inner, dict) else "unknown"
    return (own if own != "unknown" else _audience(activity)) == "direct"


def _read_actor(plan: Plan, export: Export, path: str, report: IngestReport) -> None:
    try:
        with export.open(path) as file:
            actor = decode(file.read(1 << 20))
    except (NotJson, BadExport):
        report.problem("damaged", path)
        return
    plan.context = {
        "id": members.text(actor, "id"),
        "handle": members.text(actor, "preferredUsername"),
        "name": members.text(actor, "name"),
    }


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post of the outbox, and what it says was deleted."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _read(plan, path, Window(file), report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: Plan, path: str, window: Window, report: IngestReport) -> Iterator[Found | Removal]:
    count, total, page = 0, None, False
    try:
        for name, value in enter(window, "orderedItems"):
            total = members.whole({"n": value}, "n") if name == "totalItems" else total
            page = page or (name, value) == ("type", "OrderedCollectionPage")
    except NotJson:
        report.problem("form", path, window.offset, "no list of activities")
        return
    letters = {offset for offset, _ in plan.withheld.get(path, ())}
    for element in elements(window, START):
        if isinstance(element, Damage):
            count += bool(element.length)
            report.problem(element.kind, path, element.offset, element.detail)
            continue
        count += 1
        if element.offset in letters:
            report.left[LETTERS] += 1
            continue
        if element.lenient:
            report.problem("syntax", path, element.offset, "commas too many")
        try:
            with one_post():
                found = _found(plan, path, element, report)
        except BadPost as error:
            report.problem(error.kind, path, element.offset, str(error))
            continue
        if found:
            yield found
    if total is not None and not page and total != count:
        report.problem("count", path, detail=f"{total:,} said, {count:,} found")


def _found(plan: Plan, path: str, element: Element, report: IngestReport) -> Found | Removal | None:
    kind = members.text(element.value, "type")
    where = Slice(path, element.offset, element.length)
    if kind == "Delete":
        gone = members.at(element.value, "object")
        post_id = gone if isinstance(gone, str) else members.text(gone, "id")
        return Removal(where, post_id, read_time(members.at(element.value, "published")))
    if kind in LEFT:
        report.left[LEFT[kind]] += 1
        return None
    post = _post(element.value, plan.context)
    media = []
    for attachment in post.attachments:
        candidates = plan.media.get(attachment.url.rsplit("/", 1)[-1], ())
        media += [each for each in candidates if each.endswith(attachment.url.lstrip("/"))] or list(candidates[:1])
    return Found((where,), post, tuple(dict.fromkeys(media)))


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an activity."""
    with one_post():
        return _post(decode(raw[0]), context)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an activity that was taken in as ``mastodon/v1``."""
    with one_post():
        return _post(decode(raw[0]), context, to_plain_v1)


def _post(activity: JsonValue, context: Context, to_plain: ToPlain = to_plain) -> Post:
    kind, inner = members.text(activity, "type"), members.at(activity, "object")
    if kind == "Announce":
        return _announce(activity, inner, context, to_plain)
    if kind in KINDS:
        return _note(activity, context, to_plain)
    if kind not in ("Create", "Update"):
        raise BadPost("neither a post nor a repost")
    if isinstance(inner, str) and inner:  # servers give out their users' boosts so
        return Post(inner, _author(members.at(activity, "actor"), context), "", audience=_audience(activity),
                    published=read_time(members.at(activity, "published")))  # fmt: skip
    return _note(inner, context, to_plain)


def _announce(activity: JsonValue, inner: JsonValue, context: Context, to_plain: ToPlain) -> Post:
    post_id = members.text(activity, "id")
    note = _note(inner, {}, to_plain) if isinstance(inner, dict) else None
    shared = reference(inner) if isinstance(inner, str) else note
    if not post_id or shared is None or not shared.id:
        raise BadPost("a repost that does not say what it repeats")
    published = read_time(members.at(activity, "published"))
    author = _author(members.at(activity, "actor"), context)
    return Post(post_id, author, "", published, "Announce", audience=_audience(activity), shared=shared,
                doubts=doubts("", published))  # fmt: skip


def _note(note: JsonValue, context: Context, to_plain: ToPlain) -> Post:
    post_id, content = members.text(note, "id"), members.at(note, "content")
    if not post_id or members.text(note, "type") not in KINDS:
        raise BadPost("a post without an id")
    if not isinstance(content, str):
        raise BadPost("a post without text")
    text = checked_size(to_plain(members.text(note, "content")))
    languages = members.at(note, "contentMap")
    published = read_time(members.at(note, "published"))
    quoted = next((found for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
                   if (found := members.text(note, name))), "")  # fmt: skip
    return Post(
        id=post_id,
        author=_author(members.at(note, "attributedTo"), context),
        text=text,
        published=published,
        kind=KINDS[members.text(note, "type")],
        summary=to_plain(members.text(note, "summary")) or members.text(note, "name"),
        language=_language(languages),
        url=members.text(note, "url") or post_id,
        reply_to=members.text(note, "inReplyTo"),
        thread=members.text(note, "context") or members.text(note, "conversation"),
        audience=_audience(note),
        quotes=(reference(quoted),) if quoted else (),
        attachments=tuple(_attachment(each) for each in members.each(note, "attachment") if isinstance(each, dict)),
        tags=tuple(members.text(tag, "name").lstrip("#") for tag in members.each(note, "tag")
                   if members.text(tag, "type") == "Hashtag"),
        doubts=doubts(content, published),
    )  # fmt: skip


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" for an outbox alone, which anybody can fetch."""
    return members.text(context, "id")


def _language(languages: JsonValue) -> str:
    tags = [tag for tag in languages if isinstance(tag, str)] if isinstance(languages, dict) else []
    return tags[0] if len(tags) == 1 and len(tags[0]) <= 35 else ""


def _attachment(each: JsonValue) -> Attachment:
    return Attachment(members.text(each, "mediaType"), members.text(each, "url"), members.text(each, "name"))


def _author(actor: JsonValue, context: Context) -> Author:
    actor_id = actor if isinstance(actor, str) else members.text(actor, "id")
    if context and actor_id in ("", context.get("id")):
        return Author(members.text(context, "id"), members.text(context, "handle"), members.text(context, "name"))
    handle = re.search(r"/(?:users/|@)([\w.-]{1,64})$", actor_id)
    return Author(actor_id, handle[1] if handle else "")


def _audience(activity: JsonValue) -> str:
    to, cc = ([each for each in _listed(activity, name) if isinstance(each, str)] for name in ("to", "cc"))
    if any(each in EVERYBODY for each in to):
        return "public"
    if any(each in EVERYBODY for each in cc):
        return "unlisted"
    if not to and not cc:
        return "unknown"
    return "followers" if any(each.endswith("/followers") for each in (*to, *cc)) else "direct"


def _listed(activity: JsonValue, name: str) -> list[JsonValue]:
    found = members.at(activity, name)
    return found if isinstance(found, list) else [found]
