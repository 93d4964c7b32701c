"""The formats in which posts reach us, and how one is told from another: by content."""

from typing import Final, cast

from tamizdat.errors import UsageError
from tamizdat.posts.export import Export
from tamizdat.posts.formats import feeds, feeds_earlier, mastodon, twarc, x_archive
from tamizdat.posts.formats.contents import Contents, Part, contents
from tamizdat.posts.formats.format import BadPost, Context, Earlier, Format, Found, Open, Plan, Removal, Slice

FORMATS: Final = tuple(cast(Format, module) for module in (x_archive, mastodon, feeds, twarc))
OWNERS: Final = {"x-archive": x_archive.owner, "mastodon": mastodon.owner}  #: formats that an account gets of itself
EARLIER: Final = (
    Earlier("mastodon/v1", mastodon.post_v1),
    Earlier("feed/v1", feeds_earlier.post_v1),
    Earlier("feed/v2", feeds_earlier.post_v2),
    Earlier("x-archive/v1", x_archive.post_v1),
    Earlier("twarc/v1", twarc.post_v1),
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
    "owner",
    "recognise",
]


def recognise(export: Export) -> Format:
    """Return the format of an export, told by content; raise :class:`UsageError` if it is none we read."""
    for each in FORMATS:
        if each.recognises(export):
            return each
    raise UsageError(
        "Expected an archive of X/Twitter (folder or zip), a Mastodon export (outbox.json), an RSS, Atom or JSON feed, "
        "or a file of twarc (JSON lines); found none of them. Nothing was taken."
    )


def find_exports(export: Export) -> Contents:
    """Return every export that lies in *export*; raise :class:`UsageError` if there is none, nor anything packed."""
    found = contents(export, FORMATS, lambda each: each.NAME.partition("/")[0] in OWNERS)
    if not found.parts and not found.packed:
        recognise(export)
    return found


def owner(name: str, context: Context) -> str:
    """Return the id of the account that was given this export of itself; "" if it is none, or does not say."""
    of = OWNERS.get(name.partition("/")[0])
    return of(context) if of else ""


def by_name(name: str) -> Format | Earlier | None:
    """Return the format of a name and version, as statements name it; None for one that this program never had."""
    every: list[Format | Earlier] = [*FORMATS, *EARLIER]
    return next((each for each in every if name == each.NAME), None)
