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

from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import shown

PLAIN = re.compile("class|id|lang|dir|aria-label(ledby)?|data-[a-z-]+")  #: attributes that neither hide nor move words
ATTRIBUTE = re.compile(r'[ \t\n]+([a-z][a-z0-9-]*)(?:="([^"<]*)")?')
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[ \t\n]+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)[ \t\n]*>')
DOCTYPE = b"<!doctype html>"
AROUND = {  # it may stand in
    "html", "body", "main", "article", "section", "div", "figure", "header", "details", "h1", "h2"}  # fmt: skip
INSIDE = {"div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"}  #: that may stand in it
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NEVER = {"plaintext", "frameset", "template", "base"}  #: after these a browser reads on in its own way
SAID = "data-said"
KEPT = 50_000  #: letters of the tags of a page, values left out, up to which pages of one kind are judged once
REFERENCE = re.compile("&([^;&]{0,8};?)")
REFERENCES = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "#39;": "'", "#34;": '"', "#13;": "\r"}


def said_on(page: bytes) -> list[tuple[str, str]]:
    """Return each ``data-said`` of a page with its text; :class:`BadStatement` if it could be read otherwise."""
    try:
        page.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a page in UTF-8, found bytes that are not UTF-8.") from error
    page = page.removeprefix(DOCTYPE)
    if b"\r" in page:
        page = page.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _simply(page) or _tag_by_tag(page.decode())


def _simply(page: bytes) -> list[tuple[str, str]]:
    """Return the same of an ordinary page that says something, by what it has in common with others; else nothing.

    If its "<" and ">" take turns, texts and tags do, cut before each "<" and after each ">": so every second piece is
    a tag and ends in the one ">" that it has, and there are no others. Without the values of attributes, which stand
    between quotation marks in turn, most pages have the same tags.
    """
    pieces = page.replace(b">", b"><").split(b"<")
    tags, texts = pieces[1::2], pieces[2::2]
    between = b"<".join(tags).split(b'"')
    outline = b'"'.join(between[::2])
    count, places = _places(outline) if len(outline) <= KEPT else (0, [])
    # Otherwise a text has a ">", or a value goes on in the next tag, or in the last one never ends.
    if not count == len(tags) == page.count(b">") or len(between) % 2 == 0:
        return []
    return [
        (covered + between[says].decode(), _resolved(b"".join(texts[start:end]).decode()))
        for covered, says, start, end in places
    ]


@lru_cache(maxsize=500)  # of outlines that are KEPT: a site made to fill the memory fills 50 MB
def _places(tags: bytes) -> tuple[int, list[tuple[str, int, int, int]]]:
    """Return the number of tags, and which texts between them are words: those of a page that says numbers only.

    Its values are numbers, too: which piece between quotation marks tells what the words are.
    """
    first, *others = tags.decode().split('"')
    each = "".join([first, *(f'"{2 * place + 1}"{other}' for place, other in enumerate(others))]).split("<")
    try:
        _need(all(tag.find(">") == len(tag) - 1 for tag in each), "one '>' for each '<'", "more or fewer")
        found = _tag_by_tag("".join(f"<{tag}{number} " for number, tag in enumerate(each)))
        words = [(*says.rpartition(" "), [int(number) for number in text.split()]) for says, text in found]
        return len(each), [(covered + gap, int(says), row[0], row[-1] + 1) for covered, gap, says, row in words]
    except (BadStatement, ValueError):  # the latter of a data-said without a value
        return len(each), []


def _tag_by_tag(written: str) -> list[tuple[str, str]]:
    """Return each ``data-said`` of a page with its text; :class:`BadStatement` if it could be read otherwise."""
    *pieces, _ = TAG.split(written)
    tags = zip(pieces[0::4], pieces[1::4], pieces[2::4], pieces[3::4], strict=True)
    more = written.count("<") - len(pieces) // 4
    _need(not more, "nothing but tags in small letters and text", f"{more} other '<'")
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, str]] = []  # of each open element: its name and attributes
    inside, text = 0, ""  # how many elements stood open where the words began
    for before, closes, name, attributes in tags:
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
    _need(not stack, "every element closed", f"<{'> <'.join(name for name, _ in stack)}>")
    return found


@lru_cache(maxsize=2000)
def _is_plain(attributes: str) -> bool:
    """Whether none of these attributes hides or moves what stands in the element."""
    return all(PLAIN.fullmatch(name) for name, _ in ATTRIBUTE.findall(attributes))


def _resolved(text: str) -> str:
    """*text* with its references resolved, of which only those count that a text needs."""
    if "&" not in text:
        return text

    def resolve(match: "re.Match[str]") -> str:
        _need(match[1] in REFERENCES, "no references but those that text needs", match[0])
        return REFERENCES[match[1]]

    return REFERENCE.sub(resolve, text)


def _need(holds: bool, expected: str, found: str) -> None:
    if not holds:
        raise BadStatement(f"Expected a page that can be read in one way only, with {expected}, found {shown(found)}.")
