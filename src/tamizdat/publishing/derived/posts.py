"""Released posts: what their ``derived`` statements say.

::

    observed (private) ─┐
    translated, reviewed├─► derived {"item": 57, "kind": "post", "text": "…", "translations": […], "gone": null, …}
    catalogued (private)┘   subjects: text, text.en, picture-1.jpg, small-1.jpg

The number of a post is the index of its first ``observed`` statement. Shown is the version that counts, with those it
had before. Only what was written for everybody is shown, on or after the day until which it is embargoed; only
translations that were approved, and made of this very text. Everything else is left out, and told why.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.translations import Review, Translation
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.ledger.statement import Subject
from tamizdat.posts.times import moment
from tamizdat.publishing.derived.post_pictures import Pictures
from tamizdat.publishing.derived.text_pointer import pointer
from tamizdat.statements import catalogued

KIND: Final = "post"
HOW: Final = "text as captured; pictures re-encoded from their pixels without metadata (recipe post/1)"
MAX_TAG: Final = 100  #: characters of a tag that a platform gave

Credit = Callable[[str, str, str], str]  #: post, language, tag of an account → the name it chose, or ""


@dataclass(frozen=True)
class ReleasedPost:
    """A released post before it is stated: the version that counts, those before it, what the desk says of it."""

    number: int
    version: Version
    earlier: tuple[Version, ...]
    release: Release

    @property
    def id(self) -> str:
        """The platform's id."""
        return self.version.post


@dataclass
class PostStatements:
    """The posts of an edition of *today*. ``skipped`` tells, by number, why one is left out; ``partial``, why a part of
    one is; ``embargoed``, until when one is embargoed."""

    archive: Archive
    pictures: Pictures
    today: str
    credit: Credit
    skipped: dict[int, str] = field(default_factory=dict)
    partial: list[tuple[int, str]] = field(default_factory=list)
    embargoed: dict[int, str] = field(default_factory=dict)
    segments: dict[int, str] = field(default_factory=dict)  #: by number, the words of translations piece by piece

    def __post_init__(self) -> None:
        self._leaves = self.archive.commitments()

    def sources(self) -> list[ReleasedPost]:
        """Every post that may be shown, by number."""
        releases, versions = (
            self.archive.index.releases.all(catalogued.Release.PUBLIC),
            self.archive.index.releases.versions(),
        )
        found = []
        for post, release in releases.items():
            every = versions[post]
            source = _source(every, release)
            if not release.shown_on(self.today):
                self.embargoed[source.number] = release.until
            elif not written_for_everybody(source.version.audience):
                self.skipped[source.number] = (
                    f"Expected a post written for everybody, found one whose audience is {source.version.audience}."
                )
            elif "\0" in source.version.text:
                self.skipped[source.number] = "Expected a text that a page can hold, found one with a zero character."
            else:
                found.append(source)
        return sorted(found, key=lambda each: each.number)

    def statements(self, sources: list[ReleasedPost]) -> Iterator[tuple[int, tuple[Subject, ...], dict[str, Json]]]:
        """Number, subjects and words of each; its pictures are made if they are not there yet."""
        index = self.archive.index
        files, tags, gone = index.releases.files(), index.releases.tags(), index.releases.gone()
        approved, reviews = index.translations.all_approved(), index.translations.all_counting()
        shown = []
        for source in sources:
            pictures = self.pictures.of(source.number, files.get(source.version.number, []), source.release.alts)
            self.partial += [(source.number, why) for why in pictures.left]
            if not source.version.text and not source.version.summary and not pictures.listed:
                self.skipped[source.number] = "Expected words or pictures, found a post that only repeats another."
                continue
            shown.append((source, pictures))
        threads = Threads({source.id: source for source, _ in shown})
        for source, pictures in shown:
            translations = list(self._translations(source, approved.get(source.id, []), reviews))
            told = _tags(tags.get(source.version.number, ()), source.release.tags)
            said = {
                **self._words(source),
                "reply_to": threads.parent(source),
                "thread": threads.beginning(source),
                "tags": told,
                "earlier": [self._earlier(each) for each in source.earlier],
                "gone": self._gone(source.version, gone.get(source.id)),
                "translations": translations,
                "pictures": pictures.listed,
                "published_files": pictures.files,
                **self._bytes(source),
            }
            words = [Subject("text", sha256_hex(source.version.text.encode()))]
            words += [Subject(f"text.{each['language']}", sha256_hex(each["target"].encode())) for each in translations]
            yield source.number, (*words, *pictures.subjects), said

    def _words(self, source: ReleasedPost) -> dict[str, Json]:
        version = source.version
        return {
            "item": source.number,
            "kind": KIND,
            "how": HOW,
            "source": self._named(version.number),
            "post": version.post,
            "url": address(version.url),
            "voice": {"id": version.author, "handle": version.handle, "name": version.name},
            "published": version.published,
            "language": version.language,
            "summary": version.summary,
            "text": version.text,
        }

    def _named(self, index: int) -> dict[str, Json]:
        """A statement that stays private, by its place in the ledger and its salted commitment."""
        return {"index": index, "commitment": self._leaves[index].hex()}

    def _earlier(self, version: Version) -> Json:
        return {**self._named(version.number), "text": version.text, "as_of": version.as_of[:10]}

    def _gone(self, version: Version, gone: Gone | None) -> Json:
        """The platform's word that the version that counts is gone; None if it came back since."""
        if gone is None or gone.as_of < version.as_of:
            return None
        begun, ended = moment(version.published), moment(gone.deleted)
        stood = int((ended - begun).total_seconds()) if begun and ended and ended >= begun else None
        told: dict[str, Json] = {"word": gone.word, "deleted": gone.deleted or None, "stood": stood}
        return {**self._named(gone.number), **told, "as_of": gone.as_of[:10]}

    def _translations(
        self, source: ReleasedPost, approved: list[Translation], counting: Mapping[int, list[Review]]
    ) -> Iterator[dict[str, Any]]:
        """Those made of this very text, by language."""
        text = sha256_hex(source.version.text.encode())
        for each in sorted(approved, key=lambda each: each.language):
            if each.text != text:
                why = f"The translation into {each.language} was made of another text; it is left out."
                self.partial.append((source.number, why))
                continue
            reviews = counting[each.number]
            pieces = "\n".join(piece for pair in each.segments for piece in pair)
            self.segments[source.number] = f"{self.segments.get(source.number, '')}\n{pieces}"
            checked = next(review.by for review in reviews if review.verdict == "reviewed")
            yield {
                "language": each.language,
                "target": each.target,
                "notes": list(each.notes),
                "credit": self.credit(source.id, each.language, each.by),
                "reviewer": self.credit(source.id, each.language, checked),
                "day": each.day,
                "translated": self._named(each.number),
                "reviewed": [self._named(review.number) for review in reviews],
            }

    def _bytes(self, source: ReleasedPost) -> dict[str, Json]:
        """Whether the captured bytes are shown, and how the text stands in them."""
        if source.release.bytes_shown:
            try:
                return {"bytes": True, "reading": pointer(self.archive, source.version)}
            except BadArchive:
                why = "The captured bytes are damaged or not in the archive any more; they are left out."
                self.partial.append((source.number, why))
        return {"bytes": False, "reading": None}


def address(url: str) -> str:
    """*url* if a page may link to it: feeds may hold scripts where an address should be."""
    return url if re.match(r"https?://", url) else ""


def _source(versions: list[Version], release: Release) -> ReleasedPost:
    """*versions* are in order. Of those before the one that counts, each that said something else than the next."""
    *before, last = versions
    earlier = [one for one, after in zip(before, versions[1:], strict=True) if one.said != after.said]
    open_ones = (each for each in earlier if written_for_everybody(each.audience) and "\0" not in each.text)
    return ReleasedPost(min(each.number for each in versions), last, tuple(open_ones), release)


def _tags(platform: tuple[str, ...], own: tuple[str, ...]) -> list[Json]:
    """The platform's first; one that differs by its case alone is told once."""
    told = (each.strip() for each in platform)
    sound = [each for each in told if each and len(each) <= MAX_TAG and each.isprintable()]
    return list[Json]({each.casefold(): each for each in reversed([*sound, *own])}.values())[::-1]


@dataclass
class Threads:
    """Who answers whom among the posts that are shown, by their ids."""

    sources: Mapping[str, ReleasedPost]
    _begun: dict[str, int] = field(default_factory=dict)

    def parent(self, source: ReleasedPost) -> int | None:
        """The number of the post it answers, if that is shown."""
        parent = self.sources.get(source.version.reply_to)
        return parent.number if parent and parent.id != source.id else None

    def beginning(self, source: ReleasedPost) -> int:
        """The number of the post that its thread begins with: as far up as posts are shown. Where they answer each
        other in a circle, the least number of it."""
        way: dict[str, ReleasedPost] = {}
        at = source
        while at.id not in way and at.id not in self._begun:
            way[at.id] = at
            parent = self.sources.get(at.version.reply_to)
            if parent is None or parent.id == at.id:
                break
            at = parent
        circle = list(way)[list(way).index(at.id) :] if at.id in way else []
        begun = self._begun[at.id] if at.id in self._begun else min(way[each].number for each in circle)
        self._begun |= dict.fromkeys(way, begun)
        return begun
