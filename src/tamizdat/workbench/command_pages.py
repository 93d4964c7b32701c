"""Commands that a message of the program names, as the pages of the workbench on which the same is done.

Messages are written once, for whoever reads them at a terminal: ``Run 'tamizdat publish' first.`` In a browser nobody
needs a terminal, so where a message is shown there, a command becomes a link to its page. What no page does, because it
needs the desk's disk, its passphrase or paper, or is done on a field device, is said to be done there::

    Run 'tamizdat publish' first.                 Run “Publish” first.
    Say it with 'tamizdat redact 17'.             Say it with “Cover people in it” of item 17.
    Make one with 'tamizdat keys recovery'.       Make one with 'tamizdat keys recovery' (at the desk’s computer).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat.text.catalogue import N_
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import told

#: the page by the first words of a command; of several that fit, the one with the most words
PAGES: Final[dict[str, tuple[str, str]]] = {
    "backup": ("/backups", N_("Backups and checks")),
    "check": ("/backups", N_("Backups and checks")),
    "check --stamp": ("/publish/stamps", N_("Time stamps")),
    "check --film": ("/export", N_("Export")),
    "collect": ("/collect", N_("Collect")),
    "desk accounts": ("/accounts", N_("Accounts")),
    "desk invite": ("/accounts", N_("Accounts")),
    "export --cut": ("/export", N_("Export")),
    "export --evidence": ("/export", N_("Export")),
    "export --zim": ("/export", N_("Export")),
    "find": ("/search", N_("Search")),
    "keys accept": ("/deliveries", N_("Deliveries and devices")),
    "keys print": ("/deliveries", N_("Deliveries and devices")),
    "people": ("/people", N_("People")),
    "publish": ("/publish", N_("Publish")),
    "publish consent": ("/publish/release", N_("What is released")),
    "publish list": ("/publish/release", N_("What is released")),
    "publish release": ("/publish/release", N_("What is released")),
    "publish withdraw": ("/publish/release", N_("What is released")),
    "reading": ("/readings", N_("The reading of names")),
    "receive": ("/deliveries", N_("Deliveries and devices")),
    "status": ("/cards", N_("Cards")),
    "story": ("/stories", N_("Stories")),
    "transcript": ("/clips", N_("Clips")),
    "translate glossary": ("/glossary/files", N_("Memories and tables")),
    "translate origin": ("/glossary/files", N_("Memories and tables")),
}
#: the page of one item, where the command names one by its number
OF_ITEM: Final[dict[str, tuple[str, str]]] = {
    "publish correct": ("/items/{}", N_("the page of item %(number)s")),
    "publish release": ("/items/{}", N_("the page of item %(number)s")),
    "publish withdraw": ("/items/{}", N_("the page of item %(number)s")),
    "redact": ("/items/{}/cover", N_("“Cover people in it” of item %(number)s")),
}
#: what whoever runs the desk's computer does there, and what is done on a field device
AT_THE_DESK: Final = (
    "check --repair", "forget", "keys", "mirror", "objects", "places", "publish --although-restored",
    "receive --refuse", "setup",
)  # fmt: skip
IN_THE_FIELD: Final = ("seal", "send")
#: a command; before it the page, where a message names both: "on its page in the workbench, or with 'tamizdat …'"
_COMMAND: Final = re.compile(
    r"(?:(on [^.,:;]+ in the workbench), or with )?(?:['`“]tamizdat ([a-z][^'`”]*)['`”]"
    r"|tamizdat (keys accept) \S+ NAME)"
)


def parted(message: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a message as a browser shows it, each with the address that it leads to, "" for none."""
    at = 0
    for found in _COMMAND.finditer(message):
        yield message[at : found.start()], ""
        words, at = " ".join((found[2] or found[3]).split()), found.end()
        page = _page_of(words)
        if page is None:
            yield f"{found[0]} ({_place_of(words)})", ""
        else:
            yield (found[1] or page[0]), page[1]
    yield message[at:], ""


def told_to_script(message: str) -> str:
    """Return what the program says (:func:`~tamizdat.workbench.l10n.told`), with pages in the place of commands.

    A script marks what stands between isolates from left to right.
    """
    found, english = told(message)
    said = "".join(piece for piece, _address in parted(found))
    return f"\u2066{said}\u2069" if english else said


def _page_of(words: str) -> tuple[str, str] | None:
    """Return name and address of the page on which a command's work is done; None if it is done on no page."""
    number = next((each for each in words.split() if each.isdecimal()), "")
    if number and (of_item := _longest(words, OF_ITEM)):
        address, name = OF_ITEM[of_item]
        return _(name, number=number), address.format(number)
    known, other = _longest(words, PAGES), _longest(words, (*AT_THE_DESK, *IN_THE_FIELD))
    if not known or len(other) > len(known):
        return None
    address, name = PAGES[known]
    return f"“{_(name)}”", address


def _place_of(words: str) -> str:
    return _("on the field device") if _longest(words, IN_THE_FIELD) else _("at the desk’s computer")


def _longest(words: str, known: Iterable[str]) -> str:
    return max((each for each in known if f"{words} ".startswith(f"{each} ")), key=len, default="")
