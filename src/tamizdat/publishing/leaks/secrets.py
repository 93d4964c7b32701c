"""What must not stand anywhere, of everything that the archive holds: the list that the search looks for.

Digests of originals and manifests, paths and names of files, ids of consignments, keys of field devices; titles,
captions and descriptions of items that are not shown, names of people who are not; texts of posts, versions and
translations that are not shown, line by line, lines of :data:`LINE` characters and more. A shorter line ("Yes.") says
too little to be told from chance; its post is still found by its id and by longer lines.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tamizdat.archive import Archive, Item
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadEncoding
from tamizdat.keys import encode_device

LINE: Final = 12  #: characters of a line that is looked for


class Secret(NamedTuple):
    """What it is (for the message), and the text; *words* are no secret when they are told in something released."""

    what: str
    text: str
    words: bool = False


def lines(what: str, *texts: str) -> Iterator[Secret]:
    """The long lines of words that are not shown."""
    for text in texts:
        for line in text.split("\n"):
            if len(line.strip()) >= LINE:
                yield Secret(what, line.strip(), True)


def secrets_of_source(item: Item, devices: dict[str, str]) -> list[tuple[str, str]]:
    """What must never be told of where an item came from, released or not."""
    found = [
        ("the digest of an original", item.original),
        ("the id of a consignment", item.consignment),
        ("the path of a file on a card", item.path),
        ("the name of a file on a card", item.path.rpartition("/")[2]),
    ]
    device = devices.get(item.consignment)
    return [*found, *_names_of_device(device)] if device else found


def all_secrets(
    archive: Archive, shown: Iterable[int], private: Iterable[tuple[str, str]] = (), named: Iterable[str] = ()
) -> list[Secret]:
    """Return everything that must not be published when items, posts and people with these numbers are.

    *private* is what the archive does not know and the desk must not tell either (names of accounts). *named* are paths
    in an export that the captured bytes of posts name which are shown with them.
    """
    numbers = frozenset(shown)
    return [
        *_of_the_way(archive, frozenset(named)),
        *_of_items(archive, numbers),
        *(Secret(*each) for each in private),
        *_of_posts(archive, numbers),
        *_of_people(archive, numbers),
    ]


def _of_the_way(archive: Archive, named: frozenset[str]) -> Iterator[Secret]:
    """Where everything came from, released or not."""
    devices = devices_of(archive)
    for each in archive.index.consignments():
        yield Secret("the digest of a manifest", each.manifest)
    for device in set(devices.values()):
        yield from (Secret(*each) for each in _names_of_device(device))
    for item in archive.index.items():
        yield from (Secret(*each) for each in secrets_of_source(item, devices))
    for object, path in archive.index.releases.sources():
        yield Secret("the digest of a file of an export", object)
        if path not in named and "/" in path:
            yield Secret("the path of a file of an export", path)


def _of_items(archive: Archive, shown: frozenset[int]) -> Iterator[Secret]:
    for item in archive.index.items():
        if item.number not in shown:
            for text in (item.title, item.caption, item.alt):
                what = "words of an item that is not released"
                yield from lines(what, text) if "\n" in text else [Secret(what, text, True)]


def _of_posts(archive: Archive, shown: frozenset[int]) -> Iterator[Secret]:
    """Words and ids of posts that are not shown, and of versions and translations; what is shown is among the released
    words."""
    for post, number, *texts in archive.index.releases.written():
        if number not in shown:
            yield Secret("the id of a post that is not released", post, True)
        yield from lines("words of a post that is not released", *texts)
    for texts in archive.index.releases.translated():
        yield from lines("words of a translation that is not released", *texts)
    for release in archive.index.releases.all().values():
        yield from lines("what the desk says of a post", *release.alts, *release.tags)


def _of_people(archive: Archive, shown: frozenset[int]) -> Iterator[Secret]:
    for person in archive.index.people.all():
        if person.number not in shown:
            for name in (person.name, *(name for _, name in person.names)):
                yield Secret("the name of somebody who is not released", name, True)
            yield from lines("what is known of somebody who is not released", person.note)


def devices_of(archive: Archive) -> dict[str, str]:
    """Consignment → hexadecimal key of the field device that it came from, where known."""
    return {each.consignment: each.device for each in archive.index.consignments() if each.device}


def _names_of_device(device: str) -> list[tuple[str, str]]:
    what = "the key of a field device"
    try:
        return [(what, device), (what, encode_device(parse_hex(device, 32, "a device's key")))]
    except BadEncoding:
        return [(what, device)]
