"""Cards: what arrived in each consignment, as a contact sheet; and what of it did not arrive."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive, Item
from tamizdat.carrying import arrived
from tamizdat.carrying.arrived import SHORT, Arrived
from tamizdat.carrying.export import choose
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.takes import has_no_preview, takes
from tamizdat.text.excerpt import excerpt
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.request import WorkbenchRequest

PAGE: Final = 60  #: takes on a sheet
WORDS: Final = 160  #: characters of a text on a sheet
SHOWN: Final = 50  #: files that did not arrive, by name


@dataclass(frozen=True)
class Tile:
    """One take on the sheet: the file that stands for it, and how many more it has. *words* are those of a text."""

    item: Item
    kind: str
    more: int
    size: int
    preview: bool
    words: str = ""
    maker: bool = False  #: whether only its maker's program could show it

    @property
    def name(self) -> str:
        """Its file's name, without the folder."""
        return self.item.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder on the card."""
        return self.item.path.rpartition("/")[0]


def show_all(request: WorkbenchRequest) -> Response:
    """Return the list of all cards, the newest first."""
    found = arrived.arrived(request.bench.archive)
    return responses.page(request, "cards.html", cards=found[::-1])


def show(request: WorkbenchRequest) -> Response:
    """Return the contact sheet of one card. Raises :class:`NotFound`."""
    archive = request.bench.archive
    card = _card(archive, request.parameters["card"])
    files = arrived.files_of(archive, card.id)
    first = request.whole("from", 0)
    [absent] = [each.absent for each in choose(archive, [card.id])]
    by_path = {each.path: each for each in files}
    every = takes({each.path: each.size for each in files})
    return responses.page(
        request,
        "card.html",
        card=card,
        tiles=[_tile(archive, [by_path[path] for path in take.files]) for take in every[first : first + PAGE]],
        total=len(every),
        files=len(files),
        size=sum(each.size for each in files),
        first=first,
        page=PAGE,
        absent=absent[:SHOWN],
        absent_more=max(0, len(absent) - SHOWN),
    )


def address(card: Arrived | str) -> str:
    """Return the address of a card's page, from the card or its id."""
    return f"/cards/{(card if isinstance(card, str) else card.id)[: 2 * SHORT]}"


def _card(archive: Archive, text: str) -> Arrived:
    try:
        return arrived.find(arrived.arrived(archive), text)
    except UsageError:
        raise NotFound from None


def _tile(archive: Archive, items: Sequence[Item]) -> Tile:
    """Return the tile of one take: its first file that has a preview stands for it, else its first."""
    seen = next((each for each in items if archive.index.preview_of(each)), None)
    item = seen or items[0]
    words = "" if seen else excerpt(archive.index.words(item), WORDS)
    kind, size = kind_of(item.path) or "file", sum(each.size for each in items)
    return Tile(item, kind, len(items) - 1, size, seen is not None, words, has_no_preview(item.path))


ROUTES: Final = (
    Route("/cards", "GET", "confidential", show_all),
    Route("/cards/{card}", "GET", "confidential", show),
)
