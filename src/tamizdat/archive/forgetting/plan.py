"""What would be forgotten, in numbers, before anything is touched."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.blanked_files import Blanked, blanking
from tamizdat.archive.forgetting.dependents import Dependents, rest_on
from tamizdat.archive.forgetting.said_elsewhere import (
    POSTS,
    Naming,
    nobody,
    recordings_left,
    say_the_same,
    with_the_same_bytes,
)
from tamizdat.archive.forgetting.targets import ITEM, Target, meant
from tamizdat.archive.released import items_of_last_edition
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.statements.captured import CapturedFile


@dataclass(frozen=True)
class Plan:
    """What goes, and what stays that a person should know of."""

    targets: tuple[Target, ...]
    entries: tuple[int, ...]
    acts: Counter[str]  #: how many statements of each act go
    posts: frozenset[str]  #: ids of posts that go
    captures: frozenset[int]  #: entries of captured files that go
    objects: dict[str, int]  #: SHA-256 and size of what nothing else needs
    files: tuple[Blanked, ...]  #: in which posts stand that stay
    holders: tuple[int, ...]  #: versions of posts that stay and say the same words: quotes, copies
    tellers: tuple[tuple[str, int], ...]  #: all else that does, or has the name: its table in the index, its number
    twins: tuple[int, ...]  #: files that stay with the same bytes, and posts that show them
    recordings: tuple[int, ...]  #: that stay, in which the name of somebody who goes is read
    sources: tuple[int, ...]  #: people whose entry names it as a source
    stories: tuple[int, ...]  #: that show it
    unproved: int  #: statements that a post that stays is gone, by the word of a file that goes
    deliveries: int  #: whose list of files names it
    feeds: tuple[str, ...]  #: that are followed and may give it again
    raws: frozenset[str]  #: SHA-256 of the versions that go
    read: int  #: entries of the ledger that were looked at

    @property
    def blanked(self) -> tuple[Blanked, ...]:
        """The files that lose bytes: of each a copy without them stays, and the file itself goes."""
        return tuple(each for each in self.files if each.ranges)

    @property
    def restated(self) -> frozenset[int]:
        """Statements about these files: they go as well, and are stated again of the copy."""
        return frozenset(entry for each in self.blanked for entry in (*each.captures, *each.sights))

    @property
    def unsure(self) -> tuple[int, ...]:
        """The numbers of files of posts that may hold more of it than was found."""
        return tuple(number for each in self.files if each.unsure for number in each.captures)


def planned(
    archive: Archive,
    numbers: Iterable[int],
    progress: Callable[[int], None] = lambda count: None,
    naming: Naming = nobody,
) -> Plan:
    """Return what goes with what these numbers are of; *progress* is told statements, and 0 for each file of posts.

    Raises :class:`UsageError` for a number of nothing that can be forgotten, and for what is public.
    """
    targets, found = looked_for(archive, numbers, progress)
    return plan_of(archive, targets, found, lambda size: progress(0), naming)


def looked_for(
    archive: Archive, numbers: Iterable[int], progress: Callable[[int], None] = lambda count: None
) -> tuple[list[Target], Dependents]:
    """Return what these numbers are of, and all that says it. *progress*, and what it raises, as of :func:`planned`."""
    targets = list(dict.fromkeys(meant(archive, number) for number in dict.fromkeys(numbers)))
    _require_not_released(targets)
    found = rest_on(archive, targets, progress)
    _require_not_shown(archive, found)
    return targets, found


def plan_of(
    archive: Archive,
    targets: Sequence[Target],
    found: Dependents,
    progress: Callable[[int], None] = lambda size: None,
    naming: Naming = nobody,
) -> Plan:
    """Return what goes of what was found; *progress* is told bytes of files of posts that were looked through.

    *naming* is how names are found that stay (:func:`.said_elsewhere.say_the_same`).
    """
    blanked = blanking(archive, found, progress)
    files = tuple(each for each in blanked.files if each.ranges or each.unsure)
    same = {*say_the_same(archive, found, naming)}
    holders = {*blanked.holders, *(number for table, number in same if table == POSTS)}
    whole = frozenset(found.posts)
    items = {entry for each in targets if each.kind == ITEM for entry in each.entries}
    named = {*whole, *items, *(each.number for each in targets)}
    index = archive.index
    people = (each for each in index.people.all() if each.number not in found.entries)
    shown_in = (story for story in index.stories.numbers() if story not in found.entries)
    return Plan(
        tuple(targets), tuple(sorted(found.entries)), found.acts, whole, frozenset(found.files),
        only_theirs(archive, found.subjects, found.entries), files, tuple(sorted(holders)),
        tuple(sorted(each for each in same if each[0] != POSTS)),
        tuple(sorted({*with_the_same_bytes(archive, found)})), tuple(sorted(recordings_left(archive, found))),
        tuple(each.number for each in people if named & {*each.sources}),
        tuple(each for each in shown_in if named & {*index.stories.history(each)[-1].told.items}),
        len(found.unproved), len({each for entry in items if (each := _consignment(archive, entry))}),
        _feeds(archive, found), frozenset(found.raws), found.read,
    )  # fmt: skip


def only_theirs(archive: Archive, digests: Iterable[str], going: set[int]) -> dict[str, int]:
    """Return SHA-256 and size of those that are objects here and that no statement but *going* is about."""
    found = {}
    for digest in sorted(set(digests)):
        if archive.objects.has(digest) and not set(archive.index.about(digest)) - going:
            found[digest] = archive.objects.size(digest)
    return found


def _require_not_released(targets: Sequence[Target]) -> None:
    """Raise :class:`UsageError` if the desk's word on something of it is that it is public."""
    released = sorted(each.number for each in targets if each.public)
    if released:
        raise UsageError(
            f"Expected what nobody is shown, found that {_these(released)} released. What is public is not forgotten "
            f"behind its readers' backs: first 'tamizdat publish withdraw {_listed(released)}', then 'tamizdat "
            "publish', which takes it off the site and says there that something stood there. Then forget it."
        )


def _require_not_shown(archive: Archive, found: Dependents) -> None:
    """Raise :class:`UsageError` if the last edition shows something of it."""
    shown = items_of_last_edition(archive)
    public = sorted(number for number, latest in found.shown.items() if number in shown and latest in found.entries)
    if public:
        raise UsageError(
            f"Expected what nobody is shown, found that the last edition shows it, in {_listed(public)}. Withdraw it "
            "with 'tamizdat publish withdraw', or, if it is a translation, a transcript or a part of something else, "
            "put another one in its place; then 'tamizdat publish' makes an edition without it. Then forget it."
        )


def _these(numbers: Sequence[int]) -> str:
    return f"{_listed(numbers)} {'is' if len(numbers) == 1 else 'are'}"


def _listed(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


def _consignment(archive: Archive, entry: int) -> str:
    """Return the consignment in which a file came; "" if it came in none."""
    said = archive.capture(entry)
    return said.consignment if isinstance(said, CapturedFile) else ""


def _feeds(archive: Archive, found: Dependents) -> tuple[str, ...]:
    """Return the feeds and accounts out of which posts that go were taken."""
    urls = set()
    for place in found.places:
        if place.number in found.entries and (now := archive.instead_of(place.where.capture)) not in found.entries:
            for (url,) in archive.index.ask("SELECT url FROM sources WHERE number = ? AND url IS NOT NULL", now):
                urls.add(str(url))
    return tuple(sorted(urls))
