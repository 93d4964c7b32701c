"""What a post's page shows: the text of every element that says, by ``data-said``, that it holds the author's words.

::

    <div data-said="text"><span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote></div>
    <div data-said="translation en">…</div>

A browser shows what it reads, not what we read. So a page counts only if both read the same: no comments, no
declarations but the doctype, nothing inside these elements but plain ones, well nested, and nothing around them that
could hide or move them when it is read (:data:`AROUND`). Whether a style hides them, no reader of files can tell.
"""

import re
from html.parser import HTMLParser

from tamizdat.errors import BadStatement

AROUND = {"html", "body", "main", "article", "section", "div", "figure", "header"}  #: elements it may stand in
INSIDE = {"div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"}  #: that may stand in it
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERENCES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'", "#34": '"', "#13": "\r"}
ODD = re.compile(r"<(?!/?[A-Za-z]|!doctype html>)", re.ASCII)


def said_on(page: bytes) -> list[tuple[str, str]]:
    """Each ``data-said`` of a page with its text; raises :class:`BadStatement` where browsers may read another."""
    try:
        written = page.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BadStatement("Expected a page in UTF-8, found other bytes.") from error
    if ODD.search(written):
        raise BadStatement("Expected a page of elements and text alone, found comments or declarations.")
    reader = _Reader()
    reader.feed(written)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Follows the open elements; ``inside`` is how many of them stood open where the element began."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.inside: int | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        says = [value or "" for name, value in attrs if name == "data-said"]
        if self.inside is not None and (says or tag not in INSIDE):
            raise BadStatement(f"Expected words in plain elements, found <{tag}> inside them.")
        if says:
            if tag not in INSIDE or not AROUND.issuperset(self.open):
                raise BadStatement("Expected words that stand in plain elements, found them in others.")
            self.inside, self.text = len(self.open), []
            self.found.append((says[0], ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # to a browser the slash means nothing

    def handle_endtag(self, tag: str) -> None:
        if self.inside is not None and self.open[-1] != tag:
            raise BadStatement(f"Expected well nested elements, found </{tag}> inside <{self.open[-1]}>.")
        while tag in self.open and self.open.pop() != tag:
            pass  # its end tag was left out
        if self.inside is not None and len(self.open) == self.inside:
            self.found[-1] = (self.found[-1][0], "".join(self.text))
            self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside is not None:
            self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        if self.inside is not None:
            if name not in REFERENCES:
                raise BadStatement(f"Expected only references that text needs, found &{name};.")
            self.text.append(REFERENCES[name])

    def handle_charref(self, name: str) -> None:
        self.handle_entityref(f"#{name}")

    def close(self) -> None:
        super().close()
        if self.inside is not None:
            raise BadStatement("Expected words that end, found a page that ends before.")
