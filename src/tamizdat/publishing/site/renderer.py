"""The press: templates of one language of the interface, with its words already set into them.

``{{ t.key }}``, ``{% for each in versions %}``, ``{% include "name" %}``, ``{% extends %}`` and blocks are resolved
when a template is read, not when a page is made, so that of ten thousand pages each is little more than its own words
between pieces that stand ready. So it is for the languages that every page is in; the few pages of the others look up
their words, and share what was compiled.
"""

import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple, TypeAlias, cast

import jinja2
from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from tamizdat.publishing.site.address import code_file
from tamizdat.publishing.site.clips import silences_of
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES, TAGS, nearest
from tamizdat.publishing.site.post_around import what_changed
from tamizdat.publishing.site.post_text import (
    covers_pictures,
    covers_words,
    for_reader,
    is_shortened,
    removal_note,
    size_of,
    text_markup,
    words_markup,
)
from tamizdat.publishing.site.site_index import SiteIndex, key_of, moves, sounds
from tamizdat.text import kept
from tamizdat.text.catalogue import counted, endonym, is_checked, messages
from tamizdat.text.dates import written_clock, written_day, written_time
from tamizdat.text.excerpt import brief, excerpt, opening
from tamizdat.text.languages import direction, language_name
from tamizdat.transcripts import clock

TEMPLATES: Final = Path(__file__).parent / "templates"
_WORD: Final = re.compile(r"\{\{ t\.(\w+) \}\}")
_INCLUDE: Final = re.compile(r'\{% include "(\w+\.html)" %\}\n?')
_SPECIAL: Final = re.compile("[&<>\"']").search
_EXTENDS: Final = re.compile(r'\{% extends "(\w+\.html)" %\}')
_BLOCK: Final = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock %\}\n?", re.DOTALL)
MANY: Final = (
    "item.html",
    "person.html",
    "post.html",
    "story.html",
    "story_proof.html",
    "withdrawn.html",
)  #: all at one depth
ALL: Final = (
    "about.html", "check.html", "contributors.html", "corrections.html", "days.html", "entries.html",
    "front.html", "items.html", "listing.html", "mirrors.html", "names.html", "names_initials.html", "names_list.html",
    "new.html", "reading.html", "search.html", "stories.html", "subjects.html", "voices.html",
)  # fmt: skip
#: a link to a page of the site, as templates write it: the way up, the page, the place on it
_LINK: Final = re.compile(r'href="((?:\.\./)*)([^"#:?]*index\.html)((?:#[^"]*)?")')
_SCRIPT: Final = re.compile(r'<script src="((?:\.\./)*)(?:page|search)\.js" defer>')


class _CompiledOnce(BytecodeCache):
    """Compiled templates, for as long as the process lives: those of few pages are the same in most languages."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.code


_SHARED: Final = _CompiledOnce()
_COMPILER: Final = f"{jinja2.__version__} ".encode() + Path(__file__).read_bytes()  #: what templates are compiled by


class _Kept(_CompiledOnce):
    """Likewise, and in a folder. Jinja's own does not notice another compiler, and fails at a torn file."""

    def __init__(self, within: Path) -> None:
        super().__init__()
        self._within = within

    def load_bytecode(self, bucket: Bucket) -> None:
        super().load_bytecode(bucket)
        if bucket.code is None:
            found = kept.read(self._within, f"{bucket.key}.template", self._sources(bucket))
            if found is not None:
                bucket.bytecode_from_string(found)
                super().dump_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        kept.keep(self._within, f"{bucket.key}.template", self._sources(bucket), bucket.bytecode_to_string())

    def _sources(self, bucket: Bucket) -> bytes:
        return bucket.checksum.encode() + _COMPILER


class Version(NamedTuple):
    """A page in one language, as the same page in another names it."""

    tag: str  #: BCP 47
    prefix: str
    endonym: str
    direction: str


Facts: TypeAlias = dict[str, Any]  #: what a page's template is told, by name


@cache
def template_source(name: str) -> str:
    """Return the template as it lies in the package, with what it includes and what it extends put in place."""
    text = (TEMPLATES / name).read_text("utf-8")
    text = _INCLUDE.sub(lambda found: template_source(found[1]), text)
    if not (extended := _EXTENDS.match(text)):
        return text
    blocks = {found[1]: found[2].removeprefix("\n") for found in _BLOCK.finditer(text)}
    return _BLOCK.sub(lambda found: blocks.get(found[1], found[2]), template_source(extended[1]))


def escaped(value: object) -> str:
    """Return what a template writes for *value*: markup as it is, all else as text."""
    if type(value) is str:
        return html.escape(value) if _SPECIAL(value) else value
    return str(value) if isinstance(value, Markup | int) else html.escape(str(value))


@cache
def versions(languages: tuple[str, ...]) -> list[Version]:
    """Return a page in each of these languages."""
    return [Version(TAGS[each], prefix(each), endonym(each), direction(TAGS[each])) for each in languages]


def code_markup(text: str) -> Markup:
    """Return *text* for between tags: quotation marks stay as they are, which are a sixth of what JSON has."""
    return Markup(html.escape(text, quote=False))  # noqa: S704 -- escaped


def put(message: str, **values: object) -> Markup:
    """Return *message* with *values* in it, each kept apart from the direction of the words around it."""
    return Markup(html.escape(message)).format(  # noqa: S704 -- escaped
        **{name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
    )


def prose(message: str, way: str = "", **values: object) -> Markup:
    """Return *message*, which holds markup of the catalogue (checked against the English), with *values* as text.

    ``<a>`` leads to *way*.
    """
    text = message.replace("<a>", f'<a href="{html.escape(way)}">')
    return Markup(text).format(**values)  # noqa: S704 -- values are escaped


@cache
def bytecode_cache() -> BytecodeCache | None:
    """Return where compiled templates are kept: beside the program's own; None where none may be written.

    Compiling takes longer than making the pages of one post.
    """
    within = kept.folder()
    return _Kept(within) if within else None


def preload() -> None:
    """Has the templates of the many pages at hand, before a process is doubled."""
    for language in EVERYWHERE:
        for name in MANY:
            environment(language, 2).get_template(name)
        for name in ALL:
            environment(language).get_template(name)


@cache
def environment(language: str, depth: int | None = None) -> Environment:
    """Return the templates of *language*; for pages that all lie *depth* folders deep, if that is given."""
    said = messages(language)
    facts = {"tag": TAGS[language], "language": language, "dir": direction(TAGS[language])}
    base, home = relative_roots(language, depth) if depth is not None else ("", "")

    def load(name: str) -> tuple[str, str, None]:
        text = template_source(name)
        if language not in EVERYWHERE:
            return text, f"any {name}", None
        text = _WORD.sub(lambda found: escaped(said[found[1]]), text)
        for fact in facts:
            text = text.replace(f"{{{{ {fact} }}}}", facts[fact])
        if depth is not None:
            text = text.replace("{{ base }}", base).replace("{{ home }}", home)
        return text, f"{language} {depth} {name}", None  # the second tells compiled templates apart

    press = Environment(  # noqa: S701 -- finalize escapes, as autoescape would, in a third of the time
        loader=FunctionLoader(load), finalize=escaped, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, bytecode_cache=bytecode_cache() or (None if language in EVERYWHERE else _SHARED),
    )  # fmt: skip
    press.filters["grouped"] = lambda digest: " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    press.filters["paragraphs"] = lambda text: [part.strip() for part in text.split("\n\n") if part.strip()]
    press.filters["day"] = lambda day: written_day(day, language)
    press.filters["time"] = lambda time: written_time(time, language)
    press.filters["language"] = lambda tag: language_name(tag, language)
    press.filters["for_reader"] = lambda post: for_reader(post, language)
    press.filters["removal_note"] = lambda post: removal_note(post, language)
    press.filters |= {
        "clock": written_clock,
        "code": code_markup,
        "direction": direction,
        "brief": brief,
        "opening": opening,
        "excerpt": excerpt,
        "key": key_of,
        "put": put,
        "prose": prose,
    }
    press.filters |= {"markup": text_markup, "as_said": words_markup, "set_size": size_of, "what_changed": what_changed}
    press.filters |= {"moves": moves, "sounds": sounds, "code_file": code_file, "silences": silences_of}
    press.filters["instant"] = lambda milliseconds: clock.written(milliseconds)[:8]
    press.filters |= {"covers_words": covers_words, "covers_pictures": covers_pictures, "is_shortened": is_shortened}
    press.filters["votes"] = lambda count: counted("votes", count, language)
    press.globals |= {**facts, "t": said, "unchecked": not is_checked(language, keyed=True), "endonym": said["endonym"]}
    return press


def prefix(language: str) -> str:
    """Return the folder of the pages in *language*: none for the first."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def relative_roots(language: str, depth: int) -> tuple[str, str]:
    """From a page *depth* folders below the front page of its language: to the site's root, and to that front page."""
    return "../" * (depth + prefix(language).count("/")), "../" * depth


def render_page(
    language: str, folder: str, template: str, *, many: bool = False, view: SiteIndex | None = None,
    there: tuple[str, ...] = (), **facts: object,
) -> tuple[str, bytes]:  # fmt: skip
    """Path and bytes of the page in *folder* (with a slash at its end, or empty for the front page).

    *many*: there are many of its kind, at the same depth. *view* tells in which languages it and others are there,
    *there* in which it is, if that is known; without them all are. The fact *address* is where the site is served, if
    anywhere, *mirrors* where else.
    """
    there = there or tuple(each for each in LANGUAGES if view is None or view.has_page(each, f"{folder}index.html"))
    facts |= {"versions": versions(there), "others": versions(tuple(each for each in there if each != language))}
    depth = folder.count("/")
    base, home = relative_roots(language, depth)
    page = environment(language, depth if many else None).get_template(template)
    address = facts.setdefault("address", "")
    here = f"{prefix(language)}{folder}index.html"
    facts |= {"root": address or base, "page_address": address and f"{address}{here}"}
    facts["elsewhere"] = [f"{each}{here}" for each in cast(Iterable[str], facts.get("mirrors", ()))]
    text = page.render(base=base, home=home, folder=folder, **facts)
    if language != LANGUAGES[0]:
        text = _SCRIPT.sub(rf'<script src="\1words/{language}.js" defer></script>\n\g<0>', text, count=1)
    if language not in EVERYWHERE and view is not None:
        text = _with_ways(text, folder, language, view)
    return f"{prefix(language)}{folder}index.html", text.encode()


def _with_ways(text: str, folder: str, language: str, view: SiteIndex) -> str:
    """Return a page whose links lead to what there is: the page in *language*, else the one that stands in for it."""
    here, instead = folder.split("/")[:-1], nearest(language)
    root = "../" * (len(here) + 1)

    def way(found: re.Match[str]) -> str:
        up = found[1].count("/")
        if up > len(here):
            return found[0]  # out of this language already
        target = "/".join([*here[: len(here) - up], found[2]])
        if view.has_page(language, target):
            return found[0]
        return f'hreflang="{TAGS[instead]}" href="{root}{prefix(instead)}{target}{found[3]}'

    return _LINK.sub(way, text)
