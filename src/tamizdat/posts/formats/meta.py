r"""What the exports that Meta gives to its users, as JSON, have in common: Instagram's and Facebook's.

::

    [{"…": …, "title": "\u00e6\u00a0\u00a1\u00e8\u0088\u008d", …}, …]        "校舍"

Texts are UTF-8 whose bytes were written as letters; that is undone once, where it can be undone. Times are instants.
A list of posts is a file, or stands under a name in one. Pictures are named by their path from the folder of the whole
export. Who the account is stands in a file of its own; of several accounts side by side each has its own, or none.

Posts of Facebook and Threads have no number: each is known by whose it is and its second (:func:`known_by`).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias, cast

from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.posts.elements import Element, JsonValue, NotJson, Window, decode, elements, enter
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
#: where an element of a list of Instagram's or Threads' may begin
WITH_MEDIA: Final = re.compile(r'\{\s*"(?:media"\s*:\s*\[|title"\s*:\s*"|creation_timestamp"\s*:\s*\d)')
NUMBER: Final = re.compile(r"(?:^|[/_])([0-9]{9,20})(?:\.[A-Za-z0-9]+)?$")
#: how a file of the account's own is named: what lies below these folders is others', or for a few (a friend may send
#: an export as a file in a letter)
OWN: Final = r"(?!(?:.*/)?(?:messages|comments[^/]*|groups|stories)/)(?:.*/)?"


Told: TypeAlias = tuple[JsonValue, int, tuple[str, ...]]  #: of a post: its second, when it was changed, what it says


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


def words(value: JsonValue, media: Sequence[JsonValue]) -> str:
    """Return the words of a post: its own, else those that stand at its pictures, each once."""
    title = members.text(value, "title")
    said = [title] if title else list(dict.fromkeys(filter(None, (members.text(each, "title") for each in media))))
    return "\n\n".join(map(meant, said))


def profile(user: JsonValue) -> Context:
    """Return what a profile of Instagram or Threads tells: ``handle`` and ``name``, and for whom posts are."""
    said = (members.text(user, "string_map_data", key, "value") for key in ("Username", "Name", "Private Account"))
    handle, name, private = map(meant, said)
    made: Context = {"handle": handle, "name": name} if handle else {}
    if private.lower() in ("true", "false"):
        made["audience"] = "followers" if private.lower() == "true" else "public"
    return made


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
    profiles: dict[str, Context] = {}
    for path in export.names():
        if profile.fullmatch(path):
            profiles.setdefault(root(path), {}).update(_told(export, path, told))
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


def tell_seconds(
    plan: Plan, export: Export, start: re.Pattern[str], told: Callable[[JsonValue], Told], root: Callable[[str], str]
) -> None:
    """Give each list the seconds in which the lists of its account have posts that differ, and its newest time.

    *told* gives the second of a post, when it was changed, and what it says; nothing, of a mere reference.
    """
    several: dict[str, dict[int, int | None]] = {}
    for path in plan.sources:
        seconds = several.setdefault(root(path), {})
        if newest := _look_through(export, path, seconds, plan.context_of(path), start, told):
            plan.made[path] = newest
    for path in plan.sources:
        shared: list[Json] = [second for second, one in sorted(several[root(path)].items()) if one is None]
        plan.contexts[path] |= {"shared": shared} if shared else {}


def _look_through(
    export: Export, path: str, several: dict[int, int | None], context: Context, start: re.Pattern[str],
    told: Callable[[JsonValue], Told],
) -> str | None:  # fmt: skip
    """Note the seconds in which a list has posts, None where it has other ones too; return the newest time in it."""
    newest = 0
    try:
        with export.open(path) as file:
            window = Window(file)
            enter_list(window, members.text(context, "list"))
            for element in elements(window, start):
                if not isinstance(element, Element):
                    continue
                second, updated, said = told(element.value)
                if type(second) is not int:
                    continue
                newest = max(newest, second, updated)
                if said:
                    one = hash(said)
                    several[second] = one if several.setdefault(second, one) == one else None
    except (BadExport, NotJson):  # reading it tells what is wrong
        pass
    return time(newest)


def times(plan: Plan, open_file: Open) -> Iterator[str | None]:
    """Return no time: the plan has the newest of each list already."""
    return iter(())


def known_by(whose: str, second: int, pictures: Sequence[str], said: Sequence[str], context: Context) -> str:
    """Return by what a post is known, as 32 digits: whose it is and its second.

    Where others have that second too, or nobody tells whose it is, also by the number of its first picture, or what it
    *said*.
    """
    known: list[Json] = [whose, second]
    if not whose or _is_shared(second, context):
        number = NUMBER.search(pictures[0]) if pictures else None
        known.append(number[1] if number else sha256_hex(canonical([*said])))
    return sha256_hex(canonical(known))[:32]


def _is_shared(second: int, context: Context) -> bool:
    """Tell whether the export has other posts of this second."""
    listed = context.get("shared")
    if not isinstance(listed, list):
        return False
    seconds = cast("list[int]", listed)
    at = bisect_left(seconds, second)
    return at < len(seconds) and seconds[at] == second


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
