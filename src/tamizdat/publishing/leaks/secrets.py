"""What must not stand anywhere, of everything that the archive holds: the list that the search looks for.

* digests of originals and manifests, ids of consignments, keys of field devices;
* names and paths of files on cards, paths of files of exports, names of accounts; titles, captions and descriptions of
  items that are not shown; names of people who are not, and what else is known of them; ids of posts that are not
  shown; texts of posts, of versions, of transcripts and of translations that are not, line by line, lines of
  :data:`LINE` characters and more. A shorter line ("Yes.") says too little to be told from chance; its post is still
  found by its id and by longer lines.

Those of the second kind are *words*: they are no secret where an author says them in a post that is shown, or its
translation. What the desk says beside it excuses nothing. What is shown of the same kind excuses too: of two people of
one name only one may be shown, and still her name stands there. Nor are days, and of names and paths of files those
of a site's own, which the house writes wherever it pleases (:mod:`.house_words`).
"""

from collections.abc import Callable, Container, Iterable, Iterator, Set
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final, NamedTuple

from tamizdat.archive import Archive, Item
from tamizdat.dataclass import dataclass
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadEncoding
from tamizdat.keys import encode_device
from tamizdat.publishing.leaks.house_words import is_day, is_way
from tamizdat.publishing.leaks.names import is_looked_for_everywhere, withheld
from tamizdat.publishing.model import StoredPost, alts_of, beside_of, notes_of, own_of, words_of
from tamizdat.statements import derived
from tamizdat.text.excerpt import shorten

READ: Final = 64  #: posts whose lines are in memory
LINE: Final = 12  #: characters of a line that is looked for
FIRST: Final = 40  #: characters of a post by which a message tells which it is
TOLD_OF_PEOPLE: Final = ("age", "place", "school", "note")  #: beside their names


SOMEBODY_ELSE: Final = (
    "Where these words speak of somebody else, enter with that person the words around the name "
    "('tamizdat people set {} elsewhere=WORDS')."
)


class Secret(NamedTuple):
    """What it is (for the message), and the text.

    *words* are no secret where an author who is shown says them, or where they stand in *alike*, what is
    shown of the same kind.
    """

    what: str
    text: str
    words: bool = False
    alike: Container[str] = ""
    remedy: str = ""  #: what else can be done than to change the words
    elsewhere: tuple[str, ...] = ()  #: words in which it is somebody else's


@dataclass(frozen=True)
class Shown:
    """What an edition shows, for the question what it must not tell.

    *named* are paths in an export that the captured bytes of posts name which are shown with them. *open* are ids of
    posts of which it is known that they say themselves all that was written and translated of them. *desk* are names
    by which the desk is known.
    """

    items: dict[int, derived.Item]
    named: Set[str] = frozenset()
    open: Set[str] = frozenset()
    desk: Set[str] = frozenset()

    @cached_property
    def posts(self) -> list[derived.Post]:
        """The posts."""
        return [each for each in self.items.values() if isinstance(each, derived.Post)]

    @cached_property
    def others(self) -> list[derived.Item]:
        """What is no post: of most sites little."""
        return [each for each in self.items.values() if not isinstance(each, derived.Post)]

    @property
    def people(self) -> list[derived.PersonRecord]:
        """What is told of people."""
        return [each.told for each in self.others if isinstance(each, derived.Person)]

    @property
    def addresses(self) -> "Said":
        """The public addresses and ids of what is shown."""
        return Said(lambda: ("\n".join((each.post, each.url, each.voice.id)) for each in self.posts))

    def words_of_authors(self) -> "Said":
        """Return what authors say, and its translations: what is no secret, for it is theirs to say.

        Also what they repeat and quote, offer in a poll, and where their links led.
        """
        return Said(lambda: chain(map(words_of_author, self.posts), self._cues()))

    def own_words_of_authors(self) -> "Said":
        """Return the same without what is others', or stands beside it."""
        return Said(lambda: chain(map(own_of, self.posts), self._cues()))

    def _cues(self) -> Iterator[str]:
        footage = (each for each in self.others if isinstance(each, derived.Footage))
        return (f"{cue.speaker}\n{cue.text}" for each in footage for track in each.tracks or () for cue in track.cues)

    @property
    def notes(self) -> "Said":
        """The notes on translations that are shown."""
        return Said(lambda: map(notes_of, self.posts))

    def words_of_stories(self) -> str:
        """Return what stories say, in every language: the desk's words, which excuse nothing but themselves."""
        stories = [each for each in self.others if isinstance(each, derived.PublishedStory)]
        return "\n".join(
            words for each in stories for words in (each.told.words, *(one.words for one in each.translations))
        )


class Said:
    """Texts of what is shown, which are read anew each time something is looked for in them: they are many."""

    def __init__(self, texts: Callable[[], Iterator[str]]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[str]:
        return self._texts()

    def __contains__(self, words: object) -> bool:
        return isinstance(words, str) and any(words in text for text in self)

    def holding(self, wanted: Iterable[str]) -> set[str]:
        """Return which of the *wanted* words stand in one of the texts."""
        missing, found = {*wanted}, set[str]()
        for text in self if missing else ():
            found |= {each for each in missing if each in text}
            missing -= found
        return found


def words_of_author(post: derived.Post) -> str:
    """Return what excuses words of a post."""
    if isinstance(post, StoredPost):
        words = words_of(post)
        return f"{words.own}\n{words.beside}"
    return f"{own_of(post)}\n{beside_of(post)}"


def _lines_in(text: str) -> Iterator[str]:
    return map(str.strip, text.split("\n"))


def lines(what: str, *texts: str, alike: Container[str] = "", remedy: str = "") -> Iterator[Secret]:
    """Yield the long lines of words that are not shown."""
    for text in texts:
        for line in _lines_in(text):
            if len(line) >= LINE:
                yield Secret(what, line, True, alike, remedy)


def all_secrets(
    archive: Archive, shown: Shown, private: Iterable[tuple[str, str]] = (), holding: set[str] | None = None
) -> list[Secret]:
    """Return everything that must not be published.

    *private* is what the archive does not know and the desk must not tell either (names of accounts). To *holding* are
    added the ids of posts of which more was written or translated than they say themselves.
    """
    holding = set() if holding is None else holding
    every = chain(
        _of_the_way(archive, shown),
        _of_items(archive, shown),
        (Secret(*each, words=True) for each in private),
        _of_posts(archive, shown, holding),
        _of_people(archive, shown),
    )
    return [each for each in every if not (each.words and is_day(each.text))]


def secrets_of_source(item: Item, devices: dict[str, str], addresses: Container[str] = "") -> list[Secret]:
    """Return what must never be told of where an item came from, released or not; *addresses* are public anyway."""
    folder, _, name = item.path.rpartition("/")
    found = [
        Secret("the digest of an original", item.original),
        Secret("the id of a consignment", item.consignment),
        Secret("the name of a file on a card", name, True, addresses),
    ]
    found += [Secret("the path of a file on a card", item.path, True, addresses)] if folder else []
    device = devices.get(item.consignment)
    return [*found, *_names_of_device(device)] if device else found


def devices_of(archive: Archive) -> dict[str, str]:
    """Return consignment → hexadecimal key of the field device that it came from, where known."""
    return {each.consignment: each.device for each in archive.index.consignments() if each.device}


def _of_the_way(archive: Archive, shown: Shown) -> Iterator[Secret]:
    """Where everything came from, released or not.

    A path may be a part of a public address: who copies a site keeps the paths of its files.
    """
    devices = devices_of(archive)
    for each in archive.index.consignments():
        yield Secret("the digest of a manifest", each.manifest)
    for device in set(devices.values()):
        yield from _names_of_device(device)
    for item in archive.index.items():
        found = secrets_of_source(item, devices, shown.addresses)
        yield from (each for each in found if not (each.words and (each.text in shown.desk or is_way(each.text))))
    for digest, path in archive.index.releases.sources():
        yield Secret("the digest of a file of an export", digest)
        if path not in shown.named and "/" in path and not is_way(path):
            yield Secret("the path of a file of an export", path, True, shown.addresses)


def _of_items(archive: Archive, shown: Shown) -> Iterator[Secret]:
    """Words of items that are not shown; one that says the very same in the same place is no leak of it."""
    footage = [each for each in shown.others if isinstance(each, derived.Footage)]
    same = {(name, getattr(each, name)) for each in footage for name in ("title", "caption", "alt")}
    for item in archive.index.items():
        if item.number not in shown.items:
            for name, text in (("title", item.title), ("caption", item.caption), ("alt", item.alt)):
                if (name, text) not in same:
                    what = f"words of item {item.number}, which is not released"
                    yield from lines(what, text) if "\n" in text else [Secret(what, text, True)]


def _of_posts(archive: Archive, shown: Shown, holding: set[str]) -> Iterator[Secret]:
    """Words and ids of posts that are not shown, and of versions and translations; what a shown one says is no secret.

    What another author says is found out together (:class:`~.scanner.LeakScanner`).
    """
    told = shown.words_of_stories()

    @lru_cache(READ)
    def said(number: int | None, words: Callable[[derived.Post], str] = words_of_author) -> frozenset[str]:
        one = None if number is None else shown.items.get(number)
        return frozenset(_lines_in(words(one))) if isinstance(one, derived.Post) else frozenset()

    for post, number, *texts in archive.index.releases.written(shown.open):
        if number not in shown.items:
            yield Secret(f"the id of post {number}, which is not released", post, True, shown.addresses)
        if said(number).issuperset(line for text in texts for line in _lines_in(text) if len(line) >= LINE):
            continue  # no need to find out how to call it
        holding.add(post)
        first = shorten(" ".join((texts[0] or texts[1]).split()), FIRST)
        what = f"words of post {number} (“{first}”) that are not released"
        remedy = (
            f"Or release post {number} too, or take back the item that tells its words ('tamizdat publish withdraw')."
        )
        yield from lines(what, *texts, remedy=remedy)
    for post, of_post, target, of_it in archive.index.releases.translated(shown.open):
        if not said(of_post).issuperset(_lines_in(target)):
            holding.add(post)
            yield from lines("words of a translation that is not released", target, alike=told)
        if of_it and not said(of_post, notes_of).issuperset(line for text in of_it for line in _lines_in(text)):
            holding.add(post)
            yield from lines("a note on a translation that is not released", *of_it, alike=shown.notes)
    for clip, words in archive.index.transcripts.words():
        yield from lines(f"what is said in item {clip}, which is not published", words)
    for number, words in archive.index.stories.words():
        yield from lines(f"words of story {number}, which are not published", words, alike=told)
    yield from _of_what_the_desk_says(archive, shown)


def _of_what_the_desk_says(archive: Archive, shown: Shown) -> Iterator[Secret]:
    """Tags and descriptions that are not shown with the post that they are of."""
    tags = Said(lambda: ("\n".join(each.tags) for each in shown.posts))
    alts = Said(lambda: map(alts_of, shown.posts))
    for number, release in archive.index.releases.telling(LINE):
        one = shown.items.get(number)
        said = ({*one.tags}, {*alts_of(one).split("\n")}) if isinstance(one, derived.Post) else ((), ())
        what = f"what the desk says of post {number}"
        yield from lines(what, *(each for each in release.alts if each not in said[1]), alike=alts)
        yield from lines(what, *(each for each in release.tags if each not in said[0]), alike=tags)


def _of_people(archive: Archive, shown: Shown) -> Iterator[Secret]:
    """Names of people who are not shown, and each text of what is known of them.

    Short names, and all in what the desk says, are looked for by :mod:`.names`.
    """
    people = shown.people
    names = "\n".join(name for each in people for name in (each.name, *each.names.values()))
    for each in withheld(archive, shown.items):
        what = "a name by which they are not shown of" if each.person in shown.items else "the name of"
        what = f"{what} person {each.person}" + ("" if each.person in shown.items else ", who is not released")
        for name in filter(is_looked_for_everywhere, each.names):
            yield Secret(what, name, True, names, SOMEBODY_ELSE.format(each.person), each.elsewhere)
    alike = {name: "\n".join(getattr(each, name) for each in people) for name in TOLD_OF_PEOPLE}
    for person in archive.index.people.all():
        if person.number not in shown.items:
            what = f"what is known of person {person.number}, who is not released"
            for member in TOLD_OF_PEOPLE:
                yield from lines(what, getattr(person, member), alike=alike[member])


def _names_of_device(device: str) -> list[Secret]:
    what = "the key of a field device"
    try:
        return [Secret(what, device), Secret(what, encode_device(parse_hex(device, 32, "a device's key")))]
    except BadEncoding:
        return [Secret(what, device)]
