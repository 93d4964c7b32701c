r"""The export Instagram gives to its users, as JSON (``posts_1.json``, ``reels.json``).

::

    [{"media": [{"uri": "media/posts/202403/4327_n_18032017582961826.jpg", "title": "", …}, …],
      "title": "\u00e6\u00a0\u00a1\u00e8\u0088\u008d", "creation_timestamp": 1710165471}, …]        "校舍"

Its texts are UTF-8 whose bytes were written as letters; that is undone once, where it can be undone. Times are
instants. A post has no number: its id is made of that in the name of its first picture, which stays when the words are
changed. The words of a post with one picture stand at the picture.

Whether the account is private stands in ``personal_information.json``; without it nobody can tell for whom a post was.
Stories, archived and deleted posts, comments, what was said on Threads, messages and all else are left where they are.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.encoding import canonical, sha256_hex
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
from tamizdat.posts.post import Attachment, Author, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "instagram/v1"
POSTS: Final = re.compile(rf"{meta.OWN}posts(?:_[0-9]+)?\.json")
REELS: Final = re.compile(rf"{meta.OWN}reels\.json")
REELS_LIST: Final = "ig_reels_media"
LIST: Final = re.compile(rb'\s*\[\s*\{\s*"(?:media|title|creation_timestamp)"\s*:')
NUMBER: Final = re.compile(r"_([0-9]{12,20})(?:\.[A-Za-z0-9]+)?$")
LEFT: Final = {"stories.json": "files of stories", "archived_posts.json": "files of archived posts",
               "recently_deleted_content.json": "files of deleted posts",
               "threads_and_replies.json": "files of posts on Threads", "igtv_videos.json": "files of IGTV",
               "reels_comments.json": "files of comments", "hype.json": "files of comments"}  # fmt: skip
COMMENTS: Final = re.compile(r"post_comments(?:_[0-9]+)?\.json")
PROFILE: Final = re.compile(rf"{meta.OWN}personal_information\.json")
OWN_FOLDERS: Final = re.compile(r"(?:^|(?<=/))(?:your_instagram_activity|content|personal_information)/")
OWN_LISTS: Final = re.compile(r"(?:^|(?<=/))(?:your_instagram_activity|content)/")


def recognises(export: Export) -> bool:
    """Tell whether a list of posts with their media is there."""
    return any(_list_of(export, path) for path in export.names())


def _list_of(export: Export, path: str) -> str:
    """Return "-" for a bare list, the name of a list in an object, or "" for another file."""
    if POSTS.fullmatch(path):
        beginning = head(export, path)
        return (
            meta.BARE
            if LIST.match(beginning) and b'"uri"' in beginning and b'"creation_timestamp"' in beginning
            else ""
        )
    return REELS_LIST if REELS.fullmatch(path) and REELS_LIST.encode() in head(export, path)[:200] else ""


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the lists, whose they are and for whom, and the pictures."""
    made = Plan(NAME, [path for path in export.names() if _list_of(export, path)])
    for path in export.names():
        name = path.rsplit("/", 1)[-1]
        if left := LEFT.get(name, "files of comments" if COMMENTS.fullmatch(name) else ""):
            report.left[left] += 1
    made.beside = frozenset(export.names())
    made.contexts = {path: {"list": _list_of(export, path)} for path in made.sources}
    meta.tell_accounts(made, export, PROFILE, _profile, _root)
    if any("audience" not in each for each in made.contexts.values()):
        report.notes.append(
            "Nothing in this export tells whether the account is private (personal_information.json): none of its "
            "posts can be released."
        )
    return made


def _root(path: str) -> str:
    """Return the folder of the account's export that a file lies in."""
    return OWN_FOLDERS.split(path)[0] if OWN_FOLDERS.search(path) else path[: path.rfind("/") + 1]


def _profile(said: JsonValue) -> Context:
    told = meta.profile(next(members.each(said, "profile_user"), None))
    return {"id": f"https://www.instagram.com/{told['handle']}/", **told} if "handle" in told else told


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" if it does not say."""
    return members.text(context, "id")


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post."""
    return meta.read_lists(plan, open_file, report, meta.WITH_MEDIA, _post, _folder)


def _folder(path: str) -> str:
    """Return the folder that pictures are named from, by the path of a list."""
    return OWN_LISTS.split(path)[0] if "/" in path else ""


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an element."""
    with one_post():
        return _post(decode(raw[0]), context)


def _post(value: JsonValue, context: Context) -> Post:
    media = list(members.each(value, "media"))
    if not media:
        raise BadPost("a post without pictures")
    text = checked_size(meta.words(value, media))
    published = meta.time(members.at(value, "creation_timestamp")) or meta.time(
        members.at(media[0], "creation_timestamp")
    )
    uris = [members.text(each, "uri") for each in media]
    number = NUMBER.search(uris[0])
    made_of = number[1] if number else sha256_hex(canonical([*uris]))[:32]
    handle = members.text(context, "handle")
    return Post(
        id=f"urn:instagram:media:{made_of}",
        author=Author(members.text(context, "id"), handle, members.text(context, "name")),
        text=text,
        published=published,
        audience=members.text(context, "audience") or "unknown",
        attachments=tuple(Attachment(meta.kind(each), uri) for each, uri in zip(media, uris, strict=True) if uri),
        tags=tuple(re.findall(r"#(\w{1,100})", text)),
        private_details=tuple(meta.private_details(media)),
        doubts=doubts("", published),
    )
