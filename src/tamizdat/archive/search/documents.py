"""What there is to find, as the index has it: posts, clips and what is said in them, translations, stories, people.

Each is one document.

A post is one, whatever number of versions it has: the words of the newest version from where it came first,
and apart from them those of all others, earlier ones and what strangers gave out as the same post. It is a search for
editors; what others may see of a hit, the workbench asks itself. A translation is found on its post's day, under the
names of the post's author.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from tamizdat.archive.search.clocks import Clocks
from tamizdat.archive.search.document import ITEM, PAGE, PERSON, POST, TRANSLATION, Document, lines
from tamizdat.archive.search.written_and_told import (
    STORIES_TOUCHED,
    TRANSCRIPTS_TOUCHED,
    of_story,
    of_transcript,
)
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.current_version import own_versions
from tamizdat.archive.views.items import Item
from tamizdat.archive.views.pages import CapturedPage
from tamizdat.archive.views.people import Person
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.rows import Ask
from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass

if TYPE_CHECKING:
    from tamizdat.archive.views.index import Index

_SPOKEN_OF: Final = " UNION ".join(
    f"SELECT {column} FROM {table} WHERE number >= ?1 AND number < ?2"  # noqa: S608 -- tables of ours
    for table, column in (
        *((each, "post") for each in ("posts", "edited", "gone", "releases", "translated", "reviewed", "parted")),
        ("parted", "own"),
    )
)
_TOUCHED: Final = f"{_SPOKEN_OF} UNION SELECT post FROM repeated WHERE inner IN ({_SPOKEN_OF})"  # noqa: S608


class Documents:
    """A reader of documents from the index."""

    def __init__(self, index: "Index", ask: Ask) -> None:
        self._index = index
        self._ask = ask
        self._clocks = Clocks(index.path.parent)

    def without_posts(self) -> Iterator[Document]:
        """Yield the documents of every clip, what is said in it, every story, captured page and person."""
        yield from map(self._of_item, self._index.files())
        for clip in self._index.transcripts.clips():
            yield from of_transcript(self._index, clip)
        for number in self._index.stories.numbers():
            yield from of_story(self._index, number)
        yield from map(_of_page, self._index.pages.all())
        yield from map(_of_person, self._index.people.all())

    def page(self, after: str, limit: int, known: "Known") -> tuple[list[Document], str | None]:
        """Return the documents of posts and their translations, from the first id after *after*, and the last id.

        At most *limit* posts are read. The last id is None at the end.
        """
        latest = self._index.posts.latest(after, limit)
        if not latest:
            return [], None
        firsts, several = self._versions(after, latest[-1].post)
        contexts = Contexts(self._index)
        found: list[Document] = []
        for version in latest:
            versions = self._index.posts.versions(version.post) if version.post in several else [version]
            release = known.releases.get(version.post, Release(version.post))
            translations = known.translations.get(version.post, ())
            found += self._by_clock(
                _of_post(versions, firsts[version.post], release, translations, self._alts(version), contexts)
            )
        return found, latest[-1].post

    def changed(self, start: int, end: int) -> "Changed":
        """Return the ids and numbers of what the statements *start* … *end* - 1 may have changed."""
        items = "SELECT number FROM captured WHERE number >= ?1 AND number < ?2 UNION SELECT item FROM catalogued WHERE number >= ?1 AND number < ?2"  # fmt: skip  # noqa: E501
        people = "SELECT DISTINCT person FROM people WHERE number >= ?1 AND number < ?2"
        pages = "SELECT number FROM pages WHERE number >= ?1 AND number < ?2"
        questions = (_TOUCHED, items, people, pages, TRANSCRIPTS_TOUCHED, STORIES_TOUCHED)
        return Changed(*([row[0] for row in self._ask(each, start, end)] for each in questions))

    def of(self, changed: "Changed") -> Iterator[Document]:
        """Yield the documents of what changed, as they are now."""
        contexts = Contexts(self._index)
        for post in changed.posts:
            versions = self._index.posts.versions(post)
            if versions:
                first = min(each.number for each in versions)
                translations, release = self._index.translations.of(post), self._index.releases.of(post)
                alts = self._alts(own_versions(versions)[-1])
                yield from self._by_clock(_of_post(versions, first, release, translations, alts, contexts))
        for number in changed.items:
            item = self._index.item(number)
            if item is not None and item.kind != "preview":
                yield self._of_item(item)
        for number in changed.people:
            person = self._index.people.person(number)
            if person is not None:
                yield _of_person(person)
        for number in changed.pages:
            page = self._index.pages.page(number)
            if page is not None:
                yield _of_page(page)
        for clip in changed.clips:
            yield from of_transcript(self._index, clip)
        for number in changed.stories:
            yield from of_story(self._index, number)

    def _by_clock(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield documents of posts with the time of their author's clock, where the desk set one."""
        for each in documents:
            local = self._clocks.local(each.published, each.handle, each.person)
            yield each if local == each.published else replace(each, published=local)

    def known(self) -> "Known":
        """Return the releases and translations of all posts: far less than there are posts."""
        translations: dict[str, list[Translation]] = {}
        for (post, _), each in self._index.translations.all_latest().items():
            translations.setdefault(post, []).append(each)
        return Known(self._index.releases.all(), translations)

    def _versions(self, after: str, last: str) -> tuple[dict[str, int], set[str]]:
        """Return the first statement of each post between these ids, and which of them have several versions."""
        question = "SELECT post, min(number), count(*) FROM posts WHERE post > ? AND post <= ? GROUP BY post"
        found = self._ask(question, after, last)
        return {row[0]: row[1] for row in found}, {row[0] for row in found if row[2] > 1}

    def _of_item(self, item: Item) -> Document:
        """Return the document of a file of a card: what the desk says of it, its path, and what words it holds."""
        words = lines(item.title, item.caption, item.alt, item.path, self._index.words(item))
        return Document(ITEM, str(item.number), item.number, words, published=item.modified, release=item.release)

    def _alts(self, version: Version) -> list[str]:
        """Return the descriptions of a version's pictures."""
        return [row[0] for row in self._ask("SELECT alt FROM media WHERE number = ? AND alt <> ''", version.number)]


@dataclass(frozen=True)
class Changed:
    """Ids of posts, numbers of items, people, pages, clips that speak, and stories; their documents are made anew."""

    posts: Sequence[str]
    items: Sequence[int]
    people: Sequence[int]
    pages: Sequence[int]
    clips: Sequence[int]
    stories: Sequence[int]


@dataclass(frozen=True)
class Known:
    """Releases and translations by post."""

    releases: dict[str, Release]
    translations: dict[str, list[Translation]]


def _of_post(
    versions: Sequence[Version], first: int, release: Release, translations: Iterable[Translation], alts: list[str],
    contexts: Contexts,
) -> Iterator[Document]:  # fmt: skip
    now = own_versions(versions)[-1]
    before = dict.fromkeys(
        lines(each.summary, each.text) for each in versions if each != now and not contexts.closes(each)
    )
    details = read_details(now.details)
    told = [state for state, so in (("withheld", details.withheld), ("cut", details.cut)) if so]
    found = Document(
        POST,
        now.post,
        first,
        words=lines(now.summary, contexts.said(now), *alts, " ".join(f"#{tag}" for tag in release.tags)),
        post=now.post,
        handle=now.handle,
        name=now.name,
        person=now.author,
        published=now.published or now.moment,
        language=now.language,
        state=now.state,
        release=release.release,
        earlier=tuple(each for each in before if each != lines(now.summary, now.text)),
        addresses=(now.post, now.url),
        told=tuple(told),
    )
    yield found
    for each in translations:
        yield replace(
            found,
            kind=TRANSLATION,
            key=f"{each.language} {now.post}",
            number=each.number,
            words=lines(each.target, *each.notes),
            language=each.language,
            state=each.state,
            post_state=now.state,
            earlier=(),
            addresses=(),
            told=(),
        )


def _of_page(page: CapturedPage) -> Document:
    """Return the document of a captured page, found by its words and its address."""
    words = lines(page.title, page.text, page.url)
    return Document(
        PAGE, str(page.number), page.number, words, published=page.date, addresses=tuple({page.url, page.final} - {""})
    )


def _of_person(person: Person) -> Document:
    names = tuple(name for _, name in person.names)
    words = lines(person.name, *names, person.age, person.place, person.school, person.note)
    return Document(
        PERSON,
        str(person.number),
        person.number,
        words,
        name=person.name,
        names=names,
        language=person.language,
        state=person.state,
        release=person.release,
    )


def first_and_last_day(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """Return the first day of *since* and the last day of *until*, each ``2013``, ``2013-05`` or ``2013-05-12``.

    Raises :class:`ValueError`.
    """
    return (_day(since, "01-01") if since else None), (_day(until, "12-31") if until else None)


def _day(text: str, rest: str) -> date:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text, re.ASCII):
        raise ValueError("no day, month or year")
    if len(text) == 4:
        return date.fromisoformat(f"{text}-{rest}")
    if len(text) == 7 and rest == "12-31":
        first = date.fromisoformat(f"{text}-01")
        return date(first.year + first.month // 12, first.month % 12 + 1, 1) - date.resolution
    return date.fromisoformat(f"{text}-01"[:10])
