"""Two versions of one post: which came first, and in what they differ."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol, TypeVar

from tamizdat.archive.views.sights import Compared
from tamizdat.posts.identity import continues

V = TypeVar("V", bound="Side")
WORDS: Final = "words"
PICTURES: Final = "pictures"


class Side(Protocol):
    """What decides whether two versions are in order: one of the index, or one that is about to be stated."""

    @property
    def as_of(self) -> str:
        """When the platform gave it out."""

    @property
    def seen(self) -> str:
        """When it was taken in."""

    @property
    def version(self) -> int:
        """The number that the platform gives the version, 0 for none."""

    @property
    def capture(self) -> int:
        """The file it came in."""

    @property
    def source(self) -> str:
        """Whose word it is."""


def are_in_order(before: Side, after: Side) -> bool:
    """Return whether the platform itself tells which of two versions came first.

    It does if it numbers them, if it gave them out at different times by its own word, and if it was itself asked
    twice. Where nothing tells it, the time of our own taking in is none; but of two files of one feed that are equally
    old, the one that came in later was saved later: a feed is what a visit brought.
    """
    if are_numbered(before, after):
        return True
    same = before.source == after.source
    asked = same and was_asked(after)
    if before.as_of == after.as_of:
        return same and (asked or after.source.startswith("feed ")) and before.capture != after.capture
    return asked or (tells_its_time(before) and tells_its_time(after))


def was_asked(version: Side) -> bool:
    """Return whether we asked the platform itself, at an address; then the time of our visit is its time."""
    return version.source.startswith(("http://", "https://"))


def tells_its_time(version: Side) -> bool:
    """Return whether the version stands at a time that its source tells, and not at that of our taking in."""
    return was_asked(version) or version.as_of != version.seen


def difference(before: Compared, after: Compared, texts: Callable[[], tuple[str, str]], numbered: bool = False) -> str:
    """Return in what two versions differ: :data:`WORDS`, :data:`PICTURES`, or "" if in neither.

    *texts* gives the words of both, asked for only where one of them was cut: it says the same as the whole. Pictures
    differ by their bytes; where these are not all here, by the platform's names for them, but only between versions
    that it *numbered*, and so itself says that something was changed.
    """
    if before.words != after.words and before.anew != after.anew:
        one, other = texts() if before.cut or after.cut else ("", "")
        goes_on = (after.cut and continues(one, other)) or (before.cut and continues(other, one))
        if not goes_on:
            return WORDS
    if before.lacking or after.lacking:
        return PICTURES if numbered and sorted(before.attached) != sorted(after.attached) else ""
    was, now = (sorted(digest for digest, _ in each.pictures) for each in (before, after))
    return PICTURES if was != now else ""


def at_hand(before: str, after: str) -> Callable[[], tuple[str, str]]:
    """Return what gives the words of two versions, where nothing has to be looked up for them."""
    return lambda: (before, after)


def are_numbered(before: Side, after: Side) -> bool:
    """Return whether the platform gave each of these versions a number of its own."""
    return before.version != after.version and bool(before.version and after.version)


def pairs(versions: Iterable[V]) -> Iterator[tuple[V, V]]:
    """Yield every two versions in a row that are the word of one source; *versions*: the oldest first."""
    by_source: dict[str, V] = {}
    for after in versions:
        if after.source in by_source:
            yield by_source[after.source], after
        by_source[after.source] = after
