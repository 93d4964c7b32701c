"""Plain text out of HTML, for platforms that keep posts as HTML.

Paragraphs are parted by an empty line, ``<br>`` is a line; what scripts, styles and comments hold is no text.

>>> to_plain("<p>地震 &amp; <span class='invisible'>https://</span>a.example</p><p>二<br>三</p>")
'地震 & https://a.example\\n\\n二\\n三'
"""

import html
import re
from html.parser import HTMLParser
from typing import Final

BLOCKS: Final = re.compile(r"p|div|blockquote|[uo]l|pre|h[1-6]|table|section|article|figure")
LINES: Final = frozenset(["br", "li", "tr", "hr"])
SILENT: Final = frozenset(["script", "style", "template", "head"])
TAGS: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self._preformatted += tag == "pre"
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= self._silent > 0 and tag in SILENT
        self._preformatted -= self._preformatted > 0 and tag == "pre"
        self._space(tag if BLOCKS.fullmatch(tag) else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data if self._preformatted else re.sub(r"[ \t\r\n\f]+", " ", data))

    def _space(self, tag: str) -> None:
        block = BLOCKS.fullmatch(tag)
        if block or tag in LINES:
            self.pieces.append("\0\0" if block else "\0")


def to_plain(markup: str) -> str:
    """The text of *markup*. Never fails: what is not well formed is read as browsers read it."""
    reader = _Reader()
    reader.feed(markup.replace("\0", ""))
    reader.close()
    text = re.sub(r" *(\0+) *", lambda gap: "\n\n" if len(gap[1]) > 1 else "\n", "".join(reader.pieces))
    return text.strip(" \n")


def unescape_entities(text: str) -> str:
    """Resolves what X escapes in otherwise plain text: ``&amp;``, ``&lt;``, ``&gt;``, and nothing else."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def text_of(value: str) -> str:
    """Text that may or may not be HTML, as feeds have it (RSS does not say which): HTML if a tag is in it."""
    return to_plain(value) if TAGS.search(value) else html.unescape(value).strip()
