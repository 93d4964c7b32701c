r"""Paragraphs and lines that somebody typed between tags: WordPress makes elements of them when it shows a post.

>>> paragraphs("one <b>day</b>\n\nanother\nline")
'one <b>day</b><p>another<br>line'

In a post of its newer editor each paragraph is an element already, between comments; that is left as it is, and so are
the lines of ``pre``, and those beside an element that stands by itself.
"""

import re
from typing import Final

NEWER: Final = "<!-- wp:"
_BLOCK: Final = (
    r"(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|blockquote|pre|form|hr|address|math"
    r"|section|article|aside|header|footer|nav|figure|figcaption|details|summary|center|iframe|object|embed|br)"
)
_BEGINS: Final = re.compile(rf"</?{_BLOCK}\b", re.I)
_ENDS: Final = re.compile(rf"</?{_BLOCK}\b[^<>]*>", re.I)
_PRE: Final = re.compile(r"<(/?)(?:pre|script|style|textarea)\b", re.I)


def paragraphs(value: str) -> str:
    """Return HTML in which lines and paragraphs that were typed are elements."""
    if NEWER in value:
        return value
    made: list[str] = []
    within, blank, last = False, False, ""
    for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if within:
            made += ["\n", line]
        elif not line.strip():
            blank = True
            continue
        else:
            made += [_between(last, line.strip(), blank) if made else "", line]
        for found in _PRE.finditer(line):
            within = not found[1]
        blank, last = False, line.strip()
    return "".join(made)


def _between(before: str, after: str, blank: bool) -> str:
    """Return what stands between two lines that were typed, and perhaps a blank one."""
    if _BEGINS.match(after) or _ENDS.fullmatch(before, max(before.rfind("<"), 0)):
        return "\n"
    return "<p>" if blank else "<br>"
