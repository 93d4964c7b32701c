r"""The export Facebook gives to its users, as JSON (``your_posts_1.json``, ``profile_posts_1.json``).

::

    [{"timestamp": 1710165471, "title": "Lin updated her status.",
      "data": [{"post": "\u00e6\u00a0\u00a1\u00e8\u0088\u008d"}, {"update_timestamp": 1710165500}],        "校舍"
      "attachments": [{"data": [{"media": {"uri": "your_facebook_activity/posts/media/x/4327_n_18032.jpg", …}},
                                {"external_context": {"name": "…", "url": "https://…"}}]}]}, …]

Names of files and folders have changed by the year, and posts stand in lists of ten thousand. ``title`` is a sentence
of Facebook's in the language of the account, and no words of its author; it names whom else the post is about, and so
do ``tags``. A mention is ``@[100…:2048:王]`` in the words: the name is kept, the number leads to somebody.

A post has no number, and what is edited in it are its words. It is known by whose it is and its second. Of several
posts of one second (pictures that were sent together, what other programs posted) the number of the first picture
tells which, else the words. Where nothing tells whose the export is, these are always needed, and an edited post
counts as another.

Nothing in an export tells for whom a post was, everybody or the author alone: all of it is :data:`KEPT`. What was
written in groups, comments, messages, stories, the archive and the trash are left where they are, as all else is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.posts.elements import JsonValue, decode
from tamizdat.posts.export import Export, head
from tamizdat.posts.formats import members, meta
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Removal,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.post import KEPT, Attachment, Author, Choice, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "facebook/v1"
POSTS: Final = re.compile(rf"{meta.OWN}(?:your|profile)_posts[^/]*\.json")
REELS: Final = re.compile(rf"{meta.OWN}(?:your_)?reels\.json")
LISTS: Final = ("status_updates", "lasso_videos_v2")  #: of 2018; of reels
LIST: Final = re.compile(rb'\s*\[\s*\{\s*"(?:timestamp|attachments|data|title|tags)"\s*:')
IN_OBJECT: Final = re.compile(rb'\s*\{\s*"(status_updates|lasso_videos_v2)"\s*:\s*\[')
START: Final = re.compile(r'\{\s*"(?:timestamp"\s*:\s*\d|attachments"\s*:\s*\[)')
PROFILE: Final = re.compile(rf"{meta.OWN}profile_information\.json")
ADDRESS: Final = "https://www.facebook.com/"
ACTIVITY: Final = re.compile(
    r"(?:^|(?<=/))(?:your_facebook_activity|(?:your|this_profile's)_activity_across_facebook|personal_information)/"
)
FOLDERS: Final = re.compile(r"(?:^|(?<=/))(?:posts|reels|profile_information)/")
MENTION: Final = re.compile(r"@\[[0-9]+:(?:[0-9]+:)?([^\]\n]{1,200})\]")
#: what else of an attachment its author wrote
WRITTEN: Final = {"note": ("text",), "life_event": ("title",), "for_sale_item": ("title", "description"),
                  "poll": ("question",)}  # fmt: skip
LEFT: Final = tuple((re.compile(named), what) for named, what in (
    (r"(?:.*/)?messages/.*", "files of messages"),
    (r"(?:.*/)?(?:comments[^/]*/.*|comments\.json)", "files of comments and reactions"),
    (r"(?:.*/)?groups/.*", "files of what was written in groups"),
    (r"(?:.*/)?stories/.*", "files of stories"),
    (r"(?:.*/)?posts/archive\.json", "files of archived posts"),
    (r"(?:.*/)?posts/trash\.json", "files of posts in the trash"),
    (r"(?:.*/)?posts/edits_you_made_to_posts\.json", "files of edits, which name no post of the others"),
    (r"(?:.*/)?(?:posts|reels)/.*", "files of albums, and of posts elsewhere"),
    (r".*", "files that hold no post (friends, logins, places, advertisements …)"),
))  # fmt: skip
UNTOLD: Final = (
    "Facebook tells of no post for whom it was: each is shown only if its author agrees ('tamizdat publish consent')."
)
NOBODY: Final = (
    "Nothing in this export tells whose it is (profile_information.json): an edited post will count as another one. If "
    "it came in several parts, unpack all of them into one folder and collect that; else say whose it is (--owner)."
)


def recognises(export: Export) -> bool:
    """Tell whether a list of posts is there."""
    return any(_list_of(export, path) for path in export.names())


def _list_of(export: Export, path: str) -> str:
    """Return what the list of posts in a file is called; "" for another file."""
    if not POSTS.fullmatch(path) and not REELS.fullmatch(path):
        return ""
    beginning = head(export, path)
    if LIST.match(beginning) and b'"timestamp"' in beginning:
        return meta.BARE
    found = IN_OBJECT.match(beginning)
    return found[1].decode() if found else ""


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the lists, whose they are, which seconds several posts have, and the pictures."""
    made = Plan(NAME, [path for path in export.names() if _list_of(export, path)], unsaid=NOBODY)
    made.beside = frozenset(export.names())
    made.contexts = {path: {"list": _list_of(export, path)} for path in made.sources}
    meta.tell_accounts(made, export, PROFILE, _profile, _root)
    for path in export.names():
        if path not in made.contexts and path.endswith((".json", ".html")) and not PROFILE.fullmatch(path):
            report.left[next(what for named, what in LEFT if named.fullmatch(path))] += 1
    meta.tell_seconds(made, export, START, _told, _root)
    report.notes.append(UNTOLD)
    return made


def _root(path: str) -> str:
    """Return the folder of the account's export that a file lies in."""
    found = ACTIVITY.search(path) or FOLDERS.search(path)
    return path[: found.start()] if found else path[: path.rfind("/") + 1]


def _profile(said: JsonValue) -> Context:
    user = members.at(said, "profile_v2") or members.at(said, "profile")
    name = members.text(user, "name", "full_name") or members.text(user, "name")
    handle = members.text(user, "username") or members.text(user, "profile_uri").rstrip("/").rpartition("/")[2]
    number = re.search(r"[?&]id=([0-9]+)", handle)
    return {"handle": number[1] if number else handle, "name": meta.meant(name)} if handle else {}


def _told(value: JsonValue) -> tuple[JsonValue, int, tuple[str, ...]]:
    """Return the second of a post, when it was changed, and by what posts of one second are told apart."""
    parts = list(_attached(value))
    said = *_words(value, parts), *(url for _, url in _links(parts)), *(each.url for each in _pictures(parts))
    return members.at(value, "timestamp"), _updated(value), said


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" if it does not say."""
    handle = members.text(context, "handle") or members.text(context, "account")
    return f"{ADDRESS}{f'profile.php?id={handle}' if handle.isdigit() else handle}" if handle else ""


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Return an iterator over every post."""
    return meta.read_lists(plan, open_file, report, START, _post, _root)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an element."""
    with one_post():
        return _post(decode(raw[0]), context)


def _post(value: JsonValue, context: Context) -> Post:
    second = members.at(value, "timestamp")
    published = meta.time(second)
    if published is None or not isinstance(second, int):
        raise BadPost("a post without a time")
    parts = list(_attached(value))
    text, links, pictures = checked_size("\n\n".join(_words(value, parts))), tuple(_links(parts)), _pictures(parts)
    title = next(filter(None, (members.text(part, "note", "title") for part in parts)), "")
    updated = _updated(value)
    whose, said = owner(context), [text, *(url for _, url in links)]
    return Post(
        id=f"urn:facebook:{meta.known_by(whose, second, [each.url for each in pictures], said, context)}",
        author=Author(whose, members.text(context, "handle"), members.text(context, "name")),
        text=text,
        published=published,
        kind="Article" if title else "Note",
        summary=meta.meant(title),
        audience=KEPT,
        attachments=tuple(replace(each, alt="") if each.alt in text else each for each in pictures),
        tags=tuple(re.findall(r"#(\w{1,100})", text)),
        links=links,
        updated=meta.time(updated) if updated > second else None,
        choices=tuple(
            Choice(_plain(each, "option")) for part in parts for each in members.each(part, "poll", "options")
        ),
        private_details=tuple(_private_details(value, parts)),
        doubts=doubts("", published),
    )


def _attached(value: JsonValue) -> Iterator[JsonValue]:
    """Yield each thing that is attached to a post."""
    for group in members.each(value, "attachments"):
        yield from members.each(group, "data")


def _plain(value: JsonValue, *path: str) -> str:
    """Return words as they were meant, of each who is mentioned the name."""
    return MENTION.sub(r"\1", meta.meant(members.text(value, *path)))


def _words(value: JsonValue, parts: Sequence[JsonValue]) -> list[str]:
    """Return what its author wrote, each once; what was written below pictures only if there is nothing else."""
    said = [_plain(each, "post") for each in members.each(value, "data")]
    said += [_plain(part, kind, name) for part in parts for kind, names in WRITTEN.items() for name in names]
    found = list(dict.fromkeys(filter(None, said)))
    return found or list(dict.fromkeys(filter(None, (each.alt for each in _pictures(parts)))))


def _media(parts: Sequence[JsonValue]) -> Iterator[JsonValue]:
    for part in parts:
        yield from (each for each in (members.at(part, "media"),) if each is not None)
        yield from members.each(part, "note", "media")
        yield from members.each(part, "life_event", "photos")


def _pictures(parts: Sequence[JsonValue]) -> tuple[Attachment, ...]:
    """Return the pictures and clips, each once, and what was written below them."""
    found: dict[str, Attachment] = {}
    for each in _media(parts):
        if uri := members.text(each, "uri"):
            media_type = meta.kind(each) or ("image/gif" if uri.lower().endswith(".gif") else "")
            found.setdefault(uri, Attachment(media_type, uri, _plain(each, "description")))
    return tuple(found.values())


def _links(parts: Sequence[JsonValue]) -> Iterator[tuple[str, str]]:
    """Yield what was shared: the name of a page, and its address."""
    for part in parts:
        url = meta.meant(members.text(part, "external_context", "url"))
        if url.startswith(("https://", "http://")):
            yield meta.meant(members.text(part, "external_context", "name")) or url, url


def _updated(value: JsonValue) -> int:
    """Return when the post was changed, in seconds since 1970; 0 if it does not say."""
    said = [members.at(each, "update_timestamp") for each in members.each(value, "data")]
    return max((each for each in said if type(each) is int), default=0)


def _private_details(value: JsonValue, parts: Sequence[JsonValue]) -> Iterator[str]:
    """Yield what is told beyond the post: where it was, by what it was sent, whom Facebook names beside it."""
    places = [place for part in parts if isinstance(place := members.at(part, "place"), Mapping)]
    told = set(meta.private_details([value]))
    told |= {"coordinates" if members.at(place, "coordinate") else "place" for place in places}
    told |= {"place"} if not places and meta.names(value) & {"place", "location", "address"} else set()
    named = members.at(value, "tags") or members.at(value, "title") or meta.names(value) & {"comments", "author"}
    said = any(MENTION.search(members.text(each, "post")) for each in members.each(value, "data"))
    told |= {"people"} if named or said else set()
    yield from sorted(told)
