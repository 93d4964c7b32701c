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

In a text without Chinese, Japanese or Korean letters people also write ``RT @mira`` and ``// @mira`` to speak *of* her.
There a marker without a colon counts only if it is an ``RT`` at the very beginning, or next to such a one, or if

* ``RT`` does not go on a clause: no word stands right before it in its line (if the text does not begin as just said);
* and words follow before the text ends: letters besides addresses, hashtags and handles.

>>> read_parts("I can't RT @mira but she is right").inner, read_parts("five o'clock // @ana @bo").inner
(None, None)

Nothing is thrown away: :meth:`Part.joined` gives back the text, character for character, whatever it was.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.text.late_pattern import late_pattern

MAX_DEPTH: Final = (
    100  #: markers that count; longer chains are no conversation, and what follows stays in the last part
)

_HANDLE: Final = r"(?P<{}>[\w·-]{{1,64}}(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,252}}[A-Za-z0-9])?)?)"
MARKER: Final = late_pattern(
    r"(?<![A-Za-z0-9_@/])(?P<how>[RrQqMm][Tt])\s*(?://\s*)?@" + _HANDLE.format("who") + r"\s*[:：∶]?\s*"
    r"|(?<!http:)(?<!https:)(?<!/)//\s*@" + _HANDLE.format("other") + r"(?:\s*[:：∶]\s*|\s+|$)"
)
#: Chinese, Japanese and Korean letters; where they are, every marker is one.
_EASTERN: Final = (
    "[\u1100-\u11ff\u3041-\u30ff\u3105-\u318e\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af]"
)
_CLAUSE: Final = late_pattern(r"(?<![\w@#/])[^\W\d_][\w'’]*[^\S\r\n]+\Z")  # a word and spaces, where a text ends
_UNSPOKEN: Final = late_pattern(r"(?:https?://|www\.)\S*|[@#][\w·.@-]*")  # addresses, handles, hashtags
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = 100  #: characters before a marker that are looked at; no word is longer


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


def read_parts(text: str, every: bool | None = None) -> Part:
    """Return the parts of *text*, nested.

    *every* marker counts, or those that Latin scripts want; by default the letters of *text* tell.
    """
    found = []
    for marker in MARKER.finditer(text):
        found.append(marker)
        if len(found) == MAX_DEPTH:
            break
    if found and not (has_eastern(text) if every is None else every):
        found = _spoken(text, found)
    return _nested(text, found)


def read_translation(text: str, original: str) -> Part:
    """Return the parts of a translation, nested: the markers that give the floor in the *original* give it here."""
    wanted = [(part.how, part.speaker) for part in read_parts(original).chain()][1:]
    found: list[re.Match[str]] = []
    for marker in MARKER.finditer(text):
        if len(found) == len(wanted):
            break
        if ((marker["how"] or "//").upper(), marker["who"] or marker["other"]) == wanted[len(found)]:
            found.append(marker)
    return _nested(text, found)


def _nested(text: str, markers: list[re.Match[str]]) -> Part:
    inner: Part | None = None
    end = len(text)
    for marker in reversed(markers):
        how = (marker["how"] or "//").upper()
        inner = Part(text[marker.end() : end], marker["who"] or marker["other"], how, marker[0], inner)
        end = marker.start()
    return Part(text[:end], inner=inner)


def has_eastern(text: str) -> bool:
    """Tell whether there are Chinese, Japanese or Korean letters in *text*, those of handles aside."""
    return _eastern().search(_UNSPOKEN.sub("", text)) is not None


@cache
def _eastern() -> re.Pattern[str]:  # compiled when it is needed: half of what it takes to import this module
    return re.compile(_EASTERN)


def _spoken(text: str, markers: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the markers that give the floor to another, in a text of Latin letters."""
    colon = [any(sign in marker[0][-8:] for sign in ":：∶") for marker in markers]
    sure, behind = list[bool](), len(text) - len(text.lstrip())  # where a chain begins, or goes on
    for marker, has_colon in zip(markers, colon, strict=True):
        sure.append(has_colon or (marker["how"] is not None and marker.start() == behind))
        behind = marker.end() if sure[-1] else -1
    kept: list[re.Match[str]] = []
    spoken, following = False, len(text)  # whether words were found between here and the end
    for at in range(len(markers) - 1, -1, -1):
        marker = markers[at]
        spoken = spoken or _LETTER.search(_UNSPOKEN.sub("", text[marker.end() : following])) is not None
        following = marker.start()
        without = sure[0] and not colon[0]  # whoever began the chain wrote no colons
        clause = marker["how"] and not without and _CLAUSE.search(text[max(0, following - _WORD) : following])
        if sure[at] or (spoken and not clause):
            kept.append(marker)
            spoken = True
    return kept[::-1]
