"""The languages of the site: one for each file of the catalogue, and which of them a tag's words belong to."""

from collections.abc import Mapping
from typing import Final

from tamizdat.text.catalogue import interface_tags
from tamizdat.text.languages import is_traditional, primary_subtag

TAGS: Final[Mapping[str, str]] = interface_tags()  #: BCP 47, for ``lang`` and ``hreflang``
LANGUAGES: Final = tuple(TAGS)  #: the first one has the pages at the root, the others a folder each
EVERYWHERE: Final = ("en", "zh")  #: every page is there in these; in others, what has words in them, and the rooms
#: whose page a link leads to where there is none in the language itself; it is the first of all where nothing is said
NEAREST: Final[Mapping[str, str]] = {"zh-Hant": "zh"}


def is_written_in(tag: str, language: str) -> bool:
    """Tell whether words in the language of *tag* are in *language*, one of :data:`LANGUAGES` or any first subtag.

    >>> is_written_in("zh-Hans", "zh"), is_written_in("zh-TW", "zh-Hant"), is_written_in("zh", "zh-Hant")
    (True, True, False)
    """
    if primary_subtag(tag) != primary_subtag(language):
        return False
    return language != "zh-Hant" or is_traditional(tag)


def nearest(language: str) -> str:
    """Return the language whose page stands in for one that is not there in *language*."""
    return NEAREST.get(language, LANGUAGES[0])
