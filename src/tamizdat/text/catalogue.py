"""The catalogue: every word that people see on the site and at the workbench, in every language there is a file for.

``locales/en.po`` is the source; each other file there translates it. A language is added by adding its file. There are
two kinds of messages:

* *with a key* (``msgctxt``): words of the site. Templates and code name the key; the English stands in ``en.po`` only::

      msgctxt "thread_of"                    {{ t.thread_of }}, messages("zh")["thread_of"]
      msgid "Thread of {count}"
      msgstr "共 {count} 条的一串"

* *without*: words of the workbench. The English stands in templates and code; ``scripts/messages`` collects it::

      msgid "Sign out"                       {{ _("Sign out") }}
      msgstr ""                              not translated: the English is shown

Counts have one form for each plural of the language, as gettext does it. Whatever has no translation is shown in
English. ``scripts/messages --check`` holds the files complete: no key without words, none that nothing uses, the same
placeholders and tags in every language, no empty form among several.

A file is read with Babel, when its first message is asked for, and once.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALES: Final = Path(__file__).parent / "locales"
SOURCE: Final = "en"  #: the language of which all files are translations
_COUNTS: Final = (*range(200), 10**6)  #: among them is one for each form of each language (CLDR's plural rules)


@cache
def messages(language: str) -> Mapping[str, str]:
    """Return the messages with a key in *language*, by key; those with a count are left to :func:`counted`.

    >>> messages("zh")["skip"], messages("en")["skip"]
    ('跳到正文', 'Skip to the content')
    """
    english = {each.context: each.id for each in _source() if each.context and isinstance(each.id, str)}
    found = translations(language)
    return MappingProxyType({key: found.pgettext(key, text) for key, text in english.items()})


def N_(message: str) -> str:
    """Return *message* unchanged. It marks, for ``scripts/messages``, what is looked up only when it is shown."""
    return message


def counted(key: str, count: int, language: str) -> str:
    """Return the message with a count in *language*, with the count in it, in groups of three digits.

    >>> counted("posts", 1, "en"), counted("posts", 1200, "en"), counted("posts", 2, "zh")
    ('1 post', '1,200 posts', '2 条')
    """
    one, many = _plurals()[key]
    return translations(language).npgettext(key, one, many, count).format(count=f"{count:,}")


def all_forms(language: str) -> list[str]:
    """Return the texts of all messages with a key in *language*, every form of those with a count."""
    forms = (translations(language).npgettext(key, *ids, count) for key, ids in _plurals().items() for count in _COUNTS)
    return [*messages(language).values(), *dict.fromkeys(forms)]


@cache
def translations(language: str) -> NullTranslations:
    """Return gettext's translations into *language*: of English nothing is looked up."""
    if language == SOURCE:
        return NullTranslations()
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, read_catalog(_path(language)))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def sources() -> tuple[bytes, ...]:
    """Return the bytes of every file of the catalogue, in the order of their names."""
    return tuple(path.read_bytes() for path in sorted(LOCALES.glob("*.po")))


def read_catalog(path: Path) -> "Catalog":
    """Return a file of the catalogue, as Babel reads it."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


@cache
def _plurals() -> dict[str, tuple[str, str]]:
    return {each.context: (each.id[0], each.id[1]) for each in _source() if each.context and each.pluralizable}


@cache
def _source() -> "Catalog":
    return read_catalog(LOCALES / f"{SOURCE}.po")


def _path(language: str) -> Path:
    """Return the file of a language, or of one of its scripts (``zh_Hans.po`` for ``zh``), or the source."""
    files = {path.stem: path for path in sorted(LOCALES.glob("*.po"))}
    name = language.replace("-", "_")
    alike = (path for stem, path in files.items() if stem.partition("_")[0] == name.partition("_")[0])
    return files.get(name) or next(alike, files[SOURCE])
