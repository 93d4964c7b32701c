"""A book (EPUB 3) of a published edition, made of the site's own folder: it can hold nothing that is not on the site.

The statements of the items that were chosen are read from the folder after our verifier accepted them, with their
pages and files; how the book looks is :mod:`.site.book`.
"""

import html
import re
from collections.abc import Callable, Collection, Container, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import peek_envelope
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site.book import Book, Imprint
from tamizdat.statements import derived, published
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory
from tamizdat.verifying.changed_items import verify_items
from tamizdat.verifying.item_file import read as read_item
from tamizdat.verifying.item_shares import Divide, in_one
from tamizdat.verifying.untrusted_folder import Folder

MOST_LETTERS: Final = 20_000  #: of a text that came on a card
_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class BookReport:
    """What a book holds."""

    edition: int
    posts: int
    items: int
    people: int
    stories: int
    bytes: int
    sha256: str


def choose(
    site: Path, numbers: Collection[int], voices: Collection[str], advance: Callable[[int], None] = lambda size: None
) -> dict[int, Item]:
    """Return what *site* shows of these *numbers* and *voices* (handles, names, ids); without any, all of it.

    A story brings what it shows. *advance* is told 0 for each item that is read; what it raises ends that. Raises
    :class:`UsageError` for a number or voice that the edition does not have, and where there is no edition.
    """
    every: dict[int, Item] = {}
    for number, item in items_of(site):
        advance(0)
        every[number] = item
    wanted = {each.removeprefix("@").casefold() for each in voices}
    found = {each for each in numbers if each in every}
    known: set[str] = set()
    for number, item in every.items():
        if isinstance(item, Post):
            names = {each.casefold() for each in (item.voice.handle, item.voice.name, item.voice.id) if each}
            known |= names & wanted
            if names & wanted:
                found.add(number)
    strange = [*(str(each) for each in sorted(set(numbers) - every.keys())), *sorted(wanted - known)]
    if strange:
        raise UsageError(
            f"Expected numbers and voices of the published edition, found {', '.join(strange[:12])}. "
            "'tamizdat publish list' shows what is released; 'tamizdat publish' makes an edition of it."
        )
    stories = [each for number in found if isinstance(each := every[number], PublishedStory)]
    found |= {number for each in stories for number in each.told.items if number in every}
    if not numbers and not voices:  # a book has no sound: names that are read aloud stand in it as names
        found = {number for number, each in every.items() if not (isinstance(each, Footage) and each.reads)}
    chosen = {number: every[number] for number in sorted(found)}
    if not chosen:
        raise UsageError(f"Expected an edition that shows something, found an empty one in {site}.")
    return chosen


def make_book(
    site: Path,
    chosen: dict[int, Item],
    heading: str,
    language: str,
    divide: Divide = in_one,
    advance: Callable[[int], None] = lambda size: None,
) -> tuple[bytes, BookReport]:
    """Return the EPUB of what was *chosen*, for readers of *language*; *heading* is what it is called.

    *divide* shares out the work of verifying it; *advance* is told 0 for each page. Raises :class:`CheckFailed` if
    anything of it does not verify.
    """
    with refusals("the site"):
        roster = Roster.open((site / "roster.json").read_bytes())
        envelope = (site / "edition" / "edition.json").read_bytes()
    report = verify_items(partial(Folder, site.resolve()), [chosen.keys()], roster.root.fingerprint, divide=divide)
    if not report.holds:
        broken = report.worst()
        raise CheckFailed(
            f"Expected a published site that verifies, found '{broken.name}' broken: {broken.detail} No book was made. "
            "Publish again: that asks its witnesses once more, and puts the edition back as it was."
        )
    edition = published.read(peek_envelope(envelope))
    house = _TITLE.search((site / "index.html").read_text("utf-8"))
    items = chosen.values()
    shown = SiteContent(
        items=tuple(each for each in items if isinstance(each, Footage)),
        posts=tuple(each for each in items if isinstance(each, Post)),
        people=tuple(each for each in items if isinstance(each, Person)),
        stories=tuple(each for each in items if isinstance(each, PublishedStory)),
        texts=dict(_texts(site, items)),
    )
    imprint = Imprint(
        html.unescape(house[1]) if house else "Tamizdat", heading, edition.number, edition.date, sha256_hex(envelope),
        spoken(roster.root.fingerprint),
    )  # fmt: skip
    folder = Folder(site.resolve())
    digests = {number: sha256_hex(read_item(folder, f"items/{number}/").data) for number in chosen}
    book = Book(imprint, shown, digests, language, lambda number, name: _file(site, number, name).read_bytes(), advance)
    data = book.encode()
    counts = (len(shown.posts), len(shown.items), len(shown.people), len(shown.stories))
    return data, BookReport(edition.number, *counts, len(data), sha256_hex(data))


def items_of(site: Path, only: Container[int] | None = None) -> Iterator[tuple[int, Item]]:
    """Yield every item of the edition in *site*, as its statement says it; *only* these, if they are given.

    Raises :class:`UsageError` if there is no edition, :class:`CheckFailed` if its list is damaged.
    """
    if not (site / "edition" / "items.txt").is_file():
        raise UsageError(f"Expected a published site in {site}, found none. 'tamizdat publish' makes it.")
    try:
        with refusals("the site"):
            lines = (site / "edition" / "items.txt").read_text("ascii").splitlines()
        numbers = [int(line.partition(" ")[0]) for line in lines]
    except ValueError:
        raise CheckFailed(
            "Expected the numbers of an edition's items in edition/items.txt, found something else. Publish again; "
            "that puts the edition back as it was."
        ) from None
    folder = Folder(site.resolve())
    for number in (each for each in numbers if only is None or each in only):
        yield number, derived.read(read_item(folder, f"items/{number}/").envelope.statement())


def _texts(site: Path, items: Collection[Item]) -> Iterator[tuple[str, str]]:
    """Yield the beginning of each text that came on a card, by its SHA-256."""
    for item in items:
        for each in item.media if isinstance(item, Footage) else ():
            if each.name == "text.txt":
                with _file(site, item.number, each.name).open("rb") as file:
                    yield each.sha256, file.read(4 * MOST_LETTERS).decode("utf-8", "ignore")[:MOST_LETTERS]


def _file(site: Path, number: int, name: str) -> Path:
    return site / "items" / str(number) / name
