"""What the scripts of the site say, in a language that is not written in them.

``words/<language>.js`` is loaded by every page; ``words/<language>-broken.js``, why a link of the check is broken, is
where one is.
"""

import json
from typing import Final

from tamizdat.publishing.site.l10n import EVERYWHERE, nearest
from tamizdat.publishing.site.renderer import prefix
from tamizdat.text.catalogue import BROKEN, script_messages
from tamizdat.text.dates import day_pattern, month_names

NAME: Final = "tamizdatWording"  #: the window's, where the scripts find it
SPOKEN: Final = "zh"  #: verify.js itself says in it why a link is as it is
NAME_OF_BROKEN: Final = "tamizdatBroken"  #: the same of why links are broken


def script_words(language: str) -> bytes:
    """Return the script that gives ``page.js`` and ``search.js`` their words in *language*.

    They look them up by the English; what is not translated is said in English. A day is written by the order and the
    months that Python writes it with. *instead* is the folder of the pages that a link leads to where there is none.
    """
    facts = {
        "says": {english: said for english, said in script_messages(language).items() if not BROKEN.match(english)},
        "day": day_pattern(language),
        "months": month_names(language),
        "instead": None if language in EVERYWHERE else prefix(nearest(language)),
    }
    return _assigned(NAME, facts)


def broken_words(language: str) -> bytes:
    """Return the script that gives ``page.js`` the reasons for which links are broken, by the English; some lack."""
    reasons = {english: said for english, said in script_messages(language).items() if BROKEN.match(english)}
    return _assigned(NAME_OF_BROKEN, reasons)


def _assigned(name: str, value: object) -> bytes:
    return f"window.{name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n".encode()
