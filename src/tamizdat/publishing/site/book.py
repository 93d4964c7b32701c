"""A book of what an edition shows: originals and a translation, pictures, names, contents, credits, digests.

::

    values of an edition, SHA-256 of each statement  ─►  a chapter each (templates/book_*.html)  ─►  epub.container

Stories come first; the other chapters are XHTML in the order in which things were written. Words carry their language
and direction, and stand beside each other where a screen is wide enough. Nothing in a book is a way to anywhere else:
no address can be opened by a touch. Made of the same values, for the same language, it has the same bytes.
"""

import hashlib
import io
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw

from tamizdat.dataclass import dataclass
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site.book_story import facts_of
from tamizdat.publishing.site.epub import container
from tamizdat.publishing.site.item_pages import earlier_texts
from tamizdat.publishing.site.l10n import LANGUAGES, TAGS, is_written_in
from tamizdat.publishing.site.names_list import rolls
from tamizdat.publishing.site.names_wall import COLOURS
from tamizdat.publishing.site.post_around import around
from tamizdat.publishing.site.post_text import covers_pictures, for_reader, translation_into
from tamizdat.publishing.site.renderer import environment
from tamizdat.publishing.site.site_index import SiteIndex, day_of, moves, sounds
from tamizdat.publishing.site.story_pages import in_order
from tamizdat.publishing.site.story_text import retelling_of, telling_for
from tamizdat.statements.derived import Footage, Post
from tamizdat.text.catalogue import counted, messages
from tamizdat.text.dates import written_day
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction, primary_subtag

TITLE: Final = 70  #: characters of a text that name its chapter
COVER: Final = (1200, 1600)  #: pixels
TILE: Final = 100  #: pixels of the cover
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACE: Final = uuid.UUID("b0f6a1f4-2f0a-5c4e-9a63-6d3d2f0f6f11")  #: of the identifiers of books; made up once


class Chapter(NamedTuple):
    """A chapter as the contents name it."""

    file: str
    over: str
    title: str
    language: str


@dataclass(frozen=True)
class Imprint:
    """What a book says of where it is from."""

    house: str
    heading: str  #: what was chosen: a voice's name, or ""
    edition: int
    date: str  #: of the edition
    digest: str  #: SHA-256 of edition.json, hexadecimal
    fingerprint: str  #: of the root, in groups to read aloud


@dataclass
class Book:
    """A book of *shown* for readers of *language*.

    *digests* are the SHA-256 of the statements by number; *read* gives the bytes of a published file of an item;
    *advance* is told 0 for each page, and what it raises ends the making.
    """

    imprint: Imprint
    shown: SiteContent
    digests: Mapping[int, str]
    language: str
    read: Callable[[int, str], bytes]
    advance: Callable[[int], None] = lambda size: None
    _files: dict[str, bytes] = field(default_factory=dict)
    _pictures: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = (each for each in reversed(LANGUAGES) if is_written_in(self.language, each))
        self._interface = next(own, LANGUAGES[0])
        self._words = messages(self._interface)
        self._view = SiteIndex(self.shown)

    def encode(self) -> bytes:
        """Return the bytes of the EPUB file."""
        parts = [*self._of_stories(), *self._of_posts(), *self._of_footage(), *self._of_names()]
        chapters = [each.file for _, some in parts for each in some]
        facts = self._imprint()
        whole = {
            "cover.xhtml": self._page("book_cover.html", **facts),
            "title.xhtml": self._page("book_title.html", **facts),
            **{name: self._files[name] for name in chapters},
            "end.xhtml": self._page("book_end.html", credited=self._credited, digests=sorted(self.digests.items())),
        }
        nav = self._page("book_nav.html", **facts, parts=parts, first=chapters[0] if chapters else "title.xhtml")
        package = self._page(
            "book_package.html", **facts, identifier=self._identifier, tongues=self._tongues, voices=self._voices,
            credited=self._credited, documents=list(whole), pictures=list(self._pictures),
        )  # fmt: skip
        style = (Path(__file__).parent / "static" / "book.css").read_bytes()
        others = {"nav.xhtml": nav, "style.css": style, "cover.png": cover(bytes.fromhex(self.imprint.digest))}
        return container(package, {**whole, **others, **self._pictures}, date.fromisoformat(self.imprint.date))

    def _imprint(self) -> dict[str, object]:
        said = self.imprint
        title = f"{said.house}: {said.heading}" if said.heading else said.house
        counts = (
            ("posts", len(self.shown.posts)),
            ("people", len(self.shown.people)),
            ("items", len(self.shown.items)),
        )
        span = [counted(key, count, self._interface) for key, count in counts if count]
        days = sorted(filter(None, map(day_of, self.shown.posts)))
        span += ["–".join(dict.fromkeys((days[0][:4], days[-1][:4])))] if days else []
        return {
            "house": said.house, "heading": said.heading or said.house, "title": title, "span": " · ".join(span),
            "edition": said.edition, "date": said.date, "digest": said.digest, "fingerprint": said.fingerprint,
        }  # fmt: skip

    @property
    def _identifier(self) -> str:
        """The same edition, choice and language have the same one."""
        what = " ".join([self.imprint.digest, self.language, *map(str, sorted(self.digests))])
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, what)}"

    @property
    def _tongues(self) -> list[str]:
        """The languages of its words, that of the reader first."""
        found = [each.language for each in self.shown.items] + [each.language for each in self.shown.posts]
        found += [each.told.language for each in self.shown.people]
        found += [telling_for(each, primary_subtag(self.language)).language for each in self.shown.stories]
        return list(dict.fromkeys([TAGS[self._interface], self.language, *sorted(set(found) - {"", "und"})]))

    @property
    def _voices(self) -> list[str]:
        return list(dict.fromkeys(each.voice.name or each.voice.handle or each.voice.id for each in self._view.posts))

    @property
    def _credited(self) -> list[str]:
        mine = (translation_into(each, self.language) for each in self._view.posts)
        names = [name for each in mine if each for name in (each.credit, each.reviewer)]
        for story in self.shown.stories:
            told = telling_for(story, primary_subtag(self.language))
            retold = retelling_of(story, told)
            names += [told.credit, *([retold.credit, retold.reviewer] if retold else [])]
        return sorted({*filter(None, names)})

    def _of_stories(self) -> list[tuple[str, list[Chapter]]]:
        """Return a part of all stories, the newest first."""
        made = []
        for story in in_order(self.shown.stories):
            name, facts = f"story-{story.number}.xhtml", facts_of(self._view, story, self.language, self._taken)
            told = telling_for(story, primary_subtag(self.language))
            facts |= {"title": told.title, **self._about(story.number)}
            self._files[name] = self._page("book_story.html", **facts)
            made.append(Chapter(name, "", told.title, told.language))
        return [(self._words["stories"], made)] if made else []

    def _of_posts(self) -> list[tuple[str, list[Chapter]]]:
        """Return a part for each year."""
        found = []
        undated = self._words["no_time"]
        for year, posts in groupby(self._view.posts, key=lambda each: day_of(each)[:4]):
            found.append((year or undated, [self._of_post(each) for each in posts]))
        return found

    def _of_post(self, post: Post) -> Chapter:
        name = f"post-{post.number}.xhtml"
        text, tongue = for_reader(post, primary_subtag(self.language))
        title = excerpt(text, TITLE) or self._numbered(post.number)
        translated = translation_into(post, self.language)
        same = primary_subtag(post.language) == primary_subtag(self.language)
        facts = {
            "post": post, "title": title, "texts": [None, *([translated] if translated and not same else [])],
            "played": "clip" if any(map(moves, post.pictures)) else "sound" if any(map(sounds, post.pictures)) else "",
            "around": around(self._view, post, self._interface), "earlier": earlier_texts(post),
            "pictures": [] if covers_pictures(post) else self._taken(
                post.number, [(each.names[-1], each.alt) for each in post.pictures]
            ),
        }  # fmt: skip
        self._files[name] = self._page("book_post.html", **facts, **self._about(post.number))
        day = day_of(post)
        return Chapter(name, written_day(day, self._interface) if day else "", title, tongue)

    def _of_footage(self) -> list[tuple[str, list[Chapter]]]:
        made = []
        for item in self.shown.items:
            name, title = f"item-{item.number}.xhtml", item.title or self._numbered(item.number)
            pictures = self._taken(
                item.number, [(each.name, item.alt) for each in item.media if _is_shown(item, each.name)]
            )
            words = "".join(self.shown.texts.get(each.sha256, "") for each in item.media)
            facts = {"item": item, "title": title, "pictures": pictures, "words": words}
            self._files[name] = self._page("book_item.html", **facts, **self._about(item.number))
            made.append(Chapter(name, "", title, item.language))
        return [(self._words["pictures"], made)] if made else []

    def _of_names(self) -> list[tuple[str, list[Chapter]]]:
        if not self.shown.people:
            return []
        self._files["names.xhtml"] = self._page("book_names.html", rolls=rolls(self.shown.people))
        return [(self._words["names"], [Chapter("names.xhtml", "", self._words["names"], "")])]

    def _taken(self, number: int, named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return pictures of an item, taken into the book, with what they show."""
        found = []
        for name, alt in named:
            self._pictures[f"{number}-{name}"] = self.read(number, name)
            found.append((f"{number}-{name}", alt))
        return found

    def _about(self, number: int) -> dict[str, str]:
        return {"number": self._numbered(number), "digest": self.digests[number]}

    def _numbered(self, number: int) -> str:
        return self._words["number"].format(number=number)

    def _page(self, template: str, **facts: object) -> bytes:
        self.advance(0)
        way = "rtl" if direction(TAGS[self._interface]) == "rtl" else "ltr"
        text = environment(self._interface).get_template(template).render(way=way, **facts)
        return _NOT_XML.sub("\ufffd", text).encode()


def _is_shown(item: Footage, name: str) -> bool:
    """Whether a file of *item* is a picture of the book: small, or the pages of a document."""
    return name.startswith("page-") or name == ("picture.jpg" if item.kind == "document" else "small.jpg")


def cover(digest: bytes) -> bytes:
    """Return the picture of the cover, a PNG: tiles in the colours of the wall, another pattern for each digest."""
    image = Image.new("RGB", COVER, "#faf8f4")
    draw = ImageDraw.Draw(image)
    wide, high = COVER[0] // TILE, COVER[1] // TILE
    drawn = hashlib.shake_256(digest).digest(wide * high)
    for at, value in enumerate(drawn):
        x, y = at % wide * TILE, at // wide * TILE
        colour = COLOURS[value % 4] if value < 96 else "#efebe3"
        draw.rectangle((x + 4, y + 4, x + TILE - 5, y + TILE - 5), fill=colour)
    out = io.BytesIO()
    image.quantize(8).save(out, "PNG", optimize=True)
    return out.getvalue()
