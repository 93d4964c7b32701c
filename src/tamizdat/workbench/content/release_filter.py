"""What an editor releases, withdraws or tags together: a filter, what fits it, and what is left out and why."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Final, overload
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive, Item
from tamizdat.archive.spanned import Spanned
from tamizdat.archive.views.posts import Version
from tamizdat.carrying.arrived import files_of
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.publishing.release_choice import Posts, consentable, consented, publishable, sort_out
from tamizdat.statements.catalogued import CataloguedPost, Release
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import interface
from tamizdat.workbench.request import WorkbenchRequest

ANSWERS, REPOSTS = "answers", "reposts"
STATES: Final = (Release.RESTRICTED, Release.PUBLIC, Release.WITHDRAWN)
NAMED: Final = 12  #: posts that are left out, by their numbers


@dataclass(frozen=True)
class Filter:
    """What an editor asked for: posts of a voice and of days, or the files of a card; released or not."""

    state: str = ""  #: empty: not released, if there is anything; else the first of the others that has
    voice: str = ""
    since: str = ""
    until: str = ""
    without: tuple[str, ...] = ()
    consented: bool = False  #: posts for followers of which their author's consent is recorded
    card: str = ""

    @classmethod
    def of(cls, request: WorkbenchRequest) -> "Filter":
        """Return the filter in the query, or in the form. Raises :class:`UsageError` for a state that there is not."""

        def given(name: str) -> str:
            return request.text(name) or request.asked(name)

        state = given("state")
        if state and state not in tuple(Release):
            raise UsageError(_("Choose what is not released yet, what is released, or what was withdrawn."))
        without = {*request.texts("without"), *request.query.get("without", ())}
        kept = tuple(each for each in (ANSWERS, REPOSTS) if each in without)
        voice, since, until = (given(name).strip() for name in ("voice", "since", "until"))
        return cls(state, voice, since, until, kept, given("consented") == "yes", given("card"))

    def fields(self) -> list[tuple[str, str]]:
        """Return it as fields of a form or a query; the inverse of :meth:`of`."""
        texts = [(name, getattr(self, name)) for name in ("state", "voice", "since", "until", "card")]
        said = [each for each in texts if each[1]] + [("without", each) for each in self.without]
        return said + ([("consented", "yes")] if self.consented else [])

    def with_state(self, state: str) -> str:
        """Return, as a query, the same filter for what is *state*."""
        return replace(self, state=state).query()

    def query(self, **more: str) -> str:
        """Return it as a query."""
        return urlencode([*self.fields(), *more.items()])


@dataclass(frozen=True)
class Row:
    """What is released together: a post, or a file of a card."""

    number: int
    words: str
    language: str
    who: str
    day: str
    release: str
    tags: tuple[str, ...] = ()
    post: str = ""  #: its id; empty for a file
    kind: str = "post"


class Rows(Sequence[Row]):
    """Rows of posts, made when they are looked at: a page shows fifty of twenty thousand."""

    def __init__(self, archive: Archive, posts: Posts, numbers: Sequence[int]) -> None:
        self._archive, self._posts, self._numbers = archive, posts, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return Rows(self._archive, self._posts, self._numbers[place])
        number = self._numbers[place]
        kept = self._posts.versions[number]
        # with its words, unless it is forgotten meanwhile
        return _row(self._posts, number, self._archive.index.posts.version(kept.number) or kept)

    def without_words(self) -> Iterator[Row]:
        """Yield all of them for what is stated of many: their words would be asked of the disk one by one."""
        return (_row(self._posts, number, self._posts.versions[number]) for number in self._numbers)


@dataclass(frozen=True)
class Chosen:
    """What fits a filter and can be dealt with together; *left*: why others are not, with their numbers."""

    rows: Sequence[Row]
    left: tuple[tuple[str, tuple[int, ...]], ...] = ()
    read: str = ""  #: a digest over what the editor saw: these, with these words
    consentable: tuple[str, ...] = ()  #: ids of posts for followers, of the voice, that its consent can open
    consented: tuple[str, ...] = ()  #: ids of those of which it is recorded
    many: Mapping[str, int] = field(default_factory=dict)  #: how many the rest of the filter fits, by what they are


@dataclass(frozen=True)
class Voice:
    """An account, with how many posts of it are here."""

    id: str
    name: str
    posts: int


#: what was chosen last, of which posts, by which filter, told in which language
_CHOSEN: Final[WeakKeyDictionary[Archive, tuple[Posts, Filter, str, Chosen]]] = WeakKeyDictionary()
#: which fit a filter but for their state
_FITTING: Final[WeakKeyDictionary[Archive, tuple[Posts, Filter, Mapping[str, Sequence[int]]]]] = WeakKeyDictionary()
_KNOWN: Final[WeakKeyDictionary[Archive, tuple[tuple[int, int, int], Posts]]] = WeakKeyDictionary()


def all_posts(archive: Archive) -> Posts:
    """Return all posts as they are now; they are read again when any came, or anything was said of them, since."""
    stamp = archive.index.translations.stamp()
    known = _KNOWN.get(archive)
    if known is None or known[0] != stamp:
        _KNOWN.pop(archive, None)  # two of them would be in memory otherwise
        _CHOSEN.pop(archive, None)
        _FITTING.pop(archive, None)
        known = _KNOWN[archive] = stamp, Posts.of(archive)
    return known[1]


def opened(archive: Archive, posts: Posts, asked: Filter) -> Filter:
    """Return *asked* with what is shown if it names no state. Raises :class:`UsageError` for days that are none."""
    if asked.state:
        return asked
    many = _many(archive, posts, asked)
    return replace(asked, state=next((each for each in STATES if many[each]), Release.RESTRICTED))


def _many(archive: Archive, posts: Posts, asked: Filter) -> Counter[str]:
    """Return how many fit but for their state, by it."""
    if asked.card:
        return Counter(each.release for each in _of_card(archive, asked.card))
    return Counter({state: len(numbers) for state, numbers in _by_state(archive, posts, asked).items()})


def _by_state(archive: Archive, posts: Posts, asked: Filter) -> Mapping[str, Sequence[int]]:
    """Return the numbers of the posts that fit but for their state, by it; those of the last filter are kept."""
    stateless, known = replace(asked, state=""), _FITTING.get(archive)
    if known is None or known[0] is not posts or known[1] != stateless:
        found = defaultdict[str, list[int]](list)
        for each in _fitting(posts, asked):
            found[posts.state(each)].append(each)
        known = _FITTING[archive] = posts, stateless, found
    return known[2]


def voices(posts: Posts) -> list[Voice]:
    """Return the accounts, those with the most posts first."""
    many, latest = Counter(each.author for each in posts.versions.values()), dict[str, Version]()
    for version in posts.versions.values():
        latest[version.author] = version
    every = [Voice(each, _called(latest[each]), count) for each, count in many.items()]
    return sorted(every, key=lambda each: (-each.posts, each.name))


def _called(version: Version) -> str:
    handle = f"@{version.handle}" if version.handle else ""
    return " ".join(filter(None, (version.name, handle))) or version.author


def choose(archive: Archive, posts: Posts, asked: Filter) -> Chosen:
    """Return what fits. Raises :class:`UsageError` for days that are none."""
    if asked.card:
        return replace(_files(archive, asked), many=_many(archive, posts, asked))
    known = _CHOSEN.get(archive)
    if known is None or known[0] is not posts or known[1:3] != (asked, interface()):
        known = _CHOSEN[archive] = posts, asked, interface(), _posts(archive, posts, asked)
    return known[3]


def _fitting(posts: Posts, asked: Filter) -> Iterator[int]:
    answer, repost = ANSWERS in asked.without, REPOSTS in asked.without
    for each in posts.between(asked.voice or None, asked.since, asked.until):
        if not (answer and posts.is_answer(each)) and not (repost and posts.is_repost(each)):
            yield each


def _of_card(archive: Archive, card: str) -> Iterator[Item]:
    spanned = Spanned(archive)
    return (each for each in files_of(archive, card) if not spanned.is_later(each))


def _posts(archive: Archive, posts: Posts, asked: Filter) -> Chosen:
    fitting = _by_state(archive, posts, asked).get(asked.state, [])
    left: list[tuple[str, tuple[int, ...]]] = []
    chosen: Sequence[int] = fitting
    if asked.state == Release.RESTRICTED:
        found = sort_out(posts, fitting, _released, asked.consented)
        chosen = found.released
        why: Mapping[str, tuple[int, ...]] = {
            _("They were not written for everybody. With their author’s consent they can be shown."): found.for_few,
            _("The platform says that they are gone: whoever removed them may have had a reason."): found.gone,
            _("An earlier export says that they were written for few. Exports forget for whom."): found.once_for_few,
        }
        left = [(reason, numbers) for reason, numbers in why.items() if numbers]
    versions = posts.versions
    ordered = sorted(chosen, key=lambda each: (versions[each].moment or versions[each].published or "", each))[::-1]
    rows = Rows(archive, posts, ordered)
    read = sha256_hex("\n".join(f"{each} {versions[each].number}" for each in ordered).encode())
    few = consentable(posts, asked.voice)[0] if asked.voice else []
    agreed = [versions[each].post for each in (consented(posts, asked.voice) if asked.voice else [])]
    shown = [versions[each].post for each in few if not posts.is_consented(each)]
    return Chosen(rows, tuple(left), read, tuple(shown), tuple(agreed), _many(archive, posts, asked))


def _released(post: str) -> CataloguedPost:
    return CataloguedPost(post, release=Release.PUBLIC)


def _row(posts: Posts, number: int, version: Version) -> Row:
    said, words = posts.release(number), version.summary or version.text
    day = version.published or ""
    return Row(number, words, version.language, _called(version), day, said.release, said.tags, version.post)


def _files(archive: Archive, asked: Filter) -> Chosen:
    every = [each for each in _of_card(archive, asked.card) if each.release == asked.state]
    rest = tuple(each.number for each in every if not publishable(each)) if asked.state == Release.RESTRICTED else ()
    chosen = [each for each in every if each.number not in rest]
    rows = tuple(_file(each) for each in chosen)
    read = sha256_hex("\n".join(f"{each.number} {each.original}" for each in chosen).encode())
    why = _("They are no pictures or clips, or did not arrive whole. Texts, sound and documents are read first.")
    return Chosen(rows, ((why, rest),) if rest else (), read)


def _file(item: Item) -> Row:
    kind = kind_of(item.path) or "file"
    return Row(item.number, item.title or item.path, "", "", item.modified or "", item.release, kind=kind)
