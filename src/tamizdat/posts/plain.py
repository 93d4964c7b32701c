r"""Plain text out of HTML, for platforms that keep posts as HTML.

Paragraphs are parted by an empty line, ``<br>`` is a line; what scripts, styles and comments hold is no text.

>>> to_plain("<p>地震 &amp; <span class='invisible'>https://</span>a.example</p><p>二<br>三</p>")
'地震 & https://a.example\n\n二\n三'

Tags and comments end where browsers end them (HTML Standard, 13.2.5): a comment, or a tag, that nothing closes takes
the rest with it, and ``<![CDATA[x]]>`` is a comment up to the first ``>``. The standard library's ``html.parser`` is
not used for new posts: it raises on some marked sections, takes more than linear time on some unfinished tags, and
reads differently from one Python to the next. Here every character is looked at a bounded number of times: each search
starts where the last one ended, and one that finds nothing ends the reading.

Posts taken in before (``mastodon/v1``, ``feed/v1``) were stated as ``html.parser`` read them; :func:`to_plain_v1` reads
them again for the index, and nothing else.
"""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final, TypeAlias

ToPlain: TypeAlias = Callable[[str], str]

MAX_MARKUP: Final = 1 << 20  #: characters; four times what a post may say, so that nobody's words are lost to tags

BLOCKS: Final = frozenset([
    "p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article",
    "figure",
])  # fmt: skip
LINES: Final = frozenset(["br", "li", "tr", "hr"])
SILENT: Final = frozenset(["script", "style", "template", "head"])
TAGS: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_GAPS: Final = re.compile(r"(\0+)")
_NAME: Final = re.compile(r"[A-Za-z][^ \t\r\n\f/>]*")
_BEFORE_ATTRIBUTE: Final = re.compile(r"[ \t\r\n\f/]*")
_ATTRIBUTE: Final = re.compile(r"=?[^ \t\r\n\f/>=]*[ \t\r\n\f]*")
_UNQUOTED: Final = re.compile(r"[^ \t\r\n\f>]*")
_COMMENT_END: Final = re.compile(r"--!?>")
#: where the text of an element ends in which tags mean nothing
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[ \t\r\n\f/>])", re.I) for name in ("script", "style")}
#: ``&#`` and so many zeros or digits that ``int`` refuses them (4,300), or that no character has
_ZEROS: Final = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER: Final = re.compile(r"&#[1-9][0-9]{8,};?")


class MarkupTooLong(ValueError):
    """Markup of more characters than any post needs; its text was not read."""

    def __init__(self, found: int) -> None:
        super().__init__(f"markup of {found:,} characters; at most {MAX_MARKUP:,} are read")


def to_plain(markup: str) -> str:
    """Return the text of HTML, read as browsers read it; raise :class:`MarkupTooLong` above :data:`MAX_MARKUP`."""
    _bound(markup)
    return _Tokens(markup.replace("\0", "")).text()


def text_of(value: str, to_plain: ToPlain = to_plain) -> str:
    """Return the text of a value that may or may not be HTML (RSS does not say which): HTML if a tag is in it."""
    _bound(value)
    return to_plain(value) if TAGS.search(value) else resolve_references(value).strip()


def resolve_references(text: str) -> str:
    """Return *text* with HTML's character references resolved; U+FFFD for a number that no character has."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", _ZEROS.sub("&#", text)))


def unescape_entities(text: str) -> str:
    """Return *text* with ``&lt;``, ``&gt;``, ``&amp;`` resolved, which is all that X escapes in plain text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _bound(markup: str) -> None:
    if len(markup) > MAX_MARKUP:
        raise MarkupTooLong(len(markup))


class _Text:
    """The text of a document, put together from tags and the words between them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._silent = 0
        self._preformatted = 0

    def open(self, tag: str) -> None:
        self._silent += tag in SILENT
        self._preformatted += tag == "pre"
        self._pieces += ["\0\0"] if tag in BLOCKS else ["\0"] if tag in LINES else []

    def close(self, tag: str) -> None:
        self._silent -= self._silent > 0 and tag in SILENT
        self._preformatted -= self._preformatted > 0 and tag == "pre"
        self._pieces += ["\0\0"] if tag in BLOCKS else []

    def add(self, words: str) -> None:
        if words and not self._silent:
            self._pieces.append(words if self._preformatted else _SPACES.sub(" ", words))

    def whole(self) -> str:
        """Return the text: NULs, singly and in rows, are lines and paragraphs; spaces beside them are nothing."""
        pieces = _GAPS.split("".join(self._pieces))  # words, gap, words, gap, …
        pieces[1::2] = ["\n\n" if len(gap) > 1 else "\n" for gap in pieces[1::2]]
        pieces[2::2] = [words.lstrip(" ") for words in pieces[2::2]]
        pieces[:-1:2] = [words.rstrip(" ") for words in pieces[:-1:2]]
        return "".join(pieces).strip(" \n")


class _Tokens:
    """HTML's tokens, as far as text needs them."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._out = _Text()

    def text(self) -> str:
        markup, at, words = self._markup, 0, 0  # words: where those begin that were not given out yet
        while (at := markup.find("<", at)) >= 0:
            end = self._token(words, at)
            words, at = (words, at + 1) if end is None else (end, end)
        self._words(words, len(markup))
        return self._out.whole()

    def _words(self, start: int, end: int) -> None:
        self._out.add(resolve_references(self._markup[start:end]))

    def _token(self, words: int, at: int) -> int | None:
        """Take what begins with the ``<`` at *at*, after the words before it; None if it is but a ``<``."""
        markup = self._markup
        following = markup[at + 1 : at + 2]
        closes = following == "/"
        name = _NAME.match(markup, at + 2 if closes else at + 1)
        if name:
            self._words(words, at)
            return self._tag(name[0].lower(), closes, name.end())
        if following in ("!", "?") or (closes and at + 2 < len(markup)):
            self._words(words, at)
            return self._comment(at)
        return None

    def _comment(self, at: int) -> int:
        markup = self._markup
        if not markup.startswith("<!--", at):
            end = markup.find(">", at)
            return len(markup) if end < 0 else end + 1
        for short in ("<!-->", "<!--->"):  # both are whole comments, without anything in them
            if markup.startswith(short, at):
                return at + len(short)
        found = _COMMENT_END.search(markup, at + 4)
        return found.end() if found else len(markup)

    def _tag(self, name: str, closes: bool, at: int) -> int:
        end = self._tag_end(at)
        if end is None:
            return len(self._markup)
        if closes:
            self._out.close(name)
            return end
        self._out.open(name)
        if name in _RAW_END:
            found = _RAW_END[name].search(self._markup, end)
            return found.start() if found else len(self._markup)
        return end

    def _tag_end(self, at: int) -> int | None:
        """Return where the tag ends whose name ended at *at*: behind the first ``>`` in no quoted value.

        None if nothing ends it.
        """
        markup = self._markup
        while (at := _after(_BEFORE_ATTRIBUTE, markup, at)) < len(markup):
            if markup[at] == ">":
                return at + 1
            at = _after(_ATTRIBUTE, markup, at)
            if markup[at : at + 1] != "=":
                continue
            at = _after(_SPACES, markup, at + 1)
            quote = markup[at : at + 1]
            if quote and quote in "\"'":
                closing = markup.find(quote, at + 1)
                if closing < 0:
                    return None
                at = closing + 1
            else:
                at = _after(_UNQUOTED, markup, at)
        return None


def _after(pattern: re.Pattern[str], markup: str, at: int) -> int:
    found = pattern.match(markup, at)
    return found.end() if found else at


class _PythonsReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out = _Text()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.open(tag)

    def handle_endtag(self, tag: str) -> None:
        self.out.close(tag)

    def handle_data(self, data: str) -> None:
        self.out.add(data)


def to_plain_v1(markup: str) -> str:
    """Return the text of HTML as ``html.parser`` reads it, for posts that were stated so; never for new ones."""
    reader = _PythonsReader()
    reader.feed(markup.replace("\0", ""))
    reader.close()
    return reader.out.whole()
