"""The words of a package in one language of the interface, from the catalogue.

English stands in the code and in the templates; what nobody translated is shown in English.
"""

import unicodedata
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.text.catalogue import translations

#: languages in which a package is written: file name, language of the catalogue
LANGUAGES: Final = {"en": "en", "zh-Hans": "zh"}


@dataclass(frozen=True)
class Words:
    """gettext and ngettext in one language; values are named in the text: ``%(count)s``."""

    tag: str

    def gettext(self, message: str, **values: object) -> str:
        """Return *message* in this language, with *values* in it."""
        found = translations(LANGUAGES[self.tag]).gettext(message)
        return found % values if values else found

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form for *number* in this language, with ``%(count)s`` in it."""
        return translations(LANGUAGES[self.tag]).ngettext(one, many, number) % {"count": f"{number:,}"}


def written_from(text: str) -> str:
    """Return "rtl" or "ltr", by the first letter of *text* that has a direction: paper knows no ``dir="auto"``."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
