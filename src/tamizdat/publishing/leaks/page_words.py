r"""The words of a page, wherever a page has some: between its tags, in them, behind them, and in scripts.

::

    <p>P<b>ema</b> came</p>                        P ema came · Pema
    <img alt="Pema" src="/img/pema_1.jpg?by=li">   Pema · /img/pema_1.jpg?by/li
    <!-- by Pema -->                               by Pema
    <script type="application/ld+json">{"name":…   every string of it
    <script>state={"by":"Pema"}, Li=1</script>     Pema
    data:text/plain;base64,UGVtYQ==                Pema

Short names stand by chance in code, and not in these. Nothing here takes longer than the text is long.
"""

import base64
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from tamizdat.captures.http_message import Answer
from tamizdat.captures.page_text import markup_of
from tamizdat.publishing.leaks.readings import strings_in_json
from tamizdat.text.references import resolve_references

OTHER: Final = "gb18030"  #: what a page is read in, too, that is not in what it says, nor in UTF-8
JSON: Final = 8 << 20  #: characters that are taken apart; of nothing but brackets that takes thirty times the memory
NESTED: Final = 3  #: how often an address is resolved that stands in an address
#: one that is not closed goes on to the end, as in browsers: to look for the end of each of many would take hours
_SCRIPTS: Final = re.compile(r"<(script|style)\b([^>]*)>?(.*?)(?:</\1\s*>|\Z)", re.I | re.S)
_TAG: Final = re.compile(r"<[^<>]*>")
#: whose words are shown with those around them as one
_WITHIN: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|em|font|i|ins|mark|rb|s|small|span|strong|sub|sup|tt|u|wbr|[\w-]+:[\w-]+)"
    r"(?:\s[^<>]*)?>",
    re.I,
)
_PARTED: Final = re.compile(rf"\w(?:{_WITHIN.pattern})+(?=\w)", re.I)
#: what browsers do not show, and a reader of the page's text does
_HIDDEN: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
_ATTRIBUTE: Final = re.compile(r"""[\s"']([a-z_:@][\w:.@-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>`=]+)""", re.I)
_ADDRESS: Final = frozenset((
    "action", "background", "cite", "data", "formaction", "href", "longdesc", "manifest", "ping", "poster", "profile",
    "src", "srcset", "xlink:href", "data-src", "data-href", "data-url",
))  # fmt: skip
_CODE: Final = frozenset(("class", "style", "type", "rel", "d", "points", "transform", "integrity", "nonce", "viewbox"))
#: a text in quotation marks, where programs have one
_LITERAL: Final = re.compile(
    r"""(?:^|(?<=[=:,;(\[{+?\s]))(?:"((?:[^"\\\n]|\\.)*+)"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\]|\\.)*+)`)"""
    r"""(?=\s*(?:[;:,)\]}+?]|$))""",
    re.S | re.M,
)
_ESCAPES: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
#: texts in base64 as pages have them: in an address, in the parts of a token
_BASE64: Final = re.compile(r"(?:;base64,|\b(?=eyJ))([A-Za-z0-9+/_-]{8,100000})")
_ALPHABET: Final = str.maketrans("-_", "+/")
_PARTS: Final = re.compile(r"[=+&;,\s]+")


def texts_of(data: bytes, media_type: str = "text/plain", charset: str = "") -> Iterator[str]:
    """Yield what some bytes say, as browsers read them; and in UTF-8, which servers often call otherwise."""
    said = markup_of(Answer(200, {"content-type": f"{media_type}; charset={charset}" if charset else media_type}, data))
    found, plain = [said], data.decode("utf-8-sig", "replace")
    if "\ufffd" not in plain and plain != said:
        found.append(plain)
    if "\ufffd" in said:
        found.append(data.decode(OTHER, "replace"))
    for text in found:
        yield _ESCAPES.sub(_unescaped, text) if "\\u" in text else text


def words_of_page(markup: str) -> Iterator[str]:
    """Yield the words of HTML or XML: those it shows, those of its tags, comments and scripts, its addresses."""
    scripts = [*_SCRIPTS.finditer(markup)]
    page = _HIDDEN.sub(" ", _SCRIPTS.sub(_only_tag, markup))
    yield _TAG.sub(" ", page)
    if _PARTED.search(page):
        yield _TAG.sub(" ", _WITHIN.sub("", page))
    words, addresses = list[str](), list[str]()
    for match in _ATTRIBUTE.finditer(page):
        name, value = match[1].lower(), match[2].strip("\"'")
        if name in _ADDRESS:
            addresses.append(value)
        elif name not in _CODE and not name.startswith("on"):
            words.append(value)
    yield "\n".join(words)
    yield words_of_address("\n".join(addresses))
    for match in scripts:
        script = match[3]
        yield from words_of_json(script) if "json" in match[2].lower() else (words_of_script(script),)
    yield words_in_base64(markup)


def words_of_script(text: str) -> str:
    """Return the texts in quotation marks that a program or a style sheet has."""
    return "\n".join(plain_string(match[match.lastindex or 0]) for match in _LITERAL.finditer(text))


def words_of_json(text: str) -> Iterator[str]:
    """Yield every string of a text in JSON, or of each of its lines; of what is none, what looks like strings.

    What is too large to be taken apart is taken for none.
    """
    if len(text) > JSON:
        yield words_of_script(text)
        return
    if (whole := strings_in_json(text)) is not None:
        yield whole
        return
    lines = [found for line in text.split("\n") if (found := strings_in_json(line)) is not None]
    yield "\n".join(lines)
    if not lines:
        yield words_of_script(text)


def words_of_address(text: str) -> str:
    """Return addresses with their escapes resolved and the parts of each apart, so that each is a part of a path."""
    for _ in range(NESTED):
        if (plain := unquote(resolve_references(text))) == text:
            break
        text = plain
    return "\n".join(f"/{_PARTS.sub('/', line)}" for line in text.split("\n"))


def words_in_base64(text: str) -> str:
    """Return the texts in base64 that stand in addresses and tokens."""
    found = list[str]()
    for match in _BASE64.finditer(text):
        letters = match[1].translate(_ALPHABET)
        try:
            found.append(base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters)).decode())
        except ValueError:  # a picture
            continue
    return "\n".join(found)


def plain_string(text: str) -> str:
    """Return a string as it is meant: its escapes resolved, ends of lines as spaces."""
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "replace")


def _rest(letters: str) -> str:
    rest = letters[len(letters) // 4 * 4 :]
    return rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""


def _only_tag(match: re.Match[str]) -> str:
    return f" <{match[1]} {match[2]}> "


def _character(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return chr(int(match[1] or match[2], 16))
    return " " if match[3] in "nrtbf0" else match[3]
