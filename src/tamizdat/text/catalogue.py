"""The catalogue: every word that people see on the site and at the workbench, in every language there is a file for.

``locales/en.po`` is the source; each other file there translates it. A language is added by adding its file. There are
three kinds of messages:

* *with a key* (``msgctxt``): words of the site. Templates and code name the key; the English stands in ``en.po`` only::

      msgctxt "thread_of"                    {{ t.thread_of }}, messages("zh")["thread_of"]
      msgid "Thread of {count}"
      msgstr "共 {count} 条的一串"

* *of scripts* (``msgctxt "script"``): words of the site's scripts, which write the English: ``t("Searching…")``.

* *without*: words of the workbench and the field page. The English stands in templates and code::

      msgid "Sign out"                       {{ _("Sign out") }}
      msgstr ""                              not translated: the English is shown

Counts have one form for each plural of the language, as gettext does it. Whatever has no translation is shown in
English. ``scripts/messages --check`` holds the files complete: no key without words, none that nothing uses, the same
placeholders and tags in every language, no empty form among several.

A file is read with Babel when its first message is asked for, which takes fifty milliseconds; what was read is kept
(:mod:`.kept`).

What nobody fluent has checked carries the flag ``unchecked`` (:func:`is_checked`). A page says so, and where a wrong
word could cost a card or a life (:data:`DANGEROUS`), the English stands beside it until the flag is taken away.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tamizdat.text.kept import kept

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALES: Final = Path(__file__).parent / "locales"
SCRIPT: Final = "script"  #: the context of what the site's scripts say; they look it up by the English
SOURCE: Final = "en"  #: the language of which all files are translations
#: those whose words have no key, by the folder in which they stand
INTERFACES = WORKBENCH, FIELD = "workbench", "field"
_PAPERS: Final = "evidence"  #: the folder of words that no screen says: a package for a court is in English and Chinese
UNCHECKED: Final = "unchecked"  #: the flag of a translation that nobody fluent has looked at
#: English of which a wrong translation could cost a card or a life: wiping, the receipt, panic, what does not hold …
DANGEROUS: Final = re.compile(
    r"(?i)\b(?:wip(?:e|es|ed|ing)|receipts?|panic|destroy\w*|this does not hold|^broken$|from the card)\b"
)
#: why a link of the site's check is broken, which is wrong in two ways if the words are
BROKEN: Final = re.compile(r"Expected (?!\d)")
#: … and releasing; in longer sentences of these two, which explain and command nothing, it would only be in the way
DANGEROUS_IF_SHORT: Final = re.compile(r"(?i)\b(?:releas\w*)\b")
SHORT: Final = 40  #: characters
_SPACED: Final = frozenset(("es", "fr", "ru"))  #: languages that part thousands by a space
_COUNTS: Final = (*range(200), 10**6)  #: among them is one for each form of each language (CLDR's plural rules)
_CODE: Final = Path(__file__).read_bytes()  #: what is kept of a file is made by it


@cache
def messages(language: str) -> Mapping[str, str]:
    """Return the messages with a key in *language*, by key; those with a count are left to :func:`counted`.

    >>> messages("zh")["skip"], messages("en")["skip"]
    ('跳到正文', 'Skip to the content')
    """
    return MappingProxyType(_compiled(language).words or _english())


def N_(message: str) -> str:
    """Return *message* unchanged. It marks, for ``scripts/messages``, what is looked up only when it is shown."""
    return message


def counted(key: str, count: int, language: str) -> str:
    """Return the message with a count in *language*, with the count in it, in groups of three digits.

    >>> counted("posts", 1, "en"), counted("posts", 1200, "en"), counted("posts", 2, "zh")
    ('1 post', '1,200 posts', '2 条')
    """
    one, many = _plurals()[key]
    return counted_translations(language).npgettext(key, one, many, count).format(count=grouped(count, language))


def grouped(number: int, language: str) -> str:
    """Return a number in groups of three digits, as *language* parts them: ``1,200``, ``1 200``.

    The digits are those of the addresses, digests and commands beside it, in every language.
    """
    text = f"{number:,}"
    return text.replace(",", "\u202f") if language in _SPACED else text


def all_forms(language: str) -> list[str]:
    """Return the texts of all messages with a key in *language*, every form of those with a count."""
    found = counted_translations(language)
    form = getattr(found, "plural", lambda count: count != 1)
    counts = {form(count): count for count in reversed(_COUNTS)}.values()  # the first of each form
    forms = (found.npgettext(key, *ids, count) for key, ids in _plurals().items() for count in sorted(counts))
    return [*messages(language).values(), *dict.fromkeys(forms)]


class _Compiled(NamedTuple):
    """What is known of one file once it was read, which takes fifty milliseconds."""

    words: dict[str, str]  #: the messages with a key and no count, by key
    scripts: dict[str, str]  #: what the site's scripts say, by the English
    counted: bytes  #: the messages with a key and a count, as gettext has them
    others: bytes  #: those without a key, which are most of them and are on no page of a site
    checked: frozenset[bool]  #: True: those with a key hold nothing unchecked; False: nor do those without
    complete: dict[str, int]  #: of :data:`INTERFACES`, percent of the messages without a key that it says


@cache
def translations(language: str) -> NullTranslations:
    """Return gettext's translations into *language* of messages without a key: of English nothing is looked up."""
    return NullTranslations() if language == SOURCE else GNUTranslations(BytesIO(_compiled(language).others))


@cache
def counted_translations(language: str) -> NullTranslations:
    """Return those of messages with a key and a count: gettext takes each apart, and these are few."""
    return NullTranslations() if language == SOURCE else GNUTranslations(BytesIO(_compiled(language).counted))


@cache
def _compiled(language: str) -> _Compiled:
    if language == SOURCE:
        return _Compiled({}, {}, b"", b"", frozenset((True, False)), dict.fromkeys(INTERFACES, 100))
    path = _path(language)
    # as Python knows its own files: to read and hash them takes as long as what was kept of them
    states = [each.stat() for each in (path, LOCALES / f"{SOURCE}.po")]
    sources = "".join(f"{each.st_size} {each.st_mtime_ns} " for each in states).encode() + _CODE
    said, _, compiled = kept(f"{path.stem}.mo", sources, partial(_compile, path)).partition(b"\n")
    words, scripts, checked, complete, length = json.loads(said)
    return _Compiled(words, scripts, compiled[:length], compiled[length:], frozenset(checked), complete)


def _compile(path: Path) -> bytes:
    """Return what is known of one file: a line of JSON, then the two parts of its translations that gettext reads."""
    catalog = read_catalog(path)
    unchecked, done, every = set[bool](), Counter[str](), Counter[str]()
    for message in catalog:
        if message.id and not message.context:
            said = message.string if isinstance(message.string, str | None) else message.string[0]
            for each in _interfaces(message):
                every[each] += 1
                done[each] += bool(said) and not message.fuzzy
        if message.id and UNCHECKED in message.flags:
            unchecked.add(bool(message.context))
    plain = [each for each in catalog if isinstance(each.id, str) and each.string and not each.fuzzy]
    keyed = {(each.context, each.id): str(_said(each)) for each in plain if each.context}
    words = {key: keyed.get((key, text), text) for key, text in _english().items()}
    english = (str(each.id) for each in _source() if each.context == SCRIPT)
    scripts = {text: said for text in english if (said := keyed.get((SCRIPT, text), text)) != text}
    counts = _written(path, lambda message: bool(message.context) and isinstance(message.id, tuple))
    others = _written(path, lambda message: not message.context)
    complete = {each: done[each] * 100 // max(1, every[each]) for each in INTERFACES}
    known = [words, scripts, sorted({True, False} - unchecked), complete, len(counts)]
    return json.dumps(known).encode() + b"\n" + counts + others


def _written(path: Path, wanted: "Callable[[Message], bool]") -> bytes:
    """Return the translations of those of one file's messages that are *wanted*, as gettext has them."""
    from babel.messages.mofile import write_mo

    catalog, written = read_catalog(path), BytesIO()
    for message in list(catalog):
        if message.id and not wanted(message):
            catalog.delete(message.id, message.context)
        elif message.id:
            message.string = _said(message)
    write_mo(written, catalog)
    return written.getvalue()


def _interfaces(message: "Message") -> list[str]:
    """Return where a message without a key is shown: what neither has for itself, both have."""
    rooms = {file.partition("/")[0] for file, _ in message.locations}
    return [each for each in INTERFACES if each in rooms or not rooms & {*INTERFACES, _PAPERS}]


def _said(message: "Message") -> Any:
    """Return the translation; if nobody has checked it and a wrong one would be dangerous, with the English beside."""
    if UNCHECKED not in message.flags:
        return message.string
    english, said = str(message.id[-1]) if isinstance(message.id, tuple | list) else str(message.id), message.string
    short = len(english) <= SHORT and DANGEROUS_IF_SHORT.search(english)
    broken = message.context == SCRIPT and BROKEN.match(english)
    if not (short or broken or DANGEROUS.search(english)):
        return said
    plain = english.replace("’", "'")  # a font for Chinese draws the other as wide as a character
    if isinstance(said, str | None):
        return f"{said} · \u2068{plain}\u2069" if said else ""
    return tuple(f"{each} · \u2068{plain}\u2069" if each else "" for each in said)


def script_messages(language: str) -> Mapping[str, str]:
    """Return what the site's scripts say in *language*, by the English; what is not translated is left out."""
    return MappingProxyType(_compiled(language).scripts)


@cache
def interface_tags() -> Mapping[str, str]:
    """Return the tag (BCP 47) of each language that there is a file for, by its code: ``zh`` → ``zh-Hans``.

    The source first, then in the order of their codes. The code is the folder of the site's pages in it.
    """
    stems = sorted((path.stem for path in LOCALES.glob("*.po")), key=lambda stem: (stem != SOURCE, stem))
    return MappingProxyType({stem.replace("_", "-").removesuffix("-Hans"): stem.replace("_", "-") for stem in stems})


@cache
def endonym(language: str) -> str:
    """Return what *language* is called in itself."""
    return messages(language)["endonym"]


def is_checked(language: str, keyed: bool) -> bool:
    """Tell whether somebody fluent has checked every translation that is shown, of the site's messages or the others'.

    *keyed*: those with a key, which are the site's.
    """
    return keyed in _compiled(language).checked


def completeness(language: str, interface: str) -> int:
    """Return how many percent of the words of one of :data:`INTERFACES` are translated."""
    return _compiled(language).complete[interface]


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
def _english() -> dict[str, str]:
    """Return the messages with a key and no count in English, by key."""
    every = ((each.context, each.id) for each in _source() if each.context and each.context != SCRIPT)
    return {key: text for key, text in every if isinstance(text, str)}


@cache
def _plurals() -> dict[str, tuple[str, str]]:
    return {each.context: each.id for each in _source() if each.context and isinstance(each.id, tuple)}


class _Message(NamedTuple):
    """A message of the source: its context, or "", and its English, with a count in two forms."""

    context: str
    id: str | tuple[str, str]


@cache
def _source() -> tuple[_Message, ...]:
    path = LOCALES / f"{SOURCE}.po"
    told = json.loads(kept(f"{SOURCE}.json", path.read_bytes() + _CODE, partial(_read_source, path)))
    return tuple(_Message(context, said if isinstance(said, str) else (said[0], said[1])) for context, said in told)


def _read_source(path: Path) -> bytes:
    return json.dumps([[each.context or "", each.id] for each in read_catalog(path)]).encode()


def _path(language: str) -> Path:
    """Return the file of a language, or of one of its scripts (``zh_Hans.po`` for ``zh``), or the source."""
    files = {path.stem: path for path in sorted(LOCALES.glob("*.po"))}
    name = language.replace("-", "_")
    alike = (path for stem, path in files.items() if stem.partition("_")[0] == name.partition("_")[0])
    return files.get(name) or next(alike, files[SOURCE])
