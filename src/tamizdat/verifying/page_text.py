"""What a post's page shows: the text of every element that says, by ``data-said``, that it holds the author's words.

::

    <div data-said="text"><span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote></div>
    <div data-said="translation en">…</div>

A browser shows what it reads, not what we read. So only pages count that nobody can read in two ways: tags of the form
of :data:`TAG` and text, no comments, every element closed in its turn; nothing inside these elements but plain ones,
nothing around them that could hide or move them when the page is read: no ``hidden``, ``style``, ``aria-hidden``,
``popover`` or ``inert``, nor any other attribute but those of :data:`PLAIN`. Whether a style sheet hides them is for
the edition's list of files to tell.

>>> said_on(b'<!doctype html><html><body><div data-said="text">2 &gt; 1 <b>RT @a:</b></div></body></html>')
[('text', '2 > 1 RT @a:')]
"""

import re

from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import shown

PLAIN = re.compile("class|id|lang|dir|aria-label(ledby)?|data-[a-z-]+")  #: attributes that neither hide nor move words
ATTRIBUTE = re.compile(r'[ \t\n]+([a-z][a-z0-9-]*)(?:="([^"<]*)")?')
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[ \t\n]+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)[ \t\n]*>')
DOCTYPE = "<!doctype html>"
AROUND = {"html", "body", "main", "article", "section", "div", "figure", "header"}  #: elements it may stand in
INSIDE = {"div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"}  #: that may stand in it
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NEVER = {"plaintext", "frameset", "template", "base"}  #: after these a browser reads on in its own way
REFERENCE = re.compile("&([^;&]{0,8};?)")
REFERENCES = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "#39;": "'", "#34;": '"', "#13;": "\r"}


def said_on(page: bytes) -> list[tuple[str, str]]:
    """Return each ``data-said`` of a page with its text; :class:`BadStatement` if it could be read otherwise."""
    try:
        written = page.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").removeprefix(DOCTYPE)
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a page in UTF-8, found bytes that are not UTF-8.") from error
    tags = list(TAG.finditer(written))
    count = written.count("<")
    _need(len(tags) == count, "nothing but tags in small letters and text", f"{count - len(tags)} other '<'")
    found: list[tuple[str, str]] = []
    stack: list[str] = []
    plain = [True]  # of each open element: whether nothing on it, or around it, hides or moves what is in it
    inside, text, before = 0, "", 0  # how many elements stood open where the words began
    for tag in tags:
        closes, name, attributes = tag.groups()
        if inside:
            text += written[before : tag.start()]
        before = tag.end()
        if closes:
            _need(bool(stack) and stack.pop() == name, "every element closed in its turn", f"</{name}>")
            plain.pop()
            if inside == len(stack) + 1:
                found[-1], inside = (found[-1][0], _resolved(text)), 0
            continue
        listed = ATTRIBUTE.findall(attributes)
        says = [value for each, value in listed if each == "data-said"]
        is_plain = plain[-1] and all(PLAIN.fullmatch(each) for each, _ in listed)
        _need(
            name not in NEVER and (not inside or (name in INSIDE and not says)), "plain elements in words", f"<{name}>"
        )
        if says:
            _need(
                name in INSIDE and AROUND.issuperset(stack) and len(says) == 1,
                "words in plain elements",
                f"<{'> <'.join([*stack, name])}>",
            )
            found.append((says[0], ""))
            inside, text = len(stack) + 1, ""
        _need(is_plain or not inside, "nothing on or around words that could hide them", f"<{name}{attributes}>")
        if name not in VOID:
            stack.append(name)
            plain.append(is_plain)
    _need(not stack, "every element closed", f"<{'> <'.join(stack)}>")
    return found


def _resolved(text: str) -> str:
    """*text* with its references resolved, of which only those count that a text needs."""

    def resolve(match: "re.Match[str]") -> str:
        _need(match[1] in REFERENCES, "no references but those that text needs", match[0])
        return REFERENCES[match[1]]

    return REFERENCE.sub(resolve, text)


def _need(holds: bool, expected: str, found: str) -> None:
    if not holds:
        raise BadStatement(f"Expected a page that can be read in one way only, with {expected}, found {shown(found)}.")
