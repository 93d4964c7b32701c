"""Plain text out of HTML as it was read before, for posts that were stated so; never for new ones.

* :func:`to_plain_v2` (``mastodon/v2``, ``feed/v2``) knows paragraphs and lines, and nothing else of HTML; white space
  between two paragraphs makes more empty lines than one.
* :func:`to_plain_v1` (``mastodon/v1``, ``feed/v1``) does the same with the tokens of ``html.parser`` of Python 3.11.
"""

import re
from html.parser import HTMLParser
from typing import Final

from tamizdat.posts.markup import write

BLOCKS: Final = frozenset([
    "p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article",
    "figure",
])  # fmt: skip
LINES: Final = frozenset(["br", "li", "tr", "hr"])
SILENT: Final = frozenset(["script", "style", "template", "head"])

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_GAPS: Final = re.compile(r"(\0+)")


def to_plain_v2(markup: str) -> str:
    """Return the text of HTML; raise :class:`~tamizdat.posts.markup.MarkupTooLong` above its bound."""
    text = _Text()
    write(markup, text)
    return text.whole()


class _Text:
    """The text of a document, put together from tags and the words between them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._silent = 0
        self._preformatted = 0

    def open(self, tag: str, attributes: str = "") -> None:
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
