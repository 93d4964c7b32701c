"""The search for leaks in what an edition says and opens, before any of it is signed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from functools import partial
from itertools import chain
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.errors import Leak
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.text_file import LARGEST, words_of
from tamizdat.publishing.derived import openings
from tamizdat.publishing.derived.contents import EditionContents
from tamizdat.publishing.derived.embedded import embedded, told_within
from tamizdat.publishing.derived.item_words import reasons
from tamizdat.publishing.derived.withdrawals import withdrawals_of
from tamizdat.publishing.leaks.names import NameSearch, withheld
from tamizdat.publishing.leaks.parts import OF_THE_DESK, TAKE_BACK, TRANSLATE, Part
from tamizdat.publishing.leaks.readings import readings
from tamizdat.publishing.leaks.scanner import NONE_KNOWN, Known, LeakScanner, Told, check_part, evened
from tamizdat.publishing.leaks.secrets import Shown, all_secrets, words_of_author
from tamizdat.publishing.model import Correction, StoredPost, notes_of
from tamizdat.publishing.site.pages import static_sources
from tamizdat.publishing.withheld_names import NameLeaks, desk_of, not_sought, opened_by_desk
from tamizdat.statements import derived
from tamizdat.statements.derived import Item
from tamizdat.statements.derived_drafts import all_texts

TEXT: Final = "text.txt"  #: a text that came on a card, as it is published


@dataclass(frozen=True)
class SearchedBefore:
    """What was found in the last edition, for the search in one of which only some posts may have changed.

    *unchanged* are numbers of items that say the same. *open* are ids of posts about which nothing was stated since,
    and which said themselves all that was written and translated of them. *known* are secrets that nothing told.
    *told* gives what posts of that edition tell, many together: their numbers, and their texts in UTF-8.
    """

    unchanged: Set[int] = frozenset()
    open: Set[str] = frozenset()
    known: Known = NONE_KNOWN
    told: Callable[[], Iterator[tuple[Sequence[int], bytes]]] = lambda: iter(())


@dataclass
class LeakSearch:
    """What is searched beside the items; *private* are secrets that the archive does not know, each with what it is.

    To *holding* are added the ids of posts that do not say themselves all that was written and translated of them.
    """

    archive: Archive
    name: str
    addresses: Sequence[str]
    private: Sequence[tuple[str, str]]
    searched: SearchedBefore
    witnesses: Sequence[str] = ()
    holding: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = NameLeaks(NameSearch(()))  #: that are looked for beside other secrets

    def search(self, contents: EditionContents, before: Mapping[int, str]) -> LeakScanner:
        """Return what must not be told, for the search of pages, after searching everything these contents say.

        *before* are the items of the last edition. Raises :class:`Leak`. What captured bytes tell and may not is left
        out of *contents*.
        """
        secrets, unfit = self._scanner(contents)
        while unfit:
            for number, why in unfit.items():
                contents.leave_out_bytes(number, why)
            secrets, unfit = self._scanner(contents)
        self._check(secrets, self._beside(contents, before))
        return secrets

    def search_corrections(self, secrets: LeakScanner, corrections: Iterable[Correction]) -> None:
        """Search the reasons of all corrections: a page that tells one may stay as it is. Raises :class:`Leak`."""
        reasons = {each.reason: each.number for each in corrections}.items()
        self._check(secrets, (_correction(number, reason) for reason, number in reasons))

    def _check(self, secrets: LeakScanner, parts: Iterable[Part]) -> None:
        """Search what the desk says beside statements, and tell of names that were found anywhere."""
        parts = [*parts]
        for each in parts:
            self.names.look(Told(each.what, each.words, desk=_alone(each)))
        self.names.refuse()  # it tells all places, and the search for other secrets one
        for each in parts:
            check_part(secrets, each)

    def _scanner(self, contents: EditionContents) -> tuple[LeakScanner, dict[int, str]]:
        """Return the search for leaks in these contents, and by number why captured bytes cannot be shown."""
        items = contents.items
        paths = (path for item in items.values() for path in openings.named_paths(self.archive, item))
        desk = frozenset((self.name, self.archive.origin, self.archive.origin.partition("/")[0]))
        shown, unchanged = Shown(items, frozenset(paths), self.searched.open, desk), self.searched.unchanged
        every = all_secrets(self.archive, shown, self.private, self.holding)
        people = withheld(self.archive, items)
        self.names, contents.not_sought = NameLeaks.of(people, items), not_sought(people)
        told = _told(contents, {number: item for number, item in items.items() if number not in unchanged})

        def again(holds: Callable[[bytes], bool]) -> Iterator[Told]:
            alone = dict.fromkeys(number for number in items if number in unchanged)
            for numbers, text in self.searched.told():
                here = [number for number in numbers if alone.pop(number, self) is None]
                yield from _told(contents, {number: items[number] for number in here}) if holds(text) else ()
            yield from _told(contents, {number: items[number] for number in alone})

        told = self.names.passing(told)
        try:
            secrets = LeakScanner(every, static_sources, shown.words_of_authors(), told, again, self.searched.known)
        except Leak:  # it tells of one place; of names all are told
            deque(told, 0)
            self.names.look_again(again, self.searched.known)
            self.names.refuse()
            raise
        self.names.look_again(again, self.searched.known)
        return secrets, self._unfit_bytes(contents, secrets, shown)

    def unmet(self, secrets: LeakScanner) -> frozenset[bytes]:
        """Return a digest of everything that was looked for and nothing tells."""
        return frozenset((*secrets.unmet(), *self.names.search.prints(self.searched.known.key)))

    def _unfit_bytes(self, contents: EditionContents, secrets: LeakScanner, shown: Shown) -> dict[int, str]:
        """Return the posts whose captured bytes tell what is not shown, with why they are left out.

        Another post, or anything else that is private.
        """
        # what is quoted may be shown, but the bytes that hold it tell more than its words
        posts = ((number, each) for number, each in shown.items.items() if isinstance(each, derived.Post))
        showing = {number: each for number, each in posts if each.bytes_shown}
        if not showing:
            return {}
        ids, numbers = {each.post for each in shown.posts}, self.archive.index.releases.numbers()
        found, quoted = dict[int, str](), list[tuple[int, str, str]]()
        for number, item in showing.items():
            contents.progress(0)
            opened = openings.opened_bytes(self.archive, item)
            if opened is None:
                continue
            said = self.archive.observed(item.source.index)
            within = [*embedded(opened.slices, item.post), *told_within(said.anew or said.post, item.post)]
            strange = [(post, text) for post, text in within if post not in ids]
            quoted += [(number, post, text) for post, text in strange if post not in numbers]
            other = next((post for post, _ in strange if post in numbers), None)
            if other is not None:
                found[number] = _holds_post(f"post {numbers[other]}")
                continue
            known = (numbers[post] for post, _ in within if post in numbers)
            bare = next(filter(contents.hides, known), None)
            if bare is not None:
                which = f"post {bare}, in which something is, or is to be, covered"
                found[number] = f"The captured bytes hold {which}, and name where it is bare; they are left out."
                continue
            every = chain([opened.statement.decode()], readings(b"\n".join(opened.slices), opened.encoding))
            secret = next((each for text in every if (each := secrets.found_in_text(text))), None)
            if secret:
                found[number] = f"The captured bytes hold {secret.what}; they are left out."
        words = shown.own_words_of_authors().holding(text for _, _, text in quoted)
        for number, post, text in quoted:
            if text not in words:
                found[number] = _holds_post(f"a post that is not in the archive ({post})")
        return found

    def _beside(self, contents: EditionContents, before: Mapping[int, str]) -> Iterator[Part]:
        """Yield what the site says beside statements."""
        served = "'tamizdat publish --address URL', and '' to name none"
        yield Part("the name of the site", self.name, OF_THE_DESK)
        yield Part("the address of the site", "\n".join(self.addresses), served)
        # no address has the capitals of a name
        yield Part("the address of the site", "\n".join(self.addresses).title(), served)
        yield Part("the name of the ledger", self.archive.origin.title(), OF_THE_DESK)
        asked = "'tamizdat keys roster --remove-witness NAME'; it may be added under another name"
        yield Part("the names of witnesses", "\n".join(self.witnesses).title(), asked)
        wall = "'tamizdat people wall --sentence TEXT --language CODE'"  # drawn, so no page holds its letters
        yield Part("the wall of names", self.archive.index.people.wall()[0], wall)
        # also of what was withdrawn long ago: its page stays as it is, and nobody looks into that again
        withdrawn = (before.keys() | withdrawals_of(self.archive).keys()) - contents.numbers
        for number, reason in reasons(self.archive, contents.said).items():
            if number in before and number in contents.drafts:
                yield _correction(number, reason)
            if number in withdrawn:
                remedy = f"'tamizdat publish withdraw {number} --reason TEXT'"
                yield Part(f"the page of item {number}, which was withdrawn", reason, remedy)


def _correction(number: int, reason: str) -> Part:
    remedy = f"'tamizdat publish correct {number} --reason TEXT'"
    return Part(f"the reason for a correction of item {number}", reason, remedy)


def _holds_post(which: str) -> str:
    return f"The captured bytes hold {which}, which is not shown; they are left out."


def _texts(archive: Archive, item: Item) -> Iterator[str]:
    """Yield the text that came on a card and is published with an item, or, in a dry run, would be."""
    captured = archive.index.item(item.number) if isinstance(item, derived.Footage) and not item.media else None
    if captured and kind_of(captured.path) == "text" and archive.objects.has(captured.original):
        with archive.objects.open(captured.original) as file:
            found = words_of(file.read(LARGEST))
        yield found[0] if found else ""
    for each in item.media:
        if each.name == TEXT:
            with archive.objects.open(each.sha256) as file:
                yield file.read().decode("utf-8", "replace")


def _told(contents: EditionContents, items: Mapping[int, Item]) -> Iterator[Told]:
    """Yield what is said of each item, and what is opened with it; words as :func:`evened`."""
    for number, item in items.items():
        contents.progress(0)
        yield from told_by(contents.archive, item)
        if isinstance(item, derived.Post) and (opened := contents.opened_with(number)):
            part = Part(f"the work on translations that is opened with post {number}", opened, TRANSLATE)
            excuse = partial(words_of_author, item)
            yield Told(part.what, evened(opened), excuse, partial(opened_by_desk, item, part))


def told_by(archive: Archive, item: Item) -> Iterator[Told]:
    """Yield what is said of an item, and the text of its card that goes out with it."""
    where = f"the statement of item {item.number}"
    desk = partial(desk_of, item, where)
    if isinstance(item, derived.Post):
        said = item.kept.searched(item) if isinstance(item, StoredPost) else evened(all_texts(item), notes_of(item))
        yield Told(where, said, partial(words_of_author, item), desk)
        return
    said = all_texts(item)
    yield Told(where, evened(said, said), desk=desk)
    for text in _texts(archive, item):
        came = Part(f"the text of item {item.number}, as it came ({TEXT})", text, TAKE_BACK.format(item.number))
        yield Told(came.what, evened(text, text), desk=_alone(came))


def _alone(part: Part) -> Callable[[Callable[[str], bool]], Iterable[Part]]:
    return lambda names: [part]
