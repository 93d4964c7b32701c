"""What a post's page shows: the text of every element that says, by ``data-said``, that it holds the author's words.

::

    <div data-said="text"><span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote></div>
    <div data-said="translation en">…</div>

A browser shows what it reads, not what we read. So only pages count that nobody can read in two ways: tags of the form
of :data:`TAG` and text, no comments, every element closed in its turn; nothing inside these elements but plain ones,
nothing around them that could hide or move them when the page is read. Whether a style hides them, no reader of files
can tell.

>>> said_on(b'<!doctype html><html><body><div data-said="text">2 &gt; 1 <b>RT @a:</b></div></body></html>')
[('text', '2 > 1 RT @a:')]
"""

import re

from tamizdat.errors import BadStatement

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
    """Each ``data-said`` of a page with its text; :class:`BadStatement` for one that could be read otherwise."""
    try:
        written = page.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").removeprefix(DOCTYPE)
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a page in UTF-8, found other bytes.") from error
    tags = list(TAG.finditer(written))
    _need(len(tags) == written.count("<"), "plain tags and text alone")
    found: list[tuple[str, str]] = []
    stack: list[str] = []
    inside, text, before = 0, "", 0  # how many elements stood open where the words began
    for tag in tags:
        closes, name, attributes = tag.groups()
        if inside:
            text += written[before : tag.start()]
        before = tag.end()
        if closes:
            _need(bool(stack) and stack.pop() == name, "every element closed in its turn")
            if inside == len(stack) + 1:
                found[-1], inside = (found[-1][0], _resolved(text)), 0
            continue
        says = []
        if "data-said" in attributes:
            says = [value for each, value in ATTRIBUTE.findall(attributes) if each == "data-said"]
        _need(name not in NEVER and (not inside or (name in INSIDE and not says)), "plain elements inside words")
        if says:
            _need(name in INSIDE and AROUND.issuperset(stack) and len(says) == 1, "words in plain elements")
            found.append((says[0], ""))
            inside, text = len(stack) + 1, ""
        if name not in VOID:
            stack.append(name)
    _need(not stack, "every element closed")
    return found


def _resolved(text: str) -> str:
    """*text* with its references resolved, of which only those count that a text needs."""

    def resolve(match: "re.Match[str]") -> str:
        _need(match[1] in REFERENCES, "no references but those that text needs")
        return REFERENCES[match[1]]

    return REFERENCE.sub(resolve, text)


def _need(holds: bool, expected: str) -> None:
    if not holds:
        raise BadStatement(f"Expected a page that can be read in one way only, with {expected}; found another.")
