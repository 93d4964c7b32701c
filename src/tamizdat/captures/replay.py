"""A captured page as one document that asks the network for nothing: everything it shows is inside it.

The page is not served as it is. Its markup is read by tokens, and a new document is written of what is on a list:
elements that show words, pictures, tables and lists, and attributes that lay them out. Nothing else is copied.
Pictures, fonts and style sheets that are in the archive are put in as ``data:``; what is not there stays away. No
script, form, frame, link, ``<base>``, ``<meta>`` or ``<object>`` is written, so there is nothing that could go
anywhere; where a link led is told as its title.

That is the first wall. The second is the answer's policy (:data:`POLICY`): ``sandbox`` gives the document an origin of
its own, without scripts, forms, pop-ups and ways to the top, and ``default-src 'none'`` lets it load ``data:`` and
nothing else. A fault in the first is caught by it, but for one thing: no policy keeps a browser from connecting to
where a ``<link rel="preconnect">`` points, or an ``href`` under the pointer: nothing is sent, but the connection is
seen. So neither is written.
"""

import base64
import html
import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from tamizdat.captures.http_message import Answer
from tamizdat.captures.page_text import HTML, markup_of
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import Contents, Entry, WebArchive, seen_from
from tamizdat.text.references import resolve_references

POLICY: Final = (
    "sandbox; default-src 'none'; img-src data:; font-src data:; media-src data:; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}
MAX_MARKUP: Final = 8 << 20  #: characters
MAX_INSIDE: Final = 48 << 20  #: bytes of pictures, fonts and styles that are put in
MAX_PARTS: Final = 2_000
MAX_DEPTH: Final = 512  #: elements within one another
MAX_NESTED: Final = 4  #: style sheets that import one another

#: HTML's elements without any that loads or sends by itself, or leads away
ELEMENTS: Final = frozenset([
    "a", "abbr", "address", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "body", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt", "em",
    "fieldset", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "hr", "i", "img", "ins", "kbd", "label", "legend", "li", "main", "mark", "menu", "nav", "ol", "p", "picture",
    "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "video", "wbr",
])  # fmt: skip
ATTRIBUTES: Final = frozenset([
    "abbr", "align", "alt", "aria-hidden", "aria-label", "bgcolor", "border", "cellpadding", "cellspacing", "class",
    "color", "colspan", "cols", "datetime", "dir", "face", "headers", "height", "hidden", "id", "lang", "noshade",
    "nowrap", "open", "reversed", "role", "rowspan", "rules", "scope", "size", "span", "start", "summary", "title",
    "type", "valign", "value", "width",
])  # fmt: skip
VOID: Final = frozenset([
    "br", "col", "hr", "img", "wbr",
])  # fmt: skip
#: elements of which nothing is shown, with all that is in them
SILENT: Final = frozenset([
    "script", "noscript", "template", "iframe", "object", "applet", "select", "textarea", "title", "head", "svg",
    "math", "canvas", "frameset", "noframes",
])  # fmt: skip
#: in these, tags mean nothing
RAW: Final = frozenset([
    "script", "style", "textarea", "title", "iframe", "noframes", "xmp", "noembed", "plaintext",
])  # fmt: skip
MEDIA: Final = re.compile(
    r"image/(png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)|(audio|video)/[\w.+-]+"
)
FONTS: Final = re.compile(r"(font/[\w.+-]+|application/(x-)?font-[\w.+-]+|application/vnd\.ms-fontobject)")
_NAME: Final = re.compile(r"[A-Za-z][^ \t\r\n\f/>]*")
_ATTRIBUTE: Final = re.compile(
    r"""[ \t\r\n\f/]*([^ \t\r\n\f/>=]+)(?:[ \t\r\n\f]*=[ \t\r\n\f]*(?:"([^"]*)"|'([^']*)'|([^ \t\r\n\f>"']*)))?"""
)
_TAG_END: Final = re.compile(r"[ \t\r\n\f/]*>")
_COMMENT_END: Final = re.compile(r"--!?>")
_CSS_URL: Final = re.compile(r"""url\(\s*(?:"([^"]{0,8192})"|'([^']{0,8192})'|([^"'()\s]{0,8192}))\s*\)""", re.I)
_CSS_IMPORT: Final = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"'();\s]{1,8192})["']?\s*\)?[^;{}]{0,120};""", re.I)


def replay(web: WebArchive, contents: Contents, entry: Entry) -> str:
    """Return the document that shows a page. Raises :class:`BadWebArchive` for what is no page or cannot be read."""
    return _Document(_Parts(web, contents, entry)).of(checked_markup(web.answer(entry)))


def checked_markup(answer: Answer) -> str:
    """Return the markup of an answer that can be shown. Raises :class:`BadWebArchive` for any other."""
    if answer.undecoded:
        raise BadWebArchive(
            f"Expected a page packed by gzip, deflate or br, found one packed by {answer.undecoded}, which is not read."
        )
    if answer.media_type not in HTML:
        raise BadWebArchive(f"Expected a page in HTML, found {answer.media_type or 'no type'}.")
    markup = markup_of(answer)
    if len(markup) > MAX_MARKUP:
        raise BadWebArchive(f"Expected a page of at most {MAX_MARKUP:,} characters, found {len(markup):,}.")
    return markup


class _Parts:
    """What a page shows beside its words, taken out of the archive as ``data:``, as long as there is room."""

    def __init__(self, web: WebArchive, contents: Contents, entry: Entry) -> None:
        self._web, self._contents, self.entry = web, contents, entry
        self.base = entry.uri
        self._known: dict[str, Answer | None] = {}
        self._room, self._parts = MAX_INSIDE, MAX_PARTS

    def data(self, address: str, base: str, is_wanted: Callable[[str], object]) -> str:
        """Return what stands at an address as ``data:``, "" if it is not here, of another kind, or too much."""
        address = address.strip()
        if address.lower().startswith("data:"):
            kind = address[5:].partition(",")[0].partition(";")[0].strip().lower()
            return address if is_wanted(kind) and self._take(len(address)) else ""
        answer = self.answer(address, base)
        if answer is None or not is_wanted(answer.media_type) or not self._take(len(answer.body)):
            return ""
        return f"data:{answer.media_type};base64,{base64.b64encode(answer.body).decode()}"

    def answer(self, address: str, base: str) -> Answer | None:
        """Return the answer for an address as the page meant it; None if it is not here or cannot be read."""
        target = seen_from(base, address)
        if target not in self._known:
            self._known[target] = self._read(target)
        return self._known[target]

    def _read(self, target: str) -> Answer | None:
        entry = self._contents.nearest(target, self.entry.date)
        if entry is None:
            return None
        try:
            answer = self._web.answer(self._contents.followed(entry))
        except BadWebArchive:
            return None
        return None if answer.undecoded or answer.status >= 300 else answer

    def _take(self, size: int) -> bool:
        if size > self._room or not self._parts:
            return False
        self._room, self._parts = self._room - size, self._parts - 1
        return True

    def style(self, css: str, base: str, nested: int = 0) -> str:
        """Return a style sheet with what it imports and shows inside it, and without any other address.

        ``<`` has no meaning in a style sheet, and would end the element it stands in.
        """
        if not self._take(len(css)):
            return ""

        def imported(found: re.Match[str]) -> str:
            answer = self.answer(found[1], base) if nested < MAX_NESTED else None
            if answer is None or answer.media_type != "text/css":
                return ""
            return self.style(markup_of(answer), seen_from(base, found[1]), nested + 1)

        def shown(found: re.Match[str]) -> str:
            address = next((each for each in found.groups() if each), "")
            data = self.data(address, base, lambda kind: MEDIA.fullmatch(kind) or FONTS.fullmatch(kind))
            return f'url("{_css_text(data)}")' if data else "none"

        return _CSS_URL.sub(shown, _CSS_IMPORT.sub(imported, css)).replace("<", " ")


def _candidates(srcset: str) -> list[str]:
    """Return the addresses in a list of pictures in several sizes."""
    return [each.split()[0] for each in re.split(r",\s+", srcset[:20_000]) if each.split()][:20]


def _css_text(data: str) -> str:
    return re.sub(r"[\"\\\r\n\f<>]", lambda found: f"%{ord(found[0]):02X}", data)


class _Document:
    """Writes the new document, token by token. Each search starts where the last one ended."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self._out: list[str] = []
        self._open: list[str] = []
        self._held: Counter[str] = Counter()  # how many of each are open
        self._silent: list[str] = []
        self._root = {"html": "", "body": ""}  # attributes of the two, as they are written

    def of(self, markup: str) -> str:
        at = 0
        while (start := markup.find("<", at)) >= 0:
            self._words(markup[at:start])
            at = self._token(markup, start)
        self._words(markup[at:])
        closing = "".join(f"</{each}>" for each in reversed(self._open))
        head = f'<!doctype html><html{self._root["html"]}><head><meta charset="utf-8"></head>'
        return f"{head}<body{self._root['body']}>{''.join(self._out)}{closing}</body></html>"

    def _words(self, words: str) -> None:
        if words and not self._silent:
            self._out.append(html.escape(resolve_references(words), quote=False))

    def _token(self, markup: str, at: int) -> int:
        """Take what begins with the ``<`` at *at*; return where the next token begins."""
        closes = markup.startswith("</", at)
        name = _NAME.match(markup, at + 2 if closes else at + 1)
        if name:
            return self._tag(markup, name[0].lower(), closes, name.end())
        if markup.startswith("<!--", at):
            found = _COMMENT_END.search(markup, at + 4)
            return found.end() if found else len(markup)
        if markup[at + 1 : at + 2] in ("!", "?", "/"):
            end = markup.find(">", at)
            return len(markup) if end < 0 else end + 1
        self._words("<")
        return at + 1

    def _tag(self, markup: str, name: str, closes: bool, at: int) -> int:
        attributes: dict[str, str] = {}
        while not (end := _TAG_END.match(markup, at)):
            found = _ATTRIBUTE.match(markup, at)
            if not found or found.end() == at:
                return len(markup)  # a tag that nothing closes takes the rest with it, as in browsers
            value = next((each for each in found.groups()[1:] if each is not None), "")
            attributes.setdefault(found[1].lower(), resolve_references(value))
            at = found.end()
        at = end.end()
        if closes:
            self._close(name)
            return at
        if name not in RAW:
            self._begin(name, attributes)
            return at
        close = re.compile(rf"</{name}(?=[ \t\r\n\f/>])", re.I).search(markup, at)
        inside = markup[at : close.start() if close else len(markup)]
        if name == "style" and (not self._silent or set(self._silent) == {"head"}):
            self._style(inside)
        if not close:
            return len(markup)
        finish = markup.find(">", close.end())
        return len(markup) if finish < 0 else finish + 1

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "base" and "href" in attributes:
            self._parts.base = seen_from(self._parts.entry.uri, attributes["href"])
        elif name == "link" and "stylesheet" in attributes.get("rel", "").lower().split():
            answer = self._parts.answer(attributes.get("href", ""), self._parts.base)
            if answer is not None and answer.media_type == "text/css":
                self._style(markup_of(answer), seen_from(self._parts.base, attributes["href"]))
        elif name in self._root:
            self._silent = []
            self._root[name] = self._root[name] or self._kept(name, attributes)
        elif name in SILENT:
            self._silent.append(name)
        elif name in ELEMENTS:
            if self._silent == ["head"]:  # what cannot stand in the head ends it
                self._silent = []
            if not self._silent and len(self._open) < MAX_DEPTH:
                self._out.append(f"<{name}{self._kept(name, attributes)}>")
                if name not in VOID:
                    self._open.append(name)
                    self._held[name] += 1

    def _close(self, name: str) -> None:
        if self._silent:
            if name in self._silent:
                del self._silent[self._silent.index(name) :]
        elif self._held[name]:
            while (last := self._open.pop()) != name:
                self._held[last] -= 1
                self._out.append(f"</{last}>")
            self._held[name] -= 1
            self._out.append(f"</{name}>")

    def _kept(self, name: str, attributes: dict[str, str]) -> str:
        kept = {each: value for each, value in attributes.items() if each in ATTRIBUTES}
        if "style" in attributes:
            kept["style"] = self._parts.style(attributes["style"], self._parts.base)
        if name == "a" and "href" in attributes:
            kept["title"] = attributes["href"][:500]  # told, not followed
        if name == "img":
            given = [
                attributes.get("src", ""),
                *_candidates(attributes.get("srcset", "")),
                attributes.get("data-src", ""),
            ]
            found = (self._parts.data(each, self._parts.base, MEDIA.fullmatch) for each in given if each)
            kept["src"] = next((each for each in found if each), "")
        if name in ("video", "audio"):
            kept |= {"controls": "", "preload": "none"}
            if attributes.get("src"):
                kept["src"] = self._parts.data(attributes["src"], self._parts.base, MEDIA.fullmatch)
            if attributes.get("poster"):
                kept["poster"] = self._parts.data(attributes["poster"], self._parts.base, MEDIA.fullmatch)
        kept = {each: value for each, value in kept.items() if value or each not in ("src", "poster")}
        return "".join(f' {each}="{html.escape(value)}"' for each, value in kept.items())

    def _style(self, css: str, base: str = "") -> None:
        self._out.append(f"<style>{self._parts.style(css, base or self._parts.base)}</style>")
