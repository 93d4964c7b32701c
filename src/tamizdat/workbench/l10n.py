"""The workbench's own words in the language of whoever asks (:mod:`tamizdat.text.catalogue`).

The language belongs to the request that is answered, in this thread, and to nothing else: :func:`speak` sets it before
a handler begins; commands and jobs, which nobody set it for, speak English.

Templates and code write the English; ``scripts/messages`` collects it. What stands in a text is named, so that other
languages can move it: ``gettext("Try again in %(seconds)s seconds.", seconds=30)``.

A page gets what :func:`gettext` returns as text and escapes it. Only a template's own ``_("…")`` may hold markup.
"""

import re
import unicodedata
from contextvars import ContextVar
from typing import Final

from tamizdat.text.catalogue import N_, SOURCE, endonym, translations

_INTERFACE: Final = ContextVar("interface", default=SOURCE)
#: what a sentence repeats: names, what was typed, and the English that stands beside a translation
_REPEATED: Final = re.compile("\u2068[^\u2069]*\u2069|“[^”]*”|\"[^\"]*\"|(?<!\\w)'[^']*'")
_ENGLISH: Final = re.compile(r"(?<![\w./:@#-])[A-Za-z][a-z]+(?![\w/:@-])")  #: a word, and no part of an address or path
#: how a refusal is worded, however long the name that it says without marks
_REFUSAL: Final = re.compile(r"(?<![\w./:@#-])Expected [^。؟۔།]*(?<![\w./:@#-])found ")

#: words of the archive and of permissions that people read, as they stand in statements and forms
WORDS: Final = {
    # roles and what they may do
    "translator": N_("translator"),
    "reviewer": N_("reviewer"),
    "editor": N_("editor"),
    "read": N_("read"),
    "translate": N_("translate"),
    "review": N_("review"),
    "glossary": N_("glossary"),
    "approve": N_("approve"),
    "confidential": N_("see cards, custody, what is restricted"),
    "catalogue": N_("release, withdraw, describe"),
    "collect": N_("collect"),
    "people": N_("people"),
    "publish": N_("publish"),
    "deliveries": N_("deliveries"),
    "devices": N_("devices"),
    "stories": N_("stories"),
    "forget": N_("destroy what was said"),
    "models": N_("switch models on and off"),
    "export": N_("give out cards, files, packages"),
    "backups": N_("back up, read everything again"),
    "accounts": N_("invite, change accounts"),
    "account": N_("change one’s own account"),
    "disabled": N_("disabled"),
    "away": N_("away"),
    # kinds
    "post": N_("post"),
    "item": N_("item"),
    "translation": N_("translation"),
    "person": N_("person"),
    "page": N_("captured page"),
    "picture": N_("picture"),
    "clip": N_("clip"),
    "sound": N_("sound"),
    "document": N_("document"),
    "text": N_("text"),
    "file": N_("file"),
    "place": N_("place"),
    "organisation": N_("organisation"),
    "term": N_("term"),
    "transcript": N_("transcript"),
    "story": N_("story"),
    # states of posts, translations, terms, entries about people, files
    "present": N_("present"),
    "edited": N_("edited"),
    "gone": N_("gone"),
    "proposed": N_("proposed"),
    "draft": N_("draft"),
    "returned": N_("returned"),
    "reviewed": N_("reviewed"),
    "approved": N_("approved"),
    "stale": N_("stale"),
    "retired": N_("retired"),
    "reported": N_("reported"),
    "checked": N_("checked"),
    "confirmed": N_("confirmed"),
    "whole": N_("whole"),
    "changed while read": N_("changed while read"),
    "cut short": N_("cut short"),
    "unconfirmed": N_("unconfirmed"),
    "complete": N_("complete"),
    "incomplete": N_("incomplete"),
    # release and audience
    "public": N_("released"),
    "awaited": N_("released, not yet published"),
    "restricted": N_("restricted"),
    "withdrawn": N_("withdrawn"),
    "unlisted": N_("unlisted"),
    "followers": N_("followers"),
    "direct": N_("one person"),
    "kept": N_("few: its blog kept it back"),
    "unknown": N_("unknown"),
    # acts
    "captured": N_("captured"),
    "received": N_("received"),
    "observed": N_("observed"),
    "catalogued": N_("catalogued"),
    "translated": N_("translated"),
    "derived": N_("derived"),
    "published": N_("published"),
    "sighted": N_("seen again"),
    "composed": N_("composed"),
    "transcribed": N_("written down"),
    "recited": N_("matched with a name"),
    "redacted": N_("a cover drawn"),
    "cleared": N_("a cover judged"),
    "parted": N_("parted"),
    # what the desk said of an item
    "title": N_("title"),
    "caption": N_("caption"),
    "alt": N_("description"),
    "alts": N_("descriptions of pictures"),
    "tags": N_("tags"),
    "until": N_("embargo"),
    "bytes": N_("the captured bytes"),
    "consent": N_("consent of the author"),
    "language": N_("language"),
    "reason": N_("reason"),
    "covering": N_("who is to be covered"),
}


def speak(language: str) -> None:
    """Answer this request in *language*, one of the catalogue's."""
    _INTERFACE.set(language)


def interface() -> str:
    """Return the language of the request that is answered."""
    return _INTERFACE.get()


def gettext(message: str, **values: object) -> str:
    """Return *message* in the language of the interface, with *values* in it, as plain text."""
    found = translations(interface()).gettext(message)
    return found % values if values else found


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form for *count* in the language of the interface, with *values* in it, as plain text."""
    found = translations(interface()).ngettext(one, many, count)
    return found % values if values else found


def told(message: str) -> tuple[str, bool]:
    """Return what the program says to whoever asks, and whether it is English although they read another language.

    What refuses something deep in the archive, or in a job, says so in English. A page tells it in the reader's
    language if the catalogue has the sentence; else it is marked, for whoever hears it read aloud and for lines that
    run from right to left.

    >>> told("Expected a file, found none."), told("")
    (('Expected a file, found none.', False), ('', False))
    """
    if interface() == SOURCE or not message:
        return message, False
    if (found := gettext(message)) != message:
        return found, False
    if _is_latin(interface()):
        return message, False  # by its letters a French sentence is told from no English one
    own = _REPEATED.sub("", message)
    strange = sum(each.isalpha() and not each.isascii() for each in own)
    return message, bool(_REFUSAL.search(own)) or len(_ENGLISH.findall(own)) > strange


def _is_latin(language: str) -> bool:
    """Whether a language of the catalogue is written in Latin letters, by its own name."""
    return unicodedata.name(endonym(language)[0], "").startswith("LATIN ")


def word(value: str) -> str:
    """Return a word of :data:`WORDS` as people read it; all else as it is."""
    return translations(interface()).gettext(WORDS[value]) if value in WORDS else value
