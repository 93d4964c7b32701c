"""What of a choice goes to a cutting room: clips and sounds of the edition that are released and shown as they are."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.cutting_room.clearance import kept_back
from tamizdat.cutting_room.shots import Shot, shots
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.publishing.book import choose
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements.derived import Item
from tamizdat.text.number_ranges import numbers_of


@dataclass(frozen=True)
class Choice:
    """The shots, and what of the choice is none, by number: why each is left out.

    *items* are what the edition said of each when the shots were made of it.
    """

    shots: list[Shot]
    left_out: list[tuple[int, str]]
    items: Mapping[int, Item]

    @property
    def seconds(self) -> float:
        """How long all of it is."""
        return sum(each.seconds for each in self.shots)


def chosen(archive: Archive, site: Path, what: Iterable[str], today: str) -> Choice:
    """Return the shots that numbers (``17``, ``20-44``) name in the edition at *site*, of what may be shown on *today*.

    Raises :class:`UsageError` for what the edition does not have, and if no shot is left; as :func:`.shots.shots`.
    """
    found = choose(site, numbers_of(what), [])
    posts = Posts.of(archive)
    left_out = [
        (each, "It is not to be shown any more.") for each in found if not is_public(archive, posts, each, today)
    ]
    for number, _ in left_out:
        del found[number]
    left_out += (back := kept_back(archive, found, today))
    for number, _ in back:
        del found[number]
    made, others = shots(site, found)
    left_out += [(number, "It is neither clip nor sound.") for number in others]
    if not made:
        why = " ".join(f"Left out: item {number}. {each}" for number, each in left_out[:3])
        raise UsageError(f"Expected clips or sounds of the edition that are released, found none among these. {why}")
    return Choice(made, left_out, {each.number: found[each.number] for each in made})
