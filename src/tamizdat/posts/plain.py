r"""Plain text out of HTML, for platforms that keep posts as HTML, and what of it is no text: links and pictures.

Paragraphs are parted by one empty line, whatever white space stands between them; ``<br>`` is a line. What a reader
sees and plain text has no form for is written as people write it in letters:

>>> to_plain("<p>地震 &amp; <span class='invisible'>https://</span>a.example</p>\n<p>二<br>三</p>")
'地震 & https://a.example\n\n二\n三'
>>> to_plain("<ol start=4><li>one<ul><li>two</ul><li>three</ol><blockquote>said</blockquote>")
'4. one\n  two\n5. three\n\n> said'
>>> to_plain("<table><tr><td>学校</td><td>人数</td></tr></table>10<sup>6</sup> <s>no</s> <ruby>漢<rt>かん</rt></ruby>")
'学校 | 人数\n\n10⁶ ~~no~~ 漢(かん)'
>>> found = read_html("See <a href='list.pdf'>the list</a> <img src=wall.jpg alt='a wall'>", "https://a.example/5/")
>>> found.text, found.links
('See the list [a wall]', (('the list', 'https://a.example/5/list.pdf'),))
>>> [(each.url, each.alt) for each in found.media]
[('https://a.example/5/wall.jpg', 'a wall')]

White space is one space, as browsers show it, but in ``<pre>``; and as it stands where a platform shows it so
(``spaces``, Mastodon). Not read is what browsers never show: scripts, styles, templates, comments, ``hidden`` elements
and those of ``display:none``. A class named ``invisible`` hides nothing: Mastodon puts the beginning and the end of a
long address into such spans, and a reader is to have the whole.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import Final, TypeAlias
from unicodedata import category
from urllib.parse import unquote, urljoin, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.posts.layout import LISTS, Layout
from tamizdat.posts.markup import MAX_MARKUP, TAGS, MarkupTooLong, attributes_of, bound, write
from tamizdat.posts.post import Attachment
from tamizdat.text.references import resolve_references

__all__ = ["MAX_MARKUP", "HtmlText", "MarkupTooLong", "ToPlain", "read_html", "text_of",
           "to_plain", "unescape_entities"]  # fmt: skip

ToPlain: TypeAlias = Callable[[str], str]

MAX_LINKS: Final = 1_000
BLOCKS: Final = frozenset([
    "p", "div", "blockquote", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section",
    "article", "figure", "figcaption", "hr", "center", "address", "main", "header", "footer", "nav", "aside",
    "fieldset", "form", "details", "menu", "dir",
])  # fmt: skip
LINES: Final = frozenset(["li", "tr", "dt", "dd", "caption", "legend", "option", "summary", "optgroup"])
BOXES: Final = frozenset([*LISTS, "li", "blockquote"])
SILENT: Final = frozenset(["script", "style", "template", "head"])
RAISED: Final = {
    "sup": str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
MAY_HIDE: Final = frozenset([
    "a", "article", "aside", "b", "blockquote", "code", "dd", "details", "div", "dl", "dt", "em", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i", "label", "li", "ol", "p", "pre", "q",
    "section", "small", "span", "strong", "sub", "sup", "table", "td", "th", "tr", "ul",
])  # fmt: skip
#: addresses that lead somewhere; ``javascript:`` and ``data:`` do not
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
LEADS: Final = re.compile(r"(?:https?|ftp|gemini|gopher|mailto|tel|magnet|xmpp|matrix|ipfs|ipns):", re.I)
KINDS: Final = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "svg": "image/svg+xml", "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg",
    "ogg": "audio/ogg", "m4a": "audio/mp4",
}  # fmt: skip

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BROKEN: Final = re.compile(r"[ \t\f]*+[\r\n][ \t\r\n\f]*+")
_LINE_ENDS: Final = re.compile(r"[\t\r\n]+")  #: browsers leave them out of addresses
_REFERENCE: Final = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31})|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});", re.ASCII)
_HIDES: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_EMOJI: Final = re.compile(r"emoji|smiley", re.I)
_DIGITS: Final = re.compile(r"[0-9+\-−=()]{1,20}")


@dataclass(frozen=True)
class HtmlText:
    """What HTML says: its text, the words of links with where they lead, its pictures, clips and sounds."""

    text: str
    links: tuple[tuple[str, str], ...] = ()
    media: tuple[Attachment, ...] = ()


def read_html(markup: str, base: str = "", spaces: bool = False) -> HtmlText:
    """Return what HTML says, addresses made absolute from *base*.

    With *spaces* white space inside paragraphs stays as it stands. Raises :class:`MarkupTooLong` above
    :data:`MAX_MARKUP`.
    """
    text = _Text(markup, base, spaces)
    write(markup, text)
    return text.whole()


def to_plain(markup: str) -> str:
    """Return the text of HTML; raise :class:`MarkupTooLong` above :data:`MAX_MARKUP`."""
    return read_html(markup).text


def text_of(value: str, to_plain: ToPlain = to_plain) -> str:
    """Return the text of a value that may or may not be HTML (RSS does not say which): HTML if a tag is in it."""
    bound(value)
    return to_plain(value) if TAGS.search(value) else resolve_references(value).strip()


def unescape_entities(text: str) -> str:
    """Return *text* with ``&lt;``, ``&gt;``, ``&amp;`` resolved, which is all that X escapes in plain text today."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def resolve_entities(text: str) -> str:
    """Return *text* with every reference resolved that is whole: ``&quot;`` and ``&hearts;`` stand in tweets of 2009.

    Each once: who typed ``&quot;`` later has ``&amp;quot;``. What means no character stays as it is.

    >>> resolve_entities("&quot;5 &lt; 6&quot; &amp;quot; &hearts;&bogus; &#0; a&b")
    '"5 < 6" &quot; ♥&bogus; &#0; a&b'
    """
    return _REFERENCE.sub(_resolved, text) if "&" in text else text


def _resolved(found: re.Match[str]) -> str:
    if found[1]:
        return html5.get(f"{found[1]};", found[0])
    meant = unescape(found[0])
    return meant if meant not in ("", "\ufffd") and (meant.isprintable() or category(meant) == "Zs") else found[0]


def absolute(base: str, address: str) -> str:
    """Return the address seen from its base; as it is where one of them is no address."""
    address = _LINE_ENDS.sub("", address.strip())
    if not base or not address or SCHEME.match(address):
        return address
    try:
        if address[0] == "/" and address[1:2] != "/" and "/." not in address:
            return f"{_origin(base)}{address}"
        return urljoin(base, address)
    except ValueError:  # such as http://[::1
        return address


@lru_cache(64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


class _Text:
    """The text of a document, put together from tags and the words between them."""

    def __init__(self, markup: str, base: str, spaces: bool) -> None:
        self._markup, self._base, self._spaces = markup, base, spaces
        self._layout = Layout(spaces)
        self._silent = self._preformatted = 0
        self._fresh = False  #: a line end that follows ``<pre>`` itself is none
        self._hidden = ("", 0)
        self._last_ends: dict[str, int] = {}
        self._link: tuple[str, int] | None = None
        self._raised = ""
        self._marks = Counter[str]()  #: open elements whose end is written too
        self._ruby = ""  #: "open", "own" if it has brackets of its own, "rt" in an annotation that has none
        self._clip = False  #: a clip or sound whose address stands in a ``<source>``
        self._links: dict[tuple[str, str], None] = {}
        self._media: dict[str, Attachment] = {}

    def whole(self) -> HtmlText:
        self._end_link()
        return HtmlText(self._layout.text(), tuple(self._links), tuple(self._media.values()))

    # -- tags ------------------------------------------------------------------------------------------------

    def open(self, tag: str, attributes: str) -> None:
        if self._hidden[1]:
            if not (self._hidden[0] == "p" and tag in BLOCKS):  # which ends a paragraph without its end tag
                self._hidden = (self._hidden[0], self._hidden[1] + (tag == self._hidden[0]))
                return
            self._hidden = ("", 0)
        self._silent += tag in SILENT
        if self._silent or (attributes and self._hides(tag, attributes)):
            return
        if tag in BLOCKS:
            self._layout.end_lines(1 if tag in LISTS and self._layout.in_item() else 2)
        elif tag in LINES:
            self._layout.end_lines(1)
        if begin := _BEGINS.get(tag):
            begin(self, tag, attributes)

    def _line(self, tag: str, attributes: str) -> None:
        self._layout.space, self._layout.gap = "", min(2, self._layout.gap + 1)

    def _pre(self, tag: str, attributes: str) -> None:
        self._preformatted += 1
        self._fresh = self._layout.verbatim = True

    def _box(self, tag: str, attributes: str) -> None:
        if tag == "blockquote":
            self._layout.quotation()
        elif tag == "li":
            self._layout.item(attributes_of(attributes).get("value", ""))
        else:
            self._layout.list(tag, attributes_of(attributes))

    def _table(self, tag: str, attributes: str) -> None:
        self._layout.table(tag)

    def _raise(self, tag: str, attributes: str) -> None:
        self._raised = tag

    def _mark(self, tag: str, attributes: str) -> None:
        self._marks[tag] += 1
        self._layout.say("“" if tag == "q" else "~~")

    def close(self, tag: str) -> None:
        if self._hidden[1]:
            self._hidden = (self._hidden[0], self._hidden[1] - (tag == self._hidden[0]))
            return
        if self._silent:
            self._silent -= tag in SILENT
            return
        if tag in _BEGINS:
            self._end(tag)
        if tag in BLOCKS and tag != "hr":
            self._layout.end_lines(1 if tag in LISTS and self._layout.in_item() else 2)
        elif tag in LINES:
            self._layout.end_lines(1)

    def _end(self, tag: str) -> None:
        if tag in BOXES:
            self._layout.close(tag)
        elif tag == "a":
            self._end_link()
        elif tag == "pre":
            self._preformatted -= self._preformatted > 0
            self._layout.verbatim = self._spaces or self._preformatted > 0
            self._layout.gap = min(self._layout.gap, 2)
        elif tag == "table":
            self._layout.table("/table")
        elif tag in RAISED:
            self._raised = ""
        elif self._marks[tag]:
            self._marks[tag] -= 1
            self._layout.pieces.append("”" if tag == "q" else "~~")
        elif tag in ("rt", "rtc", "ruby"):
            self._annotate(f"/{tag}")

    def _hides(self, tag: str, attributes: str) -> bool:
        """Tell whether an element is not shown; what is in it is passed over then, up to its end tag if it has one."""
        lower = attributes.lower()
        if "hid" not in lower and "none" not in lower:
            return False
        found = attributes_of(attributes)
        if "hidden" not in found and not _HIDES.search(found.get("style", "")):
            return False
        if tag in MAY_HIDE:
            if tag not in self._last_ends:
                self._last_ends[tag] = self._markup.lower().rfind(f"</{tag}")
            self._hidden = (tag, int(self._last_ends[tag] >= 0))
        return True

    # -- links, pictures, annotations ------------------------------------------------------------------------

    def _begin_link(self, tag: str, attributes: str) -> None:
        self._end_link()
        found = attributes_of(attributes)
        names = f"{found.get('class', '')} {found.get('rel', '')}".split()
        if "href" in found and "hashtag" not in names and "tag" not in names:
            self._link = (absolute(self._base, found["href"]), len(self._layout.pieces))

    def _end_link(self) -> None:
        if self._link is None:
            return
        (address, start), self._link = self._link, None
        lines = (line.strip() for line in self._layout.text(start).splitlines())
        words = next(filter(None, lines), "")
        itself = words in (address, unquote(address)) or f"{words}/" == address
        if words and not itself and LEADS.match(address) and len(self._links) < MAX_LINKS:
            self._links[words, address] = None

    def _picture(self, tag: str, attributes: str) -> None:
        found = attributes_of(attributes)
        if tag == "source" and not self._clip:
            return
        address = absolute(self._base, _address(found))
        self._clip = tag in ("audio", "video") and not address
        if {found.get("width", ""), found.get("height", "")} <= {"0", "1", "0px", "1px"}:
            return  # it counts readers
        alt = " ".join(found.get("alt" if tag == "img" else "title", "").split())
        emoji = tag == "img" and alt and (_EMOJI.search(found.get("class", "")) or not any(map(str.isalnum, alt)))
        if alt and tag == "img":
            self._layout.say(alt if emoji else f"[{alt}]")
        if LEADS.match(address) and not emoji and len(self._media) < MAX_LINKS:
            self._media.setdefault(address, Attachment(_kind(tag, address, found.get("type", "")), address, alt))

    def _annotate(self, tag: str, attributes: str = "") -> None:
        """Write brackets round what stands above ruby, if it has none of its own."""
        if self._ruby == "rt":
            self._layout.pieces.append(")")
            self._ruby = "open"
        if tag == "ruby":
            self._ruby = "open"
        elif tag == "/ruby":
            self._ruby = ""
        elif tag == "rp" and self._ruby:
            self._ruby = "own"
        elif tag in ("rt", "rtc") and self._ruby == "open":
            self._layout.space = ""
            self._layout.say("(")
            self._ruby = "rt"

    # -- words -----------------------------------------------------------------------------------------------

    def add(self, words: str) -> None:
        if self._silent or self._hidden[1]:
            return
        if self._preformatted:
            self._add_lines(words)
            return
        if self._raised and _DIGITS.fullmatch(words.strip()):
            words = words.translate(RAISED[self._raised])
        if self._spaces:
            words = _BROKEN.sub("\n", words)
            core = words.strip(" \t\f\n")
            before = words[: len(words) - len(words.lstrip(" \t\f\n"))]
            after = words[len(before) + len(core) :].replace("\n", " ")
            before = "" if "\n" in before and self._layout.gap else before.replace("\n", " ")
            core = core.replace("\n", " ")
        else:
            words = _SPACES.sub(" ", words)
            core = words.strip(" ")
            before = " " if words[:1] == " " and not self._layout.space and not self._layout.gap else ""
            after = " " if core and words[-1:] == " " else ""
        self._layout.space += before
        if core:
            self._layout.say(core)
            self._layout.space = after

    def _add_lines(self, words: str) -> None:
        """Write words of ``<pre>``, line by line."""
        words = words.replace("\r\n", "\n").replace("\r", "\n")
        words, self._fresh = words[self._fresh and words.startswith("\n") :], False
        for number, line in enumerate(words.split("\n")):
            if number:
                self._layout.space = ""
                self._layout.gap += 1
            kept = line.rstrip(" \t\f")
            if kept:
                self._layout.say(kept)
            self._layout.space += line[len(kept) :]


_BEGINS: Final[dict[str, Callable[[_Text, str, str], None]]] = {
    "br": _Text._line, "pre": _Text._pre, "a": _Text._begin_link,
    **dict.fromkeys(["blockquote", "li", "ol", "ul", "menu", "dir"], _Text._box),
    **dict.fromkeys(["table", "tr", "td", "th"], _Text._table),
    **dict.fromkeys(["img", "audio", "video", "source", "iframe", "embed"], _Text._picture),
    **dict.fromkeys(["sup", "sub"], _Text._raise),
    **dict.fromkeys(["q", "del", "s", "strike"], _Text._mark),
    **dict.fromkeys(["rp", "rt", "rtc", "ruby"], _Text._annotate),
}  # fmt: skip


def _address(found: dict[str, str]) -> str:
    """Return the address of a picture: where pages load it late, ``src`` is but a placeholder."""
    late = [found.get(name, "").strip() for name in ("data-src", "data-lazy-src", "data-original")]
    several = [found.get(name, "").split() for name in ("srcset", "data-srcset")]
    given = found.get("src", "").strip()
    own = [] if given.startswith("data:") else [given]
    return next(filter(None, [*late, *own, *(each[0] for each in several if each)]), "").rstrip(",")


def _kind(tag: str, address: str, stated: str) -> str:
    """Return the media type of what an element shows, as far as its address tells it."""
    if tag in ("iframe", "embed"):
        return stated or "text/html"
    return stated.partition(";")[0].strip() or media_type_of(address)


def media_type_of(address: str) -> str:
    """Return the media type that the ending of an address tells; "" if it tells none.

    >>> media_type_of("https://a.example/wall.JPG?w=600")
    'image/jpeg'
    """
    return KINDS.get(address.partition("?")[0].partition("#")[0].rpartition(".")[2].lower(), "")
