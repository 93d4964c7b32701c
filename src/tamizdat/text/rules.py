"""Which characters a text may hold that a person types: the same for every text, and through every door.

A caption, a translation, a note, a reason, a tag, a name on the list, a term of the glossary: each is reviewed by eye,
signed byte by byte and read by strangers in many programs. So what is seen must be what is stored, and nothing in a
text may reach beyond it. Every script, sign and emoji is welcome; refused is

==============================  =====================================================================================
control characters              they are no text, and command terminals. A text of several lines has line feeds and
                                tabs; the line ends of other systems become line feeds
unpaired surrogates             halves of characters, which UTF-8 cannot hold
U+2028, U+2029                  line ends to some programs and none to others; a line feed is one to all
embeddings, overrides           U+202A to U+202E. An override turns letters around ("gpj.exe" reads "exe.jpg"), and
                                both go on into what stands behind them. Isolates have replaced them (Unicode 6.3)
isolates left open              U+2066 to U+2069. Closed on their line they are what careful people write around a
                                word of another direction; left open they take the rest of the page along
what hides words                tag characters that are no end of a flag (🏴 and a region), interlinear annotation,
                                deprecated format controls (U+206A to U+206F), code points that are no characters; more
                                than three in a row of what is not seen: each of 256 variation selectors can be a byte
==============================  =====================================================================================

What Persian, Arabic, Hebrew, the scripts of India, Khmer or Thai need stays: ZWNJ and ZWJ (U+200C, U+200D),
LRM, RLM and ALM (U+200E, U+200F, U+061C), which turn no letter and end where they stand, closed isolates, zero-width
spaces and word joiners, variation selectors.

This is for what is typed now. What was stated before this rule, and what others wrote and we captured, stays as it is.
"""

import re
from collections.abc import Sequence
from typing import Final

from tamizdat.errors import UsageError

ISOLATES: Final = "\u2066\u2067\u2068"  #: LRI, RLI, FSI
REPLACEMENT: Final = "\ufffd"  #: stands for what is not shown
POP: Final = "\u2069"  #: PDI, which closes each of them

_NEVER: Final = "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
#: characters that nobody sees and some script needs: soft hyphen, joiners, spaces of no width, variation selectors
UNSEEN: Final = "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_LINE_ENDS: Final = re.compile("\r\n?")
_COPIED: Final = "Delete it, or type that part anew: it came along when the text was copied."
_DIRECTION: Final = (
    "Delete it: each script runs its own way by itself, and a right-to-left mark (U+200F) or left-to-right mark "
    "(U+200E) puts a sign on the right side."
)
#: what is refused → what was expected, and what to do
_REFUSED: Final = {
    re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]"): ("text without control characters", _COPIED),
    re.compile("[\ud800-\udfff]"): ("whole characters, no unpaired surrogate", "Type that character anew."),
    re.compile("[\u2028\u2029]"): ("line feeds as line ends", "Delete it and press Enter there."),
    re.compile("[\u202a-\u202e]"): (
        "text without direction embeddings and overrides, which turn around what is behind them",
        _DIRECTION,
    ),
    re.compile(f"[\u206a-\u206f\ufdd0-\ufdef\ufff9-\ufffb\U000e0000-\U000e007f{_NEVER}]"): (
        "text without characters that nobody sees and that can hide words",
        _COPIED,
    ),
    re.compile(f"[{UNSEEN}]{{4,}}"): ("at most three characters in a row that nobody sees", _COPIED),
}


def checked_choice(what: str, value: str, allowed: Sequence[str]) -> str:
    """Return *value* if it is one of the words *allowed*.

    *what* it chooses is named in the message. Raises :class:`UsageError`.
    """
    if value not in allowed:
        raise UsageError(f"Expected a {what} that is one of {', '.join(allowed)}, found {value!r}.")
    return value


def checked_text(what: str, text: str, longest: int, *, lines: bool = False) -> str:
    """Return *text*, its line ends as line feeds, if it is at most *longest* characters that a person may type.

    *what* names the text in the message, which never repeats its words. With *lines* it may have several, and tabs.
    Raises :class:`UsageError`.
    """
    text = _LINE_ENDS.sub("\n", text)
    if len(text) > longest:
        raise UsageError(f"{what}: expected at most {longest:,} characters, found {len(text):,}. Shorten it.")
    if not lines and "\n" in text:
        raise UsageError(f"{what}: expected one line, found {text.count(chr(10)) + 1}. Put it on one line.")
    if not lines and "\t" in text:
        raise _refusal(what, text.index("\t"), "\t", "one line without tabs", "Put a space there.")
    visible = _FLAG.sub(lambda flag: "-" * len(flag[0]), text)
    for refused, (expected, advice) in _REFUSED.items():
        if found := refused.search(visible):
            raise _refusal(what, found.start(), found[0][0], expected, advice)
    _check_isolates(what, text)
    return text


def visible_text(text: str) -> str:
    """Return what others wrote with everything that may not be typed as U+FFFD, and line feeds as line ends.

    A form feed is a line feed; isolates are left out altogether if any of a line is left open.
    """
    text = _LINE_ENDS.sub("\n", text.replace("\f", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n"))
    for refused in _REFUSED:
        text = refused.sub(REPLACEMENT, text)
    lines = text.split("\n") if any(each in text for each in (*ISOLATES, POP)) else []
    return "\n".join(map(_closed, lines)) if lines else text


def _closed(line: str) -> str:
    """Return *line*, without its isolates if they are not closed on it."""
    depth = 0
    for letter in line:
        depth += (letter in ISOLATES) - (letter == POP)
        if depth < 0:
            break
    return line if depth == 0 else "".join(letter for letter in line if letter not in ISOLATES and letter != POP)


def _check_isolates(what: str, text: str) -> None:
    opened: list[int] = []
    for at, letter in enumerate(text):
        if letter in ISOLATES:
            opened.append(at)
        elif letter == POP and not opened:
            raise _refusal(what, at, letter, "isolates that begin and end on one line", "Delete it: it closes nothing.")
        elif letter == POP:
            opened.pop()
        elif letter == "\n" and opened:
            break
    if opened:
        at = opened[-1]
        advice = "Close it on the same line (U+2069), or delete it."
        raise _refusal(what, at, text[at], "isolates that begin and end on one line", advice)


def _refusal(what: str, at: int, letter: str, expected: str, advice: str) -> UsageError:
    """Return the error that tells which character was found and where, counted from one."""
    return UsageError(f"{what}: expected {expected}, found U+{ord(letter):04X} as character {at + 1:,}. {advice}")
