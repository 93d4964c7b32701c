"""The export Mastodon gives to its users (a folder, or a zip; unpack the .tar.gz first), and an outbox alone.

::

    actor.json     {"id": "https://a.example/users/lin", "preferredUsername": "lin", "name": "林", …}
    outbox.json    {"@context": …, "id": "outbox.json", "type": "OrderedCollection", "totalItems": 12, "orderedItems": [
                     {"type": "Create", "published": …, "object": {"type": "Note", "content": "<p>…</p>", …}},
                     {"type": "Announce", "object": "https://b.example/users/wang/statuses/7", …}]}
    media_attachments/files/…/original/5d0c.jpg     as in the note's attachment: {"url": "/media_attachments/…", …}

The activities are ActivityStreams already, and other servers write the same (Pleroma, GoToSocial, Pixelfed, Misskey).
Some exports have ``orderedItems`` twice, one of them empty: every list is read. ``totalItems`` is the account's number
of posts on its server, which counts no boosts and no letters: fewer posts than that in a whole export are told, more
are not. For whom a post was written is decided by its ``to`` and ``cc``.

An activity that only gives the address of a post, and none of its words, is no post and never replaces one. ``Undo``
of a boost ends that boost.

An outbox holds direct messages too: letters, between the posts. They are found first (``Plan.withheld``), and each is
kept as ``null`` and spaces of its length, so that the places of all else are those of the file as it came.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, decode, elements, enter, go_on
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.activities import KINDS, read_activity, written_for
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Removal, Slice, one_post
from tamizdat.posts.plain_earlier import to_plain_v1, to_plain_v2
from tamizdat.posts.post import Attachment, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "mastodon/v3"  #: v2 read neither polls nor links nor edits; v1 read HTML as Python's html.parser does
OUTBOX: Final = re.compile(rb'"type"\s*:\s*"OrderedCollection(?:Page)?"')
#: lists of addresses, which are no outbox whatever their name
ADDRESSES: Final = re.compile(rb'"(?:orderedItems|items)"\s*:\s*\[\s*"')
ACTOR: Final = re.compile(rb'"type"\s*:\s*"(?:Person|Service|Group|Organization|Application)"')
START: Final = re.compile(r'\{\s*"(?:id|@context|type)"\s*:\s*"(?:[^"]*/activity"|Create"|Announce")')
LISTS: Final = ("likes.json", "bookmarks.json", "followers.json", "following.json", "featured.json")
LEFT: Final = {
    "Like": "likes", "EmojiReact": "likes", "Dislike": "likes", "Follow": "contacts", "Accept": "contacts",
    "Reject": "contacts", "Block": "contacts", "Join": "contacts", "Leave": "contacts", "Move": "contacts",
    "Add": "pinned posts", "Remove": "pinned posts", "Flag": "reports to moderators", "Answer": "votes in polls",
    "Listen": "songs listened to", "View": "views",
}  # fmt: skip
WRITTEN: Final = ("Create", "Update", "Announce", *KINDS)  #: activities that say something to somebody
LETTERS: Final = "direct messages"  #: what the report calls them
BARE: Final = "addresses of posts without their words"


def recognises(export: Export) -> bool:
    """Tell whether there is an outbox."""
    return any(True for _ in _outboxes(export))


def _outboxes(export: Export) -> Iterator[str]:
    for path in export.names():
        if path.endswith(".json") and not path.endswith(LISTS):
            beginning = head(export, path)
            if OUTBOX.search(beginning) and b"activitystreams" in beginning and not ADDRESSES.search(beginning):
                yield path


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the outbox, whose it is, and where letters stand in it."""
    made = Plan(NAME, list(_outboxes(export)))
    for path in export.names():
        name = path.rsplit("/", 1)[-1]
        if name == "actor.json" and ACTOR.search(head(export, path)):
            _read_actor(made, export, path, report)
        elif name in LISTS and OUTBOX.search(head(export, path)):
            report.left[name.removesuffix(".json")] += _length(export, path)
        if "media_attachments/" in path:
            made.media.setdefault(name, []).append(path)
    made.withheld = {path: letters for path in made.sources if (letters := list(_letters(export, path)))}
    return made


def _length(export: Export, path: str) -> int:
    """Return how many elements the first list of a collection has, 1 if it cannot be read."""
    try:
        with export.open(path) as file:
            window = Window(file)
            for _ in enter(window, "orderedItems"):
                pass
            return sum(isinstance(each, Element) for each in elements(window))
    except (BadExport, NotJson):
        return 1


def _letters(export: Export, path: str) -> Iterator[tuple[int, int]]:
    """Yield where the direct messages of an outbox stand: offset and length in bytes. Damage is told later."""
    try:
        with export.open(path) as file:
            for element in _activities(Window(file), {}):
                if isinstance(element, Element) and _is_letter(element.value):
                    yield element.offset, element.length
    except (BadExport, NotJson):
        return


def _is_letter(activity: JsonValue) -> bool:
    if members.text(activity, "type") not in WRITTEN:
        return False
    return written_for(members.at(activity, "object"), activity) == "direct"


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


def _activities(window: Window, told: dict[str, JsonValue]) -> Iterator[Element | Damage]:
    """Yield the elements of every list of activities; what stands beside the lists goes into *told*.

    Raises :class:`NotJson` if there is no list.
    """
    following = enter
    while True:
        try:
            for name, value in following(window, "orderedItems"):
                if name in ("totalItems", "type"):
                    told[name] = value
        except NotJson:
            if following is enter:
                raise
            return
        yield from elements(window, START)
        following = go_on


def _read(plan: Plan, path: str, window: Window, report: IngestReport) -> Iterator[Found | Removal]:
    count, told, bare = 0, dict[str, JsonValue](), report.left[BARE]
    letters = {offset for offset, _ in plan.withheld.get(path, ())}
    try:
        for element in _activities(window, told):
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
    except NotJson:
        report.problem("form", path, window.offset, "no list of activities")
        return
    total = members.whole(told, "totalItems")
    if total is not None and total > count and told.get("type") != "OrderedCollectionPage":
        report.problem("count", path, detail=f"{total:,} said, {count:,} found")
    if report.left[BARE] > bare:
        report.notes.append(
            f"{path} names posts and does not hold their words: nothing that is known of them was changed. Take an "
            "export of the account, or follow it (collect https://HOST/@NAME)."
        )


def _found(plan: Plan, path: str, element: Element, report: IngestReport) -> Found | Removal | None:
    kind, inner = members.text(element.value, "type"), members.at(element.value, "object")
    where = Slice(path, element.offset, element.length)
    of = members.text(inner, "type")
    if kind == "Delete" or (kind == "Undo" and of in ("", "Announce")):
        post_id = members.text(inner) or members.text(inner, "id")
        return Removal(where, post_id, read_time(members.at(element.value, "published")))
    known = kind if kind in LEFT else of if kind in ("Create", "Undo") and of in LEFT else ""
    if known:
        report.left[LEFT[known]] += 1
        return None
    if kind and kind not in WRITTEN:
        report.left["other activities of the account"] += 1
        return None
    if kind in ("Create", "Update") and isinstance(inner, str) and inner:
        report.left[BARE] += 1
        return None
    post = read_activity(element.value, plan.context)
    if not post.attachments and any(_is_media(each) for each in members.each(inner, "url")):
        report.left["clips and sounds that are a post's own address (PeerTube, Funkwhale)"] += 1
    files = (_file_of(attachment, plan.media) for attachment in post.attachments)
    return Found((where,), post, tuple(dict.fromkeys(file for file in files if file)))


def _is_media(link: JsonValue) -> bool:
    return members.text(link, "mediaType").startswith(("video/", "audio/", "image/"))


def _file_of(attachment: Attachment, files: dict[str, list[str]]) -> str:
    """Return the file of the export that an attachment is: where its address says.

    An address that tells no place within the export is the only file of its name; one that tells a place at which there
    is nothing is no file at all: that of another post, perhaps one for few, may have the same name.
    """
    try:
        path = unquote(urlsplit(attachment.url).path)
    except ValueError:
        return ""
    candidates = files.get(path.rsplit("/", 1)[-1], [])
    same = [each for each in candidates
            if each.endswith(path.lstrip("/")) or path.endswith(each[each.index("media_attachments/") :])]  # fmt: skip
    alone = len(candidates) == 1 and "media_attachments/" not in path
    return same[0] if same else candidates[0] if alone else ""


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an activity."""
    with one_post():
        return read_activity(decode(raw[0]), context)


def post_v2(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an activity that was taken in as ``mastodon/v2``."""
    with one_post():
        return read_activity(decode(raw[0]), context, to_plain_v2)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an activity that was taken in as ``mastodon/v1``."""
    with one_post():
        return read_activity(decode(raw[0]), context, to_plain_v1)


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" for an outbox alone, which anybody can fetch."""
    return members.text(context, "id")
