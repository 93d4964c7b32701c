"""What every format of exports offers, and what it gives out.

A format is one file beside this one with four functions::

    recognises(export)                is it this format? decided by content, not by names alone
    plan(export, report)              which files hold posts, which pictures; the *context* (whose account it is)
    read(plan, open, report)          every post, streamed, each with the places of its bytes
    post(raw, context)                the post again, from nothing but those bytes and the context

``read`` gives out :class:`Found`; its ``slices`` say where the bytes lie, and ``post(bytes of the slices, context)`` is
the post: that is how posts are rebuilt from what was kept. A change in what ``post`` returns needs a new name
(``mastodon/v2``) beside the old one, which stays as an :class:`Earlier`. Only the audience, which no statement tells,
may become narrower under the same name, and a stranger's words stop being said by a voice: then what was taken in
before is kept from readers too.

Whatever is wrong with one post is that post's problem: its bytes are read inside :func:`one_post`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import BinaryIO, NamedTuple, Protocol, TypeAlias

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window
from tamizdat.posts.export import Export
from tamizdat.posts.formats.members import has_unpaired
from tamizdat.posts.markup import MarkupTooLong
from tamizdat.posts.post import MAX_TEXT, Post
from tamizdat.posts.report import IngestReport

Context: TypeAlias = dict[str, Json]
Open: TypeAlias = Callable[[str], BinaryIO]


class BadPost(ValueError):
    """These bytes are no post of this format: what is missing or wrong."""

    def __init__(self, why: str, kind: str = "form") -> None:
        super().__init__(why)
        self.kind = kind  #: one of the kinds of problems (report.py)


def checked_size(text: str) -> str:
    """Return the text of a post if its UTF-8 has at most :data:`MAX_TEXT` bytes. Raises :class:`BadPost`."""
    if len(text.encode()) > MAX_TEXT:
        raise BadPost("its text is too long", "size")
    return text


def doubts(written: str, published: str | None, time: object = None) -> tuple[str, ...]:
    """Return what is odd about a post: *written* holds unpaired surrogates ("text"), it has no time ("time: May 2024").

    A doubt is a kind of problem (report.py), and perhaps, after a colon, what stands there: *time*, as the post has it.
    """
    odd = ("text",) if has_unpaired(written) else ()
    if published:
        return odd
    return (*odd, f"time: {shown(time)}" if isinstance(time, str) and time.strip() else "time")


def shown(written: str) -> str:
    """Return the beginning of what strangers wrote, for a line of a report."""
    return "".join(each if each.isprintable() else "\ufffd" for each in written.strip()[:60])


class one_post:  # named as the function that it is read as; it is entered for each post, sooner than a generator
    """Turn every exception raised inside into :class:`BadPost`.

    Strangers' bytes reach many readers, ours and the standard library's, and none of them may end the reading of the
    other posts.
    """

    def __enter__(self) -> None:
        """Begin to read one post."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """End it. Raises :class:`BadPost`."""
        if isinstance(error, BadPost) or not isinstance(error, Exception):
            return
        if isinstance(error, MarkupTooLong):
            raise BadPost(str(error), "size") from error
        if isinstance(error, NotJson):
            raise BadPost("no JSON", "damaged") from error
        # the name of its class only: the message may repeat what the post says
        raise BadPost(f"reading it failed with {type(error).__name__}", "damaged") from error


class Slice(NamedTuple):
    """Bytes of a file of the export."""

    source: str
    offset: int
    length: int


@dataclass(frozen=True)
class Found:
    """A post, where its bytes are, its files in the export; *deleted*: the export says it was, and when.

    *as_of* is when the platform gave out these very bytes, where they tell it of each post (``retrieved_at`` of twarc,
    the time of an answer of an API): the post's words still stood then. None where only the export as a whole has a
    time (:attr:`Plan.as_of`). It orders the versions of a post, and is never the time of our visit.
    """

    slices: tuple[Slice, ...]
    post: Post
    media: tuple[str, ...] = ()
    deleted: str | None = None
    as_of: str | None = None


@dataclass(frozen=True)
class Removal:
    """The platform says that a post is gone, without giving the post; and why, if it says so in a word.

    *as_of* is when the platform said so, where these bytes tell it (as of :class:`Found`). *author*: it is the word of
    that account (its id), and holds for its own posts alone; "" where the platform itself says so.
    """

    slice: Slice
    id: str
    deleted: str | None
    reason: str = ""
    as_of: str | None = None
    author: str = ""


@dataclass
class Plan:
    """What is to be read of an export."""

    format: str
    sources: list[str]  #: files that hold posts, in the order in which they are read
    context: Context = field(default_factory=dict)
    contexts: dict[str, Context] = field(default_factory=dict)  #: what each file adds
    media: dict[str, list[str]] = field(default_factory=dict)  #: files by what the format finds them by
    counts: dict[str, int] = field(default_factory=dict)  #: posts in a file, by the export's own list
    unsaid: str = ""  #: what is to be told if neither the export nor the desk says whose it is
    as_of: str | None = None  #: when the platform made the export
    made: dict[str, str] = field(default_factory=dict)  #: when each file was made, where it says so itself
    withheld: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  #: (offset, length) of letters, by file
    beside: frozenset[str] = frozenset()  #: other files, which posts may name; those that none names are not kept
    never_kept: dict[str, list[tuple[int, int]]] = field(
        default_factory=dict
    )  #: withheld even if letters are asked for

    def context_of(self, path: str) -> Context:
        """Return what must be known beside its bytes to read a post of this file."""
        return {**self.context, **self.contexts.get(path, {})}


def gaps(kept: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (offset, length) of what lies before, between and behind what is kept, however long the file is."""
    starts, ends = [0, *(each[1] for each in kept)], [*(each[0] for each in kept), 1 << 62]
    return [(start, stop - start) for start, stop in zip(starts, ends, strict=True) if stop - start > 4]


def sound_elements(
    kept: list[tuple[int, int]], start: int, window: Window, found: Iterable[Element | Damage]
) -> Iterator[Element]:
    """Yield the sound elements of a list that begins at byte *start* with its key, and note in *kept* where they are.

    As (first, last behind); damage between them is not kept, nor what comes behind it up to the next sound element.
    """
    kept.append((start, window.offset + 1))  # with its bracket: behind a damaged first element the list goes on
    sound = True
    for element in found:
        if isinstance(element, Damage):
            sound = False
            continue
        end = element.offset + element.length
        if sound:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((element.offset, end))
        sound = True
        yield element
    if sound:
        kept[-1] = (kept[-1][0], window.offset)


class Format(Protocol):
    """A module of this package."""

    @property
    def NAME(self) -> str:
        """Return the name and version of the format, as statements name it: ``mastodon/v2``."""

    def recognises(self, export: Export) -> bool:
        """Tell whether an export is of this format."""

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return which files hold posts, and what must be known to read them."""

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
        """Yield the posts and removals of the plan's files; what is damaged goes into *report*."""

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post that slices of captured files hold; raises :class:`BadPost` if it is none."""


@dataclass(frozen=True)
class Earlier:
    """A format under the name it had before: nothing new is read by it, what was kept is read by it again."""

    NAME: str
    post: Callable[[Sequence[bytes], Context], Post]


def posts_in(
    found: Iterable[Element | Damage], path: str, report: IngestReport, read: Callable[[JsonValue], Post]
) -> Iterator[tuple[Element, Post]]:
    """Yield the elements of a list that are posts, with what *read* makes of them; what is none is reported."""
    for element in found:
        if isinstance(element, Damage):
            report.problem(element.kind, path, element.offset, element.detail)
            continue
        try:
            with one_post():
                made = read(element.value)
        except BadPost as error:
            report.problem(error.kind, path, element.offset, str(error))
            continue
        yield element, made
