"""``words/<language>.js``: what the scripts of the site say, in a language that is not written in them."""

import json
from typing import Final

from tamizdat.publishing.site.l10n import EVERYWHERE, nearest
from tamizdat.publishing.site.renderer import prefix
from tamizdat.text.catalogue import script_messages
from tamizdat.text.dates import day_pattern, month_names

NAME: Final = "tamizdatWording"  #: the window's, where the scripts find it


def script_words(language: str) -> bytes:
    """Return the script that gives ``page.js`` and ``search.js`` their words in *language*.

    They look them up by the English; what is not translated is said in English. A day is written by the order and the
    months that Python writes it with. *instead* is the folder of the pages that a link leads to where there is none.
    """
    facts = {
        "says": dict(script_messages(language)),
        "day": day_pattern(language),
        "months": month_names(language),
        "instead": None if language in EVERYWHERE else prefix(nearest(language)),
    }
    return f"window.{NAME} = {json.dumps(facts, ensure_ascii=False, separators=(',', ':'))};\n".encode()
