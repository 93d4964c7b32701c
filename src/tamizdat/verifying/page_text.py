"""What a post's page shows: the text of every element that says, by ``data-said``, that it holds the author's words.

::

    <div data-said="text"><span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote></div>
    <div data-said="translation en">…</div>

A browser shows what it reads, not what we read. So only pages count that nobody can read in two ways: tags of the form
of :data:`TAG` and text, no comments, every element closed in its turn; nothing inside these elements but plain ones,
nothing around them that could hide or move them when the page is read: no ``hidden``, ``style``, ``aria-hidden``,
``popover`` or ``inert``, nor any other attribute but those of :data:`PLAIN`. Whether a style sheet hides them is for
the edition's list of files to tell. Words inside ``<details>`` come out as ``covered``: only a post that its author
covered may have them there.

>>> said_on(b'<!doctype html><html><body><div data-said="text">2 &gt; 1 <b>RT @a:</b></div></body></html>')
[('text', '2 > 1 RT @a:')]
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import shown

PLAIN = re.compile("class|id|lang|dir|aria-label(ledby)?|data-[a-z-]+")  #: attributes that neither hide nor move words
ATTRIBUTE = re.compile(r'[ \t\n]+([a-z][a-z0-9-]*)(?:="([^"<]*)")?')
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[ \t\n]+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)[ \t\n]*>')
DOCTYPE = "<!doctype html>"
AROUND = {"html", "body", "main", "article", "section", "div", "figure", "header", "details"}  #: it may stand in
INSIDE = {"div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"}  #: that may stand in it
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NEVER = {"plaintext", "frameset", "template", "base"}  #: after these a browser reads on in its own way
SAID = "data-said"
PARTS = re.compile("\n(?=<(?:section|header|nav|li|footer)[ >])")  #: where a page is cut to be read, without the "\n"
SHORT = 1000  #: characters of a part that is remembered
REFERENCE = re.compile("&([^;&]{0,8};?)")
REFERENCES = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "#39;": "'", "#34;": '"', "#13;": "\r"}


def said_on(page: bytes) -> list[tuple[str, str]]:
    """Return each ``data-said`` of a page with its text; :class:`BadStatement` if it could be read otherwise."""
    try:
        written = page.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").removeprefix(DOCTYPE)
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a page in UTF-8, found bytes that are not UTF-8.") from error
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, str]] = []  # of each open element: its name and attributes
    inside, text = 0, ""  # how many elements stood open where the words began
    for part in _parts(written):
        for before, closes, name, attributes in () if part.says_nothing and not inside else part.tags:
            if inside:
                text += before
            if closes:
                _need(bool(stack) and stack.pop()[0] == name, "every element closed in its turn", f"</{name}>")
                if inside == len(stack) + 1:
                    found[-1], inside = (found[-1][0], _resolved(text)), 0
                continue
            if inside or name in NEVER or SAID in attributes:
                says = [value for each, value in ATTRIBUTE.findall(attributes) if each == SAID]
                plain_name = name not in NEVER and (not inside or (name in INSIDE and not says))
                _need(plain_name, "plain elements in words", f"<{name}>")
                around = [] if inside else [each for _, each in stack]  # inside words they were looked at already
                if says:
                    names = [each for each, _ in stack]
                    fits = name in INSIDE and AROUND.issuperset(names) and len(says) == 1
                    _need(fits, "words in plain elements", f"<{'> <'.join([*names, name])}>")
                    found.append((f"covered {says[0]}" if "details" in names else says[0], ""))
                    inside, text = len(stack) + 1, ""
                _need(
                    not inside or all(map(_is_plain, [*around, attributes])),
                    "nothing on or around words that could hide them",
                    f"<{name}{attributes}>",
                )
            if name not in VOID:
                stack.append((name, attributes))
        if inside:
            text += f"{part.rest}\n"
    _need(not stack, "every element closed", f"<{'> <'.join(name for name, _ in stack)}>")
    return found


class Part(NamedTuple):
    """Some lines of a page."""

    tags: list[tuple[str, str, str, str]]  #: the text before it; "/" if it closes, or ""; its name; its attributes
    rest: str  #: the text after the last one
    says_nothing: bool  #: every element in it is closed in it, and none tells anything of words


def _parts(written: str) -> list[Part]:
    """Return the parts of a page. Most of them are those of all other pages, and are read once."""
    parts = [_part_once(part) if len(part) <= SHORT else _part(part) for part in PARTS.split(written)]
    count = written.count("<")
    if sum(len(each.tags) for each in parts) != count:  # a tag may go on in the next part
        parts = [_part(written)]
        more = count - len(parts[0].tags)
        _need(not more, "nothing but tags in small letters and text", f"{more} other '<'")
    return parts


def _part(text: str) -> Part:
    *pieces, rest = TAG.split(text)
    tags = list(zip(pieces[0::4], pieces[1::4], pieces[2::4], pieces[3::4], strict=True))
    stack = ["the part"]
    for _, closes, name, attributes in tags:
        if name in NEVER or SAID in attributes or (closes and stack.pop() != name):
            return Part(tags, rest, False)
        if not closes and name not in VOID:
            stack.append(name)
    return Part(tags, rest, len(stack) == 1)


_part_once = lru_cache(maxsize=2000)(_part)


@lru_cache(maxsize=2000)
def _is_plain(attributes: str) -> bool:
    """Whether none of these attributes hides or moves what stands in the element."""
    return all(PLAIN.fullmatch(name) for name, _ in ATTRIBUTE.findall(attributes))


def _resolved(text: str) -> str:
    """*text* with its references resolved, of which only those count that a text needs."""

    def resolve(match: "re.Match[str]") -> str:
        _need(match[1] in REFERENCES, "no references but those that text needs", match[0])
        return REFERENCES[match[1]]

    return REFERENCE.sub(resolve, text)


def _need(holds: bool, expected: str, found: str) -> None:
    if not holds:
        raise BadStatement(f"Expected a page that can be read in one way only, with {expected}, found {shown(found)}.")
