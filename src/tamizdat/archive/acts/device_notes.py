"""Texts that a device or an application wrote, and nobody: who may release them.

A drone's list of places lies on the card under the name of subtitles; ProofMode notes of a picture where it was made,
in which networks, with which telephone. The first is released only if that is said to be meant, the second by nobody.
"""

from collections.abc import Container
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.items import Item
from tamizdat.errors import UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.tells_place import why_not
from tamizdat.footage.text_file import LARGEST, words_of
from tamizdat.text.telemetry import telemetry

_TELLS: Final = {"coordinates": "places", "device": "the number of a device"}


def refuse_notes(archive: Archive, item: Item, tells: Container[str]) -> None:
    """Raise :class:`UsageError` for a text that is no words for readers, or tells of a device what *tells* has not."""
    if kind_of(item.path) != "text" or not archive.objects.has(item.original):
        return
    with archive.objects.open(item.original) as file:
        data = file.read(LARGEST)
    if why := why_not(data):
        raise UsageError(why)
    found = words_of(data)
    told = telemetry(found[0]) if found else {}
    if left := [what for what in told if what not in tells]:
        lines = " and ".join(f"{told[what]:,} with {_TELLS[what]}" for what in left)
        raise UsageError(
            f"Expected words that somebody wrote, found lines of a device in item {item.number}: {lines}. Nothing was "
            "released. Whoever reads it learns where that was and whose it is. Only if that is meant: 'tamizdat "
            f"publish release {item.number} --bytes-tell {','.join(told)}'."
        )
