"""The press: templates of one language of the interface, with its words already set into them.

``{{ t.key }}``, ``{% for each in versions %}``, ``{% include "name" %}``, ``{% extends %}`` and blocks are resolved
when a template is read, not when a page is made, so that of ten thousand pages each is little more than its own words
between pieces that stand ready.
"""

import html
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tamizdat.publishing.site.l10n import ENDONYMS, LANGUAGES, TAGS
from tamizdat.publishing.site.post_around import what_changed
from tamizdat.publishing.site.post_text import (
    covers_pictures,
    covers_words,
    for_reader,
    is_shortened,
    removal_note,
    size_of,
    text_markup,
)
from tamizdat.publishing.site.site_index import key_of, moves
from tamizdat.text.catalogue import counted, messages
from tamizdat.text.dates import written_clock, written_day, written_time
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction, language_name

_WORD: Final = re.compile(r"\{\{ t\.(\w+) \}\}")
_INCLUDE: Final = re.compile(r'\{% include "(\w+\.html)" %\}\n?')
_SPECIAL: Final = re.compile("[&<>\"']").search
_EXTENDS: Final = re.compile(r'\{% extends "(\w+\.html)" %\}')
_BLOCK: Final = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock %\}\n?", re.DOTALL)
MANY: Final = ("item.html", "person.html", "post.html", "withdrawn.html")  #: all at one depth
ALL: Final = (
    "about.html", "check.html", "contributors.html", "corrections.html", "days.html", "entries.html",
    "front.html", "items.html", "listing.html", "names.html", "names_list.html", "search.html", "subjects.html",
    "voices.html",
)  # fmt: skip
_kept: list[FileSystemBytecodeCache] = []
_VERSION: Final = re.compile(r"\{% for each in versions( if other)? %\}\n(.*?)\{% endfor %\}\n", re.DOTALL)


def template_source(name: str) -> str:
    """Return the template as it lies in the package, with what it includes and what it extends put in place."""
    text = files("tamizdat.publishing.site").joinpath("templates", name).read_text("utf-8")
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


def _versions(line: str, but: str | None) -> str:
    """*line* for the page in each language of the interface, but for one."""
    made = ""
    for each in LANGUAGES:
        facts = {"tag": getattr(TAGS, each), "prefix": prefix(each), "endonym": getattr(ENDONYMS, each)}
        if each != but:
            made += re.sub(r"\{\{ each\.(\w+) \}\}", lambda found: facts[found[1]], line)  # noqa: B023 -- used at once
    return made


def use_bytecode_cache(folder: Path) -> None:
    """Keep compiled templates in *folder*, which must be as private as the program.

    Compiling takes longer than making the pages of one post. What was compiled from other templates is noticed and made
    anew.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _kept[:] = [FileSystemBytecodeCache(str(folder))]
    environment.cache_clear()


def preload() -> None:
    """Has every template at hand, before a process is doubled."""
    for language in LANGUAGES:
        for name in MANY:
            environment(language, 2).get_template(name)
        for name in ALL:
            environment(language).get_template(name)


@cache
def environment(language: str, depth: int | None = None) -> Environment:
    """Return the templates of *language*; for pages that all lie *depth* folders deep, if that is given."""
    said = messages(language)
    base, home = relative_roots(language, depth) if depth is not None else ("", "")

    def load(name: str) -> tuple[str, str, None]:
        text = _WORD.sub(lambda found: escaped(said[found[1]]), template_source(name))
        text = _VERSION.sub(lambda found: _versions(found[2], language if found[1] else None), text)
        text = text.replace("{{ tag }}", getattr(TAGS, language)).replace("{{ language }}", language)
        if depth is not None:
            text = text.replace("{{ base }}", base).replace("{{ home }}", home)
        return text, f"{language} {depth} {name}", None  # the second tells compiled templates apart

    press = Environment(  # noqa: S701 -- finalize escapes, as autoescape would, in a third of the time
        loader=FunctionLoader(load), finalize=escaped, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, bytecode_cache=_kept[0] if _kept else None,
    )  # fmt: skip
    press.filters["grouped"] = lambda digest: " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    press.filters["paragraphs"] = lambda text: [part.strip() for part in text.split("\n\n") if part.strip()]
    press.filters["day"] = lambda day: written_day(day, language)
    press.filters["time"] = lambda time: written_time(time, language)
    press.filters["language"] = lambda tag: language_name(tag, language)
    press.filters["for_reader"] = lambda post: for_reader(post, language)
    press.filters["removal_note"] = lambda post: removal_note(post, language)
    press.filters |= {"clock": written_clock, "direction": direction, "excerpt": excerpt, "key": key_of}
    press.filters |= {"markup": text_markup, "set_size": size_of, "what_changed": what_changed}
    press.filters["moves"] = moves
    press.filters |= {"covers_words": covers_words, "covers_pictures": covers_pictures, "is_shortened": is_shortened}
    press.filters["votes"] = lambda count: counted("votes", count, language)
    press.globals |= {"t": said}
    return press


def prefix(language: str) -> str:
    """Return the folder of the pages in *language*: none for the first."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def relative_roots(language: str, depth: int) -> tuple[str, str]:
    """From a page *depth* folders below the front page of its language: to the site's root, and to that front page."""
    return "../" * (depth + prefix(language).count("/")), "../" * depth


def render_page(language: str, folder: str, template: str, *, many: bool = False, **facts: object) -> tuple[str, bytes]:
    """Path and bytes of the page in *folder* (with a slash at its end, or empty for the front page).

    *many*: there are many of its kind, at the same depth.
    """
    depth = folder.count("/")
    base, home = relative_roots(language, depth)
    page = environment(language, depth if many else None).get_template(template)
    text = page.render(base=base, home=home, folder=folder, **facts)
    return f"{prefix(language)}{folder}index.html", text.encode()
