r"""The export TikTok gives to its users, as JSON (``user_data_tiktok.json``, before ``user_data.json``).

::

    {"Activity": {"Login History": {…}, …}, "Direct Messages": {…}, …, "Post": {
      "Posts": {"VideoList": [
        {"Date": "2024-05-12 06:28:00", "Link": "https://www.tiktokv.com/share/video/7368…/", "Likes": "3",
         "WhoCanView": "Everyone", "Title": "校舍 #地震", …}, …]},
      "Recently Deleted Posts": {"PostList": [{"Date": …, "DateDeleted": …, "Link": …, "Likes": …, …}]}}}

All of an account is one file: letters, logins, all it ever watched. Only the lists of its own posts are kept
(``Plan.never_kept``), and of its profile the name. The sections around the lists have other names every year; but
a key, the beginning of an object and ``VideoList`` cannot stand inside a JSON string: lists are found by these.

Times are UTC (the same export as text says so). A post has the number that its address holds; where the address is that
of the clip itself, which soon leads nowhere, it is known by whose it is and its second. The clip is not in the export.
What was deleted in the last weeks stands there with its words: it is gone by TikTok's word.

For whom a post was stands beside it since 2024; without it, it is :data:`KEPT`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from tamizdat.encoding import canonical, sha256_hex
from tamizdat.posts.elements import (
    SCALAR,
    STRING,
    Damage,
    Element,
    JsonValue,
    NotJson,
    Window,
    decode,
    elements,
    seek,
    small_value,
)
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
    gaps,
    one_post,
    sound_elements,
)
from tamizdat.posts.post import KEPT, Attachment, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "tiktok/v1"
BEGINNING: Final = re.compile(
    rb'\s*\{\s*"(?:Activity|Ads and data|App Settings|Comment|Direct Messages?|Income[^"]{0,40}|Likes and Favorites'
    rb'|Location Reviews?|Post|Profile(?: And Settings)?|Tik[Tt]ok (?:Live|Shop|Shopping)|Video|Your Activity)"'
    rb"\s*:\s*\{"
)
MEMBER: Final = re.compile(rb'"(?:[A-Za-z]+(?:List|Map)|ChatHistory|AdInterestCategories|PayCard)"\s*:')
OWN: Final = r'"(?:Posts|Videos)"\s*+:\s*+\{\s*+(?:(?!"VideoList")%s\s*+:\s*+%s\s*+,\s*+){0,4}"VideoList"'
DELETED: Final = r'"Recently Deleted Posts"\s*+:\s*+\{\s*+(?:(?!"PostList")%s\s*+:\s*+%s\s*+,\s*+){0,4}"PostList"'
#: what is looked for in the file; none of it can stand inside a JSON string
LISTS: Final = "|".join(f"{each % (STRING, SCALAR)}\\s*+:\\s*+(?=\\[)" for each in (OWN, DELETED))
FIND: Final = re.compile(rf'{LISTS}|"ProfileMap"\s*+:\s*+(?=\{{)|"Private Account"\s*+:\s*+(?=")', re.S)
START: Final = re.compile(r'\{\s*"Date(?:Deleted)?"\s*:\s*"')
MAX_HEAD: Final = 1 << 12  #: characters of what is looked for
NUMBER: Final = re.compile(r"/(?:video|photo|v)/([0-9]{12,20})|[?&](?:item_id|aweme_id|share_item_id)=([0-9]{12,20})")
ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+")
SHARED: Final = "https://www.tiktokv.com/share/video/"
EVERYBODY: Final = ("everyone", "public")
FOLLOWERS: Final = ("friends", "followers")
ON: Final = ("on", "yes", "true", "enabled", "private")
NO_CLIPS: Final = (
    "TikTok's export names clips and holds none. Addresses of clips in it lead nowhere after some days: 'tamizdat "
    "collect --media' lists those that can be fetched."
)
ALONE: Final = (
    "What TikTok's export holds beside the account's own posts (letters, logins, what was watched …) is not kept."
)


def recognises(export: Export) -> bool:
    """Tell whether a file begins as the export of an account does."""
    return any(_is_export(export, path) for path in export.names())


def _is_export(export: Export, path: str) -> bool:
    if not path.endswith(".json"):
        return False
    beginning = head(export, path)
    return BEGINNING.match(beginning) is not None and MEMBER.search(beginning) is not None


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files with lists of posts, whose they are, and where in them everything else stands."""
    made = Plan(NAME, [])
    for path in filter(lambda path: _is_export(export, path), export.names()):
        kept: list[tuple[int, int]] = []
        context: Context = {}
        with suppress(BadExport), export.open(path) as file:  # reading it tells what is wrong
            _look_through(Window(file), kept, context)
        made.never_kept[path] = made.withheld[path] = gaps(kept)
        made.contexts[path] = context
        made.sources += [path] if kept else []
    made.context = next(iter(made.contexts.values())) if len(made.contexts) == 1 else {}
    report.notes += [ALONE, NO_CLIPS]
    return made


def _look_through(window: Window, kept: list[tuple[int, int]], context: Context) -> None:
    """Note where lists of posts are, each with its key, as far as they are sound; and whose they are."""
    for offset, _, key in seek(window, FIND, MAX_HEAD):
        if key.startswith('"ProfileMap"'):
            told = _told(window)
            handle, name = members.text(told, "userName"), members.text(told, "displayName")
            context |= {"handle": handle, "name": name} if handle else {}
        elif key.startswith('"Private Account"'):
            context |= {"private": members.text(_told(window)).lower() in ON}
        else:
            for _ in sound_elements(kept, offset, window, _posts(window)):
                pass


def _told(window: Window) -> JsonValue:
    try:
        return small_value(window)
    except NotJson:
        return None


def _posts(window: Window) -> Iterator[Element | Damage]:
    """Yield the elements of a list of posts; behind damage only what is surely one, never what was watched."""
    sound = True
    for found in elements(window, START):
        if isinstance(found, Element):
            if not sound and members.at(found.value, "Likes") is None:
                return
        else:
            sound = False
        yield found


def owner(context: Context) -> str:
    """Return the id of the account whose export it is; "" if it does not say."""
    handle = members.text(context, "handle")
    return f"https://www.tiktok.com/@{handle}" if handle else ""


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post, and what was deleted."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _read(plan, path, Window(file), report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: Plan, path: str, window: Window, report: IngestReport) -> Iterator[Found]:
    context = plan.context_of(path)
    for _, _, key in seek(window, FIND, MAX_HEAD):
        if key.startswith(('"ProfileMap"', '"Private Account"')):
            continue
        for element in _posts(window):
            if isinstance(element, Damage) or element.value is None:  # what was damaged is kept as null
                told = (element.kind, element.detail) if isinstance(element, Damage) else ("damaged", "")
                report.problem(told[0], path, element.offset, told[1])
                continue
            try:
                with one_post():
                    made = _post(element.value, context)
            except BadPost as error:
                report.problem(error.kind, path, element.offset, str(error))
                continue
            gone = _time(element.value, "DateDeleted") or "" if key.startswith('"Recently') else None
            yield Found((Slice(path, element.offset, element.length),), made, deleted=gone)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an element."""
    with one_post():
        return _post(decode(raw[0]), context)


def _post(value: JsonValue, context: Context) -> Post:
    links = ADDRESS.findall(members.text(value, "Link"))
    found = next(filter(None, map(NUMBER.search, links)), None)
    number = (found[1] or found[2]) if found else ""
    published = _time(value, "Date")
    if not links or not (number or published):
        raise BadPost("a post without an address")
    whose, handle, text = owner(context), members.text(context, "handle"), checked_size(_said(value, "Title"))
    known = [whose, published or "", *([] if whose else [text])]
    shared = f"{SHARED}{number}/" if number else ""
    return Post(
        id=shared or f"urn:tiktok:{sha256_hex(canonical([*known]))[:32]}",
        author=Author(whose, handle, members.text(context, "name")),
        text=text,
        published=published,
        url=f"{whose}/video/{number}" if whose and number else shared,
        audience=_audience(value, context),
        attachments=tuple(_attachments(value, links)),
        tags=tuple(re.findall(r"#(\w{1,100})", text)),
        private_details=("place",) if _said(value, "Location") else (),
        doubts=doubts(members.text(value, "Title"), published, members.at(value, "Date")),
    )


def _said(value: JsonValue, name: str) -> str:
    said = members.text(value, name)
    return "" if said.strip() in ("", "N/A", "None") else said


def _time(value: JsonValue, name: str) -> str | None:
    """Return a time, which is UTC and does not say so."""
    found = read_time(members.text(value, name).removesuffix(" UTC"))
    return f"{found}+00:00" if found and len(found) == 19 else found


def _attachments(value: JsonValue, links: Sequence[str]) -> Iterator[Attachment]:
    """Yield the clip where its own address is there, else its still; a page is none."""
    stills = tuple(ADDRESS.findall(_said(value, "CoverImage")))[:1]
    alt = _said(value, "AlternateText")
    clips = [each for each in links if not re.search(r"/(?:share/video|@[^/]*/(?:video|photo))/", each)]
    for at, each in enumerate(clips):
        is_picture = re.search(r"\.(?:jpe?g|webp|heic|png)\b", each.partition("?")[0]) is not None
        yield Attachment("image/jpeg" if is_picture else "video/mp4", each, alt, stills if at == 0 else ())
    if not clips:
        yield from (Attachment("image/jpeg", each, alt) for each in stills)


def _audience(value: JsonValue, context: Context) -> str:
    """Return for whom a post was, by TikTok's word beside it; an account may be private as a whole."""
    said = members.text(value, "WhoCanView").strip().lower()
    if said in EVERYBODY:
        return "followers" if context.get("private") is True else "public"
    return "followers" if said in FOLLOWERS else KEPT
