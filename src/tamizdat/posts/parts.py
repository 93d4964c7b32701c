"""Who speaks in a chain of reposts made by hand.

Before platforms could quote, people did it by writing, and Chinese and other posts still do::

    “没有了 RT @wang: 谁知道？ RT @li: 五年了”      each marker gives the floor to the next one, to the left of
    “顶 //@wang：谁知道？//@li:五年了”              whom stands what was said about it

So a text is a *part*, spoken by the author, that may hold one inner part, spoken by another, and so on:

>>> part = read_parts("没有了 RT @wang: 谁知道？//@li:五年了")
>>> [(each.how, each.speaker, each.text) for each in part.chain()]
[('', '', '没有了 '), ('RT', 'wang', '谁知道？'), ('//', 'li', '五年了')]
>>> part.inner.lead
'RT @wang: '

Grammar (``i`` ignoring the case of ASCII letters)::

    text    = words *( marker words )
    marker  = ( ( "RT" / "QT" / "MT" )i *ws [ "//" *ws ] "@" handle *ws [ colon ] *ws )   not after [A-Za-z0-9_@/]
            / ( "//" *ws "@" handle *ws ( colon / 1*ws / end ) *ws )               not after "http:", "https:", "/"
    handle  = 1*64( letter / digit / "_" / "-" / "·" ) [ "@" host ]                        any script
    colon   = ":" / "：" / "∶"

Nothing is thrown away: :meth:`Part.joined` gives back the text, character for character, whatever it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = (
    100  #: markers that count; longer chains are no conversation, and what follows stays in the last part
)

_HANDLE: Final = r"(?P<{}>[\w·-]{{1,64}}(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,252}}[A-Za-z0-9])?)?)"
MARKER: Final = re.compile(
    r"(?<![A-Za-z0-9_@/])(?P<how>[RrQqMm][Tt])\s*(?://\s*)?@" + _HANDLE.format("who") + r"\s*[:：∶]?\s*"
    r"|(?<!http:)(?<!https:)(?<!/)//\s*@" + _HANDLE.format("other") + r"(?:\s*[:：∶]\s*|\s+|$)"
)


@dataclass(frozen=True)
class Part:
    """What one person says. *lead* is the marker as it stands there, *how* its kind (RT, QT, MT, // or none)."""

    text: str
    speaker: str = ""  #: the handle in the marker; empty: the author of the post
    how: str = ""
    lead: str = ""
    inner: "Part | None" = None

    def chain(self) -> Iterator["Part"]:
        """Yield this part and those inside it, from the author inwards."""
        part: Part | None = self
        while part is not None:
            yield part
            part = part.inner

    def joined(self) -> str:
        """Return the text; the inverse of :func:`read_parts`."""
        return "".join(f"{part.lead}{part.text}" for part in self.chain())


def read_parts(text: str) -> Part:
    """Return the parts of *text*, nested."""
    found = []
    for marker in MARKER.finditer(text):
        found.append(marker)
        if len(found) == MAX_DEPTH:
            break
    inner: Part | None = None
    end = len(text)
    for marker in reversed(found):
        how = (marker["how"] or "//").upper()
        inner = Part(text[marker.end() : end], marker["who"] or marker["other"], how, marker[0], inner)
        end = marker.start()
    return Part(text[:end], inner=inner)
