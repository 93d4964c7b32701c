"""Pages: from what is published to the bytes of HTML. Knows neither the archive nor the disk.

Every page exists once for each language of the interface, the first at the root, the others in a folder each; media
and proofs are shared. All links are relative and name files (``../17/index.html``), so that a copy on a disk works
like the site on a server. Only the front page and "About" name the edition: when one item is corrected, its page and
these change and no others.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from tamizdat.publishing.showing import Item, Site, Withdrawn
from tamizdat.publishing.words import ENDONYMS, LANGUAGES, TAGS, words, written_day

STATIC: Final = ("mark.svg", "page.js", "style.css", "verify.js")


def render(site: Site, items: list[Item], withdrawn: list[Withdrawn]) -> dict[str, bytes]:
    """Every page by its path, with what they need to look right."""
    press = _environment()
    made = {name: _static(name) for name in STATIC}
    for language in LANGUAGES:
        page = _Page(press, site, language)
        made |= page.made("", "front.html", items=items, withdrawn=withdrawn)
        made |= page.made("about/", "about.html")
        made |= page.made("check/", "check.html")
        for place, item in enumerate(items):
            before = items[place - 1] if place else None
            after = items[place + 1] if place + 1 < len(items) else None
            made |= page.made(f"items/{item.number}/", "item.html", item=item, before=before, after=after)
        for gone in withdrawn:
            made |= page.made(f"items/{gone.number}/", "withdrawn.html", gone=gone)
    return made


def own_words() -> bytes:
    """Everything the house itself writes into a site, whatever is published: templates, style, scripts, words."""
    folder = Path(__file__).parent
    texts = [path.read_bytes() for part in ("templates", "static") for path in sorted((folder / part).iterdir())]
    return b"\n".join([*texts, *(text.encode() for language in LANGUAGES for text in words(language).values())])


@dataclass(frozen=True)
class _Page:
    press: Environment
    site: Site
    language: str

    def made(self, folder: str, template: str, **shown: Any) -> dict[str, bytes]:
        """The page in *folder* (with a slash at its end, or empty for the front page) of this language."""
        path = _prefix(self.language) + folder
        base = "../" * path.count("/")
        facts = {
            "site": self.site,
            "t": words(self.language),
            "language": self.language,
            "tag": getattr(TAGS, self.language),
            "page": folder,
            "base": base,
            "home": "../" * folder.count("/"),
            "versions": [_version(each, base, folder) for each in LANGUAGES],
        }
        text = self.press.get_template(template).render(**facts, **shown)
        return {f"{path}index.html": text.encode()}


def _prefix(language: str) -> str:
    return "" if language == LANGUAGES[0] else f"{language}/"


def _version(language: str, base: str, folder: str) -> dict[str, str]:
    """The same page in *language*, as seen from a page whose way to the root is *base*."""
    href = f"{base}{_prefix(language)}{folder}index.html"
    return {"language": language, "tag": getattr(TAGS, language), "endonym": getattr(ENDONYMS, language), "href": href}


def _environment() -> Environment:
    press = Environment(
        loader=PackageLoader("tamizdat.publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    press.filters["grouped"] = lambda digest: " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    press.filters["paragraphs"] = lambda text: [part.strip() for part in text.split("\n\n") if part.strip()]
    press.filters["day"] = _day
    return press


@pass_context
def _day(context: Context, day: str) -> str:
    return written_day(day, context["language"])


def _static(name: str) -> bytes:
    path = Path(__file__).parent / "static" / name
    return path.read_bytes()
