"""What was given out is handed out only while it may be shown: noted when it is made, looked at when it is saved.

Somebody may be covered, withdrawn, withheld by name or struck from the words of a clip after a copy was made. So

* a copy of the whole edition (ZIM, torrent) goes out while that edition stands, and all of it may still be shown;
* clips for a cutting room go out while the edition says of each the same as then, and each may still be shown;
* a package for a court goes out while nobody who is heard in it took the consent back;
* files as they came on a card are what the archive holds, and go out; a recording in which a name is read does not once
  its speaker took the consent back.

What nobody noted, because an earlier version gave it out or somebody put it there, does not. No copy is called back.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Annotated, Final

from tamizdat.archive import Archive
from tamizdat.cutting_room.clearance import kept_back, require_still_shown
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256
from tamizdat.encoding import canonical, parse_canonical, sha256_hex
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.evidence.selection import is_unheard
from tamizdat.ledger.shapes import ABSENT, by_key, like, members_of, record, several, text, whole
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements import derived
from tamizdat.verifying.edition import EDITION
from tamizdat.verifying.item_file import read as read_item
from tamizdat.verifying.untrusted_folder import Folder


@dataclass(frozen=True)
class Shows:
    """What a thing shows: *edition* is the SHA-256 of the statement of the one that it holds whole, else "".

    *items* are the SHA-256s of what an edition states of the items in it, by number; *files* the numbers of originals
    in a package, *cards* of those as they came on cards.
    """

    edition: str = ""
    items: Mapping[str, str] = field(default_factory=dict)
    files: tuple[int, ...] = ()
    cards: Annotated[tuple[int, ...] | None, ABSENT] = None

    def encode(self) -> bytes:
        """Return the note."""
        return canonical(members_of(self))

    @classmethod
    def decode(cls, data: bytes) -> "Shows":
        """Read a note. Raises :class:`~tamizdat.errors.BadEncoding`."""
        return _FORM(parse_canonical(data, "what was noted of a copy"))


_FORM: Final = record(
    Shows, edition=text, items=by_key(like("[0-9]{1,15}"), text), files=several(whole), cards=several(whole)
)


def edition_of(site: Path) -> str:
    """Return the SHA-256 of the statement of the edition that stands; "" while none does."""
    with contextlib.suppress(FileNotFoundError):
        return file_sha256(site / EDITION)
    return ""


def stated(site: Path, items: Mapping[int, derived.Item]) -> dict[str, str]:
    """Return the SHA-256 of what the edition in *site* states of each item, by number.

    Raises :class:`UsageError` if that is not what *items* say: to look at many clips takes minutes, and another edition
    may stand since. Its statement would vouch for words that it does not have any more.
    """
    folder, found = Folder(site.resolve()), dict[str, str]()
    for number, item in sorted(items.items()):
        file = read_item(folder, f"items/{number}/")
        if derived.read(file.envelope.statement()) != item:
            raise UsageError(
                f"Expected item {number} as it was when the work began, found it published again since. Nothing was "
                "given out. Begin again."
            )
        found[str(number)] = sha256_hex(file.data)
    return found


def may_go_out(archive: Archive, site: Path, shows: Shows | None, today: str) -> bool:
    """Whether what a thing shows may still be shown on *today*; in doubt it may not."""
    if shows is None or not looks_current(site, shows):
        return False
    with contextlib.suppress(TamizdatError):
        if shows.edition:
            require_still_shown(archive, site, today)
        posts, numbers = Posts.of(archive), list(map(int, shows.items))
        folder = Folder(site.resolve())
        said = {each: derived.read(read_item(folder, f"items/{each}/").envelope.statement()) for each in numbers}
        shown = all(is_public(archive, posts, each, today) for each in numbers) and not kept_back(archive, said, today)
        heard = archive.index.readings.taken_back().isdisjoint(shows.cards or ())
        return shown and heard and not any(is_unheard(archive.index, each) for each in shows.files)
    return False


def looks_current(site: Path, shows: Shows | None) -> bool:
    """Whether the edition is still what a thing was made of, as far as is told without reading all of it."""
    with contextlib.suppress(TamizdatError, OSError):
        if shows is not None:
            folder = Folder(site.resolve())
            same = (sha256_hex(read_item(folder, f"items/{each}/").data) == shows.items[each] for each in shows.items)
            return shows.edition in ("", edition_of(site)) and all(same)
    return False
