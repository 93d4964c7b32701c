r"""What an account wrote on Threads, as Meta gives it out (JSON): inside of Instagram's export, or by itself.

::

    your_instagram_activity/threads/threads_and_replies.json                                          (or threads/…)
    {"text_post_app_text_posts": [
      {"media": [{"uri": "", "creation_timestamp": 1710165471, "title": "\u00e6\u00a0\u00a1\u00e8\u0088\u008d",
                  "text_app_post": {"is_reply": true, "reply_control": "everyone", …}, …}]}, …]}            "校舍"

A post of words alone is a list of one medium that has no file; one of several pictures has its words and time beside
that list. It has no number and no address: it is known as posts of Facebook are (:func:`.meta.known_by`). That it
answers another is told (``is_reply``), and not which; who may answer (``reply_control``) is not who may read.

Whether a profile of Threads is private stands in a file beside the list, and is another setting than Instagram's, which
says nothing here. Without it nobody can tell for whom a post was. What was liked, saved, archived, seen, who follows
and who was blocked are left where they are.
"""

import re
from collections.abc import Iterator, Sequence
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
from tamizdat.posts.post import Attachment, Author, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "threads/v1"
FOLDER: Final = re.compile(r"(?:^|(?<=/))(?:your_instagram_activity/)?threads/")
POSTS: Final = re.compile(rf"{meta.OWN}threads_and_replies[0-9_]*\.json")
LIST: Final = "text_post_app_text_posts"
#: who was never on Threads has a list without an element
IN_OBJECT: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"text_post_app_text_posts"\s*:\s*\[\s*\{')
PROFILE: Final = re.compile(rf"{meta.OWN}personal_information\.json")
OWN_FOLDERS: Final = re.compile(r"(?:^|(?<=/))(?:your_instagram_activity|threads|personal_information)/")
LEFT: Final = "files that hold no post on Threads (followers, what was liked, saved, seen …)"
REPLIES: Final = "{:,} of these posts answer others. Threads does not say whose words they answer."
NOBODY: Final = (
    "Nothing in this export tells whose it is: posts are known by their second and their words. Collect the whole "
    "export as it was unpacked, or say whose it is (--owner)."
)
UNTOLD: Final = (
    "Nothing in this export tells whether the profile on Threads is private (threads/personal_information.json): none "
    "of its posts can be released. Instagram's own setting is another one."
)


def recognises(export: Export) -> bool:
    """Tell whether a list of posts is there."""
    return any(_is_list(export, path) for path in export.names())


def _is_list(export: Export, path: str) -> bool:
    return POSTS.fullmatch(path) is not None and IN_OBJECT.match(head(export, path)) is not None


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the lists, whose they are and for whom, which seconds several posts have, and the pictures."""
    made = Plan(NAME, [path for path in export.names() if _is_list(export, path)], unsaid=NOBODY)
    made.beside = frozenset(export.names())
    made.contexts = {path: {"list": LIST} for path in made.sources}
    meta.tell_accounts(made, export, PROFILE, _profile, _root)
    replies = list[None]()

    def told(value: JsonValue) -> meta.Told:
        media = list(members.each(value, "media"))
        replies.extend([None] if _is_reply(media) else [])
        said = meta.words(value, media), *(members.text(each, "uri") for each in media)
        return _second(value, media), 0, tuple(filter(None, said))

    meta.tell_seconds(made, export, meta.WITH_MEDIA, told, _root)
    for path in export.names():
        is_left = FOLDER.search(path) and path.endswith(".json")
        if is_left and path not in made.contexts and not PROFILE.fullmatch(path):
            report.left[LEFT] += 1
    report.notes += [REPLIES.format(len(replies))] if replies else []
    if any("audience" not in each for each in made.contexts.values()):
        report.notes.append(UNTOLD)
    return made


def _root(path: str) -> str:
    """Return the folder of the account's export that a file lies in; pictures are named from it."""
    return OWN_FOLDERS.split(path)[0] if OWN_FOLDERS.search(path) else path[: path.rfind("/") + 1]


def _profile(said: JsonValue) -> Context:
    """Return what a profile tells: of Threads all, of Instagram the name, which is the same."""
    own = next(members.each(said, "text_post_app_text_post_app_profile"), None)
    if own is not None:
        return meta.profile(own)
    told = meta.profile(next(members.each(said, "profile_user"), None))
    return {key: value for key, value in told.items() if key != "audience"}


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" if it does not say."""
    handle = members.text(context, "handle") or members.text(context, "account")
    return f"https://www.threads.com/@{handle}" if handle else ""


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Return an iterator over every post."""
    return meta.read_lists(plan, open_file, report, meta.WITH_MEDIA, _post, _root)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an element."""
    with one_post():
        return _post(decode(raw[0]), context)


def _post(value: JsonValue, context: Context) -> Post:
    media = list(members.each(value, "media"))
    second = _second(value, media)
    published = meta.time(second)
    if published is None or not isinstance(second, int):
        raise BadPost("a post without a time")
    text, pictures = checked_size(meta.words(value, media)), [each for each in media if members.text(each, "uri")]
    if not (text or pictures):
        raise BadPost("a post without words and pictures")
    uris = [members.text(each, "uri") for each in pictures]
    whose = owner(context)
    return Post(
        id=f"urn:threads:{meta.known_by(whose, second, uris, [text], context)}",
        author=Author(whose, members.text(context, "handle"), members.text(context, "name")),
        text=text,
        published=published,
        audience=members.text(context, "audience") or "unknown",
        attachments=tuple(Attachment(meta.kind(each), uri) for each, uri in zip(pictures, uris, strict=True)),
        tags=tuple(re.findall(r"#(\w{1,100})", text)),
        private_details=tuple(meta.private_details(media)),
        doubts=doubts("", published),
    )


def _second(value: JsonValue, media: Sequence[JsonValue]) -> JsonValue:
    """Return when it was published, in seconds since 1970."""
    said = members.at(value, "creation_timestamp")
    return said if said is not None else members.at(media[0] if media else None, "creation_timestamp")


def _is_reply(media: Sequence[JsonValue]) -> bool:
    return any(members.at(each, "text_app_post", "is_reply") is True for each in media)
