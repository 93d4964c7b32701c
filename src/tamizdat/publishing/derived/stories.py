"""Stories that are released: their ``derived`` statements.

::

    composed 240 (public) of story 205     ─► said       what it tells, but of what it shows that which is published
    translated 260 ─ approved ─────────────► translations

What a story points to and what is not published is left out of it, and the editor is told; in the place of what was
published once and was withdrawn stands that something was.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field, replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.stories import StoryVersion
from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.publishing.derived.posts import Credit
from tamizdat.statements.composed import GONE, WALL, Chapter, Element, Plain, Shown, Story, in_words
from tamizdat.statements.derived import CLIP, PERSON, SOUND, STORY, Item, PublishedStory, Retelling

HOW: Final = "as the desk composed it (recipe story/1)"


@dataclass
class StoryStatements:
    """What is said of each story that is released.

    *items* is what the edition shows beside them, by number; *withdrawn* was shown once and is not any more; *credit*
    tells by which name an account wants to be known.
    """

    archive: Archive
    items: Mapping[int, Item]
    withdrawn: Collection[int]
    credit: Credit
    partial: list[tuple[int, str]] = field(default_factory=list)  #: what was left out of which story, and why

    def all(self) -> Iterator[PublishedStory]:
        """Yield what is said of each, by number."""
        for each in self.archive.index.stories.released():
            yield PublishedStory(
                number=each.number,
                source=self.archive.reference(each.latest),
                kind=STORY,
                how=HOW,
                day="",
                told=self._told(each),
                translations=tuple(self._translations(each)),
            )

    def _told(self, version: StoryVersion) -> Story:
        chapters = []
        for at, chapter in enumerate(version.told.chapters, 1):
            elements = (self._element(version.number, at, each) for each in chapter.elements)
            chapters.append(Chapter(chapter.title, tuple(filter(None, elements))))
        return replace(version.told, chapters=tuple(chapters))

    def _element(self, story: int, chapter: int, element: Element) -> Element | None:
        """Return the element as it is told; None if it is left out."""
        if isinstance(element, Shown):
            shown = self.items.get(element.item)
            if shown is not None:
                whole = shown.kind not in (CLIP, SOUND)
                return replace(element, start=None, end=None) if whole else element
            gone = element.item in self.withdrawn
            says = "was withdrawn; the page says that something was" if gone else "is not published; it is left out"
            self.partial.append((story, f"Chapter {chapter} shows item {element.item}, which {says}."))
            return Plain(GONE) if gone else None
        if element.kind == WALL and not any(each.kind == PERSON for each in self.items.values()):
            self.partial.append((story, f"Chapter {chapter} shows the wall of names, and nobody is published."))
            return None
        return element

    def _translations(self, version: StoryVersion) -> Iterator[Retelling]:
        digest, index = sha256_hex(version.told.words.encode()), self.archive.index
        for each in sorted(index.translations.approved(version.name), key=lambda each: each.language):
            if each.language == version.told.language:
                continue
            if each.text != digest:
                self.partial.append((version.number, f"The words in {each.language} are of another version; left out."))
                continue
            try:
                in_words(version.told, each.target, each.language)
            except BadStatement as error:
                self.partial.append((version.number, f"The words in {each.language} are left out. {error}"))
                continue
            yield self._retelling(each)

    def _retelling(self, work: Translation) -> Retelling:
        reviews = self.archive.index.translations.counting(work.number)
        checked = next(each.by for each in reviews if each.verdict == "reviewed")
        return Retelling(
            language=work.language,
            words=work.target,
            credit=self.credit(work.post, work.language, work.by),
            reviewer=self.credit(work.post, work.language, checked),
            day=work.day,
            stated=self.archive.reference(work.number),
            reviewed=tuple(self.archive.reference(each.number) for each in reviews),
        )
