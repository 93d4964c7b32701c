r"""What the exports that Meta gives to its users, as JSON, have in common: Instagram's and Facebook's.

::

    [{"…": …, "title": "\u00e6\u00a0\u00a1\u00e8\u0088\u008d", …}, …]        "校舍"

Texts are UTF-8 whose bytes were written as letters; that is undone once, where it can be undone. Times are instants.
A list of posts is a file, or stands under a name in one. Pictures are named by their path from the folder of the whole
export. Who the account is stands in a file of its own; of several accounts side by side each has its own, or none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from tamizdat.posts.elements import JsonValue, NotJson, Window, decode, elements, enter
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import Context, Found, Open, Plan, Slice, posts_in
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

BARE: Final = "-"  #: what a list is called that is not in an object
TYPES: Final = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic",
    "mp4": "video/mp4", "mov": "video/quicktime", "srt": "text/plain",
}  # fmt: skip
MAX_PROFILE: Final = 1 << 20
#: how a file of the account's own is named: what lies below these folders is others', or for a few (a friend may send
#: an export as a file in a letter)
OWN: Final = r"(?!(?:.*/)?(?:messages|comments[^/]*|groups|stories)/)(?:.*/)?"


def meant(text: str) -> str:
    """Return the text whose UTF-8 was written byte by byte as letters; the text itself if it was not."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def time(value: JsonValue) -> str | None:
    """Return the time of a number of seconds since 1970; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def kind(media: JsonValue) -> str:
    """Return the media type of a picture or clip; many clips are named without an ending."""
    ending = members.text(media, "uri").rpartition(".")[2].lower()
    is_clip = members.at(media, "media_metadata", "video_metadata") is not None
    return TYPES.get(ending, "video/mp4" if is_clip else "")


def names(value: JsonValue) -> set[str]:
    """Return what anything in a value is called, however deep: what it is told in has changed by the year."""
    found, left = set[str](), [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            found |= each.keys()
            left += each.values()
        elif isinstance(each, list):
            left += each
    return found


def private_details(media: Sequence[JsonValue]) -> Iterator[str]:
    """Yield what is told beyond the post: where the picture was taken, by what, from where it was sent."""
    told = names(list(media))
    if told & {"latitude", "longitude"}:
        yield "coordinates"
    if told & {"device_id", "camera_make", "camera_model", "lens_model", "lens_make", "software", "upload_ip"}:
        yield "device"


def tell_accounts(
    plan: Plan,
    export: Export,
    profile: re.Pattern[str],
    told: Callable[[JsonValue], Context],
    root: Callable[[str], str],
) -> None:
    """Give each list what the profile in its export tells of the account: it must not be another's."""
    profiles = {root(path): _told(export, path, told) for path in export.names() if profile.fullmatch(path)}
    plan.context = next(iter(profiles.values())) if len(profiles) == 1 else {}
    for path in plan.sources:
        about = plan.context if len(profiles) < 2 else profiles.get(root(path), {})
        plan.contexts[path] = {**about, **plan.contexts.get(path, {})}


def _told(export: Export, path: str, told: Callable[[JsonValue], Context]) -> Context:
    try:
        with export.open(path) as file:
            return told(decode(file.read(MAX_PROFILE)))
    except (NotJson, BadExport):
        return {}


def read_lists(
    plan: Plan,
    open_file: Open,
    report: IngestReport,
    start: re.Pattern[str],
    post: Callable[[JsonValue, Context], Post],
    root: Callable[[str], str],
) -> Iterator[Found]:
    """Yield every post of the lists that the plan names."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _read(plan, path, Window(file), report, start, post, root(path))
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read(
    plan: Plan,
    path: str,
    window: Window,
    report: IngestReport,
    start: re.Pattern[str],
    post: Callable[[JsonValue, Context], Post],
    root: str,
) -> Iterator[Found]:
    context = plan.context_of(path)
    try:
        enter_list(window, members.text(context, "list"))
    except NotJson:
        report.problem("form", path, window.offset, "no list of posts")
        return
    for element, made in posts_in(elements(window, start), path, report, lambda value: post(value, context)):
        media = [found for each in made.attachments if (found := f"{root}{each.url}") in plan.beside]
        yield Found((Slice(path, element.offset, element.length),), made, tuple(dict.fromkeys(media)))


def enter_list(window: Window, name: str) -> None:
    """Go to where a list begins that is called so (:data:`BARE`: it is the file). Raises :class:`NotJson`."""
    for _ in enter(window, name) if name != BARE else ():
        pass
