"""The formats in which posts reach us, and how one is told from another: by content."""

from typing import Final, cast

from tamizdat.errors import UsageError
from tamizdat.posts.export import Export
from tamizdat.posts.formats import feeds, mastodon, twarc, x_archive
from tamizdat.posts.formats.format import BadPost, Context, Format, Found, Open, Plan, Removal, Slice

FORMATS: Final = tuple(cast(Format, module) for module in (x_archive, mastodon, feeds, twarc))

__all__ = [
    "FORMATS",
    "BadPost",
    "Context",
    "Format",
    "Found",
    "Open",
    "Plan",
    "Removal",
    "Slice",
    "by_name",
    "recognise",
]


def recognise(export: Export) -> Format:
    """The format of an export; :class:`UsageError` if it is none we read."""
    for format in FORMATS:
        if format.recognises(export):
            return format
    raise UsageError(
        "Expected an archive of X/Twitter (folder or zip), a Mastodon export (outbox.json), an RSS, Atom or JSON feed, "
        "or a file of twarc (JSON lines); found none of them. Nothing was taken."
    )


def by_name(name: str) -> Format | None:
    """The format of this name and version, as statements name it."""
    return next((format for format in FORMATS if name == format.NAME), None)
