r"""The words of a post that Ghost never showed: out of the document that was written, as HTML.

Ghost makes HTML of what is written (*Lexical*; until 2022 *Mobiledoc*) and keeps both; what other programs made for it
may hold the document alone::

    {"root": {"children": [{"type": "paragraph", "children": [{"type": "extended-text", "text": "校舍", "format": 4}]},
                           {"type": "image", "src": "…", "alt": "a wall", "caption": "…"}, …]}}
    {"version": "0.3.1", "markups": [["strong"]], "cards": [["image", {"src": "…"}]],
     "sections": [[1, "p", [[0, [0], 1, "校舍"]]], [10, 0]], …}

Words, links, pictures and what describes them are taken. What a card of a kind that is not known here says is told, and
not guessed. Lexical's ``format`` is a sum: 4 is struck out.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from tamizdat.posts.elements import JsonValue, NotJson, loads
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import shown

BLOCKS: Final = {
    "paragraph": "p", "quote": "blockquote", "extended-quote": "blockquote", "aside": "blockquote",
    "heading": "h2", "extended-heading": "h2", "listitem": "li",
}  # fmt: skip
STRUCK: Final = 4
SILENT: Final = (
    "horizontalrule",
    "hr",
    "paywall",
    "email",
    "email-cta",
    "signup",
    "button",
    "tab",
)  #: no words of a post
MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000


class _Document:
    """HTML as it grows, and which kinds of cards were not known."""

    def __init__(self) -> None:
        self.pieces, self.strange, self.nodes = list[str](), dict[str, None](), 0

    def card(self, kind: str, card: JsonValue) -> bool:
        """Write a card that both kinds of documents have; return False for another."""
        shown_to = members.at(card, "visibility")
        if members.at(shown_to, "web", "nonMember") is False or members.at(shown_to, "showOnWeb") is False:
            self.strange["a part that only members are shown"] = None
            return True
        match kind:
            case "image" | "video" | "audio" | "file":
                self.media(kind, card)
            case "gallery":
                for each in members.each(card, "images"):
                    self.media("image", each)
            case "html" | "callout":
                self.pieces.append(f"<div>{members.text(card, 'html') or members.text(card, 'calloutText')}</div>")
            case "markdown" | "card-markdown":
                self.pieces.append(f"<pre>{escape(members.text(card, 'markdown'))}</pre>")
            case "codeblock" | "code":
                self.pieces.append(f"<pre>{escape(members.text(card, 'code'))}</pre>")
            case "bookmark" | "embed":
                url = members.text(card, "url")
                title = members.text(card, "metadata", "title") or url
                self.pieces.append(f'<p><a href="{escape(url)}">{escape(title)}</a></p>' if url else "")
            case "toggle":
                self.pieces.append(f"<p>{members.text(card, 'heading')}</p><div>{members.text(card, 'content')}</div>")
            case _:
                return kind in SILENT
        caption = members.text(card, "caption")
        self.pieces.append(f"<p>{caption}</p>" if caption else "")
        return True

    def media(self, kind: str, card: JsonValue) -> None:
        """Write a picture, clip, sound or file."""
        source, alt = escape(members.text(card, "src")), escape(members.text(card, "alt"))
        if kind == "file":
            name = escape(members.text(card, "fileTitle") or members.text(card, "fileName"))
            self.pieces.append(f'<p><a href="{source}">{name}</a></p>')
        elif source:
            self.pieces.append(
                f'<img src="{source}" alt="{alt}">' if kind == "image" else f'<{kind} src="{source}"></{kind}>'
            )

    def note(self, kind: str) -> None:
        """Note a kind that is not known."""
        if len(self.strange) < 10:
            self.strange[f"a part of the kind {shown(kind) or 'without a name'}"] = None

    # -- Lexical ---------------------------------------------------------------------------------------------

    def lexical(self, nodes: Iterator[JsonValue], depth: int = 0) -> None:
        """Write nodes, and those in them."""
        for node in nodes:
            kind, self.nodes = members.text(node, "type"), self.nodes + 1
            if self.nodes > MAX_NODES or depth > MAX_DEPTH:
                self.note("something nested too deep, or too long")
                return
            if kind in ("text", "extended-text", "code-highlight"):
                text = escape(members.text(node, "text"))
                self.pieces.append(f"<s>{text}</s>" if (members.whole(node, "format") or 0) & STRUCK else text)
            elif kind == "linebreak":
                self.pieces.append("<br>")
            elif kind in ("link", "autolink"):
                self._around("a", f' href="{escape(members.text(node, "url"))}"', node, depth)
            elif kind == "list":
                self._around("ol" if members.text(node, "listType") == "number" else "ul", "", node, depth)
            elif kind in BLOCKS:
                self._around(BLOCKS[kind], "", node, depth)
            elif not self.card(kind, node):
                self.note(kind)

    def _around(self, tag: str, attributes: str, node: JsonValue, depth: int) -> None:
        self.pieces.append(f"<{tag}{attributes}>")
        self.lexical(members.each(node, "children"), depth + 1)
        self.pieces.append(f"</{tag}>")

    # -- Mobiledoc -------------------------------------------------------------------------------------------

    def mobiledoc(self, document: JsonValue) -> None:
        """Write a document of sections: 1 is a block, 2 a picture, 3 a list, 10 a card."""
        cards, markups = (_listed(members.at(document, name)) for name in ("cards", "markups"))
        for section in members.each(document, "sections"):
            parts = _listed(section)
            kind = parts[0] if parts else None
            if kind == 1 and len(parts) > 2:
                self._marked(_tag(parts[1]), parts[2], markups)
            elif kind == 3 and len(parts) > 2:
                tag = "ol" if parts[1] == "ol" else "ul"
                self.pieces.append(f"<{tag}>")
                for item in _listed(parts[2]):
                    self._marked("li", item, markups)
                self.pieces.append(f"</{tag}>")
            elif kind == 2 and len(parts) > 1:
                self.pieces.append(f'<img src="{escape(members.text(parts[1]))}">')
            elif kind == 10 and len(parts) > 1:
                card = _listed(_one(cards, parts[1]))
                name = members.text(card[0]) if card else ""
                if not self.card(name, card[1] if len(card) > 1 else None):
                    self.note(name)
            else:
                self.note(f"section {kind}" if type(kind) is int and abs(kind) < 1_000 else "section")

    def _marked(self, tag: str, markers: JsonValue, markups: Sequence[JsonValue]) -> None:
        open_tags = list[str]()
        self.pieces.append(f"<{tag}>")
        for marker in _listed(markers):
            parts = _listed(marker)
            if len(parts) < 4 or parts[0] not in (0, 1):
                self.note("marker")
                continue
            for number in _listed(parts[1]):
                markup = _listed(_one(markups, number))
                name = _tag(markup[0], "a", "s") if markup else "span"
                pairs = _listed(markup[1]) if len(markup) > 1 else ()
                href = next(
                    (members.text(pairs[at + 1]) for at in range(0, len(pairs) - 1, 2) if pairs[at] == "href"), ""
                )
                self.pieces.append(f'<{name} href="{escape(href)}">' if name == "a" else f"<{name}>")
                open_tags.append(name)
            self.pieces.append(escape(members.text(parts[3])) if parts[0] == 0 else "<br>")
            closes = parts[2] if type(parts[2]) is int else 0
            for _ in range(min(max(closes, 0), len(open_tags))):
                self.pieces.append(f"</{open_tags.pop()}>")
        self.pieces.append(f"</{tag}>")


def markup_of(lexical: str, mobiledoc: str) -> tuple[str, tuple[str, ...]]:
    """Return the HTML of a document, and what in it is not known; Lexical's if there are both."""
    found = _Document()
    try:
        if lexical.strip():
            found.lexical(members.each(loads(lexical)[0], "root", "children"))
        elif mobiledoc.strip():
            found.mobiledoc(loads(mobiledoc)[0])
    except NotJson:
        found.note("a document that is no JSON")
    return "".join(found.pieces), tuple(found.strange)


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()


def _one(values: Sequence[JsonValue], number: JsonValue) -> JsonValue:
    return values[number] if type(number) is int and 0 <= number < len(values) else None


def _tag(value: JsonValue, *more: str) -> str:
    """Return a tag that may stand in HTML of ours."""
    known = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", *more)
    return next((each for each in known if each == value), "span" if more else "p")
