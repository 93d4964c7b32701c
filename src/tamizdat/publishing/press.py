"""The press: templates of one language of the interface, with its words already set into them.

``{{ t.key }}`` and ``{% include "name" %}`` are resolved when a template is read, not when a page is made, so that of
ten thousand pages each is little more than its own words between pieces of text that stand ready.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import escape

from tamizdat.publishing.saying import ENDONYMS, LANGUAGES, TAGS, language_name, lasted, written_day, written_time
from tamizdat.publishing.words import words

_WORD: Final = re.compile(r"\{\{ t\.(\w+) \}\}")
_INCLUDE: Final = re.compile(r'\{% include "(\w+\.html)" %\}\n?')
VERSIONS: Final = tuple(
    (getattr(TAGS, each), "" if each == LANGUAGES[0] else f"{each}/", getattr(ENDONYMS, each), each)
    for each in LANGUAGES
)


def source(name: str) -> str:
    """The template as it lies in the package, with what it includes."""
    text = files("tamizdat.publishing").joinpath("templates", name).read_text("utf-8")
    return _INCLUDE.sub(lambda found: source(found[1]), text)


@cache
def environment(language: str) -> Environment:
    """The templates of *language*."""
    said = words(language)

    def load(name: str) -> str:
        return _WORD.sub(lambda found: str(escape(said[found[1]])), source(name))

    press = Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    press.filters["grouped"] = lambda digest: " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    press.filters["paragraphs"] = lambda text: [part.strip() for part in text.split("\n\n") if part.strip()]
    press.filters["day"] = lambda day: written_day(day, language)
    press.filters["time"] = lambda time: written_time(time, language)
    press.filters["lasted"] = lambda seconds: lasted(seconds, language)
    press.filters["language"] = lambda tag: language_name(tag, language)
    press.globals |= {"t": said, "language": language, "tag": getattr(TAGS, language), "versions": VERSIONS}
    return press


def prefix(language: str) -> str:
    """The folder of the pages in *language*: none for the first."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def printed(language: str, folder: str, template: str, **facts: Any) -> tuple[str, bytes]:
    """Path and bytes of the page in *folder* (with a slash at its end, or empty for the front page)."""
    path = prefix(language) + folder
    depth = folder.count("/")
    page = environment(language).get_template(template)
    text = page.render(base="../" * path.count("/"), home="../" * depth, folder=folder, **facts)
    return f"{path}index.html", text.encode()
