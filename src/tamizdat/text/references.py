r"""HTML's character references, in text that anybody wrote.

>>> resolve_references("&lt;Pema&#62; &amp;amp; &#0000000065; &#999999999;")
'<Pema> &amp; A \ufffd'
"""

import html
import re
from typing import Final

#: ``&#`` and so many zeros or digits that ``int`` refuses them (4,300), or that no character has
_ZEROS: Final = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER: Final = re.compile(r"&#[1-9][0-9]{8,};?")


def resolve_references(text: str) -> str:
    """Return *text* with its references resolved, each once; U+FFFD for a number that no character has."""
    if "&" not in text:
        return text
    return html.unescape(_NO_CHARACTER.sub("\ufffd", _ZEROS.sub("&#", text)))
