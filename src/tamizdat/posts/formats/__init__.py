"""The formats in which posts reach us, and how one is told from another: by content."""

from collections.abc import Iterator
from functools import cache
from typing import Final, cast

from tamizdat.errors import UsageError
from tamizdat.posts.export import Export
from tamizdat.posts.formats import (
    bluesky,
    bluesky_json,
    facebook,
    feeds,
    feeds_earlier,
    ghost,
    instagram,
    livejournal,
    mastodon,
    matrix,
    meta,
    misskey,
    nostr,
    pixelfed,
    statuses,
    substack,
    table,
    telegram,
    telegram_html,
    threads,
    tiktok,
    twarc,
    unread,
    weibo,
    whatsapp,
    x_archive,
)
from tamizdat.posts.formats.contents import Contents, Part, contents
from tamizdat.posts.formats.format import BadPost, Context, Earlier, Format, Found, Open, Plan, Removal, Slice
from tamizdat.posts.report import IngestReport

FORMATS: Final = tuple(
    cast(Format, module)
    for module in (
        table,
        x_archive,
        mastodon,
        statuses,
        pixelfed,
        misskey,
        telegram,
        telegram_html,
        bluesky,
        bluesky_json,
        threads,  # before Instagram, in whose export it lies
        instagram,
        facebook,
        tiktok,
        substack,
        ghost,
        livejournal,
        weibo,
        whatsapp,
        matrix,
        nostr,
        feeds,
        twarc,
    )
)
#: formats that an account gets of itself
OWNERS: Final = {
    "x-archive": x_archive.owner,
    "mastodon": mastodon.owner,
    "mastodon-api": statuses.owner,
    "pixelfed": pixelfed.owner,
    "misskey": misskey.owner,
    "instagram": instagram.owner,
    "threads": threads.owner,
    "facebook": facebook.owner,
    "tiktok": tiktok.owner,
    "substack": substack.owner,
    "ghost": ghost.owner,
    "livejournal": livejournal.owner,
}
#: formats whose times can be read without reading all of each post
TIMES: Final = {
    "x-archive": x_archive.times, "facebook": meta.times, "threads": meta.times, "livejournal": livejournal.times
}  # fmt: skip
#: formats whose pictures, or what is needed to read them, lie beside their files
OF_FOLDER: Final = ("table", "telegram", "telegram-html", "bluesky", "substack", "ghost", "weibo", "whatsapp", "matrix")
EARLIER: Final = (
    Earlier("mastodon/v1", mastodon.post_v1),
    Earlier("mastodon/v2", mastodon.post_v2),
    Earlier("feed/v1", feeds_earlier.post_v1),
    Earlier("feed/v2", feeds_earlier.post_v2),
    Earlier("feed/v3", feeds.post_v3),
    Earlier("x-archive/v1", x_archive.post_v1),
    Earlier("x-archive/v2", x_archive.post_v2),
    Earlier("twarc/v1", twarc.post_v1),
    Earlier("twarc/v2", twarc.post_v2),
    Earlier("telegram/v1", telegram.post_v1),
    Earlier("whatsapp/v1", whatsapp.post_v1),
)

__all__ = [
    "FORMATS",
    "BadPost",
    "Contents",
    "Context",
    "Earlier",
    "Format",
    "Found",
    "Open",
    "Part",
    "Plan",
    "Removal",
    "Slice",
    "by_name",
    "find_exports",
    "newest",
    "owner",
    "recognise",
    "says_whose",
    "times",
]


def recognise(export: Export) -> Format:
    """Return the format of an export, told by content; raise :class:`UsageError` if it is none we read."""
    for each in FORMATS:
        if each.recognises(export):
            return each
    raise UsageError(
        f"Expected an export of posts, found {unread.looks_like(export)}. Nothing was taken. "
        f"{unread.advice(export) or unread.nearest(export)}".rstrip()
    )


def find_exports(export: Export) -> Contents:
    """Return every export that lies in *export*; raise :class:`UsageError` if there is none, nor anything packed."""
    found = contents(export, FORMATS, lambda each: _family(each) in OWNERS, lambda each: _family(each) in OF_FOLDER)
    if not found.parts and not found.packed:
        recognise(export)
    return found


def _family(each: Format) -> str:
    return each.NAME.partition("/")[0]


def owner(name: str, context: Context) -> str:
    """Return the id of the account that was given this export of itself; "" if it is none, or does not say."""
    of = OWNERS.get(name.partition("/")[0])
    return of(context) if of else ""


def says_whose(plan: Plan) -> bool:
    """Tell whether it is known of every file of posts which account got it of itself."""
    return all(owner(plan.format, plan.context_of(path)) for path in plan.sources)


def times(export_format: Format, plan: Plan, open_file: Open) -> Iterator[tuple[str, str | None]]:
    """Yield every time at which a post of the plan was written, changed or removed, and the file it stands in."""
    if quick := TIMES.get(_family(export_format)):
        yield from (("", time) for time in quick(plan, open_file))
        return
    for each in export_format.read(plan, open_file, IngestReport()):
        where = each.slices[0].source if isinstance(each, Found) else ""
        told = (each.post.published, each.post.updated) if isinstance(each, Found) else ()
        yield from ((where, time) for time in (*told, each.deleted))


@cache
def newest(name: str) -> Format | None:
    """Return the format that reads today what was taken in under *name*; None if nothing does."""
    family = name.partition("/")[0]
    return next((each for each in FORMATS if each.NAME.partition("/")[0] == family), None)


def by_name(name: str) -> Format | Earlier | None:
    """Return the format of a name and version, as statements name it; None for one that this program never had."""
    every: list[Format | Earlier] = [*FORMATS, *EARLIER]
    return next((each for each in every if name == each.NAME), None)
