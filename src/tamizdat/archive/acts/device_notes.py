"""What an application noted of a file is no text for readers: nobody releases it."""

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.items import Item
from tamizdat.errors import UsageError
from tamizdat.footage.card import kind_of
from tamizdat.footage.device_proof import LARGEST
from tamizdat.footage.tells_place import why_not
from tamizdat.statements.catalogued import Release


def refuse_notes(archive: Archive, item: Item, release: str | None) -> None:
    """Raise :class:`UsageError` if that would make such a text public."""
    if release != Release.PUBLIC or kind_of(item.path) != "text" or not archive.objects.has(item.original):
        return
    with archive.objects.open(item.original) as file:
        if why := why_not(file.read(LARGEST)):
            raise UsageError(why)
