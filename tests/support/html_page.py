"""What tests of pages read HTML with."""

from collections.abc import Iterable
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "source"}
Attributes = dict[str, str | None]


class Page(HTMLParser):
    """A page's elements, with a complaint for each that is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.outward: list[str] = []  #: links that say themselves that they lead elsewhere
        self.alternates: dict[str, str] = {}
        self.attributes: list[tuple[str, Attributes]] = []
        self.said: dict[str, str] = {}  #: ``data-said`` → text content
        self.open: list[str] = []
        self._texts: list[str] = []
        self._saying: list[tuple[int, str]] = []  #: how deep, and what
        self.feed(text)
        self.close()
        self.text = "".join(self._texts)
        assert self.open == []

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks where something stands, and it was a tenth of all reading."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), "an attribute given twice"
        self.attributes.append((tag, found))
        links = [value for name in ("href", "src", "poster") if (value := found.get(name)) is not None]
        (self.outward if "external" in (found.get("rel") or "") else self.links).extend(links)
        if found.get("rel") == "alternate" and "hreflang" in found:
            self.alternates[str(found["hreflang"])] = str(found["href"])
        if tag not in VOID:
            self.open.append(tag)
        if "data-said" in found:
            self._saying.append((len(self.open), str(found["data-said"])))
            self.said[str(found["data-said"])] = ""

    def handle_endtag(self, tag: str) -> None:
        if self._saying and self._saying[-1][0] == len(self.open):
            self._saying.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        for _, what in self._saying:
            self.said[what] += data

    def all(self, tag: str) -> Iterable[Attributes]:
        """The attributes of every element of this name."""
        return (found for name, found in self.attributes if name == tag)
