r"""XML that breaks the rules, made well formed: what every reader of feeds reads, and expat does not.

::

    \\n<?xml …?><rss>…                          the white space goes
    school&rsquo;s gate &amp;c & names           school&#8217;s gate &amp;c &amp; names     HTML's own names only
    U+001F, &#31;                                U+FFFD
    <description><p>one<br>two</description>     <description><p>one<br/>two</p></description>

What a document type declares is left out with it, so nothing is ever expanded or fetched; a reference to it stays as it
is written. On XML that is well formed this changes nothing that could be seen, so that an entry alone (its bytes and
the start tags around it) is read as it is within its feed.

Every character is looked at a bounded number of times; where text was replaced is noted (:attr:`Mended.edits`), so that
places can be told in the file as it came. Each note takes a few hundred bytes, and a file of nothing but faults would
take all memory: behind :data:`MAX_EDITS` of them nothing is read.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import field
from functools import lru_cache
from html.entities import html5
from operator import itemgetter
from typing import Final

from tamizdat.dataclass import dataclass

MAX_OPEN: Final = 60  #: elements open in one another; the tags of deeper ones are left out
MAX_TAG: Final = 1 << 20  #: characters of attributes; of more none is kept
MAX_EDITS: Final = 1_000_000  #: replacements; a real feed that is all wrong has one in a hundred characters
ENTRIES: Final = ("item", "entry")
VOID: Final = frozenset(["br", "hr", "img", "input", "wbr", "col", "embed", "area", "track"])
ENDS_ITSELF: Final = frozenset(["p", "li", "td", "tr", "dt", "dd", "option"])
NAMED: Final = {name[:-1]: value for name, value in html5.items() if name.endswith(";")}
PREDEFINED: Final = frozenset(["amp", "lt", "gt", "quot", "apos"])

_NAME: Final = r"[A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?"
_CONTROLS: Final = "\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff"
_BEGINNING: Final = re.compile(r"<\?xml[\s-]|<!DOCTYPE|<!--|<(?:[\w.-]{1,64}:)?(?:rss|feed|rdf|entry|opml)[\s>/]", re.I)
_TOKEN: Final = re.compile(rf"[<&\]{_CONTROLS}]")  # one set: searching for alternatives is slow
_CONTROL: Final = re.compile(f"[{_CONTROLS}]")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,9}+)|#[xX]([0-9A-Fa-f]{1,8}+)|([A-Za-z][A-Za-z0-9]{0,40}+));")
_AMPERSAND: Final = re.compile(rf"{_REFERENCE.pattern}|&|[{_CONTROLS}]")
_START: Final = re.compile(r"<([A-Za-z_][\w.:-]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.A)
_END: Final = re.compile(r"</([A-Za-z_][\w.:-]*+)[^<>]*+>", re.A)
_SOUND: Final = re.compile(rf"(?:\s++{_NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+/?", re.A)
_ATTRIBUTE: Final = re.compile(rf"({_NAME})(?:\s*+=\s*+(\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>]++))?", re.A)
_NAMES: Final = re.compile(rf"({_NAME})\s*+=", re.A)
_WHOLE_NAME: Final = re.compile(_NAME, re.A)
_DECLARES: Final = re.compile(r"<!ENTITY\s+[^%\s]\S*\s+(?:SYSTEM|PUBLIC|\"[^\"]*&|'[^']*&)")
_INNER_END: Final = re.compile(r"\]\s*>")

_FROM: Final = itemgetter(0)

KINDS: Final = {
    "space": "white space before its beginning",
    "junk": "text before its beginning",
    "type": "a document type that declares entities; none was expanded",
    "hostile": "a document type whose entities lead to others or to files; none was expanded",
    "named": "HTML's names for characters",
    "control": "control characters",
    "ampersand": "a bare &",
    "angle": "a bare <",
    "tag": "a tag that breaks the rules",
    "open": "an element that is not closed",
    "closed": "an end tag without its element",
    "deep": "elements deeper than any feed has",
    "many": "more places that break the rules than are mended; what stands behind them is not read",
}


@dataclass
class Mended:
    """Text that is well formed; *told* how often what was mended (:data:`KINDS`), and where first, in the original."""

    text: str = ""
    edits: list[tuple[int, int, int, int]] = field(default_factory=list)  #: from, to here; from, to in the original
    told: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    end: int = 0  #: from here on nothing stands but end tags that the original lacks
    whole: bool = True  #: its outermost element was closed, or nothing but its end tag was missing

    def is_untouched(self, start: int, end: int) -> bool:
        """Tell whether what is here between two positions is the original's, character for character."""
        after = bisect_right(self.edits, end - 1, key=_FROM)
        return not after or self.edits[after - 1][1] <= start

    def start(self, position: int) -> int:
        """Return where in the original begins what is here at *position*."""
        at = bisect_right(self.edits, position, key=_FROM) - 1
        if at < 0:
            return position
        _, until, begun, ended = self.edits[at]
        return begun if position < until else ended + position - until

    def stop(self, position: int) -> int:
        """Return where in the original ends what ends here before *position*."""
        at = bisect_right(self.edits, position - 1, key=_FROM) - 1
        if at < 0:
            return position
        _, until, _, ended = self.edits[at]
        return ended + max(0, position - until)


def mend(text: str, most: int = MAX_EDITS) -> Mended:
    """Return *text* made well formed, up to where *most* places were; what stands before its beginning is left out."""
    return _Mending(text, most).run()


class _Mending:
    def __init__(self, text: str, most: int) -> None:
        self._text, self._most = text, most
        self._pieces: list[str] = []
        self._length = 0
        self._at = 0  #: up to here the original was copied
        self._stack: list[str] = []
        self._open = Counter[str]()
        self._left_out = Counter[str]()
        self._made = Mended()
        self._ended = self._rooted = False
        self._absent: set[str] = set()  #: what was looked for and does not stand in the rest

    def run(self) -> Mended:
        text, made, at = self._text, self._made, 0
        if found := _BEGINNING.search(text):
            junk = text[: found.start()]
            if junk.strip("\ufeff"):
                self._replace(0, len(junk), "", "junk" if junk.strip("\ufeff \t\r\n") else "space")
            at = found.start()
        while found := _TOKEN.search(text, at):
            if len(made.edits) >= self._most:
                self._tell("many", found.start())
                text = text[: found.start()]
                break
            at = self._token(found.start())
        self._copy(len(text))
        made.end = self._length
        made.whole = self._ended or len(self._stack) <= 1
        self._emit("".join(f"</{name}>" for name in reversed(self._stack)))
        made.text = "".join(self._pieces)
        return made

    # -- writing ---------------------------------------------------------------------------------------------

    def _emit(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _copy(self, end: int) -> None:
        self._emit(self._text[self._at : end])
        self._at = end

    def _replace(self, start: int, end: int, by: str, kind: str = "", times: int = 1) -> None:
        self._copy(start)
        begun = self._length
        self._emit(by)
        self._at = end
        self._made.edits.append((begun, self._length, start, end))
        if kind:
            self._tell(kind, start, times)

    def _tell(self, kind: str, start: int, times: int = 1) -> None:
        self._made.told[kind] += times
        self._made.first.setdefault(kind, start)

    def _find(self, text: str, at: int) -> int:
        if text in self._absent:
            return -1
        found = self._text.find(text, at)
        if found < 0:
            self._absent.add(text)
        return found

    # -- tokens: each returns where reading goes on ------------------------------------------------------------

    def _token(self, at: int) -> int:
        text = self._text
        match text[at]:
            case "<":
                return self._tag(at)
            case "&":
                return self._reference(at)
            case "]":
                if not text.startswith("]]>", at):
                    return at + 1
                self._replace(at, at + 3, "]]&gt;", "angle")
                return at + 3
        self._replace(at, at + 1, "\ufffd", "control")
        return at + 1

    def _tag(self, at: int) -> int:
        text = self._text
        match text[at + 1 : at + 2]:
            case "/":
                return self._end(at)
            case "?":
                return self._left(at, "?>")
            case "!":
                if text.startswith("<![CDATA[", at):
                    return self._section(at)
                return self._left(at, "-->") if text.startswith("<!--", at) else self._declaration(at)
        return self._start(at)

    def _left(self, at: int, end: str) -> int:
        """Leave out a comment or an instruction; nothing in them is said to readers."""
        found = self._find(end, at + 2)
        if found < 0:
            self._replace(at, at + 1, "&lt;", "angle")
            return at + 1
        self._replace(at, found + len(end), "")
        return found + len(end)

    def _section(self, at: int) -> int:
        start, end = at + 9, self._find("]]>", at + 9)
        inner = self._text[start : end if end >= 0 else len(self._text)]
        for found in _CONTROL.finditer(inner):
            self._replace(start + found.start(), start + found.end(), "\ufffd", "control")
        if end < 0:
            self._replace(len(self._text), len(self._text), "]]>")
            return len(self._text)
        return end + 3

    def _declaration(self, at: int) -> int:
        text = self._text
        if text[at : at + 9].upper() != "<!DOCTYPE":
            found = self._find(">", at)
            if found < 0:
                self._replace(at, at + 1, "&lt;", "angle")
                return at + 1
            self._replace(at, found + 1, "", "tag")
            return found + 1
        angle = self._find(">", at)
        if angle < 0:
            self._replace(at, at + 1, "&lt;", "angle")
            return at + 1
        end = angle + 1
        bracket = text.find("[", at, angle)
        if bracket >= 0 and "inner end" not in self._absent:
            closing = _INNER_END.search(text, bracket)
            end = closing.end() if closing else end
            self._absent.update(() if closing else ("inner end",))
            inner = text[bracket:end]
            if "<!ENTITY" in inner:
                self._tell("hostile" if _DECLARES.search(inner) else "type", at)
        self._replace(at, end, "")
        return end

    def _reference(self, at: int) -> int:
        found = _REFERENCE.match(self._text, at)
        end = found.end() if found else at + 1
        by, kind = _resolved(found)
        if kind:
            self._replace(at, end, by, kind)
        return end

    # -- tags ------------------------------------------------------------------------------------------------

    def _start(self, at: int) -> int:
        found = _START.match(self._text, at)
        local = _local(found[1]) if found else ""
        if found is None or not local:
            return self._bare(at)
        name, rest, end = found[1], found[2], found.end()
        alone = rest.endswith("/")
        if not self._rooted:
            self._begin(at)
        if local in ENDS_ITSELF or local in ENTRIES:
            self._close_before(name, local, at)
        if len(self._stack) >= MAX_OPEN and not alone:
            self._left_out[name] += 1
            self._replace(at, end, "", "deep")
            return end
        void = local in VOID and not alone
        if len(rest) > MAX_TAG:
            rest = "/" if alone else ""
            self._replace(at, end, f"<{name}{rest}>", "tag")
        written = _attributes(rest, void) if rest or void else rest
        if written != rest:
            self._replace(at, end, f"<{name}{written}>", "tag" if not void else "")
            if void:
                self._tell("tag", at)
        if not alone and not void:
            self._stack.append(name)
            self._open[name] += 1
        return end

    def _begin(self, at: int) -> None:
        """Leave out what stands before the first element."""
        junk = "".join(self._pieces) + self._text[self._at : at]
        if junk.strip("\ufeff \t\r\n"):
            self._tell("junk", 0)
        self._pieces, self._length, self._at, self._rooted = [], 0, at, True
        self._made.edits = [(0, 0, 0, at)] if at else []

    def _bare(self, at: int) -> int:
        """Take a ``<`` for what it is where no tag begins; the last one may be of a tag that was cut."""
        self._replace(at, at + 1, "&lt;", "angle" if self._find(">", at) >= 0 else "")
        return at + 1

    def _close_before(self, name: str, local: str, at: int) -> None:
        """Close what ends where another of its kind begins: a paragraph of HTML, and an entry that nothing closed."""
        if local in ENDS_ITSELF and self._stack and self._stack[-1] == name:
            self._pop(1, at)
        elif local in ENTRIES and self._open[name]:
            self._pop(len(self._stack) - self._index(name), at)

    def _end(self, at: int) -> int:
        last = self._stack[-1] if len(self._stack) > 1 and not self._left_out else ""
        if last and self._text.startswith(f"{last}>", at + 2):  # nearly all are as they should be
            self._open[self._stack.pop()] -= 1
            return at + 3 + len(last)
        found = _END.match(self._text, at)
        if found is None:
            return self._bare(at)
        name, end = found[1], found.end()
        if len(self._stack) > 1 and self._stack[-1] == name and self._text[end - 2] != " " and not self._left_out:
            self._open[self._stack.pop()] -= 1
            return end
        if not self._open[name] or self._left_out[name]:
            self._replace(at, end, "", "" if name.lower() in VOID or self._left_out[name] else "closed")
            self._left_out[name] -= self._left_out[name] > 0
            return end
        index = self._index(name)
        if index == 0 and name.rpartition(":")[2].lower() not in ENTRIES:  # what follows its end belongs to it too
            self._pop(len(self._stack) - 1, at)
            self._ended = True
            self._replace(at, end, "")
            return end
        if index < len(self._stack) - 1:
            self._pop(len(self._stack) - 1 - index, at)
        self._open[self._stack.pop()] -= 1
        if self._text[at:end] != f"</{name}>":
            self._replace(at, end, f"</{name}>")
        return end

    def _index(self, name: str) -> int:
        return next(at for at in reversed(range(len(self._stack))) if self._stack[at] == name)

    def _pop(self, number: int, at: int) -> None:
        if number:
            closed = [self._stack.pop() for _ in range(number)]
            self._open.subtract(closed)
            self._replace(at, at, "".join(f"</{name}>" for name in closed), "open", number)


@lru_cache(1 << 10)
def _local(name: str) -> str:
    """Return the name of an element without its prefix, in lower case; "" if it is no name."""
    return name.rpartition(":")[2].lower() if _WHOLE_NAME.fullmatch(name) else ""


def _resolved(found: re.Match[str] | None) -> tuple[str, str]:
    """Return what is written for a reference, and of which kind the mending is; "" if it may stay."""
    if found is None:
        return "&amp;", "ampersand"
    decimal, hexadecimal, name = found[1], found[2], found[3]
    if name:
        if name in PREDEFINED:
            return "", ""
        known = NAMED.get(name)
        return ("".join(f"&#{ord(each)};" for each in known), "named") if known else (f"&amp;{name};", "ampersand")
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if not decimal and found[0][2] == "X":  # which XML writes small
        return (f"&#{number};", "tag") if _is_sound(number) else ("\ufffd", "control")
    return ("", "") if _is_sound(number) else ("\ufffd", "control")


def _is_sound(number: int) -> bool:
    """Tell whether XML has a character of this number."""
    return number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number <= 0xFFFD or 0xFFFF < number < 0x110000


def _attributes(rest: str, void: bool) -> str:
    """Return what stands behind a start tag's name as XML wants it, unchanged if it is that already."""
    if not _SOUND.fullmatch(rest) or len(names := _NAMES.findall(rest)) != len(set(names)):
        alone = "/" if rest.endswith("/") else ""
        pairs: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(rest.removesuffix("/")):
            bare = value[1:-1] if value[:1] in ('"', "'") and value else value
            pairs.setdefault(name, bare.replace('"', "&quot;"))
        rest = "".join(f' {name}="{value}"' for name, value in pairs.items()) + alone
    if "&" in rest or _CONTROL.search(rest):
        rest = _AMPERSAND.sub(_of_attribute, rest)
    return f"{rest}/" if void else rest


def _of_attribute(found: re.Match[str]) -> str:
    if not found[0].startswith("&"):
        return "\ufffd"
    by, kind = _resolved(found if len(found[0]) > 1 else None)
    return by if kind else found[0]
